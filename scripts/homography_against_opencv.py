"""Compares `homography estimate --ransac` with OpenCV on pairs of points made by a seeded generator.

    python3 scripts/homography_against_opencv.py PROGRAM [--seeds FIRST COUNT] [--kinds NAME ...]

    python3 scripts/homography_against_opencv.py PROGRAM --photographs FOLDER

PROGRAM is the built binary, target/release/homography. Each scene has pairs of two
pictures of 800 x 600 with noise of half a pixel to one pixel in both; the rest of the pairs is
wrong, in the way of its kind. All read the same pairs, with the same threshold of 3 pixels and a
confidence of 0.995; OpenCV's USAC_MAGSAC and RANSAC run with their own cap of 2,000 trials and with
one of a million.

A scene is failed without an answer, or when 50 right pairs that nobody saw, without noise, are
missed by more than 10 pixels (root mean square of the distance in the target picture). The median
error is that of the scenes which nobody failed. Times are those of one scene: ours with the start
of the process, OpenCV's the call alone, each on one thread.

Needs numpy and opencv-python-headless; last run with OpenCV 5.0.0.
"""
import argparse
import json
import resource
import subprocess
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

WIDTH, HEIGHT = 800.0, 600.0
CORNERS = np.array([[0.0, 0.0], [WIDTH, 0.0], [WIDTH, HEIGHT], [0.0, HEIGHT]])
THRESHOLD, CONFIDENCE, FAILED = 3.0, 0.995, 10.0


def mapped(h, points):
    u = np.c_[points, np.ones(len(points))] @ h.T
    return u[:, :2] / u[:, 2:]


def anywhere(random, count):
    return random.uniform([0, 0], [WIDTH, HEIGHT], (count, 2))


def inside(points):
    return ((points >= 0) & (points <= [WIDTH, HEIGHT])).all(axis=1)


def camera(random, strength=0.25, zoom=1.0):
    """The corners moved by up to a share of the picture, turned, and shrunk around its middle."""
    angle = random.uniform(-0.6, 0.6)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = CORNERS + random.uniform(-strength, strength, (4, 2)) * [WIDTH, HEIGHT]
    middle = np.array([WIDTH, HEIGHT]) / 2
    moved = (moved - middle) @ turn.T / zoom + middle + random.uniform(-60, 60, 2)
    return cv2.getPerspectiveTransform(CORNERS.astype(np.float32), moved.astype(np.float32))


def right(random, h, count, box=None):
    """Points of the plane that both pictures show, and where they go, without noise."""
    low, high = box if box is not None else (np.zeros(2), np.array([WIDTH, HEIGHT]))
    found = np.zeros((0, 2))
    for _ in range(200):
        points = random.uniform(low, high, (4 * count, 2))
        found = np.r_[found, points[inside(mapped(h, points))]]
        if len(found) >= count:
            break
    return found[:count], mapped(h, found[:count])


def wrong(random, count):
    return anywhere(random, count), anywhere(random, count)


def scene(kind, seed):
    """Pairs with noise and without order, and 50 right ones that nobody is shown."""
    random = np.random.default_rng([seed, sum(kind.encode())])
    noise = random.uniform(0.5, 1.0)
    zoom = {"zoom": random.uniform(4.0, 7.0)}.get(kind, 1.0)
    strength = {"steep": 0.45, "zoom": 0.15}.get(kind, 0.25)
    h = camera(random, strength, zoom)
    while np.linalg.det(h) <= 0 or not right(random, h, 50)[0].shape[0] == 50 or (
            (np.c_[CORNERS, np.ones(4)] @ h.T)[:, 2] <= 0.05).any():
        h = camera(random, strength, zoom)
    if random.random() < 0.5:
        h = np.linalg.inv(h)
        h /= h[2, 2]
    total = int(random.integers(300, 1200))
    share = {"few": random.uniform(0.03, 0.08), "zoom": random.uniform(0.08, 0.3),
             "steep": random.uniform(0.1, 0.4)}.get(kind, random.uniform(0.1, 0.5))
    count = max(14, int(share * total))
    from_, to = right(random, h, count)
    extra = []
    match kind:
        case "repeats":  # some wrong pairs, and some right ones, stand there up to forty times
            a, b = wrong(random, total - count)
            times = random.integers(1, 40, 12)
            extra = [(np.repeat(a[:12], times, 0), np.repeat(b[:12], times, 0))]
        case "clusters":  # patches that look alike: clusters of wrong pairs that agree among themselves
            for _ in range(6):
                size = int(random.integers(10, 40))
                spread = random.uniform(-6, 6, (size, 2))
                extra.append((anywhere(random, 1) + spread, anywhere(random, 1) + spread))
        case "hubs":  # one target for many sources
            for _ in range(8):
                size = int(random.integers(10, 40))
                extra.append((anywhere(random, size), np.repeat(anywhere(random, 1), size, 0)))
        case "planes":  # a second plane with six tenths as many pairs
            other = camera(random)
            extra = [right(random, other, int(0.6 * count))]
    a, b = wrong(random, max(0, total - count - sum(len(a) for a, _ in extra)))
    held = right(random, h, 50)
    jitter = lambda points: points + random.normal(0, noise, points.shape)
    if kind == "repeats":  # repeats are exact
        from_, to, a, b = jitter(from_), jitter(to), jitter(a), jitter(b)
        times = random.integers(1, 6, len(from_))
        from_, to = np.repeat(from_, times, 0), np.repeat(to, times, 0)
        pairs = np.c_[np.r_[from_, a, extra[0][0]], np.r_[to, b, extra[0][1]]]
    else:
        pairs = np.c_[jitter(np.concatenate([from_, a, *(e[0] for e in extra)])),
                      jitter(np.concatenate([to, b, *(e[1] for e in extra)]))]
    random.shuffle(pairs)
    return pairs.round(3), held


KINDS = ["mixed", "few", "zoom", "steep", "repeats", "clusters", "hubs", "planes"]


def used():
    """Processor seconds of the processes that were started."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


def ours(program, file, seed):
    command = [program, "estimate", "--pairs", file,
               "--ransac", "--threshold", str(THRESHOLD), "--confidence", str(CONFIDENCE), "--seed", str(seed), "--json"]
    start = used()
    done = subprocess.run(command, capture_output=True, text=True)
    spent = used() - start
    return (np.array(json.loads(done.stdout)["matrix"]) if done.returncode == 0 else None), spent


def opencv(method, trials, pairs):
    start = time.process_time()
    h, _ = cv2.findHomography(pairs[:, :2].copy(), pairs[:, 2:].copy(), method, THRESHOLD,
                              maxIters=trials, confidence=CONFIDENCE)
    return h, time.process_time() - start


def miss(h, held):
    if h is None:
        return np.inf
    with np.errstate(all="ignore"):
        error = np.sqrt(((mapped(h, held[0]) - held[1]) ** 2).sum(axis=1).mean())
    return error if np.isfinite(error) else np.inf


def photographs(folder):
    """SIFT and ORB matches of the data set's pairs, all or those of Lowe's test, and with the second
    picture at a fifth of its size; with the published matrix on a grid of points that both show."""
    names = [("opencv-samples", "graf1.png", "graf3.png", None)]
    names += [(f"oxford/{s}", "img1.png", f"img{k}.png", f"H1to{k}p") for s in ("bikes", "leuven") for k in (2, 3)]
    graf = [[7.6285898e-1, -2.9922929e-1, 2.2567123e+2], [3.3443473e-1, 1.0143901, -7.6999973e+1],
            [3.4663091e-4, -1.4364524e-5, 1.0]]
    for detector, norm, size in ((cv2.SIFT_create(3000), cv2.NORM_L2, 1.0), (cv2.ORB_create(2000), cv2.NORM_HAMMING, 1.0),
                                 (cv2.SIFT_create(3000), cv2.NORM_L2, 0.2)):
        for place, first, second, matrix in names:
            a, b = (cv2.imread(str(Path(folder) / place / name), 0) for name in (first, second))
            h = np.array(graf) if matrix is None else np.loadtxt(Path(folder) / place / matrix)
            b = cv2.resize(b, None, fx=size, fy=size, interpolation=cv2.INTER_AREA)
            # The border of the corner pixel, at -0.5, stays where it is.
            h = np.array([[size, 0, 0.5 * size - 0.5], [0, size, 0.5 * size - 0.5], [0, 0, 1]]) @ h
            (points, ours), (targets, theirs) = (detector.detectAndCompute(image, None) for image in (a, b))
            two = cv2.BFMatcher(norm).knnMatch(ours, theirs, 2)
            x, y = np.meshgrid(np.linspace(0, a.shape[1] - 1, 21), np.linspace(0, a.shape[0] - 1, 21))
            grid = np.c_[x.ravel(), y.ravel()]
            seen = ((mapped(h, grid) >= 0) & (mapped(h, grid) <= np.array(b.shape[::-1]) - 1)).all(axis=1)
            for ratio in (1.0, 0.8):
                best = [m[0] for m in two if m[0].distance <= ratio * m[1].distance]
                pairs = np.array([[*points[m.queryIdx].pt, *targets[m.trainIdx].pt] for m in best]).round(3)
                yield f"{place} {second}", pairs, (grid[seen], mapped(h, grid[seen]))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--seeds", nargs=2, type=int, default=[0, 25], metavar=("FIRST", "COUNT"))
    parser.add_argument("--kinds", nargs="+", default=KINDS)
    parser.add_argument("--ours-only", action="store_true")
    parser.add_argument("--photographs", metavar="FOLDER", help="the data set homography")
    flags = parser.parse_args()
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "pairs.csv")
        ways = {"ours": lambda pairs, seed: ours(flags.program, file, seed)}
        if not flags.ours_only:
            for name, method in (("MAGSAC", cv2.USAC_MAGSAC), ("RANSAC", cv2.RANSAC)):
                for trials in (2000, 1_000_000):
                    ways[f"{name} {trials}"] = lambda pairs, _, m=method, t=trials: opencv(m, t, pairs)
        print(f"{'kind':10}" + "".join(f"{name:>26}" for name in ways))
        if flags.photographs:
            errors, times = ({name: [] for name in ways} for _ in range(2))
            for _, pairs, held in photographs(flags.photographs):
                measure(ways, file, pairs, held, 0, errors, times)
            line("photos", errors, times)
            nearer = np.array(errors["ours"]) < np.array(errors["MAGSAC 2000"])
            print(f"ours nearer than MAGSAC 2000 in {nearer.sum()} of {len(nearer)}")
            return
        every = {name: ([], []) for name in ways}
        for kind in flags.kinds:
            errors, times = ({name: [] for name in ways} for _ in range(2))
            for seed in range(flags.seeds[0], sum(flags.seeds)):
                pairs, held = scene(kind, seed)
                measure(ways, file, pairs, held, seed, errors, times)
            for name in ways:
                every[name][0].extend(errors[name])
                every[name][1].extend(times[name])
            line(kind, errors, times)
        line("all", {n: e for n, (e, _) in every.items()}, {n: t for n, (_, t) in every.items()})
        print("failed, median error in pixels where nobody failed, median and mean time in ms")


def measure(ways, file, pairs, held, seed, errors, times):
    np.savetxt(file, pairs, delimiter=",", header="from_x,from_y,to_x,to_y", comments="", fmt="%.3f")
    for name, way in ways.items():
        h, spent = way(pairs, seed)
        errors[name].append(miss(h, held))
        times[name].append(spent)


def line(kind, errors, times):
    nobody = np.all([np.array(e) <= FAILED for e in errors.values()], axis=0)
    text = f"{kind:10}"
    for name in errors:
        e, t = np.array(errors[name]), 1e3 * np.array(times[name])
        middle = np.median(e[nobody]) if nobody.any() else np.nan
        text += f"{(e > FAILED).sum():5d} {middle:6.3f} {np.median(t):6.0f} {t.mean():6.0f}"
    print(text, flush=True)


if __name__ == "__main__":
    main()
