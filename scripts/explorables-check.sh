#!/usr/bin/env bash
# What the book's explorables compute beside what the program computes: each experiment's test calls
# its modules, hands arguments and results to the script of the page, and Node compares.
#   scripts/explorables-check.sh
# Needs cargo and Node; on Debian that is installed where it is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v node >/dev/null || {
    apt-get update -qq && apt-get install -y -qq --no-install-recommends nodejs >/dev/null
}
packages=()
for folder in crates/book/explorables/*/; do
    packages+=(-p "$(basename "$folder")")
done
cargo test --release --locked "${packages[@]}" --test it -- --ignored explorable::
