"""Writes ONNX's own tests of its operators as files, for the test `operators_compute_what_onnx_says`.

    python scripts/onnx_node_tests.py FOLDER
    RETRACE_ONNX_NODES=FOLDER cargo test --release -p retrace-inspect -p retrace-lab --test it \\
        -- --ignored --nocapture operators_compute_what_onnx_says

A folder for each test: model.onnx, input_N.pb, output_N.pb (tensors as ONNX writes them, with their
names). Tests with sequences or optional values have no such tensors and are left out.
"""

import sys
import warnings
from pathlib import Path

import numpy as np
import onnx
from onnx.backend.test.loader import load_model_tests


def tensor(value, name):
    """The value in the form whose numbers are raw bytes; nothing for strings and the like."""
    if isinstance(value, onnx.TensorProto):
        if value.data_type == onnx.TensorProto.STRING:
            return None
        value = onnx.numpy_helper.to_array(value)
    if not isinstance(value, (np.ndarray, np.generic)) or value.dtype == object:
        return None
    return onnx.numpy_helper.from_array(np.ascontiguousarray(value).reshape(value.shape), name)


def write(case, folder):
    """Whether the test could be written."""
    (inputs, outputs), graph = case.data_sets[0], case.model.graph
    files = {}
    for kind, values, ports in ("input", inputs, graph.input), ("output", outputs, graph.output):
        for at, (value, port) in enumerate(zip(values, ports)):
            files[f"{kind}_{at}.pb"] = tensor(value, port.name)
    if any(file is None for file in files.values()):
        return False
    folder.mkdir(parents=True)
    onnx.save(case.model, folder / "model.onnx")
    for name, file in files.items():
        (folder / name).write_bytes(file.SerializeToString())
    return True


def main():
    warnings.filterwarnings("ignore")
    folder = Path(sys.argv[1])
    written = [write(case, folder / case.name) for case in load_model_tests(kind="node")]
    print(f"{sum(written)} of {len(written)} tests written to {folder}")


main()
