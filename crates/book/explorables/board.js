// A board to draw a digit on, for explorables that ask a network about it.
"use strict";

/**
 * A board to draw on: `ink` are side x side numbers from 0 to 1 in steps of a 255th, as in images of
 * MNIST. `changed` is called after a stroke has changed them, `over(context, scale)` draws above them.
 */
kit.board = (parent, { label, side = 28, changed, over = () => {} }) => {
  const scale = 12;
  const ink = new Float32Array(side * side);
  const canvas = kit.add(parent, "canvas", {
    class: "board", width: side * scale, height: side * scale, role: "application", tabindex: 0,
    "aria-label": `${label}. Arrow keys move the pen, Space puts it down or lifts it, Delete clears.`,
  });
  const aloud = kit.add(parent, "p", { class: "skip", role: "status" });
  let pen = [side / 2, side / 2]; // Pixels, from the upper left corner.
  let down = false;

  /** A line from the pen, two pixels wide, its borders and ends soft. */
  function stroke(to) {
    const [[x, y], dx, dy] = [pen, to[0] - pen[0], to[1] - pen[1]];
    pen = to;
    for (let k = 0; k < ink.length; k += 1) {
      const [px, py] = [(k % side) + 0.5 - x, Math.floor(k / side) + 0.5 - y];
      const along = Math.min(1, Math.max(0, (px * dx + py * dy) / (dx * dx + dy * dy || 1)));
      const away = Math.hypot(px - along * dx, py - along * dy);
      ink[k] = Math.max(ink[k], Math.round(255 * Math.min(1, Math.max(0, 1.5 - away))) / 255);
    }
    changed();
  }

  function clear() {
    ink.fill(0);
    changed();
  }

  const place = (event) => {
    const frame = canvas.getBoundingClientRect();
    return [((event.clientX - frame.left) / frame.width) * side, ((event.clientY - frame.top) / frame.height) * side];
  };
  let held = false;
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    [held, pen] = [true, place(event)];
    stroke(pen);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (held) (event.getCoalescedEvents?.() ?? [event]).forEach((one) => stroke(place(one)));
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => {
      held = false;
    });
  }
  // A finger draws and does not move the page.
  canvas.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
  canvas.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (way) {
      const to = pen.map((at, axis) => Math.min(side - 0.5, Math.max(0.5, Math.floor(at) + 0.5 + way[axis])));
      if (down) stroke(to);
      else pen = to;
    } else if (event.key === " ") {
      down = !down;
      if (down) stroke(pen);
    } else if (event.key === "Delete") {
      clear();
    } else {
      return;
    }
    aloud.textContent = `Pen ${down ? "down" : "up"}, row ${Math.ceil(pen[1])}, column ${Math.ceil(pen[0])}`;
    event.preventDefault();
    kit.redraw();
  });
  for (const turn of ["focus", "blur"]) canvas.addEventListener(turn, kit.redraw);

  kit.follow(() => {
    const context = canvas.getContext("2d");
    ink.forEach((level, k) => {
      context.fillStyle = `rgb(${255 * level} ${255 * level} ${255 * level})`;
      context.fillRect((k % side) * scale, Math.floor(k / side) * scale, scale, scale);
    });
    over(context, scale);
    if (!canvas.matches(":focus-visible")) return;
    [context.strokeStyle, context.lineWidth] = ["#e69f00", down ? 5 : 2];
    context.strokeRect(Math.floor(pen[0]) * scale, Math.floor(pen[1]) * scale, scale, scale);
  });
  return { canvas, ink, clear };
};
