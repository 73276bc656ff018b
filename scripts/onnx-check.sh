#!/usr/bin/env bash
# Frozen networks before the judgement of others: onnx.checker must accept every file, and onnxruntime
# must agree within 1e-5 at several batches and lengths: with `retrace run-frozen` for the networks of
# the workspace, with Burn for models of every kind that a test freezes. Then ONNX's own tests of its
# operators: computed as it says, or refused; their shapes, and those of files of others where there are
# some (RETRACE_CASES, or ../shared/cases), as onnx and onnxruntime say them.
#   scripts/onnx-check.sh              build, freeze at the smoke preset, check
# Needs cargo, Python 3 and PyPI; makes a virtual environment in the target folder.
set -euo pipefail
cd "$(dirname "$0")/.."

target="${CARGO_TARGET_DIR:-target}"
cargo build --release --locked
retrace="$target/release/retrace"
[ -x "$retrace" ] || { echo "no program at $retrace"; exit 1; }

source scripts/venv.sh
python="$(venv onnx 'import onnx, onnxruntime' onnx==1.23.2 onnxruntime==1.31.1 numpy)"

files="$(mktemp -d)"
trap 'rm -rf "$files"' EXIT
# The arms that each experiment names for this.
"$retrace" list --json | "$python" -c '
import json, sys
for row in json.load(sys.stdin):
    for arm in row["frozen_arms"]:
        print(row["name"], arm)' |
    while read -r experiment arm; do
        "$retrace" freeze "$experiment" --arm "$arm" --preset smoke --data synthetic \
            --out "$files/runs" -o "$files/$experiment-$arm.onnx" 2>/dev/null
    done
tests() {
    cargo test --release --locked --test it -p retrace-inspect -p retrace-lab -- --ignored "$1"
}
mkdir "$files/models"
RETRACE_ONNX_MODELS="$files/models" tests onnx_models_
"$python" scripts/onnx_check.py "$retrace" "$files/models" "$files"/*.onnx
"$python" scripts/onnx_node_tests.py "$files/nodes"
RETRACE_ONNX_NODES="$files/nodes" tests onnx_nodes::
cases="${RETRACE_CASES:-../shared/cases}"
"$python" scripts/onnx_check.py --shapes "$retrace" "$files"/*.onnx "$files"/nodes/*/model.onnx \
    $(find "$cases" -name '*.onnx' 2>/dev/null)
