"""Prints the numbers that experiments/homography/tests/it/oracle.rs holds its own against.

Homographies by NumPy (the DLT, plain and normalised), scikit-image and OpenCV (findHomography),
warped pictures by OpenCV (warpPerspective), of points and pictures made by formula. With the
folder of the real pictures as an argument also matches in them, and how well the warped first
picture of each pair fits the second.

Run by hand, in any environment that has numpy, scikit-image and opencv-python-headless:

    python3 scripts/homography_oracle.py [FOLDER]         the numbers
    python3 scripts/homography_oracle.py --matches FILE FOLDER    SIFT matches of graf, as CSV
    python3 scripts/homography_oracle.py --time           how long warpPerspective takes

Last run with numpy 2.4, scikit-image 0.26 and OpenCV 5.0.0.
"""
import sys
import time
from pathlib import Path

import cv2
import numpy as np
from skimage.transform import ProjectiveTransform

NOTEBOOK = (
    [(448, 67), (602, 129), (362, 392), (483, 494)],
    [(386, 78), (552, 78), (386, 453), (552, 453)],
)
# The post's longer list: the corners and the middles of the sides, measured by hand.
EIGHT = (
    [(450, 68), (527, 99), (603, 130), (543, 312), (483, 494), (423, 443), (363, 393), (406, 230)],
    [(364, 96), (443, 96), (522, 96), (522, 253), (522, 411), (443, 411), (364, 411), (364, 253)],
)
TRUE = np.array([[0.9, 0.1, 10.0], [-0.05, 1.02, 6.0], [2e-4, 1e-4, 1.0]])
WIDTH, HEIGHT = 160, 120


def mapped(h, points):
    u = np.c_[points, np.ones(len(points))] @ h.T
    return u[:, :2] / u[:, 2:]


def noisy():
    """A grid of 30 points through TRUE, up to 0.8 pixels off; every fifth is wrong by far."""
    k = np.arange(30)
    points = np.c_[10.0 + 24.0 * (k % 6), 8.0 + 25.0 * (k // 6)]
    noise = 0.8 * np.c_[np.sin(12.9898 * k), np.sin(78.233 * k)]
    wrong = np.where((k % 5 == 3)[:, None], np.c_[40.0 * np.cos(k), 30.0 * np.cos(2.0 * k)], 0.0)
    return points, mapped(TRUE, points) + noise, wrong


def plain(points, targets):
    rows = []
    for (x, y), (u, v) in zip(points, targets):
        rows += [[-x, -y, -1, 0, 0, 0, x * u, y * u, u], [0, 0, 0, -x, -y, -1, x * v, y * v, v]]
    _, values, v = np.linalg.svd(np.array(rows, float))
    return v[-1].reshape(3, 3), values


def normalized(points, targets):
    """Hartley's: mean zero, mean distance sqrt 2."""
    def similarity(points):
        centre = np.mean(points, axis=0)
        scale = np.sqrt(2.0) / np.linalg.norm(points - centre, axis=1).mean()
        return np.array([[scale, 0, -scale * centre[0]], [0, scale, -scale * centre[1]], [0, 0, 1]])

    t, u = similarity(np.array(points, float)), similarity(np.array(targets, float))
    return np.linalg.inv(u) @ plain(mapped(t, points), mapped(u, targets))[0] @ t


def scikit_image(points, targets):
    """Normalised to a root mean square distance of sqrt 2, hence equal on exact points only."""
    return ProjectiveTransform.from_estimate(np.array(points, float), np.array(targets, float)).params


def opencv(points, targets, *arguments, **options):
    return cv2.findHomography(np.array(points, float), np.array(targets, float), *arguments, **options)


def show(name, h):
    h = h / h[2, 2]
    print(f"{name}\n    [" + ", ".join("[" + ", ".join(f"{v:.12e}" for v in row) + "]" for row in h) + "]")


def homographies():
    for name, (points, targets) in (("notebook", NOTEBOOK), ("eight", EIGHT)):
        h, values = plain(points, targets)
        show(f"{name} plain (numpy)", h)
        print("    singular values", ", ".join(f"{v:.9e}" for v in values))
        show(f"{name} normalized (numpy)", normalized(points, targets))
        show(f"{name} scikit-image", scikit_image(points, targets))
        show(f"{name} findHomography(0)", opencv(points, targets, 0)[0])
    points, targets, wrong = noisy()
    show("noisy plain (numpy)", plain(points, targets)[0])
    show("noisy normalized (numpy)", normalized(points, targets))
    show("noisy scikit-image", scikit_image(points, targets))
    show("noisy findHomography(0)", opencv(points, targets, 0)[0])
    h, inliers = opencv(points, targets + wrong, cv2.RANSAC, 3.0)
    show("wrong findHomography(RANSAC, 3)", h)
    print("    outliers", np.flatnonzero(inliers == 0))


def unit(k):
    """Numbers from 0 to 1 that look like chance."""
    v = 43758.5453 * np.sin(12.9898 * k)
    return v - np.floor(v)


# Name, matrix, right pairs, wrong ones, wrong ones in five clusters, copies of each of five wrong ones.
SCENES = (
    ("few", [[0.9, 0.1, 10.0], [-0.05, 1.02, 6.0], [2e-4, 1e-4, 1.0]], 20, 480, 0, 0),
    ("zoom", [[0.16, 0.01, 300.0], [-0.02, 0.17, 200.0], [1e-5, 2e-5, 1.0]], 40, 260, 0, 0),
    ("enlarged", [[6.0, 0.3, -1500.0], [-0.4, 5.8, -1200.0], [2e-4, -1e-4, 1.0]], 60, 240, 0, 0),
    ("clusters", [[0.9, -0.3, 120.0], [0.3, 0.8, -30.0], [3e-4, -1e-4, 1.0]], 30, 170, 150, 0),
    ("repeats", [[1.1, 0.2, -60.0], [-0.1, 0.9, 40.0], [-2e-4, 1e-4, 1.0]], 30, 170, 0, 40),
)


def scene(number):
    """Pairs with noise of up to 1.5 pixels in both pictures, the right ones first."""
    _, h, right, wrong, clustered, copies = SCENES[number]
    i = np.arange(right + wrong + clustered)
    u = lambda j: unit(10000.0 * number + 8.0 * i + j)
    points, targets = np.c_[800 * u(1), 600 * u(2)], np.c_[800 * u(3), 600 * u(4)]
    middle = right + wrong
    anchor = middle + i[middle:] % 5
    for side in (points, targets):
        side[middle:] = side[anchor] + 10.0 * np.c_[u(7), u(8)][middle:]
    targets[:right] = mapped(np.array(h), points[:right])
    points += 3.0 * np.c_[u(5), u(6)] - 1.5
    targets += 3.0 * np.c_[u(7), u(8)] - 1.5
    again = right + np.tile(np.arange(5), copies)
    return np.r_[points, points[again]], np.r_[targets, targets[again]]


def scenes():
    """How far OpenCV's MAGSAC is off on a grid, with its own cap and with one of a million trials."""
    x, y = np.meshgrid(np.linspace(100.0, 700.0, 5), np.linspace(100.0, 500.0, 5))
    grid = np.c_[x.ravel(), y.ravel()]
    for number, (name, h, *_) in enumerate(SCENES):
        points, targets = scene(number)
        for trials in (2000, 1_000_000):
            found = opencv(points, targets, cv2.USAC_MAGSAC, 3.0, maxIters=trials, confidence=0.995)[0]
            misses = np.linalg.norm(mapped(found, grid) - mapped(np.array(h), grid), axis=1)
            print(name, trials, f"{np.sqrt((misses ** 2).mean()):.3f}")


def picture():
    """Steep steps beside slopes, so that a position that is a little off shows."""
    y, x, c = np.meshgrid(np.arange(HEIGHT), np.arange(WIDTH), np.arange(3), indexing="ij")
    return ((3 * x * x + 7 * y * (c + 1) + x * y) % 256).astype(np.uint8)


def covered(h, width, height):
    """Pixels that come from within the picture, the squares of its outermost pixels included."""
    y, x = np.mgrid[0:height, 0:width]
    source = mapped(np.linalg.inv(h), np.c_[x.ravel(), y.ravel()]).reshape(height, width, 2)
    inside = (source >= -0.5) & (source < np.array([width, height]) - 0.5)
    return inside.all(axis=2)


def warps():
    image = picture()
    inside = covered(TRUE, WIDTH, HEIGHT)
    print("pixels covered", inside.sum())
    for name, flag in (("Nearest", cv2.INTER_NEAREST), ("Bilinear", cv2.INTER_LINEAR), ("Bicubic", cv2.INTER_CUBIC)):
        warped = cv2.warpPerspective(image, TRUE, (WIDTH, HEIGHT), flags=flag, borderMode=cv2.BORDER_REPLICATE)
        warped[~inside] = 0
        print(name, "sum", warped.astype(int).sum(), "at the grid", warped[7::15, 5::15, 1].tolist())


def matrix(path):
    if path.suffix == ".xml":
        file = cv2.FileStorage(str(path), cv2.FILE_STORAGE_READ)
        return file.getFirstTopLevelNode().mat()
    return np.loadtxt(path)


def real(folder):
    samples, oxford = folder / "opencv-samples", folder / "oxford"
    pairs = [(samples / "graf1.png", samples / "graf3.png", samples / "H1to3p.xml")]
    pairs += [(oxford / s / "img1.png", oxford / s / f"img{k}.png", oxford / s / f"H1to{k}p")
              for s in ("bikes", "leuven") for k in (2, 3)]
    for first, second, h in pairs:
        a, b = cv2.imread(str(first), 0), cv2.imread(str(second), 0)
        h = matrix(h)
        warped = cv2.warpPerspective(a, h, b.shape[::-1], flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        inside = cv2.warpPerspective(np.full_like(a, 255), h, b.shape[::-1], flags=cv2.INTER_NEAREST) > 0
        print(second, "correlation", f"{np.corrcoef(warped[inside], b[inside])[0, 1]:.4f}")


def matches(file, folder):
    """SIFT matches between graf1 and graf3, the doubtful ones included, of which most are wrong."""
    sift = cv2.SIFT_create(contrastThreshold=0.08)
    found = [sift.detectAndCompute(cv2.imread(str(folder / "opencv-samples" / name), 0), None)
             for name in ("graf1.png", "graf3.png")]
    best = cv2.BFMatcher(cv2.NORM_L2).match(found[0][1], found[1][1])
    best = sorted(best, key=lambda m: (m.queryIdx, m.trainIdx))[::16]
    rows = [(*found[0][0][m.queryIdx].pt, *found[1][0][m.trainIdx].pt) for m in best]
    Path(file).write_text("from_x,from_y,to_x,to_y\n" + "".join(f"{a:.2f},{b:.2f},{c:.2f},{d:.2f}\n" for a, b, c, d in rows))
    rows = np.array(rows).round(2)
    h, inliers = opencv(rows[:, :2], rows[:, 2:], cv2.RANSAC, 3.0)
    truth = matrix(folder / "opencv-samples" / "H1to3p.xml")
    misses = np.linalg.norm(mapped(truth, rows[:, :2]) - rows[:, 2:], axis=1)
    show(f"{len(rows)} matches, {inliers.sum()} inliers, {(misses < 3).sum()} within 3 pixels of the truth", h)


def timed():
    """The median of 15 runs on two threads, of noise of 4000 x 3000 pixels."""
    cv2.setNumThreads(2)
    image = np.random.default_rng(0).integers(0, 256, (3000, 4000, 3), dtype=np.uint8)
    h = np.array([[0.9, 0.1, 50.0], [-0.05, 1.02, 20.0], [2e-5, 1e-5, 1.0]])
    for name, flag in (("nearest", cv2.INTER_NEAREST), ("bilinear", cv2.INTER_LINEAR), ("bicubic", cv2.INTER_CUBIC)):
        for output, given in (("a new output", None), ("a given output", np.zeros_like(image))):
            times = []
            for _ in range(15):
                start = time.perf_counter()
                cv2.warpPerspective(image, h, (4000, 3000), dst=given, flags=flag)
                times.append(time.perf_counter() - start)
            print(f"{name}, {output}: {1e3 * np.median(times):.1f} ms")


if __name__ == "__main__":
    np.set_printoptions(linewidth=100)
    match sys.argv[1:]:
        case ["--time"]:
            timed()
        case ["--matches", file, folder]:
            matches(file, Path(folder))
        case folders:
            homographies()
            scenes()
            warps()
            for folder in folders:
                real(Path(folder))
