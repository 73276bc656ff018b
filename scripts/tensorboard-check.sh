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

venv="$target/tensorboard-venv"
if ! "$venv/bin/python" -c 'import tensorboard' 2>/dev/null; then
    python3 -m venv "$venv" 2>/dev/null || {
        # Debian has the module in a package of its own.
        apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null
        python3 -m venv "$venv"
    }
    "$venv/bin/pip" install --quiet tensorboard==2.21.0
fi
"$venv/bin/python" scripts/tensorboard_check.py "$retrace"
