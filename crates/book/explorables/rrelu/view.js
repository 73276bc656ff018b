// Draws places by seed and the interval by the number of seeds.
"use strict";

(() => {
  const { data } = kit;
  const MOST = 40; // Seeds of the forecast.
  const readings = data.functions.filter((one) => one.is_reading);

  kit.start(
    { r: "rrelu-as-written", b: "plain", q: "worst", n: data.seeds, o: 0 },
    (state) => {
      const top = kit.add(kit.section("Reading and seeds"), "div");
      const picks = kit.add(top, "div", { class: "controls" });
      kit.choice(picks, { name: "r", label: "RReLU", options: readings.map((one) => [one.name, one.label]) });
      kit.choice(picks, { name: "b", label: "Networks", options: [["plain", "not normalised"], ["bn", "batch-normalised"]] });
      kit.choice(picks, {
        name: "q", label: "The post says",
        options: [["worst", "RReLU is among the worst"], ["behind", "RReLU is behind the others"], ["best", "ReLU is the best"]],
      });
      kit.range(picks, { name: "n", label: "Seeds", min: Math.min(2, data.seeds), max: data.seeds, step: 1 });
      const offset = kit.range(picks, { name: "o", label: "The first of them", min: 0, max: data.seeds - 1, step: 1 });
      const show = kit.readings(top, [
        ["estimate", "mean"], ["low", "95 % interval from"], ["high", "to"], ["needed", "seeds that would decide it"],
      ]);
      const verdict = kit.add(top, "p", {}, kit.element("span", { class: "badge" }, ""));
      const say = kit.saying(top);

      const panels = kit.section("Places, and the interval");
      const left = kit.add(panels, "div");
      let rows = [];
      const ranks = kit.plot(left, {
        label: "Place of each function, a dot per seed", xLabel: "place, 1 is the best", height: 260, edge: 112,
        yText: (row) => rows[rows.length - row].label,
      });
      kit.legend(left, [["s7", "mean over seeds", "dot"], ["s7", "a seed", "hollow"]]);
      const right = kit.add(panels, "div");
      const way = kit.plot(right, { label: "The 95 % interval by the number of seeds", xLabel: "seeds", height: 260 });
      kit.legend(right, [["s0", "interval of the run's seeds"], ["s7", "forecast", "dash"], ["s6", "the claim's bound", "dash"]]);

      function drawPlaces(seeds) {
        const all = model.group(data, state.r);
        rows = all;
        const bySeed = model.placesBySeed(data, state.r, state.b, seeds);
        const row = (at) => all.length - at;
        ranks.draw({
          x: [0.5, all.length + 0.5], y: [0.4, all.length + 0.6],
          xTicks: all.map((_, at) => at + 1), yTicks: all.map((_, at) => row(at)),
        }, (p) => all.flatMap((one, at) => {
          const own = bySeed.map((places) => places[at]);
          const ends = [Math.min(...own), Math.max(...own)];
          return [
            p.line(ends, [row(at), row(at)], `s${one.hue} thin`),
            ...own.map((place) => p.dot(place, row(at), `hollow s${one.hue}`, 4)),
            p.dot(model.mean(own), row(at), `dot s${one.hue}`, 7),
          ];
        }));
      }

      function drawWay(asked, order) {
        const known = [];
        for (let n = 2; n <= order.length; n += 1) known.push(model.interval(model.question(data, state, order.slice(0, n)).values));
        const there = known.map((one, k) => [k + 2, one]).filter(([, one]) => one);
        const counts = Array.from({ length: MOST - 1 }, (_, k) => k + 2);
        const later = counts.map((n) => model.forecast(asked.values, n));
        const shown = later.slice(1).concat(there.slice(1).map(([, one]) => one));
        const y = [Math.min(asked.bound, ...shown.map((one) => one.low)), Math.max(asked.bound, ...shown.map((one) => one.high))];
        const margin = 0.08 * (y[1] - y[0]) || 1;
        const hue = { reproduced: "s2", contradicted: "s1", undecided: "s0" }[model.verdict(model.interval(asked.values), asked)];
        way.draw({ x: [1, MOST], y: [y[0] - margin, y[1] + margin], xTicks: [2, 10, 20, 30, 40] }, (p) => [
          p.line(counts, later.map((one) => one.low), "s7 dash thin"),
          p.line(counts, later.map((one) => one.high), "s7 dash thin"),
          p.line([1, MOST], [asked.bound, asked.bound], "s6 dash"),
          p.band(there.map(([n]) => n), there.map(([, one]) => one.low), there.map(([, one]) => one.high), "s0"),
          ...there.filter(([n]) => n === state.n).flatMap(([n, one]) => [
            p.line([n, n], [one.low, one.high], hue), p.dot(n, one.value, `dot ${hue}`, 6),
          ]),
        ]);
      }

      return () => {
        state.n = Math.round(state.n);
        offset.hidden = state.n === data.seeds;
        const order = Array.from({ length: data.seeds }, (_, k) => (k + (offset.hidden ? 0 : state.o)) % data.seeds);
        const seeds = order.slice(0, state.n);
        const asked = model.question(data, state, seeds);
        const estimate = model.interval(asked.values);
        const answer = model.verdict(estimate, asked);
        const needed = asked.values.length > 1 ? model.needed(asked, 1000) : Infinity;
        const digits = state.q === "worst" ? 2 : 4;
        const words = (value) => value.toFixed(digits).replace("-", "\u2212");
        const { value, low, high } = estimate ?? { value: 0, low: 0, high: 0 };
        show({
          estimate: [value, words(value)], low: [low, words(low)], high: [high, words(high)],
          needed: [Number.isFinite(needed) ? needed : 0, Number.isFinite(needed) ? String(needed) : "more than 1000"],
        });
        verdict.firstChild.className = `badge ${answer}`;
        verdict.firstChild.textContent = answer;
        const side = asked.above ? "above" : "below";
        say(`Measured: ${asked.measure}, over ${seeds.length} seeds. The claim holds when the interval lies ${side} ${words(asked.bound)}.`);
        drawPlaces(seeds);
        drawWay(asked, order);
      };
    },
  );
})();
