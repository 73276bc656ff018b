#!/usr/bin/env python3
"""Prints what a build from nothing costs, crate by crate, so that a dependency can be weighed.

    scripts/build_cost.py                    builds the program anew in a folder of its own, then prints
    scripts/build_cost.py --rows 60          more rows than 30
    scripts/build_cost.py --features wgpu    with features
    scripts/build_cost.py REPORT.html        prints an earlier report of `cargo build --timings`

The seconds of a crate are wall time of all its units (build script, macro, library) while as many
were built side by side as there are cores: compare them with each other, not between machines.
Needs cargo and Python 3; from nothing means some fifteen minutes on two cores.
"""

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

UNITS = re.compile(r"const UNIT_DATA = (\[.*?\]);", re.DOTALL)


def build(features: str | None) -> str:
    """Builds in an empty target folder; the text of cargo's report."""
    with tempfile.TemporaryDirectory(prefix="retrace-build-cost-") as target:
        command = ["cargo", "build", "--release", "--locked", "--timings", "--target-dir", target]
        if features:
            command += ["--features", features]
        subprocess.run(command, check=True, cwd=Path(__file__).parent.parent)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(f"processor time of the whole build: {used.ru_utime + used.ru_stime:.0f} s")
        return Path(target, "cargo-timings", "cargo-timing.html").read_text()


def seconds_by_crate(report: str) -> dict[str, float]:
    found = UNITS.search(report)
    if not found:
        sys.exit("this is no report of `cargo build --timings`: it has no UNIT_DATA")
    crates: dict[str, float] = {}
    for unit in json.loads(found.group(1)):
        name = f"{unit['name']} {unit['version']}"
        crates[name] = crates.get(name, 0.0) + unit["duration"]
    return crates


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("report", nargs="?", type=Path, help="an earlier cargo-timing.html")
    parser.add_argument("--rows", type=int, default=30)
    parser.add_argument("--features", help="features of the build, as cargo takes them")
    options = parser.parse_args()
    report = options.report.read_text() if options.report else build(options.features)
    crates = seconds_by_crate(report)
    rows = sorted(crates.items(), key=lambda row: -row[1])
    print(f"{len(crates)} crates, {sum(crates.values()):.0f} s one after the other\n")
    for name, seconds in rows[: options.rows]:
        print(f"{seconds:8.1f} s  {name}")
    rest = rows[options.rows :]
    if rest:
        print(f"{sum(seconds for _, seconds in rest):8.1f} s  {len(rest)} others")


if __name__ == "__main__":
    main()
