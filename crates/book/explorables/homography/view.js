// The photo with its corners to be dragged, the label made upright, H and what is known of it.
"use strict";

(() => {
  const { data } = kit;
  const CORNERS = data.corners.map((corner) => corner.join(",")).join(" ");
  const [LEFT, TOP, RIGHT, BOTTOM] = data.label;
  const LONGEST = 640; // Pixels of a photo's longer side that are kept.
  const NAMES = ["Top left corner", "Top right corner", "Bottom left corner", "Bottom right corner"];
  const SAMPLINGS = [
    ["forward", "pushed forward"], ["truncated", "inverse, fraction cut off (the post)"],
    ["nearest", "inverse, nearest pixel"], ["bilinear", "inverse, bilinear"], ["bicubic", "inverse, bicubic"],
  ];

  function corners(state) {
    const found = state.c.split(" ").map((words) => words.split(",").map(Number));
    const whole = found.length === 4 && found.every((corner) => corner.length === 2 && corner.every(Number.isFinite));
    return whole ? found : data.corners;
  }

  /** The pairs of the setting: exact ones, and those that the estimate is made from. */
  function pairsOf(state) {
    const [left, top, right, bottom] = target(state);
    const targets = [[left, top], [right, top], [left, bottom], [right, bottom]];
    const exact = corners(state).map(([x, y], k) => ({ from: { x, y }, to: { x: targets[k][0], y: targets[k][1] } }));
    const truth = model.plain(exact);
    const back = model.inverse(truth);
    const stretch = ([a, b], [c, d]) => (v) => c + ((v - a) / (b - a)) * (d - c);
    const [across, down] = [stretch([LEFT, RIGHT], [left, right]), stretch([TOP, BOTTOM], [top, bottom])];
    for (const place of data.places.slice(0, state.k)) {
      const to = { x: across(place.x), y: down(place.y) };
      exact.push({ from: model.apply(back, to), to });
    }
    const noise = data.noise[Math.round(state.d) - 1];
    const given = exact.map(({ from, to }, k) => {
      // The last ones are wrong, but never a corner.
      const last = exact.length - 1 - k;
      const away = last < Math.min(state.out, state.k) ? data.astray[last] : [0, 0];
      const [dx, dy] = [state.noise * noise[k].x, state.noise * noise[k].y];
      return { from: { x: from.x + dx, y: from.y + dy }, to: { x: to.x + away[0], y: to.y + away[1] }, wrong: away[0] !== 0 };
    });
    return { truth, given };
  }

  function target(state) {
    return [LEFT, TOP, LEFT + state.tw, TOP + state.th];
  }

  function frame(state) {
    const [left, top, right, bottom] = target(state);
    return { left, top, width: Math.floor(right) - left + 1, height: Math.floor(bottom) - top + 1 };
  }

  kit.start(
    { c: CORNERS, s: "forward", m: "plain", k: 0, noise: 0, d: 1, out: 0, tw: RIGHT - LEFT, th: BOTTOM - TOP },
    (state) => {
      let picture = null; // { width, height, pixels, canvas }
      const top = kit.section("The photo and its label");
      const photo = kit.add(top, "div");
      const made = kit.add(top, "div");
      const holder = kit.add(photo, "div", { class: "plot photo" });
      const canvas = kit.add(holder, "canvas", { role: "img", "aria-label": "The photo with the four corners" });
      const output = kit.add(made, "canvas", { role: "img", class: "label" });
      const caption = kit.add(made, "p", { class: "small" });
      const files = kit.add(photo, "div", { class: "controls" });
      const file = kit.element("input", { type: "file", accept: "image/*", id: "own-photo" });
      kit.add(files, "div", { class: "control" }, kit.element("label", { for: "own-photo" }, "A photo of your own"), file);

      const below = kit.section("The points, and what they make of H");
      const left = kit.add(below, "div");
      const right = kit.add(below, "div");
      const picks = kit.add(left, "div", { class: "controls" });
      kit.choice(picks, { name: "s", label: "Pixels", options: SAMPLINGS });
      kit.choice(picks, {
        name: "m", label: "H by",
        options: [["plain", "least squares (the post)"], ["normalized", "normalised (Hartley)"], ["ransac", "consensus (RANSAC)"]],
      });
      kit.range(picks, { name: "k", label: "Pairs beside the corners", min: 0, max: data.places.length, step: 1 });
      kit.range(picks, { name: "noise", label: "Noise of the points, pixels", min: 0, max: 5, step: 0.1 });
      const draw = kit.range(picks, { name: "d", label: "Draw of the noise", min: 1, max: data.noise.length, step: 1 });
      kit.range(picks, { name: "out", label: "Wrong pairs among them", min: 0, max: data.astray.length, step: 1 });
      kit.range(picks, { name: "tw", label: "Width of the label", min: 60, max: 400, step: 1 });
      kit.range(picks, { name: "th", label: "Height of the label", min: 60, max: 400, step: 1 });
      const show = kit.readings(right, [
        ["holes", "holes of the forward push"], ["covered", "pixels of the label"], ["empty", "empty from the inverse"],
        ["condition", "condition number of A"], ["error", "mean error on the label, pixels"], ["inliers", "pairs that agree"],
      ]);
      kit.add(right, "p", { class: "small" }, "H, with its last entry 1:");
      const entries = kit.readings(right, [1, 2, 3].flatMap((row) => [1, 2, 3].map((column) => [`h${row}${column}`, `h${row}${column}`])));
      right.lastChild.classList.add("matrix");
      const say = kit.saying(left);

      const view = {
        holder,
        scale: 1,
        toPixels: ([x, y]) => [(x + 0.5) * view.scale, (y + 0.5) * view.scale],
        fromPixels: ([px, py]) => [px / view.scale - 0.5, py / view.scale - 0.5],
      };
      const follow = kit.handles(view, {
        label: "The corners. Arrow keys move one by a pixel, with Shift by ten.",
        points: () => corners(state),
        move: (at, [x, y]) => {
          const all = corners(state).map((corner) => [...corner]);
          all[at] = [Math.min(picture.width - 1, Math.max(0, x)), Math.min(picture.height - 1, Math.max(0, y))];
          kit.set({ c: all.map((corner) => corner.map((v) => Number(v.toFixed(1))).join(",")).join(" ") });
        },
        steps: [1, -1], grip: 9, kind: () => "s1", words: (at) => NAMES[at],
      });

      function take(image, width, height) {
        const own = new OffscreenCanvas(width, height);
        const context = own.getContext("2d", { willReadFrequently: true });
        context.drawImage(image, 0, 0, width, height);
        picture = { width, height, pixels: context.getImageData(0, 0, width, height).data, canvas: own };
        kit.redraw();
      }
      async function notebook() {
        const image = new Image();
        image.src = data.picture;
        await image.decode();
        take(image, image.width, image.height);
      }
      file.addEventListener("change", async () => {
        if (!file.files[0]) return;
        try {
          const image = await createImageBitmap(file.files[0]);
          const shrink = Math.min(1, LONGEST / Math.max(image.width, image.height));
          const [width, height] = [image.width, image.height].map((side) => Math.max(2, Math.round(side * shrink)));
          take(image, width, height);
          const at = (x, y) => `${Math.round(x * width)},${Math.round(y * height)}`;
          kit.set({ c: [at(0.25, 0.25), at(0.75, 0.25), at(0.25, 0.75), at(0.75, 0.75)].join(" ") });
        } catch {
          caption.textContent = "This file is no picture that the browser can read.";
        }
      });
      kit.box.addEventListener("click", (event) => {
        if (event.target.id === "reset" && file.value) {
          file.value = "";
          notebook();
        }
      });
      notebook();

      function drawPhoto(given) {
        [canvas.width, canvas.height] = [picture.width, picture.height];
        const context = canvas.getContext("2d");
        context.drawImage(picture.canvas, 0, 0);
        view.scale = canvas.clientWidth / picture.width;
        const box = `0 0 ${canvas.clientWidth} ${canvas.clientHeight}`;
        view.overlay.setAttribute("viewBox", box);
        view.overlay.setAttribute("height", canvas.clientHeight);
        const [a, b, c, d] = corners(state);
        context.lineWidth = 2 / Math.min(1, view.scale);
        context.strokeStyle = "#ffffff";
        context.beginPath();
        [a, b, d, c, a].forEach(([x, y], k) => (k ? context.lineTo(x, y) : context.moveTo(x, y)));
        context.stroke();
        for (const { from, wrong } of given) {
          context.fillStyle = wrong ? "#e69f00" : "#56b4e9";
          context.beginPath();
          context.arc(from.x, from.y, 4 / view.scale, 0, 7);
          context.fill();
          context.stroke();
        }
      }

      function nothing(words) {
        say(words);
        output.getContext("2d").clearRect(0, 0, output.width, output.height);
        show(Object.fromEntries(["holes", "covered", "empty", "condition", "error", "inliers"].map((name) => [name, [NaN, "none"]])));
      }

      return () => {
        if (!picture) return;
        draw.hidden = state.noise === 0;
        const { truth, given } = pairsOf(state);
        drawPhoto(given);
        follow();
        const { matrix, inliers } = model.estimate(given, state.m, data.threshold);
        if (!matrix.flat().every(Number.isFinite)) {
          nothing("These points determine no homography: three of them lie on one line.");
          return;
        }
        const part = frame(state);
        const pushed = model.pushForward(picture, matrix, part);
        const warped = state.s === "forward" ? null : model.warp(picture, matrix, part, state.s);
        const empty = model.emptyAfterWarp(picture, matrix, part, warped ?? model.warp(picture, matrix, part, "truncated"));
        [output.width, output.height] = [part.width, part.height];
        output.getContext("2d").putImageData(new ImageData(warped ?? pushed.pixels, part.width, part.height), 0, 0);
        const words = SAMPLINGS.find(([name]) => name === state.s)[1];
        caption.textContent = `The label, ${words}.`;
        output.setAttribute("aria-label", caption.textContent);

        const share = pushed.covered ? (100 * pushed.holes) / pushed.covered : 0;
        const condition = model.condition(given);
        const error = model.meanError(matrix, truth, target(state));
        const agree = inliers.filter(Boolean).length;
        show({
          holes: [pushed.holes, `${pushed.holes} (${share.toFixed(0)}\u00a0%)`], covered: [pushed.covered, String(pushed.covered)],
          empty: [empty, String(empty)], condition: [condition, condition.toExponential(2)],
          error: [error, error < 1e-4 ? error.toExponential(1) : error.toFixed(3)],
          inliers: [agree, `${agree} of ${given.length}`],
        });
        entries(Object.fromEntries(matrix.flatMap((row, i) => row.map((entry, j) => [`h${i + 1}${j + 1}`, [entry, entry.toPrecision(4)]]))));
        if (state.out > 0 && state.k === 0) say("Wrong pairs are among those beside the corners: add some.");
        else if (state.m === "ransac" && given.length === 4) say("Four pairs agree with their own H, whatever they are: add some.");
        else if (error > 1) say(`On the label the map is off by ${error.toFixed(1)} pixels on average.`);
        else say("The map is as good as its points.");
      };
    },
  );
})();
