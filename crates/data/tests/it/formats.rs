//! Formats beside what Pillow reads, and files of formats that are not read.
//!
//! The pictures and the checksums are those of `scripts/picture_oracle.py`.

use std::fs;
use std::io::Cursor;

use image::codecs::gif::GifEncoder;
use image::codecs::png::{PngDecoder, PngEncoder};
use image::{DynamicImage, Frame, ImageBuffer, ImageDecoder, ImageEncoder, LumaA, Rgba, RgbaImage};
use retrace_data::{PictureError, PictureFile, read_picture_up_to, read_stored_values, sha256};

macro_rules! fixtures {
    ($($name:literal: $sum:literal,)*) => {
        [$(($name, include_bytes!(concat!("../pictures/", $name)), $sum)),*]
    };
}

/// SHA-256 of the pixels by Pillow: three bytes each, or one number of 16 bits, low byte first.
const BY_PILLOW: [(&str, &[u8], &str); 8] = fixtures! {
    "lossy.webp": "82000bb0ce55a8e78c74008aadc789e8bd1f8d5a8730f1c6a19d13e12407255d",
    "lossless.webp": "2b6115454365a3b07623ca4c8119ae3aad48730ab1695af90ad1c473773c9ba1",
    "lzw.tif": "2b6115454365a3b07623ca4c8119ae3aad48730ab1695af90ad1c473773c9ba1",
    "deep.tif": "c6306d908b99ed4f96b2be369dde14aee4013e2f276e6c265d322f81edade6bf",
    "fax.tif": "9393b86506a3ac3e419ca5d0d062b182f8a048886a4d8baa00dd9a6e6f1e9dcd",
    "small.bmp": "2b6115454365a3b07623ca4c8119ae3aad48730ab1695af90ad1c473773c9ba1",
    "palette.bmp": "8b4675181d20c6e9261fcc78d889da60aeb3b6609688941fcc344e96943f1d14",
    "small.qoi": "2b6115454365a3b07623ca4c8119ae3aad48730ab1695af90ad1c473773c9ba1",
};

const P3: &[u8] = include_bytes!("../pictures/p3.webp");
const ADOBE: &[u8] = include_bytes!("../pictures/adobe.tif");
const GREY: &[u8] = include_bytes!("../pictures/grey.png");
const SRGB: &[u8] = include_bytes!("../pictures/srgb.png");

fn read(bytes: &[u8]) -> Result<PictureFile, PictureError> {
    let folder = tempfile::tempdir().unwrap();
    // The content decides the format, not the name.
    let path = folder.path().join("file.png");
    fs::write(&path, bytes).unwrap();
    // A damaged header may ask for more, which takes its time.
    read_picture_up_to(&path, 10_000)
}

fn message(bytes: &[u8]) -> String {
    read(bytes).unwrap_err().to_string()
}

#[test]
fn pixels_are_those_that_pillow_reads() {
    for (name, bytes, sum) in BY_PILLOW {
        let image = read(bytes).unwrap().image;
        let pixels = match image {
            DynamicImage::ImageLuma16(pixels) => pixels
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect(),
            other => other.into_rgb8().into_raw(),
        };
        assert_eq!(sha256(&pixels), sum, "{name}");
    }
}

#[test]
fn colours_of_other_profiles_are_those_that_pillow_brings_to_srgb() {
    let places = [(0, 0), (23, 0), (0, 15), (23, 15), (12, 8), (5, 11)];
    for (name, bytes, by_pillow) in [
        (
            "Display P3",
            P3,
            [
                [93, 228, 0],
                [114, 128, 56],
                [228, 120, 76],
                [31, 37, 149],
                [207, 127, 57],
                [239, 221, 0],
            ],
        ),
        (
            "Adobe RGB (1998)",
            ADOBE,
            [
                [40, 226, 0],
                [113, 129, 59],
                [239, 127, 83],
                [24, 32, 147],
                [217, 132, 65],
                [242, 223, 48],
            ],
        ),
        (
            "Gray Gamma 1.8",
            GREY,
            [[185; 3], [137; 3], [165; 3], [63; 3], [161; 3], [218; 3]],
        ),
    ] {
        let file = read(bytes).unwrap();
        let pixels = file.image.to_rgb8();
        for ((x, y), expected) in places.into_iter().zip(by_pillow) {
            let found = pixels.get_pixel(x, y).0;
            // Each program rounds its curves.
            let same = found.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 1);
            assert!(same, "{name} at {x}, {y}: {found:?}, Pillow {expected:?}");
        }
        let expected = format!("file.png: its colours are brought from {name} to sRGB");
        assert!(file.notes[0].ends_with(&expected), "{:?}", file.notes);
    }
    // A grey picture stays one.
    assert!(!read(GREY).unwrap().image.color().has_color());
}

#[test]
fn srgb_by_name_changes_nothing_and_stored_values_are_to_be_had() {
    let (_, lossless, _) = BY_PILLOW[1];
    let pixels = read(lossless).unwrap().image.to_rgb8();
    let srgb = read(SRGB).unwrap();
    assert_eq!(
        (srgb.image.to_rgb8(), srgb.notes.len()),
        (pixels.clone(), 0)
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p3");
    fs::write(&path, P3).unwrap();
    assert_eq!(read_stored_values(&path).unwrap().image.to_rgb8(), pixels);
}

#[test]
fn depth_and_transparency_stay_with_another_profile() {
    let icc = PngDecoder::new(Cursor::new(GREY))
        .unwrap()
        .icc_profile()
        .unwrap()
        .unwrap();
    let deep: ImageBuffer<LumaA<u16>, _> = ImageBuffer::from_pixel(2, 1, LumaA([30_000, 9]));
    let mut png = Vec::new();
    let mut encoder = PngEncoder::new(&mut png);
    encoder.set_icc_profile(icc).unwrap();
    DynamicImage::from(deep)
        .write_with_encoder(encoder)
        .unwrap();
    let image = read(&png).unwrap().image;
    let [grey, alpha] = image.as_luma_alpha16().unwrap().get_pixel(1, 0).0;
    // By hand: (30000 / 65535)^1.8, through sRGB's curve.
    let linear = (30_000.0_f64 / 65_535.0).powf(1.8);
    let expected = 65_535.0 * (1.055 * linear.powf(1.0 / 2.4) - 0.055);
    assert!(
        (f64::from(grey) - expected).abs() < 20.0,
        "{grey}, {expected}"
    );
    assert_eq!(alpha, 9);
}

#[test]
fn a_damaged_profile_is_a_note_or_another_colour_but_never_a_panic() {
    for whole in [P3, ADOBE] {
        let start = whole.windows(4).position(|bytes| bytes == b"acsp").unwrap() - 36;
        for bit in (0..8 * 560).step_by(29) {
            let mut damaged = whole.to_vec();
            damaged[(start + bit / 8).min(whole.len() - 1)] ^= 1 << (bit % 8);
            let _ = read(&damaged);
        }
    }
    let mut unreadable = P3.to_vec();
    let start = P3.windows(4).position(|bytes| bytes == b"acsp").unwrap();
    unreadable[start] = b'x';
    let notes = read(&unreadable).unwrap().notes;
    assert!(
        notes[0].contains("cannot be read; its colours are taken for sRGB"),
        "{notes:?}"
    );
}

#[test]
fn of_several_pictures_the_first_is_read_and_that_is_said() {
    let frame = |level| Frame::new(RgbaImage::from_pixel(9, 7, Rgba([level, 0, 0, 255])));
    for (frames, notes) in [(vec![200], 0), (vec![200, 10, 90], 1)] {
        let mut bytes = Vec::new();
        let frames = frames.into_iter().map(frame);
        GifEncoder::new(&mut bytes).encode_frames(frames).unwrap();
        let file = read(&bytes).unwrap();
        assert_eq!(file.image.to_rgb8().get_pixel(0, 0).0, [200, 0, 0]);
        assert_eq!(file.notes.len(), notes, "{:?}", file.notes);
    }
    // The place of a second picture, after the tags of the first, which lie at the file's end.
    let (_, lzw, _) = BY_PILLOW[2];
    let mut pages = lzw.to_vec();
    let first = u32::from_le_bytes(pages[4..8].try_into().unwrap()) as usize;
    let tags = u16::from_le_bytes(pages[first..first + 2].try_into().unwrap());
    pages[first + 2 + 12 * usize::from(tags)] = 8;
    assert!(read(&pages).unwrap().notes[0].ends_with("the first of its pictures is read"));
}

#[test]
fn a_file_that_is_cut_is_refused_and_any_damage_is_no_panic() {
    for (name, bytes, _) in BY_PILLOW {
        let text = message(&bytes[..bytes.len() * 2 / 3]);
        assert!(text.contains("is a damaged picture"), "{name}: {text}");
        for part in 0..32 {
            let _ = read(&bytes[..bytes.len() * part / 32]);
        }
        for flip in 0..256 {
            let bit = flip * bytes.len() * 8 / 256;
            let mut damaged = bytes.to_vec();
            damaged[bit / 8] ^= 1 << (bit % 8);
            let _ = read(&damaged);
        }
    }
}

#[test]
fn sizes_are_checked_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wide");
    for (name, bytes, _) in BY_PILLOW {
        fs::write(&path, bytes).unwrap();
        let error = read_picture_up_to(&path, 24 * 16 - 1).unwrap_err();
        assert!(
            matches!(error, PictureError::TooManyPixels { .. }),
            "{name}: {error}"
        );
    }
    // Sides of 16,000 in the headers: BMP's and QOI's come first in the file.
    for (name, places) in [("small.bmp", [18, 22]), ("small.qoi", [4, 8])] {
        let (_, bytes, _) = BY_PILLOW
            .iter()
            .find(|(fixture, ..)| *fixture == name)
            .unwrap();
        let mut huge = bytes.to_vec();
        for place in places {
            huge[place..place + 4].copy_from_slice(&16_000_u32.to_le_bytes());
            if name == "small.qoi" {
                huge[place..place + 4].reverse();
            }
        }
        assert!(
            message(&huge).contains("16000x16000"),
            "{name}: {}",
            message(&huge)
        );
    }
}

/// The first picture of a TIFF with these tags, which are numbers of 32 bits.
fn tiff(tags: &[(u16, u32)]) -> Vec<u8> {
    let mut bytes = b"II*\0\x08\0\0\0".to_vec();
    bytes.extend((tags.len() as u16).to_le_bytes());
    for (tag, value) in tags {
        bytes.extend(tag.to_le_bytes());
        bytes.extend([4, 0, 1, 0, 0, 0]);
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend([0; 4]);
    bytes
}

fn boxes(brands: &str) -> Vec<u8> {
    let length = (8 + brands.len()) as u32;
    [
        &length.to_be_bytes()[..],
        b"ftyp",
        brands.as_bytes(),
        b"\0\0\0\x08mdat",
    ]
    .concat()
}

#[test]
fn pictures_that_are_not_read_are_named() {
    let with_thumbnail = [(254, 1), (256, 160), (257, 120)];
    for (bytes, kind) in [
        (boxes("heic\0\0\0\0mif1heic"), "HEIC"),
        (boxes("mif1\0\0\0\0mif1heic"), "HEIC"),
        (boxes("mif1\0\0\0\0mif1avif"), "AVIF"),
        (boxes("avif\0\0\0\0"), "AVIF"),
        (boxes("crx \0\0\0\x01crx isom"), "camera RAW"),
        (b"II*\0\x10\0\0\0CR\x02\0".to_vec(), "camera RAW"),
        (b"FUJIFILMCCD-RAW 0201".to_vec(), "camera RAW"),
        (b"IIRO\x08\0\0\0".to_vec(), "camera RAW"),
        (tiff(&[(256, 160), (50_706, 0x0401)]), "camera RAW"),
        (tiff(&[(254, 0), (262, 32_803)]), "camera RAW"),
        (
            tiff(&with_thumbnail),
            "camera RAW (or another TIFF that begins with a thumbnail)",
        ),
        (b"\xFF\x0A\xFA\x1F".to_vec(), "JPEG XL"),
        (b"\0\0\0\x0CJXL \r\n\x87\n\0".to_vec(), "JPEG XL"),
        (b"\0\0\0\x0CjP  \r\n\x87\n\0".to_vec(), "JPEG 2000"),
        (b"<?xml version=\"1.0\"?>\n<svg xmlns=\"\">".to_vec(), "SVG"),
        (b"%PDF-1.7\n".to_vec(), "PDF"),
        (b"8BPS\0\x01".to_vec(), "Photoshop's PSD"),
    ] {
        let expected = format!("file.png: {kind} is not read here; convert it to PNG or JPEG");
        assert_eq!(message(&bytes).rsplit('/').next(), Some(&*expected));
    }
    // A kind that the decoder does not have: 16 colours.
    let palette = [
        (256, 1),
        (257, 1),
        (258, 4),
        (259, 1),
        (262, 3),
        (273, 8),
        (277, 1),
        (278, 1),
        (279, 1),
    ];
    let text = message(&tiff(&palette));
    assert!(
        text.contains("this kind of TIFF is not read here"),
        "{text}"
    );
}

#[test]
fn what_is_no_picture_is_named() {
    let long = "A diary. ".repeat(1000);
    for (bytes, found) in [
        (&b""[..], "empty file"),
        (b"a diary", "text"),
        (b"P.S. I like it", "text"),
        (b"BMW and others", "text"),
        ("Zürich".as_bytes(), "text"),
        (long.as_bytes(), "text"),
        (b"<!DOCTYPE html><title>404</title>", "HTML page"),
        (b"\n<html lang=\"en\">", "HTML page"),
        (&boxes("isom\0\0\0\0isommp42"), "film"),
        (b"PK\x03\x04\x14\0", "ZIP archive"),
        (b"\x01\x02\x03\x04\x05", "unknown content"),
    ] {
        let text = message(bytes);
        assert!(text.ends_with(&format!("found: {found}")), "{text}");
    }
}
