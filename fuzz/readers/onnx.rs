//! Any bytes as an ONNX file: a network whose nodes and summary can be shown, or an error.

#![cfg_attr(fuzzing, no_main)]

use retrace_inspect::Frozen;

pub fn read(bytes: &[u8]) {
    let Ok(frozen) = Frozen::from_bytes(bytes.to_vec()) else {
        return;
    };
    let nodes = frozen.nodes().to_string();
    assert!(!nodes.is_empty());
    if let Ok(summary) = frozen.summary(2) {
        assert!(!summary.to_string().is_empty());
    }
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(
    init: {
        // The crate catches what the runtime panics of and makes it an error; libFuzzer's hook would
        // end the process before that. A panic that is not caught still does.
        std::panic::set_hook(Box::new(|_| {}));
    },
    |bytes: &[u8]| read(bytes)
);
