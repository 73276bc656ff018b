//! The manifests against the real files, where there are any.

use std::path::PathBuf;

use retrace_data::sets::{FetchOptions, all, fetch, present, verify};

#[test]
fn the_real_files_agree() {
    let Ok(root) = std::env::var("RETRACE_DATA") else {
        return;
    };
    let root = PathBuf::from(root);
    for set in all() {
        let verified = verify(set, &root);
        let wrong: Vec<_> = verified.wrong().take(3).collect();
        assert!(wrong.is_empty(), "{}: {wrong:?}", set.name);
        assert!(present(set, &root));
        // Nothing to do: the cache may be one that cannot be written.
        let fetched = fetch(set, &root, &FetchOptions::default(), &mut |_| {}).unwrap();
        assert_eq!(fetched.already, set.files.len());
    }
}

/// The whole way, from a folder where all sets lie together. The largest one is left out, as it
/// would take half of the time of all tests.
#[test]
fn the_real_files_are_recognised_among_others() {
    let Ok(copies) = std::env::var("RETRACE_DATA") else {
        return;
    };
    let cache = tempfile::tempdir().unwrap();
    let from = FetchOptions {
        from: Some(copies.into()),
        ..FetchOptions::default()
    };
    for set in all().iter().filter(|set| set.name != "scenes") {
        let fetched = fetch(set, cache.path(), &from, &mut |_| {}).unwrap();
        assert!(fetched.is_complete(), "{}", set.name);
        let verified = verify(set, cache.path());
        assert!(verified.is_fine() && verified.extra == 0, "{}", set.name);
    }
}
