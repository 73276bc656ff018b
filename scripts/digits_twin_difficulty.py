"""Prints how hard MNIST and its synthetic twin are for classifiers of scikit-learn.

Run by hand, in any environment that has scikit-learn:
    cargo run --release -p retrace-data --example twin_of_mnist -- TWIN
    python3 scripts/digits_twin_difficulty.py TWIN [MNIST]
Each folder holds MNIST's four files, plain or compressed. The classifiers learn from the first
6,000 training images after the 5,000 for validation, and are tested on all test images.
Last run with scikit-learn 1.9.1; the table stands in crates/data/src/digits/twin.rs.
"""
import gzip
import sys
import warnings
from pathlib import Path

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier

warnings.simplefilter("ignore", ConvergenceWarning)  # a few rounds are enough to compare
VALIDATION, TRAINING = 5000, 6000


def read(folder, name, header):
    plain = Path(folder) / name
    data = plain.read_bytes() if plain.exists() else gzip.open(f"{plain}.gz").read()
    return np.frombuffer(data, np.uint8, offset=header)


def images(folder, part):
    pixels = read(folder, f"{part}-images-idx3-ubyte", 16).reshape(-1, 784)
    return pixels.astype(np.float32) / 255, read(folder, f"{part}-labels-idx1-ubyte", 8)


classifiers = {
    "logistic regression": LogisticRegression(C=0.1, max_iter=100),
    "nearest neighbour": KNeighborsClassifier(1),
    "perceptron 784-128-10": MLPClassifier((128,), batch_size=60, max_iter=20, random_state=0),
    "perceptron 784-1024-128-10": MLPClassifier((1024, 128), batch_size=60, learning_rate_init=1e-4, max_iter=10, random_state=0),
}
for folder in sys.argv[1:]:
    train, labels = images(folder, "train")
    test, truth = images(folder, "t10k")
    part = slice(VALIDATION, VALIDATION + TRAINING)
    ink = test.mean(axis=1)
    print(folder, "ink: mean %.3f, quantiles 5/50/95 %%: %.3f %.3f %.3f" % (ink.mean(), *np.quantile(ink, [0.05, 0.5, 0.95])))
    for name, classifier in classifiers.items():
        said = classifier.fit(train[part], labels[part]).predict(test)
        print(f"  {name:28} {100 * (said == truth).mean():.1f} %")
    wrong = confusion_matrix(truth, said) * (1 - np.eye(10, dtype=int))
    worst = sorted(((wrong[i, j], i, j) for i in range(10) for j in range(10)), reverse=True)
    print("  most often:", ", ".join(f"{i} as {j} {n}x" for n, i, j in worst[:8]))
