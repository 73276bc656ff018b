// What the pages can do beyond being read: theme, filter, pause, choice of runs. All of it is
// readable without.
"use strict";

const THEMES = ["auto", "light", "dark"];

function storedTheme() {
  try {
    return localStorage.getItem("retrace-theme") || "auto";
  } catch {
    return "auto"; // A browser may keep nothing for files.
  }
}

function setTheme(theme) {
  if (theme === "auto") {
    delete document.documentElement.dataset.theme;
  } else {
    document.documentElement.dataset.theme = theme;
  }
}

function themeButton() {
  const button = document.getElementById("theme");
  let theme = storedTheme();
  const label = () => {
    button.textContent = `Theme: ${theme}`;
  };
  button.addEventListener("click", () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    setTheme(theme);
    label();
    try {
      localStorage.setItem("retrace-theme", theme);
    } catch {
      // It lasts as long as the page.
    }
  });
  label();
  button.hidden = false;
}

function claimFilter() {
  const form = document.getElementById("filter");
  if (!form) return;
  const rows = [...document.querySelectorAll("#all-claims tbody tr")];
  const apply = () => {
    const { experiment, verdict, words } = Object.fromEntries(new FormData(form));
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !(
        (!experiment || row.dataset.experiment === experiment) &&
        (!verdict || row.dataset.verdict === verdict) &&
        wanted.every((word) => text.includes(word))
      );
      shown += row.hidden ? 0 : 1;
    }
    document.getElementById("shown").textContent = `${shown} of ${rows.length} claims`;
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  apply();
}

function pauseButtons() {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  for (const film of document.querySelectorAll(".film")) {
    const [image, button] = [film.querySelector("img"), film.querySelector(".pause")];
    const show = (playing) => {
      image.src = playing ? image.dataset.film : image.dataset.still;
      button.textContent = playing ? "Pause" : "Play";
      button.setAttribute("aria-pressed", String(!playing));
    };
    // From here on the button decides, not the source for calm readers.
    film.querySelector("source").remove();
    show(!calm);
    button.addEventListener("click", () => show(button.textContent === "Play"));
    button.hidden = false;
  }
}

function runChoice() {
  const form = document.getElementById("choose");
  if (!form) return;
  const boxes = [...form.querySelectorAll("input")];
  form.addEventListener("input", () => {
    for (const box of boxes) {
      for (const cell of document.querySelectorAll(`[data-run="${box.value}"]`)) {
        cell.hidden = !box.checked;
      }
    }
  });
  form.hidden = false;
}

// Before the page is drawn, so that it does not flash in another theme.
setTheme(storedTheme());
document.addEventListener("DOMContentLoaded", () => {
  themeButton();
  claimFilter();
  pauseButtons();
  runChoice();
});
