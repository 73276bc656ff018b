//! Any bytes as a NumPy file: as many numbers as its shape says, or an error that names the file.

#![cfg_attr(fuzzing, no_main)]

use std::fs;

use retrace_data::read_npy;

pub fn read(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
    let path = folder.path().join("made-up.npy");
    fs::write(&path, bytes).expect("that folder can be written");
    match read_npy(&path) {
        Ok(array) => assert_eq!(array.values.len(), array.shape.iter().product::<usize>()),
        Err(error) => assert!(error.to_string().contains("made-up.npy"), "{error}"),
    }
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| read(bytes));
