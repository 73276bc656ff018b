"""Prints the numbers that crates/data/tests/it/mnist.rs holds its own against.

Run by hand: python3 scripts/mnist_oracle.py MNIST, a folder with the four original files, each
ending in .gz. Needs numpy alone.
"""
import gzip
import hashlib
import sys

import numpy as np


def read(name, header):
    with gzip.open(f"{sys.argv[1]}/{name}-ubyte.gz") as file:
        return np.frombuffer(file.read(), np.uint8, offset=header)


parts = {}
for part in ("train", "t10k"):
    images, labels = read(f"{part}-images-idx3", 16).reshape(-1, 784), read(f"{part}-labels-idx1", 8)
    print(part, images.shape, "first labels", labels[:5], "histogram", np.bincount(labels))
    print(part, "sums of the first image and of all", images[0].sum(), images.sum(dtype=np.uint64))
    parts[part] = images, labels

(images, labels), hash = parts["train"], hashlib.sha256()
for images, labels in ((images[5000:], labels[5000:]), (images[:5000], labels[:5000]), parts["t10k"]):
    hash.update(len(labels).to_bytes(8, "little") + images.tobytes() + labels.tobytes())
print("SHA-256 of training, validation and test", hash.hexdigest())
