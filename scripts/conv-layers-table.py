"""Prints the last `cargo bench -p retrace-conv` as a table: GFLOP/s of each layer.

    RAYON_NUM_THREADS=2 cargo bench -p retrace-conv
    python3 scripts/conv-layers-table.py [target/criterion]
Reads what criterion left, and needs Python alone. A number is the direct method's count of
operations by the median time, so that the columns compare. The table stands in
crates/conv/README.md.
"""
import json
import os
import sys
from pathlib import Path

COLUMNS = [(way, side) for way in ("forward", "backward") for side in ("flex", "exact", "auto")]


def measured(criterion):
    """GFLOP/s by (network, layer) and (way, side)."""
    table = {}
    for file in sorted(criterion.glob("*/*/*/new/benchmark.json")):
        about = json.loads(file.read_text())
        network, way = about["group_id"].rsplit(" ", 1)
        column = (way, about["function_id"])
        if column not in COLUMNS:
            continue
        nanoseconds = json.loads((file.parent / "estimates.json").read_text())["median"]
        operations = about["throughput"]["Elements"]
        row = table.setdefault((network, about["value_str"]), {})
        row[column] = operations / nanoseconds["point_estimate"]
    return table


def in_order(row):
    """Networks by name, their layers as they follow each other."""
    (network, layer), _ = row
    inputs, outputs = (int(count) for count in layer.split()[0].split("-"))
    size = inputs + outputs
    return network, inputs != 1, -size if network == "autoencoder" else size


def main():
    target = Path(os.environ.get("CARGO_TARGET_DIR", "target"))
    criterion = Path(sys.argv[1]) if len(sys.argv) > 1 else target / "criterion"
    table = measured(criterion)
    if not table:
        sys.exit(f"{criterion} holds no layers: run `cargo bench -p retrace-conv` first")
    print("| network | layer | " + " | ".join(f"{way}, {side}" for way, side in COLUMNS) + " |")
    print("|---" * (2 + len(COLUMNS)) + "|")
    for (network, layer), row in sorted(table.items(), key=in_order):
        cells = (f"{row[column]:.0f}" if column in row else "" for column in COLUMNS)
        print(f"| {network} | {layer} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
