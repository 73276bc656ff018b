// The post's network, a line in four layers of weights, trained one point a step with a penalty on its
// weights, and pruned: what experiments/regularization computes with Burn.
"use strict";

const model = (() => {
  // A network is a list of layers { weights: [unit in][unit out], biases }, the input's first.

  /** Layers of these sizes from weights one after the other; biases zero. */
  function network(sizes, weights) {
    let at = 0;
    return sizes.slice(1).map((outs, l) => {
      const rows = Array.from({ length: sizes[l] }, () => Array.from(weights.slice(at, (at += outs))));
      return { weights: rows, biases: new Array(outs).fill(0) };
    });
  }

  function copy(layers) {
    return layers.map(({ weights, biases }) => ({ weights: weights.map((row) => [...row]), biases: [...biases] }));
  }

  function forward({ weights, biases }, a) {
    const z = [...biases];
    for (let i = 0; i < a.length; i += 1) {
      for (let j = 0; j < z.length; j += 1) z[j] += a[i] * weights[i][j];
    }
    return z;
  }

  /** The values of every layer's units for the input x, which is the first of them. */
  function valuesAt(layers, x) {
    const values = [[x]];
    for (const layer of layers) values.push(forward(layer, values.at(-1)));
    return values;
  }

  /** The line that the layers multiply out to. */
  function line(layers) {
    const output = (x) => valuesAt(layers, x).at(-1)[0];
    const intercept = output(0);
    return { slope: output(1) - intercept, intercept };
  }

  /** The author's measure: the sum of |error| over points. */
  function totalError({ slope, intercept }, { x, y }) {
    return x.reduce((sum, at, k) => sum + Math.abs(y[k] - slope * at - intercept), 0);
  }

  function allWeights(layers) {
    return layers.flatMap(({ weights }) => weights.flat());
  }

  /** What sum |w| and sum w^2 are multiplied with; the squares are halved, as in TensorFlow. */
  function coefficients({ method, lambda, share }) {
    return {
      none: [0, 0],
      l1: [lambda, 0],
      l2: [0, lambda / 2],
      "elastic-net": [lambda * share, (lambda * (1 - share)) / 2],
    }[method];
  }

  function penalty(layers, settings) {
    const [of1, of2] = coefficients(settings);
    return allWeights(layers).reduce((sum, w) => sum + of1 * Math.abs(w) + of2 * w * w, 0);
  }

  /** One step of gradient descent on |f(x) - y| + penalty, in place. */
  function step(layers, x, y, rate, [of1, of2]) {
    const values = valuesAt(layers, x);
    let back = [Math.sign(values.at(-1)[0] - y)];
    for (let l = layers.length - 1; l >= 0; l -= 1) {
      const { weights, biases } = layers[l];
      const a = values[l];
      const next = new Array(a.length).fill(0);
      for (let i = 0; i < a.length; i += 1) {
        const row = weights[i];
        for (let j = 0; j < row.length; j += 1) {
          const w = row[j];
          next[i] += w * back[j];
          row[j] = w - rate * (a[i] * back[j] + of1 * Math.sign(w) + 2 * of2 * w);
        }
      }
      for (let j = 0; j < biases.length; j += 1) biases[j] -= rate * back[j];
      back = next;
    }
  }

  /** Trains in place: steps `from` to `to`, the points in their order, over and over. */
  function train(layers, { x, y }, settings, from, to, afterEpoch = () => {}) {
    const pulls = coefficients(settings);
    for (let k = from; k < to; k += 1) {
      step(layers, x[k % x.length], y[k % x.length], settings.rate, pulls);
      if ((k + 1) % x.length === 0) afterEpoch(k + 1);
    }
    return layers;
  }

  function nearZero(layers, threshold) {
    return allWeights(layers).filter((w) => Math.abs(w) < threshold).length;
  }

  // --- pruning

  const largest = (weights) => weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
  const remaining = (units, gone) => units.filter((_, at) => !gone[at]);

  /** Units to remove: removed[layer][unit], the input as layer 0; one stays in every layer. */
  function disconnected(layers, threshold) {
    const sizes = [layers[0].weights.length, ...layers.map((layer) => layer.biases.length)];
    const removed = sizes.map((size) => new Array(size).fill(false));
    for (let before = ""; before !== JSON.stringify(removed); ) {
      before = JSON.stringify(removed);
      for (let hidden = 1; hidden < sizes.length - 1; hidden += 1) {
        const strengths = removed[hidden].map((_, unit) => [
          largest(remaining(layers[hidden - 1].weights.map((row) => row[unit]), removed[hidden - 1])),
          largest(remaining(layers[hidden].weights[unit], removed[hidden + 1])),
        ]);
        let strongest = -1;
        strengths.forEach(([into, out], unit) => {
          if (removed[hidden][unit]) return;
          if (strongest < 0 || into * out >= strengths[strongest][0] * strengths[strongest][1]) strongest = unit;
        });
        strengths.forEach(([into, out], unit) => {
          if ((into < threshold || out < threshold) && unit !== strongest) removed[hidden][unit] = true;
        });
      }
    }
    return removed;
  }

  /** Without the removed units; what they pass on at `middle` goes into the biases. */
  function without(layers, removed, middle) {
    const values = valuesAt(layers, middle);
    return layers.map((layer, l) => {
      const [ins, outs] = [removed[l], removed[l + 1]];
      const constants = values[l].map((value, unit) => (ins[unit] ? value : 0));
      return {
        weights: remaining(layer.weights, ins).map((row) => remaining(row, outs)),
        biases: remaining(forward(layer, constants), outs),
      };
    });
  }

  /** Halves the threshold until the line over `range` moves by no more than `tolerance`. */
  function prune(layers, [low, high], threshold, tolerance) {
    const at = (limit) => {
      const removed = disconnected(layers, limit);
      const pruned = without(layers, removed, (low + high) / 2);
      const [before, after] = [line(layers), line(pruned)];
      const moved = (x) => Math.abs((before.slope - after.slope) * x + before.intercept - after.intercept);
      return { threshold: limit, removed, change: Math.max(moved(low), moved(high)), layers: pruned };
    };
    for (let halvings = 0; halvings < 20; halvings += 1) {
      const pruning = at(threshold / 2 ** halvings);
      if (pruning.change <= tolerance) return pruning;
    }
    return at(0);
  }

  return {
    network, copy, line, totalError, allWeights, penalty, train, nearZero, prune,
    trained: (layers, points, settings, steps) => train(copy(layers), points, settings, 0, steps),
  };
})();
