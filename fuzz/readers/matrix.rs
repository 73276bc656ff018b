//! Any bytes as the matrix of a homography: nine finite numbers, or an error that names the file.

#![cfg_attr(fuzzing, no_main)]

use std::fs;

use homography::data::read_matrix;

pub fn read(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
    let path = folder.path().join("made-up.xml");
    fs::write(&path, bytes).expect("that folder can be written");
    match read_matrix(&path) {
        Ok(file) => {
            let matrix = file.homography.matrix();
            assert!(matrix.iter().flatten().all(|entry| entry.is_finite()));
        }
        Err(error) => assert!(error.to_string().contains("made-up.xml"), "{error}"),
    }
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| read(bytes));
