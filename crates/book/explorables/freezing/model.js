// Reads an ONNX file and runs it. Nothing of a network is known here but a few operations; what is not
// known is refused by name.
"use strict";

const model = (() => {
  const MOST_BYTES = 20_000_000;
  const MOST_NUMBERS = 2_000_000; // In one value.
  const MOST_WORK = 100_000_000; // Numbers and products for one picture.
  const MOST_CLASSES = 62;
  const SIDE = 28;

  /** What is refused, in a sentence for the reader. */
  class Refused extends Error {}

  function must(holds, sentence) {
    if (!holds) throw new Refused(sentence);
  }

  const count = (shape) => shape.reduce((product, size) => product * size, 1);
  const show = (shape) => (shape.length ? shape.join(" x ") : "one number");

  // --- protobuf: a message is a list of fields, each a number, a kind and a value

  const NO_ONNX = "This is no ONNX file, or a damaged one.";

  /** Whole numbers are written in groups of seven bits, the lowest first. */
  function varint(bytes, place) {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      must(place.at < bytes.length, NO_ONNX);
      const byte = bytes[place.at++];
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return Number(BigInt.asIntN(64, value));
    }
    throw new Refused(NO_ONNX);
  }

  function* fields(bytes) {
    const place = { at: 0 };
    while (place.at < bytes.length) {
      const key = varint(bytes, place);
      const kind = key % 8;
      if (kind === 0) {
        yield [Math.floor(key / 8), varint(bytes, place)];
        continue;
      }
      const length = { 1: 8, 5: 4 }[kind] ?? (kind === 2 ? varint(bytes, place) : -1);
      must(length >= 0 && place.at + length <= bytes.length, NO_ONNX);
      yield [Math.floor(key / 8), bytes.subarray(place.at, (place.at += length))];
    }
  }

  // A field's number, its name, and how its value is read; `[]` is a list of them. Fields that are not
  // named here are passed over (onnx.proto3 has them all).
  const text = (bytes) => new TextDecoder().decode(bytes);
  const whole = (value) => value;
  const float = (bytes) => new DataView(bytes.buffer, bytes.byteOffset).getFloat32(0, true);
  /** Whole numbers of a list come one by one, or together. */
  function wholes(value) {
    if (typeof value === "number") return [value];
    const place = { at: 0 };
    const found = [];
    while (place.at < value.length) found.push(varint(value, place));
    return found;
  }
  const inside = (schema) => (bytes) => message(bytes, schema);

  const DIMENSION = { 1: ["size", whole], 2: ["word", text] };
  const SHAPE = { 1: ["dimensions", inside(DIMENSION), []] };
  const TENSOR_TYPE = { 1: ["type", whole], 2: ["shape", inside(SHAPE)] };
  const PORT = { 1: ["name", text], 2: ["type", inside({ 1: ["tensor", inside(TENSOR_TYPE)] })] };
  const TENSOR = {
    1: ["dims", wholes, []], 2: ["type", whole], 8: ["name", text], 9: ["raw", (bytes) => bytes],
  };
  const ATTRIBUTE = {
    1: ["name", text], 2: ["f", float], 3: ["i", whole], 4: ["s", text], 8: ["ints", wholes, []], 20: ["type", whole],
  };
  const NODE = {
    1: ["inputs", text, []], 2: ["outputs", text, []], 3: ["name", text], 4: ["operator", text],
    5: ["attributes", inside(ATTRIBUTE), []], 7: ["domain", text],
  };
  const GRAPH = {
    1: ["nodes", inside(NODE), []], 5: ["parameters", inside(TENSOR), []], 11: ["inputs", inside(PORT), []],
    12: ["outputs", inside(PORT), []],
  };
  const OPSET = { 1: ["domain", text], 2: ["version", whole] };
  const FILE = { 7: ["graph", inside(GRAPH)], 8: ["opsets", inside(OPSET), []] };

  function message(bytes, schema) {
    must(typeof bytes === "object", NO_ONNX);
    const found = {};
    for (const [name, , list] of Object.values(schema)) if (list) found[name] = [];
    for (const [number, value] of fields(bytes)) {
      const [name, read, list] = schema[number] ?? [];
      if (!name) continue;
      must((read === whole) === (typeof value === "number") || list, NO_ONNX);
      if (list) found[name].push(...[].concat(read(value)));
      else found[name] = read(value);
    }
    return found;
  }

  // --- ONNX: numbers, nodes, and what goes in and comes out

  function tensor({ name, dims, type, raw }) {
    const one = { 1: 4, 7: 8 }[type];
    must(one && raw, `The numbers of ${name} do not lie in the file as 32-bit floating-point or whole ones; no others are read here.`);
    must(dims.every((size) => size >= 0) && raw.length === one * count(dims), NO_ONNX);
    const { buffer } = raw.slice(); // A copy begins where numbers may begin.
    return { shape: dims, values: type === 1 ? new Float32Array(buffer) : Array.from(new BigInt64Array(buffer), Number) };
  }

  function attribute({ name, type, f = 0, i = 0, s = "", ints }, { attributes, only }, of) {
    const value = { 1: f, 2: i, 3: s, 7: ints }[type];
    must(attributes?.includes(name) || only?.[name] === value, `${of} has the attribute ${name}, which this page does not compute.`);
    return value;
  }

  function node(read, at) {
    const { operator = "", domain = "", inputs, outputs } = read;
    const name = read.name || outputs[0] || `node ${at + 1}`;
    const known = Object.hasOwn(OPERATORS, operator) && OPERATORS[operator];
    const full = domain ? `${domain}.${operator}` : operator;
    must(known && full === operator, `The node ${name} is of the operation ${full}, which this page does not compute. It knows ${Object.keys(OPERATORS).join(", ")}.`);
    const [least, most = least] = known.inputs;
    must(outputs.length === 1 && inputs.length >= least && inputs.length <= most, `${name} reads ${inputs.length} values and gives ${outputs.length}, which ${operator} does not.`);
    const attributes = Object.fromEntries(read.attributes.map((one) => [one.name, attribute(one, known, name)]));
    return { name, operator, inputs, output: outputs[0], attributes };
  }

  /** A name, and its sizes: a batch, or what is left open, is 1. */
  function port({ name, type }) {
    must(type?.tensor?.type === 1, `${name} is not of 32-bit floating-point numbers.`);
    const dimensions = type.tensor.shape?.dimensions ?? [];
    return { name, shape: dimensions.map(({ size }) => size ?? 1) };
  }

  /** What a file says: nodes in their order, numbers by name, input and output. */
  function read(given) {
    must(given.length > 0, "The file is empty.");
    must(given.length <= MOST_BYTES, `The file has ${Math.round(given.length / 1e6)} MB; a page reads at most ${MOST_BYTES / 1e6}.`);
    const { graph, opsets } = message(Uint8Array.from(given), FILE);
    must(graph && graph.nodes.length > 0, NO_ONNX);
    const { version = 0 } = opsets.find(({ domain = "" }) => domain === "") ?? {};
    must(version >= 13, `The file is of version ${version} of ONNX's operations, some of which meant something else; 13 and later are read here.`);
    const parameters = Object.create(null);
    for (const one of graph.parameters) parameters[one.name] = tensor(one);
    const inputs = graph.inputs.filter(({ name }) => !Object.hasOwn(parameters, name)).map(port);
    const outputs = graph.outputs.map(port);
    must(inputs.length === 1 && outputs.length === 1, `The network has ${inputs.length} inputs and ${outputs.length} outputs; this page has one picture and shows one answer.`);
    const [input] = inputs;
    must(count(input.shape) === SIDE * SIDE, `The network takes ${show(input.shape)} numbers; what is drawn here has ${SIDE} x ${SIDE}.`);
    const nodes = graph.nodes.map(node);
    const known = new Set([input.name, ...Object.keys(parameters)]);
    for (const one of nodes) {
      const missing = one.inputs.find((name) => !known.has(name));
      must(missing === undefined, `${one.name} reads ${missing}, which nothing before it gives.`);
      known.add(one.output);
    }
    must(known.has(outputs[0].name), `No node gives the output ${outputs[0].name}.`);
    return { nodes, parameters, input, output: outputs[0] };
  }

  // --- operations

  /** f of numbers at the same place; what is smaller is repeated, as NumPy does it. */
  function elementwise(f, ...given) {
    const rank = Math.max(...given.map(({ shape }) => shape.length));
    const padded = given.map(({ shape }) => [...Array(rank - shape.length).fill(1), ...shape]);
    const shape = Array.from({ length: rank }, (_, axis) => {
      const sizes = padded.map((one) => one[axis]);
      const size = sizes.find((one) => one !== 1) ?? 1;
      must(sizes.every((one) => one === 1 || one === size), `Values of ${given.map((one) => show(one.shape)).join(" and ")} do not go together.`);
      return size;
    });
    const steps = padded.map((sizes) => sizes.map((size, axis) => (size === 1 ? 0 : count(sizes.slice(axis + 1)))));
    const values = made(shape);
    const [a, b, c] = given.map((one) => one.values);
    const at = [0, 0, 0];
    const index = shape.map(() => 0);
    for (let k = 0; k < values.length; k += 1) {
      values[k] = f(a[at[0]], b?.[at[1]], c?.[at[2]]);
      for (let axis = rank - 1; axis >= 0; axis -= 1) {
        index[axis] += 1;
        const turns = index[axis] === shape[axis];
        for (let j = 0; j < steps.length; j += 1) at[j] += steps[j][axis] * (turns ? 1 - shape[axis] : 1);
        if (!turns) break;
        index[axis] = 0;
      }
    }
    return { shape, values };
  }

  function made(shape) {
    const length = count(shape);
    must(length <= MOST_NUMBERS, `A value of ${show(shape)} is too large for a page.`);
    spend(length);
    return new Float32Array(length);
  }

  let work = 0;

  /** What a picture costs is counted before it is computed, so that no file stops the page. */
  function spend(numbers) {
    work += numbers;
    must(work <= MOST_WORK, "The network computes too much for a page.");
  }

  function convolution(x, weight, bias, { strides = [1, 1], dilations = [1, 1], pads = [0, 0, 0, 0] }) {
    must(x.shape.length === 4 && weight.shape.length === 4, "Conv is computed for pictures alone, with two sides.");
    const [batch, channels, height, width] = x.shape;
    const [maps, each, rows, columns] = weight.shape;
    const natural = [...strides, ...dilations].every((one) => one >= 1) && pads.every((one) => one >= 0);
    must(natural && strides.length === 2 && dilations.length === 2 && pads.length === 4, NO_ONNX);
    must(each === channels && (!bias || bias.values.length === maps), NO_ONNX);
    const size = (side, kernel, axis) => Math.floor((side + pads[axis] + pads[axis + 2] - dilations[axis] * (kernel - 1) - 1) / strides[axis]) + 1;
    const shape = [1, maps, size(height, rows, 0), size(width, columns, 1)];
    must(batch === 1 && shape.every((one) => one >= 1), NO_ONNX);
    const values = made(shape);
    spend(values.length * each * rows * columns);
    const [xs, ws] = [x.values, weight.values];
    const [down, right] = dilations;
    let at = 0;
    for (let map = 0; map < maps; map += 1) {
      for (let i = 0; i < shape[2]; i += 1) {
        for (let j = 0; j < shape[3]; j += 1) {
          const top = i * strides[0] - pads[0];
          const left = j * strides[1] - pads[1];
          let sum = bias ? bias.values[map] : 0;
          for (let channel = 0; channel < each; channel += 1) {
            for (let r = 0; r < rows; r += 1) {
              const y = top + r * down;
              if (y < 0 || y >= height) continue;
              const line = (channel * height + y) * width;
              const kernel = ((map * each + channel) * rows + r) * columns;
              for (let c = 0; c < columns; c += 1) {
                const z = left + c * right;
                if (z >= 0 && z < width) sum += xs[line + z] * ws[kernel + c];
              }
            }
          }
          values[at++] = sum;
        }
      }
    }
    return { shape, values };
  }

  function product(a, b) {
    must(a.shape.length === 2 && b.shape.length === 2 && a.shape[1] === b.shape[0], `MatMul of ${show(a.shape)} and ${show(b.shape)} is not computed here.`);
    const [[rows, inner], [, columns]] = [a.shape, b.shape];
    const shape = [rows, columns];
    spend(rows * inner * columns);
    const values = made(shape);
    for (let i = 0; i < rows; i += 1) {
      const sums = new Float64Array(columns);
      for (let k = 0; k < inner; k += 1) {
        const left = a.values[i * inner + k];
        for (let j = 0; j < columns; j += 1) sums[j] += left * b.values[k * columns + j];
      }
      values.set(sums, i * columns);
    }
    return { shape, values };
  }

  /** A channel is the second axis; mean and variance are those that the file holds. */
  function normalised(x, scale, shift, mean, variance, { epsilon = 1e-5 }) {
    const channels = x.shape[1];
    must([scale, shift, mean, variance].every((one) => one.values.length === channels), NO_ONNX);
    const each = count(x.shape.slice(2));
    const values = made(x.shape).map((_, k) => {
      const c = Math.floor(k / each) % channels;
      return ((x.values[k] - mean.values[c]) / Math.sqrt(variance.values[c] + epsilon)) * scale.values[c] + shift.values[c];
    });
    return { shape: x.shape, values };
  }

  function reshaped(x, sizes) {
    const shape = Array.from(sizes.values, (size, axis) => (size === 0 ? x.shape[axis] : size));
    const open = shape.indexOf(-1);
    if (open >= 0) shape[open] = x.values.length / -count(shape);
    must(count(shape) === x.values.length && shape.every(Number.isInteger), `${show(x.shape)} numbers do not become ${show(shape)}.`);
    return { shape, values: x.values };
  }

  function softmax(x, { axis = -1 }) {
    const last = x.shape.length - 1;
    must(axis === -1 || axis === last, "Softmax is computed along the last axis alone.");
    const each = x.shape[last];
    const values = made(x.shape);
    for (let from = 0; from < values.length; from += each) {
      const row = x.values.subarray(from, from + each);
      const most = row.reduce((a, b) => Math.max(a, b));
      const powers = Array.from(row, (value) => Math.exp(value - most));
      const sum = powers.reduce((a, b) => a + b);
      values.set(powers.map((power) => power / sum), from);
    }
    return { shape: x.shape, values };
  }

  const pair = (f) => ({ inputs: [2], run: (a, b) => elementwise(f, a, b) });
  const single = (f) => ({ inputs: [1], run: (x) => elementwise(f, x) });

  // All that this page knows: how many values each reads, its attributes, and those that have one value.
  const OPERATORS = {
    Conv: { inputs: [2, 3], attributes: ["strides", "dilations", "pads", "kernel_shape"], only: { group: 1, auto_pad: "NOTSET" }, run: (x, w, b, set) => (set ? convolution(x, w, b, set) : convolution(x, w, null, b)) },
    BatchNormalization: { inputs: [5], attributes: ["epsilon", "momentum"], only: { training_mode: 0 }, run: normalised },
    Relu: single((x) => Math.max(x, 0)),
    LeakyRelu: { inputs: [1], attributes: ["alpha"], run: (x, { alpha = 0.01 }) => elementwise((v) => (v < 0 ? alpha * v : v), x) },
    PRelu: pair((x, slope) => (x < 0 ? slope * x : x)),
    Exp: single(Math.exp),
    Add: pair((a, b) => a + b),
    Sub: pair((a, b) => a - b),
    Mul: pair((a, b) => a * b),
    Greater: pair((a, b) => (a > b ? 1 : 0)),
    Where: { inputs: [3], run: (which, a, b) => elementwise((w, x, y) => (w ? x : y), which, a, b) },
    Reshape: { inputs: [2], only: { allowzero: 0 }, run: reshaped },
    MatMul: { inputs: [2], run: product },
    Softmax: { inputs: [1], attributes: ["axis"], run: softmax },
  };

  // --- runs

  /** A number from 0 to 1 for each place of a draw (an integer hash). */
  function chance(draw, place) {
    let hash = (Math.imul(draw + 1, 0x9e3779b1) ^ Math.imul(place + 1, 0x85ebca6b)) >>> 0;
    hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
    hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97);
    return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
  }

  /**
   * Every value by name. `change` does something else at one node: it is left out ("skip": its first
   * input stands for its output, where both have one shape), or "dropout" erases a share of what it
   * gives, as in training.
   */
  function run(network, pixels, change = {}) {
    work = 0;
    const { input: { name: first, shape } } = network;
    const values = { ...network.parameters, [first]: { shape, values: Float32Array.from(pixels) } };
    for (const { name, operator, inputs, output, attributes } of network.nodes) {
      const given = inputs.map((input) => values[input]);
      let found = OPERATORS[operator].run(...given, attributes);
      if (change.node === name && change.how === "skip" && isSkippable(given, found)) found = given[0];
      if (change.node === name && change.how === "dropout") {
        const kept = found.values.map((value, k) => (chance(change.draw, k) < change.share ? 0 : value / (1 - change.share)));
        found = { shape: found.shape, values: kept };
      }
      values[output] = found;
    }
    return values;
  }

  /** Whether a node can be left out: what it reads has the shape of what it gives. */
  const isSkippable = ([first], found) => String(first.shape) === String(found.shape);

  /** The network of a file, which has then run once; or why not, in a sentence. */
  function open(bytes) {
    try {
      const network = read(bytes);
      const { shape } = run(network, Array(SIDE * SIDE).fill(0))[network.output.name];
      const classes = count(shape);
      must(shape.at(-1) === classes && classes >= 2 && classes <= MOST_CLASSES, `The network gives ${show(shape)} numbers, not one for each of at most ${MOST_CLASSES} classes.`);
      return { network, classes };
    } catch (error) {
      if (error instanceof Refused) return { refused: error.message };
      // Nonsense of a kind that is not looked for: sizes that do not fit.
      return { refused: NO_ONNX };
    }
  }

  function summary({ shape, values }) {
    const of = (f, first) => values.reduce((a, b) => f(a, b), first);
    const [low, high] = [of(Math.min, Infinity), of(Math.max, -Infinity)];
    return { shape, mean: of((a, b) => a + b, 0) / values.length, low, high };
  }

  // --- drawings: levels of ink from 0 to 15, a letter each, and how often it follows itself

  const LEVELS = "abcdefghijklmnop";

  function levels(words) {
    const found = [];
    for (const [, letter, times] of words.matchAll(/([a-p])(\d{0,3})/g)) {
      for (let k = Number(times || 1); k > 0 && found.length < SIDE * SIDE; k -= 1) found.push(LEVELS.indexOf(letter));
    }
    while (found.length < SIDE * SIDE) found.push(0);
    return found;
  }

  function words(drawn) {
    return drawn.map((level) => LEVELS[level]).join("").replace(/a+$/, "").replace(/(.)\1+/g, (all, one) => one + all.length);
  }

  /** What the network gets: ink from 0 to 1, white on black; or as another program might have it. */
  function ink(drawn, kind) {
    const of = { usual: (v) => v, swapped: (v) => 1 - v, bytes: (v) => 255 * v }[kind];
    return drawn.map((level) => Math.fround(of(Math.fround(level / 15))));
  }

  /** For the program's test: values by name, for each of some pictures. */
  function answers(bytes, pictures, names, change) {
    const { network } = open(bytes);
    return pictures.map((picture) => {
      const found = run(network, picture, change);
      return names.map((name) => Array.from(found[name].values));
    });
  }

  return { open, run, summary, levels, words, ink, answers, isSkippable, show };
})();
