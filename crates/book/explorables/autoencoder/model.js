// Losses in each other's units, rates times k, circles, and a network of convolutions: what
// experiments/autoencoder computes.
"use strict";

const model = (() => {
  // --- losses and rates

  /** The mean of squares of which this is the loss. */
  const meanSquare = (loss, { unit, inverse }) => (inverse ? unit / loss : unit * loss);

  /**
   * Logarithm of a loss to base 10: with share 0 as it was made small, with 1 the mean of squares of
   * which it is the loss, between them in proportion.
   */
  function level(loss, of, share) {
    return (1 - share) * Math.log10(loss) + share * Math.log10(meanSquare(loss, of));
  }

  const lossOf = (data, { loss }) => data.losses.find((one) => one.name === loss);

  /** Logarithm of the rate to base 10, times k to the power of `share`. */
  const rateLevel = (data, cell, share) => Math.log10(cell.rate) + share * Math.log10(lossOf(data, cell).slope);

  /** Trainings with the optimizer and the last layer of a state. */
  function family(data, { o: optimizer, e: ending }) {
    return data.trainings.filter((cell) => cell.optimizer === optimizer && cell.ending === ending);
  }

  /** The training of a state; nothing where the run has none. */
  function find(data, state) {
    return family(data, state).find(({ loss, rates }) => loss === state.l && rates.includes(state.r));
  }

  /** Rates of the run have one digit: those that mean the same differ by this factor at most. */
  const ROUNDING = 1.5;

  /** Multiples of D beside this one, at the same rate or at the same rate times k. */
  function beside(data, cell, state) {
    if (state.c === "none" || !lossOf(data, cell).multiple) return [];
    const share = state.c === "k" ? 1 : 0;
    return family(data, state).filter((other) => {
      const away = Math.abs(rateLevel(data, other, share) - rateLevel(data, cell, share));
      return other.loss !== cell.loss && lossOf(data, other).multiple && away <= Math.log10(ROUNDING);
    });
  }

  /** By what factor the mean of squares of two trainings differs at most, over the steps of both. */
  function apart(data, cell, others) {
    const factors = others.flatMap((other) => {
      const steps = Math.min(cell.losses.length, other.losses.length);
      return Array.from({ length: steps }, (_, k) => {
        const [a, b] = [cell, other].map((one) => level(one.losses[k], lossOf(data, one), 1));
        return 10 ** Math.abs(a - b);
      });
    });
    return factors.reduce((most, factor) => Math.max(most, factor), 1);
  }

  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

  /** Numbers of the training of a state. */
  function shown(data, state) {
    const cell = find(data, state);
    return {
      left: mean(cell.left),
      rate: 10 ** rateLevel(data, cell, 1),
      apart: apart(data, cell, beside(data, cell, state)),
      dead: mean(cell.dead),
      gradient: cell.gradient ?? 0,
    };
  }

  // --- circles and networks

  /** L of each pixel: white where its centre lies within the circle. */
  function circle({ width, height }, [x, y, radius]) {
    return Float32Array.from({ length: width * height }, (_, k) => {
      const [dx, dy] = [(k % width) + 0.5 - x, Math.floor(k / width) + 0.5 - y];
      return dx * dx + dy * dy <= radius * radius ? 100 : 0;
    });
  }

  /** Pixels that a circle may touch. */
  function boxOf({ width, height }, [x, y, radius]) {
    const inside = (value, side) => Math.min(side, Math.max(0, Math.floor(value)));
    return {
      left: inside(x - radius, width), right: inside(x + radius + 1, width),
      top: inside(y - radius, height), bottom: inside(y + radius + 1, height),
    };
  }

  // A kernel has its row (or column) `before` above the pixel; an even one has one more below.
  const before = ({ kernel }) => Math.floor((kernel - 1) / 2);
  const after = ({ kernel }) => kernel - 1 - before({ kernel });

  /** Where the answer may change when the input does in a box. */
  function grown(box, layer, { width, height }) {
    return {
      left: Math.max(0, box.left - after(layer)), right: Math.min(width, box.right + before(layer)),
      top: Math.max(0, box.top - after(layer)), bottom: Math.min(height, box.bottom + before(layer)),
    };
  }

  /** Fills a box of `out`, maps of the size of the picture, from the maps `input`. */
  function convolve(layer, { width, height }, input, box, out) {
    const { inputs, outputs, kernel, weights, biases } = layer;
    const [pixels, back] = [width * height, before(layer)];
    for (let o = 0; o < outputs; o += 1) {
      for (let y = box.top; y < box.bottom; y += 1) {
        const row = o * pixels + y * width;
        out.fill(biases[o], row + box.left, row + box.right);
        for (let i = 0; i < inputs; i += 1) {
          for (let ky = 0; ky < kernel; ky += 1) {
            const from = y + ky - back;
            if (from < 0 || from >= height) continue;
            for (let kx = 0; kx < kernel; kx += 1) {
              const weight = weights[((o * inputs + i) * kernel + ky) * kernel + kx];
              const shift = kx - back;
              const source = i * pixels + from * width + shift;
              const end = Math.min(box.right, width - shift);
              for (let x = Math.max(box.left, -shift); x < end; x += 1) out[row + x] += weight * input[source + x];
            }
          }
        }
      }
    }
  }

  /**
   * The maps after each layer; the last are the answer. Of a picture that differs from another one
   * only within `box`, whose maps are `known`, only what may differ is computed.
   */
  function maps(layers, size, picture, known, box) {
    const all = { left: 0, right: size.width, top: 0, bottom: size.height };
    let [input, place] = [picture, box ?? all];
    return layers.map((layer, l) => {
      place = known ? grown(place, layer, size) : all;
      const out = known ? known[l].slice() : new Float32Array(layer.outputs * size.width * size.height);
      convolve(layer, size, input, place, out);
      if (l + 1 < layers.length) for (let k = 0; k < out.length; k += 1) if (out[k] < 0) out[k] = 0;
      input = out;
      return out;
    });
  }

  const black = (layers, size) => maps(layers, size, new Float32Array(size.width * size.height));

  /** The answer to a circle; `dark` is what black() gives. */
  function answer(layers, size, drawn, dark) {
    return maps(layers, size, circle(size, drawn), dark, boxOf(size, drawn)).at(-1);
  }

  /** What is left of the error of the best constant answer (0 for a picture of one grey), and the range. */
  function score(answered, picture) {
    const [low, high] = [Math.min, Math.max].map((end) => answered.reduce((a, b) => end(a, b)));
    const centre = mean(picture);
    const constant = mean(Array.from(picture, (v) => (v - centre) ** 2));
    const squares = mean(Array.from(picture, (v, k) => (v - answered[k]) ** 2));
    return { "circle-left": constant > 0 ? squares / constant : 0, "circle-low": low, "circle-high": high };
  }

  /** As `score`, of a circle: the picture computed as a whole. */
  function scored(layers, size, drawn) {
    return score(answer(layers, size, drawn), circle(size, drawn));
  }

  return {
    meanSquare, level, lossOf, rateLevel, family, find, beside, apart, shown, mean, circle, black, answer, score, scored,
    answerAround: (layers, size, drawn) => answer(layers, size, drawn, black(layers, size)),
  };
})();
