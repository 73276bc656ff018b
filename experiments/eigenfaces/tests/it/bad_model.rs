//! Files that are not the model that was written: an error that names the file and the reason.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use eigenfaces::model::{Components, FaceModel};
use eigenfaces::pictures::Pictures;
use retrace_lab::Error;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use tempfile::TempDir;

use crate::faces;

/// A model of `faces/`, and its bytes.
fn model() -> (TempDir, PathBuf, Vec<u8>) {
    let folder = faces();
    let pictures = Pictures::read(&folder.path().join("faces"), None).unwrap();
    let model = FaceModel::train(pictures, Components::Share(0.95)).unwrap();
    let path = folder.path().join("faces.safetensors");
    model.write(&path).unwrap();
    let bytes = fs::read(&path).unwrap();
    (folder, path, bytes)
}

fn refused(path: &Path, bytes: &[u8], words: &[&str]) {
    fs::write(path, bytes).unwrap();
    let complaint = Error::data(FaceModel::read(path).unwrap_err()).chain();
    for word in ["faces.safetensors"].iter().chain(words) {
        assert!(complaint.contains(word), "`{word}`: {complaint}");
    }
}

#[test]
fn a_model_that_was_cut_off_or_has_one_wrong_bit_is_refused() {
    let (_folder, path, whole) = model();
    for part in 0..32 {
        refused(&path, &whole[..whole.len() * part / 32], &["safetensors"]);
    }
    refused(&path, &[&whole[..], b"!"].concat(), &["safetensors"]);
    for flip in 0..256 {
        let mut bytes = whole.clone();
        // Every fourth one in the header, which is at the beginning.
        let range = if flip % 4 == 0 { 2048 } else { whole.len() };
        bytes[flip * range / 256] ^= 1 << (flip % 8);
        refused(&path, &bytes, &[]);
    }
}

/// A model taken apart: its metadata, and name, shape and bytes of its tensors.
struct Parts {
    about: HashMap<String, String>,
    tensors: Vec<(String, Vec<usize>, Vec<u8>)>,
}

impl Parts {
    fn new(whole: &[u8]) -> Self {
        let (_, metadata) = SafeTensors::read_metadata(whole).unwrap();
        let tensors = SafeTensors::deserialize(whole).unwrap().tensors();
        let part = |(name, view): (String, TensorView<'_>)| {
            (name, view.shape().to_vec(), view.data().to_vec())
        };
        Self {
            about: metadata.metadata().clone().unwrap(),
            tensors: tensors.into_iter().map(part).collect(),
        }
    }

    fn tensor(&mut self, name: &str) -> (&mut Vec<usize>, &mut Vec<u8>) {
        let found = self.tensors.iter_mut().find(|part| part.0 == name).unwrap();
        (&mut found.1, &mut found.2)
    }

    fn replace_about(&mut self, from: &str, to: &str) {
        let text = self.about.values_mut().next().unwrap();
        assert!(text.contains(from), "{text}");
        *text = text.replacen(from, to, 1);
    }

    fn together(&self) -> Vec<u8> {
        let views = self.tensors.iter().map(|(name, shape, data)| {
            let view = TensorView::new(Dtype::F64, shape.clone(), data);
            (name.as_str(), view.unwrap())
        });
        safetensors::serialize(views, Some(self.about.clone())).unwrap()
    }
}

/// A model is refused after this change, with these words.
fn refused_after(change: impl Fn(&mut Parts), words: &[&str]) {
    let (_folder, path, whole) = model();
    let mut parts = Parts::new(&whole);
    assert_eq!(parts.together(), whole);
    change(&mut parts);
    refused(&path, &parts.together(), words);
}

#[test]
fn a_model_whose_tensors_do_not_fit_is_refused_with_the_reason() {
    let not_a_number = |parts: &mut Parts| {
        parts.tensor("weights").1[..8].copy_from_slice(&f64::NAN.to_le_bytes());
    };
    refused_after(not_a_number, &["damaged", "`weights`", "not finite"]);
    let on_its_side = |parts: &mut Parts| parts.tensor("components").0.reverse();
    refused_after(on_its_side, &["damaged", "do not fit together"]);
    let flat = |parts: &mut Parts| {
        let (shape, _) = parts.tensor("components");
        *shape = vec![shape.iter().product()];
    };
    refused_after(flat, &["damaged", "`components`", "two sides"]);
    let one_row_twice = |parts: &mut Parts| {
        let (shape, data) = parts.tensor("components");
        let row = shape[1] * 8;
        data.copy_within(..row, row);
    };
    refused_after(one_row_twice, &["damaged", "not orthonormal"]);
    let other_mean = |parts: &mut Parts| parts.tensor("mean").1[0] ^= 1;
    refused_after(other_mean, &["damaged", "checksum"]);
}

#[test]
fn a_model_whose_description_does_not_fit_is_refused_with_the_reason() {
    let replaced = |from: &'static str, to: &'static str, words: &[&str]| {
        refused_after(|parts| parts.replace_about(from, to), words);
    };
    replaced(
        "\"format\":1",
        "\"format\":2",
        &["format 2", "train it again"],
    );
    replaced(
        "\"width\":12",
        "\"width\":4294967295",
        &["damaged", "do not fit together"],
    );
    replaced("\"anna\"", "\"anne\"", &["damaged", "checksum"]);
    replaced("\"width\"", "\"breadth\"", &["damaged", "missing field"]);
    replaced("{", "[", &["damaged"]);
}

#[test]
fn other_files_in_place_of_a_model_are_refused() {
    let (_folder, path, _) = model();
    refused(&path, b"", &["safetensors"]);
    // A header longer than the file, and shapes whose product overflows.
    refused(&path, &u64::MAX.to_le_bytes(), &["safetensors"]);
    let header =
        br#"{"mean":{"dtype":"F64","shape":[4294967296,4294967296],"data_offsets":[0,8]}}"#;
    let absurd = [&(header.len() as u64).to_le_bytes()[..], header, &[0; 8]].concat();
    refused(&path, &absurd, &["safetensors"]);
    let data = [0; 8];
    let view = TensorView::new(Dtype::F64, vec![1], &data).unwrap();
    let other = safetensors::serialize([("mean", view)], None).unwrap();
    refused(&path, &other, &["something else"]);
}
