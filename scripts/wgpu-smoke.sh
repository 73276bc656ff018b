#!/usr/bin/env bash
# Trains on wgpu and on the CPU and compares the losses: `tests/it/wgpu.rs`.
#   scripts/wgpu-smoke.sh
# Needs no GPU: where no Vulkan driver is there, it installs Mesa's, which has one in software
# (Debian and Ubuntu, as root). Builds what the feature `wgpu` adds; some minutes, the first time.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! compgen -G '/usr/share/vulkan/icd.d/*.json' >/dev/null &&
    ! compgen -G '/etc/vulkan/icd.d/*.json' >/dev/null; then
    command -v apt-get >/dev/null || {
        echo "no Vulkan driver is here, and only apt-get is known here to install one" >&2
        exit 1
    }
    apt-get update
    apt-get install -y mesa-vulkan-drivers
fi

# Mesa wants a folder for its sockets and complains without one.
if [ ! -d "${XDG_RUNTIME_DIR:-}" ]; then
    XDG_RUNTIME_DIR="$(mktemp -d)"
    export XDG_RUNTIME_DIR
    trap 'rm -rf "$XDG_RUNTIME_DIR"' EXIT
fi

cargo test --release --locked --features wgpu --test it -- wgpu:: --nocapture
