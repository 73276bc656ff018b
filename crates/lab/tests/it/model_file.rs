//! Model files: what is written is what is read, and every other file is refused with a sentence.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use retrace_lab::model_file::{self, Entry, ModelError};
use retrace_lab::sha256;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rings {
    format: u64,
    radius: f64,
    sha256: String,
}

impl Entry for Rings {
    const KEY: &'static str = "retrace.rings";
    const FORMAT: u64 = 3;
    const MADE_BY: &'static str = "`rings train`";
    const MAX_BYTES: u64 = 2 << 20;

    fn sha256(&mut self) -> &mut String {
        &mut self.sha256
    }
}

/// Names and bytes, in the order of the checksum: neither that of the names nor that of the file.
const TENSORS: [(&str, &[u8]); 2] = [("b", &[1, 2, 3]), ("a", &[4])];

/// A file of [`TENSORS`] that [`model_file::write`] made.
fn written(folder: &Path) -> PathBuf {
    let path = folder.join("rings.safetensors");
    let entry = Rings {
        format: Rings::FORMAT,
        radius: 0.1,
        sha256: String::new(),
    };
    let views = TENSORS.map(|(name, bytes)| {
        let view = TensorView::new(Dtype::U8, vec![bytes.len()], bytes)?;
        Ok((name, view))
    });
    model_file::write(&path, entry, views).unwrap();
    path
}

/// A file with this entry, if any, and [`TENSORS`], as safetensors writes it.
fn put(path: &Path, entry: Option<(&str, &str)>) {
    let views = TENSORS.map(|(name, bytes)| {
        let view = TensorView::new(Dtype::U8, vec![bytes.len()], bytes);
        (name, view.unwrap())
    });
    let metadata = entry.map(|(key, text)| HashMap::from([(key.to_owned(), text.to_owned())]));
    fs::write(path, safetensors::serialize(views, metadata).unwrap()).unwrap();
}

fn read(path: &Path) -> Result<Rings, ModelError> {
    model_file::read(path, checked)
}

fn checked(entry: Rings, tensors: &SafeTensors<'_>) -> Result<Rings, String> {
    let views = TENSORS.map(|(name, _)| tensors.tensor(name));
    model_file::check(&entry, views.iter().flatten().map(TensorView::data))?;
    Ok(entry)
}

fn refused(path: &Path, sentence: &str) {
    let error = read(path).unwrap_err().to_string();
    assert!(error.contains(sentence), "`{sentence}`: {error}");
    assert!(error.contains(&path.display().to_string()), "{error}");
}

#[test]
fn what_is_written_is_read_and_its_checksum_is_of_entry_and_tensors_in_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let read = read(&written(folder.path())).unwrap();
    let content = b"{\"format\":3,\"radius\":0.1,\"sha256\":\"\"}\x01\x02\x03\x04";
    let expected = Rings {
        format: 3,
        radius: 0.1,
        sha256: sha256(content),
    };
    assert_eq!(read, expected);
}

#[test]
fn a_file_holds_the_entry_alone_and_is_the_same_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(folder.path());
    let text = serde_json::to_string(&read(&path).unwrap()).unwrap();
    let ours = fs::read(written(folder.path())).unwrap();
    put(&path, Some((Rings::KEY, &text)));
    assert_eq!(fs::read(&path).unwrap(), ours);
}

#[test]
fn every_other_byte_and_every_missing_one_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(folder.path());
    let whole = fs::read(&path).unwrap();
    for at in 0..whole.len() {
        let mut other = whole.clone();
        other[at] ^= 1;
        fs::write(&path, &other).unwrap();
        refused(&path, "");
        fs::write(&path, &whole[..at]).unwrap();
        refused(
            &path,
            "not a whole safetensors file; expected a model that `rings train` wrote",
        );
    }
}

#[test]
fn only_a_file_above_the_limit_is_too_large() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large");
    let of_length = |bytes| fs::File::create(&path).unwrap().set_len(bytes).unwrap();
    of_length(Rings::MAX_BYTES);
    refused(&path, "not a whole safetensors file");
    of_length(Rings::MAX_BYTES + 1);
    refused(&path, "larger than the 2 MiB");
}

#[test]
fn what_could_not_be_read_again_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rings.safetensors");
    let refused = |format: u64, radius: f64, bytes: &[u8], sentence: &str| {
        let sha256 = String::new();
        let entry = Rings {
            format,
            radius,
            sha256,
        };
        let view = TensorView::new(Dtype::U8, vec![bytes.len()], bytes).map(|view| ("a", view));
        let error = model_file::write(&path, entry, [view]).unwrap_err();
        let text = error.chain();
        assert!(
            text.contains("not written") && text.contains(sentence),
            "{text}"
        );
        assert!(text.contains(&path.display().to_string()), "{text}");
        assert!(!path.exists());
    };
    refused(4, 1.0, &[1], "of format 4, this program knows format 3");
    // JSON has no such number: null would stand there.
    refused(
        Rings::FORMAT,
        f64::NAN,
        &[1],
        "is damaged: invalid type: null",
    );
    let large = vec![0; Rings::MAX_BYTES as usize];
    refused(Rings::FORMAT, 1.0, &large, "larger than the 2 MiB");
}

#[test]
fn files_of_something_else_are_told_from_models_of_another_format_and_from_damaged_ones() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other");
    refused(&path, "`rings train` makes one");
    put(&path, None);
    refused(
        &path,
        "something else; expected a model that `rings train` wrote",
    );
    put(&path, Some(("retrace.squares", "{\"format\":3}")));
    refused(&path, "something else");
    // A later format may have other fields.
    put(&path, Some((Rings::KEY, "{\"format\":4,\"side\":1}")));
    refused(&path, "of format 4, this program knows format 3");
    put(&path, Some((Rings::KEY, "{\"format\":3}")));
    refused(&path, "is damaged: missing field `radius`");
    let more = "{\"format\":3,\"radius\":1.0,\"side\":1,\"sha256\":\"\"}";
    put(&path, Some((Rings::KEY, more)));
    refused(&path, "is damaged: unknown field `side`");
    let unsigned = "{\"format\":3,\"radius\":1.0,\"sha256\":\"\"}";
    put(&path, Some((Rings::KEY, unsigned)));
    refused(&path, "is damaged: its checksum is not that of its content");
}

#[test]
fn what_the_builder_refuses_is_a_damaged_model() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(folder.path());
    let too_round = |_: Rings, _: &SafeTensors<'_>| Err::<(), _>("too round".to_owned());
    let error = model_file::read(&path, too_round).unwrap_err();
    assert!(error.to_string().ends_with("is damaged: too round"));
    assert!(matches!(error, ModelError::Damaged { .. }));
}
