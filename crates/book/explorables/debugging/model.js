// Maps of the two convolutions and of max-pool, the sum behind a pixel, and softmax: what
// experiments/debugging computes. A list of maps is one list of numbers: map, row, column.
"use strict";

const model = (() => {
  const SIDE = 28; // Of an image.
  const MAPS = [32, 64];
  const UNITS = 128;
  const CLASSES = 10;
  const NINE = 9; // Numbers of a kernel.
  const TINY = 2.2250738585072014e-308; // The smallest normal number of 64 bits.

  /** The network of ones. */
  function ones() {
    const of = (count, value) => new Float32Array(count).fill(value);
    const [first, second] = MAPS;
    return {
      kernels1: of(first * NINE, 1), biases1: of(first, 0),
      kernels2: of(second * first * NINE, 1), biases2: of(second, 0),
    };
  }

  /** 1 where there is any ink: what the post gives its network of ones. */
  const binary = (image) => Float32Array.from(image, (level) => (level > 0 ? 1 : 0));

  /** The same network with every kernel turned by 180 degrees. */
  function turned(weights) {
    const turn = (kernels) => Float32Array.from(kernels, (_, k) => kernels[k - (k % NINE) + NINE - 1 - (k % NINE)]);
    return { ...weights, kernels1: turn(weights.kernels1), kernels2: turn(weights.kernels2) };
  }

  /** The rectangle of an image's pixels that differ from another's, ends included; nothing where none do. */
  function changed(image, before) {
    const box = { left: SIDE, top: SIDE, right: -1, bottom: -1 };
    for (let at = 0; at < image.length; at += 1) {
      if (image[at] === before[at]) continue;
      const [x, y] = [at % SIDE, Math.floor(at / SIDE)];
      Object.assign(box, { left: Math.min(box.left, x), right: Math.max(box.right, x) });
      Object.assign(box, { top: Math.min(box.top, y), bottom: Math.max(box.bottom, y) });
    }
    return box.right < 0 ? null : box;
  }

  /** The rectangle of a convolution's map whose windows touch `box` of what goes in. */
  function reached({ left, top, right, bottom }, side) {
    const last = side - 3;
    return {
      left: Math.max(0, left - 2), top: Math.max(0, top - 2),
      right: Math.min(last, right), bottom: Math.min(last, bottom),
    };
  }

  /**
   * Kernels of 3 x 3 without the border, into the rectangle `box` of `result`. Sums have 64 bits, what
   * goes to the next layer 32.
   */
  function convolve(maps, side, kernels, biases, result, { left, top, right, bottom }) {
    const inputs = maps.length / (side * side);
    const out = side - 2;
    const sums = new Float64Array(out * out);
    for (let o = 0; o < biases.length; o += 1) {
      sums.fill(biases[o]);
      for (let i = 0; i < inputs; i += 1) {
        const [a, b, c, d, e, f, g, h, k] = kernels.slice((o * inputs + i) * NINE, (o * inputs + i + 1) * NINE);
        for (let y = top; y <= bottom; y += 1) {
          let at = (i * side + y) * side + left;
          for (let to = y * out + left; to <= y * out + right; to += 1, at += 1) {
            const [low, lowest] = [at + side, at + 2 * side];
            sums[to] += a * maps[at] + b * maps[at + 1] + c * maps[at + 2]
              + d * maps[low] + e * maps[low + 1] + f * maps[low + 2]
              + g * maps[lowest] + h * maps[lowest + 1] + k * maps[lowest + 2];
          }
        }
      }
      for (let y = top; y <= bottom; y += 1) {
        result.set(sums.subarray(y * out + left, y * out + right + 1), (o * out + y) * out + left);
      }
    }
    return result;
  }

  const relu = (values) => values.map((value) => (value > 0 ? value : 0));

  /** Where the upper left one of the 2 x 2 is that a pixel of max-pool is the largest of. */
  const corner = (side, map, x, y) => (map * side + 2 * y) * side + 2 * x;

  function maxPool(values, side, maps) {
    const half = side / 2;
    const result = new Float32Array(maps * half * half);
    for (let to = 0; to < result.length; to += 1) {
      const at = corner(side, Math.floor(to / (half * half)), to % half, Math.floor(to / half) % half);
      result[to] = Math.max(values[at], values[at + 1], values[at + side], values[at + side + 1]);
    }
    return result;
  }

  /**
   * What goes from layer to layer, up to max-pool. Where `known`, an image and its layers by the same
   * weights, only what differs is computed.
   */
  function network(image, { kernels1, biases1, kernels2, biases2 }, known = null) {
    const [one, two] = [SIDE - 2, SIDE - 4];
    const box = known ? changed(image, known.image) : { left: 0, top: 0, right: SIDE, bottom: SIDE };
    if (box === null) return known.layers;
    const [box1, box2] = [reached(box, SIDE), reached(reached(box, SIDE), one)];
    const results = known
      ? [known.layers.conv1, known.layers.conv2].map(({ before }) => before.slice())
      : [new Float32Array(MAPS[0] * one * one), new Float32Array(MAPS[1] * two * two)];
    const before1 = convolve(image, SIDE, kernels1, biases1, results[0], box1);
    const after1 = relu(before1);
    const before2 = convolve(after1, one, kernels2, biases2, results[1], box2);
    const after2 = relu(before2);
    const pooled = maxPool(after2, two, MAPS[1]);
    return {
      conv1: { side: one, maps: MAPS[0], before: before1, after: after1 },
      conv2: { side: two, maps: MAPS[1], before: before2, after: after2 },
      pool: { side: two / 2, maps: MAPS[1], before: pooled, after: pooled },
    };
  }

  /** An image after another one, as while it is drawn. */
  function redrawn(before, image, weights) {
    return network(image, weights, { image: before, layers: network(before, weights) });
  }

  /** The sum behind pixel x, y of a convolution's map: for each map that goes in its window and kernel. */
  function sum(maps, side, kernels, biases, map, x, y) {
    const terms = [];
    const inputs = maps.length / (side * side);
    for (let i = 0; i < inputs; i += 1) {
      const at = (i * side + y) * side + x;
      const window = Array.from({ length: NINE }, (_, k) => maps[at + Math.floor(k / 3) * side + (k % 3)]);
      const kernel = Array.from(kernels.slice((map * inputs + i) * NINE, (map * inputs + i + 1) * NINE));
      const products = window.map((value, k) => value * kernel[k]);
      terms.push({ window, kernel, products, sum: products.reduce((a, b) => a + b) });
    }
    const products = terms.reduce((all, term) => all + term.sum, 0);
    return { x, y, terms, products, bias: biases[map], sum: products + biases[map] };
  }

  /** What makes pixel x, y of a map of `layer`; of max-pool, the sum behind the largest of its four. */
  function pixel(image, weights, layers, { layer, map, x, y }) {
    const { kernels1, biases1, kernels2, biases2 } = weights;
    const second = (column, row) => sum(layers.conv1.after, layers.conv1.side, kernels2, biases2, map, column, row);
    if (layer === "conv1") return sum(image, SIDE, kernels1, biases1, map, x, y);
    if (layer === "conv2") return second(x, y);
    const { side, after } = layers.conv2;
    const at = corner(side, map, x, y);
    const four = [0, 1, side, side + 1].map((step) => after[at + step]);
    const winner = four.indexOf(Math.max(...four));
    return { ...second(2 * x + (winner % 2), 2 * y + Math.floor(winner / 2)), four };
  }

  /** How many maps of a layer are zero all over. */
  function dead({ side, maps, after }) {
    let count = 0;
    for (let map = 0; map < maps; map += 1) {
      count += after.slice(map * side * side, (map + 1) * side * side).every((value) => value === 0) ? 1 : 0;
    }
    return count;
  }

  /** A value without its sign, the largest. */
  const largest = (values) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

  /** The largest difference of two layers, as a share of the second's largest value. */
  function difference(found, expected) {
    const most = found.reduce((far, value, k) => Math.max(far, Math.abs(value - expected[k])), 0);
    return most === 0 ? 0 : most / largest(expected);
  }

  /** The logits of the network of ones: each unit of dense1 is the sum of the list, each logit 128 times that. */
  function logitsOfOnes({ pool }) {
    const unit = pool.after.reduce((all, value) => all + value, 0);
    return new Array(CLASSES).fill(UNITS * unit);
  }

  /** Softmax written in four ways; nothing where a way gives what is no number. */
  function softmaxes(logits) {
    const most = Math.max(...logits);
    const plain = (z) => {
      const powers = z.map(Math.exp);
      const all = powers.reduce((a, b) => a + b, 0);
      return powers.map((power) => power / all);
    };
    const powers = logits.map((z) => Math.fround(Math.exp(Math.fround(z))));
    const all = powers.reduce((a, b) => Math.fround(a + b), 0);
    const finite = (values) => (values.every(Number.isFinite) ? values : null);
    return {
      plain32: finite(powers.map((power) => Math.fround(power / all))),
      plain64: finite(plain(logits)),
      divided: finite(plain(logits.map((z) => z / Math.max(most, TINY)))),
      subtracted: finite(plain(logits.map((z) => z - most))),
    };
  }

  return { SIDE, ones, binary, turned, network, redrawn, pixel, dead, largest, difference, logitsOfOnes, softmaxes };
})();
