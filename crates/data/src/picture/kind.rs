//! What a file is, by its first bytes.

use std::io::Cursor;

use image::ImageFormat;
use image::codecs::{png::PngDecoder, webp::WebPDecoder};

/// The formats that are read, for help and errors.
pub const PICTURE_FORMATS: &str = "PNG, JPEG, WebP, TIFF, GIF, BMP, QOI, PGM or PPM";

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A picture of a format that is read.
    Picture(ImageFormat),
    /// A picture of another format.
    Unread(&'static str),
    /// Something else.
    Other(&'static str),
}

const CAMERA_RAW: &str = "camera RAW";

/// What files begin with that [`image::guess_format`] does not know, or that are not read.
const BEGINNINGS: [(&[u8], Kind); 26] = [
    (b"II+\0", Kind::Picture(ImageFormat::Tiff)),
    (b"MM\0+", Kind::Picture(ImageFormat::Tiff)),
    (b"\xFF\x0A", Kind::Unread("JPEG XL")),
    (b"\0\0\0\x0CJXL \r\n\x87\n", Kind::Unread("JPEG XL")),
    (b"\0\0\0\x0CjP  \r\n\x87\n", Kind::Unread("JPEG 2000")),
    (b"\xFF\x4F\xFF\x51", Kind::Unread("JPEG 2000")),
    (b"FUJIFILMCCD-RAW", Kind::Unread(CAMERA_RAW)),
    (b"IIRO", Kind::Unread(CAMERA_RAW)),
    (b"IIRS", Kind::Unread(CAMERA_RAW)),
    (b"MMOR", Kind::Unread(CAMERA_RAW)),
    (b"IIU\0", Kind::Unread(CAMERA_RAW)),
    (b"FOVb", Kind::Unread(CAMERA_RAW)),
    (b"\0MRM", Kind::Unread(CAMERA_RAW)),
    (b"8BPS", Kind::Unread("Photoshop's PSD")),
    (b"gimp xcf", Kind::Unread("GIMP's XCF")),
    (b"v/1\x01", Kind::Unread("OpenEXR")),
    (b"#?RADIANCE", Kind::Unread("Radiance HDR")),
    (b"farbfeld", Kind::Unread("farbfeld")),
    (b"DDS ", Kind::Unread("DDS")),
    (b"\0\0\x01\0", Kind::Unread("ICO")),
    (b"%PDF", Kind::Unread("PDF")),
    (b"%!PS", Kind::Unread("PostScript")),
    (b"PK\x03\x04", Kind::Other("ZIP archive")),
    (b"\x1F\x8B", Kind::Other("gzip file")),
    (b"\x1A\x45\xDF\xA3", Kind::Other("film")),
    (b"\xFF\xFE", Kind::Other("text")),
];

/// What a file that begins like this is.
pub fn kind_of(head: &[u8]) -> Kind {
    let known = BEGINNINGS.iter().find(|(start, _)| head.starts_with(start));
    if let Some((_, kind)) = known {
        return *kind;
    }
    if head.get(4..8) == Some(b"ftyp") {
        return in_boxes(head);
    }
    match image::guess_format(head) {
        Ok(ImageFormat::Tiff) => tiff(head),
        // Their beginnings are words of two letters.
        Ok(ImageFormat::Pnm) if !head.get(2).is_some_and(u8::is_ascii_whitespace) => text(head),
        Ok(ImageFormat::Bmp) if !is_bmp(head) => text(head),
        Ok(format) => Kind::Picture(format),
        Err(_) => text(head),
    }
}

/// The boxes of ISO/IEC 14496-12, which films, HEIC and AVIF have: the first lists brands.
fn in_boxes(head: &[u8]) -> Kind {
    let length = head
        .first_chunk()
        .map_or(0, |length| u32::from_be_bytes(*length));
    let brands = &head[8..head.len().min((length as usize).max(12))];
    let (brands, _) = brands.as_chunks::<4>();
    let one_of = |names: &[&[u8; 4]]| brands.iter().any(|brand| names.contains(&brand));
    if one_of(&[b"avif", b"avis"]) {
        Kind::Unread("AVIF")
    } else if one_of(&[
        b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1",
    ]) {
        Kind::Unread("HEIC")
    } else if one_of(&[b"crx "]) {
        Kind::Unread(CAMERA_RAW)
    } else {
        Kind::Other("film")
    }
}

/// Cameras write RAW files as TIFF. What stands first in them is often a thumbnail.
fn tiff(head: &[u8]) -> Kind {
    const NEW_SUBFILE_TYPE: u16 = 254;
    const PHOTOMETRIC: u16 = 262;
    const DNG_VERSION: u16 = 50_706;
    let tags = tiff_tags(head).unwrap_or_default();
    let value = |tag| {
        let (_, place) = tags.iter().find(|(found, _)| *found == tag)?;
        let tiff = Tiff(head);
        // Type 3 has 16 bits.
        match tiff.short(*place)? {
            3 => tiff.short(place + 6).map(u32::from),
            _ => tiff.long(place + 6),
        }
    };
    let reduced = value(NEW_SUBFILE_TYPE).is_some_and(|kind| kind & 1 == 1);
    // The pattern of a sensor's filters, and what is made of it, in DNG's numbers.
    let sensor = matches!(value(PHOTOMETRIC), Some(32_803 | 34_892));
    if head.get(8..10) == Some(b"CR") || value(DNG_VERSION).is_some() || sensor {
        Kind::Unread(CAMERA_RAW)
    } else if reduced {
        Kind::Unread("camera RAW (or another TIFF that begins with a thumbnail)")
    } else {
        Kind::Picture(ImageFormat::Tiff)
    }
}

/// The tags of a TIFF's first picture, each with the place of what it says.
fn tiff_tags(bytes: &[u8]) -> Option<Vec<(u16, usize)>> {
    let tiff = Tiff(bytes);
    let first = tiff.long(4)? as usize;
    let entry = |index: usize| {
        let place = first.checked_add(2 + 12 * index)?;
        Some((tiff.short(place)?, place + 2))
    };
    Some((0..tiff.short(first)?.into()).map_while(entry).collect())
}

/// The colour profile in a TIFF's first picture. The decoder does not give that of a small one,
/// since its limit for tags is the size of the pixels (`image` 0.25.10).
pub fn tiff_profile(bytes: &[u8]) -> Option<Vec<u8>> {
    const ICC_PROFILE: u16 = 34_675;
    let tags = tiff_tags(bytes)?;
    let (_, place) = tags.into_iter().find(|(tag, _)| *tag == ICC_PROFILE)?;
    let tiff = Tiff(bytes);
    let [length, start] = [tiff.long(place + 2)?, tiff.long(place + 6)?].map(|n| n as usize);
    bytes
        .get(start..start.checked_add(length)?)
        .map(<[u8]>::to_vec)
}

/// Whether the tags of a TIFF's first picture are followed by the place of a second.
pub fn tiff_has_more(bytes: &[u8]) -> bool {
    let tiff = Tiff(bytes);
    let next = || {
        let first = tiff.long(4)? as usize;
        tiff.long(first + 2 + 12 * usize::from(tiff.short(first)?))
    };
    next().is_some_and(|place| place > 0)
}

/// Numbers of a TIFF, in its own order of bytes.
struct Tiff<'a>(&'a [u8]);

impl Tiff<'_> {
    fn short(&self, place: usize) -> Option<u16> {
        let bytes = *self.0.get(place..)?.first_chunk()?;
        Some(match self.0.starts_with(b"II") {
            true => u16::from_le_bytes(bytes),
            false => u16::from_be_bytes(bytes),
        })
    }

    fn long(&self, place: usize) -> Option<u32> {
        let bytes = *self.0.get(place..)?.first_chunk()?;
        Some(match self.0.starts_with(b"II") {
            true => u32::from_le_bytes(bytes),
            false => u32::from_be_bytes(bytes),
        })
    }
}

/// Whether the header after the file's own has a length that one of its versions has.
fn is_bmp(head: &[u8]) -> bool {
    let length = head.get(14..).and_then(|rest| rest.first_chunk());
    let length = length.map(|bytes| u32::from_le_bytes(*bytes));
    matches!(length, Some(12 | 16 | 40 | 52 | 56 | 64 | 108 | 124))
}

fn text(head: &[u8]) -> Kind {
    let head = &head[..head.len().min(1024)];
    if head.is_empty() {
        return Kind::Other("empty file");
    }
    // Where the head ends within a letter it is text all the same.
    let valid = std::str::from_utf8(head).map_or_else(|error| error.valid_up_to(), str::len);
    let text = String::from_utf8_lossy(&head[..valid]).to_lowercase();
    let is_control = |c: char| c.is_control() && !c.is_whitespace();
    if valid + 4 <= head.len() || text.contains(is_control) {
        Kind::Other("unknown content")
    } else if text.contains("<svg") {
        Kind::Unread("SVG")
    } else if text.contains("<!doctype html") || text.contains("<html") {
        Kind::Other("HTML page")
    } else {
        Kind::Other("text")
    }
}

/// Whether there is a second frame or page. Where a file is damaged behind its first picture, no.
pub fn are_several(format: ImageFormat, bytes: &[u8]) -> bool {
    let bytes = Cursor::new(bytes);
    match format {
        ImageFormat::Png => PngDecoder::new(bytes).is_ok_and(|png| png.is_apng().unwrap_or(false)),
        ImageFormat::WebP => WebPDecoder::new(bytes).is_ok_and(|webp| webp.has_animation()),
        ImageFormat::Tiff => tiff_has_more(bytes.into_inner()),
        ImageFormat::Gif => {
            let mut options = gif::DecodeOptions::new();
            options.skip_frame_decoding(true);
            let mut frames = options.read_info(bytes);
            let mut next = || {
                matches!(
                    frames.as_mut().map(gif::Decoder::next_frame_info),
                    Ok(Ok(Some(_)))
                )
            };
            next() && next()
        }
        _ => false,
    }
}
