//! Files that people have: what is read, and what is refused by name.
//!
//! They lie in the folder that `RETRACE_CASES` names.

use std::path::PathBuf;

use retrace_data::{PictureFile, read_columns, read_picture};

fn case(name: &str) -> PathBuf {
    let cases = std::env::var_os("RETRACE_CASES").expect("RETRACE_CASES names a folder");
    PathBuf::from(cases).join(name)
}

fn picture(name: &str) -> Result<PictureFile, String> {
    let read = read_picture(&case("pictures").join(name));
    read.map_err(|error| error.to_string())
}

#[test]
#[ignore = "needs RETRACE_CASES"]
fn a_photograph_with_a_film_behind_it_is_the_photograph() {
    let plain = picture("plain.jpg").unwrap();
    for number in 0..4 {
        let file = picture(&format!("photo_with_film_{number}.jpg")).unwrap();
        assert_eq!(
            (&file.image, file.notes.len()),
            (&plain.image, 0),
            "{number}"
        );
    }
    let file = picture("motion_photo_ffda_last.jpg").unwrap();
    assert_eq!((&file.image, file.notes.len()), (&plain.image, 0));
    let file = picture("no_eoi.jpg").unwrap();
    assert_eq!((&file.image, file.notes.len()), (&plain.image, 1));
    let error = picture("half_then_tail.jpg").unwrap_err();
    assert!(
        error.contains("half_then_tail.jpg is a damaged picture"),
        "{error}"
    );
}

#[test]
#[ignore = "needs RETRACE_CASES"]
fn pictures_of_other_formats_are_read() {
    let bmp = picture("a.bmp").unwrap().image.to_rgb8();
    assert_eq!(picture("a.tif").unwrap().image.to_rgb8(), bmp);
    let webp = picture("a.webp").unwrap().image.to_rgb8();
    assert_eq!(webp.dimensions(), bmp.dimensions());
}

#[test]
#[ignore = "needs RETRACE_CASES"]
fn pairs_are_read_whatever_separates_them() {
    let names = ["from_x", "from_y", "to_x", "to_y"];
    let read = |name: &str| {
        read_columns(&case("pairs").join(name), names, 4)
            .unwrap()
            .values
    };
    let [x, y, ..] = read("form_semicolon.csv");
    assert_eq!((x[0], y[0]), (10.0, 20.0));
    let [.., u, v] = read("calpnp2_pixel_to_gps.csv");
    assert_eq!((u[0], v[0]), (28.605053, -81.196441));
}
