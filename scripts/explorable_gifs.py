"""Films two explorables for the README: their pages in headless Chromium, dragged as a reader would.

    python scripts/explorable_gifs.py RETRACE

RETRACE is the program; its published results make the pages. Writes `try.gif` into the folders of
homography and regularization below crates/book/explorables. Needs playwright and Pillow, Chromium.
"""

import io
import math
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = "/usr/bin/chromium"
WIDTH = 480  # Pixels of a film.
COLOURS = 96
MILLISECONDS = 110


def drag_a_corner(tab):
    """The lower right corner of the label, once around where it belongs."""
    handle = tab.locator("#explorable .handle").nth(3)
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    tab.mouse.move(x, y)
    tab.mouse.down()
    for step in range(37):
        turn = 2 * math.pi * step / 36
        tab.mouse.move(x + 14 * (math.cos(turn) - 1), y + 14 * math.sin(turn))
        yield
    tab.mouse.up()


def train(tab):
    """L1 leaves few weights: the network at every so many steps of its training."""
    for steps in [0, 5, 10, 20, 30, 50, 75, 100, 150, 200, 300, 400, 600, 800, 1200, 2000, 3000, 4000]:
        tab.evaluate("n => kit.set({ n })", steps)
        yield
    for _ in range(6):
        yield


FILMS = [
    ("homography", drag_a_corner, 1),
    ("regularization", train, 2),
]


def frames(tab, act, sections):
    """What is to be seen after each movement: the first sections of the explorable."""
    areas = tab.locator("#explorable .panels")
    areas.first.scroll_into_view_if_needed()
    first, last = areas.first.bounding_box(), areas.nth(sections - 1).bounding_box()
    scroll = tab.evaluate("[scrollX, scrollY]")
    clip = {
        "x": first["x"] + scroll[0],
        "y": first["y"] + scroll[1],
        "width": first["width"],
        "height": last["y"] + last["height"] - first["y"],
    }
    for _ in act(tab):
        tab.wait_for_timeout(60)
        shot = tab.screenshot(full_page=True, clip=clip)
        picture = Image.open(io.BytesIO(shot)).convert("RGB")
        height = round(picture.height * WIDTH / picture.width)
        yield picture.resize((WIDTH, height), Image.Resampling.LANCZOS)


def film(tab, name, act, sections, page):
    tab.goto(page.as_uri() + "#try")
    tab.wait_for_timeout(1_000)
    shots = list(frames(tab, act, sections))
    # One palette for all, so that what stays is the same in each.
    palette = shots[len(shots) // 2].quantize(COLOURS, dither=Image.Dither.NONE)
    shots = [shot.quantize(palette=palette, dither=Image.Dither.NONE) for shot in shots]
    path = ROOT / "crates/book/explorables" / name / "try.gif"
    shots[0].save(
        path, save_all=True, append_images=shots[1:], duration=MILLISECONDS, loop=0, optimize=True
    )
    print(f"{path.relative_to(ROOT)}: {len(shots)} pictures, {path.stat().st_size:,} bytes")


def main():
    program = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        command = [program, "book", "--published", "--out", folder]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 960, "height": 900})
        for name, act, sections in FILMS:
            page = Path(folder) / f"book/{name}/published-quick.html"
            film(tab, name, act, sections, page)
        browser.close()


if __name__ == "__main__":
    main()
