//! Draws the twin of the scenes onto one sheet, a row a category, to look at:
//! `cargo run --release -p colorization --example twin_of_scenes -- sheet.png`

use colorization::twin;
use image::RgbImage;
use image::imageops::replace;

/// Pictures of each of the eight categories.
const EACH: usize = 8;
const SIDE: usize = 128;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args()
        .nth(1)
        .ok_or("expected the name of a PNG")?;
    let photos = twin::draw("train", 8 * EACH, SIDE);
    let mut sheet = RgbImage::new((EACH * SIDE) as u32, (8 * SIDE) as u32);
    for (index, photo) in photos.iter().enumerate() {
        let (row, column) = (index / EACH * SIDE, index % EACH * SIDE);
        replace(&mut sheet, &photo.image, column as i64, row as i64);
    }
    sheet.save(path)?;
    Ok(())
}
