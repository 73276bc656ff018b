//! CIE L\*a\*b\* and back: lightness L from 0 to 100, a from green (-) to red (+), b from blue (-)
//! to yellow (+), at the white point D65 and for the observer of 2 degrees.
//!
//! The crate `palette` computes; the matrix between sRGB and XYZ is the one of six decimals that
//! scikit-image's `rgb2lab` has, so that a grey pixel lands on the same side of zero as there
//! (a = -0.0025, b = 0.0047 for white). `palette`'s own matrix differs by up to 0.005.

use image::{DynamicImage, Rgb, RgbImage};
use ndarray::Array3;
use palette::convert::FromColorUnclamped;
use palette::encoding;
use palette::rgb::{self, RgbSpace, RgbStandard};
use palette::white_point::D65;
use palette::{Lab, Xyz};

use crate::picture::is_deep;

/// Half a step of eight bits: what rounding forgives a colour beside the gamut.
const HALF_A_STEP: f32 = 0.5 / 255.0;

/// sRGB with scikit-image's matrix.
struct Standard;

impl RgbSpace for Standard {
    type Primaries = encoding::Srgb;
    type WhitePoint = D65;

    #[rustfmt::skip]
    fn rgb_to_xyz_matrix() -> Option<[f64; 9]> {
        Some([
            0.412453, 0.357580, 0.180423,
            0.212671, 0.715160, 0.072169,
            0.019334, 0.119193, 0.950227,
        ])
    }

    /// The inverse of the other one.
    #[rustfmt::skip]
    fn xyz_to_rgb_matrix() -> Option<[f64; 9]> {
        Some([
             3.2404813432005266, -1.5371515162713185, -0.49853632616888777,
            -0.9692549499965684,  1.8759900014898907,  0.04155592655829283,
             0.05564663913517714, -0.20404133836651123, 1.0573110696453443,
        ])
    }
}

impl RgbStandard for Standard {
    type Space = Self;
    type TransferFn = encoding::Srgb;
}

/// A picture that was made from Lab, and what had to be changed for that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureFromLab {
    /// The picture, sRGB of eight bits.
    pub image: RgbImage,
    /// Pixels whose colour no sRGB display shows; the nearest value of each channel stands there.
    pub clipped: usize,
}

/// L, a and b of an sRGB pixel of eight bits.
#[must_use]
pub fn lab_from_rgb(rgb: [u8; 3]) -> [f32; 3] {
    lab_from_linear(rgb::Rgb::<Standard, u8>::from(rgb).into_linear())
}

/// The sRGB pixel of a Lab colour. A colour outside the gamut is clipped, each channel alone, as
/// in scikit-image; [`is_in_gamut`] tells.
#[must_use]
pub fn rgb_from_lab(lab: [f32; 3]) -> [u8; 3] {
    channels_from_lab(lab).map(|channel| (channel.clamp(0.0, 1.0) * 255.0).round() as u8)
}

/// Whether sRGB has this colour, to half a step of eight bits.
#[must_use]
pub fn is_in_gamut(lab: [f32; 3]) -> bool {
    let gamut = -HALF_A_STEP..=1.0 + HALF_A_STEP;
    let channels = channels_from_lab(lab);
    channels.iter().all(|channel| gamut.contains(channel))
}

/// The Lab values of a picture; transparency is ignored, grey becomes a and b of about zero.
/// Pictures of 16 bits keep their precision. Needs 12 bytes per pixel, and a copy of the picture
/// when it is not RGB of eight bits.
///
/// # Shapes
/// - output: `[3, height, width]`, the planes L, a and b
#[must_use]
pub fn lab_from_picture(image: &DynamicImage) -> Array3<f32> {
    let shape = (3, image.height() as usize, image.width() as usize);
    let mut lab = Array3::zeros(shape);
    if is_deep(image) {
        let scaled = |value: u16| f32::from(value) / 65_535.0;
        let pixels = image.to_rgb16();
        let linear = |p: &Rgb<u16>| rgb::Rgb::<Standard, f32>::from(p.0.map(scaled)).into_linear();
        fill(
            &mut lab,
            pixels.pixels().map(|p| lab_from_linear(linear(p))),
        );
    } else if let Some(pixels) = image.as_rgb8() {
        fill(&mut lab, pixels.pixels().map(|p| lab_from_rgb(p.0)));
    } else {
        let pixels = image.to_rgb8();
        fill(&mut lab, pixels.pixels().map(|p| lab_from_rgb(p.0)));
    }
    lab
}

/// The picture of Lab values, clipped to sRGB.
///
/// # Shapes
/// - lab: `[3, height, width]`, the planes L, a and b
///
/// # Panics
/// If the first axis is not 3 long.
#[must_use]
pub fn picture_from_lab(lab: &Array3<f32>) -> PictureFromLab {
    let (planes, height, width) = lab.dim();
    assert_eq!(planes, 3, "expected the planes L, a and b");
    let mut clipped = 0;
    let image = RgbImage::from_fn(width as u32, height as u32, |x, y| {
        let pixel = [0, 1, 2].map(|plane| lab[[plane, y as usize, x as usize]]);
        clipped += usize::from(!is_in_gamut(pixel));
        Rgb(rgb_from_lab(pixel))
    });
    PictureFromLab { image, clipped }
}

fn fill(lab: &mut Array3<f32>, pixels: impl Iterator<Item = [f32; 3]>) {
    let mut places = lab.lanes_mut(ndarray::Axis(0)).into_iter();
    for pixel in pixels {
        let mut place = places.next().expect("a pixel has one place");
        for (value, found) in place.iter_mut().zip(pixel) {
            *value = found;
        }
    }
}

fn lab_from_linear(rgb: rgb::Rgb<encoding::Linear<Standard>, f32>) -> [f32; 3] {
    let lab = Lab::<D65, f32>::from_color_unclamped(Xyz::<D65, f32>::from_color_unclamped(rgb));
    [lab.l, lab.a, lab.b]
}

/// The three channels, 0 to 1 inside the gamut.
fn channels_from_lab([l, a, b]: [f32; 3]) -> [f32; 3] {
    // As in scikit-image: the root of Z, `(L + 16) / 116 - b / 200`, is at least zero.
    let b = b.min(200.0 * (l + 16.0) / 116.0);
    let xyz = Xyz::<D65, f32>::from_color_unclamped(Lab::<D65, f32>::new(l, a, b));
    rgb::Rgb::<Standard, f32>::from_color_unclamped(xyz).into()
}
