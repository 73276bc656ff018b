//! Where the pixels of a run of the target come from, split into whole parts and fractions.

/// Target pixels that are computed together: enough to fill the vectors of any processor, few
/// enough that the runs at the border of a picture, which take a slower way, stay short.
pub(super) const RUN: usize = 32;

/// Binary digits that a fraction of a pixel keeps. What is lost is at most 255 / 2^21 of a grey
/// level, and positions that should be whole but for rounding become whole.
const FRACTION_BITS: u32 = 20;
/// Added to a number from -2^31 to 2^31, this leaves its whole part and its fraction side by side
/// in the lowest 52 bits, for a floor without a branch or a conversion.
const SPLITTER: f64 = 1.5 * (1_u64 << (52 - FRACTION_BITS)) as f64;

/// A homogeneous position: x = u / w, y = v / w.
pub(super) type Homogeneous = [f64; 3];

/// Where positions may lie.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// Width and height of the picture.
    pub size: [f64; 2],
    /// The least x and y.
    pub least: f64,
    /// The greatest x and y.
    pub most: [f64; 2],
}

/// Source positions of the pixels of a run.
pub(super) struct Positions {
    /// Whole part of x.
    pub column: [i32; RUN],
    /// Whole part of y.
    pub row: [i32; RUN],
    /// Fraction of x, 0 to 1.
    pub right: [f32; RUN],
    /// Fraction of y, 0 to 1.
    pub down: [f32; RUN],
    /// Whether the position lies on the picture.
    pub inside: [bool; RUN],
}

impl Positions {
    pub const fn new() -> Self {
        Self {
            column: [0; RUN],
            row: [0; RUN],
            right: [0.0; RUN],
            down: [0.0; RUN],
            inside: [false; RUN],
        }
    }

    /// The positions start, start + step, ...; `rounding` is added to both coordinates before they
    /// are split. Those beyond the limits are moved there.
    #[inline(always)]
    pub fn fill(&mut self, start: Homogeneous, step: Homogeneous, limits: Limits, rounding: f64) {
        let Limits { size, least, most } = limits;
        for k in 0..RUN {
            let [u, v, w] = nth(start, step, k);
            // One division for two coordinates: it is the slowest operation of all.
            let inverse = 1.0 / w;
            let (x, y) = (u * inverse, v * inverse);
            self.inside[k] = is_on(x, size[0]) & is_on(y, size[1]);
            (self.column[k], self.right[k]) = split(x + rounding, least, most[0]);
            (self.row[k], self.down[k]) = split(y + rounding, least, most[1]);
        }
    }
}

#[inline(always)]
fn nth(start: Homogeneous, step: Homogeneous, k: usize) -> Homogeneous {
    let k = f64::from(k as u32);
    [
        start[0] + step[0] * k,
        start[1] + step[1] * k,
        start[2] + step[2] * k,
    ]
}

/// Whether a coordinate lies within the squares of the pixels, half a pixel around their centres.
#[inline(always)]
fn is_on(position: f64, size: f64) -> bool {
    (position >= -0.5) & (position < size - 0.5)
}

/// The floor of a position and what is above it. Positions beyond the limits, and those that are
/// no number, become one of the limits.
#[inline(always)]
fn split(position: f64, least: f64, most: f64) -> (i32, f32) {
    // Not `clamp`, which would let a position that is no number pass.
    #[allow(clippy::manual_clamp)]
    let bits = (position.max(least).min(most) + SPLITTER).to_bits();
    let fraction = bits & ((1 << FRACTION_BITS) - 1);
    let whole = ((bits >> FRACTION_BITS) as i32).wrapping_sub(i32::MIN);
    (
        whole,
        fraction as i32 as f32 * (1.0 / (1_u32 << FRACTION_BITS) as f32),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_split_into_its_floor_and_its_fraction() {
        for (position, whole, fraction) in [
            (0.0, 0, 0.0),
            (7.25, 7, 0.25),
            (-0.25, -1, 0.75),
            (123_456.5, 123_456, 0.5),
            (2.0 - 1e-9, 2, 0.0),
            (f64::NAN, -1, 0.0),
            (f64::NEG_INFINITY, -1, 0.0),
            (f64::INFINITY, 1_000_000, 0.0),
        ] {
            assert_eq!(split(position, -1.0, 1e6), (whole, fraction), "{position}");
        }
    }
}
