//! Models of every kind, frozen with a batch and a length that may be anything.

use burn::module::Module;
use burn::nn::attention::generate_autoregressive_mask;
use burn::nn::conv::{
    Conv1d, Conv1dConfig, Conv2d, Conv2dConfig, ConvTranspose1d, ConvTranspose1dConfig,
    ConvTranspose2d, ConvTranspose2dConfig,
};
use burn::nn::gru::{Gru, GruConfig};
use burn::nn::interpolate::{Interpolate2dConfig, InterpolateMode};
use burn::nn::pool::{
    AdaptiveAvgPool1dConfig, AdaptiveAvgPool2dConfig, AvgPool1dConfig, AvgPool2dConfig,
    MaxPool1dConfig, MaxPool2dConfig,
};
use burn::nn::transformer::{
    TransformerDecoder, TransformerDecoderConfig, TransformerDecoderInput, TransformerEncoder,
    TransformerEncoderConfig, TransformerEncoderInput,
};
use burn::nn::{
    BatchNorm, BatchNormConfig, BiLstm, BiLstmConfig, Embedding, EmbeddingConfig, GroupNorm,
    GroupNormConfig, Identity, InstanceNorm, InstanceNormConfig, LayerNorm, LayerNormConfig,
    Linear, LinearConfig, Lstm, LstmConfig, PRelu, PReluConfig, PaddingConfig2d,
    PositionalEncoding, PositionalEncodingConfig, RmsNorm, RmsNormConfig,
};
use burn::tensor::{
    Bool, DType, Device, Distribution, Int, Tensor, TensorData, activation, module, s,
};
use onnx_ir::{Message, TensorProto};
use retrace_inspect::{Error, Frozen, Labels, freeze, tap};

use crate::{data, numbers};

/// Batches and lengths to run at; the first are those of the example.
const SIZES: [[usize; 2]; 4] = [[2, 6], [3, 11], [1, 7], [5, 1]];
/// Largest difference from Burn, as a share of the largest number.
const ALLOWED: f64 = 1e-5;

/// Inputs and outputs of one forward pass.
type Pass = (Vec<TensorData>, Vec<TensorData>);

fn device() -> Device {
    Device::flex()
}

/// Numbers of an embedding's words.
fn words([batch, length]: [usize; 2]) -> Tensor<2, Int> {
    let words = Tensor::<1, Int>::arange(0..(batch * length) as i64, &device());
    (words.clone() * words * 7 + 3)
        .remainder_scalar(20)
        .reshape([batch, length])
}

/// The last third of each row is padding, and a bit more in each row.
fn padding([batch, length]: [usize; 2]) -> Tensor<2, Bool> {
    let at = |row: usize, column: usize| column > 0 && column + row % 2 >= length - length / 3;
    let rows = (0..batch).flat_map(|row| (0..length).map(move |column| at(row, column)));
    let rows: Vec<bool> = rows.collect();
    Tensor::from_data(TensorData::new(rows, [batch, length]), &device())
}

/// Embedding, both directions of an LSTM, the last hidden state, classes.
#[derive(Module, Debug)]
struct Sentiment {
    embedding: Embedding,
    first: Lstm,
    second: BiLstm,
    out: Linear,
}

impl Sentiment {
    fn new() -> Self {
        Self {
            embedding: EmbeddingConfig::new(20, 6).init(&device()),
            first: LstmConfig::new(6, 5, true).init(&device()),
            second: BiLstmConfig::new(5, 4, false).init(&device()),
            out: LinearConfig::new(8, 3).init(&device()),
        }
    }

    fn forward(&self, words: Tensor<2, Int>) -> (Tensor<2>, Tensor<2>) {
        let (x, state) = self.first.forward(self.embedding.forward(words), None);
        let (x, _) = self.second.forward(tap("first", x), None);
        (self.out.forward(x.mean_dim(1).squeeze_dim(1)), state.cell)
    }
}

/// Words and positions, an encoder over them, and a decoder that sees what came before.
#[derive(Module, Debug)]
struct Translator {
    words: Embedding,
    positions: PositionalEncoding,
    encoder: TransformerEncoder,
    decoder: TransformerDecoder,
}

impl Translator {
    fn new() -> Self {
        Self {
            words: EmbeddingConfig::new(20, 8).init(&device()),
            positions: PositionalEncodingConfig::new(8)
                .with_max_sequence_size(64)
                .init(&device()),
            encoder: TransformerEncoderConfig::new(8, 12, 2, 2).init(&device()),
            decoder: TransformerDecoderConfig::new(8, 12, 2, 1).init(&device()),
        }
    }

    fn encode(&self, (words, padding): (Tensor<2, Int>, Tensor<2, Bool>)) -> Tensor<3> {
        let x = self.positions.forward(self.words.forward(words));
        self.encoder
            .forward(TransformerEncoderInput::new(x).mask_pad(padding))
    }

    fn translate(&self, input: (Tensor<2, Int>, Tensor<2, Bool>, Tensor<2, Int>)) -> Tensor<3> {
        let (words, padding, target) = input;
        let memory = self.encode((words, padding.clone()));
        let target = self.positions.forward(self.words.forward(target));
        let [batch, length, _] = target.dims();
        let later = generate_autoregressive_mask(batch, length, &target.device());
        let input = TransformerDecoderInput::new(target, memory)
            .target_mask_attn(later)
            .memory_mask_pad(padding);
        self.decoder.forward(input)
    }
}

/// Two pictures through one network; their distance, and whether it is small.
#[derive(Module, Debug)]
struct Siamese {
    conv: Conv2d,
    out: Linear,
}

impl Siamese {
    fn new() -> Self {
        Self {
            conv: Conv2dConfig::new([1, 4], [3, 3])
                .with_stride([2, 2])
                .init(&device()),
            out: LinearConfig::new(36, 5).init(&device()),
        }
    }

    fn side(&self, x: Tensor<4>) -> Tensor<2> {
        self.out
            .forward(activation::relu(self.conv.forward(x)).flatten(1, 3))
    }

    fn forward(&self, [a, b]: [Tensor<4>; 2]) -> (Tensor<1>, Tensor<1, Bool>) {
        let apart = self.side(a) - self.side(b);
        let distance = (apart.clone() * apart)
            .sum_dim(1)
            .sqrt()
            .squeeze_dim::<1>(1);
        (distance.clone(), distance.lower_elem(1.0))
    }
}

/// A convolutional network for any picture: a residual block, then a class.
#[derive(Module, Debug)]
struct Block {
    first: Conv2d,
    norm: BatchNorm,
    second: Conv2d,
    shortcut: Conv2d,
    up: ConvTranspose2d,
}

impl Block {
    fn new() -> Self {
        let same = |from, to| {
            let config = Conv2dConfig::new([from, to], [3, 3]);
            config.with_padding(PaddingConfig2d::Explicit(1, 1, 1, 1))
        };
        Self {
            first: same(2, 4).with_stride([2, 2]).init(&device()),
            norm: BatchNormConfig::new(4).init(&device()),
            second: same(4, 4).init(&device()),
            shortcut: Conv2dConfig::new([2, 4], [1, 1])
                .with_stride([2, 2])
                .init(&device()),
            up: ConvTranspose2dConfig::new([4, 2], [2, 2])
                .with_stride([2, 2])
                .init(&device()),
        }
    }

    fn forward(&self, x: Tensor<4>) -> (Tensor<4>, Tensor<2>, Tensor<1, Int>) {
        let y = activation::relu(self.norm.forward(self.first.forward(x.clone())));
        let y = self.second.forward(y) + self.shortcut.forward(x);
        let pooled = AdaptiveAvgPool2dConfig::new([1, 1])
            .init()
            .forward(y.clone());
        let classes = pooled.flatten::<2>(1, 3);
        let best = classes.clone().argmax(1).squeeze_dim(1);
        (self.up.forward(y), classes, best)
    }
}

/// What works on `[batch, channels, length]`.
#[derive(Module, Debug)]
struct Signal {
    conv: Conv1d,
    up: ConvTranspose1d,
    batch_norm: BatchNorm,
    group_norm: GroupNorm,
    instance_norm: InstanceNorm,
    layer_norm: LayerNorm,
    rms_norm: RmsNorm,
    slope: PRelu,
}

impl Signal {
    fn new() -> Self {
        let d = &device();
        Self {
            conv: Conv1dConfig::new(3, 4, 3).with_dilation(2).init(d),
            up: ConvTranspose1dConfig::new([4, 4], 3)
                .with_stride(2)
                .with_padding(1)
                .with_padding_out(1)
                .init(d),
            batch_norm: BatchNormConfig::new(4).init(d),
            group_norm: GroupNormConfig::new(2, 4).init(d),
            instance_norm: InstanceNormConfig::new(4).init(d),
            layer_norm: LayerNormConfig::new(4).init(d),
            rms_norm: RmsNormConfig::new(4).init(d),
            slope: PReluConfig::new().with_num_parameters(4).init(d),
        }
    }

    fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        let x = x.pad((4, 4, 0, 0), 0.0);
        let x = self.slope.forward(self.up.forward(self.conv.forward(x)));
        let x = self.group_norm.forward(self.batch_norm.forward(x));
        let x = AvgPool1dConfig::new(2)
            .init()
            .forward(self.instance_norm.forward(x));
        let x = MaxPool1dConfig::new(2).with_stride(1).init().forward(x);
        let x = self.layer_norm.forward(x.swap_dims(1, 2));
        activation::leaky_relu(self.rms_norm.forward(x), 0.2)
    }
}

/// Each activation function on a share of the numbers.
fn activations(_: &Identity, x: Tensor<2>) -> Vec<Tensor<2>> {
    vec![
        activation::elu(x.clone(), 0.7),
        activation::gelu(x.clone()),
        activation::gelu_approximate(x.clone()),
        activation::leaky_relu(x.clone(), 0.2),
        activation::softmax(x.clone(), 1),
        activation::log_softmax(x, 0),
    ]
}

fn named(axes: &[&str]) -> Labels {
    Labels::default().input("x", axes)
}

/// What is called with every model: its name, its file, and forward passes of Burn at several sizes.
trait Each: FnMut(&str, Frozen, Vec<Pass>) {}

impl<F: FnMut(&str, Frozen, Vec<Pass>)> Each for F {}

macro_rules! model {
    ($each:ident, $name:literal, $model:expr, $input:expr, $forward:expr, $labels:expr, $sizes:expr) => {{
        let (model, input, forward) = ($model, $input, $forward);
        let sizes: Vec<[usize; 2]> = $sizes.into_iter().collect();
        let frozen = freeze(&model, &input(sizes[0]), &forward, &$labels);
        let frozen = frozen.unwrap_or_else(|error| panic!("{}: {error}", $name));
        let pass = |size: &[usize; 2]| {
            let (input, given) = data(input(*size));
            (given, data(forward(&model, input)).1)
        };
        $each($name, frozen, sizes.iter().map(pass).collect());
    }};
}

fn models(mut each: impl Each) {
    sequences(&mut each);
    pictures(&mut each);
    numbers_alone(&mut each);
}

fn sequences(each: &mut impl Each) {
    let line = &["batch", "length"];
    let text = || {
        Labels::default()
            .input("words", line)
            .input("padding", line)
            .at_most("length", 64)
    };
    model!(
        each,
        "sentiment",
        Sentiment::new(),
        words,
        Sentiment::forward,
        named(line).output("classes"),
        SIZES
    );
    model!(
        each,
        "gru",
        GruConfig::new(3, 4, true).init(&device()),
        |[batch, length]: [usize; 2]| (numbers([batch, length, 3]), numbers([batch, 4])),
        |layer: &Gru, (x, state): (Tensor<3>, Tensor<2>)| layer.forward(x, Some(state)),
        named(line),
        SIZES
    );
    model!(
        each,
        "lstm in reverse, of one length",
        LstmConfig::new(3, 4, true)
            .with_reverse(true)
            .init(&device()),
        |[batch, _]: [usize; 2]| numbers([batch, 5, 3]),
        |layer: &Lstm, x: Tensor<3>| layer.forward(x, None).0,
        Labels::default(),
        SIZES
    );
    model!(
        each,
        "encoder",
        Translator::new(),
        |size| (words(size), padding(size)),
        Translator::encode,
        text(),
        SIZES
    );
    model!(
        each,
        "translator",
        Translator::new(),
        |size: [usize; 2]| (words(size), padding(size), words([size[0], size[1] + 2])),
        Translator::translate,
        text()
            .input("target", &["batch", "other"])
            .at_most("other", 64),
        SIZES
    );
    model!(
        each,
        "signal",
        Signal::new(),
        |[batch, length]: [usize; 2]| numbers([batch, 3, length]),
        Signal::forward,
        named(&["batch", "", "length"]),
        SIZES
    );
    model!(
        each,
        "attention",
        Identity::new(),
        |[batch, length]: [usize; 2]| numbers([batch, 2, length, 4]),
        |_: &Identity, x: Tensor<4>| {
            let options = burn::tensor::ops::AttentionModuleOptions {
                is_causal: true,
                ..Default::default()
            };
            let keys = x.clone() * 2.0;
            module::attention(x.clone(), keys, x, None, None, options)
        },
        named(&["batch", "", "length"]),
        SIZES
    );
}

fn pictures(each: &mut impl Each) {
    model!(
        each,
        "siamese",
        Siamese::new(),
        |[batch, _]: [usize; 2]| {
            let x = numbers::<4>([batch, 1, 7, 7]);
            [x.clone(), x.flip([2])]
        },
        Siamese::forward,
        Labels::default()
            .input("left", &["batch"])
            .input("right", &["batch"])
            .output("distance"),
        SIZES
    );
    model!(
        each,
        "block",
        Block::new(),
        |[batch, length]: [usize; 2]| numbers([batch, 2, length + 4, 8]),
        Block::forward,
        named(&["batch", "", "height", "width"]),
        SIZES
    );
    model!(
        each,
        "pooling",
        Identity::new(),
        |[batch, _]: [usize; 2]| numbers([batch, 2, 7, 9]),
        |_: &Identity, x: Tensor<4>| {
            let line = x.clone().flatten::<3>(2, 3);
            (
                AdaptiveAvgPool2dConfig::new([3, 4])
                    .init()
                    .forward(x.clone()),
                AdaptiveAvgPool2dConfig::new([7, 3])
                    .init()
                    .forward(x.clone()),
                AdaptiveAvgPool1dConfig::new(5).init().forward(line),
                MaxPool2dConfig::new([3, 3])
                    .with_padding(PaddingConfig2d::Explicit(1, 1, 1, 1))
                    .init()
                    .forward(x.clone()),
                AvgPool2dConfig::new([2, 3]).init().forward(x),
            )
        },
        Labels::default(),
        SIZES
    );
    model!(
        each,
        "interpolation",
        Identity::new(),
        |[batch, length]: [usize; 2]| numbers([batch, 2, length + 2, 5]),
        |_: &Identity, x: Tensor<4>| {
            let config = Interpolate2dConfig::new().with_scale_factor(Some([2.0, 3.0]));
            let nearest = config.clone().with_mode(InterpolateMode::Nearest).init();
            let linear = config.with_mode(InterpolateMode::Linear).init();
            (nearest.forward(x.clone()), linear.forward(x))
        },
        named(&["batch", "", "height"]),
        SIZES
    );
}

fn numbers_alone(each: &mut impl Each) {
    let line = &["batch", "length"];
    model!(
        each,
        "variational",
        LinearConfig::new(6, 4).init(&device()),
        |[batch, _]: [usize; 2]| numbers([batch, 6]),
        |layer: &Linear, x: Tensor<2>| {
            let both = layer.forward(x.clone());
            let [mean, spread] = [s![.., 0..2], s![.., 2..4]].map(|part| both.clone().slice(part));
            (mean.clone(), mean, spread.exp(), x)
        },
        Labels::default().output("mean"),
        SIZES
    );
    model!(
        each,
        "activations",
        Identity::new(),
        |[batch, _]: [usize; 2]| numbers([batch, 6]),
        activations,
        Labels::default(),
        SIZES
    );
    model!(
        each,
        "picked and sorted",
        Identity::new(),
        |[batch, length]: [usize; 2]| {
            let size = [batch, length + 2];
            (
                numbers::<2>(size),
                words(size).remainder_scalar(length as i64 + 2),
            )
        },
        |_: &Identity, (x, places): (Tensor<2>, Tensor<2, Int>)| {
            let [batch, length] = x.dims();
            let device = x.device();
            let (largest, at) = x.clone().topk_with_indices(2, 1);
            let positions = Tensor::<1, Int>::arange(0..length as i64, &device).float();
            let more = x
                .clone()
                .slice_assign(s![.., 1..2], x.clone().slice(s![.., 0..1]) + 9.0);
            (
                (x.clone().gather(1, places), largest, at, x.clone().sort(1)),
                (
                    x.clone().cumsum(1),
                    x.clone().flip([1]),
                    x.clone().slice(s![.., ..;-2]),
                    more,
                ),
                x.clone() * positions.unsqueeze::<2>().expand([batch, length]),
                x.clone().repeat_dim(1, 2) + Tensor::ones([batch, 2 * length], &device),
                x.clone().slice(s![.., -2..]).remainder_scalar(0.7),
                (
                    x.clone().greater_elem(0.0).any_dim(1),
                    x.clone().greater_elem(5.0).any(),
                ),
                (x.clone().mean(), x.clone().max_dim(0), x.clone().sum_dim(1)),
                x.transpose(),
            )
        },
        Labels::default().input("x", line).input("places", line),
        SIZES
    );
}

/// Largest difference as a share of the largest number.
fn difference(found: &TensorData, expected: &TensorData) -> f64 {
    assert_eq!(found.shape(), expected.shape());
    let largest = expected
        .iter::<f64>()
        .fold(f64::MIN_POSITIVE, |most, x| most.max(x.abs()));
    let gaps = found
        .iter::<f64>()
        .zip(expected.iter::<f64>())
        .map(|(a, b)| (a - b).abs());
    gaps.fold(0.0, f64::max) / largest
}

#[test]
fn models_of_every_kind_run_from_their_files_at_any_batch_and_length() {
    models(|name, frozen, passes| {
        for (inputs, outputs) in passes {
            let named = frozen.inputs().iter().zip(&inputs);
            let named: Vec<_> = named
                .map(|(port, data)| (port.name.as_str(), data))
                .collect();
            let found = frozen
                .run_named(&named)
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(found.len(), outputs.len(), "{name}");
            for ((output, found), expected) in found.iter().zip(&outputs) {
                let apart = difference(found, expected);
                assert!(
                    apart <= ALLOWED,
                    "{name}, {output}, {:?}: {apart:e}",
                    inputs[0].shape()
                );
            }
        }
    });
}

/// A tensor as ONNX writes it.
fn proto(name: &str, data: &TensorData) -> Vec<u8> {
    let (data_type, bytes) = match data.dtype() {
        DType::Bool(_) => (9, data.iter::<bool>().map(u8::from).collect()),
        // Integers of 32 bits are wider in the file.
        DType::I64 | DType::I32 => {
            let wide = data.iter::<i64>().flat_map(i64::to_le_bytes);
            (7, wide.collect())
        }
        _ => (1, data.bytes().to_vec()),
    };
    let tensor = TensorProto {
        name: name.to_owned(),
        dims: data.shape().iter().map(|&side| side as i64).collect(),
        data_type,
        raw_data: bytes.into(),
        ..TensorProto::default()
    };
    tensor.write_to_bytes().expect("it is small")
}

/// For `scripts/onnx_check.py`, which runs them by `onnxruntime`.
#[test]
#[ignore = "needs RETRACE_ONNX_MODELS, a folder to write to"]
fn onnx_models_are_written_with_what_burn_makes_of_them() {
    let folder =
        std::env::var_os("RETRACE_ONNX_MODELS").expect("RETRACE_ONNX_MODELS names a folder");
    let folder = std::path::PathBuf::from(folder);
    models(|name, frozen, passes| {
        let model = folder.join(name.replace([' ', ','], "-"));
        std::fs::create_dir_all(&model).expect("it can be made");
        frozen
            .save(&model.join("model.onnx"))
            .expect("it can be written");
        for (at, (inputs, outputs)) in passes.iter().enumerate() {
            let set = model.join(format!("set_{at}"));
            std::fs::create_dir_all(&set).expect("it can be made");
            for (kind, values, ports) in [
                ("input", inputs, frozen.inputs()),
                ("output", outputs, frozen.outputs()),
            ] {
                for (at, (value, port)) in values.iter().zip(ports).enumerate() {
                    let file = set.join(format!("{kind}_{at}.pb"));
                    std::fs::write(file, proto(&port.name, value)).expect("it can be written");
                }
            }
        }
    });
}

#[test]
fn several_operations_are_one_of_onnx() {
    let operators = |frozen: &Frozen| -> Vec<String> {
        let nodes = frozen.nodes().nodes;
        nodes.into_iter().map(|node| node.operator).collect()
    };
    let x = numbers([2, 4]);
    for (operator, forward) in [
        (
            "Elu",
            (|x| activation::elu(x, 0.5)) as fn(Tensor<2>) -> Tensor<2>,
        ),
        ("Gelu", activation::gelu),
        ("Gelu", activation::gelu_approximate),
    ] {
        let frozen = freeze(&Identity::new(), &x, |_, x| forward(x), &Labels::default()).unwrap();
        assert_eq!(operators(&frozen), [operator]);
    }
    let layer = LstmConfig::new(3, 4, true).init(&device());
    let forward = |layer: &Lstm, x: Tensor<3>| layer.forward(x, None).0;
    let labels = named(&["batch", "length"]);
    let frozen = freeze(&layer, &numbers([2, 5, 3]), forward, &labels).unwrap();
    assert_eq!(
        operators(&frozen),
        ["Transpose", "LSTM", "Squeeze", "Transpose"]
    );
    // Its last state, too.
    let forward = |layer: &Lstm, x: Tensor<3>| {
        let (all, state) = layer.forward(x, None);
        all + state.hidden.unsqueeze_dim(1)
    };
    let frozen = freeze(&layer, &numbers([2, 5, 3]), forward, &labels).unwrap();
    let squeezed = operators(&frozen)
        .into_iter()
        .filter(|name| name == "Squeeze");
    assert_eq!(squeezed.count(), 2);
}

#[test]
fn ends_and_axes_have_the_names_and_types_that_they_are_given() {
    let forward = |m: &Translator, x| {
        let x = m.encode(x);
        (x.clone(), x.clone().slice(s![.., 1.., ..]), x.argmax(2))
    };
    let input = (words([2, 6]), padding([2, 6]));
    let line = &["batch", "length"];
    let labels = Labels::default()
        .input("words", line)
        .input("padding", line)
        .output("context")
        .at_most("length", 64);
    let frozen = freeze(&Translator::new(), &input, forward, &labels).unwrap();
    let ports: Vec<String> = frozen
        .inputs()
        .iter()
        .chain(frozen.outputs())
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        ports,
        [
            "words: batch x length of int64",
            "padding: batch x length of bool",
            "context: batch x length x 8",
            "output_2: batch x output_2.1 x 8",
            "output_3: batch x length x 1 of int64",
        ]
    );
}

#[test]
fn labels_that_do_not_fit_are_refused() {
    let refused = |labels: Labels| {
        let input = (numbers::<2>([2, 4]), numbers::<2>([3, 4]));
        let forward = |_: &Identity, (a, b): (Tensor<2>, Tensor<2>)| (a, b * 2.0);
        freeze(&Identity::new(), &input, forward, &labels)
            .unwrap_err()
            .to_string()
    };
    let two = |a: &[&str], b: &[&str]| Labels::default().input("a", a).input("b", b);
    for (labels, words) in [
        (
            Labels::default(),
            "the axis \"batch\" is 2 long in the example, and 3",
        ),
        (two(&["rows"], &["batch", "", ""]), "\"b\" has 2 axes"),
        (two(&[], &[]).input("c", &[]), "names for 3 inputs"),
        (
            two(&[], &["batch"]).output("a").output("b").output("c"),
            "names for 3 outputs",
        ),
        (
            two(&[], &["batch"]).at_most("length", 9),
            "no input has an axis \"length\"",
        ),
        (
            two(&[], &["batch"]).at_most("batch", 2),
            "longer in the example",
        ),
    ] {
        let text = refused(labels);
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn what_depends_on_sizes_in_a_way_that_no_file_can_hold_is_refused() {
    #[derive(Module, Debug)]
    struct Net {
        layer: Linear,
    }
    let net = Net {
        layer: LinearConfig::new(4, 4).init(&device()),
    };
    type Forward = fn(&Net, Tensor<3>) -> Tensor<3>;
    let cases: [(Forward, &str, &str); 8] = [
        (
            |net, x| {
                let mut state = x.clone().slice(s![.., 0..1, ..]);
                for at in 0..x.dims()[1] {
                    state = activation::tanh(net.layer.forward(state) + x.clone().narrow(1, at, 1));
                }
                state
            },
            "the operations depend on length",
            "module \"layer\"",
        ),
        (
            |_, x| {
                AdaptiveAvgPool1dConfig::new(2)
                    .init()
                    .forward(x.swap_dims(1, 2))
            },
            "windows of an adaptive pooling",
            "AdaptiveAvgPool1d",
        ),
        (
            |_, x| {
                let [_, length, _] = x.dims();
                let weights: Vec<f32> = (0..length).map(|at| (at as f32).sin()).collect();
                let weights = TensorData::new(weights, [1, length, 1]);
                x.clone() * Tensor::<3>::from_data(weights, &x.device())
            },
            "numbers that the model makes outside of Burn",
            "Mul",
        ),
        (
            |_, x| x.clone() / x.dims()[1] as f64,
            "what it does depends on length",
            "DivScalar",
        ),
        // Shorter than the bound at the example's size, longer further on.
        (
            |_, x| {
                let most = x.dims()[1].min(20);
                tap("cut", x).narrow(1, 0, most) * 2.0
            },
            "depends on batch or length",
            "the tap \"cut\"",
        ),
        (
            |_, x| x.clone() + x.random_like(Distribution::Default),
            "random numbers",
            "Random",
        ),
        (
            |_, x| {
                Conv1dConfig::new(4, 4, 3)
                    .with_stride(2)
                    .with_padding(burn::nn::PaddingConfig1d::Same)
                    .init(&x.device())
                    .forward(x.swap_dims(1, 2))
            },
            "depends on length",
            "Conv1d",
        ),
        (
            |_, x| if x.dims()[0] > 4 { x.sin() } else { x.cos() },
            "what it does depends on batch",
            "Cos",
        ),
    ];
    for (forward, reason, place) in cases {
        let labels = named(&["batch", "length"]);
        let error = freeze(&net, &numbers([2, 6, 4]), forward, &labels).unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains(reason) && text.contains(place),
            "{reason}: {text}"
        );
        assert!(matches!(error, Error::NotFreezable { .. }), "{text}");
    }
}

#[test]
fn a_largest_size_is_not_exceeded() {
    let positions = EmbeddingConfig::new(16, 4).init(&device());
    let forward = |table: &Embedding, x: Tensor<3>| {
        let [_, length, _] = x.dims();
        x + table.weight.val().slice(s![0..length, ..]).unsqueeze()
    };
    let labels = named(&["batch", "length"]);
    let error = freeze(&positions, &numbers([2, 6, 4]), forward, &labels).unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, Error::OtherSize { .. }), "{text}");
    assert!(
        text.contains("a length of 57") && text.contains("Labels::at_most"),
        "{text}"
    );
    for most in [16, 7, 6] {
        let labels = labels.clone().at_most("length", most);
        freeze(&positions, &numbers([2, 6, 4]), forward, &labels).unwrap();
    }
}
