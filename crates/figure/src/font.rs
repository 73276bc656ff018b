//! The one typeface, its sizes, and how wide a text becomes in it.

use std::sync::{Arc, LazyLock};

use resvg::usvg::fontdb;
use ttf_parser::Face;

/// Numbers at ticks, legends, notes: pixels.
pub(crate) const SMALL: f64 = 14.0;
/// Names of axes.
pub(crate) const LABEL: f64 = 15.0;
/// Titles of panels.
pub(crate) const PANEL: f64 = 15.5;
/// Titles of figures.
pub(crate) const TITLE: f64 = 18.0;

/// `DejaVu` first, because its widths laid the picture out; the others stand in for it on a page.
pub(crate) const FAMILY: &str = "DejaVu Sans, Verdana, sans-serif";

struct Faces {
    regular: Face<'static>,
    bold: Face<'static>,
}

static FACES: LazyLock<Faces> = LazyLock::new(|| {
    let face = |bytes| Face::parse(bytes, 0).expect("the font compiled into this crate is whole");
    Faces {
        regular: face(dejavu::sans::regular()),
        bold: face(dejavu::sans::bold()),
    }
});

/// The fonts that pictures are drawn with: those compiled in, none of the system's.
pub(crate) static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(dejavu::sans::regular().to_vec());
    fonts.load_font_data(dejavu::sans::bold().to_vec());
    fonts.set_sans_serif_family("DejaVu Sans");
    Arc::new(fonts)
});

/// Width of `text` in pixels.
pub(crate) fn width(text: &str, size: f64, bold: bool) -> f64 {
    let face = if bold { &FACES.bold } else { &FACES.regular };
    let units: u32 = text
        .chars()
        .map(|c| {
            face.glyph_index(c)
                .and_then(|glyph| face.glyph_hor_advance(glyph))
        })
        .map(|advance| u32::from(advance.unwrap_or(1229)))
        .sum();
    f64::from(units) * size / f64::from(face.units_per_em())
}

/// Width of the widest of `texts` in pixels, 0 without any.
pub(crate) fn widest<T: AsRef<str>>(texts: impl IntoIterator<Item = T>, size: f64) -> f64 {
    let widths = texts.into_iter().map(|t| width(t.as_ref(), size, false));
    widths.fold(0.0, f64::max)
}

/// Room in pixels for a name of an axis on one line, 0 where it is empty.
pub(crate) fn label_height(label: &str) -> f64 {
    if label.is_empty() {
        0.0
    } else {
        LABEL * 1.2 + 8.0
    }
}

/// Breaks `text` after spaces and between hyphenated words into lines no wider than `limit`
/// pixels, where words allow it.
pub(crate) fn wrap(text: &str, size: f64, bold: bool, limit: f64) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for piece in pieces(paragraph) {
            let longer = format!("{line}{piece}");
            if !line.is_empty() && width(longer.trim_end(), size, bold) > limit {
                lines.push(line.trim_end().to_owned());
                piece.clone_into(&mut line);
            } else {
                line = longer;
            }
        }
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// The parts between which a line may end.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        // Not before the exponent of 1e-5 or the number of a range such as 3-8.
        if before == ' ' && c != ' ' || before == '-' && c.is_alphabetic() {
            pieces.push(&text[start..at]);
            start = at;
        }
        before = c;
    }
    pieces.push(&text[start..]);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_after_spaces_and_hyphens_only() {
        assert_eq!(
            wrap("elastic-net at 1e-5", SMALL, false, 10.0),
            ["elastic-", "net", "at", "1e-5"]
        );
        assert_eq!(wrap("one two", SMALL, false, 1000.0), ["one two"]);
        assert_eq!(wrap("a\nb", SMALL, false, 1000.0), ["a", "b"]);
    }

    #[test]
    fn bold_and_large_texts_are_wider() {
        let plain = width("weights", 10.0, false);
        assert!(width("weights", 10.0, true) > plain);
        assert!((width("weights", 20.0, false) - 2.0 * plain).abs() < 1e-9);
    }
}
