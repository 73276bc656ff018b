//! The network: against PyTorch, and how it passes over pictures of any size.

use burn::module::{Module, Param};
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::{Device, Tensor, TensorData};
use colorization::colouring::{Border, Decoder, colours, pass};
use colorization::loss::{Truth, loss};
use colorization::network::{MARGIN, Network, NetworkConfig};
use ndarray::{Array2, Array3, s};
use retrace_test_support::resume::alone;

fn network(bins: usize, before_relu: bool) -> Network {
    let _alone = alone();
    let device = Device::flex();
    device.seed(4);
    let config = NetworkConfig {
        bins,
        outputs: bins,
        before_relu,
    };
    let network = config.init(&device);
    // Layers draw their weights when they are first used.
    network
        .layers
        .iter()
        .for_each(|layer| drop(layer.weight.val()));
    network
}

fn picture(rows: usize, columns: usize) -> Array2<f32> {
    Array2::from_shape_fn((rows, columns), |(row, column)| {
        50.0 + 45.0 * (0.7 * row as f32 + 0.02 * (column * column) as f32).sin()
    })
}

fn forward(network: &Network, picture: &Array2<f32>) -> Array3<f32> {
    let (rows, columns) = picture.dim();
    let values = picture.iter().copied().collect::<Vec<f32>>();
    let x = Tensor::<4>::from_data(
        TensorData::new(values, [1, 1, rows, columns]),
        &Device::flex(),
    );
    let outputs = network.forward(x);
    let [_, channels, height, width] = outputs.dims();
    let values = outputs.into_data().iter::<f32>().collect();
    Array3::from_shape_vec((channels, height, width), values).unwrap()
}

/// What `pass` gives for each pixel, NaN where no tile covers it.
fn passed(network: &Network, picture: &Array2<f32>, border: Border, side: usize) -> Array3<f32> {
    let shape = (network.outputs(), picture.nrows(), picture.ncols());
    let mut whole = Array3::from_elem(shape, f32::NAN);
    pass(network, picture, border, side, |tile, _| {
        for (row, column, values) in tile.pixels() {
            for (output, value) in values.iter().enumerate() {
                assert!(whole[[output, row, column]].is_nan(), "covered twice");
                whole[[output, row, column]] = *value;
            }
        }
        Ok(())
    })
    .unwrap();
    whole
}

fn assert_close(one: &Array3<f32>, other: &Array3<f32>) {
    assert_eq!(one.dim(), other.dim());
    for (one, other) in one.iter().zip(other) {
        assert!((one - other).abs() < 2e-4, "{one} {other}");
    }
}

#[test]
fn filters_grow_by_an_eighth_of_the_bins_rounded_down() {
    let config = |bins, outputs| NetworkConfig {
        bins,
        outputs,
        before_relu: false,
    };
    let post = config(247, 247).channels();
    assert_eq!(post, [1, 30, 60, 90, 120, 150, 180, 210, 247]);
    assert_eq!(config(247, 2).channels()[7..], [210, 2]);
    // Fewer than eight bins still have a filter in the first layer.
    assert_eq!(config(5, 5).channels(), [1, 1, 2, 3, 4, 5, 6, 7, 5]);
    let channels = [1, 2, 4, 6, 8, 10, 12, 14, 17];
    let layers = channels
        .windows(2)
        .map(|pair| 9 * pair[0] * pair[1] + pair[1]);
    let network = network(17, false);
    assert_eq!(network.parameters(), layers.sum::<usize>());
    assert_eq!(forward(&network, &picture(32, 32)).dim(), (17, 16, 16));
}

#[test]
fn tiles_give_what_the_whole_gives() {
    let network = network(16, false);
    for (rows, columns) in [(37, 53), (16, 64), (1, 1), (3, 40)] {
        let picture = picture(rows, columns);
        let whole = passed(&network, &picture, Border::Reflect, 1_000);
        assert!(whole.iter().all(|value| value.is_finite()));
        for side in [1, 7, 16, 33] {
            if rows * columns > 100 && side == 1 {
                continue;
            }
            assert_close(&passed(&network, &picture, Border::Reflect, side), &whole);
        }
    }
}

#[test]
fn the_middle_is_the_networks_own_and_does_not_depend_on_the_border() {
    let network = network(16, false);
    let picture = picture(37, 53);
    let own = forward(&network, &picture);
    let inner = s![.., MARGIN..37 - MARGIN, MARGIN..53 - MARGIN];
    for border in [Border::Reflect, Border::Grey] {
        let found = passed(&network, &picture, border, 10);
        assert_close(&found.slice(inner).to_owned(), &own);
    }
    // Beyond it, a grey border has no answer, and eight pixels of each side are border.
    let grey = passed(&network, &picture, Border::Grey, 10);
    let covered = grey.iter().filter(|value| !value.is_nan()).count();
    assert_eq!(covered, 16 * (37 - 16) * (53 - 16));
}

#[test]
fn the_picture_goes_on_as_its_mirror_image() {
    // NumPy's pad with mode "reflect" of a row [0, 1, 2] by 8 is
    // [0 1 2 1 0 1 2 1 | 0 1 2 | 1 0 1 2 1 0 1 2]; padded by hand, the network must give the same.
    let numpy = [0, 1, 2, 1, 0, 1, 2, 1, 0, 1, 2, 1, 0, 1, 2, 1, 0, 1, 2];
    let network = network(16, false);
    let small = picture(3, 3);
    let padded = Array2::from_shape_fn((19, 19), |(r, c)| small[[numpy[r], numpy[c]]]);
    assert_close(
        &passed(&network, &small, Border::Reflect, 100),
        &forward(&network, &padded),
    );
}

#[test]
fn pictures_smaller_than_the_border_stay_grey_or_are_mirrored() {
    let network = network(16, false);
    let decoder = Decoder::Bins {
        centres: (0..16).map(|i| [i as f32, 5.0]).collect(),
        temperature: 0.38,
    };
    for (rows, columns) in [(1, 1), (1, 20), (16, 16), (2, 3)] {
        let picture = picture(rows, columns);
        let colour = |border| colours(&network, &decoder, &picture, border, |_, _| Ok(())).unwrap();
        let grey = colour(Border::Grey);
        assert!(grey.iter().all(|value| *value == 0.0));
        let mirrored = colour(Border::Reflect);
        assert_eq!(mirrored.dim(), (2, rows, columns));
        // The mean of colours whose b is 5 everywhere.
        assert!(
            mirrored
                .slice(s![1, .., ..])
                .iter()
                .all(|b| (b - 5.0).abs() < 1e-4)
        );
    }
}

#[test]
fn the_same_seed_gives_the_same_weights_and_they_are_xaviers() {
    let weights = |network: &Network| -> Vec<Vec<f32>> {
        let layers = network.layers.iter();
        let list = |w: Tensor<4>| w.into_data().iter::<f32>().collect();
        layers.map(|layer| list(layer.weight.val())).collect()
    };
    let network = network(32, false);
    assert_eq!(weights(&network), weights(&self::network(32, true)));
    for layer in &network.layers {
        let [outputs, inputs, ..] = layer.weight.dims();
        let bound = (6.0 / (9.0 * (inputs + outputs) as f32)).sqrt();
        let values = layer.weight.val().into_data();
        let largest = values.iter::<f32>().fold(0.0_f32, |m, w| m.max(w.abs()));
        assert!(
            largest <= bound && largest > 0.7 * bound,
            "{largest} {bound}"
        );
        let bias = layer.bias.as_ref().unwrap().val().into_data();
        assert!(bias.iter::<f32>().all(|b| b == 0.0));
    }
}

/// From `scripts/colorization_pytorch.py`: the losses of three steps, then outputs of a pixel.
#[rustfmt::skip]
const PYTORCH: [(&str, usize, bool, &[f64]); 3] = [
    ("as described", 16, false, &[1.069731756e+03, 1.068804639e+03, 1.068236602e+03, 2.962991902e-02, -8.593250345e-02, -2.499118087e-02, 2.636739815e-02]),
    ("as written", 16, true, &[1.072934684e+03, 1.070907753e+03, 1.069494482e+03, 2.824932401e-02, -3.899684950e-02, 1.649325196e-02, 3.464020816e-03]),
    ("a and b", 2, false, &[2.199028884e+01, 2.028629535e+01, 1.914384960e+01, 4.604273217e-02, -2.653804753e-02]),
];

fn tensor<const D: usize>(shape: [usize; D], f: impl Fn(f64) -> f64, device: &Device) -> Tensor<D> {
    let count = shape.iter().product::<usize>();
    let values: Vec<f32> = (1..=count).map(|n| f(n as f64) as f32).collect();
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// The script's network: weights from a formula.
fn formula(outputs: usize, before_relu: bool, device: &Device) -> Network {
    let config = NetworkConfig {
        bins: 16,
        outputs,
        before_relu,
    };
    let mut network = config.init(device);
    for (index, layer) in network.layers.iter_mut().enumerate() {
        let shape = layer.weight.dims();
        let scale = (6.0 / (9.0 * (shape[0] + shape[1]) as f64)).sqrt();
        let weight = |n: f64| scale * (0.7 * n + 0.013 * n * n + index as f64).sin();
        layer.weight = Param::from_tensor(tensor(shape, weight, device));
    }
    network
}

fn trained_numbers(outputs: usize, before_relu: bool) -> Vec<f64> {
    let device = Device::flex().autodiff();
    let mut network = formula(outputs, before_relu, &device);
    let pattern = |n: f64| 0.5 + 0.5 * (0.37 * n).sin();
    let lightness = tensor([2, 1, 20, 22], |n| 100.0 * pattern(n), &device);
    let mut optimizer = retrace_optim::adam(&AdamConfig::new().with_epsilon(1e-2));
    let mut found = Vec::new();
    for _ in 0..3 {
        let truth = tensor([2, outputs, 4, 6], pattern, &device);
        let truth = match outputs {
            2 => Truth::Plane(truth),
            _ => Truth::Bins(truth),
        };
        let loss = loss(network.forward(lightness.clone()), truth);
        found.push(loss.clone().into_scalar::<f64>());
        let gradients = GradientsParams::from_grads(loss.backward(), &network);
        network = optimizer.step(1e-3, network, gradients);
    }
    let given = network.valid().forward(lightness.inner());
    let pixel = given.slice([1..2, 0..outputs.min(4), 1..2, 2..3]);
    found.extend(pixel.into_data().iter::<f64>());
    found
}

#[test]
fn training_and_evaluation_agree_with_pytorch() {
    let _alone = alone();
    for (name, outputs, before_relu, expected) in PYTORCH {
        let found = trained_numbers(outputs, before_relu);
        assert_eq!(found.len(), expected.len());
        for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
            // 32 bits against 64. Adam's epsilon is large here: its first steps would otherwise be
            // of full length for gradients that are nothing but rounding.
            let off = (found - expected).abs();
            assert!(
                off < 1e-4 * expected.abs().max(1.0),
                "{name}, number {index}: {found}, not {expected}"
            );
        }
    }
}
