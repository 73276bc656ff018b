//! Any bytes as a network that colours: one that can be used, or an error that names the file.

#![cfg_attr(fuzzing, no_main)]

use std::fs;

use colorization::model_file::Model;

pub fn read(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
    let path = folder.path().join("made-up.safetensors");
    fs::write(&path, bytes).expect("that folder can be written");
    if let Err(error) = Model::read(&path) {
        assert!(error.to_string().contains("made-up.safetensors"), "{error}");
    }
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| read(bytes));
