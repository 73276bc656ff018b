//! Made-up data sets: their files, manifests and archives, a cache for each test, and fetching in
//! a process of its own.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use retrace_data::sets::{DataSet, FetchOptions, Fetched, fetch, verify};
use retrace_data::sha256;
use tar::EntryType;
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

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
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }

    /// A cache that holds this file.
    pub fn with(path: &str, content: &[u8]) -> Self {
        let cache = Self::new();
        fs::create_dir_all(cache.path("")).unwrap();
        fs::write(cache.path(path), content).unwrap();
        cache
    }

    pub fn root(&self) -> PathBuf {
        self.folder.path().join("cache")
    }

    /// A file of the set.
    pub fn path(&self, path: &str) -> PathBuf {
        self.root().join(NAME).join(path)
    }

    pub fn fetch_with(&self, set: &DataSet, options: &FetchOptions) -> Fetched {
        fetch(set, &self.root(), options, &mut |_| {}).unwrap()
    }

    /// Fetches, and all is there and right, with nothing beside it.
    pub fn fetches(&self, set: &DataSet) {
        let _ = self.report(set);
    }

    /// The same, with what came of it.
    pub fn report(&self, set: &DataSet) -> Fetched {
        let fetched = self.fetch_with(set, &quick());
        assert!(fetched.is_complete(), "{fetched:?}");
        self.is_whole(set);
        fetched
    }

    pub fn is_whole(&self, set: &DataSet) {
        let verified = verify(set, &self.root());
        assert!(verified.wrong.is_empty(), "{verified:?}");
        assert_eq!(verified.extra, 0, "files are left over");
    }
}

/// Settings with which a test does not wait long.
pub fn quick() -> FetchOptions {
    FetchOptions {
        proxy_from_environment: false,
        stall_timeout: Duration::from_millis(500),
        body_timeout: Duration::from_secs(2),
        retries: 2,
        backoff: Duration::from_millis(1),
        ..FetchOptions::default()
    }
}

/// Takes local copies.
pub fn from(path: impl Into<PathBuf>) -> FetchOptions {
    FetchOptions {
        from: Some(path.into()),
        ..quick()
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

fn manifest(sources: &[String]) -> String {
    let about = ["title", "description", "home", "terms", "citation"];
    let about = about.map(|key| format!("{key} = \"made up\"\n")).concat();
    about + &sources.concat()
}

/// The text of `files.csv`.
fn table(files: &[(&str, &[u8])]) -> String {
    let mut table = String::from("path,bytes,sha256\n");
    for (path, content) in files {
        writeln!(table, "{path},{},{}", content.len(), sha256(content)).unwrap();
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

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// An entry of a tar that [`tar::Builder`] may refuse to write; it claims that many bytes.
pub fn tar_entry(name: &str, kind: EntryType, content: &[u8], bytes: u64) -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
    header.set_entry_type(kind);
    header.set_size(bytes);
    header.set_mode(0o644);
    header.set_cksum();
    let mut entry = [header.as_bytes(), content].concat();
    entry.resize(entry.len().next_multiple_of(512), 0);
    entry
}

/// A tar of plain files.
pub fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let entry = |(name, content): &(&str, &[u8])| {
        tar_entry(name, EntryType::Regular, content, content.len() as u64)
    };
    let mut entries = files.iter().map(entry).collect::<Vec<_>>().concat();
    entries.extend([0; 1024]);
    entries
}

/// A zip of plain files, by another program than the one that reads it.
pub fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const FOLDER: &str = "RETRACE_TEST_CHILD";

/// Starts this test program again, in a process that fetches the set into `<folder>/cache`, from
/// `<folder>/local` where that is there. `limits` is shell that runs before it.
pub fn start(cache: &Cache, files: &[(&str, &[u8])], sources: &[String], limits: &str) -> Child {
    let folder = cache.folder.path();
    for (name, text) in [
        ("manifest.toml", manifest(sources)),
        ("files.csv", table(files)),
    ] {
        // Not again for each of several children: others may be reading it.
        if !fs::read_to_string(folder.join(name)).is_ok_and(|there| there == text) {
            fs::write(folder.join(name), text).unwrap();
        }
    }
    let test = "--exact fetch::made_up::process --nocapture";
    Command::new("sh")
        .arg("-c")
        .arg(format!("{limits} exec \"$0\" {test}"))
        .arg(env::current_exe().unwrap())
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Waits for the process; whether it fetched all, and what it printed.
pub fn output(child: Child) -> (bool, String) {
    let output = child.wait_with_output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.success(), printed)
}

/// What a child does. Without its variable this is an empty test.
#[test]
fn process() {
    let Some(folder) = env::var_os(FOLDER) else {
        return;
    };
    let folder = Path::new(&folder);
    let text = |name| fs::read_to_string(folder.join(name)).unwrap();
    let set = DataSet::parse(NAME, &text("manifest.toml"), &text("files.csv"), &[]).unwrap();
    let local = folder.join("local");
    let options = FetchOptions {
        // The parent kills a child that waits for bytes; it must not lose patience before.
        stall_timeout: Duration::from_secs(60),
        body_timeout: Duration::from_secs(60),
        from: local.exists().then_some(local),
        ..quick()
    };
    let fetched = fetch(&set, &folder.join("cache"), &options, &mut |_| {});
    #[allow(clippy::print_stdout)] // The parent reads it.
    {
        println!("{fetched:?}");
    }
    assert!(fetched.unwrap().is_complete());
}
