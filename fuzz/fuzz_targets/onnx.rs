#![no_main]

#[path = "../readers/onnx.rs"]
mod reader;

libfuzzer_sys::fuzz_target!(
    init: {
        // The crate catches what the runtime panics of and makes it an error; libFuzzer's hook would
        // end the process before that. A panic that is not caught still does.
        std::panic::set_hook(Box::new(|_| {}));
    },
    |bytes: &[u8]| reader::read(bytes)
);
