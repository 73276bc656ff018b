//! The notebook's cover with its label, drawn flat as SVG in units of the plane.

use std::sync::Arc;

use resvg::{tiny_skia, usvg};

use super::camera::Rectangle;
use super::light::Light;

/// The label on the plane: the author's four target points are its corners.
pub const LABEL: Rectangle = [386.0, 78.0, 552.0, 453.0];
/// The cover around it.
pub const COVER: Rectangle = [362.0, 53.0, 571.0, 482.0];

/// Texels for one unit of the plane, so that a pixel of the picture never sees single ones.
const DENSITY: f64 = 4.0;

/// The drawing, in units of the plane.
const DRAWING: &str = include_str!("cover.svg");

/// The cover as texels of light.
pub struct Cover {
    texels: Vec<[f32; 3]>,
    width: usize,
    height: usize,
}

impl Cover {
    /// Draws it, with no font but those compiled in.
    pub fn new() -> Self {
        let options = usvg::Options {
            fontdb: Arc::new(fonts()),
            ..usvg::Options::default()
        };
        let tree = usvg::Tree::from_str(DRAWING, &options)
            .expect("the drawing compiled into this crate is whole");
        let [left, top, right, bottom] = COVER;
        let side = |length: f64| (length * DENSITY) as u32;
        let mut map = tiny_skia::Pixmap::new(side(right - left), side(bottom - top))
            .expect("the cover has a size above 0");
        let scale = tiny_skia::Transform::from_scale(DENSITY as f32, DENSITY as f32);
        let shift = scale.pre_translate(-left as f32, -top as f32);
        resvg::render(&tree, shift, &mut map.as_mut());
        let light = |pixel: &tiny_skia::PremultipliedColorU8| {
            Light::srgb([pixel.red(), pixel.green(), pixel.blue()])
                .0
                .map(|part| part as f32)
        };
        Self {
            texels: map.pixels().iter().map(light).collect(),
            width: map.width() as usize,
            height: map.height() as usize,
        }
    }

    /// Its colour at a point of the plane, between four texels.
    pub fn colour(&self, u: f64, v: f64) -> Light {
        let place = |at: f64, start: f64, count: usize| {
            ((at - start) * DENSITY - 0.5).clamp(0.0, count as f64 - 1.001)
        };
        let (x, y) = (
            place(u, COVER[0], self.width),
            place(v, COVER[1], self.height),
        );
        let texel = |i: usize, j: usize| {
            Light(self.texels[(y as usize + j) * self.width + x as usize + i].map(f64::from))
        };
        let above = texel(0, 0).mix(texel(1, 0), x.fract());
        above.mix(texel(0, 1).mix(texel(1, 1), x.fract()), y.fract())
    }
}

fn fonts() -> usvg::fontdb::Database {
    let mut fonts = usvg::fontdb::Database::new();
    for bytes in [
        dejavu::sans_condensed::regular(),
        dejavu::sans_condensed::bold(),
        dejavu::serif::italic(),
    ] {
        fonts.load_font_data(bytes.to_vec());
    }
    fonts
}
