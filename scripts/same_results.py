#!/usr/bin/env python3
"""Whether two versions of the program give the same results, to the last digit.

    scripts/same_results.py record FOLDER [--program target/release/retrace] [--presets smoke quick]
    scripts/same_results.py compare OLD NEW [--ignore-tag KEY ...] [--unwrap KEY ...]

`record` runs every experiment on its synthetic twin at the presets, and every tool on a few inputs
that it makes (a drawn photograph, points, a small network), and leaves what they wrote below FOLDER.
The programs of the experiments must lie beside `retrace`. `compare` lists what differs in

- outcomes, but for the identity of the run (in which the version of the program is a part);
- arrays, to the byte; the numbers behind the figures; claims;
- what the tools wrote, to the byte, and what they printed;

and exits with 1 if anything does. `--ignore-tag KEY` leaves a key of outcomes out, for a change that
removes or renames it and says so; `--unwrap KEY` takes what stands below the key of an outcome that
has no other, for a change that removes the name of an alternative. Times are left out. Needs Python 3.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import zlib
from pathlib import Path
from struct import pack

REPORTED = {"outcome.json", "claims.json", "arrays.safetensors", "networks.json", "reported.json"}


def png(path: Path, width: int, height: int, shift: int = 0) -> None:
    """A picture that has edges, slopes and colours, written without any library."""
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            inside = (x - shift - width * 0.4) ** 2 + (y - height * 0.5) ** 2 < (height * 0.3) ** 2
            tile = ((x // 16) + (y // 16)) % 2
            rows += bytes([200 if inside else 40 + (x + 5 * shift) % 97, 60 + 90 * tile, (x * y // 7) % 256])

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return pack(">I", len(data)) + body + pack(">I", zlib.crc32(body))

    header = pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(bytes(rows))), chunk(b"IEND", b"")]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))


def environment() -> dict[str, str]:
    """Without the caller's settings and data sets."""
    return {key: value for key, value in os.environ.items() if not key.startswith("RETRACE_")}


def say(folder: Path, name: str, program: Path, *arguments: str) -> None:
    """Runs a program in `folder` and keeps what it printed as NAME.txt."""
    done = subprocess.run(
        [program, *arguments], cwd=folder, env=environment(), capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"{name}: {program.name} {' '.join(arguments)} failed:\n{done.stderr}")
    (folder / f"{name}.txt").write_text(done.stdout)


def record(folder: Path, program: Path, presets: list[str]) -> None:
    folder.mkdir(parents=True)
    for preset in presets:
        flags = ["--preset", preset, "--data", "synthetic", "--out", str(folder.resolve() / "out")]
        print(f"every experiment at {preset} ...", flush=True)
        subprocess.run([program, *flags], check=True, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    tools = folder / "tools"
    tools.mkdir()
    png(tools / "photo.png", 400, 300)
    faces = tools / "faces"
    for person in range(4):
        (faces / str(person)).mkdir(parents=True)
        for look in range(3):
            png(faces / str(person) / f"{look}.png", 40, 50, shift=3 * person + look)
    # Twenty pairs of one homography, the last three of which are wrong.
    lines = []
    for at in range(20):
        x, y = 17 * at % 400, 29 * at % 300
        scale = 1 + 0.0003 * x - 0.0002 * y
        wrong = 60 * (at > 16)
        lines.append(f"{x},{y},{(1.1 * x + 0.1 * y + 5) / scale + wrong},{(0.9 * y - 7) / scale}")
    (tools / "pairs.csv").write_text("\n".join(["from_x,from_y,to_x,to_y", *lines]) + "\n")
    beside = {name: program.with_name(name) for name in ["homography", "eigenfaces", "colorization"]}
    corners = ["--from", "40,30,350,60,330,280,60,250", "--to", "0,0,199,0,199,149,0,149"]
    say(tools, "rectify", beside["homography"], "rectify", "photo.png", *corners, "-o", "rectified.png")
    say(tools, "estimate", beside["homography"], "estimate", "--pairs", "pairs.csv", "--json")
    say(tools, "estimate-ransac", beside["homography"], "estimate", "--pairs", "pairs.csv", "--ransac")
    say(tools, "train-faces", beside["eigenfaces"], "train", "faces", "--model", "faces.safetensors")
    say(tools, "match", beside["eigenfaces"], "match", "faces/1/1.png", "photo.png", "--resize", "--model", "faces.safetensors", "--json")
    colours = ["train", "--preset", "smoke", "--data", "synthetic", "--model", "colours.safetensors"]
    say(tools, "train-colours", beside["colorization"], *colours)
    say(tools, "colorize", beside["colorization"], "colorize", "photo.png", "--model", "colours.safetensors", "-o", "coloured.png")
    experiments = json.loads(subprocess.run([program, "list", "--json"], check=True, capture_output=True, text=True).stdout)
    for name in [row["name"] for row in experiments]:
        say(tools, f"show-{name}", program, "show", name)
        planned = subprocess.run([program, "plan", name], env=environment(), capture_output=True, text=True)
        (tools / f"plan-{name}.txt").write_text(planned.stdout)
    freeze = ["freeze", "rrelu", "--arm", "prelu+bn", "--preset", "smoke", "--data", "synthetic"]
    say(tools, "freeze", program, *freeze, "-o", "net.onnx")
    say(tools, "summary", program, "summary", "net.onnx")
    say(tools, "nodes", program, "nodes", "net.onnx")
    shutil.rmtree(tools / "out")
    print(f"recorded in {folder}")


def compared(path: Path, below: Path) -> bool:
    parts = path.relative_to(below).parts
    if parts[0] == "tools":
        return True
    if parts[:2] == ("out", "freezing") and path.stem == "times":
        return False
    if path.name in REPORTED:
        return True
    return len(parts) > 2 and parts[-2] == "figures" and path.suffix == ".json"


def contents(path: Path, ignored: set[str], unwrapped: set[str]) -> object:
    if path.suffix == ".safetensors":
        # Without the checksum of the file, which those of older versions have not.
        data = path.read_bytes()
        end = 8 + int.from_bytes(data[:8], "little")
        header = json.loads(data[8:end])
        header.pop("__metadata__", None)
        return header, data[end:]
    if path.suffix != ".json":
        return path.read_bytes()
    value = json.loads(path.read_text())
    if isinstance(value, dict):
        # Of the file, and not in those of older versions.
        value.pop("sha256", None)
    if path.name == "networks.json" and isinstance(value, dict):
        value = value["networks"]
    if path.name == "claims.json":
        # In which order they are listed is no result.
        value.sort(key=lambda claim: claim["id"])
    if path.name == "outcome.json":
        value.pop("identity")
        outcome = value["outcome"]
        if isinstance(outcome, dict) and len(outcome) == 1 and outcome.keys() <= unwrapped:
            value["outcome"] = next(iter(outcome.values()))
        without(value, ignored)
    return value


def without(value: object, keys: set[str]) -> None:
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
        without(part, keys)
    if isinstance(value, dict):
        for key in keys:
            value.pop(key, None)


def compare(old: Path, new: Path, ignored: set[str], unwrapped: set[str]) -> int:
    found = [
        {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file() and compared(path, folder)}
        for folder in (old, new)
    ]
    wrong = [f"only in {old}: {name}" for name in sorted(found[0].keys() - found[1].keys())]
    wrong += [f"only in {new}: {name}" for name in sorted(found[1].keys() - found[0].keys())]
    both = sorted(found[0].keys() & found[1].keys())
    wrong += [f"differs: {name}" for name in both if contents(found[0][name], ignored, unwrapped) != contents(found[1][name], ignored, unwrapped)]
    print("\n".join(wrong[:100]))
    print(f"{len(both)} files compared, {len(wrong)} differ")
    return 1 if wrong or not both else 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    recording = commands.add_parser("record")
    recording.add_argument("folder", type=Path)
    recording.add_argument("--program", type=Path, default=Path("target/release/retrace"))
    recording.add_argument("--presets", nargs="+", default=["smoke", "quick"])
    comparing = commands.add_parser("compare")
    comparing.add_argument("old", type=Path)
    comparing.add_argument("new", type=Path)
    comparing.add_argument("--ignore-tag", action="append", default=[], metavar="KEY")
    comparing.add_argument("--unwrap", action="append", default=[], metavar="KEY")
    options = parser.parse_args()
    if options.command == "record":
        record(options.folder, options.program.resolve(), options.presets)
    else:
        sys.exit(compare(options.old, options.new, set(options.ignore_tag), set(options.unwrap)))


if __name__ == "__main__":
    main()
