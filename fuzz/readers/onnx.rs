//! Any bytes as an ONNX file: a network whose nodes and summary can be shown, or an error.

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
