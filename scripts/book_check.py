"""Opens every page of a book in headless Chromium, as a reader would.

    python scripts/book_check.py OUT [SHOTS]

OUT is the output folder with index.html; SHOTS, if given, gets pictures at three widths. Ends with 1
and says what is wrong. Looked at on each page: no error on the console, no request beyond OUT, no
dead link, no text wider than the window, weight without animations, axe's rules for WCAG 2 A and AA
in both themes. Looked at where they are: filter, pause, theme, choice of runs, reading without
JavaScript, printing. Explorables are set by address, mouse, keyboard and touch, and what they then
show is compared with what the program wrote into the page.
"""

import math
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlparse

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

WIDTHS = (360, 768, 1280)
HEAVIEST = 2_000_000
PIECE = 3_000
# Milliseconds of script for a picture while something is dragged. 60 pictures a second leave 16; a
# machine that is busy with other work is allowed twice that.
SLOWEST = 33
CHROMIUM = "/usr/bin/chromium"
BROWSERS = 2

problems = []


def problem(page, text):
    problems.append(f"{page}: {text}")


def local(address):
    """The file behind an address."""
    return Path(unquote(urlparse(address).path)).resolve()


class Reader:
    """A tab that notes what a page asks for and complains of."""

    def __init__(self, browser, out, name, **options):
        self.name, self.out = name, out
        self.tab = browser.new_context(**options).new_page()
        self.asked = set()
        self.tab.on("request", lambda request: self.note_request(request.url))
        self.tab.on("pageerror", lambda error: problem(name, f"error: {error}"))
        self.tab.on("console", self.note_console)
        self.tab.goto((out / name).as_uri())
        self.tab.wait_for_load_state("load")

    def note_request(self, url):
        if url.startswith("data:"):
            return
        if urlparse(url).scheme != "file" or not local(url).is_relative_to(self.out):
            problem(self.name, f"asks for {url}")
        self.asked.add(local(url))

    def note_console(self, message):
        if message.type in ("error", "warning"):
            problem(self.name, f"console: {message.text}")

    def close(self):
        self.tab.context.close()


def pages(out):
    return ["index.html"] + sorted(
        str(path.relative_to(out)) for path in (out / "book").rglob("*.html")
    )


def check_links(reader, anchors):
    for link in reader.tab.eval_on_selector_all("a[href]", "all => all.map(a => a.href)"):
        address, anchor = urldefrag(link)
        if urlparse(address).scheme != "file":
            continue
        file = local(address)
        if not file.exists():
            problem(reader.name, f"dead link {link}")
        elif anchor and file.suffix == ".html" and unquote(anchor) not in anchors(file):
            problem(reader.name, f"dead anchor {link}")


def load_pictures(reader):
    """Also those that are loaded when a reader scrolls to them."""
    reader.tab.evaluate(
        "document.querySelectorAll('img').forEach(image => { image.loading = 'eager'; })"
    )
    reader.tab.wait_for_function("[...document.images].every(image => image.complete)")


def check_weight(reader):
    load_pictures(reader)
    broken = reader.tab.evaluate(
        "[...document.images].filter(i => i.naturalWidth === 0).map(i => i.src)"
    )
    for image in broken:
        problem(reader.name, f"no picture at {image}")
    weight = sum(f.stat().st_size for f in reader.asked if f.suffix != ".gif")
    if weight >= HEAVIEST:
        problem(reader.name, f"{weight} bytes without animations")
    return weight


def check_axe(reader, theme):
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
    # Style sheets of files cannot be fetched again; no rule of these needs them.
    options = {"runOnly": rules, "preload": False}
    found = Axe().run(reader.tab, options=options).response["violations"]
    for violation in found:
        places = [" ".join(map(str, node["target"])) for node in violation["nodes"]]
        shown = "; ".join(places[:3])
        problem(reader.name, f"axe, {theme}: {violation['help']} ({len(places)} times): {shown}")


def photograph(reader, shots, what):
    """The whole page in pieces: Chromium draws none of more than 16,384 pixels."""
    load_pictures(reader)
    size = reader.tab.viewport_size["width"]
    height = reader.tab.evaluate("document.documentElement.scrollHeight")
    for piece, top in enumerate(range(0, height, PIECE)):
        clip = {"x": 0, "y": top, "width": size, "height": min(PIECE, height - top)}
        shot = shots / f"{reader.name.replace('/', '_')}-{what}-{piece}.png"
        reader.tab.screenshot(path=shot, full_page=True, clip=clip)


def check_widths(browser, out, name, shots):
    for width in WIDTHS:
        reader = Reader(browser, out, name, viewport={"width": width, "height": 800})
        wide = reader.tab.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            problem(name, f"{wide} pixels wide in a window of {width}")
        if shots:
            photograph(reader, shots, str(width))
        reader.close()


def check_filter(browser, out):
    reader = Reader(browser, out, "index.html")
    tab = reader.tab
    shown = "#all-claims tbody tr:not([hidden])"
    everything = tab.locator(shown).count()
    for verdict in ("reproduced", "contradicted", "undecided"):
        tab.select_option("#filter [name=verdict]", verdict)
        rows = tab.locator(shown)
        right = tab.locator(f"{shown}[data-verdict={verdict}]")
        total = tab.locator(f"#all-claims tbody tr[data-verdict={verdict}]")
        if not rows.count() == right.count() == total.count():
            problem("index.html", f"the filter shows {rows.count()} claims as {verdict}")
    tab.select_option("#filter [name=verdict]", "")
    name = tab.locator("#all-claims tbody tr").first.get_attribute("data-experiment")
    tab.select_option("#filter [name=experiment]", name)
    if tab.locator(shown).count() != tab.locator(f"{shown}[data-experiment={name}]").count():
        problem("index.html", "the filter by experiment shows others")
    tab.fill("#filter [name=words]", "no such words anywhere")
    if tab.locator(shown).count() != 0 or not tab.inner_text("#shown").startswith("0 of "):
        problem("index.html", "the filter by words shows claims without them")
    tab.fill("#filter [name=words]", "")
    tab.select_option("#filter [name=experiment]", "")
    if tab.locator(shown).count() != everything:
        problem("index.html", "claims stay hidden when the filter is empty again")
    reader.close()


def check_theme(browser, out):
    reader = Reader(browser, out, "index.html", color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    colours = [reader.tab.evaluate(ground)]
    for _ in range(2):
        reader.tab.click("#theme")
        colours.append(reader.tab.evaluate(ground))
    if colours[0] != colours[1] or colours[1] == colours[2]:
        problem("index.html", f"auto, light and dark are {colours}")
    reader.tab.reload()
    if reader.tab.evaluate(ground) != colours[2]:
        problem("index.html", "the theme is forgotten on the next page")
    reader.tab.keyboard.press("Tab")
    if reader.tab.evaluate("document.activeElement.className") != "skip":
        problem("index.html", "the first tab stop does not lead to the content")
    reader.close()


def check_films(browser, out, name):
    reader = Reader(browser, out, name)
    for film in reader.tab.locator(".film").all():
        source = film.locator("img").get_attribute
        playing = source("src")
        film.locator(".pause").click()
        still = source("src")
        film.locator(".pause").click()
        if not (playing.endswith(".gif") and not still.endswith(".gif") and source("src") == playing):
            problem(name, f"pause turns {playing} into {still}")
    reader.close()
    reader = Reader(browser, out, name, reduced_motion="reduce")
    for image in reader.tab.locator(".film img").all():
        if image.get_attribute("src").endswith(".gif"):
            problem(name, "an animation plays for readers who want none")
    reader.close()


def check_choice(browser, out, name):
    reader = Reader(browser, out, name)
    column = reader.tab.locator('[data-run="0"]').first
    reader.tab.locator('#choose input[value="0"]').uncheck()
    if column.is_visible():
        problem(name, "a run that is not chosen is shown")
    reader.tab.locator('#choose input[value="0"]').check()
    if not column.is_visible():
        problem(name, "a run that is chosen again is not shown")
    reader.close()


def check_without_scripts(browser, out, name):
    reader = Reader(browser, out, name, java_script_enabled=False)
    for control in ("#theme", "#filter", "#choose", ".pause", "#explorable", "[data-state]"):
        for found in reader.tab.locator(control).all():
            if found.is_visible():
                problem(name, f"{control} is shown without JavaScript, where it does nothing")
    content = ":is(tbody tr, article, figure):not(details *)"
    hidden = [row for row in reader.tab.locator(content).all() if not row.is_visible()]
    if hidden:
        problem(name, f"{len(hidden)} rows, claims or figures are hidden without JavaScript")
    for explorable in reader.tab.locator("section.explorable").all():
        if not explorable.locator("img.standing").is_visible():
            problem(name, "no figure stands for the explorable without JavaScript")
    reader.close()


class Explorable:
    """The explorable of a page, in a tab of its own."""

    def __init__(self, browser, out, name, **options):
        self.reader = Reader(browser, out, name, **options)
        self.name, self.tab = name, self.reader.tab
        self.ready()

    def ready(self):
        """Waits for the first numbers."""
        self.tab.wait_for_function("kit.times.length > 0 && document.querySelector('[data-value]')")
        self.settle()

    def settle(self):
        """Waits until what was set is drawn and noted in the address."""
        self.tab.wait_for_timeout(300)
        self.tab.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def readings(self):
        return self.tab.evaluate(
            "Object.fromEntries([...document.querySelectorAll('[data-reading]')]"
            ".map(r => [r.dataset.reading, Number(r.dataset.value)]))"
        )

    def compare(self, check, how):
        """The readings of a check of the program."""
        shown = self.readings()
        for reading, expected in check["readings"].items():
            allowed = check["tolerance"] * abs(expected) + 1e-9
            if not abs(shown.get(reading, math.nan) - expected) <= allowed:
                problem(self.name, f"{how}, {check['state']}: {reading} is {shown.get(reading)}, "
                        f"the program has {expected}")

    def reset(self):
        self.tab.click("#reset")
        self.settle()

    def set(self, key, value):
        """By the control of this name, else by the address."""
        control = self.tab.locator(f"#explorable [name={key}]")
        if control.count() and control.is_visible():
            if control.evaluate("c => c.tagName") == "SELECT":
                control.select_option(value)
            elif control.get_attribute("type") == "checkbox":
                control.set_checked(value == "1")
            else:
                control.fill(value)
            return
        self.tab.evaluate(
            """([key, value]) => {
                const now = location.hash.startsWith('#try:') ? location.hash + ';' : '#try:';
                location.hash = now + encodeURI(`${key}=${value}`);
            }""",
            [key, value],
        )

    def changes(self, how, act, noted=True):
        """What `act` does must change a reading and, where it is noted there, the address."""
        before = self.readings()
        act()
        self.settle()
        if self.readings() == before:
            problem(self.name, f"{how} changes no number")
        if noted and "#try:" not in self.tab.url:
            problem(self.name, f"{how} is not in the address")

    def pace(self):
        """Milliseconds of script that a picture took, in the middle."""
        times = sorted(self.tab.evaluate("kit.times"))
        return times[len(times) // 2]

    def close(self):
        self.reader.close()


def check_explorable(browser, out, name):
    desk = Explorable(browser, out, name, viewport={"width": 1280, "height": 900})
    at_post = desk.readings()
    for check in desk.tab.evaluate("kit.checks"):
        desk.reset()
        for key, value in check["state"].items():
            desk.set(key, value)
            desk.settle()
        desk.compare(check, "set")
        desk.tab.reload()
        desk.ready()
        desk.compare(check, "sent as an address")
    for index, one in enumerate(desk.tab.locator("[data-state]").all()):
        one.click()
        desk.settle()
        if not all(map(math.isfinite, desk.readings().values())):
            problem(name, f"try {index + 1} shows what is no number: {desk.readings()}")
    desk.reset()
    if desk.readings() != at_post:
        problem(name, "the button back does not lead to the post's setting")
    check_keys(desk)
    check_graph(desk)
    pace = check_mouse(desk)
    desk.close()
    check_touch(browser, out, name)
    return pace


def can_move(control):
    """Whether a list or slider has more than one place: a run of two seeds has no choice of them."""
    return control.evaluate("c => c.options ? c.options.length > 1 : Number(c.min) < Number(c.max)")


def check_keys(desk):
    """Every control, and a handle, by keys alone."""
    for control in desk.tab.locator("#explorable :is(select, input[type=range])").all():
        desk.reset()
        if not control.is_visible() or not can_move(control):
            continue
        control.focus()
        before = control.input_value()
        at_end = before == control.get_attribute("max")
        control.press("ArrowLeft" if at_end else "ArrowDown" if
                      control.evaluate("c => c.tagName") == "SELECT" else "ArrowRight")
        desk.settle()
        if control.input_value() == before:
            problem(desk.name, f"keys do not move {control.get_attribute('name')}")
    desk.reset()
    for handle in desk.tab.locator("#explorable .handle[tabindex='0']").all()[:1]:
        handle.focus()
        desk.set("n", "40")  # Where points matter only to a training.
        desk.settle()
        desk.changes("an arrow key on a handle", lambda: handle.press("Shift+ArrowRight"))
    desk.reset()
    for board in desk.tab.locator("#explorable .board").all():

        def write():
            for key in ["Space"] + 6 * ["ArrowLeft"] + 6 * ["ArrowUp"]:
                board.press(key)

        desk.changes("a drawing by keys", write, noted=False)
        desk.changes("the key that clears", lambda: board.press("Delete"), noted=False)


def check_graph(desk):
    """Where a graph is: it and the table of its nodes point at each other, and a file that is none is
    refused in a sentence."""
    boxes, rows = desk.tab.locator(".graph .box"), desk.tab.locator(".nodes tbody tr")
    if boxes.count() != rows.count():
        problem(desk.name, f"{boxes.count()} nodes in the graph, {rows.count()} in the table")
    for here, there in [(boxes, rows), (rows, boxes)] if boxes.count() else []:
        here.nth(2).hover()
        if "marked" not in (there.nth(2).get_attribute("class") or ""):
            problem(desk.name, "graph and table do not point at each other")
        desk.changes("a click on a node", here.nth(3).click)
        desk.reset()
    for chooser in desk.tab.locator("#explorable input[accept='.onnx']").all():
        chooser.set_input_files([{"name": "a.onnx", "mimeType": "", "buffer": b"no network"}])
        desk.settle()
        said = desk.tab.inner_text("#explorable .reason")
        if "is not read" not in said:
            problem(desk.name, f"a file that is no ONNX file: {said!r}")


def inside(element, across=0.5, down=0.5):
    """The place on the screen that lies so far across an element; its middle unless told otherwise."""
    box = element.bounding_box()
    return box["x"] + across * box["width"], box["y"] + down * box["height"]


def check_mouse(desk):
    """Drags a handle, draws, clicks on a slider; how long a picture took, in milliseconds."""
    desk.reset()
    tab = desk.tab
    paces = []
    for handle in tab.locator("#explorable .handle").all()[:1]:
        desk.set("n", "4000")
        handle.scroll_into_view_if_needed()
        desk.settle()
        x, y = inside(handle)

        def drag():
            tab.evaluate("kit.times.length = 0")
            tab.mouse.move(x, y)
            tab.mouse.down()
            tab.mouse.move(x + 25, y + 40, steps=30)
            tab.mouse.up()

        desk.changes("a drag by mouse", drag)
    for board in tab.locator("#explorable .board").all():
        board.scroll_into_view_if_needed()
        desk.settle()

        def write():
            tab.evaluate("kit.times.length = 0")
            tab.mouse.move(*inside(board, 0.25, 0.25))
            tab.mouse.down()
            tab.mouse.move(*inside(board), steps=30)
            tab.mouse.up()

        desk.changes("a drawing by mouse", write, noted=False)
        paces.append(desk.pace())
    page = tab.locator("#explorable")
    for button in page.get_by_role("button", name="Train", exact=True).all():
        desk.reset()
        tab.evaluate("kit.times.length = 0")
        button.click()
        tab.wait_for_timeout(800)
        page.get_by_role("button", name="Pause", exact=True).click()
        if not tab.evaluate("kit.state.n") > 0:
            problem(desk.name, "nothing is trained")
    desk.reset()
    sliders = tab.locator("#explorable input[type=range]:visible").all()
    for slider in list(filter(can_move, sliders))[:1]:
        slider.scroll_into_view_if_needed()
        tab.mouse.click(*inside(slider, across=0.8))
        desk.settle()
        if "#try:" not in tab.url:
            problem(desk.name, "a click on a slider is not in the address")
    return max([desk.pace(), *paces])


def check_touch(browser, out, name):
    """On a telephone: a finger drags a handle and draws, and the page stays where it is."""
    phone = Explorable(browser, out, name, viewport={"width": 360, "height": 740}, has_touch=True,
                       is_mobile=True)
    tab = phone.tab
    tab.locator("[data-state]").first.tap()
    phone.settle()
    fingers = tab.context.new_cdp_session(tab)

    def touch(kind, *points):
        points = [{"x": x, "y": y} for x, y in points]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    for what in (".handle", ".board"):
        for target in tab.locator(f"#explorable {what}").all()[:1]:
            if what == ".handle":
                phone.set("n", "40")
            target.scroll_into_view_if_needed()
            phone.settle()
            x, y = inside(target)

            def drag():
                touch("touchStart", (x, y))
                for step in range(1, 9):
                    touch("touchMove", (x + 3 * step, y + 4 * step))
                touch("touchEnd")

            before = tab.evaluate("scrollY")
            phone.changes(f"a finger on {what}", drag, noted=what == ".handle")
            if tab.evaluate("scrollY") != before:
                problem(name, f"the page scrolls under the finger on {what}")
    phone.close()


class Tab:
    """What a process looks at pages with: a browser of its own, and the anchors of pages it has seen."""

    browser = None
    known = {}

    @classmethod
    def open(cls):
        playwright = sync_playwright().start()
        cls.browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])

    @classmethod
    def anchors(cls, file):
        if file not in cls.known:
            tab = cls.browser.new_page()
            tab.goto(file.as_uri())
            cls.known[file] = set(
                tab.eval_on_selector_all("[id]", "all => all.map(e => e.id)")
            )
            tab.close()
        return cls.known[file]


def check_page(out, name, shots):
    """All that is looked at on one page: what there is, and what is wrong."""
    problems.clear()
    browser = Tab.browser
    reader = Reader(browser, out, name, color_scheme="light")
    check_links(reader, Tab.anchors)
    weight = check_weight(reader)
    films = reader.tab.locator(".film").count()
    choice = reader.tab.locator("#choose").count()
    explorables = reader.tab.locator("#explorable").count()
    check_axe(reader, "light")
    file = {"path": shots / f"{name.replace('/', '_')}.pdf"} if shots else {}
    if len(reader.tab.pdf(**file)) < 10_000:
        problem(name, "prints empty")
    reader.close()
    dark = Reader(browser, out, name, color_scheme="dark")
    check_axe(dark, "dark")
    if shots:
        photograph(dark, shots, "dark")
    dark.close()
    check_widths(browser, out, name, shots)
    check_without_scripts(browser, out, name)
    if films:
        check_films(browser, out, name)
    if choice:
        check_choice(browser, out, name)
    tried = ""
    if explorables:
        pace = check_explorable(browser, out, name)
        if pace > SLOWEST:
            problem(name, f"the explorable takes {pace:.0f} ms for a picture")
        tried = f", an explorable that draws in {pace:.1f} ms"
    if name == "index.html":
        check_filter(browser, out)
        check_theme(browser, out)
    return f"{name}: {weight / 1000:.0f} kB, {films} animations{tried}", list(problems)


def main():
    out = Path(sys.argv[1]).resolve()
    shots = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    if shots:
        shots.mkdir(parents=True, exist_ok=True)
    names = pages(out)
    count = len(names)
    found = []
    with ProcessPoolExecutor(BROWSERS, initializer=Tab.open) as processes:
        for summary, wrong in processes.map(check_page, count * [out], names, count * [shots]):
            print(summary, flush=True)
            found += wrong
    for line in found:
        print(f"PROBLEM {line}")
    print(f"{count} pages, {len(found)} problems")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
