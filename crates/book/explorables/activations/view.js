// Draws the functions, the error on its way back, and softmax.
"use strict";

kit.start(
  { f: "sigmoid", a: 0.01, b: 0.25, l: 3, u: 8, x: -2, w: "xavier", v: 1, m: "error", z1: 3, z2: 0.7, z3: 0.5, t: 1 },
  () => {
    const { data } = kit;
    const names = data.activations.map((one) => one.name);
    const hue = (name) => `s${names.indexOf(name)}`;
    const digits = (value, count = 3) => value.toFixed(count).replace("-", "\u2212");

    // --- the function
    const functions = kit.section("The function and its derivative");
    const left = kit.add(functions, "div");
    const right = kit.add(functions, "div");
    const picks = kit.add(left, "div", { class: "controls" });
    kit.choice(picks, { name: "f", label: "Function", options: data.activations.map((one) => [one.name, one.label]) });
    const slopes = { lrelu: { name: "a", label: "Slope below zero" }, prelu: { name: "b", label: "Slope that was learnt" } };
    for (const of of Object.values(slopes)) of.holder = kit.range(picks, { ...of, min: 0, max: 1, step: 0.01 });
    const lower = kit.range(picks, { name: "l", label: "Least divisor", min: 1, max: 10, step: 0.5 });
    const upper = kit.range(picks, { name: "u", label: "Largest divisor", min: 1, max: 10, step: 0.5 });
    kit.range(picks, { name: "x", label: "Input x", min: -6, max: 6, step: 0.1, show: (x) => digits(x, 1) });
    const shown = kit.readings(left, [["value", "f(x)"], ["derivative", "f'(x), what it passes back"]]);
    const curve = kit.plot(right, {
      label: "The function and its derivative over the input", xLabel: "input x", height: 240,
    });
    const key = kit.legend(right, [["s0", "f(x)"], ["s0", "f'(x)", "dash"], ["s0", "drawn in training", "dot"]]);

    // --- the network
    const network = kit.section("The error on its way back through 20 layers");
    const settings = kit.add(network, "div");
    const drawn = kit.add(network, "div");
    const weighs = kit.add(settings, "div", { class: "controls" });
    kit.choice(weighs, {
      name: "w", label: "Initial weights",
      options: [["xavier", "Xavier's"], ["he", "He's"], ["own", "normal, variance of my own"]],
    });
    const variance = kit.range(weighs, { name: "v", label: "Variance times 64 inputs", min: 0.1, max: 8, step: 0.1 });
    kit.choice(weighs, { name: "m", label: "Show", options: [["error", "the error"], ["gradient", "the weights' gradients"]] });
    const measured = kit.readings(settings, [
      ["lost", "error: first layer over last, powers of ten"],
      ["gradient", "gradients: the same"],
      ["zeros", "share of activations that are zero"],
    ]);
    const say = kit.saying(settings);
    const layersPlot = kit.plot(drawn, {
      label: "Norm of the error or the gradient by layer, powers of ten", height: 300,
      xLabel: "layer, 1 at the input", yLabel: "power of ten",
    });
    kit.legend(drawn, [
      ...data.activations.map((one) => [hue(one.name), one.label]),
    ]);

    // --- softmax
    const last = kit.section("Softmax of three logits");
    const logits = kit.add(kit.add(last, "div"), "div", { class: "controls" });
    for (const [name, label] of [["z1", "First logit"], ["z2", "Second logit"], ["z3", "Third logit"]]) {
      kit.range(logits, { name, label, min: -5, max: 5, step: 0.1, show: (z) => digits(z, 1) });
    }
    kit.range(logits, { name: "t", label: "Temperature", min: 0.05, max: 5, step: 0.05 });
    const bars = kit.add(last, "div");
    const probabilities = kit.readings(bars, [["p1", "first"], ["p2", "second"], ["p3", "third"]]);
    const barPlot = kit.plot(bars, { label: "Three probabilities as bars", height: 170, yLabel: "probability" });

    const grid = Array.from({ length: 241 }, (_, k) => (k - 120) / 20);
    const scattered = Array.from({ length: 60 }, (_, k) => -0.1 * (k + 0.5));
    const batch = model.batch(data);
    let kept = { key: "", signal: null };

    function signalOf(state, f) {
      const key = [f.name, f.slope, f.lower, f.upper, state.w, state.v].join();
      if (kept.key !== key) {
        kept = { key, signal: model.signal(f, model.weights(state.w, state.v, data), batch) };
      }
      return kept.signal;
    }

    function drawFunction(state, f) {
      const own = hue(f.name);
      key.querySelectorAll("li").forEach((item) => item.setAttribute("class", own));
      key.lastChild.hidden = f.name !== "rrelu";
      shown({
        value: [model.value(f, state.x), digits(model.value(f, state.x), 4)],
        derivative: [model.derivative(f, state.x), digits(model.derivative(f, state.x), 4)],
      });
      const y = f.name === "sigmoid" ? [-0.1, 1.1] : [-2, 4];
      curve.draw({ x: [-6, 6], y }, (p) => [
        p.line(grid, model.derivatives(f, grid), `${own} dash`),
        p.line(grid, model.values(f, grid), own),
        ...(f.name === "rrelu"
          ? model.drawnValues(f, scattered).map((value, k) => p.dot(scattered[k], value, `dot ${own}`, 2))
          : []),
        p.dot(state.x, model.derivative(f, state.x), `hollow ${own}`, 5),
        p.dot(state.x, model.value(f, state.x), `dot ${own}`, 5),
      ]);
    }

    function drawNetwork(state, f) {
      const { error, gradient, zeros } = signalOf(state, f);
      const numbers = error.map((_, k) => k + 1);
      const logs = (state.m === "error" ? error : gradient).map(Math.log10);
      const of = (one) => one[state.w === "he" ? "he" : "xavier"][state.m];
      const every = data.activations.flatMap((one) => [...of(one).low, ...of(one).high]).concat(logs);
      const finite = every.filter(Number.isFinite);
      const y = [Math.floor(Math.min(...finite)), Math.ceil(Math.max(...finite))];
      layersPlot.draw({ x: [1, numbers.length], y, xTicks: [1, 5, 10, 15, 20] }, (p) => [
        ...data.activations.map((one) => p.line(numbers, of(one).mean, `${hue(one.name)} thin`)),
        ...data.activations.filter((one) => one.name === f.name && state.w !== "own").map((one) =>
          p.band(numbers, of(one).low, of(one).high, hue(one.name))),
        p.line(numbers, logs, hue(f.name)),
        ...logs.map((value, k) => p.dot(numbers[k], value, `dot ${hue(f.name)}`, 3.5)),
      ]);
      const [fell, fellGradient] = [model.lost(error), model.lost(gradient)];
      const empty = zeros.reduce((a, b) => a + b, 0) / zeros.length;
      measured({
        lost: [fell, digits(fell, 2)],
        gradient: [fellGradient, digits(fellGradient, 2)],
        zeros: [empty, digits(empty, 3)],
      });
      const factor = 10 ** (fell / (error.length - 1));
      const arrives = Math.abs(fell) < 1 ? "The error arrives" : fell < 0 ? "The error is lost" : "The error explodes";
      say(`${arrives}: on its way back each layer multiplies it by ${digits(factor, 2)} on average.`);
    }

    function drawSoftmax(state) {
      const p = model.softmax([state.z1, state.z2, state.z3], state.t);
      probabilities({ p1: [p[0], digits(p[0])], p2: [p[1], digits(p[1])], p3: [p[2], digits(p[2])] });
      barPlot.draw({ x: [0.5, 3.5], y: [0, 1], xTicks: [1, 2, 3], yTicks: [0, 0.5, 1] }, (plot) =>
        p.map((value, k) => plot.bar(k + 1, value, `s${k}`, 0.35)));
    }

    return (state) => {
      const f = {
        name: state.f,
        slope: state[slopes[state.f]?.name] ?? 0,
        lower: Math.min(state.l, state.u),
        upper: Math.max(state.l, state.u),
      };
      for (const [name, of] of Object.entries(slopes)) of.holder.hidden = f.name !== name;
      lower.hidden = upper.hidden = f.name !== "rrelu";
      variance.hidden = state.w !== "own";
      drawFunction(state, f);
      drawNetwork(state, f);
      drawSoftmax(state);
    };
  },
);
