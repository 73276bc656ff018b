//! Names of files in messages.

use std::path::Path;

/// A path as a message shows it, on one line: control characters are escaped, what is not Unicode is
/// replaced.
#[must_use]
pub fn shown(path: &Path) -> String {
    let mut text = String::new();
    for letter in path.to_string_lossy().chars() {
        if letter.is_control() {
            text.extend(letter.escape_default());
        } else {
            text.push(letter);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_stays_on_its_line() {
        for (name, expected) in [
            ("Zürich 1.png", "Zürich 1.png"),
            ("a\nb\t\u{1b}[2J.png", "a\\nb\\t\\u{1b}[2J.png"),
        ] {
            assert_eq!(shown(name.as_ref()), expected);
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_is_not_unicode_is_replaced() {
        use std::os::unix::ffi::OsStrExt;
        let name = std::ffi::OsStr::from_bytes(b"Z\xFCrich.png");
        assert_eq!(shown(name.as_ref()), "Z\u{FFFD}rich.png");
    }
}
