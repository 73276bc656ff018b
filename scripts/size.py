#!/usr/bin/env python3
"""Prints how large the workspace is: lines and files of Rust by crate and by kind.

    scripts/size.py           a table
    scripts/size.py --json    the same for programs

Kinds: tests lie in `tests/` and in `#[cfg(test)]` modules at the end of a file. In an experiment a
question is a file that draws or claims; `tools`, `twin` and `data` are files of these names; plumbing
is what carries the questions through the engine (lib, main, config, arms); the rest is the method.
Crates have code and tests, and all have benches and examples. Needs Python 3 and git; counts what git
knows.
"""

import argparse
import json
import re
import subprocess
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
NAMED = {"tools": "tools", "twin": "twin", "data": "data", "scenes": "data"}
PLUMBING = {"lib", "main", "config", "arm"}
QUESTION = re.compile(r"fn (figures|claims)\(")
KINDS = ["method", "question", "code", "plumbing", "twin", "data", "tools", "tests", "benches"]


def crate_of(path: Path) -> str:
    return path.parts[1] if path.parts[0] in ("crates", "experiments") else "retrace"


def kind_of(path: Path) -> str:
    parts = path.parts
    if "tests" in parts:
        return "tests"
    if "benches" in parts or "examples" in parts or parts[0] == "fuzz":
        return "benches"
    if parts[0] != "experiments":
        return "code"
    top = Path(parts[3]).stem
    if top in NAMED:
        return NAMED[top]
    if top in PLUMBING:
        return "plumbing"
    return "question" if QUESTION.search((ROOT / path).read_text()) else "method"


def count(path: Path) -> tuple[int, int]:
    """Lines before and from a module of tests at the end of the file."""
    lines = (ROOT / path).read_text().splitlines()
    for number, line in enumerate(lines):
        follows = lines[number + 1] if number + 1 < len(lines) else ""
        if line == "#[cfg(test)]" and follows.startswith("mod ") and follows.endswith("{"):
            return number, len(lines) - number
    return len(lines), 0


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    listed = subprocess.run(
        ["git", "ls-files", "*.rs"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    lines: dict[str, Counter] = {}
    files: Counter = Counter()
    for path in map(Path, listed.stdout.splitlines()):
        if not (ROOT / path).exists():
            continue
        crate, kind = crate_of(path), kind_of(path)
        code, tests = count(path)
        of_crate = lines.setdefault(crate, Counter())
        of_crate[kind] += code
        of_crate["tests"] += tests
        files[crate] += 1
    total = sum(lines.values(), Counter())
    if options.json:
        rows = {crate: {"files": files[crate], **of} for crate, of in sorted(lines.items())}
        print(json.dumps(rows, indent=2))
        return
    print(f"{'crate':<16}{'files':>6}{'lines':>8}" + "".join(f"{kind:>9}" for kind in KINDS))
    for crate, of in [*sorted(lines.items()), ("all", total)]:
        number = sum(files.values()) if crate == "all" else files[crate]
        row = "".join(f"{of[kind] or '':>9}" for kind in KINDS)
        print(f"{crate:<16}{number:>6}{sum(of.values()):>8}{row}")


if __name__ == "__main__":
    main()
