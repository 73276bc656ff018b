//! Data sets of other people: what they are, which bytes they have, and how to get them.
//!
//! A data set is a manifest, and its manifest is part of this crate: title, terms, citation,
//! mirrors, and path, size and SHA-256 of each file. The files themselves never are; [`fetch`]
//! brings them into a folder, the cache, as `<root>/<set>/<path>`. [`verify`] says what lies
//! there, [`glance`] does so by sizes alone.
//!
//! Trust rests on SHA-256 alone. A mirror may send anything, and nobody has to believe the names
//! within an archive: a file is recognised by its content, wherever it comes from.

mod archive;
mod cache;
mod download;
mod fetch;
mod manifest;

use std::sync::LazyLock;

pub use archive::ArchiveError;
pub use cache::{FileState, Verified, glance, verify};
pub use fetch::{Event, FetchError, FetchOptions, Fetched, Tried, fetch};
pub use manifest::{DataFile, DataSet, ManifestError, Source, Split};

/// Name, `manifest.toml`, `files.csv`, and the contents of embedded files by path.
type Texts = (
    &'static str,
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

macro_rules! text {
    ($name:literal, $path:literal) => {
        include_str!(concat!("../../../datasets/", $name, "/", $path))
    };
}

macro_rules! texts {
    ($name:literal $(, $embedded:literal)*) => {
        (
            $name,
            text!($name, "manifest.toml"),
            text!($name, "files.csv"),
            &[$(($embedded, text!($name, $embedded))),*],
        )
    };
}

/// The manifests of `datasets/`, as part of the crate: a program needs no clone beside it.
static TEXTS: [Texts; 5] = [
    texts!("faces-laid"),
    texts!("faces-orl"),
    texts!(
        "homography",
        "oxford/bikes/H1to2p",
        "oxford/bikes/H1to3p",
        "oxford/leuven/H1to2p",
        "oxford/leuven/H1to3p"
    ),
    texts!("mnist"),
    texts!("scenes", "mit_split_train.txt", "mit_split_test.txt"),
];

/// All data sets, by name.
#[must_use]
pub fn all() -> &'static [DataSet] {
    static SETS: LazyLock<Vec<DataSet>> = LazyLock::new(|| {
        let parse = |(name, manifest, files, embedded): &Texts| {
            DataSet::parse(name, manifest, files, embedded)
                .expect("the manifests are constants, and a test parses each of them")
        };
        TEXTS.iter().map(parse).collect()
    });
    &SETS
}

/// The data set of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static DataSet> {
    all().iter().find(|set| set.name == name)
}
