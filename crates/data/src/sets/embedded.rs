//! The manifests of `datasets/`, as part of the crate: a program needs no clone beside it.

use super::DataSet;

/// Name, `manifest.toml`, `files.csv`, and the contents of embedded files by path.
struct Texts {
    name: &'static str,
    manifest: &'static str,
    files: &'static str,
    embedded: &'static [(&'static str, &'static str)],
}

macro_rules! texts {
    ($name:literal $(, $embedded:literal)*) => {
        Texts {
            name: $name,
            manifest: text!($name, "manifest.toml"),
            files: text!($name, "files.csv"),
            embedded: &[$(($embedded, text!($name, $embedded))),*],
        }
    };
}

macro_rules! text {
    ($name:literal, $path:literal) => {
        include_str!(concat!("../../../../datasets/", $name, "/", $path))
    };
}

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

/// All embedded data sets, by name.
pub fn parse() -> Vec<DataSet> {
    let parse = |texts: &Texts| {
        DataSet::parse(texts.name, texts.manifest, texts.files, texts.embedded)
            .expect("the manifests are constants, and a test parses each of them")
    };
    TEXTS.iter().map(parse).collect()
}
