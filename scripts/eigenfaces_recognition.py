"""Recognition rates on the ORL faces by scikit-learn.

Prints the numbers that experiments/eigenfaces/tests/it/laws.rs expects. Needs scikit-learn 1.9 and
Pillow: python3 scripts/eigenfaces_recognition.py DATA, where DATA holds faces-orl/sN/M.pgm.

The first five pictures of each of the 40 persons train, the last five test; nearest neighbour by
the first k principal components.
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.decomposition import PCA
from sklearn.neighbors import KNeighborsClassifier

data = Path(sys.argv[1])


def picture(person, number):
    path = data / "faces-orl" / f"s{person}" / f"{number}.pgm"
    return np.asarray(Image.open(path), dtype=float).ravel()


def pictures(numbers):
    return np.array([picture(person, n) for person in range(1, 41) for n in numbers])


training, tests = pictures(range(1, 6)), pictures(range(6, 11))
persons = np.repeat(np.arange(40), 5)
pca = PCA(svd_solver="full").fit(training)
for k in [1, 2, 5, 10, 50, 100, 199]:
    of_training = pca.transform(training)[:, :k]
    of_tests = pca.transform(tests)[:, :k]
    nearest = KNeighborsClassifier(1).fit(of_training, persons)
    print(k, round(nearest.score(of_tests, persons) * 200), "of 200")
print("for 95 %:", np.searchsorted(np.cumsum(pca.explained_variance_ratio_), 0.95) + 1)
