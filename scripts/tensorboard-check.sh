#!/usr/bin/env bash
# The files for TensorBoard before its own reader: tags, steps and values must be those of log.csv
# and of outcome.json, also after a run was killed and went on.
#   scripts/tensorboard-check.sh       build, run at the smoke preset, check
# Needs cargo, Python 3 and PyPI; makes a virtual environment in the target folder.
set -euo pipefail
cd "$(dirname "$0")/.."

target="${CARGO_TARGET_DIR:-target}"
cargo build --release --locked
retrace="$target/release/retrace"
[ -x "$retrace" ] || { echo "no program at $retrace"; exit 1; }

source scripts/venv.sh
python="$(venv tensorboard 'import tensorboard' tensorboard==2.21.0)"
"$python" scripts/tensorboard_check.py "$retrace"
