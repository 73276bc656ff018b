//! Where a digit stands in its image: MNIST's normalisation.
//!
//! The digits of NIST were scaled, sides in proportion, to fit into 20 x 20 pixels, and moved so
//! that their centre of mass is in the middle of 28 x 28 (LeCun et al. 1998, section III-A).

use super::curve::Point;
use super::{DIGIT_PIXELS, DIGIT_SIDE};

/// Pixels of the box that a digit fills.
pub const BOX: f32 = 20.0;
/// How far a digit may move without leaving the image.
pub const MARGIN: f32 = (DIGIT_SIDE as f32 - BOX) / 2.0;

/// Scales and moves the strokes until the longer side of their bounds, with `reach` more on all
/// sides for the ink, fills the box in the middle of the image.
pub fn fit(strokes: &mut [Vec<Point>], reach: f32) {
    let points = || strokes.iter().flatten();
    let low = points().fold([f32::MAX; 2], |low, p| [low[0].min(p[0]), low[1].min(p[1])]);
    let high = points().fold([f32::MIN; 2], |high, p| {
        [high[0].max(p[0]), high[1].max(p[1])]
    });
    let length = BOX - 2.0 * reach;
    let scale = length / (high[0] - low[0]).max(high[1] - low[1]);
    for point in strokes.iter_mut().flatten() {
        *point = [0, 1].map(|axis| {
            let middle = (low[axis] + high[axis]) / 2.0;
            (point[axis] - middle) * scale + DIGIT_SIDE as f32 / 2.0
        });
    }
}

/// The image with its centre of mass at row 14 and column 14, as in MNIST's files, to half a pixel.
pub fn centred(image: &[u8; DIGIT_PIXELS]) -> [u8; DIGIT_PIXELS] {
    let (mut mass, mut moment) = (0.0, [0.0; 2]);
    for (index, &ink) in image.iter().enumerate() {
        let ink = f32::from(ink);
        mass += ink;
        moment[0] += ink * (index % DIGIT_SIDE) as f32;
        moment[1] += ink * (index / DIGIT_SIDE) as f32;
    }
    let middle = (DIGIT_SIDE / 2) as f32;
    let shift = moment.map(|moment| {
        let shift = (middle - moment / mass).round();
        shift.clamp(-MARGIN, MARGIN) as isize
    });
    let by = shift[1] * DIGIT_SIDE as isize + shift[0];
    let mut moved = [0; DIGIT_PIXELS];
    for (index, moved) in moved.iter_mut().enumerate() {
        let from = index.checked_add_signed(-by);
        *moved = from.and_then(|from| image.get(from)).copied().unwrap_or(0);
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digit_fills_its_box_and_keeps_its_proportions() {
        let mut strokes = vec![vec![[3.0, 50.0], [5.0, 90.0]], vec![[13.0, 60.0]]];
        fit(&mut strokes, 2.0);
        let expected = [vec![[12.0, 6.0], [12.8, 22.0]], vec![[16.0, 10.0]]];
        let pairs = strokes.iter().flatten().zip(expected.iter().flatten());
        for (found, expected) in pairs {
            assert!((found[0] - expected[0]).hypot(found[1] - expected[1]) < 1e-4);
        }
    }

    #[test]
    fn the_centre_of_mass_goes_to_row_and_column_14() {
        let image_of = |pixels: [(usize, usize); 3]| {
            let mut image = [0; DIGIT_PIXELS];
            for (row, column) in pixels {
                image[row * DIGIT_SIDE + column] = 100;
            }
            image
        };
        // The centre (12.33, 20.33) asks for 2 down and 6 to the left; the margin allows 4.
        let image = image_of([(12, 20), (13, 20), (12, 21)]);
        let expected = image_of([(14, 16), (15, 16), (14, 17)]);
        assert_eq!(centred(&image), expected);
    }
}
