//! Made-up data sets: their files, their manifests, and a cache for each test.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::Duration;

use retrace_data::sets::{DataSet, FetchOptions, Fetched, fetch, verify};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// The name of each made-up set.
pub const NAME: &str = "made-up";

/// Bytes without any order, the same each time.
pub fn noise(seed: u64, count: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..count).map(|_| next()).collect()
}

/// A cache in a folder of its own, so that a test sees what is written beside it.
pub struct Cache {
    pub folder: TempDir,
}

impl Cache {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub fn root(&self) -> std::path::PathBuf {
        self.folder.path().join("cache")
    }

    pub fn path(&self, path: &str) -> std::path::PathBuf {
        self.root().join(NAME).join(path)
    }

    pub fn fetch(&self, set: &DataSet) -> Fetched {
        self.fetch_with(set, &quick())
    }

    pub fn fetch_with(&self, set: &DataSet, options: &FetchOptions) -> Fetched {
        fetch(set, &self.root(), options, &mut |_| {}).unwrap()
    }

    /// Fetches, and all is there and right, with nothing beside it.
    pub fn fetches(&self, set: &DataSet) {
        let _ = self.report(set);
    }

    /// The same, with what was told at the end.
    pub fn report(&self, set: &DataSet) -> Fetched {
        let fetched = self.fetch(set);
        assert!(fetched.is_complete(), "{fetched:?}");
        self.is_whole(set);
        fetched
    }

    pub fn is_whole(&self, set: &DataSet) {
        let verified = verify(set, &self.root());
        assert!(verified.is_fine(), "{verified:?}");
        assert_eq!(verified.extra, 0, "files are left over");
    }

    /// Fetches in vain; why the first mirror failed.
    pub fn fails(&self, set: &DataSet) -> String {
        let fetched = self.fetch(set);
        assert!(!fetched.is_complete(), "{fetched:?}");
        assert!(!self.path(&fetched.missing[0]).exists());
        fetched.tried[0].failure.to_string()
    }
}

/// Settings with which a test does not wait long.
pub fn quick() -> FetchOptions {
    FetchOptions {
        proxy_from_environment: false,
        connect_timeout: Duration::from_secs(5),
        stall_timeout: Duration::from_millis(500),
        body_timeout: Duration::from_secs(5),
        retries: 2,
        backoff: Duration::from_millis(1),
        redirects: 3,
        ..FetchOptions::default()
    }
}

/// A set with these files and these sources, each in TOML.
pub fn set(files: &[(&str, &[u8])], sources: &[String]) -> DataSet {
    DataSet::parse(NAME, &manifest(sources), &table(files), &[]).unwrap()
}

/// A set of one file, `a.bin`.
pub fn set_of_one(content: &[u8], mirrors: &[&str]) -> DataSet {
    set(&[("a.bin", content)], &[file("a.bin", mirrors)])
}

pub fn manifest(sources: &[String]) -> String {
    let about = ["title", "description", "home", "terms", "citation"];
    let about = about.map(|key| format!("{key} = \"made up\"\n")).concat();
    about + &sources.concat()
}

/// The text of `files.csv`.
pub fn table(files: &[(&str, &[u8])]) -> String {
    let mut table = String::from("path,bytes,sha256\n");
    for (path, content) in files {
        let sum = Sha256::digest(content);
        let sum: String = sum.iter().map(|byte| format!("{byte:02x}")).collect();
        writeln!(table, "{path},{},{sum}", content.len()).unwrap();
    }
    table
}

/// A source of one file.
pub fn file(path: &str, mirrors: &[&str]) -> String {
    format!("[[source]]\nkind = \"file\"\npath = \"{path}\"\nmirrors = {mirrors:?}\n")
}

/// A source of files in archives.
pub fn archive(mirrors: &[&str]) -> String {
    format!("[[source]]\nkind = \"archive\"\nnested = true\nmirrors = {mirrors:?}\n")
}

/// Names in a folder, sorted.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
