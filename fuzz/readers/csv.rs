//! Any bytes as a table of numbers: finite columns of one length, or an error that names the file.

#![cfg_attr(fuzzing, no_main)]

use std::fs;

use retrace_data::read_columns;

pub fn read(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
    let path = folder.path().join("made-up.csv");
    fs::write(&path, bytes).expect("that folder can be written");
    match read_columns(&path, ["x", "y"], 2) {
        Ok(columns) => {
            let [x, y] = columns.values;
            assert!(x.len() >= 2 && x.len() == y.len());
            assert!(x.iter().chain(&y).all(|value| value.is_finite()));
        }
        Err(error) => assert!(error.to_string().contains("made-up.csv"), "{error}"),
    }
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| read(bytes));
