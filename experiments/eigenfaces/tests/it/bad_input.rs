//! Pictures and models that are not what they should be: a sentence that names the file, the right
//! exit code, never a panic, nothing written.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use safetensors::tensor::{Dtype, SafeTensors, TensorView};

use crate::program::{draw_faces, portrait, refused, say};

const MODEL: &str = "eigenfaces.safetensors";

/// A folder `pictures/` with these files in it.
fn folder_with(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("pictures")).unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join("pictures").join(name), bytes).unwrap();
    }
    folder
}

fn png(person: u32, picture: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    portrait(person, picture)
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

fn refused_training(files: &[(&str, &[u8])], words: &[&str]) {
    let folder = folder_with(files);
    refused(folder.path(), &["train", "pictures"], 3, words);
}

#[test]
fn folders_without_eigenfaces_are_refused() {
    let (a, b) = (png(0, 1), png(1, 1));
    refused_training(&[], &["pictures", "holds no picture"]);
    refused_training(
        &[("notes.txt", b"hello")],
        &["pictures", "holds no picture"],
    );
    refused_training(
        &[("a.png", &a)],
        &["pictures", "at least two pictures, found 1"],
    );
    refused_training(
        &[("a.png", &a), ("b.png", &a), ("c.png", &a)],
        &["pictures", "all 3 pictures are the same"],
    );
    let small = b"P5 3 2 255\n123456";
    let sizes = ["b.pgm is 3x2", "a.png is 12x10", "--size 12x10"];
    refused_training(&[("a.png", &a), ("b.pgm", small), ("c.png", &b)], &sizes);
    let folder = tempfile::tempdir().unwrap();
    refused(folder.path(), &["train", "nowhere"], 3, &["nowhere"]);
    fs::write(folder.path().join("file"), "x").unwrap();
    refused(folder.path(), &["train", "file"], 3, &["file"]);
}

#[test]
fn files_that_are_no_pictures_are_refused_by_name() {
    let (a, b) = (png(0, 1), png(1, 1));
    let cut = &b[..b.len() / 2];
    let huge = b"P5 60000 60000 255\n";
    let bad: [(&str, &[u8], &str); 5] = [
        ("cut.png", cut, "damaged"),
        ("text.png", b"not a picture at all", "expected a picture"),
        ("empty.png", b"", "expected a picture"),
        ("huge.pgm", huge, "60000x60000"),
        ("short.pgm", b"P5 4 4 255\n123", "damaged"),
    ];
    for (name, bytes, words) in bad {
        refused_training(&[("a.png", &a), (name, bytes)], &[name, words]);
        let folder = with_model();
        fs::write(folder.path().join(name), bytes).unwrap();
        refused(
            folder.path(),
            &["match", "faces/anna/1.png", name],
            3,
            &[name, words],
        );
    }
}

#[test]
fn a_folder_or_nothing_in_place_of_a_picture_is_refused_by_name() {
    let folder = with_model();
    refused(folder.path(), &["match", "faces"], 3, &["faces"]);
    refused(
        folder.path(),
        &["match", "missing.png"],
        3,
        &["missing.png"],
    );
    refused(folder.path(), &["match"], 2, &["<PICTURE>"]);
    refused(
        folder.path(),
        &["match", "faces/anna/1.png", "--model", "faces"],
        3,
        &["faces"],
    );
    let missing = ["match", "faces/anna/1.png", "--model", "gone.safetensors"];
    refused(folder.path(), &missing, 3, &["gone.safetensors"]);
}

fn with_model() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    draw_faces(folder.path());
    assert_eq!(say(folder.path(), &["train", "faces"]).code, 0);
    folder
}

fn refused_model(folder: &Path, bytes: &[u8], words: &[&str]) {
    fs::write(folder.join(MODEL), bytes).unwrap();
    let words = [&[MODEL], words].concat();
    refused(folder, &["match", "faces/anna/1.png"], 3, &words);
}

#[test]
fn a_model_that_was_cut_off_is_refused() {
    let folder = with_model();
    let whole = fs::read(folder.path().join(MODEL)).unwrap();
    for part in 0..32 {
        refused_model(
            folder.path(),
            &whole[..whole.len() * part / 32],
            &["safetensors"],
        );
    }
    let longer = [&whole[..], b"!"].concat();
    refused_model(folder.path(), &longer, &["safetensors"]);
}

#[test]
fn a_model_with_one_wrong_bit_is_refused() {
    let folder = with_model();
    let whole = fs::read(folder.path().join(MODEL)).unwrap();
    for flip in 0..256 {
        let mut bytes = whole.clone();
        // Every fourth one in the header, which is at the beginning.
        let range = if flip % 4 == 0 { 2048 } else { whole.len() };
        bytes[flip * range / 256] ^= 1 << (flip % 8);
        refused_model(folder.path(), &bytes, &[]);
    }
}

/// A model taken apart: its metadata, and name, shape and bytes of its tensors.
struct Parts {
    about: HashMap<String, String>,
    tensors: Vec<(String, Vec<usize>, Vec<u8>)>,
}

impl Parts {
    fn of(whole: &[u8]) -> Self {
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

/// A trained model is refused after this change, with these words.
fn refused_after(change: impl Fn(&mut Parts), words: &[&str]) {
    let folder = with_model();
    let whole = fs::read(folder.path().join(MODEL)).unwrap();
    let mut parts = Parts::of(&whole);
    assert_eq!(parts.together(), whole);
    change(&mut parts);
    refused_model(folder.path(), &parts.together(), words);
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
    let folder = with_model();
    refused_model(folder.path(), &png(0, 1), &["safetensors"]);
    refused_model(folder.path(), b"", &["safetensors"]);
    // A header longer than the file, and shapes whose product overflows.
    refused_model(folder.path(), &u64::MAX.to_le_bytes(), &["safetensors"]);
    let header =
        br#"{"mean":{"dtype":"F64","shape":[4294967296,4294967296],"data_offsets":[0,8]}}"#;
    let absurd = [&(header.len() as u64).to_le_bytes()[..], header, &[0; 8]].concat();
    refused_model(folder.path(), &absurd, &["safetensors"]);
    let data = [0; 8];
    let view = TensorView::new(Dtype::F64, vec![1], &data).unwrap();
    let other = safetensors::serialize([("mean", view)], None).unwrap();
    refused_model(folder.path(), &other, &["something else"]);
}
