//! Pictures of inks, as printers have them. That their colours are those of Pillow is tested where
//! they are read, in `retrace-data`.

use std::fs;

use retrace_data::read_picture;

use super::{colorize, lightness, names, said, write};

const ADOBE: &[u8] = include_bytes!("../../../../../crates/data/tests/cmyk/adobe.jpg");
const YCCK: &[u8] = include_bytes!("../../../../../crates/data/tests/cmyk/ycck.jpg");

#[test]
fn pictures_of_inks_are_coloured_as_the_same_pictures_in_rgb() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for bytes in [ADOBE, YCCK] {
        fs::write(folder.join("print.jpg"), bytes).unwrap();
        let rgb = read_picture(&folder.join("print.jpg")).unwrap().image;
        write(folder, "screen.png", &rgb);
        let [print, screen] = ["print.jpg", "screen.png"].map(|name| lightness(folder, name));
        assert_eq!(print.dimensions(), (24, 16));
        assert_eq!(print, screen);
        // Not one grey all over.
        assert_ne!(print.get_pixel(0, 0), print.get_pixel(0, 15));
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
