"""Writes the list of a data set's files: path, size and SHA-256, for datasets/NAME/files.csv.

Run by hand on a folder that holds the whole set, and on nothing else:

    python3 scripts/dataset_files.py DIR/mnist > datasets/mnist/files.csv

README.md and SHA256SUMS of the folder describe the copy, not the set, and are left out. Where
there is a SHA256SUMS, it must name the same files with the same sums, or nothing is written.
"""
import argparse
import hashlib
import sys
from pathlib import Path

ABOUT_THE_COPY = {"README.md", "SHA256SUMS"}


def sha256(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_of(folder):
    """(path with slashes, bytes, SHA-256) of each file, sorted by path."""
    found = []
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            sys.exit(f"{path} is a link: a data set holds plain files")
        if path.is_file() and name not in ABOUT_THE_COPY:
            if any(character in name for character in ',"\r\n'):
                sys.exit(f"{path}: expected a name without commas, quotes and line ends")
            found.append((name, path.stat().st_size, sha256(path)))
    return sorted(found)


def check_against_sums(folder, files):
    sums = folder / "SHA256SUMS"
    if not sums.exists():
        return
    expected = {}
    for line in sums.read_text().splitlines():
        digest, name = line.split(maxsplit=1)
        expected[name.removeprefix("*").removeprefix("./")] = digest
    found = {name: digest for name, _, digest in files}
    wrong = sorted(name for name in expected.keys() | found if expected.get(name) != found.get(name))
    if wrong:
        sys.exit(f"{sums} and the folder differ in {len(wrong)} files, first {wrong[0]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="a whole data set")
    folder = parser.parse_args().folder
    files = files_of(folder)
    check_against_sums(folder, files)
    print("path,bytes,sha256")
    for name, size, digest in files:
        print(f"{name},{size},{digest}")


if __name__ == "__main__":
    main()
