"""Prints what NumPy makes of the homography post's four corners: the error of H at them, in pixels,
when h is the last right singular vector of A, or one of the eigenvectors of A'A.

Run by hand: python3 scripts/homography_eigenvector.py (needs NumPy). The numbers are in
experiments/homography/README.md.
"""

import numpy as np

SOURCES = [(448, 67), (602, 129), (362, 392), (483, 494)]
TARGETS = [(386, 78), (552, 78), (386, 453), (552, 453)]


def equations():
    rows = []
    for (x, y), (u, v) in zip(SOURCES, TARGETS):
        rows.append([-x, -y, -1, 0, 0, 0, x * u, y * u, u])
        rows.append([0, 0, 0, -x, -y, -1, x * v, y * v, v])
    return np.array(rows, dtype=float)


def largest_error(h):
    mapped = np.c_[SOURCES, np.ones(4)] @ h.reshape(3, 3).T
    return np.hypot(*(mapped[:, :2] / mapped[:, 2:] - TARGETS).T).max()


a = equations()
singular = np.linalg.svd(a, compute_uv=False)
print(f"NumPy {np.__version__}; largest over eighth singular value of A: {singular[0] / singular[7]:.2e}")
print(f"svd, last right singular vector: {largest_error(np.linalg.svd(a)[2][-1]):.1e}")
_, vectors = np.linalg.eigh(a.T @ a)
print(f"eigh, first (smallest) eigenvalue: {largest_error(vectors[:, 0]):.1e}")
values, vectors = np.linalg.eig(a.T @ a)
print("eig, eigenvalues in its order:", ", ".join(f"{value:.1e}" for value in values))
print(f"eig, smallest eigenvalue: {largest_error(vectors[:, np.argmin(np.abs(values))]):.1e}")
print(f"eig, last eigenvalue: {largest_error(vectors[:, -1]):.1f}")
