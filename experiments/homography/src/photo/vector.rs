//! Vectors of the scene: (u, v) on the plane of the label, z from it towards the camera.

/// A point or a direction, in units of the plane.
pub type Vector = [f64; 3];

/// Sum of the products of the components.
pub fn dot(a: Vector, b: Vector) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// Length of a vector.
pub fn length(a: Vector) -> f64 {
    dot(a, a).sqrt()
}

/// `a + share * b`.
pub fn along(a: Vector, share: f64, b: Vector) -> Vector {
    [0, 1, 2].map(|axis| a[axis] + share * b[axis])
}

/// From `a` to `b`.
pub fn between(a: Vector, b: Vector) -> Vector {
    along(b, -1.0, a)
}

/// The vector at right angles to both, as long as the area that they span.
pub fn cross(a: Vector, b: Vector) -> Vector {
    let part = |i: usize, j: usize| a[i] * b[j] - a[j] * b[i];
    [part(1, 2), part(2, 0), part(0, 1)]
}

/// The same direction with length 1.
pub fn unit(a: Vector) -> Vector {
    let length = length(a);
    a.map(|part| part / length)
}
