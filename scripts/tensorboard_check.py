"""Runs experiments with --tensorboard and reads what they leave with TensorBoard's own reader.

    python scripts/tensorboard_check.py RETRACE

RETRACE is the program. Every training must have one file; its losses must be the rows of log.csv, and
what was observed that of outcome.json, each step once. One run is killed and goes on while the reader
has its file open. Ends with 1 where anything differs.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

# Experiments whose outcomes have the steps of what was observed.
OBSERVED = ["activations", "autoencoder", "colorization", "rrelu"]
ALL = [*OBSERVED, "debugging", "freezing", "regularization"]


def command(retrace, names, out, *more):
    """Runs experiments on the twins, in `out`."""
    run = [retrace, "run", *names, "--data", "synthetic", "--out", out, "--tensorboard", *more]
    return subprocess.Popen(run, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def curves(reader):
    """The curves that TensorBoard has read: tag -> [(step, value)]."""
    reader.Reload()
    tags = reader.Tags()["scalars"]
    return {tag: [(e.step, e.value) for e in reader.Scalars(tag)] for tag in tags}


def reader_of(folder):
    """A reader that leaves no number out."""
    return EventAccumulator(str(folder), size_guidance={"scalars": 0})


def rounded(rows):
    """As the file has them, in 32 bits."""
    return [(int(step), float(np.float32(value))) for step, value in rows if value is not None]


def logged(cell):
    """The losses of a cell: training -> [(step, loss)]."""
    losses = defaultdict(list)
    with open(cell / "log.csv", newline="") as file:
        for row in csv.DictReader(file):
            losses[row["training"]].append((row["step"], float(row["loss"])))
    return losses


def observed(outcome):
    """The curves in an outcome: tag, whether its steps are epochs, [(step, value)]."""
    for weights in ("xavier", "he"):  # activations
        if weights in outcome:
            trained = outcome[weights]["training"]
            yield "train/loss", False, zip(trained["step"], trained["loss"])
            yield "test/accuracy", False, zip(trained["step"], trained["accuracy"])
    if "windows" in outcome:  # autoencoder
        scores = [(at["done"], at["score"]) for at in outcome["looks"] if at["score"]]
        for key in ("share", "correlation", "outside"):
            yield f"validation/{key}", False, [(done, score[key]) for done, score in scores]
        yield "train/share", False, [(at["done"], at["share"]) for at in outcome["windows"]]
    elif "looks" in outcome:  # colorization
        for key in ("train", "test"):
            yield f"{key}/loss", True, [(at["epoch"], at[key]) for at in outcome["looks"]]
    for images in ("full", "few"):  # rrelu
        looks = outcome.get(images, {}).get("looks", [])
        yield "train/loss", True, [(at["epoch"], at["loss"]) for at in looks]
        for key in ("accuracy", "loss"):
            yield f"test/{key}", True, [(at["epoch"], at["test"][key]) for at in looks]


def check_cell(run, cell):
    """Compares the files of a cell with its results; how many numbers there are."""
    count = 0
    for training, losses in logged(cell).items():
        folder = run / "tensorboard" / cell.relative_to(run / "cells")
        folder = folder if training == "training" else folder / training
        files = [path for path in folder.iterdir() if path.is_file()]
        assert len(files) == 1, f"{folder} has {files}"
        found = curves(reader_of(folder))
        assert found["loss"] == rounded(losses), f"the losses of {folder}"
        for tag, numbers in found.items():
            steps = [step for step, _ in numbers]
            assert steps == sorted(set(steps)), f"{tag} of {folder}: {steps}"
            count += len(numbers)
    return count


def is_curve_of(training, tag, in_epochs, numbers):
    """Whether a training that has come to its end shows these numbers."""
    if in_epochs:
        steps = training["loss"][-1][0] + 1
        numbers = [(epoch * steps // numbers[-1][0], value) for epoch, value in numbers]
    return training.get(tag) == numbers


def check_observed(run):
    """Compares what was watched with the outcomes, where these have steps; how many curves."""
    count = 0
    for file in run.glob("cells/*/*/outcome.json"):
        folder = run / "tensorboard" / file.parent.relative_to(run / "cells")
        trainings = {path.parent for path in folder.rglob("events.out.tfevents.*")}
        found = [curves(reader_of(path)) for path in trainings]
        outcome = json.loads(file.read_text())["outcome"]
        for tag, in_epochs, numbers in observed(outcome) if found else ():
            if numbers := rounded(numbers):
                same = (is_curve_of(one, tag, in_epochs, numbers) for one in found)
                assert any(same), f"{tag} of {folder}"
                count += 1
    return count


def check_killed(retrace, out):
    """Kills a run in the middle of its first training; the reader must follow it past that."""
    more = ["--preset", "smoke", "--steps", "2000", "--jobs", "1", "--checkpoint-steps", "50"]
    killed = command(retrace, ["activations"], out, *more)
    pattern = "activations/*/tensorboard/*/*/**/events.out.tfevents.*"
    while not any(file.stat().st_size > 10_000 for file in out.glob(pattern)):
        assert killed.poll() is None, "the run ended before it was killed"
        time.sleep(0.01)
    killed.kill()
    killed.wait()
    (file,) = [file for file in out.glob(pattern) if file.stat().st_size > 10_000]
    reader = reader_of(file.parent)
    before = curves(reader)["loss"]
    assert command(retrace, ["activations"], out, *more).wait() == 0
    after = curves(reader)["loss"]
    steps = [step for step, _ in after]
    assert steps == sorted(set(steps)), "a step came twice"
    assert 0 < len(before) < len(after), (len(before), len(after))
    assert file.stat().st_size == 0, f"{file} still has what comes again in the next"
    assert curves(reader_of(file.parent))["loss"] == after, "who begins to read sees other numbers"
    print(f"killed after {len(before)} losses, went on to {len(after)}")


def main():
    retrace = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        assert command(retrace, ALL, out, "--preset", "smoke", "--seeds", "1").wait() == 0
        for name in ALL:
            run = out / name / "smoke"
            cells = [log.parent for log in run.glob("cells/*/*/log.csv")]
            count = sum(check_cell(run, cell) for cell in cells)
            assert count > 0, f"{name} has no curves"
            same = check_observed(run)
            assert same > 0 or name not in OBSERVED, f"{name}: no outcome has what was observed"
            print(f"{name:15} {count:6} numbers, {same} curves as in outcomes")
        check_killed(retrace, out / "killed")


main()
