//! Archives, from mirrors and on this machine, and other local copies: recognised by content,
//! whatever they are called and whatever else lies beside them.

use std::fs;

use retrace_data::sets::{DataSet, FetchError, FetchOptions, fetch, verify};
use tar::EntryType;

use super::NOBODY;
use super::made_up::{
    Cache, archive, file, from, gzip, names, noise, output, quick, set, start, tar, tar_entry, zip,
};
use super::server::Server;

/// `a.bin` from an archive.
fn set_of_one(content: &[u8]) -> DataSet {
    set(&[("a.bin", content)], &[archive(&[NOBODY])])
}

/// What came of an archive as a local copy: the paths that are missing, or why it is refused.
fn take(set: &DataSet, archive: &[u8]) -> Result<Vec<String>, String> {
    let cache = Cache::new();
    let path = cache.folder.path().join("some.archive");
    fs::write(&path, archive).unwrap();
    let options = FetchOptions {
        largest_unpacked: 1024 * 1024,
        ..from(path)
    };
    let fetched = fetch(set, &cache.root(), &options, &mut |_| {});
    // Right files or none, and nothing beside them or beside the cache.
    let verified = verify(set, &cache.root());
    let wrong: Vec<_> = verified
        .wrong
        .iter()
        .map(|(_, state)| state.to_string())
        .collect();
    assert!(
        wrong.iter().all(|state| state == "missing") && verified.extra == 0,
        "{wrong:?}"
    );
    assert_eq!(names(cache.folder.path()), ["cache", "some.archive"]);
    fetched.map(|fetched| fetched.missing).map_err(|error| {
        assert!(matches!(error, FetchError::Archive(..)), "{error}");
        let message = error.to_string();
        assert!(message.contains("some.archive is refused: "), "{message}");
        message
    })
}

fn kinds(files: &[(&str, &[u8])]) -> [Vec<u8>; 3] {
    let tar = tar(files);
    [zip(files), gzip(&tar), tar]
}

#[test]
fn names_do_not_count_and_lead_nowhere() {
    let (a, b) = (noise(70, 1000), "text ".repeat(500));
    let set = set(
        &[("a.bin", &a), ("x/b.txt", b.as_bytes())],
        &[archive(&[NOBODY])],
    );
    for name in [
        "a.bin",
        "top/1.jpg",
        "/etc/retrace",
        "../../a.bin",
        "top/..",
        "top\\..\\a.bin",
        "C:\\a.bin",
        "..a.bin",
    ] {
        let files = [
            (name, &a[..]),
            ("other", b.as_bytes()),
            (name, &b.as_bytes()[1..]),
        ];
        let tar = tar(&files);
        for archive in [gzip(&tar), tar, zip(&files[..2])] {
            assert_eq!(take(&set, &archive), Ok(vec![]), "{name}");
        }
    }
    // A zip may lie within any of them, but not within that one.
    let inner = zip(&[("1", &a), ("2", b.as_bytes())]);
    let nested = kinds(&[("inner.ZIP", &inner)]);
    for archive in &nested {
        assert_eq!(take(&set, archive), Ok(vec![]));
    }
    let twice = zip(&[("outer.zip", &nested[0])]);
    assert_ne!(take(&set, &twice), Ok(vec![]));
}

#[test]
fn what_is_no_plain_file_is_passed_over() {
    let a = noise(70, 1000);
    let set = set_of_one(&a);
    let before = |entries: &[Vec<u8>]| [entries.concat(), tar(&[("x", &a)])].concat();
    for kind in [
        EntryType::Link,
        EntryType::Symlink,
        EntryType::Char,
        EntryType::Block,
        EntryType::Fifo,
        EntryType::Directory,
        EntryType::new(b'Z'),
    ] {
        let links = [
            tar_entry("a.bin", kind, b"", 0),
            tar_entry("a.bin", kind, &a, 1000),
        ];
        assert_eq!(
            take(&set, &[links.concat(), vec![0; 1024]].concat()),
            Ok(vec!["a.bin".into()])
        );
        assert_eq!(take(&set, &before(&links)), Ok(vec![]), "{kind:?}");
    }
    // As `git archive` writes it, and so GitHub: the commit first, and long paths in headers.
    let commit = b"52 comment=0123456789012345678901234567890123456789\n";
    let path = b"20 path=repo-0123/a\n";
    let snapshot = before(&[
        tar_entry("pax_global_header", EntryType::XGlobalHeader, commit, 52),
        tar_entry("repo-0123/", EntryType::Directory, b"", 0),
        tar_entry("repo-0123/long", EntryType::XHeader, path, 20),
    ]);
    assert_eq!(take(&set, &gzip(&snapshot)), Ok(vec![]));
    // A zip says in its list that an entry is encrypted, or packed in another way.
    for (place, byte) in [(8, 1), (10, 12)] {
        let mut zip = zip(&[("x", &a)]);
        let list = zip
            .windows(4)
            .position(|four| four == b"PK\x01\x02")
            .unwrap();
        zip[list + place] = byte;
        assert_eq!(take(&set, &zip), Ok(vec!["a.bin".into()]));
    }
}

#[test]
fn damaged_archives_give_right_files_or_none() {
    let (a, b, text) = (noise(80, 3000), noise(81, 2000), "text ".repeat(500));
    let files: [(&str, &[u8]); 3] = [("a.bin", &a), ("b.bin", &b), ("c.txt", text.as_bytes())];
    let set = set(&files, &[archive(&[NOBODY])]);
    for (kind, whole) in kinds(&files).iter().enumerate() {
        assert_eq!(take(&set, whole), Ok(vec![]));
        for place in 0..32 {
            // Within the content: a tar is whole before the zeros at its end.
            let length = (whole.len() - 1536) * place / 32;
            assert_ne!(
                take(&set, &whole[..length]),
                Ok(vec![]),
                "kind {kind}, {length} bytes"
            );
        }
        let bits = whole.len() * 8;
        let mut fine = 0;
        for flip in 0..256 {
            let bit = (flip * bits / 256 + flip % 8) % bits;
            let mut damaged = whole.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            fine += usize::from(take(&set, &damaged) == Ok(vec![]));
        }
        // Some bits do not matter: names, times, owners, the padding between entries of a tar.
        assert!(fine < 200, "kind {kind}: {fine} of 256 made no difference");
    }
    let end = b"PK\x05\x06\0\0\0\0\xff\xff\xff\xff\0\0\0\0";
    let (first, last) = ([0; 6], [0xff, 0xff, 0xff, 0xff, 0, 0]);
    for (zip, expected) in [
        (b"PK\x03\x04 and no list".to_vec(), "damaged"),
        ([&end[..], &first].concat(), "damaged"),
        ([&end[..], &last].concat(), "damaged"),
        (Vec::new(), "expected a zip, a tar or a tar.gz"),
        (
            b"<!DOCTYPE html>".to_vec(),
            "expected a zip, a tar or a tar.gz",
        ),
    ] {
        let message = take(&set, &zip).unwrap_err();
        assert!(message.contains(expected), "{message}");
    }
}

/// Archives that unpack to far more than there is memory, or than is allowed.
#[test]
fn bombs_are_cut_off_in_little_memory() {
    const GIB: u64 = 1024 * 1024 * 1024;
    let a = noise(70, 1000);
    let [wanted, large] = [7, 0].map(|byte| vec![byte; 2 * 1024 * 1024]);
    for bomb in kinds(&[("large", &large)]) {
        let message = take(&set_of_one(&wanted), &bomb).unwrap_err();
        assert!(message.contains("more than the 1048576 bytes"), "{message}");
    }
    // 1 GiB of zeros, as members of one gzip, behind a header that promises 8.
    let zeros = gzip(&vec![0; 16 * 1024 * 1024]).repeat(64);
    let kinds = [
        EntryType::Regular,
        EntryType::GNULongName,
        EntryType::XHeader,
    ];
    for kind in kinds {
        let cache = Cache::new();
        let header = tar_entry("long", kind, b"", 8 * GIB);
        fs::write(
            cache.folder.path().join("local"),
            [gzip(&header), zeros.clone()].concat(),
        )
        .unwrap();
        let sources = [archive(&[NOBODY])];
        let child = start(&cache, &[("a.bin", &a)], &sources, "ulimit -v 600000;");
        let (_, printed) = output(child);
        assert!(
            printed.contains("Err(Archive") && printed.contains("Damaged"),
            "{printed}"
        );
    }
}

#[test]
fn archives_of_mirrors_are_looked_through_in_turn_and_removed() {
    let (a, b, c) = (noise(70, 1000), noise(71, 2000), noise(72, 3000));
    let servers = [
        zip(&[("other/name", &b)]),
        gzip(&tar(&[("a.bin", &a), ("c.bin", &noise(73, 3000))])),
        b"<!DOCTYPE html>".to_vec(),
        noise(74, 200_000),
        tar(&[("a.bin", &a), ("x/b.bin", &b), ("c.bin", &c)]),
        Vec::new(),
    ]
    .map(|archive| Server::of(&archive));
    let mirrors = servers.each_ref().map(|server| server.address("x"));
    let mirrors = mirrors.each_ref().map(String::as_str);
    let set = set(
        &[("a.bin", &a), ("x/b.bin", &b), ("c.bin", &c)],
        &[archive(&mirrors)],
    );
    let cache = Cache::new();
    let small = FetchOptions {
        largest_archive: 100_000,
        ..quick()
    };
    let fetched = cache.fetch_with(&set, &small);
    cache.is_whole(&set);
    assert_eq!(fetched.came, ["x/b.bin", "a.bin", "c.bin"]);
    let failures: Vec<_> = fetched
        .tried
        .iter()
        .map(|tried| tried.failure.as_str())
        .collect();
    assert_eq!(
        failures,
        [
            "some files are not there, or have other bytes",
            "some files are not there, or have other bytes",
            "its archive is refused: expected a zip, a tar or a tar.gz, found something else",
            "sent more than 100000 bytes",
        ]
    );
    assert!(servers[5].requests().is_empty());
}

#[test]
fn an_archive_that_changed_between_two_starts_is_downloaded_anew() {
    let a = noise(70, 1000);
    let whole = gzip(&tar(&[("b", &noise(75, 50_000)), ("a", &a)]));
    let mut other = whole.clone();
    other[100..1000].fill(7);
    let server = Server::at_first(&whole, move |request, reply| {
        reply.file_up_to(request, &other, 20_000);
    });
    let set = set(&[("a.bin", &a)], &[archive(&[&server.address("x")])]);
    Cache::new().fetches(&set);
    assert_eq!(server.ranges(), [None, Some(20_000), None]);
}

#[test]
fn partial_files_are_kept_for_the_next_time_and_removed_once_a_set_is_whole() {
    let a = noise(70, 1000);
    let archived = zip(&[("x", &a)]);
    let (body, broken) = (a.clone(), archived.clone());
    let drops = Server::start(move |request, reply| reply.file_up_to(request, &body, 10));
    let breaks = Server::start(move |request, reply| reply.file_up_to(request, &broken, 20));
    let good = Server::of(&archived);
    let sources = [
        file("a.bin", &[&drops.address("a")]),
        archive(&[&breaks.address("x"), &good.address("x")]),
    ];
    let cache = Cache::with(".incoming.part", b"as after a kill");
    let lacking = set(&[("a.bin", &a)], &sources[..1]);
    assert!(!cache.fetch_with(&lacking, &quick()).is_complete());
    assert_eq!(names(&cache.path("")), ["a.bin.part"]);
    cache.fetches(&set(&[("a.bin", &a)], &sources));
    assert_eq!(names(&cache.path("")), ["a.bin"]);
}

#[test]
fn files_of_a_folder_are_found_under_any_name() {
    let (a, b) = (noise(60, 1000), noise(61, 1000));
    // Two files of the set have the same content; both come from the one copy.
    let files: [(&str, &[u8]); 3] = [("x/a.bin", &a), ("y/a.bin", &a), ("b.bin", &b)];
    let set = set(&files, &[archive(&[NOBODY])]);
    let cache = Cache::new();
    let copies = cache.folder.path().join("copies");
    fs::create_dir_all(copies.join("my/old/pictures")).unwrap();
    fs::write(copies.join("my/old/pictures/a (1).jpg"), &b).unwrap();
    fs::write(copies.join("b.bin"), &a).unwrap();
    fs::write(copies.join("other"), noise(62, 1000)).unwrap();
    let fetched = cache.fetch_with(&set, &from(&copies));
    assert_eq!((fetched.came.len(), fetched.tried.len()), (3, 0));
    cache.is_whole(&set);
    assert_eq!(
        names(&copies),
        ["b.bin", "my", "other"],
        "copies stay as they are"
    );
    // One file alone will do as well.
    let cache = Cache::new();
    let fetched = cache.fetch_with(&set, &from(copies.join("my/old/pictures/a (1).jpg")));
    assert_eq!(
        (fetched.came, fetched.missing.len()),
        (vec!["b.bin".into()], 2)
    );
    assert!(fetched.tried[0].address.ends_with("a (1).jpg"));
}

#[cfg(unix)]
#[test]
fn links_to_files_are_followed_and_links_to_folders_are_not() {
    use std::os::unix::fs::symlink;
    let a = noise(63, 1000);
    let set = set_of_one(&a);
    let cache = Cache::new();
    let folder = cache.folder.path().join("folder");
    fs::write(cache.folder.path().join("blob"), &a).unwrap();
    fs::create_dir(&folder).unwrap();
    symlink("..", folder.join("circle")).unwrap();
    symlink("nowhere", folder.join("broken")).unwrap();
    assert_eq!(cache.fetch_with(&set, &from(&folder)).missing, ["a.bin"]);
    symlink("../blob", folder.join("a")).unwrap();
    assert!(cache.fetch_with(&set, &from(&folder)).is_complete());
    assert!(!cache.path("a.bin").is_symlink());
}

#[test]
fn copies_that_cannot_be_read_are_named() {
    // A device can be read for ever.
    for path in ["no/such/copy", "/dev/zero"] {
        let error = fetch(
            &set_of_one(b"1"),
            &Cache::new().root(),
            &from(path),
            &mut |_| {},
        );
        let error = error.unwrap_err();
        assert!(matches!(error, FetchError::Read(..)), "{error}");
        assert!(error.to_string().contains(path), "{error}");
    }
}
