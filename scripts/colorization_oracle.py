"""Prints the numbers that experiments/colorization/tests/it/bins.rs holds its own against.

Run by hand, in any environment that has SciPy: python3 scripts/colorization_oracle.py
Last run with NumPy 2.4.6 and SciPy 1.17.1.
"""
import numpy as np
from scipy.ndimage import gaussian_filter
from scipy.spatial import cKDTree
from scipy.special import log_softmax, softmax

WINDOW, LAMBDA = 10, 0.5
# A colour, and how many pixels have it; a and b in 32 bits, as ours.
COLOURS = np.array(
    [[0.5, 0.5, 900], [-0.5, 3, 500], [-9, 12, 60], [-22, 31, 40], [-8, -31, 300], [-14, -24, 9],
     [55, 40, 3], [68, 48, 1], [2, 9.5, 77], [-31, 18, 20], [12, 14, 30], [19.9, 20.1, 5]])
ASKED = np.array([[1.0, 2.0], [-15, 20], [60, 45], [-100, 100], [10, 10]], np.float32)
LOGITS = np.array([0.3, -1.2, 2.0, 0.0, 1.9, -3.0, 0.7, 1.1, -0.4, 0.2, 0.9, -2.2])

edges = np.arange(-110, 111, WINDOW)
counts, _, _ = np.histogram2d(COLOURS[:, 0], COLOURS[:, 1], bins=[edges, edges], weights=COLOURS[:, 2])
cells = np.flatnonzero(counts)
n = counts.ravel()[cells]
side = len(edges) - 1
centres = np.stack([edges[cells // side], edges[cells % side]], 1) + WINDOW / 2


def show(name, values, digits=9):
    values = np.atleast_1d(values)
    print(f"{name}: [{', '.join(f'{v:.{digits}g}' for v in values)}]")


show("cells", cells)
show("counts", n)


def weights(p):
    w = 1 / ((1 - LAMBDA) * p + LAMBDA / len(p))
    return w / (w * p).sum()


show("weights of shares", weights(n / n.sum()))
show("weights of counts", weights(n))

# The author's target: a Gaussian of 5x5 around a bin is what a Gaussian filter makes of one cell.
used = counts > 0
for q in (0, 5, len(cells) - 1):
    one = np.zeros_like(counts)
    one.ravel()[cells[q]] = 1
    blurred = gaussian_filter(one, sigma=2, mode="constant", radius=2) * used
    show(f"gaussian of bin {q}", (blurred / blurred.sum()).ravel()[cells])

# Zhang's: the five nearest centres.
for colour in ASKED:
    away, near = cKDTree(centres).query(colour, 5)
    t = np.zeros(len(cells))
    t[near] = np.exp(-(away**2) / (2 * 5**2))
    show(f"nearest of {colour}", t / t.sum())

for temperature in (0.01, 0.38, 1):
    logits = LOGITS[: len(cells)]
    f = softmax(log_softmax(logits) / temperature)
    show(f"annealed mean at {temperature}", f @ centres)
