//! Formats beside what Pillow reads, and files of formats that are not read.
//!
//! The pictures and the checksums are those of `scripts/picture_oracle.py`.

use std::fs;

use image::DynamicImage;
use retrace_data::{PictureError, PictureFile, read_picture_up_to, sha256};

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
        (&b""[..], "nothing"),
        (b"a diary", "text"),
        (b"P.S. I like it", "text"),
        (b"BMW and others", "text"),
        ("Zürich".as_bytes(), "text"),
        (long.as_bytes(), "text"),
        (b"<!DOCTYPE html><title>404</title>", "HTML page"),
        (b"\n<html lang=\"en\">", "HTML page"),
        (&boxes("isom\0\0\0\0isommp42"), "film"),
        (b"PK\x03\x04\x14\0", "ZIP archive"),
        (b"\x01\x02\x03\x04\x05", "something else"),
    ] {
        let text = message(bytes);
        assert!(text.ends_with(&format!("found: {found}")), "{text}");
    }
}
