#!/usr/bin/env bash
# Runs on a cluster: a Slurm of one node that pretends to have four processors, on this machine,
# started and stopped by this script alone; Debian's slurm-wlm and munge.
#   scripts/slurm-check.sh [PROGRAM]   PROGRAM is retrace [default: of the target folder]
# Needs root (daemons, small file systems) and Python 3; on Debian the packages are installed where
# they are missing. Leaves nothing behind.
set -euo pipefail
program="$(realpath "${1:-${CARGO_TARGET_DIR:-target}/release/retrace}")"
cd "$(dirname "$0")/.."

if [ "$(id -u)" != 0 ]; then
    echo "slurm-check needs root: it starts Slurm's daemons" && exit 1
fi
all_there() {
    local program
    for program in slurmctld slurmd munged parallel; do
        command -v "$program" >/dev/null || return
    done
}
if ! all_there; then
    # Without starting the daemons that the packages bring.
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d
    apt-get update -qq &&
        apt-get install -y -qq --no-install-recommends slurm-wlm munge parallel >/dev/null || true
    rm -f /usr/sbin/policy-rc.d
    all_there || {
        echo "left out, all of it: slurm-wlm, munge and parallel cannot be installed here"
        exit 0
    }
fi
exec python3 scripts/slurm_check.py "$program"
