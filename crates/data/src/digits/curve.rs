//! The path of a pen: smooth curves through points.

/// A place in pixels, x to the right and y downwards.
pub type Point = [f32; 2];

/// The longest piece of a sampled curve, in pixels: shorter than the finest bend that 20 pixels
/// can show.
const PIECE: f32 = 0.8;

/// A polyline along the Catmull-Rom curve through `points`; a point given twice is a corner.
///
/// Between b and c, with their neighbours a and d, the curve is the cubic of Hermite with the
/// slopes (c - a) / 2 and (d - b) / 2. At the ends a missing neighbour is the point itself.
pub fn through(points: &[Point]) -> Vec<Point> {
    let mut line = Vec::new();
    for smooth in points.chunk_by(|a, b| a != b) {
        line.extend(smooth.first());
        for span in 1..smooth.len() {
            let [b, c] = [smooth[span - 1], smooth[span]];
            let a = if span > 1 { smooth[span - 2] } else { b };
            let d = *smooth.get(span + 1).unwrap_or(&c);
            let pieces = ((c[0] - b[0]).hypot(c[1] - b[1]) / PIECE).ceil().max(1.0);
            line.extend((1..=pieces as usize).map(|i| cubic([a, b, c, d], i as f32 / pieces)));
        }
    }
    line
}

fn cubic([a, b, c, d]: [Point; 4], t: f32) -> Point {
    let (from, to) = (1.0 - t, t);
    [0, 1].map(|axis| {
        let [a, b, c, d] = [a[axis], b[axis], c[axis], d[axis]];
        let ends = b * from * from * (1.0 + 2.0 * t) + c * to * to * (3.0 - 2.0 * t);
        ends + (c - a) / 2.0 * t * from * from - (d - b) / 2.0 * to * to * from
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARCH: [Point; 4] = [[0.0, 0.0], [4.0, -9.0], [11.0, -8.0], [15.0, 1.0]];

    fn has(line: &[Point], [x, y]: Point) -> bool {
        line.iter().any(|p| (p[0] - x).hypot(p[1] - y) < 1e-5)
    }

    #[test]
    fn the_curve_goes_through_its_points_in_short_pieces() {
        let line = through(&ARCH);
        assert!(ARCH.iter().all(|&point| has(&line, point)));
        let longest = line
            .windows(2)
            .map(|p| (p[1][0] - p[0][0]).hypot(p[1][1] - p[0][1]));
        assert!(longest.fold(0.0, f32::max) < 2.0 * PIECE);
    }

    #[test]
    fn the_middle_of_a_span_has_the_weights_of_catmull_and_rom() {
        // -1/16, 9/16, 9/16, -1/16 of the four points, by hand.
        let x = (9.0 * (4.0 + 11.0) - 15.0) / 16.0;
        let y = (9.0 * (-9.0 - 8.0) - 1.0) / 16.0;
        let [found_x, found_y] = cubic(ARCH, 0.5);
        assert!((found_x - x).abs() < 1e-5 && (found_y - y).abs() < 1e-5);
    }

    #[test]
    fn a_point_given_twice_is_a_corner_between_straight_lines() {
        let [a, b, c] = [[0.0, 0.0], [8.0, 0.0], [8.0, 8.0]];
        let off = |p: &Point| p[1].abs().min((p[0] - 8.0).abs());
        let farthest = |line: &[Point]| line.iter().map(off).fold(0.0, f32::max);
        assert!(farthest(&through(&[a, b, b, c])) < 1e-5);
        assert!(farthest(&through(&[a, b, c])) > 0.3);
    }
}
