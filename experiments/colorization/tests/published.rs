//! The published photographs, where `RETRACE_DATA` says that they are.

#![allow(clippy::unwrap_used)] // a test that cannot go on should say where

use std::path::PathBuf;

use colorization::config::ColorizationConfig;
use colorization::data::{FOREST, Photo, load};
use retrace_lab::{Config, DataSets, InputKind, Preset};

/// Nothing where there are no published data; continuous integration has them.
fn folder() -> Option<PathBuf> {
    std::env::var_os("RETRACE_DATA").map(PathBuf::from)
}

#[test]
fn the_two_pairs_of_equal_files_are_read_once() {
    let Some(folder) = folder() else { return };
    let config = ColorizationConfig {
        test_pictures: 1_000,
        ..ColorizationConfig::preset(Preset::Post)
    };
    let loaded = load(&config, &DataSets::real(folder)).unwrap();
    assert_eq!(loaded.inputs[0].kind, InputKind::Real);
    let scenes = loaded.data;
    assert!(scenes.skipped.is_empty());
    assert_eq!(scenes.train.len() + scenes.test.len(), 2_688 - 2);
    let all = || scenes.train.iter().chain(&scenes.test);
    assert!(all().all(|photo| photo.size() == (256, 256)));
    let named = |name: &str| all().filter(|photo| photo.name.contains(name)).count();
    assert_eq!(named("sharp59.") + named("sclos4."), 1);
    assert_eq!(named("urb992."), 1);
    let forest = |photo: &&Photo| photo.category == FOREST;
    assert_eq!(all().filter(forest).count(), 328);
}
