//! The published MNIST, where `RETRACE_DATA` says that it is.

use std::path::PathBuf;

use debugging::Debugging;
use debugging::config::DebuggingConfig;
use debugging::data::{binary, digit};
use retrace_lab::{Config, DataSets, Experiment, Preset};

/// Nothing where there are no published data; continuous integration has them.
fn folder() -> Option<PathBuf> {
    std::env::var_os("RETRACE_DATA").map(PathBuf::from)
}

#[test]
fn the_digit_is_the_first_image_of_the_training_file() {
    let Some(folder) = folder() else { return };
    let config = DebuggingConfig::preset(Preset::Post);
    let loaded = Debugging::load(&config, &DataSets::real(folder)).unwrap();
    // A five, known to everyone who has ever plotted MNIST: 166 of its pixels have ink.
    assert_eq!(loaded.data.validation.labels()[config.image], 5);
    let pixels = binary(&config, &loaded.data);
    assert!(pixels.iter().all(|pixel| *pixel == 0.0 || *pixel == 1.0));
    assert_eq!(pixels.iter().sum::<f32>(), 166.0);
    let grey = digit(&config, &loaded.data);
    assert!(
        grey.iter()
            .zip(&pixels)
            .all(|(grey, ink)| (*grey > 0.0) == (*ink > 0.0))
    );
}
