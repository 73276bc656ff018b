//! Colours of another profile (ICC), brought to sRGB.

use image::DynamicImage;
use moxcms::{
    CmsError, ColorProfile, DataColorSpace, Layout, ProfileText, TransformExecutor,
    TransformOptions,
};

/// Brings a picture with this profile to sRGB, in its own depth, and says what was done. Of a
/// profile that is sRGB by another name nothing is done or said.
pub fn to_srgb(image: &mut DynamicImage, icc: &[u8]) -> Option<String> {
    let taken = "its colours are taken for sRGB";
    let Ok(profile) = ColorProfile::new_from_slice(icc) else {
        return Some(format!("its colour profile cannot be read; {taken}"));
    };
    match convert(image, &profile) {
        Ok(false) => None,
        Ok(true) => Some(format!(
            "its colours are brought from {} to sRGB",
            name(&profile)
        )),
        Err(_) => Some(format!(
            "its colour profile, {}, is not used; {taken}",
            name(&profile)
        )),
    }
}

/// Whether anything had to be changed.
fn convert(image: &mut DynamicImage, profile: &ColorProfile) -> Result<bool, CmsError> {
    use DynamicImage as Image;
    let has_alpha = image.color().has_alpha();
    let layout = if has_alpha { Layout::Rgba } else { Layout::Rgb };
    let (srgb, options) = (ColorProfile::new_srgb(), TransformOptions::default());
    if image.color().has_color() {
        // Inks have become RGB already.
        if profile.color_space != DataColorSpace::Rgb {
            return Err(CmsError::InvalidLayout);
        }
        if is_srgb(profile)? {
            return Ok(false);
        }
        let eight = || profile.create_transform_8bit(layout, &srgb, layout, options);
        let sixteen = || profile.create_transform_16bit(layout, &srgb, layout, options);
        match image {
            Image::ImageRgb8(pixels) => in_place(&*eight()?, pixels)?,
            Image::ImageRgba8(pixels) => in_place(&*eight()?, pixels)?,
            Image::ImageRgb16(pixels) => in_place(&*sixteen()?, pixels)?,
            Image::ImageRgba16(pixels) => in_place(&*sixteen()?, pixels)?,
            _ => return Err(CmsError::InvalidLayout),
        }
        return Ok(true);
    }
    let curve = of_greys(profile)?;
    // Of 16 bits, a step of eight.
    if curve
        .iter()
        .zip(0_u16..)
        .all(|(new, old)| new.abs_diff(old) <= 257)
    {
        return Ok(false);
    }
    let eight = |pixel: &mut u8| {
        let new = u32::from(curve[usize::from(*pixel) * 257]);
        *pixel = ((new + 128) / 257) as u8;
    };
    let sixteen = |pixel: &mut u16| *pixel = curve[usize::from(*pixel)];
    match image {
        Image::ImageLuma8(pixels) => pixels.iter_mut().for_each(eight),
        Image::ImageLumaA8(pixels) => pixels.pixels_mut().for_each(|pixel| eight(&mut pixel.0[0])),
        Image::ImageLuma16(pixels) => pixels.iter_mut().for_each(sixteen),
        Image::ImageLumaA16(pixels) => {
            pixels
                .pixels_mut()
                .for_each(|pixel| sixteen(&mut pixel.0[0]));
        }
        _ => return Err(CmsError::InvalidLayout),
    }
    Ok(true)
}

/// Some pixels at a time, whose old values have to be kept meanwhile.
fn in_place<T: Copy + Default>(
    transform: &(impl TransformExecutor<T> + ?Sized),
    pixels: &mut [T],
) -> Result<(), CmsError> {
    // A whole number of pixels, of three channels or four.
    let mut old = Vec::new();
    for part in pixels.chunks_mut(12 * 1024) {
        old.clear();
        old.extend_from_slice(part);
        transform.transform(&old, part)?;
    }
    Ok(())
}

/// Whether a profile leaves a grid of colours as they are.
fn is_srgb(profile: &ColorProfile) -> Result<bool, CmsError> {
    let level = |index: u32, power: u32| (index / 18_u32.pow(power) % 18 * 15) as u8;
    let grid = (0..18_u32.pow(3)).flat_map(|index| [0, 1, 2].map(|power| level(index, power)));
    let old: Vec<u8> = grid.collect();
    let (srgb, options) = (ColorProfile::new_srgb(), TransformOptions::default());
    let transform = profile.create_transform_8bit(Layout::Rgb, &srgb, Layout::Rgb, options)?;
    let mut new = vec![0; old.len()];
    transform.transform(&old, &mut new)?;
    // Versions of sRGB differ by a step.
    Ok(new
        .iter()
        .zip(&old)
        .all(|(new, old)| new.abs_diff(*old) <= 1))
}

/// What a profile makes of each grey of 16 bits.
fn of_greys(profile: &ColorProfile) -> Result<Vec<u16>, CmsError> {
    let (layout, channels) = match profile.color_space {
        DataColorSpace::Gray => (Layout::Gray, 1),
        DataColorSpace::Rgb => (Layout::Rgb, 3),
        _ => return Err(CmsError::InvalidLayout),
    };
    let (srgb, options) = (ColorProfile::new_srgb(), TransformOptions::default());
    let transform = profile.create_transform_16bit(layout, &srgb, Layout::Rgb, options)?;
    let greys = (0..=u16::MAX).flat_map(|grey| std::iter::repeat_n(grey, channels));
    let mut new = vec![0; 3 << 16];
    transform.transform(&greys.collect::<Vec<_>>(), &mut new)?;
    // The greens, which all three are.
    Ok(new.into_iter().skip(1).step_by(3).collect())
}

/// What the profile calls itself.
fn name(profile: &ColorProfile) -> String {
    let text = match &profile.description {
        Some(ProfileText::PlainString(text)) => text.as_str(),
        Some(ProfileText::Localizable(texts)) => texts.first().map_or("", |text| &text.value),
        Some(ProfileText::Description(text)) => &text.ascii_string,
        None => "",
    };
    let text: String = text.chars().filter(|c| !c.is_control()).take(60).collect();
    match text.trim() {
        "" => "a profile without a name".to_owned(),
        text => text.to_owned(),
    }
}
