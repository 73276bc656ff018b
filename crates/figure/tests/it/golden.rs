//! Pictures compared with stored ones. All that are drawn here lie below `tmp/figures` of the build
//! folder, to be looked at; `RETRACE_GOLDEN=write cargo test --release -p retrace-figure` stores
//! the new ones.

use std::fs;
use std::path::{Path, PathBuf};

use crate::samples;
use retrace_figure::Figure;

/// Share of pixels that may differ visibly, and from what difference on it is visible (0-255).
/// The rasteriser works in 32-bit floats with other instructions on other processors, which
/// moves the grey of single pixels at edges; a moved line or a lost label differs in far more.
const SHARE: f64 = 0.001;
const VISIBLE: u8 = 24;

/// Draws a figure, leaves its picture to be looked at, and returns the PNG.
fn draw(figure: &Figure) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("figures");
    fs::create_dir_all(&folder).unwrap();
    let png = figure.render().unwrap().png;
    fs::write(folder.join(format!("{}.png", figure.name)), &png).unwrap();
    png
}

fn compare(figure: &Figure) {
    let png = draw(figure);
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let path = folder.join(format!("{}.png", figure.name));
    if std::env::var("RETRACE_GOLDEN").is_ok_and(|value| value == "write") {
        fs::write(&path, &png).unwrap();
    }
    let stored = image::open(&path).unwrap().to_rgb8();
    let drawn = image::load_from_memory(&png).unwrap().to_rgb8();
    assert_eq!(stored.dimensions(), drawn.dimensions(), "{}", figure.name);
    let differs = |(a, b): &(&image::Rgb<u8>, &image::Rgb<u8>)| {
        a.0.iter().zip(b.0).any(|(a, b)| a.abs_diff(b) > VISIBLE)
    };
    let differing = stored.pixels().zip(drawn.pixels()).filter(differs).count();
    let allowed = (f64::from(stored.width() * stored.height()) * SHARE) as usize;
    assert!(
        differing <= allowed,
        "{}: {differing} pixels differ, {allowed} may",
        figure.name
    );
}

#[test]
fn pictures_look_as_stored() {
    compare(&Figure::new("chart", "Loss of one arm").panel_sized(samples::chart(), 400, 300));
    compare(&Figure::new("heat-map", "Weights").panel(samples::heat_map()));
    compare(&Figure::new("bars", "Errors").panel_sized(samples::bars(), 300, 260));
}

#[test]
fn every_kind_and_every_edge_case_is_drawn() {
    draw(&samples::figure());
    draw(&samples::edge_cases());
}
