//! The published photographs, where `RETRACE_DATA` says that they are.

use std::path::PathBuf;

use colorization::config::ColorizationConfig;
use colorization::data::{FOREST, Photo, load};
use retrace_lab::{Config, DataSets, InputKind, Preset};

fn folder() -> PathBuf {
    std::env::var_os("RETRACE_DATA")
        .expect("the folder of the data sets")
        .into()
}

#[test]
#[ignore = "needs RETRACE_DATA"]
fn the_two_pairs_of_equal_files_are_read_once() {
    let folder = folder();
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

#[cfg(unix)]
#[test]
#[ignore = "needs RETRACE_DATA"]
fn a_photograph_cut_short_is_named_or_left_out() {
    use std::{fs, os::unix::fs::symlink};

    let folder = folder();
    let cut = "mountain/mountain_land143.jpg";
    let copy = tempfile::tempdir().unwrap();
    for file in &retrace_data::sets::find("scenes").unwrap().files {
        let (from, to) = (folder.join("scenes"), copy.path().join("scenes"));
        fs::create_dir_all(to.join(&file.path).parent().unwrap()).unwrap();
        if file.path != cut {
            symlink(from.join(&file.path), to.join(&file.path)).unwrap();
            continue;
        }
        let whole = fs::read(from.join(cut)).unwrap();
        fs::write(to.join(cut), &whole[..whole.len() / 2]).unwrap();
    }
    let sets = DataSets::real(copy.path());
    let config = ColorizationConfig {
        test_pictures: 1_000,
        ..ColorizationConfig::preset(Preset::Post)
    };
    let error = load(&config, &sets).unwrap_err().chain();
    assert!(
        error.contains(cut) && error.contains("--skip-damaged"),
        "{error}"
    );
    let skipping = ColorizationConfig {
        skip_damaged: true,
        ..config
    };
    let loaded = load(&skipping, &sets).unwrap();
    assert_eq!(loaded.data.skipped, [cut]);
    assert!(loaded.notes[0].contains(cut));
    let count = loaded.data.train.len() + loaded.data.test.len();
    assert_eq!(count, 2_688 - 3);
}
