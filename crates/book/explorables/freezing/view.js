// A digit is drawn, the file answers; its nodes as a graph and as a table.
"use strict";

(() => {
  const { data } = kit;
  const SIDE = 28;
  const MOST = 15; // Level of full ink.
  const MOST_BYTES = 20_000_000; // Of a file that is read at all.
  const INKS = [
    ["usual", "ink 0 to 1, as in training"], ["swapped", "black and white swapped"], ["bytes", "ink 0 to 255"],
  ];
  const WAYS = [
    ["run", "computed"], ["skip", "left out"], ["dropout", "followed by dropout, as in training"],
  ];
  // The drawing of the graph, in its own units.
  const [PITCH, HIGH, LEFT, WIDE, GAP, NARROW] = [36, 25, 44, 140, 10, 96];

  const grouped = (number) => number.toLocaleString("en");
  const short = (number) => (number === 0 || (Math.abs(number) >= 0.001 && Math.abs(number) < 10_000) ? number.toFixed(3) : number.toExponential(1)).replace("-", "\u2212");

  /** A file that was read: its network, and what is said of it. */
  function opened(bytes, title) {
    const { network, classes, refused } = model.open(bytes);
    if (refused) return { refused };
    const held = Object.values(network.parameters).reduce((sum, { values }) => sum + 4 * values.length, 0);
    const words = `${title}: ${grouped(bytes.length)} bytes, ${Math.round((100 * held) / bytes.length)} % of them weights; ${network.nodes.length} nodes.`;
    return { network, classes, words, softmax: network.nodes.at(-1).operator === "Softmax" };
  }

  /**
   * The row of each node, from the top: as late as those that read it allow. And its column: what
   * depends on the picture comes first.
   */
  function layout({ nodes, input }) {
    const left = nodes.map(() => 0); // Rows to the end.
    for (let k = nodes.length - 1; k >= 0; k -= 1) {
      nodes.forEach(({ inputs }, j) => {
        if (inputs.includes(nodes[k].output)) left[k] = Math.max(left[k], left[j] + 1);
      });
    }
    const rows = left.map((value) => Math.max(...left) - value);
    const moved = new Set([input.name]);
    for (const { inputs, output } of nodes) if (inputs.some((name) => moved.has(name))) moved.add(output);
    const side = nodes.map(({ output }) => (moved.has(output) ? 0 : 1));
    const order = nodes.map((_, k) => k).sort((a, b) => side[a] - side[b] || a - b);
    const columns = nodes.map((_, k) => order.slice(0, order.indexOf(k)).filter((j) => rows[j] === rows[k]).length);
    return { rows, columns };
  }

  /** A value as pictures: maps side by side, or one row after the other. Black is the smallest number. */
  function paint(canvas, { shape, values }, { low, high }) {
    const isMaps = shape.length === 4;
    const [maps, height, width] = isMaps ? shape.slice(1) : [1, Math.ceil(values.length / SIDE), Math.min(values.length, SIDE)];
    const across = Math.ceil(Math.sqrt(maps));
    [canvas.width, canvas.height] = [across * (width + 1) - 1, Math.ceil(maps / across) * (height + 1) - 1];
    const image = new ImageData(canvas.width, canvas.height);
    values.forEach((value, k) => {
      const map = Math.floor(k / (height * width));
      const row = Math.floor(map / across) * (height + 1) + (Math.floor(k / width) % height);
      const column = (map % across) * (width + 1) + (k % width);
      const level = (255 * (value - low)) / (high - low || 1);
      image.data.set([level, level, level, 255], 4 * (row * canvas.width + column));
    });
    canvas.getContext("2d").putImageData(image, 0, 0);
  }

  const own = opened(kit.bytes(data.file), "The file of this run");
  let file = own;

  kit.start(
    { d: String(data.digits[0].class), i: "", k: "usual", v: "", w: "run", s: 1 },
    (state) => {
      const digit = () => data.digits.find((one) => String(one.class) === state.d);
      const drawn = () => (state.d === "own" ? model.levels(state.i) : model.levels(digit()?.levels ?? ""));

      const top = kit.section("A picture, and what the file answers");
      const left = kit.add(top, "div");
      // The board shows the picture of the state, in whose levels what is drawn is kept.
      kit.follow(() => board.ink.set(drawn().map((level) => level / MOST)));
      const board = kit.board(left, {
        label: "A board of 28 x 28 pixels to draw a digit on",
        changed: () => kit.set({ d: "own", i: model.words(Array.from(board.ink, (ink) => Math.round(MOST * ink))) }),
        over: (context, scale) => {
          if (state.k !== "swapped") return;
          board.ink.forEach((ink, k) => {
            context.fillStyle = `rgb(${255 * (1 - ink)} ${255 * (1 - ink)} ${255 * (1 - ink)})`;
            context.fillRect((k % SIDE) * scale, Math.floor(k / SIDE) * scale, scale, scale);
          });
        },
      });
      const right = kit.add(top, "div");
      const picks = kit.add(left, "div", { class: "controls" });
      const digits = data.digits.map((one) => [one.class, `test image of a ${one.class}`]);
      kit.choice(picks, { name: "d", label: "Picture", options: [...digits, ["none", "nothing"], ["own", "your drawing"]] });
      kit.choice(picks, { name: "k", label: "Handed over as", options: INKS });
      kit.button(picks, "Clear the board", () => kit.set({ d: "own", i: "" }));
      const heading = kit.add(right, "p", { class: "small" });
      const bars = kit.add(right, "div");
      const say = kit.saying(right);

      const about = kit.section("The file and its nodes");
      const above = kit.add(about, "div", { class: "across" });
      const chart = kit.add(about, "div");
      const middle = kit.add(about, "div");
      const listed = kit.add(about, "div", { class: "nodes" });
      const described = kit.add(above, "p");
      const files = kit.add(above, "div", { class: "controls" });
      const chosen = kit.element("input", { type: "file", accept: ".onnx", id: "own-onnx" });
      kit.add(files, "div", { class: "control" }, kit.element("label", { for: "own-onnx" }, "An ONNX file of your own"), chosen);
      const back = kit.button(files, "Back to the run's file", () => exchange(own));
      const refusal = kit.add(above, "p", { class: "reason", role: "status" });
      const title = kit.add(middle, "h4");
      const facts = kit.add(middle, "p", { class: "small" });
      const ways = kit.add(middle, "div", { class: "controls" });
      kit.choice(ways, { name: "w", label: "This node is", options: WAYS });
      const again = kit.button(ways, "Another draw", () => kit.set({ s: state.s + 1 }));
      const measured = kit.readings(middle, [["mean", "mean of what it gives"], ["low", "smallest"], ["high", "largest"]]);
      const picture = kit.add(middle, "canvas", { role: "img", class: "value" });
      const note = kit.add(middle, "p", { class: "small" });

      let answers = () => {};
      let boxes = [];
      let rows = [];
      let edges = [];
      const nodes = () => file.network.nodes;
      const current = () => Math.max(0, nodes().findIndex(({ name }) => name === state.v));
      const choose = (k) => kit.set({ v: nodes()[k].name });

      /** Graph and table point at each other. */
      function pointed(node, k) {
        const mark = (on) => () => {
          for (const one of [boxes[k], rows[k]]) one?.classList.toggle("marked", on);
        };
        for (const event of ["pointerenter", "focusin"]) node.addEventListener(event, mark(true));
        for (const event of ["pointerleave", "focusout"]) node.addEventListener(event, mark(false));
        node.addEventListener("click", () => choose(k));
        return node;
      }

      function drawGraph() {
        const all = nodes();
        const places = layout(file.network);
        const x = (column) => (column ? LEFT + WIDE + GAP + (column - 1) * (NARROW + GAP) : LEFT);
        const boxAt = (k) => ({ x: x(places.columns[k]), y: PITCH * (places.rows[k] + 1), width: places.columns[k] ? NARROW : WIDE });
        const width = x(Math.max(...places.columns) + 1) - GAP + 4;
        const last = Math.max(...places.rows) + 2;
        const svg = kit.shape("svg", { viewBox: `0 0 ${width} ${PITCH * last + HIGH + 2}`, role: "group", "aria-label": "The graph of the file, from the picture to the answer; arrow keys go from node to node" });
        const ends = [[0, "picture"], [last, "answer"]];
        for (const [row, label] of ends) svg.append(kit.shape("text", { x: LEFT + WIDE / 2, y: PITCH * row + 17, "text-anchor": "middle" }, label));
        edges = [];
        const join = (from, to, a, b) => {
          const near = b.y - a.y <= PITCH;
          const bend = LEFT - Math.min(LEFT - 4, 6 + 5 * ((b.y - a.y) / PITCH));
          const d = near || a.x !== LEFT ? `M${a.x + a.width / 2} ${a.y + HIGH}L${b.x + b.width / 2} ${b.y}` : `M${LEFT} ${a.y + 17}C${bend} ${a.y + 17} ${bend} ${b.y + 8} ${LEFT} ${b.y + 8}`;
          const edge = kit.shape("path", { class: "edge", d });
          svg.append(edge);
          edges.push({ edge, from, to });
        };
        const source = { x: LEFT, y: 0, width: WIDE };
        const sink = { ...source, y: PITCH * last };
        all.forEach(({ inputs, output }, k) => {
          if (inputs.includes(file.network.input.name)) join(-1, k, source, boxAt(k));
          if (output === file.network.output.name) join(k, -1, boxAt(k), sink);
          all.forEach((other, j) => {
            if (other.inputs.includes(output)) join(k, j, boxAt(k), boxAt(j));
          });
        });
        boxes = all.map(({ operator, name }, k) => {
          const at = boxAt(k);
          const box = kit.shape("g", { class: "box", role: "button", "aria-label": `${operator}, ${name}` },
            kit.shape("rect", { x: at.x, y: at.y, width: at.width, height: HIGH, rx: 5 }),
            kit.shape("text", { x: at.x + at.width / 2, y: at.y + 17, "text-anchor": "middle" }, operator));
          box.addEventListener("keydown", (event) => {
            const to = k + ({ ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key] ?? 0);
            if (event.key === "Enter" || event.key === " ") choose(k);
            else if (to === k || !all[to]) return;
            else {
              choose(to);
              boxes[to].focus();
            }
            event.preventDefault();
          });
          return pointed(box, k);
        });
        svg.append(...boxes);
        chart.replaceChildren(kit.element("div", { class: "graph" }, svg));
      }

      function drawTable() {
        const cells = (name, ...words) => words.map((word) => kit.element(name, name === "th" ? { scope: "col" } : {}, word));
        rows = nodes().map(({ name, operator }, k) => pointed(kit.element("tr", {},
          kit.element("th", { scope: "row" }, kit.element("button", { type: "button" }, name)), ...cells("td", operator, "")), k));
        listed.replaceChildren(kit.element("table", {},
          kit.element("thead", {}, kit.element("tr", {}, ...cells("th", "Node", "Operation", "Gives"))),
          kit.element("tbody", {}, ...rows)));
      }

      function use(other) {
        file = other;
        const names = Array.from({ length: file.classes }, (_, k) => [`p${k}`, String(k)]);
        bars.replaceChildren();
        answers = kit.readings(bars, names);
        bars.firstChild.classList.add("answers");
        described.textContent = file.words;
        refusal.textContent = "";
        back.hidden = file === own;
        heading.textContent = file.softmax ? "Probability of each class" : "What the file gives for each class (it does not end with a softmax)";
        drawGraph();
        drawTable();
      }

      chosen.addEventListener("change", async () => {
        const [given] = chosen.files;
        if (!given) return;
        const tooLarge = given.size > MOST_BYTES;
        const read = tooLarge ? { refused: `It has ${grouped(given.size)} bytes; a page reads at most ${grouped(MOST_BYTES)}.` } : opened(new Uint8Array(await given.arrayBuffer()), given.name);
        if (read.refused) refusal.textContent = `${given.name} is not read. ${read.refused}`;
        else exchange(read);
        chosen.value = "";
      });

      function exchange(other) {
        use(other);
        kit.set({ w: "run" });
      }

      function tell(found, best) {
        const p = file.softmax ? `, with probability ${short(found[best])}` : "";
        const empty = drawn().every((level) => level === 0);
        const said = [best < 0 ? "What the file gives is no number." : empty ? `Nothing is drawn, and the file answers ${best} all the same${p}.` : `The file answers ${best}${p}.`];
        const index = data.digits.indexOf(digit());
        if (file === own && index >= 0 && state.k === "usual" && state.w === "run") {
          const apart = Math.max(...found.map((value, k) => Math.abs(value - data.answers[index][k])));
          said.push(`The program, which runs the same file by another runtime, has the same numbers to ${apart.toExponential(0)}.`);
        }
        if (state.k !== "usual") said.push("Nothing in the file says how the picture has to be handed over.");
        say(said.join(" "));
      }

      function describe(values, plain) {
        const k = current();
        const node = nodes()[k];
        const value = values[node.output];
        const read = (name) => `${name} (${model.show(plain[name].shape)})`;
        title.textContent = `${node.operator}: ${node.name}`;
        const set = Object.entries(node.attributes).map(([name, worth]) => `${name} ${Array.isArray(worth) ? worth.join(", ") : Number(worth.toPrecision?.(6) ?? worth)}`);
        facts.textContent = `Reads ${node.inputs.filter(Boolean).map(read).join("; ")}. ${set.length ? `Set: ${set.join("; ")}. ` : ""}Gives ${node.output} (${model.show(value.shape)}).`;
        const summary = model.summary(value);
        measured(Object.fromEntries(["mean", "low", "high"].map((key) => [key, [summary[key], short(summary[key])]])));
        paint(picture, value, summary);
        picture.setAttribute("aria-label", `What ${node.name} gives, black its smallest number, white its largest`);
        const skips = model.isSkippable(node.inputs.map((name) => plain[name]), plain[node.output]);
        note.textContent = state.w === "skip" ? (skips ? "Left out: what it reads goes on as it is." : "It cannot be left out: what it reads has another shape than what it gives.")
          : state.w === "dropout" ? `Each number is erased with probability ${data.dropout}, the others divided by ${1 - data.dropout}: what training did, and what a file frozen in its training phase goes on doing.` : "";
        again.hidden = state.w !== "dropout";
        boxes.forEach((box, j) => {
          box.setAttribute("tabindex", j === k ? 0 : -1);
          box.setAttribute("aria-pressed", String(j === k));
          box.classList.toggle("changed", j === k && state.w !== "run");
          rows[j].firstChild.firstChild.setAttribute("aria-pressed", String(j === k));
          rows[j].lastChild.textContent = model.show(values[nodes()[j].output].shape);
        });
        for (const { edge, from, to } of edges) edge.classList.toggle("lit", from === k || to === k);
      }

      use(file);
      return () => {
        const pixels = model.ink(drawn(), state.k);
        const plain = model.run(file.network, pixels);
        const change = { node: nodes()[current()].name, how: state.w, draw: state.s, share: data.dropout };
        const values = state.w === "run" ? plain : model.run(file.network, pixels, change);
        const found = Array.from(values[file.network.output.name].values);
        const best = found.indexOf(Math.max(...found));
        const [low, high] = file.softmax ? [0, 1] : [Math.min(...found), Math.max(...found)];
        answers(Object.fromEntries(found.map((value, k) => [`p${k}`, [value, short(value)]])));
        [...bars.firstChild.children].forEach((bar, k) => {
          bar.style.setProperty("--share", `${(100 * (found[k] - low)) / (high - low || 1)}%`);
          bar.classList.toggle("best", k === best);
        });
        tell(found, best);
        describe(values, plain);
      };
    },
  );
})();
