//! Files that promise too much, end too early or late, or have changed.

use proptest::prelude::*;
use retrace_data::{IdxError, read_idx_from};

use super::made_up::{gzip, plain, read, refused, watched};

#[test]
fn a_gzip_bomb_is_left_at_the_first_byte_too_many() {
    let content = gzip(&[plain(), vec![0; 64 * 1024 * 1024]].concat());
    let mut source = watched(content.as_slice());
    let error = read_idx_from(&mut source, "digits.idx".as_ref()).unwrap_err();
    assert!(
        matches!(error, IdxError::Long { expected: 60, .. }),
        "{error}"
    );
    assert!(
        source.given < content.len() / 4,
        "{} bytes read",
        source.given
    );
}

#[test]
fn whatever_follows_the_array_is_an_error() {
    let long = [plain(), vec![0]].concat();
    assert!(refused(&long).contains("expected the end after 60 values"));
    assert!(refused(&gzip(&long)).contains("expected the end after 60 values"));
    let trailing = [gzip(&plain()), b"trailing".to_vec()].concat();
    assert!(refused(&trailing).contains("damaged gzip"));
}

#[test]
fn truncations_are_errors_wherever_they_are() {
    let (plain, gzip) = (plain(), gzip(&plain()));
    for part in 0..32 {
        let cut = &plain[..plain.len() * part / 32];
        let error = read(cut).unwrap_err();
        let short = matches!(error, IdxError::Short { .. });
        assert!(short || matches!(error, IdxError::NotIdx { .. }), "{error}");
        let cut = &gzip[..gzip.len() * part / 32];
        let error = read(cut).unwrap_err();
        let damaged = matches!(error, IdxError::Gzip { .. });
        assert!(
            damaged || matches!(error, IdxError::NotIdx { .. }),
            "{error}"
        );
    }
    assert!(refused(&plain[..10]).contains("expected 12 bytes of sizes, found 6"));
    assert!(refused(&plain[..70]).contains("expected 60 bytes of values, found 54"));
}

#[test]
fn flipped_bits_give_an_error_or_an_array_of_the_promised_size() {
    let (plain, gzip) = (plain(), gzip(&plain()));
    for flip in 0..256 {
        let idx = read(&flipped(&plain, flip));
        assert!(idx.is_err() || idx.is_ok_and(|idx| idx.values.len() == 60));
        // Gzip's checksum sees each flip but those in its header's time, which change nothing.
        if let Ok(idx) = read(&flipped(&gzip, flip)) {
            assert_eq!(idx, read(&plain).unwrap());
        }
    }
}

/// One bit changed, at one of 256 places over the whole content.
fn flipped(content: &[u8], place: usize) -> Vec<u8> {
    let bit = place * content.len() * 8 / 256;
    let mut damaged = content.to_vec();
    damaged[bit / 8] ^= 1 << (bit % 8);
    damaged
}

proptest! {
    #[test]
    fn any_bytes_give_an_array_or_an_error(start in 0..3_usize, bytes: Vec<u8>) {
        let start = [&b""[..], b"\0\0\x08", b"\x1f\x8b\x08\0"][start];
        if let Ok(idx) = read(&[start, &bytes].concat()) {
            prop_assert_eq!(idx.values.len(), idx.sizes.iter().product::<usize>());
        }
    }
}
