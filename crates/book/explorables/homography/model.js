// A homography from pairs of points, by singular value decomposition and by consensus, and pictures
// through it, pushed forward and filled from the inverse: what experiments/homography computes.
"use strict";

const model = (() => {
  // Points are { x, y }, pairs { from, to }, a homography is a 3x3 matrix, row by row.

  const product = (a, b) => a.map((row) => [0, 1, 2].map((j) => row[0] * b[0][j] + row[1] * b[1][j] + row[2] * b[2][j]));

  /** With h33 = 1, or of length 1 where h33 is nothing. */
  function scaled(m) {
    const most = m.flat().reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0);
    const last = m[2][2];
    const nothing = Math.abs(last) <= 4 * Number.EPSILON * Math.abs(most);
    const divisor = nothing ? Math.sign(most) * Math.hypot(...m.flat()) : last;
    return m.map((row) => row.map((entry) => entry / divisor));
  }

  /** By cofactors; scaled. */
  function inverse(m) {
    const cofactor = (row, column) => {
      const [r, s, c, d] = [(row + 1) % 3, (row + 2) % 3, (column + 1) % 3, (column + 2) % 3];
      return m[r][c] * m[s][d] - m[r][d] * m[s][c];
    };
    return scaled([0, 1, 2].map((row) => [0, 1, 2].map((column) => cofactor(column, row))));
  }

  function homogeneous(m, { x, y }) {
    return m.map((row) => row[0] * x + row[1] * y + row[2]);
  }

  function apply(m, point) {
    const [u, v, w] = homogeneous(m, point);
    return { x: u / w, y: v / w };
  }

  // --- the direct linear transform

  function equations({ from: { x, y }, to: { x: u, y: v } }) {
    return [
      [-x, -y, -1, 0, 0, 0, x * u, y * u, u],
      [0, 0, 0, -x, -y, -1, x * v, y * v, v],
    ];
  }

  /**
   * Singular values, largest first, and right singular vectors of a matrix with nine columns, by
   * rotations that make its columns orthogonal (Hestenes 1958).
   */
  function decompose(rows) {
    const columns = Array.from({ length: 9 }, (_, j) => rows.map((row) => row[j]));
    const vectors = columns.map((_, j) => columns.map((__, k) => (j === k ? 1 : 0)));
    const dot = (a, b) => a.reduce((sum, value, k) => sum + value * b[k], 0);
    const turn = (pair, p, q, cos, sin) => {
      for (let k = 0; k < pair[p].length; k += 1) {
        const [a, b] = [pair[p][k], pair[q][k]];
        pair[p][k] = cos * a - sin * b;
        pair[q][k] = sin * a + cos * b;
      }
    };
    for (let sweep = 0, turned = true; turned && sweep < 60; sweep += 1) {
      turned = false;
      for (let p = 0; p < 8; p += 1) {
        for (let q = p + 1; q < 9; q += 1) {
          const [a, b, c] = [dot(columns[p], columns[p]), dot(columns[q], columns[q]), dot(columns[p], columns[q])];
          if (Math.abs(c) <= 1e-15 * Math.sqrt(a * b) || c === 0) continue;
          turned = true;
          const zeta = (b - a) / (2 * c);
          const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
          const cos = 1 / Math.hypot(1, t);
          turn(columns, p, q, cos, cos * t);
          turn(vectors, p, q, cos, cos * t);
        }
      }
    }
    const sizes = columns.map((column) => Math.hypot(...column));
    const order = sizes.map((_, k) => k).sort((a, b) => sizes[b] - sizes[a]);
    return { values: order.map((k) => sizes[k]), vectors: order.map((k) => vectors[k]) };
  }

  const decomposed = (pairs) => decompose(pairs.flatMap(equations));

  /** The last right singular vector as a matrix. */
  function plain(pairs) {
    const h = decomposed(pairs).vectors[8];
    return scaled([h.slice(0, 3), h.slice(3, 6), h.slice(6)]);
  }

  /** Moves points to a mean of zero and scales them to a mean distance of sqrt 2 from it. */
  function normalizing(points) {
    const mean = (value) => points.reduce((sum, p) => sum + value(p), 0) / points.length;
    const [x, y] = [mean((p) => p.x), mean((p) => p.y)];
    const scale = Math.SQRT2 / mean((p) => Math.hypot(p.x - x, p.y - y));
    return [[scale, 0, -scale * x], [0, scale, -scale * y], [0, 0, 1]];
  }

  /** Hartley's: the same on points of one size. */
  function normalized(pairs) {
    const [from, to] = [normalizing(pairs.map((p) => p.from)), normalizing(pairs.map((p) => p.to))];
    const near = pairs.map((p) => ({ from: apply(from, p.from), to: apply(to, p.to) }));
    return scaled(product(inverse(to), product(plain(near), from)));
  }

  /** How much larger the first singular value of A is than the last one that is not zero. */
  function condition(pairs) {
    const { values } = decomposed(pairs);
    return values[0] / values[7];
  }

  // --- consensus

  /** The squared Sampson error of a pair as a share of the squared threshold { from, to }, and its equations. */
  function deviation(m, { from, to }, threshold) {
    const [u, v, w] = homogeneous(m, from);
    const [first, second, third] = m;
    const [a, b] = [first[0] - to.x * third[0], first[1] - to.x * third[1]];
    const [c, d] = [second[0] - to.y * third[0], second[1] - to.y * third[1]];
    const [source, target] = [threshold.from * threshold.from, threshold.to * threshold.to * w * w];
    const [xx, xy, yy] = [target + source * (a * a + b * b), source * (a * c + b * d), target + source * (c * c + d * d)];
    const [x, y] = [u - to.x * w, v - to.y * w];
    const determinant = xx * yy - xy * xy;
    return {
      share: (yy * x * x - 2 * xy * x * y + xx * y * y) / determinant,
      mapped: [u, v, w], error: [x, y],
      precision: [[yy / determinant, -xy / determinant], [-xy / determinant, xx / determinant]],
    };
  }

  function solved(lines) {
    const n = lines.length;
    for (let column = 0; column < n; column += 1) {
      let pivot = column;
      for (let k = column; k < n; k += 1) {
        if (Math.abs(lines[k][column]) > Math.abs(lines[pivot][column])) pivot = k;
      }
      [lines[column], lines[pivot]] = [lines[pivot], lines[column]];
      for (let k = 0; k < n; k += 1) {
        if (k === column) continue;
        const factor = lines[k][column] / lines[column][column];
        for (let j = column; j <= n; j += 1) lines[k][j] -= factor * lines[column][j];
      }
    }
    return lines.map((line, k) => line[n] / line[k]);
  }

  /** Robust least squares from a homography nearby: pairs fade out at 1.5 thresholds. */
  function settled(m, pairs, threshold) {
    const NET = 2.25;
    let now = m;
    for (let round = 0; round < 40; round += 1) {
      const normal = Array.from({ length: 8 }, () => new Array(9).fill(0));
      for (const pair of pairs) {
        const { share, mapped: [u, v, w], error: [x, y], precision: [[xx, xy], [, yy]] } = deviation(now, pair, threshold);
        const fading = 1 - share / NET;
        if (!(fading > 0) || !(w > 0)) continue;
        const rows = [
          [u, v, w, 0, 0, 0, -pair.to.x * u, -pair.to.x * v, -x],
          [0, 0, 0, u, v, w, -pair.to.y * u, -pair.to.y * v, -y],
        ];
        for (let k = 0; k < 8; k += 1) {
          const one = fading * fading * (xx * rows[0][k] + xy * rows[1][k]);
          const two = fading * fading * (xy * rows[0][k] + yy * rows[1][k]);
          for (let j = 0; j < 9; j += 1) normal[k][j] += one * rows[0][j] + two * rows[1][j];
        }
      }
      const [a, b, c, d, e, f, g, h] = solved(normal);
      if (![a, b, c, d, e, f, g, h].every(Number.isFinite)) return m;
      now = product([[1 + a, b, c], [d, 1 + e, f], [g, h, 1]], now);
      if (Math.max(...[a, b, c, d, e, f, g, h].map(Math.abs)) < 1e-12) break;
    }
    return now;
  }

  /** The one of four pairs of size 1, h33 = 1: eight equations, much faster than a decomposition. */
  function ofFour(pairs) {
    const h = solved(pairs.flatMap(equations).map((row) => [...row.slice(0, 8), -row[8]]));
    return [h.slice(0, 3), h.slice(3, 6), [h[6], h[7], 1]];
  }

  /** Brings the median of points to zero and the median distance from it to 1. */
  function ofMost(points) {
    const median = (value) => points.map(value).sort((a, b) => a - b)[Math.floor(points.length / 2)];
    const [x, y] = [median((p) => p.x), median((p) => p.y)];
    const scale = 1 / median((p) => Math.hypot(p.x - x, p.y - y));
    return [[scale, 0, -scale * x], [0, scale, -scale * y], [0, 0, 1]];
  }

  /**
   * The homography that most pairs agree with. The page has so few pairs that all samples of four are
   * tried; the program draws some at random and comes to the same.
   */
  function consensus(pairs, threshold) {
    // In coordinates of one size: what a step of least squares weighs depends on them.
    const norm = [ofMost(pairs.map((p) => p.from)), ofMost(pairs.map((p) => p.to))];
    const near = pairs.map((p) => ({ from: apply(norm[0], p.from), to: apply(norm[1], p.to) }));
    const limit = { from: threshold * norm[0][0][0], to: threshold * norm[1][0][0] };
    let best = { score: -1, matrix: null };
    const n = pairs.length;
    for (let a = 0; a < n; a += 1) for (let b = a + 1; b < n; b += 1) {
      for (let c = b + 1; c < n; c += 1) for (let d = c + 1; d < n; d += 1) {
        const matrix = ofFour([near[a], near[b], near[c], near[d]]);
        if (!matrix.flat().every(Number.isFinite)) continue;
        let score = 0;
        for (const pair of near) {
          const { share, mapped } = deviation(matrix, pair, limit);
          if (mapped[2] > 0) score += Math.max(0, 1 - share);
        }
        if (score > best.score) best = { score, matrix };
      }
    }
    // No four of them determine anything.
    if (!best.matrix) return { matrix: [[NaN]], inliers: [] };
    const matrix = scaled(product(inverse(norm[1]), product(settled(best.matrix, near, limit), norm[0])));
    const both = { from: threshold, to: threshold };
    return { matrix, inliers: pairs.map((pair) => deviation(matrix, pair, both).share <= 1) };
  }

  function estimate(pairs, method, threshold) {
    if (method === "ransac" && pairs.length > 4) return consensus(pairs, threshold);
    const matrix = method === "plain" ? plain(pairs) : normalized(pairs);
    return { matrix, inliers: pairs.map(() => true) };
  }

  // --- pictures: { width, height, pixels }, four numbers a pixel; frames: { left, top, width, height }

  function covers({ width, height }, { x, y }) {
    return x >= -0.5 && x < width - 0.5 && y >= -0.5 && y < height - 0.5;
  }

  /** Each pixel moved to the nearest one of where it goes. */
  function pushForward({ width, height, pixels }, m, frame) {
    const target = new Uint8ClampedArray(4 * frame.width * frame.height);
    const [[a, b, c], [d, e, f], [g, h, i]] = m;
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const w = g * x + h * y + i;
        const column = Math.floor((a * x + b * y + c) / w - frame.left + 0.5);
        const row = Math.floor((d * x + e * y + f) / w - frame.top + 0.5);
        if (!(column >= 0 && column < frame.width && row >= 0 && row < frame.height)) continue;
        const [from, to] = [4 * (y * width + x), 4 * (row * frame.width + column)];
        target[to] = pixels[from];
        target[to + 1] = pixels[from + 1];
        target[to + 2] = pixels[from + 2];
        target[to + 3] = 255;
      }
    }
    const back = inverse(m);
    let [covered, holes] = [0, 0];
    for (let k = 0; k < frame.width * frame.height; k += 1) {
      const filled = target[4 * k + 3] > 0;
      const place = { x: (k % frame.width) + frame.left, y: Math.floor(k / frame.width) + frame.top };
      const isHole = !filled && covers({ width, height }, apply(back, place));
      holes += isHole ? 1 : 0;
      covered += filled || isHole ? 1 : 0;
    }
    return { pixels: target, covered, holes };
  }

  /** Cubic convolution (Keys 1981) with a = -0.75. */
  function cubic(t) {
    const A = -0.75;
    const near = (d) => ((A + 2) * d - (A + 3)) * d * d + 1;
    const far = (d) => ((A * d - 5 * A) * d + 8 * A) * d - 4 * A;
    return [far(1 + t), near(t), near(1 - t), far(2 - t)];
  }

  const KERNELS = { bilinear: [0, (t) => [1 - t, t]], bicubic: [-1, cubic] };

  /** Each pixel of the frame asks the inverse where it comes from. */
  function warp({ width, height, pixels }, m, frame, sampling) {
    const target = new Uint8ClampedArray(4 * frame.width * frame.height);
    const [[a, b, c], [d, e, f], [g, h, i]] = inverse(m);
    const at = (column, row) =>
      4 * (Math.min(height - 1, Math.max(0, row)) * width + Math.min(width - 1, Math.max(0, column)));
    const half = sampling === "nearest" ? 0.5 : 0;
    const [first, weights] = KERNELS[sampling] ?? [];
    for (let row = 0; row < frame.height; row += 1) {
      for (let column = 0; column < frame.width; column += 1) {
        const [u, v] = [column + frame.left, row + frame.top];
        const w = g * u + h * v + i;
        const [x, y] = [(a * u + b * v + c) / w, (d * u + e * v + f) / w];
        if (!(x >= -0.5 && x < width - 0.5 && y >= -0.5 && y < height - 0.5)) continue;
        const to = 4 * (row * frame.width + column);
        // To a millionth of a pixel, so that whole numbers stay whole.
        const [px, py] = [Math.round((x + half) * 1048576) / 1048576, Math.round((y + half) * 1048576) / 1048576];
        const [wx, wy] = [Math.floor(px), Math.floor(py)];
        target[to + 3] = 255;
        if (!weights) {
          const from = at(wx, wy);
          for (let channel = 0; channel < 3; channel += 1) target[to + channel] = pixels[from + channel];
          continue;
        }
        const [right, down] = [weights(px - wx), weights(py - wy)];
        let [red, green, blue] = [0, 0, 0];
        for (let k = 0; k < down.length; k += 1) {
          for (let j = 0; j < right.length; j += 1) {
            const from = at(wx + first + j, wy + first + k);
            const weight = down[k] * right[j];
            red += weight * pixels[from];
            green += weight * pixels[from + 1];
            blue += weight * pixels[from + 2];
          }
        }
        // Clamped and rounded by the array, halves to the even number.
        [target[to], target[to + 1], target[to + 2]] = [red, green, blue];
      }
    }
    return target;
  }

  /** Pixels that stay empty although the picture covers their origin. */
  function emptyAfterWarp(picture, m, frame, warped) {
    const back = inverse(m);
    let empty = 0;
    for (let k = 0; k < frame.width * frame.height; k += 1) {
      const place = { x: (k % frame.width) + frame.left, y: Math.floor(k / frame.width) + frame.top };
      if (warped[4 * k + 3] === 0 && covers(picture, apply(back, place))) empty += 1;
    }
    return empty;
  }

  /** Mean distance on an 11 x 11 grid of the target between where two maps send the same spot. */
  function meanError(m, truth, [left, top, right, bottom]) {
    const back = inverse(truth);
    let sum = 0;
    for (let k = 0; k < 121; k += 1) {
      const place = { x: left + ((right - left) * (k % 11)) / 10, y: top + ((bottom - top) * Math.floor(k / 11)) / 10 };
      const found = apply(m, apply(back, place));
      sum += Math.hypot(found.x - place.x, found.y - place.y);
    }
    return sum / 121;
  }

  return {
    apply, inverse, plain, normalized, singularValues: (pairs) => decomposed(pairs).values, condition,
    consensus, estimate, pushForward, warp, emptyAfterWarp, meanError,
  };
})();
