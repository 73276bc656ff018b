//! Archives that are too much: of entries, of bytes, of memory.

use std::fs;
use std::path::Path;

use retrace_data::sets::{FetchOptions, Limits};
use tar::EntryType;

use super::archives::refused_with;
use super::child;
use super::hostile::{Tar, gzip, tar, write_zip_with_a_hidden_list, zip};
use super::made_up::{Cache, archive, manifest, noise, quick, set, table};

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

#[test]
fn a_byte_may_unpack_to_a_hundred_but_not_to_a_thousand() {
    const MIB: usize = 1024 * 1024;
    let refused = refused_with(
        &gzip(&tar(&[("zeros", &vec![0; 32 * MIB])])),
        Limits::default(),
    );
    assert!(
        refused.contains("more than the 16777216 bytes"),
        "{refused}"
    );
    // Of these, a third cannot be packed: three to one, and as many bytes.
    let cache = Cache::new();
    let path = cache.folder.path().join("archive");
    let (a, noise) = (noise(70, 1000), noise(76, 10 * MIB));
    let files: [(&str, &[u8]); 3] = [("zeros", &vec![0; 22 * MIB]), ("noise", &noise), ("a", &a)];
    fs::write(&path, gzip(&tar(&files))).unwrap();
    let options = FetchOptions {
        from: Some(path),
        ..quick()
    };
    let set = set(&[("a.bin", &a)], &[archive_source()]);
    assert!(cache.fetch_with(&set, &options).is_complete());
}

/// Takes an archive in a process that has little memory. What it tells in the end.
fn told_with_little_memory(write: impl FnOnce(&Path)) -> String {
    let cache = Cache::new();
    write(&cache.folder.path().join("local"));
    let (manifest, table) = (
        manifest(&[archive_source()]),
        table(&[("a.bin", &noise(70, 1000))]),
    );
    let child = child::start(cache.folder.path(), &manifest, &table, "ulimit -v 600000;");
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}

/// Archives that unpack to far more than there is memory.
#[test]
fn bombs_are_refused_in_little_memory() {
    const GIB: u64 = 1024 * 1024 * 1024;
    // 8 GiB of zeros, as members of one gzip, behind a header that promises them.
    let zeros = gzip(&vec![0; 16 * 1024 * 1024]);
    for (kind, bytes, expected) in [
        (EntryType::Regular, GIB / 4, "TooLarge"),
        (EntryType::Regular, 8 * GIB, "EntryTooLarge"),
        (
            EntryType::GNULongName,
            8 * GIB,
            "a part is longer than it says",
        ),
        (EntryType::XHeader, 8 * GIB, "a part is longer than it says"),
    ] {
        let mut tar = Tar::new();
        tar.entry_of("long", kind, b"", bytes);
        let bomb = [gzip(&tar.finish()[..512]), zeros.repeat(512)].concat();
        let told = told_with_little_memory(|path| fs::write(path, bomb).unwrap());
        assert!(
            told.contains("Err(Archive") && told.contains(expected),
            "{expected}: {told}"
        );
    }
}

#[test]
fn a_list_of_entries_that_claims_too_many_is_refused_in_little_memory() {
    for within in [false, true] {
        let told = told_with_little_memory(|path| write_zip_with_a_hidden_list(path, within));
        assert!(
            told.contains("Err(Archive") && told.contains("Damaged"),
            "{within}: {told}"
        );
    }
}

fn archive_source() -> String {
    archive(&["http://127.0.0.1:1/"])
}
