//! Any bytes as a config file: settings that hold, or an error that names the file or the key.

#![cfg_attr(fuzzing, no_main)]

use std::fs;

use regularization::Regularization;
use retrace_lab::cli::config_from;
use retrace_lab::{Config as _, Error};

pub fn read(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
    let path = folder.path().join("made-up.toml");
    fs::write(&path, bytes).expect("that folder can be written");
    let flags = [
        "--config",
        path.to_str().expect("temporary folders have plain names"),
    ];
    match config_from::<Regularization>(&flags) {
        Ok(config) => assert!(config.validate().is_ok()),
        // TOML allows a key without a letter.
        Err(Error::Config { key, origin, .. }) => {
            assert!(!key.is_empty() || origin.contains("made-up.toml"));
        }
        Err(error) => assert!(error.chain().contains("made-up.toml"), "{}", error.chain()),
    }
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| read(bytes));
