"""Checks ONNX files with onnx.checker and runs them with onnxruntime beside `retrace run-frozen`.

    python scripts/onnx_check.py RETRACE MODELS FILE.onnx...
    python scripts/onnx_check.py --shapes RETRACE FILE.onnx...

RETRACE is the program. Inputs are normally distributed numbers, the same at every start. MODELS is a
folder with a folder for each model: model.onnx, and set_N/input_N.pb and output_N.pb, tensors as ONNX
writes them, of several batches and lengths; the outputs are Burn's own. Ends with 1 if a file is not
accepted, or an output differs by more than 1e-5 of the largest one.

With --shapes, files of others are taken as well: every shape that `retrace summary` says must be the one
that onnx.shape_inference says and that onnxruntime makes, as far as these two accept the file.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

BATCHES = (1, 2, 7)
ALLOWED = 1e-5


def session(file):
    """The file in onnxruntime, once it was accepted."""
    onnx.checker.check_model(onnx.load(file), full_check=True)
    return onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])


def difference(found, expected):
    """The largest, as a share of the largest expected number."""
    assert found.shape == expected.shape, (found.shape, expected.shape)
    assert found.dtype == expected.dtype, (found.dtype, expected.dtype)
    found, expected = found.astype(np.float64), expected.astype(np.float64)
    return np.abs(found - expected).max() / max(np.abs(expected).max(), np.finfo(float).tiny)


def frozen(retrace, file, values, folder):
    """What `retrace run-frozen` makes of these numbers."""
    given, made = folder / "in.npy", folder / "out.npy"
    np.save(given, values)
    subprocess.run(
        [retrace, "run-frozen", file, given, "-o", made], check=True, capture_output=True
    )
    return np.load(made)


def check(retrace, file, folder):
    """The largest difference over all batches."""
    network = session(file)
    (port,) = network.get_inputs()
    assert isinstance(port.shape[0], str), f"the batch of {file} is {port.shape[0]}"
    worst = 0.0
    for batch in BATCHES:
        random = np.random.default_rng(batch)
        values = random.standard_normal([batch, *port.shape[1:]]).astype(np.float32)
        (expected,) = network.run(None, {port.name: values})
        worst = max(worst, difference(frozen(retrace, file, values, folder), expected))
    return worst


def tensors(folder, kind):
    """The tensors of one kind, by name."""
    files = sorted(folder.glob(f"{kind}_*.pb"), key=lambda file: int(file.stem.split("_")[1]))
    protos = [onnx.load_tensor(file) for file in files]
    return {proto.name: onnx.numpy_helper.to_array(proto) for proto in protos}


def check_model(model):
    """The largest difference of all outputs at all sizes."""
    network = session(model / "model.onnx")
    worst, sets = 0.0, sorted(model.glob("set_*"))
    assert len(sets) > 1, f"{model} has less than two sizes"
    for one in sets:
        outputs = tensors(one, "output")
        found = network.run(list(outputs), tensors(one, "input"))
        for values, expected in zip(found, outputs.values()):
            worst = max(worst, difference(values, expected))
    return worst


def said_shapes(retrace, file, model):
    """The shape of each node's first value, as far as the summary knows it."""
    said = subprocess.run([retrace, "summary", file, "--json"], capture_output=True)
    if said.returncode:
        return None
    rows = json.loads(said.stdout)["rows"]
    if len(rows) != len(model.graph.node):
        return None  # functions of the file have become nodes
    values = (next(filter(None, node.output)) for node in model.graph.node)
    pairs = zip(values, rows)
    return {name: row["output_shape"] for name, row in pairs if not row.get("shape_unknown")}


def inferred_shapes(model):
    """What onnx.shape_inference knows for one example."""
    model = onnx.ModelProto.FromString(model.SerializeToString())
    for port in model.graph.input:
        dims = port.type.tensor_type.shape.dim
        if dims and not dims[0].HasField("dim_value"):
            dims[0].dim_value = 1
    try:
        graph = onnx.shape_inference.infer_shapes(model, data_prop=True).graph
    except Exception:
        return {}
    shapes = {}
    for value in [*graph.value_info, *graph.output]:
        tensor = value.type.tensor_type
        if tensor.HasField("shape") and all(d.HasField("dim_value") for d in tensor.shape.dim):
            shapes[value.name] = [d.dim_value for d in tensor.shape.dim]
    return shapes


def made_shapes(model):
    """The shapes of the values that onnxruntime makes of zeros for one example; none where an input
    holds integers, which may be sizes."""
    floats = (onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16, onnx.TensorProto.DOUBLE)
    if any(port.type.tensor_type.elem_type not in floats for port in model.graph.input):
        return {}
    model = onnx.ModelProto.FromString(model.SerializeToString())
    names = [name for node in model.graph.node for name in node.output if name]
    del model.graph.output[:]
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
        types = {"float": np.float32, "float16": np.float16, "double": np.float64}
        zeros = {
            port.name: np.zeros(
                [side if isinstance(side, int) else 1 for side in port.shape],
                types.get(port.type[len("tensor(") : -1]) or port.type[len("tensor(") : -1],
            )
            for port in session.get_inputs()
        }
        values = session.run(None, zeros)
    except Exception:
        return {}
    return {name: list(np.shape(value)) for name, value in zip(names, values)}


def check_shapes(retrace, files):
    """Whether all shapes are the same."""
    known = compared = wrong = 0
    for file in files:
        try:
            model = onnx.load(file)
        except Exception:
            continue
        said = said_shapes(retrace, file, model)
        if said is None:
            continue
        known += len(said)
        for others in inferred_shapes(model), made_shapes(model):
            for name in said.keys() & others.keys():
                compared += 1
                if said[name] != others[name]:
                    wrong += 1
                    print(f"{file}: {name} is {said[name]} and not {others[name]}")
    print(f"{known} shapes known, {compared} comparisons, {wrong} wrong")
    return wrong == 0


def main():
    if sys.argv[1] == "--shapes":
        sys.exit(not check_shapes(sys.argv[2], sys.argv[3:]))
    retrace, models, files = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]
    checks = [(model.name, check_model, (model,)) for model in sorted(models.iterdir())]
    assert checks, f"{models} is empty"
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        checks += [(Path(file).name, check, (retrace, file, Path(folder))) for file in files]
        for name, work, arguments in checks:
            worst = work(*arguments)
            failed |= not worst <= ALLOWED
            print(f"{name:36} {worst:.1e} {'' if worst <= ALLOWED else 'TOO MUCH'}")
    sys.exit(failed)


main()
