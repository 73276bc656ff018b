//! Memory of the IDX reader, in a process of its own: other tests use memory too.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)] // a test that cannot go on should say where

use std::fs;

use retrace_data::{IdxError, MAX_IDX_VALUES, read_idx_from};

/// The most memory that this process ever asked for, in KiB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmPeak:"));
    peak.unwrap().trim_end_matches("kB").trim().parse().unwrap()
}

#[test]
fn memory_grows_with_what_is_there_and_not_with_what_is_promised() {
    let promised = u32::try_from(MAX_IDX_VALUES).unwrap().to_be_bytes();
    let content = [&[0, 0, 8, 1], &promised[..], &[7; 1000]].concat();
    let before = peak();
    let error = read_idx_from(content.as_slice(), "digits.idx".as_ref()).unwrap_err();
    assert!(
        matches!(error, IdxError::Short { found: 1000, .. }),
        "{error}"
    );
    let grown = peak() - before;
    assert!(grown < 1024, "{grown} KiB for an array of 1000 bytes");
}
