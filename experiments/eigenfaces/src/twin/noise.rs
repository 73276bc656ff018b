//! Smooth noise without a state: skin, hair, plaster, leaves.

use super::paint::{Place, mix, step};

/// Noise between -1 and 1 whose bumps are one unit wide; `seed` names the pattern.
pub fn noise(seed: u64, p: Place) -> f64 {
    let (column, row) = (p.x.floor(), p.y.floor());
    let (right, down) = (step(0.0, 1.0, p.x - column), step(0.0, 1.0, p.y - row));
    let corner = |dx: i64, dy: i64| lattice(seed, column as i64 + dx, row as i64 + dy);
    mix(
        mix(corner(0, 0), corner(1, 0), right),
        mix(corner(0, 1), corner(1, 1), right),
        down,
    )
}

/// Noise with finer bumps on the coarse ones, `octaves` sizes, each half as wide and half as
/// high as the one before; between -2 and 2.
pub fn cloud(seed: u64, p: Place, octaves: u32) -> f64 {
    let octave = |index: u32| {
        let size = f64::from(1_u32 << index);
        let place = Place {
            x: p.x * size,
            y: p.y * size,
        };
        noise(seed.wrapping_add(u64::from(index)), place) / size
    };
    (0..octaves).map(octave).sum()
}

/// A number between -1 and 1 for a point of the lattice.
///
/// The finalizer of `SplitMix64` (Steele, Lea & Flood 2014), which spreads every bit of its input.
fn lattice(seed: u64, column: i64, row: i64) -> f64 {
    let place = column.cast_unsigned().wrapping_mul(0x9E37_79B9_7F4A_7C15)
        ^ row.cast_unsigned().wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
    let mut bits = place ^ seed.wrapping_mul(0x1656_67B1_9E37_79F9);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^= bits >> 31;
    // The upper 53 bits, as many as a f64 holds.
    (bits >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}
