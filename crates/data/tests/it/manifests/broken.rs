//! Manifests that break the rules: refused, with the rule.

use retrace_data::sets::{DataSet, ManifestError};

const MANIFEST: &str = r#"
    title = "t"
    description = "d"
    home = "h"
    terms = "t"
    citation = "c"
    [[source]]
    kind = "file"
    path = "a/b.bin"
    mirrors = ["https://example.org/b.bin"]
"#;

const SUM: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn refused(name: &str, manifest: &str, files: &str, expected: &str) {
    let error = DataSet::parse(name, manifest, files, &[]).unwrap_err();
    let message = match &error {
        ManifestError::Toml { source, .. } => format!("{error}: {source}"),
        ManifestError::Csv { source, .. } => format!("{error}: {source}"),
        ManifestError::Rule { .. } => error.to_string(),
    };
    assert!(message.contains(name), "{message}");
    assert!(message.contains(expected), "{message}");
}

#[test]
fn broken_manifests_are_refused_with_their_reason() {
    let files = format!("path,bytes,sha256\na/b.bin,0,{SUM}\n");
    assert!(DataSet::parse("set", MANIFEST, &files, &[]).is_ok());
    refused("set", "title = ", &files, "datasets/set/manifest.toml");
    refused(
        "set",
        &MANIFEST.replace("terms", "licence"),
        &files,
        "licence",
    );
    refused(
        "set",
        &MANIFEST.replace("\"file\"", "\"torrent\""),
        &files,
        "torrent",
    );
    refused(
        "set",
        &MANIFEST.replace("https:", "ftp:"),
        &files,
        "http and https",
    );
    refused(
        "set",
        &MANIFEST.replace("https://example.org/b.bin", "https://"),
        &files,
        "http and https",
    );
    refused(
        "set",
        &MANIFEST.replace("[\"https://example.org/b.bin\"]", "[]"),
        &files,
        "one mirror",
    );
    refused(
        "set",
        &MANIFEST.replace("a/b.bin", "b.bin"),
        &files,
        "in files.csv",
    );
    refused("se/t", MANIFEST, &files, "a name that can be a folder");
    let no_mirrors = MANIFEST.replace("mirrors", "under");
    refused("set", &no_mirrors, &files, "manifest.toml");
    let embedded = "kind = \"embedded\"\npath = \"a/b.bin\"";
    let head = MANIFEST.split("kind").next().unwrap();
    refused(
        "set",
        &format!("{head}{embedded}"),
        &files,
        "with their content",
    );
}

#[test]
fn broken_tables_of_files_are_refused_with_their_reason() {
    let table = |rows: &str| format!("path,bytes,sha256\n{}", rows.replace("SUM", SUM));
    let refused = |rows: &str, expected: &str| refused("set", MANIFEST, &table(rows), expected);
    refused("", "at least one file, found \"none\"");
    refused("a/b.bin,many,SUM\n", "datasets/set/files.csv");
    refused("a/b.bin,-1,SUM\n", "datasets/set/files.csv");
    refused("a/b.bin,1\n", "datasets/set/files.csv");
    refused("a/b.bin,1,SUM\na/b.bin,1,SUM\n", "each path once");
    refused("a/b.bin,1,SUM\nA/B.bin,1,SUM\n", "each path once");
    refused("a/b.bin,1,abc\n", "64 digits");
    refused(&format!("a/b.bin,1,{}\n", SUM.to_uppercase()), "64 digits");
    for path in [
        "/a", "../a", "a/../b", "a//b", "a/", "./a", "a\\b", "c:a", ".a", "a/.b", "a.part", "a b",
        "ä",
    ] {
        refused(
            &format!("{path},1,SUM\n"),
            "relative paths with plain names",
        );
    }
}
