"""Checks ONNX files with onnx.checker and runs them with onnxruntime beside `retrace run-frozen`.

    python scripts/onnx_check.py RETRACE FILE.onnx...

RETRACE is the program. Inputs are normally distributed numbers, the same at every start. Ends with 1
if a file is not accepted, or an output differs by more than 1e-5 of the largest one.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

BATCHES = (1, 2, 7)
ALLOWED = 1e-5


def frozen(retrace, file, values, folder):
    """What `retrace run-frozen` makes of these numbers."""
    given, made = folder / "in.npy", folder / "out.npy"
    np.save(given, values)
    subprocess.run(
        [retrace, "run-frozen", file, given, "-o", made], check=True, capture_output=True
    )
    return np.load(made)


def check(retrace, file, folder):
    """The largest difference over all batches, as a share of the largest output."""
    onnx.checker.check_model(onnx.load(file), full_check=True)
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    (port,) = session.get_inputs()
    assert isinstance(port.shape[0], str), f"the batch of {file} is {port.shape[0]}"
    worst = 0.0
    for batch in BATCHES:
        random = np.random.default_rng(batch)
        values = random.standard_normal([batch, *port.shape[1:]]).astype(np.float32)
        (expected,) = session.run(None, {port.name: values})
        found = frozen(retrace, file, values, folder)
        assert found.shape == expected.shape, (found.shape, expected.shape)
        worst = max(worst, np.abs(found - expected).max() / np.abs(expected).max())
    return worst


def main():
    retrace, files = sys.argv[1], sys.argv[2:]
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        for file in files:
            worst = check(retrace, file, Path(folder))
            failed |= not worst <= ALLOWED
            print(f"{Path(file).name:36} {worst:.1e} {'' if worst <= ALLOWED else 'TOO MUCH'}")
    sys.exit(failed)


main()
