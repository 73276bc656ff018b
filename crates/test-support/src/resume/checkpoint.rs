//! The checkpoint of a training that died, and a part of it changed.

use std::fs;
use std::path::{Path, PathBuf};

use safetensors::SafeTensors;
use safetensors::tensor::TensorView;

use crate::files;

/// The first below `out`.
pub(super) fn below(out: &Path) -> Option<PathBuf> {
    let is_one = |file: &PathBuf| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("checkpoint-")
    };
    files(out)
        .into_iter()
        .find(is_one)
        .map(|file| out.join(file))
}

/// The bytes of a part of it: `model`, `optimizer` or `progress`.
///
/// # Panics
/// When it has no such part.
#[must_use]
pub fn part(checkpoint: &Path, name: &str) -> Vec<u8> {
    let file = fs::read(checkpoint).expect("a checkpoint to read");
    let parts = SafeTensors::deserialize(&file).expect("a whole checkpoint");
    parts.tensor(name).expect("a known part").data().to_vec()
}

/// Puts `data` in place of the part `name`.
///
/// # Panics
/// When it has no such part, or cannot be written.
pub fn rewrite(checkpoint: &Path, name: &str, data: &[u8]) {
    let file = fs::read(checkpoint).expect("a checkpoint to read");
    let parts = SafeTensors::deserialize(&file).expect("a whole checkpoint");
    assert!(parts.names().contains(&name), "no part `{name}`");
    let changed = parts.iter().map(|(other, view)| {
        let data = if other == name { data } else { view.data() };
        let view = TensorView::new(view.dtype(), vec![data.len()], data).expect("a view of bytes");
        (other, view)
    });
    let bytes = safetensors::serialize(changed, None).expect("a checkpoint again");
    fs::write(checkpoint, bytes).expect("a checkpoint to write");
}
