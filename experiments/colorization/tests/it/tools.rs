//! `train` and `colorize`, from the command line to the files.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use burn::tensor::Device;
use colorization::model_file::{About, Model};
use colorization::network::NetworkConfig;
use image::{DynamicImage, GrayImage, Luma, LumaA, Rgb, RgbImage, Rgba, RgbaImage};
use retrace_data::colour::lab_from_rgb;
use retrace_data::{encode_picture, read_picture};
use retrace_test_support::resume::alone;
use retrace_test_support::{Program, Said, files};
use tempfile::TempDir;

pub const PROGRAM: Program = Program::at(env!("CARGO_BIN_EXE_colorization"));

const TRAIN: [&str; 5] = ["train", "--preset", "smoke", "--data", "synthetic"];

/// A model of the smoke preset, which several tests colour with.
static MODEL: LazyLock<(TempDir, String)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let made = train(folder.path(), &["--json"]).json();
    assert_eq!(made["model"], "colorization.safetensors");
    assert!(made["bins"].as_u64().unwrap() > 3);
    let data = made["trained_on"][0].as_str().unwrap();
    assert!(data.contains("synthetic"));
    let command = "colorization train --preset smoke --data synthetic";
    assert_eq!(made["command"], command);
    let path = folder.path().join("colorization.safetensors");
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
});

/// A model whose only bin is grey: what it makes of a picture is its lightness.
static GREY: LazyLock<(TempDir, String)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let config = NetworkConfig {
        bins: 1,
        outputs: 1,
        before_relu: false,
    };
    let grey = Model {
        network: config.init(&Device::flex()),
        // The middle one of five by five windows.
        cells: vec![12],
        about: About::new(44.0, false, String::new(), Vec::new()),
    };
    let path = folder.path().join("grey.safetensors");
    let _alone = alone(); // Weights are drawn when they are written.
    grey.write(&path).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
});

/// Trains in `folder` with these flags, too.
pub fn train(folder: &Path, flags: &[&str]) -> Said {
    PROGRAM.done(folder, &[&TRAIN, flags].concat())
}

/// The model of [`MODEL`].
pub fn model() -> &'static str {
    &MODEL.1
}

pub fn colorize_by(model: &str, folder: &Path, arguments: &[&str]) -> Said {
    let all = [&["colorize", "--model", model], arguments].concat();
    PROGRAM.done(folder, &all)
}

/// Colours within `folder` by the model of [`MODEL`].
pub fn colorize(folder: &Path, arguments: &[&str]) -> Said {
    colorize_by(model(), folder, arguments)
}

/// Must be refused with this code and these words.
pub fn refused_by(model: &str, folder: &Path, arguments: &[&str], code: i32, words: &[&str]) {
    let all = [&["colorize", "--model", model], arguments].concat();
    PROGRAM.refused(folder, &all, code, words);
}

fn refused(folder: &Path, arguments: &[&str], code: i32, words: &[&str]) {
    refused_by(model(), folder, arguments, code, words);
}

/// The lightness of a picture, as the only colour of [`GREY`].
fn lightness(folder: &Path, picture: &str) -> RgbImage {
    colorize_by(&GREY.1, folder, &[picture, "-o", "lightness.png"]);
    coloured(folder, "lightness.png")
}

pub fn write(folder: &Path, name: &str, image: &DynamicImage) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, encode_picture(image, &path).unwrap()).unwrap();
}

pub fn slope(width: u32, height: u32) -> GrayImage {
    GrayImage::from_fn(width, height, |x, y| Luma([(5 * x + 3 * y) as u8]))
}

pub fn coloured(folder: &Path, name: &str) -> RgbImage {
    image::open(folder.join(name)).unwrap().to_rgb8()
}

/// A folder with `photo.png` of 40x30 pixels.
fn with_photo() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "photo.png", &slope(40, 30).into());
    folder
}

#[test]
fn a_model_is_not_replaced_unasked_and_is_the_same_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let same =
        || fs::read(folder.join("colorization.safetensors")).unwrap() == fs::read(model()).unwrap();
    train(folder, &[]);
    assert!(same());
    PROGRAM.refused(folder, &TRAIN, 2, &["--overwrite"]);
    train(folder, &["--overwrite"]);
    assert!(same());
    let invalid = [&TRAIN[..], &["--overwrite", "--window", "900"]].concat();
    PROGRAM.refused(folder, &invalid, 2, &["window"]);
}

#[test]
fn the_model_that_was_trained_is_found_and_colours_keep_the_lightness() {
    let folder = with_photo();
    let folder = folder.path();
    fs::copy(model(), folder.join("colorization.safetensors")).unwrap();
    let arguments = ["colorize", "photo.png", "-o", "out.png", "--json"];
    let rows = PROGRAM.done(folder, &arguments).json();
    let clipped = rows[0]["clipped"].as_u64().unwrap();
    let (grey, out) = (slope(40, 30), coloured(folder, "out.png"));
    assert_eq!(out.dimensions(), (40, 30));
    let changed = grey.pixels().zip(out.pixels()).filter(|(grey, out)| {
        let [l, ..] = lab_from_rgb([grey.0[0]; 3]);
        (lab_from_rgb(out.0)[0] - l).abs() > 0.6
    });
    // Only where the colour had to be clipped.
    assert!(changed.count() as u64 <= clipped);
    assert!(out.pixels().any(|p| p.0[0] != p.0[2]), "there is colour");
}

#[test]
fn a_grey_border_stays_grey_and_temperatures_differ() {
    let folder = with_photo();
    let folder = folder.path();
    for (name, flags) in [
        ("grey.png", ["--border", "grey"]),
        ("cold.png", ["--temperature", "0.01"]),
        ("hot.png", ["--temperature", "1"]),
    ] {
        colorize(folder, &[&["photo.png", "-o", name][..], &flags].concat());
    }
    let grey = coloured(folder, "grey.png");
    let spread = |pixel: &Rgb<u8>| {
        let [r, g, b] = pixel.0;
        r.max(g).max(b) - r.min(g).min(b)
    };
    for (x, y, pixel) in grey.enumerate_pixels() {
        let border = x < 8 || y < 8 || x >= 32 || y >= 22;
        assert!(!border || spread(pixel) <= 1, "{x} {y}");
    }
    assert!(grey.pixels().any(|pixel| spread(pixel) > 1));
    assert_ne!(coloured(folder, "cold.png"), coloured(folder, "hot.png"));
}

#[test]
fn pictures_of_every_kind_are_coloured_at_any_depth_but_in_hidden_folders() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let colour = RgbImage::from_fn(20, 18, |x, y| Rgb([(9 * x) as u8, (7 * y) as u8, 90]));
    let glass = RgbaImage::from_fn(20, 18, |x, _| Rgba([200, 10, 10, (12 * x) as u8]));
    let grey_glass = image::GrayAlphaImage::from_pixel(9, 9, LumaA([90, 7]));
    let pictures: [(&str, DynamicImage); 6] = [
        ("grey.jpg", slope(30, 20).into()),
        ("1/2/3/colour.png", colour.into()),
        ("glass.png", glass.clone().into()),
        ("1/grey-glass.png", grey_glass.into()),
        ("one.png", slope(1, 1).into()),
        ("thin.png", slope(200, 2).into()),
    ];
    for (name, picture) in &pictures {
        write(folder, &format!("album/{name}"), picture);
    }
    write(folder, "album/1/.thumbs/no.png", &slope(18, 18).into());
    write(folder, "album/.no.png", &slope(18, 18).into());
    let lines = colorize(folder, &["album", "-o", "out"]).stdout;
    assert_eq!(lines.lines().count(), 6, "{lines}");
    assert!(lines.contains("[6/6]"), "{lines}");
    assert_eq!(files(&folder.join("out")).len(), 6);
    for (name, picture) in &pictures {
        let out = folder.join("out").join(name).with_extension("png");
        let out = image::open(out).unwrap().to_rgba8();
        assert_eq!(out.dimensions(), (picture.width(), picture.height()));
        // Transparency stays.
        let alphas = |image: &RgbaImage| image.pixels().map(|p| p.0[3]).collect::<Vec<_>>();
        assert_eq!(alphas(&out), alphas(&picture.to_rgba8()), "{name}");
    }
}

#[test]
fn pictures_of_inks_are_coloured_as_the_same_pictures_in_rgb_or_refused() {
    // That their colours are those of Pillow is tested where they are read, in `retrace-data`.
    let adobe = include_bytes!("../../../../crates/data/tests/cmyk/adobe.jpg");
    let ycck = include_bytes!("../../../../crates/data/tests/cmyk/ycck.jpg");
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for bytes in [&adobe[..], ycck] {
        fs::write(folder.join("print.jpg"), bytes).unwrap();
        let rgb = read_picture(&folder.join("print.jpg")).unwrap().image;
        write(folder, "screen.png", &rgb);
        let [print, screen] = ["print.jpg", "screen.png"].map(|name| lightness(folder, name));
        assert_eq!(print.dimensions(), (24, 16));
        assert_eq!(print, screen);
        // Not one grey all over.
        assert_ne!(print.get_pixel(0, 0), print.get_pixel(0, 15));
    }
    // Without Adobe's marker, which follows the first two bytes.
    let unmarked = [&adobe[..2], &adobe[18..]].concat();
    fs::write(folder.join("print.jpg"), unmarked).unwrap();
    let words = ["print.jpg", "save it as RGB"];
    refused(folder, &["print.jpg", "-o", "out.png"], 3, &words);
}

#[test]
fn a_picture_of_20_megapixels_is_coloured_tile_by_tile() {
    let folder = tempfile::tempdir().unwrap();
    let (width, height) = (5_000, 4_000);
    let grey = |x: u32, y: u32| Luma([(40 * (x / 1_250) + 10 * (y / 1_000)) as u8]);
    let large = GrayImage::from_fn(width, height, grey);
    write(folder.path(), "large.png", &large.into());
    let out = lightness(folder.path(), "large.png");
    assert_eq!(out.dimensions(), (width, height));
    let wrong = out.enumerate_pixels().find(|(x, y, pixel)| {
        let Luma([expected]) = grey(*x, *y);
        pixel.0.iter().any(|value| value.abs_diff(expected) > 1)
    });
    assert_eq!(wrong, None);
}

#[test]
fn a_picture_above_60_megapixels_is_refused_before_it_is_decoded() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let too_large = [
        "huge.pgm: expected at most 60 megapixels",
        "10000x6001",
        "make it smaller",
    ];
    // A header alone: the size is all that there is to read.
    for (header, words) in [
        ("P5 10000 6001 255\n", &too_large[..]),
        ("P5 10000 6000 255\n", &["huge.pgm is a damaged picture"]),
    ] {
        fs::write(folder.join("huge.pgm"), header).unwrap();
        refused(folder, &["huge.pgm", "-o", "out.png"], 3, words);
    }
}

#[test]
fn outputs_within_the_folder_of_pictures_are_not_coloured_again() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "album/a.png", &slope(20, 18).into());
    write(folder, "album/trip/b.png", &slope(18, 20).into());
    for _ in 0..2 {
        let lines = colorize(folder, &["album", "-o", "album/trip/out"]).stdout;
        assert_eq!(lines.lines().count(), 2, "{lines}");
        assert_eq!(files(&folder.join("album")).len(), 4);
    }
    // Another output: what the first one holds are pictures as any others.
    colorize(folder, &["album", "-o", "other"]);
    assert!(folder.join("other/trip/out/trip/b.png").exists());
    for output in ["album", "album/.", "album/../album"] {
        let words = ["folder of pictures itself"];
        refused(folder, &["album", "-o", output], 2, &words);
    }
}

#[test]
fn a_picture_that_cannot_be_coloured_stops_no_other_and_is_listed_at_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "album/a.jpg", &slope(30, 20).into());
    write(folder, "album/b.jpg", &slope(30, 20).into());
    let whole = fs::read(folder.join("album/a.jpg")).unwrap();
    fs::write(folder.join("album/a.jpg"), &whole[..whole.len() / 2]).unwrap();
    // Too long a name for `.png` behind it.
    fs::copy(
        folder.join("album/b.jpg"),
        folder.join("album").join("c".repeat(255)),
    )
    .unwrap();
    fs::write(folder.join("album/d.heic"), b"\0\0\0\x18ftypheic").unwrap();
    let arguments = ["colorize", "--model", model(), "album", "-o", "out"];
    let said = PROGRAM.say(folder, &arguments);
    assert_eq!((said.code, said.stdout.lines().count()), (3, 3));
    for words in [
        "album: passed over 1 HEIC",
        "2 of 3 pictures could not be coloured:",
        "a.jpg is a damaged picture: ",
        "the file ends before its picture does",
        "cccc.png: File name too long",
    ] {
        assert!(said.complaint().contains(words), "{}", said.stderr);
    }
    assert_eq!(files(&folder.join("out")), [Path::new("b.png")]);
    let arguments = ["album", "-o", "out", "--skip-damaged", "--json"];
    let rows = colorize(folder, &arguments).json();
    assert!(rows[0]["error"].as_str().unwrap().contains("a.jpg"));
    assert!(rows[1]["error"].is_null());
}

#[cfg(unix)]
#[test]
fn names_may_be_any_that_files_can_have() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "album/yale.png", &slope(20, 18).into());
    let album = folder.join("album");
    let picture = fs::read(album.join("yale.png")).unwrap();
    fs::remove_file(album.join("yale.png")).unwrap();
    let longest = [&[b'a'; 251][..], b".png"].concat();
    for name in [
        b"Z\xFCrich.png",
        &b"a\nb.png"[..],
        &longest,
        b"subject01.glasses",
        b"subject01.sad",
    ] {
        fs::write(album.join(std::ffi::OsStr::from_bytes(name)), &picture).unwrap();
    }
    let said = colorize(folder, &["album", "-o", "out"]);
    assert_eq!(said.stdout.lines().count(), 5, "{}", said.stdout);
    assert!(said.stdout.contains("a\\nb.png"), "{}", said.stdout);
    let out = folder.join("out");
    assert_eq!(files(&out).len(), 5);
    assert!(out.join("subject01.glasses.png").exists());
    assert!(
        out.join(std::ffi::OsStr::from_bytes(b"Z\xFCrich.png"))
            .exists()
    );
}

#[test]
fn what_should_be_known_of_a_picture_is_said_beside_the_results() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let deep: DynamicImage = slope(20, 18).into();
    write(folder, "deep.png", &deep.to_rgb16().into());
    let said = colorize(folder, &["deep.png", "-o", "out.png", "--json"]);
    assert!(
        said.stderr
            .contains("deep.png: its 16 bits per channel are reduced to 8"),
        "{}",
        said.stderr
    );
    assert_eq!(said.json()[0]["width"], 20);
}

#[test]
fn what_cannot_be_done_is_said_before_anything_is_written_or_a_model_looked_for() {
    let folder = with_photo();
    let folder = folder.path();
    fs::create_dir(folder.join("empty")).unwrap();
    write(folder, "twice/a.png", &slope(20, 20).into());
    write(folder, "twice/a.jpg", &slope(20, 20).into());
    let cold = ["photo.png", "-o", "o.png", "--temperature"];
    let refused: [(&[&str], i32, &str); 9] = [
        (
            &["photo.png", "-o", "photo.png"],
            2,
            "is the picture itself",
        ),
        (&["photo.png", "-o", "out.webp"], 2, "ends in .png"),
        (&["photo.png", "-o", "out"], 2, "`--output`"),
        (&[&cold[..], &["0"]].concat(), 2, "from 0.001 to 10"),
        (&[&cold[..], &["-1"]].concat(), 2, "from 0.001 to 10"),
        (&["empty", "-o", "out"], 3, "holds no picture"),
        (&["twice", "-o", "out"], 2, "rename one"),
        (&["photo.png", "-o", "o.png"], 3, "colorization train"),
        (&["twice/a.png", "-o", "o.png"], 3, "none"),
    ];
    for (arguments, code, sentence) in refused {
        refused_by("none", folder, arguments, code, &[sentence]);
    }
    let missing = ["missing.png", "-o", "o.png"];
    refused_by(model(), folder, &missing, 3, &["missing.png"]);
}
