//! Ten networks beside what torchinfo and fvcore say of them in PyTorch: parameters, shapes, products.

use std::collections::BTreeMap;

use burn::module::Module;
use burn::tensor::{Device, Int, Tensor};
use retrace_inspect::{Row, Summary, Tensors, trace};
use serde::Deserialize;

use crate::networks::{
    Encoder, GruTagger, LstmClassifier, Mobile, ResNet18, Siamese, UNet, Vae, Vgg11, Waves,
};
use crate::numbers;

/// Written by `scripts/torchinfo_oracle.py`.
#[derive(Deserialize)]
struct Described {
    parameters: u64,
    /// All of convolutions, linear layers and matrix products, by fvcore; none of recurrent layers.
    products: u64,
    layers: Vec<Layer>,
}

#[derive(Deserialize)]
struct Layer(
    String,
    String,
    Vec<usize>,
    /// Parameters that training changes.
    u64,
    /// Of these, biases.
    u64,
    /// Products by torchinfo.
    u64,
    /// Products by fvcore.
    Option<u64>,
);

impl Layer {
    /// The rows of a module and of those inside of it, each time that it is used.
    fn rows<'a>(&self, summary: &'a Summary) -> Vec<&'a Row> {
        let within = |name: &String| {
            let rest = name.strip_prefix(&self.0);
            rest.is_some_and(|rest| rest.starts_with(['/', '.']))
        };
        let rows = summary.rows.iter();
        rows.filter(|row| row.operations.iter().any(within))
            .collect()
    }

    /// torchinfo's products without biases and at every position, where it counts one of each
    /// example: the last axis of a linear layer holds features, the others are positions.
    fn products(&self) -> Option<u64> {
        let Self(_, kind, shape, parameters, biases, by_torchinfo, _) = self;
        let times = by_torchinfo / parameters;
        let positions = match kind.as_str() {
            "Conv1d" | "Conv2d" | "LSTM" | "GRU" => times,
            "Linear" => times * shape[1..shape.len() - 1].iter().product::<usize>() as u64,
            _ => return None,
        };
        Some((parameters - biases) * positions)
    }
}

/// Compares a model with what is written of it in PyTorch.
fn same<M: Module, I: Tensors + Clone, O: Tensors>(
    name: &str,
    described: &mut BTreeMap<String, Described>,
    model: &M,
    input: &I,
    forward: impl Fn(&M, I) -> O,
) {
    let described = described.remove(name).expect("PyTorch's side is there");
    let summary = trace(model, input, forward).expect("it can be recorded");
    let summary = summary.summary();
    assert_eq!(summary.totals.trainable, described.parameters, "{name}");
    let mut unruled = 0;
    for layer in &described.layers {
        let what = format!("{name}: {}", layer.0);
        let rows = layer.rows(&summary);
        let sum = |of: fn(&Row) -> u64| rows.iter().map(|row| of(row)).sum::<u64>();
        assert_eq!(sum(|row| row.trainable), layer.3, "{what}");
        let products = sum(|row| row.multiply_adds.unwrap_or_default());
        for expected in [layer.products(), layer.6].into_iter().flatten() {
            assert_eq!(products, expected, "{what}");
        }
        if ["LSTM", "GRU"].contains(&layer.1.as_str()) {
            unruled += products;
        } else {
            assert!(
                rows.iter().all(|row| row.output_shape == layer.2),
                "{what}: {rows:?}"
            );
        }
    }
    assert_eq!(
        summary.totals.multiply_adds.unwrap_or_default() - unruled,
        described.products,
        "{name}"
    );
}

#[test]
fn ten_networks_count_as_in_pytorch() {
    let json = include_str!("torchinfo.json");
    let mut all: BTreeMap<String, Described> = serde_json::from_str(json).unwrap();
    let d = &Device::flex();
    let picture = |side| numbers::<4>([2, 3, side, side]);
    let digits = (numbers::<4>([2, 1, 28, 28]), numbers::<4>([2, 1, 28, 28]));
    macro_rules! compare {
        ($($name:literal: $network:ident, $input:expr;)*) => {$(
            let forward = |model: &$network, x| model.forward(x);
            same($name, &mut all, &$network::new(d), &$input, forward);
        )*};
    }
    compare! {
        "resnet18": ResNet18, picture(224);
        "vgg11": Vgg11, numbers([1, 3, 224, 224]);
        "unet": UNet, picture(32);
        "lstm": LstmClassifier, Tensor::<2, Int>::zeros([3, 20], d);
        "gru": GruTagger, numbers([3, 7, 8]);
        "encoder": Encoder, numbers([3, 10, 64]);
        "siamese": Siamese, digits;
        "vae": Vae, (numbers([4, 784]), numbers([4, 20]));
        "mobile": Mobile, picture(32);
        "waves": Waves, numbers([2, 2, 64]);
    }
    assert!(all.is_empty());
}
