//! Archives that break the rules: refused, whatever else they hold.

use std::fs;

use retrace_data::sets::{DataSet, FetchError, FetchOptions, Limits, fetch};
use tar::EntryType;

use super::hostile::{Tar, gzip, replace, set_encrypted, set_mode, tar, zip, zip_with_link};
use super::made_up::{Cache, archive, names, noise, quick, set};

fn a_set(content: &[u8]) -> DataSet {
    set(&[("a.bin", content)], &[archive(&["http://127.0.0.1:1/"])])
}

/// The error of taking that archive as a local copy.
pub fn refused_with(archive: &[u8], limits: Limits) -> String {
    let cache = Cache::new();
    let path = cache.folder.path().join("hostile.archive");
    fs::write(&path, archive).unwrap();
    let options = FetchOptions {
        from: Some(path),
        limits,
        ..quick()
    };
    let set = a_set(&noise(70, 1000));
    let error = fetch(&set, &cache.root(), &options, &mut |_| {}).unwrap_err();
    assert!(matches!(error, FetchError::Archive(_)), "{error}");
    assert_eq!(names(cache.folder.path()), ["cache", "hostile.archive"]);
    let message = error.to_string();
    assert!(
        message.contains("hostile.archive is refused: "),
        "{message}"
    );
    message
}

fn refused(archive: &[u8], expected: &str) {
    let message = refused_with(archive, Limits::default());
    assert!(message.contains(expected), "{message}");
}

#[test]
fn names_that_lead_out_are_refused() {
    let a = noise(70, 1000);
    for name in [
        "/etc/passwd",
        "../a.bin",
        "top/../../a.bin",
        "top/..",
        "\\\\server\\share",
        "top\\..\\a.bin",
        "C:\\a.bin",
        "c:a.bin",
    ] {
        refused(
            &tar(&[(name, &a)]),
            "expected relative names without \"..\"",
        );
        refused(&gzip(&tar(&[(name, &a)])), "expected relative names");
        refused(&zip(&[(name, &a)]), "expected relative names");
    }
    for name in ["..a.bin", "a..bin", "top/...", "./a.bin"] {
        let cache = Cache::new();
        let path = cache.folder.path().join("fine");
        fs::write(&path, tar(&[(name, &a)])).unwrap();
        let options = FetchOptions {
            from: Some(path),
            ..quick()
        };
        assert!(
            cache.fetch_with(&a_set(&a), &options).is_complete(),
            "{name}"
        );
    }
}

#[test]
fn two_entries_of_one_name_are_refused() {
    let a = noise(70, 1000);
    refused(
        &tar(&[("x", b"1"), ("y", b"2"), ("x", b"3")]),
        "two entries of one name",
    );
    let mut zip = zip(&[("one.bin", &a), ("two.bin", &a)]);
    replace(&mut zip, b"two.bin", b"one.bin");
    refused(&zip, "two entries of one name");
}

#[test]
fn hard_links_devices_and_their_like_are_refused() {
    for (kind, expected) in [
        (EntryType::Link, "a hard link: \"x\""),
        (EntryType::Char, "a device"),
        (EntryType::Block, "a device"),
        (EntryType::Fifo, "a pipe"),
        (EntryType::new(b'Z'), "an unknown kind"),
    ] {
        let mut tar = Tar::new();
        tar.entry("x", kind, b"");
        refused(&tar.finish(), expected);
    }
    for (mode, expected) in [
        (0o020_644, "a device"),
        (0o060_644, "a device"),
        (0o010_644, "kind"),
    ] {
        let mut zip = zip(&[("x", b"1")]);
        set_mode(&mut zip, mode);
        refused(&zip, expected);
    }
}

#[test]
fn an_encrypted_file_is_refused() {
    let mut zip = zip(&[("x", b"1")]);
    set_encrypted(&mut zip);
    refused(&zip, "an encrypted file: \"x\"");
}

/// A link with the name of the file that is wanted, and one that leads to its content.
#[test]
fn symbolic_links_are_passed_over() {
    let wanted = "x".repeat(1000);
    let set = a_set(wanted.as_bytes());
    let cache = Cache::new();
    let path = cache.folder.path().join("with links");
    let options = FetchOptions {
        from: Some(path.clone()),
        ..quick()
    };
    let mut tar = Tar::new();
    tar.entry("a.bin", EntryType::Symlink, b"");
    tar.entry("other", EntryType::Symlink, wanted.as_bytes());
    fs::write(&path, tar.finish()).unwrap();
    assert_eq!(cache.fetch_with(&set, &options).missing, ["a.bin"]);
    fs::write(&path, zip_with_link("a.bin", &wanted)).unwrap();
    assert_eq!(cache.fetch_with(&set, &options).missing, ["a.bin"]);
    assert_eq!(names(&cache.path("")), Vec::<String>::new());
}
