//! The manifests against what the authors of the sets tell.

use std::collections::HashSet;

use retrace_data::sets::{FetchOptions, Limits, Source, all, fetch, find};

#[test]
fn the_sets_have_the_files_that_their_authors_tell_of() {
    let known: Vec<_> = all()
        .iter()
        .map(|set| (set.name.as_str(), set.files.len()))
        .collect();
    assert_eq!(
        known,
        [
            ("faces-laid", 16 + 9),
            ("faces-orl", 40 * 10 + 1),
            ("homography", 6 + 10),
            ("mnist", 4),
            ("scenes", 2688 + 2),
        ]
    );
    assert_eq!(find("mnist").unwrap().title, "MNIST handwritten digits");
    assert!(find("imagenet").is_none());
}

#[test]
fn known_sums_sizes_and_counts_agree() {
    let file = |set: &str, path: &str| {
        let files = find(set).unwrap().files.iter();
        files
            .clone()
            .find(|file| file.path == path)
            .unwrap()
            .clone()
    };
    // As published for MNIST by torchvision and others since 2011.
    assert_eq!(file("mnist", "train-images-idx3-ubyte.gz").bytes, 9_912_422);
    assert_eq!(
        file("mnist", "t10k-labels-idx1-ubyte.gz").sha256,
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"
    );
    // 92x112 bytes behind the header "P5\n92 112\n255\n".
    let orl = find("faces-orl").unwrap();
    let pictures = orl.files.iter().filter(|file| file.path.ends_with(".pgm"));
    assert!(pictures.clone().all(|file| file.bytes == 92 * 112 + 14));
    assert_eq!(pictures.count(), 400);
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
}

#[test]
fn the_scenes_are_as_many_in_each_category_as_their_authors_tell() {
    let scenes = find("scenes").unwrap();
    let in_category = |category: &str| {
        let inside = |path: &str| path.split_once('/').is_some_and(|(top, _)| top == category);
        scenes
            .files
            .iter()
            .filter(|file| inside(&file.path))
            .count()
    };
    for (category, count) in [
        ("coast", 360),
        ("forest", 328),
        ("highway", 260),
        ("insidecity", 308),
        ("mountain", 374),
        ("opencountry", 410),
        ("street", 292),
        ("tallbuilding", 356),
    ] {
        assert_eq!(in_category(category), count, "{category}");
    }
}

#[test]
fn each_file_has_a_source_and_each_set_its_terms() {
    for set in all() {
        for file in &set.files {
            let sources = set
                .sources
                .iter()
                .filter(|source| source.may_give(&file.path));
            assert!(
                sources.count() > 0,
                "{}: nobody gives {}",
                set.name,
                file.path
            );
        }
        for text in [
            &set.title,
            &set.description,
            &set.home,
            &set.terms,
            &set.citation,
        ] {
            assert!(text.len() > 10, "{}: \"{text}\"", set.name);
        }
        assert!(set.bytes() < Limits::default().unpacked_bytes);
    }
}

#[test]
fn splits_count_what_their_lists_name() {
    let items = |set: &str| {
        let splits = find(set).unwrap().splits.iter();
        splits
            .map(|split| (split.name.as_str(), split.items))
            .collect::<Vec<_>>()
    };
    assert_eq!(items("mnist"), [("train", 60_000), ("test", 10_000)]);
    assert_eq!(items("scenes"), [("train", 1881), ("test", 807)]);
    assert_eq!(items("faces-laid"), [("train", 16), ("test", 9)]);
    assert_eq!(1881 + 807, 2688);
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
        let expected = set.sources.iter().filter(embedded).map(Source::scope);
        let fetched = fetch(set, folder.path(), &offline, &mut |_| {}).unwrap();
        let mut came = fetched.came.clone();
        came.sort();
        let mut expected: Vec<_> = expected.collect();
        expected.sort_unstable();
        assert_eq!(came, expected, "{}", set.name);
    }
}

/// Reads the lists of the scenes' split: each photograph is in one of them.
#[test]
fn the_lists_of_the_scenes_divide_them() {
    let lists = [
        include_str!("../../../../../datasets/scenes/mit_split_train.txt"),
        include_str!("../../../../../datasets/scenes/mit_split_test.txt"),
    ];
    let mut listed: Vec<_> = lists.iter().flat_map(|list| list.lines()).collect();
    listed.sort_unstable();
    let scenes = find("scenes").unwrap();
    let photographs = scenes.files.iter().map(|file| file.path.as_str());
    let photographs: Vec<_> = photographs.filter(|path| path.ends_with(".jpg")).collect();
    assert_eq!(listed, photographs);
}
