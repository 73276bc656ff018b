//! The network, and how it passes over pictures of any size.

use burn::tensor::{Device, Tensor, TensorData};
use colorization::colouring::{Border, Decoder, colours, pass};
use colorization::network::{MARGIN, Network, NetworkConfig};
use colorization::patches::{INPUT, OUTPUT};
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
    let said = network.forward(x);
    let [_, outputs, height, width] = said.dims();
    let values = said.into_data().iter::<f32>().collect();
    Array3::from_shape_vec((outputs, height, width), values).unwrap()
}

/// What `pass` says of each pixel, NaN where no tile covers it.
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
    let network = network(17, false);
    let pairs = [
        (1, 2),
        (2, 4),
        (4, 6),
        (6, 8),
        (8, 10),
        (10, 12),
        (12, 14),
        (14, 17),
    ];
    let expected: usize = pairs.iter().map(|(i, o)| 9 * i * o + o).sum();
    assert_eq!(network.parameters(), expected);
}

#[test]
fn a_window_of_32_gives_16() {
    let said = forward(&network(16, false), &picture(INPUT, INPUT));
    assert_eq!(said.dim(), (16, OUTPUT, OUTPUT));
    assert_eq!(OUTPUT, 16);
}

#[test]
fn as_written_the_last_two_layers_are_one_linear_map() {
    // A linear map without biases turns its sign with that of what goes in.
    let said = |before_relu| {
        let network = network(16, before_relu);
        let hidden = Tensor::<4>::ones([1, 12, 5, 5], &Device::flex());
        let tail = |x: Tensor<4>| {
            let layers = &network.layers;
            let seventh = if before_relu {
                layers[6].forward(x)
            } else {
                layers[6].forward_relu(x)
            };
            layers[7]
                .forward(seventh)
                .into_data()
                .iter::<f32>()
                .collect::<Vec<_>>()
        };
        (tail(hidden.clone()), tail(-hidden))
    };
    let (plus, minus) = said(true);
    assert!(plus.iter().zip(&minus).all(|(p, m)| (p + m).abs() < 1e-5));
    let (plus, minus) = said(false);
    assert!(plus.iter().zip(&minus).any(|(p, m)| (p + m).abs() > 1e-3));
    // And the network itself is made that way.
    let picture = picture(40, 40);
    let (written, described) = (network(16, true), network(16, false));
    assert_ne!(forward(&written, &picture), forward(&described, &picture));
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
    // [0 1 2 1 0 1 2 1 | 0 1 2 | 1 0 1 2 1 0 1 2]; padded by hand, the network must say the same.
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
