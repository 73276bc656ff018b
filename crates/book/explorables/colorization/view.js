// A test picture at any temperature, the distribution of one of its pixels, and what the temperature
// does to all of them.
"use strict";

(() => {
  const { data } = kit;
  const { rows, columns, width, height } = data;
  const { bytes } = kit;
  const lightness = bytes(data.lightness);
  const hundredths = new DataView(bytes(data.truth).buffer);
  const truth = Float64Array.from({ length: 2 * rows * columns }, (_, k) => hundredths.getInt16(2 * k, true) / 100);
  const centres = data.cells.map((cell) => model.centre(cell, data.window));
  const pixels = data.counts.reduce((a, b) => a + b, 0);
  const shares = data.counts.map((count) => count / pixels);
  const described = model.weights(shares, data.lambda);
  const networks = data.networks.map((one, k) => ({
    ...one, hue: `s${k}`, steps: bytes(one.logits), weights: one.weighted ? described : described.map(() => 1),
  }));
  const TEMPERATURES = [0.01, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.38, 0.5, 0.7, 1, 1.4, 2];
  const REACH = 110;
  const MAPS = [["z", "what the network says, at T"], ["p", "share of the training pixels"], ["w", "weight of a pixel in training"]];

  const [TOP, LEFT] = [Math.floor(rows / 2), Math.floor(columns / 3)];
  const found = (network, t) => model.colours(network.steps, centres, data.deepest, t);

  /** Colours of the grid put between its pixels, and the lightness of each pixel. */
  function paint(canvas, colours) {
    [canvas.width, canvas.height] = [width, height];
    const image = new ImageData(width, height);
    const along = (at, side, count) => {
      const place = Math.min(count - 1, Math.max(0, ((at + 0.5) * count) / side - 0.5));
      const low = Math.min(Math.floor(place), Math.max(0, count - 2));
      return [low, Math.min(low + 1, count - 1), place - low];
    };
    const across = Array.from({ length: width }, (_, x) => along(x, width, columns));
    for (let y = 0; y < height; y += 1) {
      const [up, down, dy] = along(y, height, rows);
      for (let x = 0; x < width; x += 1) {
        const [left, right, dx] = across[x];
        const mix = (k) => {
          const at = (row, column) => colours[2 * (row * columns + column) + k];
          return (1 - dy) * ((1 - dx) * at(up, left) + dx * at(up, right)) + dy * ((1 - dx) * at(down, left) + dx * at(down, right));
        };
        const at = y * width + x;
        image.data.set([...model.rgb(lightness[at] / 2.55, mix(0), mix(1)), 255], 4 * at);
      }
    }
    canvas.getContext("2d").putImageData(image, 0, 0);
  }

  const first = networks[0];
  kit.start({ net: first.name, t: 0.38, m: "z", x: LEFT, y: TOP }, (state) => {
    const top = kit.section("A picture and its temperature");
    const left = kit.add(top, "div");
    const controls = kit.add(left, "div", { class: "controls" });
    kit.choice(controls, { name: "net", label: "Network", options: networks.map(({ name, label }) => [name, label]) });
    kit.range(controls, { name: "t", label: "Temperature", min: 0.01, max: 2, step: 0.01, show: (t) => t.toFixed(2) });
    const whole = kit.readings(left, [["chroma", "mean chroma / true chroma"], ["rmse", "root mean square error of a and b"]]);
    const pictures = kit.add(top, "div", { class: "faces" });
    const frame = (words, holder) => {
      const figure = kit.add(pictures, "figure", { class: "face" });
      const place = holder ? kit.add(figure, "div", { class: "plot" }) : figure;
      const canvas = kit.add(place, "canvas", { role: "img", "aria-label": words });
      kit.add(figure, "figcaption", {}, words);
      return { canvas, place };
    };
    const shown = frame("A test picture, coloured", true);
    const real = frame("its true colours", false);
    paint(real.canvas, truth);

    const middle = kit.section("One pixel: colours and how likely they are");
    const words = kit.add(middle, "div");
    kit.choice(kit.add(words, "div", { class: "controls" }), { name: "m", label: "Squares show", options: MAPS });
    const own = kit.readings(words, [
      ["a", "its a: green to red"], ["b", "its b: blue to yellow"], ["probability", "probability of the likeliest bin"],
      ["share", "share of that bin in training"], ["weight", "weight of its pixels in training"],
    ]);
    const say = kit.saying(words);
    const plane = kit.add(middle, "div");
    const map = kit.plot(plane, {
      label: "The bins of the plane of a and b", xLabel: "b: blue to yellow", yLabel: "a: green to red", height: 330,
    });
    kit.legend(plane, [["s6", "colour of the pixel", "dot"], ["s6", "true colour", "hollow"]]);
    const key = kit.add(plane, "p", { class: "small" });

    const bottom = kit.section("All pixels, by the temperature");
    const curve = (label) => kit.plot(kit.add(bottom, "div"), { label: `${label}, by the temperature`, xLabel: "temperature", yLabel: label, height: 230 });
    const [chroma, error] = [curve("mean chroma / true chroma"), curve("error of a and b")];
    kit.legend(kit.box, [...networks.map(({ hue, label }) => [hue, label]), ["s7", "the truth", "dash"]]);
    const curves = networks.map((network) => TEMPERATURES.map((t) => model.scores(found(network, t), truth)));

    const view = {
      holder: shown.place,
      toPixels: ([x, y]) => [((x + 0.5) / columns) * shown.canvas.clientWidth, ((y + 0.5) / rows) * shown.canvas.clientHeight],
      fromPixels: ([px, py]) => [(px / shown.canvas.clientWidth) * columns - 0.5, (py / shown.canvas.clientHeight) * rows - 0.5],
    };
    const within = (value, most) => Math.min(most - 1, Math.max(0, Math.round(value)));
    const follow = kit.handles(view, {
      label: "The pixel. Arrow keys move it, with Shift by ten.",
      points: () => [[state.x, state.y]],
      move: (_, [x, y]) => kit.set({ x: within(x, columns), y: within(y, rows) }),
      steps: [1, -1], grip: 7, kind: () => "s6", words: () => "The pixel",
    });

    let kept = {};
    function coloured(network) {
      if (kept.network !== network || kept.t !== state.t) {
        kept = { network, t: state.t, colours: found(network, state.t) };
        kept.scores = model.scores(kept.colours, truth);
        paint(shown.canvas, kept.colours);
      }
      return kept;
    }

    /** Side of each bin's square, as a share of its window. */
    function sizes(distribution, weights) {
      const most = (values) => values.reduce((a, b) => Math.max(a, b), 0);
      if (state.m === "p") return shares.map((share) => Math.max(0.1, 1 + Math.log10(share / most(shares)) / 6));
      const values = state.m === "w" ? weights : distribution;
      return Array.from(values, (value) => Math.sqrt(value / most(values)));
    }

    function drawPlane(distribution, weights, colour, true_) {
      const each = sizes(distribution, weights);
      map.draw({ x: [-REACH, REACH], y: [-REACH, REACH] }, (p) => {
        const squares = centres.map(([a, b], bin) => {
          const half = (each[bin] * data.window) / 2;
          if (each[bin] < 0.02) return "";
          const [x, y] = [p.x(b - half), p.y(a + half)];
          const [wide, high] = [p.x(b + half) - x, p.y(a - half) - y];
          const fill = model.rgb(60, a, b).join(",");
          return `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${wide.toFixed(1)}" height="${high.toFixed(1)}" fill="rgb(${fill})"/>`;
        });
        return [...squares, p.dot(true_[1], true_[0], "hollow s6", 6), p.dot(colour[1], colour[0], "dot s6", 5)];
      });
    }

    return () => {
      [state.x, state.y] = [within(state.x, columns), within(state.y, rows)];
      const network = networks.find(({ name }) => name === state.net);
      const { colours, scores } = coloured(network);
      follow();
      const size = [shown.canvas.clientWidth, shown.canvas.clientHeight];
      view.overlay.setAttribute("viewBox", `0 0 ${size.join(" ")}`);
      view.overlay.setAttribute("height", size[1]);
      whole({ chroma: [scores.chroma, scores.chroma.toFixed(3)], rmse: [scores.rmse, scores.rmse.toFixed(2)] });

      const pixel = state.y * columns + state.x;
      const steps = network.steps.subarray(pixel * centres.length, (pixel + 1) * centres.length);
      const plain = model.distribution(steps, data.deepest, 1);
      const likeliest = steps.indexOf(Math.min(...steps));
      const [colour, true_] = [colours, truth].map((all) => all.subarray(2 * pixel, 2 * pixel + 2));
      const [probability, share, weight] = [plain[likeliest], shares[likeliest], network.weights[likeliest]];
      const minus = (value) => value.toFixed(1).replace("-", "\u2212");
      const percent = (value) => `${(100 * value).toPrecision(2)}\u00a0%`;
      own({
        a: [colour[0], minus(colour[0])], b: [colour[1], minus(colour[1])],
        probability: [probability, percent(probability)], share: [share, percent(share)], weight: [weight, weight.toPrecision(3)],
      });
      const far = ([a, b]) => Math.hypot(a, b).toFixed(0);
      say(`At T = ${state.t.toFixed(2)} this pixel is ${far(colour)} from grey; its likeliest bin, which has ${percent(probability)}, is ${far(centres[likeliest])} from grey, and the truth ${far(true_)}.`);
      key.textContent = {
        z: "Area: probability at this temperature, by that of the largest.",
        p: "Side: logarithm of the share; a tenth of a window stands for a millionth of the largest and less.",
        w: network.weighted ? "Area: weight, by that of the largest." : "Without rebalancing every pixel weighs the same.",
      }[state.m];
      drawPlane(model.distribution(steps, data.deepest, state.t), network.weights, colour, true_);

      [[chroma, "chroma", 1], [error, "rmse", null]].forEach(([plot, name, real_]) => {
        const values = curves.map((one) => one.map((score) => score[name]));
        const all = values.flat().concat(real_ ?? [], scores[name]).filter(Number.isFinite);
        plot.draw({ x: [0, 2], y: [0, 1.08 * Math.max(1e-3, ...all)] }, (p) => [
          ...(real_ === null ? [] : [p.line([0, 2], [real_, real_], "s7 dash")]),
          p.line([state.t, state.t], [0, 1e4], "s7 thin"),
          ...values.map((ys, k) => p.line(TEMPERATURES, ys, networks[k].hue)),
          p.dot(state.t, scores[name], `dot ${network.hue}`, 6),
        ]);
      });
    };
  });
})();
