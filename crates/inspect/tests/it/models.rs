//! Models of every kind: Burn's own layers, several inputs and outputs, shared weights, failures.

use burn::module::Module;
use burn::nn::attention::{MhaInput, MultiHeadAttentionConfig, generate_autoregressive_mask};
use burn::nn::conv::{
    Conv1dConfig, Conv3dConfig, ConvTranspose1dConfig, ConvTranspose2dConfig, ConvTranspose3dConfig,
};
use burn::nn::interpolate::{Interpolate1dConfig, Interpolate2dConfig};
use burn::nn::pool::{
    AdaptiveAvgPool1dConfig, AdaptiveAvgPool2dConfig, AvgPool1dConfig, AvgPool2dConfig,
    MaxPool1dConfig,
};
use burn::nn::transformer::{
    TransformerDecoderConfig, TransformerDecoderInput, TransformerEncoderConfig,
    TransformerEncoderInput,
};
use burn::nn::{
    BatchNormConfig, EmbeddingConfig, GroupNormConfig, InstanceNormConfig, LayerNormConfig, Linear,
    LinearConfig, LstmConfig, RmsNormConfig, gru::GruConfig,
};
use burn::tensor::activation::relu;
use burn::tensor::{Bool, Device, Int, Tensor};
use retrace_inspect::{Error, Tensors, Trace, tap, trace};

use crate::networks::{Mobile, Siamese, UNet, Vae, Waves};
use crate::{data, numbers};

/// The laws of every summary: a row has values of its shape, the rows that make the outputs have
/// the bits of the direct pass, and parameters add up to Burn's count.
fn obeys<M: Module, I: Tensors + Clone, O: Tensors>(
    what: &str,
    model: &M,
    input: I,
    forward: impl Fn(&M, I) -> O,
) -> Trace {
    let trace = trace(model, &input, &forward).unwrap_or_else(|error| panic!("{what}: {error}"));
    let summary = trace.summary();
    assert_eq!(
        summary.totals.parameters,
        model.num_params() as u64,
        "{what}"
    );
    let used: Vec<_> = summary.rows.iter().filter(|row| !row.is_unused()).collect();
    let values = trace
        .values(input.clone(), &used)
        .expect("rows have values");
    for (row, value) in used.iter().zip(&values) {
        assert_eq!(
            value.shape().as_slice(),
            row.output_shape,
            "{what}: {}",
            row.layer
        );
    }
    let (_, expected) = data(forward(model, input.clone()));
    assert_eq!(
        trace.outputs(input).expect("outputs have values"),
        expected,
        "{what}"
    );
    for (made, expected) in trace.output_operations().zip(&expected) {
        let Some(made) = made else { continue };
        let at = used
            .iter()
            .position(|row| row.operations.last() == Some(&made.name));
        let at = at.unwrap_or_else(|| panic!("{what}: no row ends with {}", made.name));
        assert_eq!(&values[at], expected, "{what}");
    }
    trace
}

#[test]
fn burns_own_layers_obey_the_laws() {
    let d = &Device::flex();
    macro_rules! check {
        ($($what:literal: $layer:expr, $shape:expr;)*) => {$(
            obeys($what, &$layer, numbers($shape), |layer, x| layer.forward(x));
        )*};
    }
    check! {
        "conv1d": Conv1dConfig::new(2, 4, 3).init(d), [2, 2, 9];
        "conv3d": Conv3dConfig::new([2, 3], [2, 2, 2]).init(d), [1, 2, 4, 4, 4];
        "transposed 1d": ConvTranspose1dConfig::new([2, 3], 3).init(d), [2, 2, 5];
        "transposed 2d": ConvTranspose2dConfig::new([2, 3], [3, 3]).init(d), [2, 2, 5, 5];
        "transposed 3d": ConvTranspose3dConfig::new([2, 3], [2, 2, 2]).init(d), [1, 2, 3, 3, 3];
        "interpolation": Interpolate2dConfig::new().with_output_size(Some([7, 7])).init(), [1, 2, 4, 4];
        "batch norm": BatchNormConfig::new(3).init(d), [2, 3, 4, 4];
        "layer norm": LayerNormConfig::new(6).init(d), [2, 3, 6];
        "group norm": GroupNormConfig::new(2, 4).init(d), [2, 4, 5];
        "instance norm": InstanceNormConfig::new(4).init(d), [2, 4, 5];
        "rms norm": RmsNormConfig::new(6).init(d), [2, 3, 6];
        "max pool 1d": MaxPool1dConfig::new(2).init(), [2, 3, 8];
        "average pool 1d": AvgPool1dConfig::new(2).init(), [2, 3, 8];
        "average pool 2d": AvgPool2dConfig::new([2, 2]).init(), [2, 3, 8, 8];
        "adaptive 1d": AdaptiveAvgPool1dConfig::new(3).init(), [2, 3, 8];
        "adaptive 2d": AdaptiveAvgPool2dConfig::new([3, 3]).init(), [2, 3, 8, 8];
    }
    let words = Tensor::<2, Int>::from_data([[1, 4, 0], [2, 2, 9]], d);
    obeys(
        "embedding",
        &EmbeddingConfig::new(10, 4).init(d),
        words,
        burn::nn::Embedding::forward,
    );
    obeys(
        "lstm",
        &LstmConfig::new(3, 4, true).init(d),
        numbers([2, 5, 3]),
        |m, x| {
            let (all, state) = m.forward(x, None);
            (all, [state.cell, state.hidden])
        },
    );
    obeys(
        "gru",
        &GruConfig::new(3, 4, true).init(d),
        numbers([2, 5, 3]),
        |m, x| m.forward(x, None),
    );
    let padding = || Tensor::<2, Bool>::from_data([[false, false, true], [false, false, false]], d);
    let tokens = || numbers::<3>([2, 3, 8]);
    let attention = MultiHeadAttentionConfig::new(8, 2)
        .with_dropout(0.0)
        .init(d);
    obeys(
        "attention",
        &attention,
        (tokens(), tokens(), Some(padding())),
        |m, (q, k, mask)| {
            let input = MhaInput::new(q, k.clone(), k);
            let output = m.forward(input.mask_pad(mask.expect("it is there")));
            (output.context, output.weights)
        },
    );
    let encoder = TransformerEncoderConfig::new(8, 16, 2, 2)
        .with_dropout(0.0)
        .init(d);
    obeys(
        "encoder",
        &encoder,
        (tokens(), padding()),
        |m, (x, mask)| m.forward(TransformerEncoderInput::new(x).mask_pad(mask)),
    );
    let decoder = TransformerDecoderConfig::new(8, 16, 2, 2)
        .with_dropout(0.0)
        .init(d);
    obeys(
        "decoder",
        &decoder,
        (tokens(), tokens(), padding()),
        |m, (x, memory, mask)| {
            m.forward(TransformerDecoderInput::new(x, memory).memory_mask_pad(mask))
        },
    );
}

#[test]
fn networks_of_several_inputs_outputs_and_branches_obey_the_laws() {
    let d = &Device::flex();
    let picture = || numbers([2, 3, 16, 16]);
    let digit = || numbers::<4>([2, 1, 28, 28]);
    let coded = (numbers([4, 784]), numbers([4, 20]));
    obeys("u-net", &UNet::new(d), picture(), UNet::forward);
    obeys("depthwise", &Mobile::new(d), picture(), Mobile::forward);
    obeys("1-d", &Waves::new(d), numbers([2, 2, 64]), Waves::forward);
    obeys("vae", &Vae::new(d), coded, Vae::forward);
    let siamese = Siamese::new(d);
    let trace = obeys("siamese", &siamese, (digit(), digit()), Siamese::forward);
    let summary = trace.summary();
    let of = |name: &str| {
        let row = summary.rows.iter().find(|row| row.layer == name);
        row.map(|row| (row.parameters(), row.shared, row.multiply_adds))
    };
    let products = 2 * 8 * 26 * 26 * 9;
    assert_eq!(of("conv"), Some((80, 0, Some(products))));
    assert_eq!(of("conv_2"), Some((0, 80, Some(products))));
    // A causal mask beside that of the padding.
    let config = MultiHeadAttentionConfig::new(8, 2).with_dropout(0.0);
    let mask = generate_autoregressive_mask(2, 3, d);
    let input = (numbers::<3>([2, 3, 8]), mask);
    obeys(
        "masked attention",
        &config.init(d),
        input,
        |m, (x, mask)| m.forward(MhaInput::self_attn(x).mask_attn(mask)).context,
    );
    let wide = Interpolate1dConfig::new().with_scale_factor(Some(2.0));
    obeys(
        "interpolation 1d",
        &wide.init(),
        numbers([1, 2, 4]),
        burn::nn::interpolate::Interpolate1d::forward,
    );
}

#[test]
fn steps_that_use_the_same_modules_again_are_shown_once() {
    let d = &Device::flex();
    let layer = LinearConfig::new(4, 4).init(d);
    let five = |m: &Linear, x: Tensor<2>| (0..5).fold(x, |x, _| relu(m.forward(x)));
    let summary = obeys("five times", &layer, numbers([2, 4]), five).summary();
    // Every use has its row; the table shows the first, and the others as one.
    assert_eq!(summary.rows.len(), 5);
    assert_eq!(summary.totals.multiply_adds, Some(5 * 2 * 4 * 4));
    let text = summary.to_string();
    let rows = text.lines().filter(|line| line.contains("Linear")).count();
    assert!(
        rows == 1 && text.contains("the row above, 5 times"),
        "{text}"
    );
}

#[derive(Module, Debug)]
struct Pair {
    relu: Linear,
    again: Linear,
    relu_2: Linear,
}

impl Pair {
    /// The second holds the weights of the first.
    fn new() -> Self {
        let layer = LinearConfig::new(4, 4).init(&Device::flex());
        let other = LinearConfig::new(4, 4).init(&Device::flex());
        Self {
            again: layer.clone(),
            relu: layer,
            relu_2: other,
        }
    }
}

#[test]
fn shared_weights_count_once_and_equal_names_are_not_mixed_up() {
    let model = Pair::new();
    let forward = |m: &Pair, (a, b): (Tensor<2>, Tensor<2>)| {
        let a = relu(m.relu.forward(relu(a)));
        let b = m.relu.forward(m.again.forward(relu(b)));
        (a.clone() - b.clone(), m.relu_2.forward(a * b))
    };
    let input = (numbers([2, 4]), numbers([2, 4]));
    let trace = trace(&model, &input, forward).unwrap();
    let summary = trace.summary();
    // Burn's count has the shared layer of 20 twice.
    assert_eq!(model.num_params(), 60);
    assert_eq!(
        (summary.totals.parameters, summary.memory.parameters),
        (40, 160)
    );
    let shared: Vec<_> = summary
        .rows
        .iter()
        .map(|row| (row.layer.as_str(), row.shared))
        .collect();
    assert!(
        shared.contains(&("relu", 0)) && shared.contains(&("again", 20)),
        "{shared:?}"
    );
    let mut names: Vec<_> = summary.rows.iter().map(|row| &row.layer).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), summary.rows.len());
    let last = summary
        .rows
        .iter()
        .find(|row| row.layer == "relu_2")
        .unwrap();
    assert_eq!(last.parameters(), 20);
    assert!(
        summary.to_string().contains("+ 20 shared")
            && summary.to_string().contains("Inputs 2x4, 2x4")
    );
}

#[test]
fn a_pass_that_fails_tells_where_over_which_shapes_and_after_what() {
    let model = Pair::new();
    let wrong = |m: &Pair, x: Tensor<2>| {
        let x = tap("before", relu(m.relu.forward(x)));
        let narrow = x.clone().narrow(1, 0, 3);
        x + narrow
    };
    let error = trace(&model, &numbers([2, 4]), wrong).unwrap_err();
    let Error::Forward(failure) = &error else {
        panic!("{error}")
    };
    assert_eq!(failure.shapes, [vec![2, 4], vec![2, 3]]);
    assert_eq!(failure.tap.as_deref(), Some("before"));
    assert_eq!(failure.summary.rows[0].layer, "relu");
    let text = error.to_string();
    assert!(
        text.contains("2x4 and 2x3 do not fit") && text.contains("layer"),
        "{text}"
    );
}

/// A failing forward pass while another thread panics for a reason of its own.
#[test]
#[ignore = "run by the next test, in a process whose panic hook nobody else changes"]
fn two_panics() {
    let other = || std::thread::spawn(|| panic!("on another thread")).join();
    let wrong = |m: &Pair, x: Tensor<2>| {
        assert!(other().is_err());
        m.relu.forward(x.narrow(1, 0, 3))
    };
    trace(&Pair::new(), &numbers([2, 4]), wrong).unwrap_err();
    assert!(other().is_err());
}

#[test]
fn a_pass_that_fails_prints_nothing_and_other_threads_do_as_ever() {
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    let child = child.args(["--exact", "models::two_panics", "--ignored", "--nocapture"]);
    let output = child.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let printed = String::from_utf8(output.stderr).unwrap();
    assert_eq!(printed.matches("on another thread").count(), 2, "{printed}");
    assert_eq!(printed.matches("panicked at").count(), 2, "{printed}");
}
