// Eigenfaces of a few pictures by the small covariance, weights, reconstructions and distances: what
// experiments/eigenfaces computes.
"use strict";

const model = (() => {
  // A picture is a list of grey levels, 0 to 255.

  const dot = (a, b) => {
    let sum = 0;
    for (let k = 0; k < a.length; k += 1) sum += a[k] * b[k];
    return sum;
  };

  /** Eigenvalues, falling, and eigenvectors of a symmetric matrix, by Jacobi's rotations. */
  function eigen(symmetric) {
    const n = symmetric.length;
    const a = symmetric.map((row) => [...row]);
    const v = a.map((_, i) => a.map((__, j) => (i === j ? 1 : 0)));
    for (let sweep = 0; sweep < 60; sweep += 1) {
      let off = 0;
      for (let p = 0; p < n; p += 1) for (let q = p + 1; q < n; q += 1) off += a[p][q] ** 2;
      if (off < 1e-28 * dot(a.map((row, k) => row[k]), a.map((row, k) => row[k]))) break;
      for (let p = 0; p < n; p += 1) {
        for (let q = p + 1; q < n; q += 1) {
          if (a[p][q] === 0) continue;
          const zeta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
          const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
          const [cos, sin] = [1 / Math.hypot(1, t), t / Math.hypot(1, t)];
          for (let k = 0; k < n; k += 1) {
            [a[k][p], a[k][q]] = [cos * a[k][p] - sin * a[k][q], sin * a[k][p] + cos * a[k][q]];
          }
          for (let k = 0; k < n; k += 1) {
            [a[p][k], a[q][k]] = [cos * a[p][k] - sin * a[q][k], sin * a[p][k] + cos * a[q][k]];
            [v[k][p], v[k][q]] = [cos * v[k][p] - sin * v[k][q], sin * v[k][p] + cos * v[k][q]];
          }
        }
      }
    }
    const order = a.map((_, k) => k).sort((i, j) => a[j][j] - a[i][i]);
    return { values: order.map((k) => a[k][k]), vectors: order.map((k) => v.map((row) => row[k])) };
  }

  /** Mean face, eigenfaces (the entry of greatest size is positive), variances, divisor n - 1. */
  function fit(pictures) {
    const n = pictures.length;
    const p = pictures[0].length;
    const mean = Float64Array.from({ length: p }, (_, k) => pictures.reduce((sum, picture) => sum + picture[k], 0) / n);
    const centred = pictures.map((picture) => Float64Array.from(picture, (value, k) => value - mean[k]));
    const { values, vectors } = eigen(centred.map((a) => centred.map((b) => dot(a, b) / (n - 1))));
    const eigenvalues = values.filter((value) => value > Math.max(n, p) * Number.EPSILON * values[0]).slice(0, n - 1);
    const components = eigenvalues.map((_, at) => {
      const face = new Float64Array(p);
      centred.forEach((row, i) => {
        for (let k = 0; k < p; k += 1) face[k] += vectors[at][i] * row[k];
      });
      let most = 0;
      for (const value of face) if (Math.abs(value) > Math.abs(most)) most = value;
      const length = Math.sqrt(dot(face, face)) * Math.sign(most);
      return face.map((value) => value / length);
    });
    return { mean, components, eigenvalues };
  }

  /** Weights of a picture on the first k eigenfaces. */
  function project({ mean, components }, picture, k) {
    const centred = Float64Array.from(picture, (value, at) => value - mean[at]);
    return components.slice(0, k).map((face) => dot(face, centred));
  }

  /** The mean face and the weights' share of each eigenface. */
  function rebuild({ mean, components }, weights) {
    const picture = Float64Array.from(mean);
    weights.forEach((weight, at) => {
      const face = components[at];
      for (let k = 0; k < picture.length; k += 1) picture[k] += weight * face[k];
    });
    return picture;
  }

  /** Root of the mean square difference, grey levels. */
  function difference(a, b) {
    let sum = 0;
    for (let k = 0; k < a.length; k += 1) sum += (a[k] - b[k]) ** 2;
    return Math.sqrt(sum / a.length);
  }

  /** The four criteria of a picture, grey levels; `training` are weights of the training pictures. */
  function distances(faces, training, picture) {
    const k = training[0].length;
    const weights = project(faces, picture, k);
    const each = training.map((known) => Math.hypot(...known.map((value, at) => value - weights[at])));
    const sum = each.reduce((a, b) => a + b, 0);
    const from = difference(rebuild(faces, weights), picture) * Math.sqrt(picture.length);
    return { sum, mean: sum / each.length, minimum: Math.min(...each), from_face_space: from };
  }

  /** All of it for pictures given as rows, as the program's test asks. */
  function measured(training, pictures, k) {
    const faces = fit(training);
    const weights = training.map((picture) => project(faces, picture, k));
    return {
      eigenvalues: faces.eigenvalues,
      distances: pictures.map((picture) => distances(faces, weights, picture)),
      errors: pictures.map((picture) => difference(rebuild(faces, project(faces, picture, k)), picture)),
    };
  }

  return { fit, project, rebuild, difference, distances, measured };
})();
