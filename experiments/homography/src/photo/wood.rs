//! The desk: wood, from stretched noise.

use super::light::Light;
use super::noise::Noise;

/// Direction of the grain on the plane, radians.
const GRAIN: f64 = -0.62;
const LIGHT: [u8; 3] = [196, 146, 96];
const DARK: [u8; 3] = [150, 98, 56];
const PORE: [u8; 3] = [92, 56, 32];

/// A wooden surface without end.
pub struct Wood {
    noise: Noise,
}

impl Wood {
    /// The one desk that there is.
    pub fn new() -> Self {
        Self {
            noise: Noise::new("wood"),
        }
    }

    /// Its colour at a point of the plane.
    pub fn colour(&self, u: f64, v: f64) -> Light {
        let (sin, cos) = GRAIN.sin_cos();
        let (along, across) = (u * cos + v * sin, v * cos - u * sin);
        // Years: bands that wander along the grain. Fibres: fine lines. Pores: short dark ones.
        let wander = self.noise.rough(along / 430.0, across / 120.0);
        let year = 0.5 + 0.5 * (across / 11.0 + 34.0 * wander).sin();
        let fibre = self.noise.rough(along / 70.0 + 40.0, across / 2.6);
        let pore = self.noise.at(along / 34.0 + 80.0, across / 1.3);
        let depth = 0.42 * year + 0.5 * fibre;
        let base = Light::srgb(LIGHT).mix(Light::srgb(DARK), depth);
        base.mix(Light::srgb(PORE), ((pore - 0.80) * 3.0).clamp(0.0, 0.55))
    }
}
