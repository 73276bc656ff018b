//! What an IDX file is, and what is said of other files.

use std::fs;

use proptest::prelude::*;
use retrace_data::{Idx, IdxError, MAX_IDX_VALUES, read_idx, read_idx_from};

use super::made_up::{gzip, header, plain, read, refused, watched};

#[test]
fn plain_and_compressed_files_give_the_same_array() {
    let folder = tempfile::tempdir().unwrap();
    // The content decides, not the name.
    for (name, content) in [("a.gz", plain()), ("a", gzip(&plain()))] {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        let idx = read_idx(&path).unwrap();
        assert_eq!(idx.sizes, [3, 4, 5]);
        assert_eq!(idx.values, (1..=60).collect::<Vec<u8>>());
    }
}

#[test]
fn a_file_in_several_gzip_members_is_read_as_one() {
    let (start, end) = (gzip(&plain()[..30]), gzip(&plain()[30..]));
    assert_eq!(
        read(&[start, end].concat()).unwrap(),
        read(&plain()).unwrap()
    );
}

#[test]
fn sources_may_give_a_byte_at_a_time() {
    for content in [plain(), gzip(&plain())] {
        let idx = read_idx_from(watched(content.as_slice()), "a".as_ref()).unwrap();
        assert_eq!(idx, read(&plain()).unwrap());
    }
}

#[test]
fn what_is_not_idx_is_said_with_how_it_begins() {
    let message = refused(b"<!DOCTYPE html><html><body>404</body></html>");
    assert!(message.contains("found \"<!DO\""), "{message}");
    assert!(refused(b"").contains("found \"\""));
    assert!(refused(b"\0\0\x08").contains("found \"\\x00\\x00\\x08\""));
    for magic in [
        [0, 1, 8, 1],
        [1, 0, 8, 1],
        [0, 0, 0, 0],
        [0, 0, 8, 0],
        [0x50, 0x4b, 3, 4],
    ] {
        let mut content = plain();
        content[..4].copy_from_slice(&magic);
        assert!(
            matches!(read(&content), Err(IdxError::NotIdx { .. })),
            "{magic:?}"
        );
        assert!(
            matches!(read(&gzip(&content)), Err(IdxError::NotIdx { .. })),
            "{magic:?}"
        );
    }
}

#[test]
fn other_types_of_values_are_named() {
    for kind in [0x09, 0x0b, 0x0c, 0x0d, 0x0e] {
        let mut content = plain();
        content[2] = kind;
        assert!(refused(&content).contains(&format!("found type 0x0{kind:x}")));
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
        let content = [header(&sizes), vec![7; 100]].concat();
        let message = refused(&content);
        assert!(message.contains("at most 256 MiB"), "{message}");
        assert!(message.len() < 200, "{message}");
    }
    assert!(refused(&header(&[u32::MAX; 3])).contains("4294967295 x 4294967295 x 4294967295"));
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path().join("none.idx"), folder.path().to_path_buf()] {
        let error = read_idx(&path).unwrap_err();
        assert!(matches!(error, IdxError::Io { .. }), "{error}");
        assert!(
            error.to_string().contains(path.to_str().unwrap()),
            "{error}"
        );
    }
}

proptest! {
    #[test]
    fn arrays_of_any_rank_come_back(sizes in prop::collection::vec(0_u32..6, 1..6), seed: u8) {
        let count: u32 = sizes.iter().product();
        let values: Vec<u8> = (0..count).map(|i| (i as u8).wrapping_mul(seed)).collect();
        let content = [header(&sizes), values.clone()].concat();
        let sizes: Vec<usize> = sizes.iter().map(|&size| size as usize).collect();
        for content in [gzip(&content), content] {
            prop_assert_eq!(read(&content).unwrap(), Idx { sizes: sizes.clone(), values: values.clone() });
        }
    }
}
