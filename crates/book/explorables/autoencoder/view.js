// Draws trainings by loss, optimizer and rate, and the answer of three layers to a circle.
"use strict";

(() => {
  const { data } = kit;
  const { size, pictures, network } = data;
  const pixels = pictures.width * pictures.height;
  const levels = kit.bytes(pictures.levels);
  const floats = (text) => new Float32Array(kit.bytes(text).buffer);
  const layers = network?.layers.map((layer) => ({
    ...layer, weights: floats(layer.weights), biases: floats(layer.biases),
  }));
  const dark = layers && model.black(layers, size);
  const HUGE = 2; // Powers of ten above the first loss that a plot shows of a training that diverged.

  /** Three digits; without an exponent for the sizes of everyday. */
  function short(value) {
    const away = Math.abs(value);
    if (away >= 1e-3 && away < 1e5) return Number(value.toPrecision(3)).toString().replace("-", "\u2212");
    return value === 0 ? "0" : value.toExponential(1).replace("e+", "e").replaceAll("-", "\u2212");
  }
  const power = (at) => (Number.isInteger(at) ? `1e${at}`.replace("-", "\u2212") : "");

  function paint(canvas, { width, height }, greys) {
    [canvas.width, canvas.height] = [width, height];
    const image = new ImageData(width, height);
    greys.forEach((grey, k) => image.data.set([grey, grey, grey, 255], 4 * k));
    canvas.getContext("2d").putImageData(image, 0, 0);
  }

  function frame(parent, words) {
    const figure = kit.add(parent, "figure", { class: "face" });
    const canvas = kit.add(figure, "canvas", { role: "img", "aria-label": words, class: "pixels" });
    return { canvas, caption: kit.add(figure, "figcaption", {}, words) };
  }

  kit.start(
    {
      l: "sum", o: "sgd", e: "relu", r: data.rate, c: "same", s: 0,
      x: size.width / 2, y: size.height / 2, radius: network?.radius ?? 1,
    },
    (state) => {
      const top = kit.section("A loss, an optimizer, a rate");
      const settings = kit.add(top, "div");
      const curves = kit.add(top, "div");
      const picks = kit.add(settings, "div", { class: "controls" });
      kit.choice(picks, { name: "l", label: "Loss", options: data.losses.map((one) => [one.name, one.label]) });
      kit.choice(picks, { name: "o", label: "Optimizer", options: [["sgd", "gradient descent"], ["adam", "Adam"]] });
      kit.choice(picks, { name: "e", label: "Last layer", options: [["relu", "ends in a ReLU"], ["linear", "no ReLU at the end"]] });
      const rates = kit.choice(picks, { name: "r", label: "Learning rate", options: data.rates.map((one) => [one.name, one.label]) });
      kit.choice(picks, { name: "c", label: "Multiples of D beside it", options: [["same", "at the same rate"], ["k", "at the same rate times k"], ["none", "none"]] });
      kit.range(picks, {
        name: "s", label: "k goes into the rate", min: 0, max: 1, step: 0.05,
        show: (share) => (share === 0 ? "not" : share === 1 ? "all of it" : `k to the power of ${share}`),
      });
      const show = kit.readings(settings, [
        ["left", `error left on new circles, mean of ${data.seeds} seeds`], ["rate", "rate times k"], ["apart", "curves apart, at most"],
        ["dead", "dead maps of hidden layers"], ["gradient", "gradient, all layers"],
      ]);
      const say = kit.saying(settings);

      const way = kit.plot(curves, { label: "The loss at each step", xLabel: "step", height: 300, edge: 52, yText: power });
      kit.legend(curves, data.losses.map((one) => [`s${one.hue}`, one.label]));
      const wayWords = kit.add(curves, "p", { class: "small" });

      const middle = kit.section("What became of it");
      const seen = kit.add(middle, "div");
      const shown = kit.add(seen, "div", { class: "faces trio" });
      const asked = frame(shown, "a new circle");
      const cut = frame(shown, "the answer, cut to 0 to 100");
      const whole = frame(shown, "the answer, stretched");
      const deadMaps = kit.plot(seen, { label: "Share of dead maps by hidden layer", xLabel: "hidden layer", yLabel: "dead maps, 0 to 1", height: 190 });
      const deadWords = kit.add(seen, "p", { class: "small" });
      const all = kit.add(middle, "div");
      const valley = kit.plot(all, { label: "Error left by rate", yLabel: "error left", height: 300, xText: power });
      const valleyWords = kit.add(all, "p", { class: "small" });

      const answers = layers && drawn(state);
      const options = [...rates.querySelectorAll("option")];

      /** Rates that this loss and optimizer have; the first of them where another one was picked. */
      function offerRates() {
        options.forEach((option, at) => {
          const cell = model.find(data, { ...state, r: option.value });
          option.disabled = !cell;
          const { label, is_usual: usual } = data.rates[at];
          option.textContent = usual ? label : `${cell ? `${cell.label}, ` : ""}as ${label} on the mean`;
        });
        if (!model.find(data, state)) kit.set({ r: data.rate });
      }

      function drawWay(cell, others) {
        const lines = [cell, ...others].map((one) => {
          const of = model.lossOf(data, one);
          return { one, hue: `s${of.hue}`, values: one.losses.map((loss) => model.level(loss, of, state.s)) };
        });
        // Where one diverged nothing else would be seen beside its end.
        const seen = lines.flatMap(({ one, values }) => values.filter((v) => Number.isFinite(v) && (one.diverged_at === null || v <= values[0] + HUGE)));
        const [low, high] = [Math.min(...seen), Math.max(...seen)];
        const margin = Math.max(0.3, 0.06 * (high - low));
        way.draw({ x: [0, data.steps], y: [low - margin, high + margin] }, (p) => lines.map(({ one, hue, values }) => {
          const steps = values.map((_, k) => k * data.every);
          const kind = one === cell ? hue : `${hue} thin dash`;
          return values.length > 1 ? p.line(steps, values, kind) : p.dot(steps[0], values[0], `dot ${hue}`);
        }));
        wayWords.textContent = `${state.s === 1 ? "As a mean of squares" : state.s === 0 ? "Each loss in its own unit" : "Between the loss's unit and the mean of squares"}, seed 0, logarithmic. The picked training is solid${others.length ? `, beside it, dashed: ${others.map((one) => `${model.lossOf(data, one).label} at ${one.label}`).join("; ")}` : ""}.`;
      }

      function drawValley(cell) {
        const cells = model.family(data, state);
        const ends = cells.flatMap((one) => [0, 1].map((share) => model.rateLevel(data, one, share)));
        const x = [Math.floor(Math.min(...ends)) - 0.5, Math.ceil(Math.max(...ends)) + 0.5];
        const place = (one) => [model.rateLevel(data, one, state.s), model.mean(one.left)];
        valley.draw({ x, y: [0, 1.08] }, (p) => [
          ...data.losses.map((of) => {
            const own = cells.filter(({ loss }) => loss === of.name).map(place).sort(([a], [b]) => a - b);
            return p.line(own.map(([at]) => at), own.map(([, left]) => left), `s${of.hue} thin dash`);
          }),
          ...[cell, ...cells.filter((one) => one !== cell)].map((one) => {
            const of = model.lossOf(data, one);
            return p.dot(...place(one), `${of.multiple ? "dot" : "hollow"} s${of.hue}`, one === cell ? 8 : 5);
          }),
        ]);
        valleyWords.textContent = `Mean of ${data.seeds} seeds, at most 1: at 1 a network has learnt nothing or diverged. Along the axis ${state.s === 0 ? "the rate r" : state.s === 1 ? "r times k" : `r times k to the power of ${state.s}`}; the largest dot is the picked training. Hollow: losses that are no multiple of D (k is their slope); dots at one place hide one another.`;
      }

      function drawAnswer(cell) {
        const picture = (at) => levels.subarray(at * pixels, (at + 1) * pixels);
        asked.canvas.parentElement.hidden = levels.length === 0;
        if (levels.length > 0) paint(asked.canvas, pictures, picture(0));
        const [low, high, at] = cell.answer ?? [0, 0, -1];
        for (const [one, shift] of [[cut, 0], [whole, 1]]) {
          one.canvas.parentElement.hidden = !cell.answer;
          if (cell.answer) paint(one.canvas, pictures, picture(at + shift));
        }
        whole.caption.textContent = `stretched from ${short(low)} to ${short(high)}`;
        const hue = `s${model.lossOf(data, cell).hue}`;
        const numbers = cell.dead.map((_, layer) => layer + 1);
        deadWords.textContent = `Maps that are 0 in every pixel of every picture of a batch, after ${cell.probed} steps of seed 0.`;
        deadMaps.draw({ x: [0.4, cell.dead.length + 0.6], y: [0, 1], xTicks: numbers }, (p) => cell.dead.map((share, layer) => p.bar(layer + 1, share, hue, 0.3)));
      }

      function words(cell, left) {
        const of = model.lossOf(data, cell);
        const [first, last] = [cell.losses[0], cell.losses.at(-1)];
        const grown = model.meanSquare(last, of) / model.meanSquare(first, of);
        const [low, high] = cell.answer ?? [0, 0];
        if (cell.diverged_at !== null) return `Seed 0 diverged: in step ${cell.diverged_at + 1} its numbers left those of 32 bits, and there is no answer.`;
        if (cell.gradient === 0 && cell.answer && low === 0 && high === 0) return `The answer of seed 0 is black everywhere, and after ${cell.probed} steps no gradient came back: the network stays as it is, the loss changes with the circles of the batch alone.`;
        if (of.inverse && last < first && grown > 2) return `The loss of seed 0 fell to ${short(last / first)} of what it was, as the mean of squares grew ${short(grown)} times: the answers reach from ${short(low)} to ${short(high)}.`;
        if (left < 0.5) return "It trains: less than half of the error of the best constant answer is left.";
        return left > 0.9 ? "It has learnt next to nothing: the best constant answer does as well." : "It has learnt something, but more than half of the error is left.";
      }

      return () => {
        offerRates();
        const cell = model.find(data, state);
        if (!cell) return; // Drawn with the next frame, at a rate that there is.
        const others = model.beside(data, cell, state);
        const { left, rate, apart, dead, gradient } = model.shown(data, state);
        show({
          left: [left, left.toFixed(3)], rate: [rate, short(rate)],
          apart: [apart, others.length ? `${apart < 100 ? apart.toFixed(4) : short(apart)} times` : "no other"],
          dead: [dead, `${(100 * dead).toFixed(0)} %`],
          gradient: [gradient, cell.gradient === null ? "no number" : short(gradient)],
        });
        say(words(cell, left));
        drawWay(cell, others);
        drawAnswer(cell);
        drawValley(cell);
        answers?.();
      };
    },
  );

  /** A circle to be dragged, and what the three layers answer. */
  function drawn(state) {
    const most = Math.min(size.height, size.width / 2);
    const least = Math.min(0.5, most);
    const panels = kit.section("Draw a circle");
    const left = kit.add(panels, "div");
    const right = kit.add(panels, "div");
    const holder = kit.add(left, "div", { class: "plot photo" });
    const canvas = kit.add(holder, "canvas", { role: "img", "aria-label": "The circle", class: "pixels" });
    const picks = kit.add(left, "div", { class: "controls" });
    kit.range(picks, { name: "radius", label: "Radius, pixels", min: least, max: most, step: 0.1 });
    const output = kit.add(kit.add(right, "div", { class: "plot photo" }), "canvas", { role: "img", "aria-label": "The answer, cut to 0 to 100", class: "pixels" });
    const show = kit.readings(right, [
      ["circle-left", "error left of this picture"], ["circle-low", "darkest answer"], ["circle-high", "brightest answer"],
    ]);
    kit.add(right, "p", { class: "small" }, `Three layers (mean of squares, Adam, ${network.steps} steps, no ReLU at the end; seed 0) answer in the page, with the run's weights. They were trained on circles of radius ${short(network.radius)}; on new ones ${network.left.toFixed(3)} of the error is left. White is 100, black 0.`);

    const view = {
      holder,
      scale: 1,
      toPixels: ([x, y]) => [x * view.scale, y * view.scale],
      fromPixels: ([px, py]) => [px / view.scale, py / view.scale],
    };
    // The handle of the radius is where there is room for it.
    const edge = () => [state.x + (state.x > size.width / 2 ? -state.radius : state.radius), state.y];
    const round = (value) => Number(value.toFixed(2));
    const within = (value, low, high) => Math.min(high, Math.max(low, value));
    const follow = kit.handles(view, {
      label: "Centre and radius. Arrow keys move them by half a pixel, with Shift by five.",
      points: () => [[state.x, state.y], edge()],
      move: (at, [x, y]) => {
        if (at === 0) kit.set({ x: round(within(x, 0, size.width)), y: round(within(y, 0, size.height)) });
        else kit.set({ radius: round(within(Math.hypot(x - state.x, y - state.y), least, most)) });
      },
      steps: [0.5, -0.5], grip: 8, kind: (at) => (at === 0 ? "s1" : "s0"), words: (at) => ["Centre", "Edge"][at],
    });

    return () => {
      state.x = within(state.x, 0, size.width);
      state.y = within(state.y, 0, size.height);
      const circle = [state.x, state.y, state.radius];
      const picture = model.circle(size, circle);
      const answered = model.answer(layers, size, circle, dark);
      const grey = (values) => Uint8Array.from(values, (v) => Math.round(2.55 * within(v, 0, 100)));
      paint(canvas, size, grey(picture));
      paint(output, size, grey(answered));
      view.scale = canvas.clientWidth / size.width;
      view.overlay.setAttribute("viewBox", `0 0 ${canvas.clientWidth} ${canvas.clientHeight}`);
      view.overlay.setAttribute("height", canvas.clientHeight);
      follow();
      const numbers = Object.entries(model.score(answered, picture));
      show(Object.fromEntries(numbers.map(([name, value]) => [name, [value, name === "circle-left" ? value.toFixed(3) : short(value)]])));
    };
  }
})();
