//! What fuzzing found worth keeping, read again by the readers that it was found with: see
//! `fuzz/README.md`.

use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

/// Each module is what a target of `fuzz/` does with its bytes.
macro_rules! readers {
    ($($name:ident $file:literal,)*) => {
        $(
            #[path = $file]
            mod $name;
        )*

        /// The targets by name.
        const READERS: &[(&str, fn(&[u8]))] = &[$((stringify!($name), $name::read)),*];
    };
}

readers! {
    archive "../../fuzz/readers/archive.rs",
    arrays "../../fuzz/readers/arrays.rs",
    colours "../../fuzz/readers/colours.rs",
    config "../../fuzz/readers/config.rs",
    csv "../../fuzz/readers/csv.rs",
    faces "../../fuzz/readers/faces.rs",
    idx "../../fuzz/readers/idx.rs",
    matrix "../../fuzz/readers/matrix.rs",
    npy "../../fuzz/readers/npy.rs",
    onnx "../../fuzz/readers/onnx.rs",
    picture "../../fuzz/readers/picture.rs",
}

#[test]
fn no_bytes_that_fuzzing_kept_break_a_reader() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
    for (name, read) in READERS {
        let kept = fs::read_dir(seeds.join(name)).unwrap();
        let kept: Vec<_> = kept.map(|entry| entry.unwrap().path()).collect();
        assert!(kept.len() >= 5, "{name} has {} files", kept.len());
        for file in kept {
            let bytes = fs::read(&file).unwrap();
            let read = catch_unwind(|| read(&bytes));
            assert!(read.is_ok(), "{} breaks its reader", file.display());
        }
    }
}

#[test]
fn every_target_is_among_them() {
    let manifest = include_str!("../../fuzz/Cargo.toml");
    let manifest: toml::Table = manifest.parse().unwrap();
    let mut targets: Vec<&str> = manifest["bin"]
        .as_array()
        .unwrap()
        .iter()
        .map(|bin| bin["name"].as_str().unwrap())
        .collect();
    targets.sort_unstable();
    let readers: Vec<&str> = READERS.iter().map(|(name, _)| *name).collect();
    assert_eq!(targets, readers);
}
