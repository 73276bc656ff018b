#!/usr/bin/env bash
# Frozen networks of the workspace before the judgement of others: onnx.checker must accept every
# file, and onnxruntime must agree with `retrace run-frozen` within 1e-5 at several batches.
#   scripts/onnx-check.sh              build, freeze at the smoke preset, check
# Needs cargo, Python 3 and PyPI; makes a virtual environment in the target folder.
set -euo pipefail
cd "$(dirname "$0")/.."

target="${CARGO_TARGET_DIR:-target}"
cargo build --release --locked
retrace="$target/release/retrace"
[ -x "$retrace" ] || { echo "no program at $retrace"; exit 1; }

venv="$target/onnx-venv"
if ! "$venv/bin/python" -c 'import onnx, onnxruntime' 2>/dev/null; then
    python3 -m venv "$venv" 2>/dev/null || {
        # Debian has the module in a package of its own.
        apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null
        python3 -m venv "$venv"
    }
    "$venv/bin/pip" install --quiet onnx==1.23.2 onnxruntime==1.31.1 numpy
fi

files="$(mktemp -d)"
trap 'rm -rf "$files"' EXIT
freeze() {
    "$retrace" freeze "$1" --arm "$2" --preset smoke --data synthetic \
        --out "$files/runs" -o "$files/$1-$2.onnx" 2>/dev/null
}
for arm in relu lrelu prelu rrelu rrelu-as-written elu prelu+bn elu+bn; do
    freeze rrelu "$arm"
done
for arm in sound small code-2 colour-sum-adam; do
    freeze autoencoder "$arm"
done
for arm in as-described as-written euclidean; do
    freeze colorization "$arm"
done
freeze debugging trained
freeze freezing plain
freeze freezing full
"$venv/bin/python" scripts/onnx_check.py "$retrace" "$files"/*.onnx
