//! The camera that took the lost picture, as far as four points tell.
//!
//! A rectangle and the four pixels at which its corners are seen fix the map from the plane to
//! the picture. Its closed form is that of P. S. Heckbert, "Fundamentals of Texture Mapping and
//! Image Warping" (1989), section 2.2.3: no equations are solved, so the drawn picture owes
//! nothing to the method that is tested on it.
//!
//! With square pixels and a known principal point (where the axis of the lens meets the picture)
//! the map also tells where the camera stood: its columns, seen from the principal point and
//! divided by the focal length, are the axes of the plane, at right angles and equally long
//! (R. Hartley, A. Zisserman, "Multiple View Geometry", 2nd ed. 2004, section 8.8).

use super::vector::{Vector, along, between, cross, dot, length};

/// An upright rectangle of the plane: left, top, right, bottom.
pub type Rectangle = [f64; 4];

/// Four corners: top left, top right, bottom left, bottom right.
pub type Corners = [[f64; 2]; 4];

type Matrix = [[f64; 3]; 3];

/// A straight line of sight.
#[derive(Debug, Clone, Copy)]
pub struct Ray {
    /// Where it starts.
    pub origin: Vector,
    /// Where it goes; of any length.
    pub direction: Vector,
}

impl Ray {
    /// The point after `share` of the direction.
    pub fn at(&self, share: f64) -> Vector {
        along(self.origin, share, self.direction)
    }
}

/// A pinhole camera before the plane z = 0, or an eye straight above each of its points.
#[derive(Debug, Clone)]
pub struct Camera {
    /// From picture to plane.
    plane_from_picture: Matrix,
    /// Where the camera stands; absent for the eye above.
    eye: Option<Vector>,
}

impl Camera {
    /// The camera that sees the corners of `rectangle` at the pixels `corners`.
    pub fn before(rectangle: Rectangle, corners: Corners, principal: [f64; 2]) -> Self {
        let picture_from_plane = picture_from_plane(rectangle, corners);
        Self {
            plane_from_picture: inverse(picture_from_plane),
            eye: Some(eye(picture_from_plane, principal)),
        }
    }

    /// Sees the plane without perspective; its pixel (0, 0) is the plane's point `corner`.
    pub fn above(corner: [f64; 2]) -> Self {
        Self {
            plane_from_picture: [
                [1.0, 0.0, corner[0]],
                [0.0, 1.0, corner[1]],
                [0.0, 0.0, 1.0],
            ],
            eye: None,
        }
    }

    /// What is seen at the pixel (x, y); whole numbers are centres of pixels.
    pub fn ray(&self, x: f64, y: f64) -> Ray {
        let [u, v, w] = self.plane_from_picture.map(|row| dot(row, [x, y, 1.0]));
        let seen = [u / w, v / w, 0.0];
        match self.eye {
            Some(origin) => Ray {
                origin,
                direction: between(origin, seen),
            },
            None => Ray {
                origin: along(seen, 1000.0, [0.0, 0.0, 1.0]),
                direction: [0.0, 0.0, -1.0],
            },
        }
    }
}

/// The map from the plane to the picture, 3x3, that takes the corners of `rectangle` to `corners`.
pub fn picture_from_plane(rectangle: Rectangle, corners: Corners) -> Matrix {
    let [left, top, right, bottom] = rectangle;
    let (across, down) = (right - left, bottom - top);
    let unit = from_unit_square(corners);
    unit.map(|[a, b, c]| {
        let (a, b) = (a / across, b / down);
        [a, b, c - a * left - b * top]
    })
}

/// Heckbert's closed form: the unit square to four corners.
fn from_unit_square([p0, p1, p3, p2]: Corners) -> Matrix {
    let difference = |a: [f64; 2], b: [f64; 2]| [a[0] - b[0], a[1] - b[1]];
    let area = |a: [f64; 2], b: [f64; 2]| a[0] * b[1] - a[1] * b[0];
    let (d1, d2) = (difference(p1, p2), difference(p3, p2));
    let sum = [0, 1].map(|axis| p0[axis] - p1[axis] + p2[axis] - p3[axis]);
    let g = area(sum, d2) / area(d1, d2);
    let h = area(d1, sum) / area(d1, d2);
    let row = |i: usize| {
        let (a, b) = (p1[i] - p0[i] + g * p1[i], p3[i] - p0[i] + h * p3[i]);
        [a, b, p0[i]]
    };
    [row(0), row(1), [g, h, 1.0]]
}

/// Where the camera of a map stands, in units of the plane.
fn eye(picture_from_plane: Matrix, [px, py]: [f64; 2]) -> Vector {
    let column = |j: usize| {
        let [x, y, w] = picture_from_plane.map(|row| row[j]);
        [x - px * w, y - py * w, w]
    };
    let [across, down, origin] = [0, 1, 2].map(column);
    // The axes of the plane are at right angles: that gives the focal length.
    let focal = (-(across[0] * down[0] + across[1] * down[1]) / (across[2] * down[2])).sqrt();
    let [across, down, origin] = [across, down, origin].map(|[x, y, w]| [x / focal, y / focal, w]);
    let normal = cross(across, down);
    let height = dot(normal, origin).abs() / length(normal);
    let scale = length(normal).sqrt();
    [
        -dot(across, origin) / dot(across, across),
        -dot(down, origin) / dot(down, down),
        height / scale,
    ]
}

/// Rows of the inverse: cross products of the columns over the determinant.
fn inverse(matrix: Matrix) -> Matrix {
    let [a, b, c] = [0, 1, 2].map(|j| matrix.map(|row| row[j]));
    let determinant = dot(a, cross(b, c));
    [cross(b, c), cross(c, a), cross(a, b)].map(|row| row.map(|part| part / determinant))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A camera at a known place, turned about the u axis and then about the v axis of the plane.
    fn corners_seen_from(eye: Vector, focal: f64, principal: [f64; 2]) -> Corners {
        let (s, c) = 0.4_f64.sin_cos();
        let (t, d) = (-0.3_f64).sin_cos();
        let turn = |[u, v, z]: Vector| {
            let (v, z) = (c * v - s * z, s * v + c * z);
            [d * u + t * z, v, d * z - t * u]
        };
        [[0.0, 0.0], [4.0, 0.0], [0.0, 6.0], [4.0, 6.0]].map(|[u, v]| {
            let [x, y, z] = turn(between(eye, [u, v, 0.0]));
            [focal * x / -z + principal[0], focal * y / -z + principal[1]]
        })
    }

    #[test]
    fn the_camera_stands_where_its_picture_was_taken() {
        let (eye, principal) = ([5.0, -7.0, 30.0], [320.0, 96.0]);
        let corners = corners_seen_from(eye, 800.0, principal);
        let camera = Camera::before([0.0, 0.0, 4.0, 6.0], corners, principal);
        let off = length(between(camera.eye.unwrap_or_default(), eye));
        assert!(off < 1e-9, "{:?}", camera.eye);
    }

    #[test]
    fn a_ray_through_a_corner_meets_it() {
        let corners = [
            [448.0, 67.0],
            [602.0, 129.0],
            [362.0, 392.0],
            [483.0, 494.0],
        ];
        let camera = Camera::before([386.0, 78.0, 552.0, 453.0], corners, [320.0, 96.0]);
        for ([x, y], expected) in corners.into_iter().zip([
            [386.0, 78.0, 0.0],
            [552.0, 78.0, 0.0],
            [386.0, 453.0, 0.0],
            [552.0, 453.0, 0.0],
        ]) {
            let seen = camera.ray(x, y).at(1.0);
            assert!(length(between(seen, expected)) < 1e-9, "{seen:?}");
        }
    }
}
