//! Pictures of every kind and of none: what is read, and what is refused with a sentence.

use std::fs;
use std::path::PathBuf;

use image::codecs::gif::GifEncoder;
use image::{DynamicImage, Frame, GrayImage, ImageBuffer, Luma, LumaA, Rgb, RgbImage};
use retrace_data::{
    MAX_PICTURE_BYTES, PictureError, PictureFile, check_extension, encode_picture, grey,
    picture_files, picture_files_below, read_picture, read_picture_up_to,
};
use tempfile::TempDir;

/// A picture whose pixels all differ.
fn slope(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| Rgb([x as u8, y as u8, (x * y) as u8]))
}

fn file(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn read(name: &str, bytes: &[u8]) -> Result<PictureFile, PictureError> {
    let (_folder, path) = file(name, bytes);
    read_picture(&path)
}

fn encoded(name: &str) -> Vec<u8> {
    encode_picture(&slope(9, 7).into(), name.as_ref()).unwrap()
}

fn gif() -> Vec<u8> {
    let mut bytes = Vec::new();
    let frame = Frame::new(DynamicImage::from(slope(9, 7)).to_rgba8());
    GifEncoder::new(&mut bytes).encode_frame(frame).unwrap();
    bytes
}

/// A PNG that says it has `side * side` pixels and ends after its header.
fn png_header(side: u32) -> Vec<u8> {
    let mut bytes = encoded("a.png");
    bytes[16..20].copy_from_slice(&side.to_be_bytes());
    bytes[20..24].copy_from_slice(&side.to_be_bytes());
    let check = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&check.to_be_bytes());
    bytes
}

/// The checksum of PNG's chunks, bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 * (crc & 1))
        })
    })
}

#[test]
fn lossless_formats_give_back_the_same_pixels() {
    for name in ["a.png", "a.ppm"] {
        let picture = read(name, &encoded(name)).unwrap();
        assert_eq!(picture.image.to_rgb8(), slope(9, 7), "{name}");
        assert_eq!(picture.sha256.len(), 64);
    }
    let picture = GrayImage::from_fn(5, 3, |x, y| Luma([(40 * x + 9 * y) as u8]));
    for name in ["a.pgm", "A.PNG"] {
        let bytes = encode_picture(&picture.clone().into(), name.as_ref()).unwrap();
        let read = read(name, &bytes).unwrap();
        assert_eq!(read.image.to_luma8(), picture, "{name}");
    }
}

#[test]
fn the_first_frame_of_a_gif_is_read() {
    // The content decides the format, not the name.
    let picture = read("photo.jpg", &gif()).unwrap().image.to_rgb8();
    assert_eq!(picture, slope(9, 7), "63 colours fit into a palette");
}

#[test]
fn formats_without_transparency_leave_it_out() {
    let picture: DynamicImage = ImageBuffer::from_fn(4, 4, |x, _| LumaA([50 * x as u8, 9])).into();
    for name in ["a.jpg", "a.pgm"] {
        let bytes = encode_picture(&picture, name.as_ref()).unwrap();
        assert!(!read(name, &bytes).unwrap().image.color().has_alpha());
    }
}

#[test]
fn a_photograph_is_turned_upright() {
    // An EXIF block with one entry, orientation 6: the camera was held a quarter to the left.
    let tiff = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let mut jpeg = encoded("a.jpg");
    let length = u16::try_from(tiff.len() + 2).unwrap().to_be_bytes();
    let segment: Vec<u8> = [&[0xFF, 0xE1], &length[..], tiff].concat();
    jpeg.splice(2..2, segment);
    let lying = read("a.jpg", &encoded("a.jpg")).unwrap().image;
    let upright = read("a.jpg", &jpeg).unwrap().image;
    assert_eq!((upright.width(), upright.height()), (7, 9));
    assert_eq!(upright, lying.rotate90());
}

#[test]
fn grey_uses_the_weights_of_bt_601_unrounded() {
    let pixel = |colour| RgbImage::from_pixel(1, 1, Rgb(colour)).into();
    let value = |image: &DynamicImage| grey(image)[(0, 0)];
    // 0.299 * 10 + 0.587 * 20 + 0.114 * 31, by hand.
    assert!((value(&pixel([10, 20, 31])) - 18.264).abs() < 1e-12);
    assert!((value(&pixel([255, 255, 255])) - 255.0).abs() < 1e-12);
    let deep: ImageBuffer<Luma<u16>, _> = ImageBuffer::from_pixel(1, 1, Luma([128_u16]));
    assert!((value(&deep.into()) - 128.0 / 257.0).abs() < 1e-12);
    let veiled: DynamicImage = ImageBuffer::from_pixel(1, 1, LumaA([77_u8, 0])).into();
    assert!((value(&veiled) - 77.0).abs() < 1e-12);
    assert_eq!(grey(&slope(9, 7).into()).dim(), (7, 9));
}

#[test]
fn what_is_no_whole_picture_of_a_size_that_is_read_is_refused_by_name() {
    let cut = |name| {
        let whole = encoded(name);
        whole[..whole.len() * 2 / 3].to_vec()
    };
    for (name, content, expected) in [
        ("notes.png", b"".to_vec(), "expected a picture"),
        ("notes.png", b"a diary".to_vec(), "expected a picture"),
        ("a.png", b"<!DOCTYPE html>".to_vec(), "expected a picture"),
        // Sizes are checked before pixels are made.
        ("huge.png", png_header(60_000), "60000x60000"),
        ("huge.png", png_header(u32::MAX), ""),
        ("huge.pgm", b"P5 60000 60000 255\n".to_vec(), "60000x60000"),
        // Half of a size that is allowed: the decoder finds out that the pixels are not there.
        ("half.pgm", b"P5 8000 8000 255\n".to_vec(), "is a damaged"),
        ("a.png", cut("a.png"), "is a damaged"),
        ("a.ppm", cut("a.ppm"), "is a damaged"),
        ("a.jpg", cut("a.jpg"), "is a damaged"),
    ] {
        let error = read(name, &content).unwrap_err().to_string();
        assert!(error.contains(name) && error.contains(expected), "{error}");
    }
    let (folder, path) = file("long.png", b"");
    let sparse = fs::File::create(&path).unwrap();
    sparse.set_len(MAX_PICTURE_BYTES + 1).unwrap();
    let error = read_picture(&path).unwrap_err();
    assert!(matches!(error, PictureError::TooLarge { .. }), "{error}");
    for path in ["no/such/picture.png".as_ref(), folder.path()] {
        let error = read_picture(path).unwrap_err();
        assert!(matches!(error, PictureError::Io { .. }), "{error}");
    }
}

#[test]
fn a_caller_may_take_fewer_pixels_but_not_more() {
    let (_folder, path) = file("wide.png", &encoded("a.png"));
    assert!(read_picture_up_to(&path, 63).is_ok());
    let error = read_picture_up_to(&path, 62).unwrap_err();
    assert!(error.to_string().contains("9x7"), "{error}");
    let (_folder, path) = file("huge.png", &png_header(60_000));
    for (limit, megapixels) in [(60_000_000, "60 megapixels"), (u64::MAX, "134 megapixels")] {
        let error = read_picture_up_to(&path, limit).unwrap_err();
        assert!(error.to_string().contains(megapixels), "{error}");
    }
}

#[test]
fn damage_is_an_error_or_another_picture_but_never_a_panic() {
    for name in ["a.png", "a.jpg", "a.ppm", "a.gif"] {
        let whole = if name == "a.gif" {
            gif()
        } else {
            encoded(name)
        };
        for part in 0..32 {
            let _ = read(name, &whole[..whole.len() * part / 32]);
        }
        let bits = whole.len() * 8;
        for flip in 0..256 {
            let bit = flip * bits / 256;
            let mut damaged = whole.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            if let Ok(picture) = read(name, &damaged) {
                let pixels = picture.image.width() as usize * picture.image.height() as usize;
                assert_eq!(grey(&picture.image).len(), pixels, "{name}");
            }
        }
    }
}

#[test]
fn a_name_without_a_format_cannot_be_written() {
    for name in ["picture", "picture.txt", "picture.gif"] {
        let error = encode_picture(&slope(2, 2).into(), name.as_ref()).unwrap_err();
        assert!(error.to_string().contains("ends in .png"), "{error}");
        let before = check_extension(name.as_ref()).unwrap_err();
        assert_eq!(before.to_string(), error.to_string());
    }
    for name in ["a.png", "a.JPG", "a.jpeg", "b/a.ppm", "a.pgm"] {
        check_extension(name.as_ref()).unwrap();
        encode_picture(&slope(2, 2).into(), name.as_ref()).unwrap();
    }
}

/// A folder with pictures at several depths, and what is none.
fn album() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["s2", "s10", ".hidden", "s2/deep"] {
        fs::create_dir(folder.path().join(name)).unwrap();
    }
    let picture = encoded("a.png");
    for name in [
        "im10.png",
        "im2.PNG",
        "s10/1.pgm",
        "s2/10.pgm",
        "s2/9.pgm",
        ".hidden/1.png",
        "s2/deep/1.png",
        ".im1.png",
    ] {
        fs::write(folder.path().join(name), &picture).unwrap();
    }
    fs::write(folder.path().join("notes.txt"), "a diary").unwrap();
    folder
}

fn names(folder: &TempDir, files: &[PathBuf]) -> Vec<String> {
    let relative = |path: &PathBuf| path.strip_prefix(folder.path()).unwrap().to_path_buf();
    let names = files.iter().map(relative);
    names
        .map(|path| path.to_str().unwrap().to_owned())
        .collect()
}

#[test]
fn the_pictures_of_a_folder_come_in_natural_order() {
    let folder = album();
    let files = picture_files(folder.path()).unwrap().files;
    assert_eq!(
        names(&folder, &files),
        ["im2.PNG", "im10.png", "s2/9.pgm", "s2/10.pgm", "s10/1.pgm"]
    );
}

#[test]
fn folders_are_walked_to_any_depth_but_for_those_that_are_not_to_be_entered() {
    let folder = album();
    let all = [
        "im2.PNG",
        "im10.png",
        "s2/9.pgm",
        "s2/10.pgm",
        "s2/deep/1.png",
        "s10/1.pgm",
    ];
    let files = picture_files_below(folder.path(), |_| true).unwrap().files;
    assert_eq!(names(&folder, &files), all);
    let files = picture_files_below(folder.path(), |path| !path.ends_with("s2"));
    let files = files.unwrap().files;
    assert_eq!(names(&folder, &files), ["im2.PNG", "im10.png", "s10/1.pgm"]);
    let error = picture_files_below(&folder.path().join(".hidden/none"), |_| true).unwrap_err();
    assert!(matches!(error, PictureError::Io { .. }), "{error}");
}

#[cfg(unix)]
#[test]
fn links_that_lead_in_a_circle_are_not_followed() {
    let folder = album();
    let link = |to: &str, name: &str| {
        std::os::unix::fs::symlink(folder.path().join(to), folder.path().join(name)).unwrap();
    };
    link(".", "s2/deep/top");
    link("s2", "s10/two");
    let files = picture_files_below(folder.path(), |_| true).unwrap().files;
    let found = names(&folder, &files);
    assert_eq!(found.len(), 9, "{found:?}");
    assert!(
        found.contains(&"s10/two/deep/1.png".to_owned()),
        "{found:?}"
    );
}

#[test]
fn what_has_no_picture_s_name_is_known_by_its_content() {
    let folder = album();
    let write = |name: &str, content: &[u8]| fs::write(folder.path().join(name), content).unwrap();
    // As in Yale's faces.
    write("subject01.glasses", &gif());
    write("subject01", &gif());
    write(".subject02", &gif());
    // Said to be one: whoever reads it will be told what it is.
    write("letter.jpg", b"a diary");
    write("IMG_1.HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic");
    write("IMG_2.HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic");
    write("raw", b"IIRO\x08\0\0\0");
    let found = picture_files(folder.path()).unwrap();
    let names = names(&folder, &found.files);
    assert_eq!(
        names[..5],
        ["im2.PNG", "im10.png", "letter.jpg", "s2/9.pgm", "s2/10.pgm"]
    );
    assert_eq!(names[6..], ["subject01", "subject01.glasses"]);
    let [note] = &found.notes[..] else {
        panic!("{:?}", found.notes)
    };
    assert!(
        note.contains("passed over 2 HEIC, 1 camera RAW: not read here"),
        "{note}"
    );
}

#[cfg(unix)]
#[test]
fn any_name_that_a_file_can_have_is_found_read_and_shown_on_one_line() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    let longest = [&[b'a'; 251][..], b".png"].concat();
    for name in [
        b"Z\xFCrich.png",
        &b"a\nb.png"[..],
        &longest,
        "Zürich 山.png".as_bytes(),
    ] {
        let path = folder.path().join(std::ffi::OsStr::from_bytes(name));
        fs::write(&path, encoded("a.png")).unwrap();
        read_picture(&path).unwrap();
        fs::write(&path, b"a diary").unwrap();
        let error = read_picture(&path).unwrap_err().to_string();
        assert_eq!(error.lines().count(), 1, "{error}");
    }
    assert_eq!(picture_files(folder.path()).unwrap().files.len(), 4);
}

#[test]
fn a_folder_without_pictures_is_an_error_that_says_what_it_holds() {
    let folder = tempfile::tempdir().unwrap();
    let message = || picture_files(folder.path()).unwrap_err().to_string();
    assert!(message().ends_with("and no other file"), "{}", message());
    for (name, content) in [
        ("1.heic", &b"\0\0\0\x18ftypheic"[..]),
        ("2.heic", b"\0\0\0\x18ftypheic"),
        ("readme", b"a diary"),
    ] {
        fs::write(folder.path().join(name), content).unwrap();
    }
    assert!(
        message().ends_with("but 3 files: 2 HEIC, 1 text"),
        "{}",
        message()
    );
    assert!(matches!(
        picture_files("no/such/folder".as_ref()),
        Err(PictureError::Io { .. })
    ));
}
