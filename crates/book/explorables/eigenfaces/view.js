// The face of the weights, a picture rebuilt, and who is let in by a threshold.
"use strict";

(() => {
  const { data } = kit;
  const { rows, columns } = data;
  const pixels = rows * columns;
  const bytes = kit.bytes(data.pictures);
  const picture = (at) => bytes.subarray(at * pixels, (at + 1) * pixels);
  const training = Array.from({ length: data.training }, (_, at) => picture(at));
  const faces = model.fit(training);
  const most = faces.components.length;
  const TURNED = Math.min(8, most); // Weights that can be turned.
  const KINDS = { training: ["s0", "training picture"], "the-man": ["s2", "the same man"], "another-man": ["s1", "another man"], drawing: ["s3", "drawing"], thing: ["s6", "no face"], own: ["s4", "your own"] };
  const CRITERIA = [["sum", "sum of distances (the post)"], ["mean", "mean distance"], ["minimum", "minimum distance"], ["from_face_space", "distance from face space"]];
  const all = data.names.map((name, at) => ({ name, shows: data.shows[at], pixels: picture(at) }));
  const OWN = all.length;

  const weightNames = Array.from({ length: TURNED }, (_, k) => `w${k + 1}`);
  const none = Object.fromEntries(weightNames.map((name) => [name, 0]));

  /** Grey levels onto a canvas; eigenfaces are stretched around middle grey. */
  function paint(canvas, levels) {
    [canvas.width, canvas.height] = [columns, rows];
    const image = new ImageData(columns, rows);
    levels.forEach((level, k) => image.data.set([level, level, level, 255], 4 * k));
    canvas.getContext("2d").putImageData(image, 0, 0);
  }

  function stretched(face) {
    const reach = face.reduce((size, value) => Math.max(size, Math.abs(value)), 0);
    return face.map((value) => 127.5 + (127.5 * value) / reach);
  }

  kit.start(
    { ...none, p: Math.min(5, data.training - 1), k: Math.min(data.kept, most), c: "sum", t: 0.75 },
    (state) => {
      const frame = (parent, words) => {
        const figure = kit.add(parent, "figure", { class: "face" });
        const canvas = kit.add(figure, "canvas", { role: "img", "aria-label": words });
        return { canvas, caption: kit.add(figure, "figcaption", {}, words) };
      };

      const top = kit.section("A face from weights, in standard deviations");
      const turns = kit.add(kit.add(top, "div"), "div", { class: "controls weights" });
      weightNames.forEach((name, k) => {
        const holder = kit.range(turns, {
          name, label: `Weight ${k + 1}`, min: -3, max: 3, step: 0.1, show: (v) => v.toFixed(1),
        });
        const small = kit.element("canvas", { role: "img", "aria-label": `Eigenface ${k + 1}` });
        holder.prepend(small);
        paint(small, stretched(faces.components[k]));
      });
      const shown = frame(kit.add(top, "div"), "The face of these weights");

      const middle = kit.section("A picture from some eigenfaces");
      const picks = kit.add(kit.add(middle, "div"), "div", { class: "controls" });
      const list = kit.choice(picks, { name: "p", label: "Picture", options: [] });
      kit.range(picks, { name: "k", label: "Eigenfaces", min: 1, max: most, step: 1 });
      const file = kit.element("input", { type: "file", accept: "image/*", id: "own-picture" });
      kit.add(picks, "div", { class: "control" }, kit.element("label", { for: "own-picture" }, "A picture of your own"), file);
      const show = kit.readings(picks.parentElement, [
        ["error", "root mean square error, grey levels"], ["share", "variance explained"],
        ["sum", "sum of distances"], ["mean", "mean distance"], ["minimum", "minimum distance"], ["from_face_space", "distance from face space"],
      ]);
      const pair = kit.add(middle, "div", { class: "faces" });
      const original = frame(pair, "The picture");
      const rebuilt = frame(pair, "Rebuilt");

      const bottom = kit.section("Who is let in?");
      const gate = kit.add(bottom, "div");
      const gateControls = kit.add(gate, "div", { class: "controls" });
      kit.choice(gateControls, { name: "c", label: "Criterion", options: CRITERIA });
      kit.range(gateControls, { name: "t", label: "Threshold, share of the farthest", min: 0, max: 1, step: 0.01 });
      const admitted = kit.readings(gate, [
        ["let-training", "training pictures let in"], ["let-man", "the same man, unseen"], ["let-others", "others let in"],
      ]);
      const say = kit.saying(gate);
      const line = kit.plot(kit.add(bottom, "div"), { label: "Distance of every picture by the criterion", xLabel: "distance, thousands of grey levels", height: 240, edge: 108, yText: (at) => Object.values(KINDS)[at][1] });
      const gallery = kit.add(kit.box, "ul", { class: "gallery" });

      const options = list.querySelector("select");
      function fillList() {
        options.replaceChildren(...all.map((one, at) => kit.element("option", { value: at }, one.name)));
        gallery.replaceChildren(...all.map((one) => {
          const canvas = kit.element("canvas", { role: "img", "aria-label": one.name });
          paint(canvas, one.pixels);
          return kit.element("li", {}, canvas, kit.element("span", {}, one.name));
        }));
      }
      fillList();

      file.addEventListener("change", async () => {
        if (!file.files[0]) return;
        try {
          const image = await createImageBitmap(file.files[0]);
          const side = Math.min(image.width / columns, image.height / rows);
          const canvas = new OffscreenCanvas(columns, rows);
          const context = canvas.getContext("2d");
          const [width, height] = [columns * side, rows * side];
          context.drawImage(image, (image.width - width) / 2, (image.height - height) / 2, width, height, 0, 0, columns, rows);
          const colours = context.getImageData(0, 0, columns, rows).data;
          // The weights of ITU-R BT.601, as in the program's reader.
          const grey = Uint8Array.from({ length: pixels }, (_, k) => Math.round(0.299 * colours[4 * k] + 0.587 * colours[4 * k + 1] + 0.114 * colours[4 * k + 2]));
          all[OWN] = { name: "your own", shows: "own", pixels: grey };
          fillList();
          kit.set({ p: OWN });
        } catch {
          say("This file is no picture that the browser can read.");
        }
      });

      let kept = { k: 0 };
      function measured() {
        if (kept.k !== state.k || kept.count !== all.length || kept.own !== all[OWN]) {
          const weights = training.map((one) => model.project(faces, one, state.k));
          kept = { k: state.k, count: all.length, own: all[OWN], each: all.map((one) => model.distances(faces, weights, one.pixels)) };
        }
        return kept.each;
      }

      return () => {
        state.k = Math.round(state.k);
        const weights = weightNames.map((name, k) => state[name] * Math.sqrt(faces.eigenvalues[k]));
        paint(shown.canvas, model.rebuild(faces, weights));

        const { pixels: chosen, name } = all[state.p];
        const again = model.rebuild(faces, model.project(faces, chosen, state.k));
        paint(original.canvas, chosen);
        paint(rebuilt.canvas, again);
        original.caption.textContent = name;
        rebuilt.caption.textContent = `with ${state.k} of ${most} eigenfaces`;
        const each = measured();
        const sums = (values) => values.reduce((a, b) => a + b, 0);
        const share = sums(faces.eigenvalues.slice(0, state.k)) / sums(faces.eigenvalues);
        const error = model.difference(again, chosen);
        const words = (value) => Math.round(value).toString();
        const own = each[state.p];
        show({
          error: [error, error.toFixed(2)], share: [share, share.toFixed(3)],
          ...Object.fromEntries(CRITERIA.map(([key]) => [key, [own[key], words(own[key])]])),
        });

        const values = each.map((one) => one[state.c]);
        const farthest = Math.max(...values);
        const limit = state.t * farthest;
        const inside = values.map((value) => value <= limit);
        const count = (wanted) => all.filter((one, at) => wanted(one.shows) && inside[at]).length;
        const of = (wanted) => all.filter((one) => wanted(one.shows)).length;
        const groups = { "let-training": (s) => s === "training", "let-man": (s) => s === "the-man", "let-others": (s) => ["another-man", "thing"].includes(s) };
        admitted(Object.fromEntries(Object.entries(groups).map(([key, wanted]) => [key, [count(wanted), `${count(wanted)} of ${of(wanted)}`]])));
        const right = count(groups["let-training"]) === data.training && count(groups["let-man"]) === of(groups["let-man"]) && count(groups["let-others"]) === 0;
        say(right ? "All pictures of the man are let in, and nobody and nothing else." : "This threshold refuses some picture of the man, or lets others in.");
        const kinds = Object.keys(KINDS);
        const there = kinds.filter((kind) => all.some((one) => one.shows === kind));
        line.draw({ x: [0, (1.04 * farthest) / 1000], y: [there.length - 0.4, -0.6], yTicks: there.map((kind) => kinds.indexOf(kind)) }, (p) => [
          p.line([limit / 1000, limit / 1000], [-1, kinds.length], "s6 dash"),
          ...values.map((value, at) => p.dot(value / 1000, kinds.indexOf(all[at].shows), `${inside[at] ? "dot" : "hollow"} ${KINDS[all[at].shows][0]}`, at === state.p ? 7 : 5)),
        ]);
        [...gallery.children].forEach((item, at) => {
          item.className = inside[at] ? "in" : "out";
          item.querySelector("canvas").setAttribute("aria-label", `${all[at].name}, ${inside[at] ? "let in" : "refused"}`);
        });
      };
    },
  );
})();
