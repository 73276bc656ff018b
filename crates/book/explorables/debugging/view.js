// The digit, all maps, the sum behind a pixel, and the answer.
"use strict";

(() => {
  const { data } = kit;
  const { SIDE } = model;
  const [EMPTY, OWN] = [-1, -2]; // Digits that are not the run's.
  const LAYERS = [["conv1", "conv1", 26, 32], ["conv2", "conv2", 24, 64], ["pool", "max-pool", 12, 64]];
  const COLUMNS = 8; // Maps side by side.
  const KINDS = { ones: "all weights one (the post)", trained: `trained, ${data.steps} steps`, untrained: "before the training" };
  const DIVERGING = [[5, 48, 97], [33, 102, 172], [67, 147, 195], [146, 197, 222], [209, 229, 240], [247, 247, 247], [253, 219, 199], [244, 165, 130], [214, 96, 77], [178, 24, 43], [103, 0, 31]];
  const GREY = [[0, 0, 0], [255, 255, 255]];
  const MARK = "#e69f00";

  const levels = kit.bytes(data.digits);
  const stored = data.labels.map((_, at) => Float32Array.from(levels.subarray(at * SIDE * SIDE, (at + 1) * SIDE * SIDE), (level) => level / 255));
  const read = (of) => {
    const names = ["kernels1", "biases1", "kernels2", "biases2"];
    return Object.fromEntries(names.map((name) => [name, new Float32Array(kit.bytes(of[name]).buffer)]));
  };
  const networks = { ones: model.ones(), trained: read(data.trained), untrained: read(data.untrained) };
  const turned = Object.fromEntries(Object.entries(networks).map(([name, weights]) => [name, model.turned(weights)]));

  /** 256 colours of a map of colours, as the canvas has them. */
  function colours(anchors) {
    return Uint32Array.from({ length: 256 }, (_, share) => {
      const place = (share / 255) * (anchors.length - 1);
      const below = Math.min(Math.floor(place), anchors.length - 2);
      const [r, g, b] = anchors[below].map((from, k) => Math.round(from + (place - below) * (anchors[below + 1][k] - from)));
      return (255 << 24) | (b << 16) | (g << 8) | r;
    });
  }
  const [diverging, grey] = [colours(DIVERGING), colours(GREY)];

  /** Values onto a canvas, `columns` maps side by side with a pixel between them; `most` is the end of the scale. */
  function paint(canvas, values, side, columns, most, signed) {
    const step = columns === 1 ? side : side + 2;
    const rows = values.length / (side * side) / columns;
    const [width, height] = [step * columns, step * rows];
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    const image = new ImageData(width, height);
    const pixels = new Uint32Array(image.data.buffer);
    const palette = signed ? diverging : grey;
    const scale = most === 0 ? 0 : (signed ? 127.5 : 255) / most;
    const zero = signed ? 127.5 : 0;
    for (let at = 0; at < values.length; at += side) {
      const [map, row] = [Math.floor(at / (side * side)), (at / side) % side];
      const to = (Math.floor(map / columns) * step + row) * width + (map % columns) * step;
      for (let x = 0; x < side; x += 1) pixels[to + x] = palette[Math.round(zero + scale * values[at + x])];
    }
    canvas.getContext("2d").putImageData(image, 0, 0);
  }

  function outline(canvas, x, y, width, thick = 1) {
    const context = canvas.getContext("2d");
    [context.strokeStyle, context.lineWidth] = [MARK, thick];
    context.strokeRect(x, y, width, width);
  }

  /** So many digits of a number, whole ones in full. */
  function words(value, digits = 4) {
    const size = Math.abs(value);
    const short = Number.isInteger(value) ? value.toLocaleString("en")
      : size >= 1e5 || size < 1e-3 ? value.toExponential(1) : String(Number(value.toPrecision(digits)));
    return short.replaceAll("-", "\u2212");
  }

  /** For a cell: three decimals. */
  function decimals(value) {
    const short = Number.isInteger(value) ? String(value) : value.toFixed(3);
    return Number(short) === 0 ? short.replace("-", "") : short.replace("-", "\u2212");
  }

  kit.start(
    { d: 0, w: "ones", l: "conv1", m: 1, x: 13, y: 13, i: 1, v: "after", t: 0 },
    (state) => {
      // --- the digit
      const top = kit.section("The digit");
      const left = kit.add(top, "div");
      const right = kit.add(top, "div");
      const own = new Float32Array(SIDE * SIDE);
      let shown = null;
      let layer = LAYERS[0];

      /** Brings the state into its bounds, and the digit that is picked onto the board. */
      function sync() {
        layer = LAYERS.find(([name]) => name === state.l) ?? LAYERS[0];
        const whole = (value, low, high) => Math.min(high, Math.max(low, Math.round(value)));
        state.l = layer[0];
        mapSlider.max = layer[3];
        state.m = whole(state.m, 1, layer[3]);
        state.i = whole(state.i, 1, LAYERS[0][3]);
        [state.x, state.y] = [state.x, state.y].map((at) => whole(at, 0, layer[2] - 1));
        if (!Object.hasOwn(networks, state.w)) state.w = "ones";
        if (state.d !== OWN && state.d !== EMPTY && !stored[state.d]) state.d = 0;
        if (state.d === shown) return;
        shown = state.d;
        board.ink.set(state.d === OWN ? own : (stored[state.d] ?? new Float32Array(SIDE * SIDE)));
      }
      kit.follow(sync);
      const board = kit.board(left, {
        label: "A board of 28 x 28 pixels to draw a digit on",
        changed: () => {
          own.set(board.ink);
          shown = OWN;
          kit.set({ d: OWN });
        },
        over: (context, scale) => {
          const [at, width] = { conv1: [1, 3], conv2: [1, 5], pool: [2, 6] }[state.l];
          [context.strokeStyle, context.lineWidth] = [MARK, 3];
          context.strokeRect(at * state.x * scale, at * state.y * scale, width * scale, width * scale);
        },
      });
      const clear = () => kit.set({ d: EMPTY });
      const picks = kit.add(right, "div", { class: "controls" });
      const named = (label, at) => (at === 0 ? `${label}, which the run looks at` : `${label}, a test image`);
      kit.choice(picks, { name: "d", label: "Digit", options: [...data.labels.map((label, at) => [at, named(label, at)]), [EMPTY, "an empty board"], [OWN, "your own drawing"]] });
      kit.choice(picks, { name: "w", label: "Weights", options: Object.entries(KINDS) });
      kit.button(picks, "Clear the board", clear);
      kit.tick(picks, { name: "t", label: "All kernels turned by 180 degrees" });
      kit.add(right, "p", { class: "small" }, `Draw on the board with mouse, finger or keys. Digits: ${data.origin}; weights: seed 0. The frame is what the pixel below depends on.`);
      const totals = kit.readings(right, [
        ["dead", "maps of the layer that are zero all over"], ["largest", "largest value of the layer"],
        ["turned", "turned: largest difference, share of the largest value"],
      ]);

      // --- all maps
      const sheets = kit.section("All maps");
      sheets.classList.add("sheets");
      const drawn = LAYERS.map(([name, label, side, maps]) => {
        const figure = kit.add(sheets, "figure", { class: "sheet" });
        const canvas = kit.add(figure, "canvas", { role: "img", "aria-label": `All maps of ${label}` });
        canvas.addEventListener("click", (event) => {
          const step = side + 2;
          const [x, y] = [event.offsetX, event.offsetY].map((at) => Math.floor((at * canvas.width) / canvas.clientWidth));
          const map = Math.floor(y / step) * COLUMNS + Math.floor(x / step);
          kit.set({ l: name, m: map + 1, x: Math.min(side - 1, x % step), y: Math.min(side - 1, y % step) });
        });
        return { name, side, maps, canvas, caption: kit.add(figure, "figcaption", { class: "small" }) };
      });

      // --- a pixel
      const middle = kit.section("A pixel, and the sum behind it");
      const large = kit.add(middle, "div");
      const behind = kit.add(middle, "div");
      const which = kit.add(large, "div", { class: "controls" });
      kit.choice(which, { name: "l", label: "Layer", options: LAYERS.map(([name, label]) => [name, label]) });
      const stage = kit.choice(which, { name: "v", label: "Maps", options: [["after", "after ReLU"], ["before", "before ReLU"]] });
      const mapSlider = kit.range(which, { name: "m", label: "Map", min: 1, max: 64, step: 1 }).querySelector("input");
      const holder = kit.add(large, "div", { class: "plot pointed" });
      const map = kit.add(holder, "canvas", { role: "img" });
      const scale = kit.add(large, "p", { class: "small" });
      const view = {
        holder,
        toPixels: (at) => at.map((value) => ((value + 0.5) * map.clientWidth) / layer[2]),
        fromPixels: (at) => at.map((value) => (value * layer[2]) / map.clientWidth - 0.5),
      };
      const point = ([x, y]) => kit.set({ x: Math.round(x), y: Math.round(y) });
      const follow = kit.handles(view, {
        label: "The pixel of the map. Arrow keys move it, with Shift by ten.",
        points: () => [[state.x, state.y]], move: (_, to) => point(to), steps: [1, -1], grip: 7, kind: () => "s1 ring",
        words: () => `Pixel of ${layer[1]}, map ${state.m}`,
      });
      const pointed = (event) => {
        const frame = map.getBoundingClientRect();
        point(view.fromPixels([event.clientX - frame.left, event.clientY - frame.top]));
      };
      holder.addEventListener("click", pointed);
      holder.addEventListener("pointermove", (event) => {
        if (event.pointerType === "mouse" && event.buttons === 0) pointed(event);
      });

      const inputSlider = kit.range(kit.add(behind, "div", { class: "controls" }), { name: "i", label: "Map that goes in", min: 1, max: LAYERS[0][3], step: 1 });
      const grids = kit.add(behind, "div", { class: "sums" });
      const cells = ["window", "kernel", "products"].map((name) => {
        const figure = kit.add(grids, "figure");
        const grid = kit.add(figure, "div", { class: "nine" });
        for (let k = 0; k < 9; k += 1) kit.add(grid, "span");
        return { name, spans: [...grid.children], caption: kit.add(figure, "figcaption", {}, { window: "window", kernel: "\u00d7 kernel", products: "= products" }[name]) };
      });
      const bars = kit.plot(behind, { label: "The sum of products of each map that goes in", xLabel: "map that goes in", yLabel: "sum of products", height: 190 });
      const parts = kit.readings(behind, [
        ["products", "sum of all products"], ["bias", "bias"], ["sum", "together"], ["value", "after ReLU"],
      ]);
      const say = kit.saying(behind);

      // --- the answer
      const bottom = kit.section("The answer");
      const answers = kit.add(bottom, "div");
      const chart = kit.plot(kit.add(bottom, "div"), { label: "Probability of each class", xLabel: "class", yLabel: "probability", height: 220 });
      kit.legend(chart.holder.parentElement, [["s0", "softmax"], ["s1", "of the logits divided by the largest (the post)"]]);
      const answer = kit.readings(answers, [
        ["logit", "largest logit"], ["answer", "largest probability"], ["divided", "logits divided by the largest"],
        ["plain64", "formula as it stands, 64 bits"], ["plain32", "formula as it stands, 32 bits"],
      ]);
      const told = kit.saying(answers);

      // What is computed is kept until digit or weights change.
      let known = {};
      function computed() {
        const key = `${state.w} ${state.t}`;
        const image = state.w === "ones" ? model.binary(board.ink) : board.ink.slice();
        const weights = (state.t ? turned : networks)[state.w];
        const before = known.key === key ? known : null;
        const layers = model.network(image, weights, before);
        const right = state.t ? model.network(image, networks[state.w], before?.right ? { image: before.image, layers: before.right } : null) : layers;
        known = { key, image, weights, layers, right };
        return known;
      }

      function logits(layers) {
        if (state.w === "ones") return model.logitsOfOnes(layers);
        return state.t ? null : (data[state.w].logits[state.d] ?? null);
      }

      function drawMaps(layers) {
        const signed = (name) => state.v === "before" && name !== "pool";
        for (const { name, side, maps, canvas, caption } of drawn) {
          const values = layers[name][state.v];
          paint(canvas, values, side, COLUMNS, model.largest(values), signed(name));
          caption.textContent = `${LAYERS.find(([one]) => one === name)[1]}${name === "pool" ? "" : `, ${state.v} ReLU`}: ${maps} maps of ${side} x ${side}`;
          if (name === state.l) {
            const at = state.m - 1;
            outline(canvas, (at % COLUMNS) * (side + 2) - 0.5, Math.floor(at / COLUMNS) * (side + 2) - 0.5, side + 1);
          }
        }
        const values = layers[state.l][state.v];
        const area = layer[2] ** 2;
        const one = values.subarray((state.m - 1) * area, state.m * area);
        paint(map, one, layer[2], 1, model.largest(one), signed(state.l));
        const range = [Math.min(0, ...one), Math.max(0, ...one)].map((value) => words(value, 3));
        scale.textContent = `Map ${state.m} of ${layer[1]} on its own scale: ${range.join(" to ")}. Above, each layer has one.`;
        map.setAttribute("aria-label", `Map ${state.m} of ${layer[1]}`);
        view.overlay.setAttribute("viewBox", `0 0 ${map.clientWidth} ${map.clientHeight}`);
        follow();
      }

      function drawCells(term) {
        for (const { name, spans } of cells) {
          const most = model.largest(term[name]) || 1;
          term[name].forEach((value, k) => {
            spans[k].textContent = decimals(value);
            const share = (0.35 * Math.abs(value)) / most;
            spans[k].style.background = `rgb(${value < 0 ? "0 114 178" : "213 94 0"} / ${share.toFixed(2)})`;
          });
        }
      }

      function drawPixel({ image, weights, layers }) {
        const { l: name, m, x, y } = state;
        const found = model.pixel(image, weights, layers, { layer: name, map: m - 1, x, y });
        const second = name !== "conv1";
        [inputSlider.hidden, bars.holder.hidden] = [!second, !second];
        drawCells(found.terms[second ? state.i - 1 : 0]);
        if (second) {
          const sums = found.terms.map((term) => term.sum);
          const [low, high] = [Math.min(0, ...sums), Math.max(0, ...sums)];
          bars.draw({ x: [0, sums.length + 1], y: low === high ? [0, 1] : [low, high], xTicks: [1, 8, 16, 24, 32] }, (p) =>
            sums.map((sum, k) => p.bar(k + 1, sum, k + 1 === state.i ? "s1" : "s0", 0.4)));
        }
        const value = layers[name].after[((m - 1) * layer[2] + y) * layer[2] + x];
        parts({
          products: [found.products, words(found.products, 6)], bias: [found.bias, words(found.bias)],
          sum: [found.sum, words(found.sum, 6)], value: [value, words(value, 6)],
        });
        const place = `Row ${y + 1}, column ${x + 1} of map ${m} of ${layer[1]}`;
        if (found.four) {
          say(`${place} is the largest of ${found.four.map((value) => words(value)).join(", ")}: of conv2's row ${found.y + 1}, column ${found.x + 1}, whose sum stands here.`);
        } else {
          const count = second ? "32 x 9" : "9";
          const side = found.sum > 0 ? " above zero, and ReLU leaves it" : found.sum < 0 ? " below zero, and ReLU makes it zero" : " zero";
          say(`${place}: the sum of ${count} products and the bias is${side}.`);
        }
      }

      function drawAnswer(layers) {
        const z = logits(layers);
        chart.holder.parentElement.hidden = z === null;
        const ways = z ? model.softmaxes(z) : null;
        const most = (list) => (list ? [Math.max(...list), words(Math.max(...list))] : [0, ways ? "not a number" : "not known here"]);
        answer({
          logit: z ? most(z) : [0, "not known here"], answer: most(ways?.subtracted), divided: most(ways?.divided),
          plain64: most(ways?.plain64), plain32: most(ways?.plain32),
        });
        if (z === null) {
          told("The numbers of max-pool go on to dense1. Its 1,179,648 weights and 128 biases, 4.7 MB, are too heavy for this page: the network's answer stands here for the run's digits only, and for kernels that are not turned.");
          return;
        }
        const list = ways.subtracted;
        const first = list.indexOf(Math.max(...list));
        told(state.w === "ones" ? `Each unit of dense1 is the sum of max-pool's numbers, each logit 128 times that: all ${z.length} are equal.`
          : `The digit shows a ${data.labels[state.d]}; the program's network answers ${first}.`);
        chart.draw({ x: [-0.6, z.length - 0.4], y: [0, 1], xTicks: list.map((_, at) => at).filter((at) => at % Math.ceil(z.length / 12) === 0) }, (p) => list.flatMap((share, at) => [
          p.bar(at - 0.2, share, "s0", 0.18), p.bar(at + 0.2, ways.divided?.[at] ?? 0, "s1", 0.18),
        ]));
      }

      return () => {
        const all = computed();
        stage.hidden = state.l === "pool";
        drawMaps(all.layers);
        drawPixel(all);
        const here = all.layers[state.l];
        const zero = model.dead(here);
        const most = model.largest(here.after);
        const away = model.difference(here.after, all.right[state.l].after);
        totals({ dead: [zero, `${zero} of ${layer[3]}`], largest: [most, words(most)], turned: [away, state.t ? words(away) : "not turned"] });
        drawAnswer(all.layers);
      };
    },
  );
})();
