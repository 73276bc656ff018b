//! Models with other bins: those that fit together colour, and all others are refused although
//! their checksum is right.

use std::fs;
use std::path::Path;

use burn::module::Param;
use burn::tensor::{Device, Tensor};
use colorization::model_file::{About, Model, arrays, cells_array};
use retrace_data::colour::lab_from_rgb;
use retrace_lab::model_file;
use safetensors::tensor::{Dtype, TensorView};

use crate::tools::{
    PROGRAM, colorize, colorize_by, coloured, model, refused_by, slope, train, write,
};

/// The model that `change` makes of a good one is refused.
fn refused(change: impl FnOnce(&mut Model), sentence: &str) {
    refused_file(sentence, |path| {
        let mut model = Model::read(model().as_ref()).unwrap();
        change(&mut model);
        model.write(path).unwrap();
    });
}

/// The file is refused, and not because of its checksum.
fn refused_file(sentence: &str, make: impl FnOnce(&Path)) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.safetensors");
    make(&path);
    let error = Model::read(&path).unwrap_err().to_string();
    assert!(error.contains("m.safetensors is damaged"), "{error}");
    assert!(error.contains(sentence), "{error}");
}

#[test]
fn bins_that_are_no_cells_of_the_grid_are_refused() {
    let sentence = "its bins are no cells of a grid of window 40";
    refused(|model| model.cells.clear(), sentence);
    refused(|model| model.cells.reverse(), sentence);
    refused(|model| model.cells[1] = model.cells[0], sentence);
    // Six by six windows of 40: the last cell is 35.
    refused(|model| *model.cells.last_mut().unwrap() = 36, sentence);
    let of_100 = "its bins are no cells of a grid of window 100";
    refused(|model| model.about.window = 100.0, of_100);
}

#[test]
fn a_window_that_makes_no_bins_is_refused() {
    for window in [0.0, -40.0, 0.9, 220.5, 1e300] {
        refused(|model| model.about.window = window, "makes no bins");
    }
}

#[test]
fn a_network_without_an_output_for_each_bin_is_refused() {
    let fewer = |model: &mut Model| model.cells.truncate(model.cells.len() - 1);
    refused(fewer, "expected `network.");
    // Two outputs are for a and b.
    refused(
        |model| model.about.plane = true,
        "expected `network.7.weight` of shape [2, ",
    );
    let other_layer = |model: &mut Model| {
        let weight = Tensor::zeros([1, 2, 3, 3], &Device::flex());
        model.network.layers[0].weight = Param::from_tensor(weight);
    };
    refused(
        other_layer,
        "expected `network.0.weight` of shape [1, 1, 3, 3], found [1, 2, 3, 3]",
    );
}

#[test]
fn weights_that_are_no_numbers_are_refused() {
    for value in [f32::NAN, f32::INFINITY] {
        let spoil = |model: &mut Model| {
            let bias = Tensor::full([1], value, &Device::flex());
            model.network.layers[0].bias = Some(Param::from_tensor(bias));
        };
        refused(spoil, "`network.0.bias` has values that are not finite");
    }
}

/// A model file with these bytes for the bins, if any, in place of the model's.
fn with_bins(path: &Path, bins: Option<(Dtype, &[usize], &[u8])>) {
    let good = Model::read(model().as_ref()).unwrap();
    let all = arrays(&good.network);
    let bytes = |array: &ndarray::ArrayD<f32>| -> Vec<u8> {
        array.iter().flat_map(|value| value.to_le_bytes()).collect()
    };
    let bytes: Vec<Vec<u8>> = all.iter().map(|(_, array)| bytes(array)).collect();
    let named = all.iter().zip(&bytes).map(|((name, array), bytes)| {
        let view = TensorView::new(Dtype::F32, array.shape().to_vec(), bytes)?;
        Ok((name.clone(), view))
    });
    let (name, _) = cells_array(&[]);
    let bins = bins.map(|(kind, shape, bytes)| {
        let view = TensorView::new(kind, shape.to_vec(), bytes)?;
        Ok((name, view))
    });
    let about: About = good.about;
    model_file::write(path, about, named.chain(bins)).unwrap();
}

#[test]
fn bins_that_are_no_list_of_whole_numbers_are_refused() {
    let count = Model::read(model().as_ref()).unwrap().cells.len();
    let floats = |start: f32| -> Vec<u8> {
        let cells = (0..count).map(|cell| cell as f32 + start);
        cells.flat_map(f32::to_le_bytes).collect()
    };
    let as_floats = |shape: &[usize], start: f32, sentence: &str| {
        let bytes = floats(start);
        refused_file(sentence, |path| {
            with_bins(path, Some((Dtype::F32, shape, &bytes)));
        });
    };
    let sentence = "its bins are no cells";
    as_floats(&[count], 0.5, sentence);
    as_floats(&[count], -1.0, sentence);
    as_floats(&[count], f32::NAN, sentence);
    as_floats(&[1, count], 0.0, sentence);
    let whole: Vec<u8> = (0..count as i32).flat_map(i32::to_le_bytes).collect();
    refused_file("expected 32-bit floats, found I32", |path| {
        with_bins(path, Some((Dtype::I32, &[count], &whole)));
    });
    refused_file("there is no `bins.cells`", |path| with_bins(path, None));
}

#[test]
fn a_model_of_another_window_colours_with_its_own_bins() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let made = train(folder, &["--window", "25", "--json"]).json();
    let bins = |path: &Path| Model::read(path).unwrap().cells.len();
    let other = bins(&folder.join("colorization.safetensors"));
    assert_eq!(made["bins"].as_u64().unwrap() as usize, other);
    assert!(other > bins(model().as_ref()), "smaller windows, more bins");
    write(folder, "photo.png", &slope(40, 30).into());
    let model = "colorization.safetensors";
    colorize_by(model, folder, &["photo.png", "-o", "other.png"]);
    colorize(folder, &["photo.png", "-o", "first.png"]);
    let [other, first] = ["other.png", "first.png"].map(|name| coloured(folder, name));
    assert_ne!(other, first);
    // Both have the lightness of the same picture, but where a colour was clipped.
    let l = |pixel: &image::Rgb<u8>| lab_from_rgb(pixel.0)[0];
    let pairs = other.pixels().zip(first.pixels());
    let near = pairs.filter(|(one, other)| (l(one) - l(other)).abs() < 1.2);
    assert!(near.count() > 900, "of 1,200");
}

#[test]
fn the_command_in_a_model_file_makes_the_same_model_again() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let flags = "--device cpu --window 50 --epochs 1 --steps-an-epoch 3 --learning-rate 0.003 \
                 --pictures 9 --out a --json";
    let flags: Vec<&str> = flags.split_whitespace().collect();
    let made = train(folder, &flags).json();
    let command = made["command"].as_str().unwrap();
    let path = folder.join("colorization.safetensors");
    assert_eq!(Model::read(&path).unwrap().about.command, command);
    let again = command.strip_prefix("colorization ").unwrap();
    let again: Vec<&str> = again.split_whitespace().collect();
    let elsewhere = ["--out", "b", "--model", "b.safetensors"];
    PROGRAM.done(folder, &[&again[..], &elsewhere].concat());
    let same = fs::read(path).unwrap() == fs::read(folder.join("b.safetensors")).unwrap();
    assert!(same, "{command}");
}

#[test]
fn a_file_that_is_not_what_was_written_is_refused_before_a_folder_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "album/photo.png", &slope(20, 20).into());
    let path = folder.join("m.safetensors");
    let whole = fs::read(model()).unwrap();
    fs::write(&path, "no model").unwrap();
    let name = "m.safetensors";
    refused_by(name, folder, &["album", "-o", "out"], 3, &[name]);
    assert!(!folder.join("out").exists());
    // Other bins: the window of the metadata changed, and the checksum says so.
    let text = String::from_utf8_lossy(&whole);
    let place = text.find("\\\"window\\\":40.0").map(|at| text[..at].len());
    let mut other = whole.clone();
    let at = place.unwrap() + "\\\"window\\\":".len();
    other[at..at + 2].copy_from_slice(b"20");
    fs::write(&path, other).unwrap();
    let error = Model::read(&path).unwrap_err().to_string();
    assert!(error.contains("checksum"), "{error}");
}
