// What all explorables share: the state and its place in the address, controls, readings, plots with
// axes, and handles that are dragged by mouse, finger or arrow keys.
"use strict";

const kit = (() => {
  const SVG = "http://www.w3.org/2000/svg";
  const MARK = "#try:";
  const box = document.getElementById("explorable");
  const { data, checks } = JSON.parse(document.getElementById("explorable-data").textContent);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

  const defaults = {};
  const state = {};
  const followers = []; // Controls that show the state.
  const times = []; // Milliseconds of the latest drawings.
  let draw = () => {};
  let waiting = false;
  let noting = 0;

  // --- elements

  function element(name, attributes = {}, ...children) {
    return dress(document.createElement(name), attributes, children);
  }

  function shape(name, attributes = {}, ...children) {
    return dress(document.createElementNS(SVG, name), attributes, children);
  }

  function dress(node, attributes, children) {
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...children);
    return node;
  }

  /** Bytes that the data have in base 64. */
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

  function add(parent, name, attributes, ...children) {
    const node = element(name, attributes, ...children);
    parent.append(node);
    return node;
  }

  /** A heading, and a grid below it for what belongs together. */
  function section(title) {
    add(box, "h3", {}, title);
    return add(box, "div", { class: "panels" });
  }

  // --- state

  function text(value) {
    return typeof value === "number" ? String(Number(value.toPrecision(10))) : value;
  }

  /** `fallback` where the address says something else than such a value. */
  function read(said, fallback) {
    if (typeof fallback !== "number") return said;
    const number = Number(said);
    return said !== "" && Number.isFinite(number) ? number : fallback;
  }

  function parse(words) {
    const said = {};
    for (const part of words.split(";")) {
      const [key, value] = part.split("=");
      if (Object.hasOwn(defaults, key) && value !== undefined) said[key] = read(value, defaults[key]);
    }
    return said;
  }

  function fromAddress() {
    let words = "";
    if (location.hash.startsWith(MARK)) {
      try {
        words = decodeURIComponent(location.hash.slice(MARK.length));
      } catch {
        // An address that was cut off says nothing.
      }
    }
    Object.assign(state, defaults, parse(words));
    return words !== "";
  }

  function noteAddress() {
    const changed = Object.keys(defaults).filter((key) => state[key] !== defaults[key]);
    const words = changed.map((key) => `${key}=${text(state[key])}`).join(";");
    const hash = words ? MARK + encodeURI(words) : location.hash.startsWith(MARK) ? "#try" : location.hash;
    if (hash !== location.hash) history.replaceState(null, "", hash || "#try");
  }

  /** Changes some of the state; what follows from it is drawn with the next frame. */
  function set(changes) {
    Object.assign(state, changes);
    clearTimeout(noting);
    noting = setTimeout(noteAddress, 200);
    redraw();
  }

  function redraw() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      const begun = performance.now();
      followers.forEach((follow) => follow());
      draw(state);
      times.push(performance.now() - begun);
      if (times.length > 200) times.shift();
    });
  }

  /** Begins: `post` is the state as the post has it, `build` makes the controls and gives what draws. */
  function start(post, build) {
    Object.assign(defaults, post);
    const asked = fromAddress();
    box.hidden = false;
    draw = build(state);
    const row = add(box, "div", { class: "controls" });
    button(row, "Back to the post's setting", () => set({ ...defaults })).id = "reset";
    for (const one of document.querySelectorAll("[data-state]")) {
      one.hidden = false;
      one.addEventListener("click", () => {
        set({ ...defaults, ...parse(one.dataset.state) });
        box.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
      });
    }
    addEventListener("hashchange", () => {
      if (fromAddress()) redraw();
    });
    addEventListener("resize", redraw);
    if (asked) box.scrollIntoView();
    redraw();
  }

  // --- controls

  let numbers = 0;

  function labelled(parent, label, control, value) {
    const id = `control-${(numbers += 1)}`;
    control.id = id;
    const words = element("label", { for: id }, `${label} `);
    if (value) words.append(value);
    return add(parent, "div", { class: "control" }, words, control);
  }

  /** A slider for `state[name]`. */
  function range(parent, { name, label, min, max, step, show = text }) {
    const value = element("span", { class: "value" });
    const input = element("input", { type: "range", min, max, step, name });
    const holder = labelled(parent, label, input, value);
    input.addEventListener("input", () => set({ [name]: Number(input.value) }));
    followers.push(() => {
      state[name] = Math.min(max, Math.max(min, state[name]));
      if (Number(input.value) !== state[name]) input.value = state[name];
      value.textContent = show(state[name]);
      input.setAttribute("aria-valuetext", value.textContent);
    });
    return holder;
  }

  /** A list to pick `state[name]` from. */
  function choice(parent, { name, label, options }) {
    const list = element("select", { name });
    for (const [value, words] of options) add(list, "option", { value }, words);
    const holder = labelled(parent, label, list);
    list.addEventListener("input", () => set({ [name]: read(list.value, defaults[name]) }));
    followers.push(() => {
      // The list may have grown since.
      const is = ({ value }) => value === String(state[name]);
      if (![...list.options].some(is)) state[name] = defaults[name];
      list.value = String(state[name]);
    });
    return holder;
  }

  /** A box to tick: `state[name]` is 1 or 0. */
  function tick(parent, { name, label }) {
    const input = element("input", { type: "checkbox", name });
    const holder = labelled(parent, label, input);
    holder.classList.add("box");
    holder.prepend(input);
    input.addEventListener("input", () => set({ [name]: input.checked ? 1 : 0 }));
    followers.push(() => {
      input.checked = state[name] === 1;
    });
    return holder;
  }

  /** Calls `show` before each drawing, as controls do that show the state. */
  function follow(show) {
    followers.push(show);
  }

  function button(parent, label, action) {
    const node = add(parent, "button", { type: "button" }, label);
    node.addEventListener("click", action);
    return node;
  }

  /** Numbers with names; the function that it gives shows [value, words] of each. */
  function readings(parent, names) {
    const list = add(parent, "dl", { class: "readings" });
    const places = new Map();
    for (const [name, label] of names) {
      const value = element("dd", { "data-reading": name });
      list.append(element("div", {}, element("dt", {}, label), value));
      places.set(name, value);
    }
    return (shown) => {
      for (const [name, [value, words]] of Object.entries(shown)) {
        const place = places.get(name);
        place.dataset.value = String(value);
        place.textContent = words;
      }
    };
  }

  /** A sentence about what is to be seen; read out when the reader pauses. */
  function saying(parent) {
    const shown = add(parent, "p", { class: "saying" });
    const aloud = add(parent, "p", { class: "skip", role: "status" });
    let pause = 0;
    return (words) => {
      if (shown.textContent === words) return;
      shown.textContent = words;
      clearTimeout(pause);
      pause = setTimeout(() => {
        aloud.textContent = words;
      }, 900);
    };
  }

  function legend(parent, entries) {
    const list = add(parent, "ul", { class: "legend" });
    for (const [hue, label, kind = ""] of entries) {
      list.append(element("li", { class: hue }, element("i", { class: kind }), label));
    }
    return list;
  }

  // --- plots

  /** Round numbers between the ends, about `count` of them. */
  function ticks([low, high], count) {
    const rough = (high - low) / count;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((unit) => unit * power).find((unit) => unit >= rough);
    const found = [];
    for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k += 1) found.push(k * step);
    return found.map((at) => Number(at.toPrecision(12)));
  }

  const EDGE = { right: 10, top: 8, bottom: 38 };

  /** A plot with axes, as wide as its place. `draw({ x, y }, layers)` fills it. */
  function plot(parent, { label, xLabel = "", yLabel = "", height = 250, edge = 48, xText = text, yText = text }) {
    const holder = add(parent, "div", { class: "plot" });
    const picture = shape("svg", { role: "img", "aria-label": label });
    holder.append(picture);
    const clip = `clip-${(numbers += 1)}`;
    const view = { holder, height };

    view.draw = (ranges, layers) => {
      const width = Math.max(holder.clientWidth, 240);
      const [left, right] = [edge, width - EDGE.right];
      const [top, bottom] = [EDGE.top, height - EDGE.bottom];
      const along = ([a, b], [from, to]) => (v) => from + ((v - a) / (b - a)) * (to - from);
      view.x = along(ranges.x, [left, right]);
      view.y = along(ranges.y, [bottom, top]);
      view.fromPixels = ([px, py]) => [
        along([left, right], ranges.x)(px),
        along([bottom, top], ranges.y)(py),
      ];
      view.toPixels = ([x, y]) => [view.x(x), view.y(y)];
      picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
      picture.setAttribute("height", height);
      let out = `<clipPath id="${clip}"><rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}"/></clipPath>`;
      for (const at of ranges.xTicks ?? ticks(ranges.x, width / 75)) {
        const x = view.x(at).toFixed(1);
        out += `<path class="grid" d="M${x} ${top}V${bottom}"/><text x="${x}" y="${bottom + 15}" text-anchor="middle">${xText(at)}</text>`;
      }
      for (const at of ranges.yTicks ?? ticks(ranges.y, height / 45)) {
        const y = view.y(at).toFixed(1);
        out += `<path class="grid" d="M${left} ${y}H${right}"/><text x="${left - 5}" y="${Number(y) + 4}" text-anchor="end">${yText(at)}</text>`;
      }
      out += `<rect class="frame" x="${left}" y="${top}" width="${right - left}" height="${bottom - top}"/>`;
      out += `<g clip-path="url(#${clip})">${layers(view).join("")}</g>`;
      out += `<text x="${(left + right) / 2}" y="${height - 5}" text-anchor="middle">${xLabel}</text>`;
      out += `<text transform="translate(11 ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle">${yLabel}</text>`;
      picture.innerHTML = out;
      view.overlay?.setAttribute("viewBox", `0 0 ${width} ${height}`);
      view.overlay?.setAttribute("height", height);
    };

    const path = (xs, ys) => {
      let d = "";
      for (let k = 0; k < xs.length; k += 1) {
        // What is far outside is cut off, so that a path stays drawable.
        const y = Math.min(1e5, Math.max(-1e5, view.y(ys[k])));
        d += Number.isFinite(y) ? `${d === "" ? "M" : "L"}${view.x(xs[k]).toFixed(1)} ${y.toFixed(1)}` : "";
      }
      return d;
    };
    view.line = (xs, ys, kind) => `<path class="line ${kind}" d="${path(xs, ys)}"/>`;
    view.band = (xs, lows, highs, hue) => {
      const there = path(xs, highs);
      const back = path([...xs].reverse(), [...lows].reverse());
      return `<path class="band ${hue}" d="${there}${back.replace("M", "L")}Z"/>`;
    };
    view.dot = (x, y, kind, radius = 4) =>
      `<circle class="${kind}" cx="${view.x(x).toFixed(1)}" cy="${view.y(y).toFixed(1)}" r="${radius}"/>`;
    view.bar = (x, y, hue, half) => {
      const [a, b] = [view.x(x - half), view.x(x + half)];
      const [zero, end] = [view.y(0), view.y(y)];
      return `<rect class="bar ${hue}" x="${a}" y="${Math.min(zero, end)}" width="${b - a}" height="${Math.abs(zero - end)}"/>`;
    };
    return view;
  }

  // --- handles

  /**
   * Points of `view` (a plot, or whatever has toPixels and fromPixels) that can be dragged, and moved
   * by arrow keys: with Shift ten steps, with Page Up and Page Down one comes to the other points.
   */
  function handles(view, { label, points, move, steps, kind, reach = 22, grip = 8, words }) {
    const layer = shape("svg", { class: "overlay", role: "group", "aria-label": label });
    view.holder.append(layer);
    view.overlay = layer;
    let all = [];
    let current = 0;

    const make = (at) => {
      const node = shape("g", { class: "handle", role: "slider", tabindex: -1 },
        shape("circle", { class: "reach", r: reach }), shape("circle", { class: "grip", r: grip }));
      const place = (event) => {
        const frame = layer.getBoundingClientRect();
        return view.fromPixels([event.clientX - frame.left, event.clientY - frame.top]);
      };
      let held = null; // The point that is dragged, and how far the pointer is from it.
      node.addEventListener("pointerdown", (event) => {
        node.setPointerCapture(event.pointerId);
        // Where points overlap the nearest is meant, not the one on top.
        const from = place(event);
        const [px, py] = view.toPixels(from);
        const away = points().map(view.toPixels).map(([x, y]) => Math.hypot(x - px, y - py));
        const nearest = away.indexOf(Math.min(...away));
        const point = points()[nearest];
        all[nearest].focus({ preventScroll: true });
        held = { nearest, shift: [point[0] - from[0], point[1] - from[1]] };
        event.preventDefault();
      });
      // A finger drags the point and not the page.
      node.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
      node.addEventListener("pointermove", (event) => {
        if (!held) return;
        const to = place(event);
        move(held.nearest, [to[0] + held.shift[0], to[1] + held.shift[1]]);
      });
      for (const end of ["pointerup", "pointercancel"]) {
        node.addEventListener(end, () => {
          held = null;
        });
      }
      node.addEventListener("focus", () => {
        current = at;
        follow();
      });
      node.addEventListener("keydown", (event) => {
        const by = event.shiftKey ? 10 : 1;
        const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
        const turn = { PageUp: -1, PageDown: 1 }[event.key];
        if (ways[event.key]) {
          const [dx, dy] = ways[event.key];
          const [x, y] = points()[at];
          move(at, [x + dx * by * steps[0], y + dy * by * steps[1]]);
        } else if (turn) {
          all[(at + turn + all.length) % all.length].focus();
        } else {
          return;
        }
        event.preventDefault();
      });
      return node;
    };

    const follow = () => {
      const now = points();
      while (all.length < now.length) {
        all.push(make(all.length));
        layer.append(all.at(-1));
      }
      while (all.length > now.length) all.pop().remove();
      current = Math.min(current, now.length - 1);
      now.forEach((point, at) => {
        const [px, py] = view.toPixels(point);
        const node = all[at];
        node.setAttribute("transform", `translate(${px.toFixed(1)} ${py.toFixed(1)})`);
        // Few are tab stops each; of many, one.
        node.setAttribute("tabindex", now.length <= 8 || at === current ? 0 : -1);
        node.setAttribute("class", `handle ${kind(at)}`);
        node.setAttribute("aria-valuenow", Number(point[0].toFixed(2)));
        node.setAttribute("aria-valuemin", -1e4);
        node.setAttribute("aria-valuemax", 1e4);
        node.setAttribute("aria-label", words(at));
        node.setAttribute("aria-valuetext", `x ${point[0].toFixed(1)}, y ${point[1].toFixed(1)}`);
      });
    };
    return follow;
  }

  return {
    box, data, checks, calm, state, times, start, set, redraw, element, shape, add, section, range, choice,
    tick, button, readings, saying, legend, plot, handles, ticks, bytes, follow,
  };
})();
