//! Pictures of inks, as printers have them, beside what Pillow makes of them: the numbers of
//! `scripts/cmyk_oracle.py`.

use std::fs;

use retrace_data::colour::lab_from_rgb;

use crate::{colorize, lightness, names, said};

const ADOBE: &[u8] = include_bytes!("../../../../crates/data/tests/cmyk/adobe.jpg");
const YCCK: &[u8] = include_bytes!("../../../../crates/data/tests/cmyk/ycck.jpg");

const PLACES: [(u32, u32); 6] = [(0, 0), (23, 0), (0, 15), (23, 15), (12, 8), (5, 11)];
/// Pillow's `convert("RGB")` at [`PLACES`].
const ADOBE_BY_PILLOW: [[u8; 3]; 6] = [
    [245, 245, 90],
    [46, 245, 245],
    [215, 38, 79],
    [40, 38, 215],
    [132, 128, 161],
    [184, 89, 113],
];
const YCCK_BY_PILLOW: [[u8; 3]; 6] = [
    [245, 242, 99],
    [55, 241, 243],
    [205, 42, 79],
    [41, 40, 206],
    [130, 129, 160],
    [185, 88, 112],
];

#[test]
fn pictures_of_inks_have_the_lightness_that_pillow_shows() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for (bytes, by_pillow) in [(ADOBE, ADOBE_BY_PILLOW), (YCCK, YCCK_BY_PILLOW)] {
        fs::write(folder.join("print.jpg"), bytes).unwrap();
        let found = lightness(folder, "print.jpg");
        assert_eq!(found.dimensions(), (24, 16));
        for ((x, y), rgb) in PLACES.into_iter().zip(by_pillow) {
            let [expected, ..] = lab_from_rgb(rgb);
            let [l, ..] = lab_from_rgb(found.get_pixel(x, y).0);
            // A negative would be darker by 18 and more at each place.
            assert!((l - expected).abs() < 2.5, "{x} {y}: {l} {expected}");
        }
    }
}

#[test]
fn a_picture_of_inks_that_does_not_say_so_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    // Without Adobe's marker, which follows the first two bytes.
    let unmarked = [&ADOBE[..2], &ADOBE[18..]].concat();
    fs::write(folder.join("print.jpg"), unmarked).unwrap();
    let error = said(&mut colorize(folder, &["print.jpg", "-o", "out.png"]), 3);
    assert!(
        error.contains("print.jpg") && error.contains("save it as RGB"),
        "{error}"
    );
    assert_eq!(names(folder), ["print.jpg"]);
}
