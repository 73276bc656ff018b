//! Damaged archives: an error that names the archive, or right files; never wrong ones.

use std::fs;

use retrace_data::sets::{FetchError, FetchOptions, FileState, fetch, verify};

use super::hostile::{gzip, tar, zip};
use super::made_up::{Cache, archive, names, noise, quick, set};

/// What came of a damaged archive.
#[derive(PartialEq, Eq)]
enum Outcome {
    Whole,
    Lacking,
    Refused,
}

/// Takes the archive as a local copy into a new cache.
fn take(archive_bytes: &[u8], files: &[(&str, &[u8])]) -> Outcome {
    let set = set(files, &[archive(&["http://127.0.0.1:1/"])]);
    let cache = Cache::new();
    let path = cache.folder.path().join("damaged.archive");
    fs::write(&path, archive_bytes).unwrap();
    let options = FetchOptions {
        from: Some(path),
        ..quick()
    };
    let outcome = match fetch(&set, &cache.root(), &options, &mut |_| {}) {
        Ok(fetched) if fetched.is_complete() => Outcome::Whole,
        Ok(_) => Outcome::Lacking,
        Err(error) => {
            assert!(matches!(error, FetchError::Archive(_)), "{error}");
            assert!(
                error.to_string().contains("damaged.archive is refused"),
                "{error}"
            );
            Outcome::Refused
        }
    };
    let verified = verify(&set, &cache.root());
    for (file, state) in &verified.files {
        assert!(
            matches!(state, FileState::Fine | FileState::Missing),
            "{file:?}: {state:?}"
        );
    }
    assert_eq!(names(cache.folder.path()), ["cache", "damaged.archive"]);
    outcome
}

fn archives(files: &[(&str, &[u8])]) -> [Vec<u8>; 3] {
    let tar = tar(files);
    [zip(files), gzip(&tar), tar]
}

#[test]
fn truncated_archives_never_give_all_files() {
    let (a, b, text) = (noise(80, 3000), noise(81, 2000), "text ".repeat(500));
    let files: [(&str, &[u8]); 3] = [("a.bin", &a), ("b.bin", &b), ("c.txt", text.as_bytes())];
    for (kind, whole) in archives(&files).iter().enumerate() {
        assert!(take(whole, &files) == Outcome::Whole);
        let mut refused = 0;
        for place in 0..32 {
            // Within the content: a tar is whole before the zeros at its end.
            let length = (whole.len() - 1024) * place / 32;
            let outcome = take(&whole[..length], &files);
            assert!(outcome != Outcome::Whole, "kind {kind}, {length} bytes");
            refused += usize::from(outcome == Outcome::Refused);
        }
        // A tar that ends between two entries cannot be told from a whole one.
        assert!(refused >= 30, "kind {kind}: {refused}");
    }
}

#[test]
fn flipped_bits_never_give_wrong_files() {
    let (a, text) = (noise(82, 1500), "text ".repeat(300));
    let files: [(&str, &[u8]); 2] = [("a.bin", &a), ("c.txt", text.as_bytes())];
    for (kind, whole) in archives(&files).iter().enumerate() {
        let bits = whole.len() * 8;
        let mut whole_ones = 0;
        for flip in 0..256 {
            let bit = flip * bits / 256 + flip % 8;
            let mut damaged = whole.clone();
            damaged[bit / 8 % whole.len()] ^= 1 << (bit % 8);
            whole_ones += usize::from(take(&damaged, &files) == Outcome::Whole);
        }
        // Some bits do not matter: times, owners, the padding between entries of a tar.
        assert!(
            whole_ones < 200,
            "kind {kind}: {whole_ones} of 256 made no difference"
        );
    }
}
