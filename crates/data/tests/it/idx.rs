//! IDX files as they should be, and files that promise too much, end too early or late, or have
//! changed.

use std::env;
use std::fs;
use std::io::{self, Read, Write};
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use retrace_data::{Idx, IdxError, MAX_IDX_VALUES, read_idx, read_idx_from};

pub fn header(sizes: &[u32]) -> Vec<u8> {
    let rank = u8::try_from(sizes.len()).unwrap();
    let sizes = sizes.iter().flat_map(|size| size.to_be_bytes());
    [0, 0, 8, rank].into_iter().chain(sizes).collect()
}

/// Three images of 4 x 5, whose values all differ.
fn plain() -> Vec<u8> {
    header(&[3, 4, 5]).into_iter().chain(1..=60).collect()
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn read(bytes: &[u8]) -> Result<Idx, IdxError> {
    read_idx_from(bytes, "digits.idx".as_ref())
}

/// The sentence that content is refused with.
fn refused(bytes: &[u8]) -> String {
    let message = read(bytes).unwrap_err().to_string();
    assert!(message.contains("digits.idx"), "{message}");
    message
}

/// Gives a byte at a time, and counts them.
struct Watched<R> {
    inner: R,
    given: usize,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let given = self.inner.by_ref().take(1).read(buffer)?;
        self.given += given;
        Ok(given)
    }
}

#[test]
fn the_content_decides_not_the_name_the_members_or_the_pace() {
    let folder = tempfile::tempdir().unwrap();
    let members = [gzip(&plain()[..30]), gzip(&plain()[30..])].concat();
    for (name, content) in [("a.gz", plain()), ("a", gzip(&plain())), ("b", members)] {
        let path = folder.path().join(name);
        fs::write(&path, &content).unwrap();
        let idx = read_idx(&path).unwrap();
        assert_eq!(idx.sizes, [3, 4, 5]);
        assert_eq!(idx.values, (1..=60).collect::<Vec<u8>>());
        let inner = content.as_slice();
        let watched = Watched { inner, given: 0 };
        assert_eq!(read_idx_from(watched, "a".as_ref()).unwrap(), idx);
    }
}

#[test]
fn what_is_no_array_of_bytes_is_said_with_how_it_begins() {
    let start = |magic: &[u8]| [magic, &plain()[magic.len()..]].concat();
    for (content, expected) in [
        (
            b"<!DOCTYPE html><html>404</html>".to_vec(),
            "found \"<!DO\"",
        ),
        (Vec::new(), "found \"\""),
        (b"\0\0\x08".to_vec(), "found \"\\x00\\x00\\x08\""),
        (start(&[0, 1, 8, 1]), "expected an IDX file"),
        (start(&[1, 0, 8, 1]), "expected an IDX file"),
        (start(&[0, 0, 0, 0]), "expected an IDX file"),
        (start(&[0, 0, 8, 0]), "expected an IDX file"),
        (start(b"PK\x03\x04"), "expected an IDX file"),
        (start(&[0, 0, 0x09]), "found type 0x09"),
        (start(&[0, 0, 0x0b]), "found type 0x0b"),
        (start(&[0, 0, 0x0e]), "found type 0x0e"),
        (
            plain()[..10].to_vec(),
            "expected 12 bytes of sizes, found 6",
        ),
        (
            plain()[..70].to_vec(),
            "expected 60 bytes of values, found 54",
        ),
        (
            [plain(), vec![0]].concat(),
            "expected the end after 60 values",
        ),
    ] {
        for content in [gzip(&content), content] {
            let message = refused(&content);
            assert!(message.contains(expected), "{message}");
        }
    }
    let trailing = [gzip(&plain()), b"trailing".to_vec()].concat();
    assert!(refused(&trailing).contains("damaged gzip"));
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path().join("none.idx"), folder.path().to_path_buf()] {
        let error = read_idx(&path).unwrap_err();
        assert!(matches!(error, IdxError::Io(..)), "{error}");
        assert!(
            error.to_string().contains(path.to_str().unwrap()),
            "{error}"
        );
    }
}

#[test]
fn sizes_beyond_the_limit_or_beyond_numbers_are_refused_by_the_header_alone() {
    let limit = u32::try_from(MAX_IDX_VALUES).unwrap();
    let sizes = [
        vec![limit + 1],
        vec![u32::MAX; 3],
        vec![1 << 16; 4], // 2^64, which is 0 in 64 bits
        vec![u32::MAX; 255],
    ];
    for sizes in sizes {
        let message = refused(&[header(&sizes), vec![7; 100]].concat());
        assert!(message.contains("at most 256 MiB"), "{message}");
        assert!(message.len() < 200, "{message}");
    }
    assert!(refused(&header(&[u32::MAX; 2])).contains("4294967295 x 4294967295"));
}

#[test]
fn a_gzip_bomb_is_left_at_the_first_byte_too_many() {
    let content = gzip(&[plain(), vec![0; 64 * 1024 * 1024]].concat());
    let inner = content.as_slice();
    let mut source = Watched { inner, given: 0 };
    let error = read_idx_from(&mut source, "digits.idx".as_ref()).unwrap_err();
    assert!(
        error.to_string().contains("the end after 60 values"),
        "{error}"
    );
    assert!(
        source.given < content.len() / 4,
        "{} bytes read",
        source.given
    );
}

/// In a process of its own, as other tests use memory too.
#[cfg(target_os = "linux")]
#[test]
fn memory_grows_with_what_is_there_and_not_with_what_is_promised() {
    const CHILD: &str = "RETRACE_TEST_IDX_MEMORY";
    if env::var_os(CHILD).is_none() {
        let test = "idx::memory_grows_with_what_is_there_and_not_with_what_is_promised";
        let mut child = Command::new(env::current_exe().unwrap());
        let output = child
            .args(["--exact", test])
            .env(CHILD, "1")
            .output()
            .unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(printed.contains("1 passed"), "{printed}");
        return;
    }
    // The most memory that this process ever asked for, in KiB.
    let peak = || -> u64 {
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmPeak:"));
        peak.unwrap().trim_end_matches("kB").trim().parse().unwrap()
    };
    let promised = u32::try_from(MAX_IDX_VALUES).unwrap();
    let content = [header(&[promised]), vec![7; 1000]].concat();
    let before = peak();
    assert!(refused(&content).contains("found 1000"));
    let grown = peak() - before;
    assert!(grown < 1024, "{grown} KiB for an array of 1000 bytes");
}

#[test]
fn damage_gives_an_error_or_an_array_of_the_promised_size() {
    let (plain, gzip) = (plain(), gzip(&plain()));
    for part in 0..32 {
        for whole in [&plain, &gzip] {
            assert!(read(&whole[..whole.len() * part / 32]).is_err());
        }
    }
    let flipped = |content: &[u8], place: usize| {
        let bit = place * content.len() * 8 / 256;
        let mut damaged = content.to_vec();
        damaged[bit / 8] ^= 1 << (bit % 8);
        damaged
    };
    for flip in 0..256 {
        let idx = read(&flipped(&plain, flip));
        assert!(idx.is_err() || idx.is_ok_and(|idx| idx.values.len() == 60));
        // Gzip's checksum sees each flip but those in its header's time, which change nothing.
        if let Ok(idx) = read(&flipped(&gzip, flip)) {
            assert_eq!(idx, read(&plain).unwrap());
        }
    }
}

proptest! {
    #[test]
    fn arrays_of_any_rank_come_back(sizes in prop::collection::vec(0_u32..6, 1..6), seed: u8) {
        let count: u32 = sizes.iter().product();
        let values: Vec<u8> = (0..count).map(|i| (i as u8).wrapping_mul(seed)).collect();
        let content = [header(&sizes), values.clone()].concat();
        let sizes: Vec<usize> = sizes.iter().map(|&size| size as usize).collect();
        let idx = Idx { sizes, values };
        for content in [gzip(&content), content] {
            prop_assert_eq!(&read(&content).unwrap(), &idx);
        }
    }

    #[test]
    fn any_bytes_give_an_array_or_an_error(start in 0..3_usize, bytes: Vec<u8>) {
        let start = [&b""[..], b"\0\0\x08", b"\x1f\x8b\x08\0"][start];
        if let Ok(idx) = read(&[start, &bytes].concat()) {
            prop_assert_eq!(idx.values.len(), idx.sizes.iter().product::<usize>());
        }
    }
}
