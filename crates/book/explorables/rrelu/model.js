// Places, intervals and verdicts from accuracies by seed: what crates/lab and experiments/rrelu compute.
"use strict";

const model = (() => {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

  /** Sample standard deviation. */
  function deviation(values) {
    const centre = mean(values);
    return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
  }

  function median(values) {
    const sorted = [...values].sort((a, b) => a - b);
    const middle = (sorted.length - 1) / 2;
    return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
  }

  /**
   * The chance that Student's t lies within plus and minus tan(angle) sqrt(n), of n degrees of freedom
   * (Abramowitz & Stegun 26.7.3 and 26.7.4).
   */
  function within(angle, n) {
    const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
    let [term, sum] = [n % 2 ? cos : 1, 0];
    for (let k = n % 2 ? 1 : 0; k <= n - 2; k += 2) {
      sum += term;
      term *= (cos * cos * (k + 1)) / (k + 2);
    }
    return n % 2 ? (2 / Math.PI) * (angle + sin * sum) : sin * sum;
  }

  /** Half the width of the 95 % interval of a mean, in standard errors. */
  function quantile(n) {
    let [low, high] = [0, Math.PI / 2];
    for (let k = 0; k < 100; k += 1) {
      const middle = (low + high) / 2;
      if (within(middle, n) < 0.95) low = middle;
      else high = middle;
    }
    return Math.tan(low) * Math.sqrt(n);
  }

  /** Mean and 95 % interval; nothing of fewer than two values. */
  function interval(values) {
    const n = values.length;
    if (n < 2) return null;
    const [value, half] = [mean(values), (quantile(n - 1) * deviation(values)) / Math.sqrt(n)];
    return { value, low: value - half, high: value + half };
  }

  /** The place of each number, the largest first; ties share the mean of their places. */
  function places(numbers) {
    return numbers.map((number) => {
      const better = numbers.filter((other) => other > number).length;
      const equal = numbers.filter((other) => other === number).length;
      return better + (equal + 1) / 2;
    });
  }

  /** A reading of RReLU and the functions that it is compared with. */
  function group({ functions }, reading) {
    return functions.filter((one) => one.name === reading || !one.is_reading);
  }

  /** Places of a group by seed; a seed in which all diverged is left out. */
  function placesBySeed(data, reading, norm, seeds) {
    const accuracies = (seed) => group(data, reading).map((one) => one[norm][seed] ?? -Infinity);
    return seeds.map(accuracies).filter((all) => all.some(Number.isFinite)).map(places);
  }

  /** What a question compares: a value per seed, the bound, the post's side of it, in words. */
  function question(data, { r: reading, b: norm, q: asked }, seeds) {
    const all = group(data, reading);
    const own = all.find((one) => one.is_reading);
    if (asked === "worst") {
      const at = all.indexOf(own);
      const values = placesBySeed(data, reading, norm, seeds).map((of) => of[at]);
      return { values, bound: data.worst, above: true, measure: "place among six" };
    }
    if (asked === "behind") {
      const values = seeds.map((seed) => {
        const others = all.filter((one) => one !== own).map((one) => one[norm][seed]);
        return others.includes(null) || own[norm][seed] === null ? NaN : own[norm][seed] - median(others);
      });
      return { values: values.filter(Number.isFinite), bound: 0, above: false, measure: "accuracy minus the others' median" };
    }
    const relu = all.find((one) => one.name === "relu");
    const average = (one) => mean(seeds.map((seed) => one[norm][seed]).filter((v) => v !== null));
    const rivals = all.filter((one) => one !== relu && Number.isFinite(average(one)));
    // The last of equals, as the program's largest.
    const rival = rivals.reduce((best, one) => (average(one) >= average(best) ? one : best), rivals[0]);
    const values = seeds.filter((seed) => relu[norm][seed] !== null && rival[norm][seed] !== null)
      .map((seed) => relu[norm][seed] - rival[norm][seed]);
    const bound = norm === "bn" ? 0 : -data.negligible;
    return { values, bound, above: true, measure: `ReLU's accuracy minus ${rival.label}'s` };
  }

  function verdict(estimate, { bound, above }) {
    if (!estimate) return "undecided";
    const { low, high } = estimate;
    if (above ? low > bound : high < bound) return "reproduced";
    return (above ? high < bound : low > bound) ? "contradicted" : "undecided";
  }

  /** The interval that so many seeds would give if mean and spread stayed what they are. */
  function forecast(values, n) {
    const [value, half] = [mean(values), (quantile(n - 1) * deviation(values)) / Math.sqrt(n)];
    return { value, low: value - half, high: value + half };
  }

  /** How many seeds decide it then; Infinity where they would have to be more than `most`. */
  function needed(asked, most) {
    for (let n = 2; n <= most; n += 1) {
      if (verdict(forecast(asked.values, n), asked) !== "undecided") return n;
    }
    return Infinity;
  }

  /** All of it for a state, as the program's claim has it. */
  function claim(data, state) {
    const seeds = Array.from({ length: data.seeds }, (_, seed) => seed);
    const { value: estimate, low, high } = interval(question(data, state, seeds).values) ?? {};
    return { estimate, low, high };
  }

  return { interval, places, placesBySeed, group, question, verdict, forecast, needed, claim, mean };
})();
