//! Archives that break the rules: refused, whatever else they hold.

use std::fs;

use retrace_data::sets::{DataSet, FetchError, FetchOptions, Limits, fetch};
use tar::EntryType;

use crate::child;
use crate::hostile::{
    Tar, gzip, replace, set_mode, tar, zip, zip_with_a_hidden_list, zip_with_link,
};
use crate::made_up::{Cache, archive, manifest, names, noise, quick, set, table};
use crate::server::Server;

fn a_set(content: &[u8]) -> DataSet {
    set(&[("a.bin", content)], &[archive(&["http://127.0.0.1:1/"])])
}

/// The error of taking that archive as a local copy.
fn refused_with(archive: &[u8], limits: Limits) -> String {
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
fn symbolic_links_are_passed_over() {
    let a = noise(70, 1000);
    let cache = Cache::new();
    let path = cache.folder.path().join("with links");
    let options = FetchOptions {
        from: Some(path.clone()),
        ..quick()
    };
    // A link with the name, and one with the size, of the file that is wanted.
    let mut tar = Tar::new();
    tar.entry("a.bin", EntryType::Symlink, b"");
    tar.entry("other", EntryType::Symlink, &a);
    fs::write(&path, tar.finish()).unwrap();
    assert_eq!(cache.fetch_with(&a_set(&a), &options).missing, ["a.bin"]);
    fs::write(&path, zip_with_link("a.bin", &"x".repeat(1000))).unwrap();
    assert_eq!(cache.fetch_with(&a_set(&a), &options).missing, ["a.bin"]);
    assert_eq!(names(&cache.path("")), Vec::<String>::new());
}

#[test]
fn limits_on_entries_and_sizes_hold() {
    let files: Vec<(String, Vec<u8>)> = (0..11).map(|n| (format!("f{n}"), vec![n; 2000])).collect();
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, c)| (name.as_str(), c.as_slice()))
        .collect();
    let few = || Limits {
        entries: 10,
        ..Limits::default()
    };
    let small = || Limits {
        entry_bytes: 1999,
        ..Limits::default()
    };
    let total = || Limits {
        unpacked_bytes: 15_000,
        ..Limits::default()
    };
    for archive in [tar(&files), gzip(&tar(&files)), zip(&files)] {
        let message = refused_with(&archive, few());
        assert!(message.contains("more than the 10 entries"), "{message}");
        let message = refused_with(&archive, small());
        assert!(
            message.contains("\"f0\" has 2000 bytes, and at most 1999"),
            "{message}"
        );
    }
    let message = refused_with(&gzip(&tar(&files)), total());
    assert!(
        message.contains("unpacks to more than the 15000 bytes"),
        "{message}"
    );
    // A zip is unpacked only where a file may be of use.
    let useful: Vec<(String, Vec<u8>)> =
        (0..20).map(|n| (format!("f{n}"), vec![n; 1000])).collect();
    let useful: Vec<(&str, &[u8])> = useful
        .iter()
        .map(|(name, c)| (name.as_str(), c.as_slice()))
        .collect();
    let message = refused_with(&zip(&useful), total());
    assert!(
        message.contains("unpacks to more than the 15000 bytes"),
        "{message}"
    );
}

/// The same in little memory, with archives that unpack to, or claim, far more than there is.
#[cfg(target_os = "linux")]
#[test]
fn bombs_are_refused_in_little_memory() {
    const GIB: u64 = 1024 * 1024 * 1024;
    let zeros = gzip(&vec![0; 16 * 1024 * 1024]);
    // 8 GiB of zeros, as members of one gzip, behind a header that promises them.
    let bomb = |kind: EntryType, bytes: u64| {
        let mut tar = Tar::new();
        tar.entry_of("long", kind, b"", bytes);
        let header = tar.finish()[..512].to_vec();
        [gzip(&header), zeros.repeat(512)].concat()
    };
    let a = noise(70, 1000);
    for (archive, expected) in [
        (bomb(EntryType::Regular, GIB / 4), "TooLarge"),
        (bomb(EntryType::Regular, 8 * GIB), "EntryTooLarge"),
        (bomb(EntryType::GNULongName, 8 * GIB), "Damaged"),
        (bomb(EntryType::XHeader, 8 * GIB), "Damaged"),
        (zip_with_a_hidden_list(), "Damaged"),
    ] {
        let cache = Cache::new();
        fs::write(cache.folder.path().join("local"), archive).unwrap();
        let (manifest, table) = (manifest(&[archive_source()]), table(&[("a.bin", &a)]));
        let child = child::start(cache.folder.path(), &manifest, &table, "ulimit -v 600000;");
        let output = child.wait_with_output().unwrap();
        let told = String::from_utf8_lossy(&output.stdout);
        assert!(
            told.contains("Err(Archive") && told.contains(expected),
            "{expected}: {told}"
        );
    }
}

fn archive_source() -> String {
    archive(&["http://127.0.0.1:1/"])
}

#[test]
fn archives_of_mirrors_are_unpacked_and_removed() {
    let (a, b, c) = (noise(70, 1000), noise(71, 2000), noise(72, 3000));
    let files: [(&str, &[u8]); 3] = [("a.bin", &a), ("x/b.bin", &b), ("c.bin", &c)];
    // The first mirror has one file, the second one another, the third one all.
    let first = Server::of(&zip(&[("other/name", &b)]));
    let second = Server::of(&gzip(&tar(&[("a.bin", &a), ("c.bin", &noise(73, 3000))])));
    let third = Server::of(&tar(&files));
    let never = Server::of(b"");
    let mirrors = [&first, &second, &third, &never].map(|server| server.address("x"));
    let mirrors = mirrors.each_ref().map(String::as_str);
    let set = set(&files, &[archive(&mirrors)]);
    let cache = Cache::new();
    let fetched = cache.report(&set);
    assert_eq!(fetched.came, ["x/b.bin", "a.bin", "c.bin"]);
    let why: Vec<_> = fetched
        .tried
        .iter()
        .map(|tried| tried.failure.to_string())
        .collect();
    assert_eq!(why, ["some files are not there, or have other bytes"; 2]);
    assert!(never.requests().is_empty());
}

#[test]
fn a_mirror_with_a_hostile_archive_is_passed_over() {
    let a = noise(70, 1000);
    let bad = Server::of(&tar(&[("../../a.bin", &a)]));
    let page = Server::of(b"<!DOCTYPE html>");
    let large = Server::of(&noise(74, 200_000));
    let good = Server::of(&zip(&[("a", &a)]));
    let mirrors = [&bad, &page, &large, &good].map(|server| server.address("x"));
    let mirrors = mirrors.each_ref().map(String::as_str);
    let set = set(&[("a.bin", &a)], &[archive(&mirrors)]);
    let limits = Limits {
        archive_bytes: 100_000,
        ..Limits::default()
    };
    let cache = Cache::new();
    let fetched = cache.fetch_with(&set, &FetchOptions { limits, ..quick() });
    cache.is_whole(&set);
    let why: Vec<_> = fetched
        .tried
        .iter()
        .map(|tried| tried.failure.to_string())
        .collect();
    assert!(
        why[0].starts_with("its archive is refused: expected relative names"),
        "{why:?}"
    );
    assert!(why[1].ends_with("found something else"), "{why:?}");
    assert_eq!(why[2], "sent more than 100000 bytes");
}

#[test]
fn an_archive_that_changed_between_two_starts_is_downloaded_anew() {
    let a = noise(70, 1000);
    let whole = gzip(&tar(&[("b", &noise(75, 50_000)), ("a", &a)]));
    let body = whole.clone();
    let server = Server::start(move |request, reply| match request.number {
        0 => {
            let mut other = body.clone();
            other[100..1000].fill(7);
            reply.file_up_to(request, &other, 20_000);
        }
        _ => reply.file(request, &body),
    });
    let set = set(&[("a.bin", &a)], &[archive(&[&server.address("x")])]);
    Cache::new().fetches(&set);
    assert_eq!(server.ranges(), [None, Some(20_000), None]);
}

#[test]
fn a_whole_archive_from_before_is_used_after_a_question() {
    let a = noise(70, 1000);
    let whole = zip(&[("a", &a)]);
    let server = Server::of(&whole);
    let set = set(&[("a.bin", &a)], &[archive(&[&server.address("x")])]);
    let cache = Cache::new();
    // The name that a first start, whose mirror breaks off, gives to the archive.
    let broken = whole.clone();
    let first = {
        let options = FetchOptions {
            retries: 0,
            ..quick()
        };
        let dropping = Server::start(move |request, reply| reply.file_up_to(request, &broken, 10));
        let set = crate::made_up::set(&[("a.bin", &a)], &[archive(&[&dropping.address("x")])]);
        let _ = cache.fetch_with(&set, &options);
        names(&cache.path(""))
    };
    assert!(
        first[0].starts_with(".archive-") && first[0].ends_with(".part"),
        "{first:?}"
    );
    fs::remove_file(cache.path(&first[0])).unwrap();
    let sum: String = {
        use sha2::{Digest, Sha256};
        let sum = Sha256::digest(server.address("x"));
        sum.iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    };
    fs::write(cache.path(&format!(".archive-{sum}.part")), &whole).unwrap();
    cache.fetches(&set);
    assert_eq!(server.ranges(), [Some(whole.len())]);
}
