//! Any bytes as a local archive of a data set: its file with the right bytes, or none; and
//! nothing is written beside the cache.

#![cfg_attr(fuzzing, no_main)]

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use retrace_data::sets::{DataSet, FetchError, FetchOptions, FileState, fetch, verify};
use retrace_data::sha256;

/// What the only file of the data set holds; the archives among the seeds have it.
const CONTENT: &[u8] = b"seven by nine\n";

static SET: LazyLock<DataSet> = LazyLock::new(|| {
    let about = ["title", "description", "home", "terms", "citation"];
    let manifest = about.map(|key| format!("{key} = \"made up\"\n")).concat()
        + "[[source]]\nkind = \"archive\"\nnested = true\nmirrors = [\"http://127.0.0.1:1/\"]\n";
    let sum = sha256(CONTENT);
    let files = format!("path,bytes,sha256\na.bin,{},{sum}\n", CONTENT.len());
    DataSet::parse("made-up", &manifest, &files, &[]).expect("the manifest above is one")
});

pub fn read(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
    let (archive, cache) = (folder.path().join("archive"), folder.path().join("cache"));
    fs::write(&archive, bytes).expect("that folder can be written");
    let options = FetchOptions {
        offline: true,
        from: Some(archive),
        ..FetchOptions::default()
    };
    match fetch(&SET, &cache, &options, &mut |_| {}) {
        Ok(fetched) => assert_eq!(fetched.is_complete(), is_whole(&cache)),
        Err(FetchError::Archive(..)) => {}
        Err(error) => panic!("{error}"),
    }
    assert_eq!(
        fs::read_dir(folder.path()).map(Iterator::count).ok(),
        Some(2)
    );
}

/// Whether the file is there; it must not be there with other bytes, nor anything beside it.
fn is_whole(cache: &Path) -> bool {
    let verified = verify(&SET, cache);
    assert_eq!(verified.extra, 0);
    let missing = |state: &FileState| matches!(state, FileState::Missing);
    assert!(verified.wrong.iter().all(|(_, state)| missing(state)));
    verified.wrong.is_empty()
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| read(bytes));
