// Activation functions, softmax, and one batch forwards and backwards through a deep network: what
// experiments/activations computes with Burn.
"use strict";

const model = (() => {
  // --- functions; `f` is { name, slope, lower, upper }

  /** Slope on the negative side of those that have one; RReLU's at test, 1 over the mean divisor. */
  function leak(f) {
    return { relu: 0, lrelu: f.slope, prelu: f.slope, rrelu: 2 / (f.lower + f.upper) }[f.name];
  }

  function value(f, x) {
    if (f.name === "sigmoid") return 1 / (1 + Math.exp(-x));
    if (x > 0) return x;
    return f.name === "elu" ? Math.expm1(x) : leak(f) * x;
  }

  /** At the kink as autodiff says: 0 of ReLU, 1 of its relatives. */
  function derivative(f, x) {
    if (f.name === "sigmoid") {
      const s = 1 / (1 + Math.exp(-x));
      return s * (1 - s);
    }
    if (x > 0 || (x === 0 && f.name !== "relu")) return 1;
    return f.name === "elu" ? Math.exp(x) : leak(f);
  }

  const each = (one) => (f, xs) => xs.map((x) => one(f, x));

  function softmax(logits, temperature) {
    const most = Math.max(...logits);
    const powers = logits.map((z) => Math.exp((z - most) / temperature));
    const sum = powers.reduce((a, b) => a + b, 0);
    return powers.map((p) => p / sum);
  }

  // --- random numbers: mulberry32 (T. Ettinger, public domain), as in explorable.rs

  function draws(seed) {
    let state = seed | 0;
    const uniform = () => {
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
    const normal = () => {
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      return radius * Math.cos(2 * Math.PI * uniform());
    };
    return { uniform, normal };
  }

  const [WEIGHTS, INPUTS, TARGETS, SLOPES] = [1, 2, 3, 4];

  function filled(length, draw) {
    return Float64Array.from({ length }, draw);
  }

  /** Weights [in * width + out] of each layer: Xavier's, He's, or normal with this variance times width. */
  function weights(kind, variance, { layers, width }) {
    const { uniform, normal } = draws(WEIGHTS);
    const draw = {
      xavier: () => (2 * uniform() - 1) * Math.sqrt(3 / width),
      he: () => normal() * Math.sqrt(2 / width),
      own: () => normal() * Math.sqrt(variance / width),
    }[kind];
    return Array.from({ length: layers }, () => filled(width * width, draw));
  }

  /** The batch of the page. */
  function batch({ batch: examples, width }) {
    const [inputs, targets] = [INPUTS, TARGETS].map((seed) => filled(examples * width, draws(seed).normal));
    return { inputs, targets, examples };
  }

  // --- the network

  /** a [examples, width] times w [width, width]. */
  function product(a, w, examples, width) {
    const out = new Float64Array(examples * width);
    for (let n = 0; n < examples; n += 1) {
      for (let i = 0; i < width; i += 1) {
        const value = a[n * width + i];
        if (value === 0) continue;
        for (let j = 0; j < width; j += 1) out[n * width + j] += value * w[i * width + j];
      }
    }
    return out;
  }

  /** e [examples, width] times w transposed. */
  function productBack(e, w, examples, width) {
    const out = new Float64Array(examples * width);
    for (let n = 0; n < examples; n += 1) {
      for (let i = 0; i < width; i += 1) {
        let sum = 0;
        for (let j = 0; j < width; j += 1) sum += e[n * width + j] * w[i * width + j];
        out[n * width + i] = sum;
      }
    }
    return out;
  }

  /** Norm of a' e, the gradient of a layer's weights. */
  function outerNorm(a, e, examples, width) {
    // |a' e|^2 is the sum over examples n, m of (a_n . a_m)(e_n . e_m).
    let sum = 0;
    for (let n = 0; n < examples; n += 1) {
      for (let m = n; m < examples; m += 1) {
        let [aa, ee] = [0, 0];
        for (let i = 0; i < width; i += 1) {
          aa += a[n * width + i] * a[m * width + i];
          ee += e[n * width + i] * e[m * width + i];
        }
        sum += (m === n ? 1 : 2) * aa * ee;
      }
    }
    return Math.sqrt(Math.max(sum, 0));
  }

  /**
   * One batch forwards and backwards; loss: half the squared distance, mean over the batch. By layer
   * from the input: norms of dE/dz and dE/dW; share of zeros after each hidden layer.
   */
  function signal(f, layers, { inputs, targets, examples }) {
    const width = inputs.length / examples;
    const { uniform } = draws(SLOPES);
    const into = [];
    const slopes = [];
    const zeros = [];
    let a = Float64Array.from(inputs);
    layers.forEach((w, l) => {
      into.push(a);
      const z = product(a, w, examples, width);
      a = z;
      if (l === layers.length - 1) return;
      const pass = new Float64Array(z.length);
      a = new Float64Array(z.length);
      let none = 0;
      for (let k = 0; k < z.length; k += 1) {
        // In training RReLU draws a divisor for each element.
        const drawn = f.name === "rrelu" && z[k] < 0 ? 1 / (f.lower + (f.upper - f.lower) * uniform()) : null;
        a[k] = drawn === null ? value(f, z[k]) : drawn * z[k];
        pass[k] = drawn === null ? derivative(f, z[k]) : drawn;
        none += a[k] === 0 ? 1 : 0;
      }
      slopes.push(pass);
      zeros.push(none / z.length);
    });
    let e = a.map((y, k) => y - targets[k]);
    const [error, gradient] = [[], []];
    for (let l = layers.length - 1; l >= 0; l -= 1) {
      let squares = 0;
      for (const v of e) squares += v * v;
      error[l] = Math.sqrt(squares / examples);
      gradient[l] = outerNorm(into[l], e, examples, width) / examples;
      if (l > 0) {
        e = productBack(e, layers[l], examples, width);
        for (let k = 0; k < e.length; k += 1) e[k] *= slopes[l - 1][k];
      }
    }
    return { error, gradient, zeros };
  }

  /** Powers of ten from the last layer to the first. */
  function lost(norms) {
    return Math.log10(norms[0] / norms.at(-1));
  }

  /** Slopes that RReLU draws for these inputs, as in training. */
  function drawnValues(f, xs) {
    const { uniform } = draws(SLOPES);
    return xs.map((x) => x / (f.lower + (f.upper - f.lower) * uniform()));
  }

  return {
    value, derivative, values: each(value), derivatives: each(derivative), softmax, draws, weights, batch,
    signal, lost, drawnValues,
  };
})();
