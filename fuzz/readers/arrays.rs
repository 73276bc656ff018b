//! Any bytes as the arrays of a cell: numbers of the promised shapes, or an error that names the file.

#![cfg_attr(fuzzing, no_main)]

use std::fs;

use retrace_lab::Arrays;

pub fn read(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
    let path = folder.path().join("arrays.safetensors");
    fs::write(&path, bytes).expect("that folder can be written");
    if let Err(error) = Arrays::read(&path) {
        assert!(error.to_string().contains("arrays.safetensors"), "{error}");
    }
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| read(bytes));
