//! The published scenes, and their twin.

use autoencoder::config::Config;
use autoencoder::data::Examples;
use autoencoder::scenes::{Part, Scenes, load};
use retrace_lab::{Config as _, DataSets, InputKind, Loaded, Preset};

fn config() -> Config {
    Config {
        scenes: 40,
        ..Config::preset(Preset::Quick)
    }
}

/// What holds of both.
fn check(loaded: &Loaded<Scenes>, kind: InputKind) {
    let config = config();
    assert_eq!(loaded.inputs[0].kind, kind);
    let scenes = &loaded.data;
    let (training, validation) = (scenes.grey(Part::Training), scenes.grey(Part::Validation));
    assert_eq!((training.count(), validation.count()), (32, 8));
    assert_eq!(training.size(), config.size());
    for number in 0..training.count() {
        let example = training.example(number);
        assert_eq!(example.input, example.target);
        assert!(example.input.iter().all(|l| (0.0..=100.01).contains(l)));
        assert!((0..validation.count()).all(|other| validation.example(other) != example));
    }
    let colour = scenes.colour(Part::Validation);
    assert_eq!(
        (colour.size(), colour.channels()),
        (config.colour_size(), 2)
    );
    let example = colour.example(0);
    let pixels = config.colour_size().pixels();
    assert_eq!(
        (example.input.len(), example.target.len()),
        (pixels, 2 * pixels)
    );
    // Outdoor scenes are neither grey nor beyond what a screen shows.
    let all: Vec<f32> = (0..8)
        .flat_map(|number| colour.example(number).target)
        .collect();
    assert!(all.iter().all(|value| value.abs() < 110.0));
    assert!(all.iter().any(|value| value.abs() > 10.0));
}

#[test]
fn the_twin_looks_like_scenes() {
    let loaded = load(&config(), &DataSets::synthetic()).unwrap();
    check(&loaded, InputKind::Synthetic);
    let again = load(&config(), &DataSets::synthetic()).unwrap();
    assert_eq!(loaded.inputs, again.inputs);
}

#[test]
#[ignore = "needs RETRACE_DATA"]
fn published_scenes_are_read() {
    let folder = std::env::var_os("RETRACE_DATA").unwrap();
    let loaded = load(&config(), &DataSets::real(folder)).unwrap();
    check(&loaded, InputKind::Real);
}

#[test]
fn too_few_scenes_are_an_error_that_names_the_folder() {
    let data = tempfile::tempdir().unwrap();
    std::fs::create_dir(data.path().join("scenes")).unwrap();
    let error = load(&config(), &DataSets::real(data.path())).unwrap_err();
    assert!(error.chain().contains("scenes"), "{}", error.chain());
    assert_eq!(error.exit_code(), 3);
}
