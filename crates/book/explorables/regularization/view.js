// Draws the points, the line, the weight matrices and the way of the slope, and trains.
"use strict";

(() => {
  const { samples, config, weights } = kit.data;
  const round = (value) => Number(value.toPrecision(6));
  const LIFT = round(samples.lift);
  const held = new Set(samples.test);
  const lifted = new Set(samples.outliers);
  const METHODS = [["l1", "L1"], ["l2", "L2"], ["elastic-net", "elastic net"], ["none", "no penalty"]];
  const HUES = { none: "s4", l1: "s0", l2: "s1", "elastic-net": "s2" };
  const count = samples.points.x.length - held.size; // Steps of an epoch.
  const STEPS = 300 * count;
  const PAUSE = 1; // Epochs that are trained between two pictures.

  /** Blue, white, red as in the figures. */
  const DIVERGING = [
    [5, 48, 97], [33, 102, 172], [67, 147, 195], [146, 197, 222], [209, 229, 240], [247, 247, 247],
    [253, 219, 199], [244, 165, 130], [214, 96, 77], [178, 24, 43], [103, 0, 31],
  ];
  function shade(share) {
    const place = Math.min(1, Math.max(0, share)) * 10;
    const below = Math.min(9, Math.floor(place));
    return DIVERGING[below].map((c, k) => c + (DIVERGING[below + 1][k] - c) * (place - below));
  }

  /** Points that were dragged: "12,3.1,8.2 13,..." in the address. */
  function moved(state) {
    const found = new Map();
    for (const part of state.p.split(" ").filter(Boolean)) {
      const [at, x, y] = part.split(",").map(Number);
      if (at in samples.points.x && Number.isFinite(x) && Number.isFinite(y)) found.set(at, [x, y]);
    }
    return found;
  }

  function points(state) {
    const own = moved(state);
    return samples.points.x.map((x, at) => own.get(at)
      ?? [x, samples.points.y[at] + (lifted.has(at) && state.lift !== LIFT ? state.lift - samples.lift : 0)]);
  }

  function part(all, isTest) {
    const chosen = all.filter((_, at) => held.has(at) === isTest);
    return { x: chosen.map(([x]) => x), y: chosen.map(([, y]) => y) };
  }

  // The training as it stands, and what it was made under.
  let live = { key: "", steps: 0 };

  function trained(state, all) {
    const settings = { method: state.m, lambda: state.lambda, share: state.share, rate: state.r };
    const key = JSON.stringify([settings, state.p, state.lift, state.cut]);
    if (key !== live.key || state.n < live.steps) {
      const layers = model.network(config.sizes, weights);
      live = { key, layers, steps: 0, slopes: [model.line(layers).slope], cut: null };
    }
    const train = part(all, false);
    const note = () => live.slopes.push(model.line(live.layers).slope);
    const to = (steps) => {
      if (steps > live.steps) model.train(live.layers, train, settings, live.steps, steps, note);
      live.steps = Math.max(live.steps, steps);
    };
    if (state.cut > 0 && state.cut <= state.n && !live.cut) {
      to(state.cut);
      const xs = all.map(([x]) => x);
      const range = [Math.min(...xs), Math.max(...xs)];
      live.cut = model.prune(live.layers, range, config.threshold, config.tolerance);
      live.layers = model.copy(live.cut.layers);
    }
    to(state.n);
    return live;
  }

  kit.start(
    { m: "l1", lambda: config.lambda, share: config.share, r: config.rate, n: 0, cut: 0, lift: LIFT, p: "" },
    (state) => {
      let running = false;
      const top = kit.section("Points and line");
      const settings = kit.add(top, "div");
      const shown = kit.add(top, "div");

      const picks = kit.add(settings, "div", { class: "controls" });
      kit.choice(picks, { name: "m", label: "Penalty on the weights", options: METHODS });
      const lambda = kit.range(picks, { name: "lambda", label: "Lambda", min: 0, max: Math.max(1, config.lambda), step: 0.01 });
      const share = kit.range(picks, { name: "share", label: "Share of L1", min: 0, max: 1, step: 0.05 });
      kit.range(picks, { name: "r", label: "Step size", min: Math.min(0.001, config.rate), max: Math.max(0.02, config.rate), step: 0.001 });
      kit.range(picks, { name: "lift", label: "Outliers lifted by", min: 0, max: 10, step: 0.1, show: (v) => v.toFixed(1) });
      const bar = kit.add(settings, "div", { class: "controls" });
      const forward = (steps) => kit.set({ n: Math.min(STEPS, state.n + steps) });
      const play = kit.button(bar, "Train", () => {
        // Who wants no motion gets the end of it.
        if (kit.calm) kit.set({ n: Math.min(STEPS, Math.max(state.n + count, config.epochs * count)) });
        else running = !running;
        kit.redraw();
      });
      kit.button(bar, "One step", () => forward(1));
      kit.button(bar, "One epoch", () => forward(count));
      kit.button(bar, "From the start", () => {
        running = false;
        kit.set({ n: 0, cut: 0 });
      });
      const cut = kit.button(bar, "Remove the disconnected units", () => kit.set({ cut: state.n }));
      const show = kit.readings(settings, [
        ["slope", "slope of the line"], ["intercept", "y at x = 0"],
        ["total", `total error, ${held.size} held-back points`], ["penalty", "penalty"],
        ["small", `weights below ${config.near_zero}`], ["units", "hidden units"],
      ]);
      const say = kit.saying(settings);

      const plane = kit.plot(shown, { label: "Points and the fitted line", xLabel: "x", yLabel: "y", height: 340 });
      const line = kit.legend(shown, [
        ["s0", "the network's line"], ["s7", "the line of the recipe, 2 x + 1", "dash"], ["s7", "point", "dot"],
        ["s6", "outlier", "dot"], ["s7", "held back", "hollow"],
      ]).firstChild;
      const Y = [0, 32];
      const keep = ([x, y]) => [Math.min(10, Math.max(0, x)), Math.min(Y[1], Math.max(Y[0], y))];
      const follow = kit.handles(plane, {
        label: "The points. Arrow keys move one, Page Up and Page Down go to the others.",
        points: () => points(state),
        move: (at, to) => {
          const own = moved(state).set(at, keep(to));
          const words = [...own].map(([k, [x, y]]) => `${k},${x.toFixed(2)},${y.toFixed(2)}`);
          kit.set({ p: words.join(" ") });
        },
        steps: [0.1, 0.2], reach: 11, grip: 5,
        kind: (at) => `${lifted.has(at) ? "s6" : "s7"} ${held.has(at) ? "open" : ""}`,
        words: (at) => `${lifted.has(at) ? "Outlier" : "Point"} ${at + 1}${held.has(at) ? ", held back" : ""}`,
      });

      const bottom = kit.section("The four weight matrices, and the slope after each epoch");
      const matrices = kit.add(bottom, "div", { class: "matrices" });
      const canvases = config.sizes.slice(1).map((_, l) => {
        const figure = kit.add(matrices, "figure");
        const canvas = kit.add(figure, "canvas", { role: "img" });
        const words = kit.add(figure, "figcaption", {});
        return { canvas, words, layer: l };
      });
      const scale = kit.add(matrices, "p", { class: "small" });
      const way = kit.plot(kit.add(bottom, "div"), {
        label: "Slope after each epoch", xLabel: "epoch", yLabel: "slope", height: 220,
      });

      function drawMatrices(layers) {
        const most = model.allWeights(layers).reduce((size, w) => Math.max(size, Math.abs(w)), 0) || 1;
        for (const { canvas, words, layer } of canvases) {
          const rows = layers[layer].weights;
          [canvas.width, canvas.height] = [rows[0].length, rows.length];
          // Four matrices of ten by ten stand side by side on a telephone.
          const cell = Math.min(8, 80 / Math.max(rows.length, rows[0].length));
          canvas.style.width = `${rows[0].length * cell}px`;
          canvas.style.height = `${rows.length * cell}px`;
          const pixels = new ImageData(canvas.width, canvas.height);
          rows.flat().forEach((w, k) => pixels.data.set([...shade(0.5 + w / (2 * most)), 255], 4 * k));
          canvas.getContext("2d").putImageData(pixels, 0, 0);
          const size = `${rows.length} × ${rows[0].length}`;
          const left = rows.flat().filter((w) => Math.abs(w) >= config.near_zero).length;
          canvas.setAttribute("aria-label", `Weights of layer ${layer + 1}, ${size}: ${left} not near zero`);
          words.textContent = size;
        }
        scale.textContent = `From the input to the output; a row is a unit in, a column a unit out. Blue is negative, red positive, the darkest ±${most.toFixed(2)}.`;
      }

      function words(now, smallCount, all) {
        if (!Number.isFinite(now.slope)) return "The training diverged: the step size is too large.";
        if (live.cut) {
          const gone = live.cut.removed.flat().filter(Boolean).length;
          return `${gone} units were removed; the line moved by at most ${live.cut.change.toFixed(4)}.`;
        }
        if (live.steps === 0) return "Not trained yet: the line of the initial weights.";
        return `After ${(live.steps / count).toFixed(live.steps % count ? 2 : 0)} epochs ${all - smallCount} of ${all} weights are not near zero.`;
      }

      return () => {
        if (running) {
          state.n = Math.min(STEPS, state.n + PAUSE * count);
          running = state.n < STEPS;
          kit.set({});
        }
        play.textContent = running ? "Pause" : "Train";
        play.setAttribute("aria-pressed", String(running));
        lambda.hidden = state.m === "none";
        share.hidden = state.m !== "elastic-net";
        state.n = Math.min(STEPS, Math.max(0, Math.round(state.n)));
        const all = points(state);
        const { layers, slopes } = trained(state, all);
        cut.disabled = state.n === 0 || live.cut !== null;

        const now = model.line(layers);
        const total = model.totalError(now, part(all, true));
        const cost = model.penalty(layers, { method: state.m, lambda: state.lambda, share: state.share });
        const small = model.nearZero(layers, config.near_zero);
        const every = model.allWeights(layers).length;
        const units = layers.slice(0, -1).reduce((sum, layer) => sum + layer.biases.length, 0);
        show({
          slope: [now.slope, now.slope.toFixed(3)], intercept: [now.intercept, now.intercept.toFixed(3)],
          total: [total, total.toFixed(2)], penalty: [cost, cost.toFixed(3)],
          small: [small, `${small} of ${every}`], units: [units, String(units)],
        });
        say(words(now, small, every));

        const hue = HUES[state.m];
        line.setAttribute("class", hue);
        plane.draw({ x: [0, 10], y: Y }, (p) => [
          p.line([0, 10], [config.noise / 2, 20 + config.noise / 2], "s7 dash thin"),
          p.line([0, 10], [now.intercept, 10 * now.slope + now.intercept], hue),
        ]);
        follow();
        drawMatrices(layers);
        const epochs = slopes.map((_, k) => k);
        const finite = slopes.filter((s) => Math.abs(s) < 50);
        way.draw({
          x: [0, Math.max(20, slopes.length - 1)],
          y: [Math.min(0, ...finite), Math.max(4, ...finite)],
        }, (p) => [p.line(epochs, epochs.map(() => 2), "s7 dash thin"), p.line(epochs, slopes, hue)]);
      };
    },
  );
})();
