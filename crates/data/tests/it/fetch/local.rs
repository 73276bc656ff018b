//! Local copies: recognised by content, whatever they are called and wherever they lie.

use std::fs;

use retrace_data::sets::{FetchError, FetchOptions, fetch};
use tar::EntryType;

use super::hostile::{Tar, gzip, tar, zip};
use super::made_up::{Cache, file, names, noise, quick, set};

fn from(path: impl Into<std::path::PathBuf>) -> FetchOptions {
    FetchOptions {
        from: Some(path.into()),
        ..quick()
    }
}

#[test]
fn files_of_a_folder_are_found_under_any_name() {
    let (a, b) = (noise(60, 1000), noise(61, 1000));
    // Two files of the set have the same content; both come from the one copy.
    let files: [(&str, &[u8]); 3] = [("x/a.bin", &a), ("y/a.bin", &a), ("b.bin", &b)];
    let set = set(&files, &[file("b.bin", &["http://127.0.0.1:1/"])]);
    let copies = tempfile::tempdir().unwrap();
    fs::create_dir_all(copies.path().join("my/old/pictures")).unwrap();
    fs::write(copies.path().join("my/old/pictures/a (1).jpg"), &b).unwrap();
    fs::write(copies.path().join("b.bin"), &a).unwrap();
    fs::write(copies.path().join("other"), noise(62, 1000)).unwrap();
    let cache = Cache::new();
    let fetched = cache.fetch_with(&set, &from(copies.path()));
    assert_eq!((fetched.came.len(), fetched.tried.len()), (3, 0));
    cache.is_whole(&set);
    assert_eq!(
        names(copies.path()),
        ["b.bin", "my", "other"],
        "copies stay as they are"
    );
}

#[cfg(unix)]
#[test]
fn links_to_files_are_followed_and_links_to_folders_are_not() {
    use std::os::unix::fs::symlink;
    let a = noise(63, 1000);
    let set = set(&[("a.bin", &a)], &[file("a.bin", &["http://127.0.0.1:1/"])]);
    let copies = tempfile::tempdir().unwrap();
    fs::write(copies.path().join("blob"), &a).unwrap();
    fs::create_dir(copies.path().join("folder")).unwrap();
    symlink("..", copies.path().join("folder/circle")).unwrap();
    symlink("nowhere", copies.path().join("folder/broken")).unwrap();
    let cache = Cache::new();
    let folder = from(copies.path().join("folder"));
    assert_eq!(cache.fetch_with(&set, &folder).missing, ["a.bin"]);
    symlink("../blob", copies.path().join("folder/a")).unwrap();
    assert!(cache.fetch_with(&set, &folder).is_complete());
    assert!(!cache.path("a.bin").is_symlink());
}

#[test]
fn an_archive_or_a_single_file_will_do() {
    let (a, b) = (noise(64, 1000), noise(65, 2000));
    let files: [(&str, &[u8]); 2] = [("a.bin", &a), ("sub/b.bin", &b)];
    let set = set(&files, &[file("a.bin", &["http://127.0.0.1:1/"])]);
    let renamed: [(&str, &[u8]); 2] = [("top/1.jpg", &b), ("top/2.jpg", &a)];
    let tar = tar(&renamed);
    let nested = zip(&[("inner.ZIP", &zip(&renamed))]);
    for archive in [zip(&renamed), gzip(&tar), tar, nested] {
        let cache = Cache::new();
        let path = cache.folder.path().join("download (3)");
        fs::write(&path, archive).unwrap();
        assert!(cache.fetch_with(&set, &from(&path)).is_complete());
        cache.is_whole(&set);
    }
    let cache = Cache::new();
    let path = cache.folder.path().join("c");
    fs::write(&path, &b).unwrap();
    let fetched = cache.fetch_with(&set, &from(&path));
    assert_eq!(
        (fetched.came, fetched.missing),
        (vec!["sub/b.bin".into()], vec!["a.bin".into()])
    );
    assert_eq!(fetched.tried[0].address, path.display().to_string());
}

/// As `git archive` writes it, and so GitHub: the commit first, then folders, links and files,
/// with long paths in headers of their own.
#[test]
fn a_snapshot_of_a_repository_will_do() {
    let a = noise(67, 1000);
    let set = set(&[("a.bin", &a)], &[file("a.bin", &["http://127.0.0.1:1/"])]);
    let mut tar = Tar::new();
    let commit = b"52 comment=0123456789012345678901234567890123456789\n";
    tar.entry("pax_global_header", EntryType::XGlobalHeader, commit);
    tar.entry("repo-0123/", EntryType::Directory, b"");
    tar.entry("repo-0123/latest-run", EntryType::Symlink, b"");
    let folder = "f".repeat(150);
    for (name, content) in [("one", &noise(68, 1000)), ("two", &a)] {
        let record = format!(" path=repo-0123/{folder}/{name}\n");
        let record = format!("{}{record}", record.len() + 3);
        tar.entry("repo-0123/long", EntryType::XHeader, record.as_bytes());
        // The short name is the same for both, and does not count.
        tar.entry(
            &format!("repo-0123/{}", &folder[..80]),
            EntryType::Regular,
            content,
        );
    }
    let cache = Cache::new();
    let path = cache.folder.path().join("repo.tar.gz");
    fs::write(&path, gzip(&tar.finish())).unwrap();
    assert!(cache.fetch_with(&set, &from(&path)).is_complete());
}

#[test]
fn what_is_no_copy_is_an_error_that_names_it() {
    let set = set(
        &[("a.bin", b"content")],
        &[file("a.bin", &["http://127.0.0.1:1/"])],
    );
    let cache = Cache::new();
    let path = cache.folder.path().join("copy");
    let told = || fetch(&set, &cache.root(), &from(&path), &mut |_| {}).unwrap_err();
    assert!(matches!(told(), FetchError::Read { .. }));
    assert!(told().to_string().contains("copy"));
    // A device can be read for ever.
    #[cfg(unix)]
    assert!(matches!(
        fetch(&set, &cache.root(), &from("/dev/zero"), &mut |_| {}),
        Err(FetchError::Read { .. })
    ));
    for content in [&b""[..], b"<!DOCTYPE html><html></html>", &noise(66, 5000)] {
        fs::write(&path, content).unwrap();
        assert!(matches!(told(), FetchError::Archive(_)));
        let message = told().to_string();
        assert!(
            message.contains("copy is refused: expected a zip, a tar or a tar.gz"),
            "{message}"
        );
    }
}
