//! The cache: what lies there is told apart, and what cannot be written is named.

use std::fs;
use std::path::Path;

use retrace_data::sets::{FetchError, FileState, fetch, glance, present, verify};

use super::child;
use super::made_up::{Cache, NAME, file, manifest, noise, quick, set, set_of_one, table};
use super::server::Server;

#[test]
fn verify_tells_what_is_wrong_with_each_file() {
    let content = noise(50, 1000);
    let names = ["fine", "missing", "short", "other", "folder", "sub/fine"];
    let files = names.map(|name| (name, content.as_slice()));
    let set = set(&files, &[file("fine", &["http://127.0.0.1:1/"])]);
    let cache = Cache::new();
    assert_eq!(verify(&set, &cache.root()).wrong().count(), 6);
    fs::create_dir_all(cache.path("folder")).unwrap();
    fs::create_dir_all(cache.path("sub")).unwrap();
    let other = noise(51, 1000);
    for (name, bytes) in [
        ("fine", &content[..]),
        ("short", &content[..999]),
        ("other", &other),
        ("sub/fine", &content),
        ("extra", b"one"),
        ("folder/extra", b"two"),
    ] {
        fs::write(cache.path(name), bytes).unwrap();
    }
    let verified = verify(&set, &cache.root());
    let states: Vec<_> = verified
        .files
        .iter()
        .map(|(_, state)| state.clone())
        .collect();
    assert_eq!(states[0], FileState::Fine);
    assert_eq!(states[1], FileState::Missing);
    assert_eq!(states[2], FileState::OtherSize { found: 999 });
    assert!(matches!(&states[3], FileState::OtherContent { found } if found.len() == 64));
    assert!(matches!(states[4], FileState::Unreadable { .. }));
    assert_eq!(states[5], FileState::Fine);
    assert_eq!(verified.extra, 2);
    assert!(!verified.is_fine());
    // A glance sees the same but for content.
    let root = cache.root();
    let glanced: Vec<_> = glance(&set, &root).collect();
    let by_size = |(_, state): &&(_, _)| !matches!(state, FileState::OtherContent { .. });
    let wrong: Vec<_> = verified.wrong().filter(by_size).cloned().collect();
    assert_eq!(glanced, wrong);
    assert_eq!(states[2].to_string(), "another size, 999 bytes");
}

#[test]
fn present_looks_at_sizes_only() {
    let content = noise(52, 1000);
    let set = set_of_one(&content, &["http://127.0.0.1:1/"]);
    let cache = Cache::new();
    assert!(!present(&set, &cache.root()));
    fs::create_dir_all(cache.path("")).unwrap();
    fs::write(cache.path("a.bin"), noise(53, 1000)).unwrap();
    assert!(present(&set, &cache.root()));
    fs::write(cache.path("a.bin"), &content[1..]).unwrap();
    assert!(!present(&set, &cache.root()));
}

/// Fetching into this root fails, with an error that names it.
fn cannot_write(root: &Path) {
    let content = noise(54, 1000);
    let server = Server::of(&content);
    let set = set_of_one(&content, &[&server.address("a")]);
    let error = fetch(&set, root, &quick(), &mut |_| {}).unwrap_err();
    assert!(matches!(error, FetchError::Write { .. }), "{error}");
    assert!(
        error.to_string().contains(root.to_str().unwrap()),
        "{error}"
    );
    assert!(
        server.requests().is_empty(),
        "nothing is downloaded in vain"
    );
}

#[test]
fn a_file_in_place_of_the_cache_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("cache");
    fs::write(&root, "a file").unwrap();
    cannot_write(&root);
    fs::remove_file(&root).unwrap();
    fs::create_dir(&root).unwrap();
    fs::write(root.join(NAME), "a file").unwrap();
    cannot_write(&root);
}

#[cfg(target_os = "linux")]
#[test]
fn a_read_only_cache_is_named() {
    use std::os::unix::fs::PermissionsExt;
    // Nobody can make folders in there, not even root.
    cannot_write(Path::new("/proc/retrace"));
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
    let may_write = fs::write(folder.path().join("try"), "").is_ok();
    if !may_write {
        cannot_write(folder.path());
    }
}

#[test]
fn a_whole_set_is_found_in_a_cache_that_cannot_be_written() {
    let content = noise(55, 1000);
    let set = set_of_one(&content, &["http://127.0.0.1:1/"]);
    let cache = Cache::new();
    fs::create_dir_all(cache.path("")).unwrap();
    fs::write(cache.path("a.bin"), &content).unwrap();
    // A folder in place of the lock file: to lock would be an error.
    fs::create_dir(cache.root().join(format!(".{NAME}.lock"))).unwrap();
    assert_eq!(cache.fetch(&set).already, 1);
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_named_and_the_mirror_is_not_blamed() {
    let content = noise(56, 400_000);
    let server = Server::of(&content);
    let sources = [file("a.bin", &[&server.address("a")])];
    let cache = Cache::new();
    let (manifest, table) = (manifest(&sources), table(&[("a.bin", &content)]));
    // Files of at most 64 blocks: the next write is an error instead of a signal.
    let limits = "trap '' XFSZ; ulimit -f 64;";
    let child = child::start(cache.folder.path(), &manifest, &table, limits);
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(!output.status.success());
    assert!(
        told.contains("Err(Write") && told.contains("a.bin.part"),
        "{told}"
    );
    assert_eq!(server.requests().len(), 1);
    // With space again, the rest comes.
    let before = fs::metadata(cache.path("a.bin.part")).unwrap().len() as usize;
    cache.fetches(&set_of_one(&content, &[&server.address("a")]));
    assert_eq!(server.ranges(), [None, Some(before)]);
}
