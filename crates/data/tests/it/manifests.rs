//! The manifests of `datasets/`: well-formed, in agreement with what is known of each set, and
//! with the real files.

use std::collections::HashSet;
use std::path::PathBuf;

use retrace_data::sets::{DataSet, FetchOptions, Source, all, fetch, find, glance, verify};

/// Relative, with slashes, of names that mean the same on every system. Names that end in
/// `.part` or begin with a dot are those of unfinished downloads.
fn is_plain(path: &str) -> bool {
    let plain = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    path.split('/').all(|name| {
        let ends = name.starts_with('.') || name.ends_with('.') || name.ends_with(".part");
        !name.is_empty() && !ends && name.chars().all(plain)
    })
}

#[test]
fn manifests_keep_the_rules() {
    for set in all() {
        let name = &set.name;
        assert!(is_plain(name) && !name.contains('/') && !set.files.is_empty());
        // Compared without case, for file systems that do so.
        let paths: HashSet<_> = set
            .files
            .iter()
            .map(|file| file.path.to_lowercase())
            .collect();
        assert_eq!(paths.len(), set.files.len(), "{name}");
        for file in &set.files {
            assert!(is_plain(&file.path), "{name}: {}", file.path);
            let digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
            assert!(file.sha256.len() == 64 && file.sha256.bytes().all(digit));
            let gives = |source: &Source| source.may_give(&file.path);
            assert!(
                set.sources.iter().any(gives),
                "{name}: nobody gives {}",
                file.path
            );
        }
        for source in &set.sources {
            let scope = source.scope();
            let whole = |path: &str| path == scope || matches!(source, Source::Archive { .. });
            let gives = |path: &str| source.may_give(path) && whole(path);
            assert!(
                set.files.iter().any(|file| gives(&file.path)),
                "{name}: {scope}"
            );
            let embedded = matches!(source, Source::Embedded { .. });
            assert_eq!(embedded, source.mirrors().is_empty(), "{name}: {scope}");
            for mirror in source.mirrors() {
                let host = mirror
                    .strip_prefix("http://")
                    .or(mirror.strip_prefix("https://"));
                assert!(host.is_some_and(|host| host.contains('.')), "{mirror}");
            }
        }
        for text in [
            &set.title,
            &set.description,
            &set.home,
            &set.terms,
            &set.citation,
        ] {
            assert!(text.len() > 10, "{name}: \"{text}\"");
        }
    }
}

#[test]
fn texts_of_another_form_are_refused_with_their_file_and_reason() {
    let keys = ["title", "description", "home", "terms", "citation"];
    let about = keys.map(|key| format!("{key} = \"t\"\n")).concat();
    let manifest = about + "[[source]]\nkind = \"file\"\npath = \"a\"\nmirrors = []\n";
    let files = "path,bytes,sha256\na,0,e3b0\n";
    let parse = |manifest: &str, files: &str| DataSet::parse("set", manifest, files, &[]);
    assert!(parse(&manifest, files).is_ok());
    for (old, new, expected) in [
        ("title = \"t\"", "title =", "datasets/set/manifest.toml"),
        ("terms", "licence", "licence"),
        ("\"file\"", "\"torrent\"", "torrent"),
        ("mirrors", "under", "datasets/set/manifest.toml"),
        ("a,0", "a,many", "datasets/set/files.csv"),
        ("a,0", "a,-1", "datasets/set/files.csv"),
        (",e3b0", "", "datasets/set/files.csv"),
    ] {
        let error = parse(&manifest.replace(old, new), &files.replace(old, new)).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}

/// Number of files whose path ends so.
fn count(set: &str, end: &str) -> usize {
    let files = find(set).unwrap().files.iter();
    files.filter(|file| file.path.ends_with(end)).count()
}

#[test]
fn sizes_sums_and_counts_are_those_that_the_authors_tell() {
    let file = |set: &str, path: &str| {
        let mut files = find(set).unwrap().files.iter();
        files.find(|file| file.path == path).unwrap().clone()
    };
    // As published for MNIST by torchvision and others since 2011.
    assert_eq!(file("mnist", "train-images-idx3-ubyte.gz").bytes, 9_912_422);
    assert_eq!(
        file("mnist", "t10k-labels-idx1-ubyte.gz").sha256,
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"
    );
    // 92x112 bytes behind the header "P5\n92 112\n255\n".
    assert_eq!(count("faces-orl", ".pgm"), 400);
    let orl = find("faces-orl").unwrap().files.iter();
    let pictures = orl.filter(|file| file.path.ends_with(".pgm"));
    assert!(
        pictures
            .map(|file| file.bytes)
            .all(|bytes| bytes == 92 * 112 + 14)
    );
    assert_eq!(count("faces-laid", ".png"), 16 + 9);
    // Two pairs of scenes are identical, and no other two files are.
    let scenes = find("scenes").unwrap();
    let contents: HashSet<_> = scenes.files.iter().map(|file| &file.sha256).collect();
    assert_eq!(contents.len(), scenes.files.len() - 2);
    for (one, other) in [
        (
            "mountain/mountain_sharp59.jpg",
            "mountain/mountain_sclos4.jpg",
        ),
        (
            "insidecity/insidecity_urb992.jpg",
            "tallbuilding/tallbuilding_urb992.jpg",
        ),
    ] {
        assert_eq!(file("scenes", one).sha256, file("scenes", other).sha256);
    }
    for (category, expected) in [
        ("coast", 360),
        ("forest", 328),
        ("highway", 260),
        ("insidecity", 308),
        ("mountain", 374),
        ("opencountry", 410),
        ("street", 292),
        ("tallbuilding", 356),
    ] {
        let inside = scenes
            .files
            .iter()
            .filter(|file| file.path.starts_with(category));
        assert_eq!(inside.count(), expected, "{category}");
    }
}

/// Each photograph is in one of the lists of the scenes' split.
#[test]
fn the_lists_of_the_scenes_divide_them_as_their_split_says() {
    let lists = [
        include_str!("../../../../datasets/scenes/mit_split_train.txt"),
        include_str!("../../../../datasets/scenes/mit_split_test.txt"),
    ];
    let scenes = find("scenes").unwrap();
    let items: Vec<_> = scenes
        .splits
        .iter()
        .map(|split| split.items as usize)
        .collect();
    assert_eq!(items, lists.map(|list| list.lines().count()));
    let mut listed: Vec<_> = lists.iter().flat_map(|list| list.lines()).collect();
    listed.sort_unstable();
    let photographs = scenes.files.iter().map(|file| file.path.as_str());
    let photographs: Vec<_> = photographs.filter(|path| path.ends_with(".jpg")).collect();
    assert_eq!(listed, photographs);
}

/// What is part of this crate comes without any mirror, with the right bytes.
#[test]
fn embedded_files_have_the_sums_of_the_manifest() {
    let folder = tempfile::tempdir().unwrap();
    let offline = FetchOptions {
        offline: true,
        ..FetchOptions::default()
    };
    for set in all() {
        let embedded = |source: &&Source| matches!(source, Source::Embedded { .. });
        let expected: Vec<_> = set
            .sources
            .iter()
            .filter(embedded)
            .map(Source::scope)
            .collect();
        let fetched = fetch(set, folder.path(), &offline, &mut |_| {}).unwrap();
        assert_eq!(fetched.came, expected, "{}", set.name);
    }
}

fn published() -> PathBuf {
    std::env::var_os("RETRACE_DATA").unwrap().into()
}

#[test]
#[ignore = "needs RETRACE_DATA"]
fn the_real_files_agree() {
    let root = published();
    for set in all() {
        let verified = verify(set, &root);
        let wrong: Vec<_> = verified.wrong.iter().take(3).collect();
        assert!(wrong.is_empty(), "{}: {wrong:?}", set.name);
        assert_eq!(glance(set, &root).count(), 0);
        // Nothing to do: the cache may be one that cannot be written.
        let fetched = fetch(set, &root, &FetchOptions::default(), &mut |_| {}).unwrap();
        assert_eq!(fetched.already, set.files.len());
    }
}

/// The whole way, from a folder where all sets lie together. The largest one is left out, as it
/// would take half of the time of all tests.
#[test]
#[ignore = "needs RETRACE_DATA"]
fn the_real_files_are_recognised_among_others() {
    let cache = tempfile::tempdir().unwrap();
    let from = FetchOptions {
        from: Some(published()),
        ..FetchOptions::default()
    };
    for set in all().iter().filter(|set| set.name != "scenes") {
        let fetched = fetch(set, cache.path(), &from, &mut |_| {}).unwrap();
        assert!(fetched.is_complete(), "{}", set.name);
        let verified = verify(set, cache.path());
        assert!(
            verified.wrong.is_empty() && verified.extra == 0,
            "{}",
            set.name
        );
    }
}
