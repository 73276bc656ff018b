//! Any bytes as an IDX file: an array of the promised size, or an error.

#![cfg_attr(fuzzing, no_main)]

use std::path::Path;

use retrace_data::{MAX_IDX_VALUES, read_idx_from};

pub fn read(bytes: &[u8]) {
    match read_idx_from(bytes, Path::new("made-up.idx")) {
        Ok(idx) => {
            assert_eq!(idx.values.len(), idx.sizes.iter().product::<usize>());
            assert!(idx.values.len() as u64 <= MAX_IDX_VALUES);
        }
        Err(error) => assert!(error.to_string().contains("made-up.idx")),
    }
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| read(bytes));
