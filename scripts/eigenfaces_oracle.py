"""Prints the numbers that experiments/eigenfaces/tests/it/oracle.rs holds its own against.

Principal components by scikit-learn, angles between subspaces by SciPy: on a matrix from a
formula, and on the ORL faces (DIR/s1/1.pgm ... DIR/s40/10.pgm, 92x112).

Run by hand, in any environment that has scikit-learn:

    python3 scripts/eigenfaces_oracle.py > experiments/eigenfaces/tests/oracle/formula.json
    python3 scripts/eigenfaces_oracle.py --orl DIR > experiments/eigenfaces/tests/oracle/orl.json
    python3 scripts/eigenfaces_oracle.py --orl DIR --time    times, beside benches/pca.rs
    python3 scripts/eigenfaces_oracle.py --time              the same on random numbers

Last run with scikit-learn 1.9.1, SciPy 1.17.1 and NumPy 2.4.6.
"""
import argparse
import json
import statistics
import time
from pathlib import Path

import numpy as np
from scipy.linalg import subspace_angles
from sklearn.decomposition import PCA
from sklearn.neighbors import KNeighborsClassifier


def formula(n, p):
    i, j = np.arange(n)[:, None], np.arange(p)[None, :]
    return ((37 * i * i + 11 * j * j + 17 * i * j) % 256).astype(float)


def read_pgm(path):
    """A binary PGM with a plain header, flattened row by row."""
    data = path.read_bytes()
    magic, width, height, most = data.split(maxsplit=4)[:4]
    assert magic == b"P5" and most == b"255"
    return np.frombuffer(data[-int(width) * int(height) :], np.uint8).astype(float)


def orl(folder):
    paths = [folder / f"s{s}" / f"{i}.pgm" for s in range(1, 41) for i in range(1, 11)]
    return np.stack([read_pgm(path) for path in paths])


def fitted(pictures, probes, kept, entries):
    """What a fit gives: everything that has a definite sign and is not rounding noise."""
    pca = PCA(svd_solver="full").fit(pictures)
    rank = min(len(pictures) - 1, pictures.shape[1])
    lost = []
    for k in kept:
        u = pca.components_[:k]
        centred = probes - pca.mean_
        lost.append(np.linalg.norm(centred - centred @ u.T @ u, axis=1).tolist())
    shares = [0.5, 0.8, 0.9, 0.95, 0.99]
    return {
        "mean": pca.mean_[entries].tolist(),
        "explained_variance": pca.explained_variance_[:rank].tolist(),
        "explained_variance_ratio": pca.explained_variance_ratio_[: min(rank, 20)].tolist(),
        "singular_values": pca.singular_values_[: min(rank, 20)].tolist(),
        "components": pca.components_[: kept[0], entries].tolist(),
        "weights": pca.transform(probes)[:, : kept[0]].tolist(),
        "entries": entries,
        "kept": kept,
        "distances_from_face_space": lost,
        "shares": shares,
        "components_for_share": [int(PCA(share).fit(pictures).n_components_) for share in shares],
    }


def angles(a, b, k):
    """Between the first k components of two sets of pictures, rising."""
    rows = [PCA(k, svd_solver="full").fit(x).components_.T for x in (a, b)]
    return subspace_angles(*rows)[::-1].tolist()


def recognised(faces, share):
    """Pictures 6 to 10 of each person told by the nearest of pictures 1 to 5, by weights."""
    people = np.repeat(np.arange(40), 10)
    known = np.arange(400) % 10 < 5
    pca = PCA(share).fit(faces[known])
    nearest = KNeighborsClassifier(1).fit(pca.transform(faces[known]), people[known])
    return int((nearest.predict(pca.transform(faces[~known])) == people[~known]).sum())


def seconds(task, runs=9):
    task()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        task()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def print_times(pictures):
    solvers = {
        "full": PCA(svd_solver="full"),
        "default": PCA(),
        "default, 95 % of the variance": PCA(0.95),
        "default, 50 components (randomized)": PCA(50, random_state=0),
    }
    for name, pca in solvers.items():
        print(f"{name}: {1e3 * seconds(lambda: pca.fit(pictures)):.0f} ms")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--orl", type=Path)
    parser.add_argument("--time", action="store_true")
    args = parser.parse_args()
    if args.time:
        random = np.random.default_rng(0).uniform(0, 255, (400, 10304))
        print_times(orl(args.orl) if args.orl else random)
        return
    if args.orl:
        faces = orl(args.orl)
        first, second = faces[:200], faces[200:]  # twenty people each
        result = {
            "all": fitted(faces, faces[::57], [10, 50, 150], [0, 4321, 5200, 10303]),
            "half": fitted(first, second[::23], [10, 50, 150], [0, 4321, 5200, 10303]),
            "angles": angles(first, second, 20),
            "recognised": recognised(faces, 0.95),
        }
    else:
        few, many = formula(8, 60), formula(60, 8)
        probes = 255 - formula(11, 60)[8:]
        result = {
            "few": fitted(few, probes, [3, 5, 7], [0, 1, 17, 59]),
            "many": fitted(many, probes[:, :8], [3, 5, 8], [0, 1, 3, 7]),
            "angles": angles(few, formula(12, 60)[4:], 4),
        }
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
