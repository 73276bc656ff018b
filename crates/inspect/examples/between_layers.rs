//! What comes out of each layer: means, spreads, and the share of units that are never alive.
//!
//!     cargo run --release -p retrace-inspect --example between_layers

#![allow(clippy::print_stdout)] // that is what it is for

use burn::module::Module;
use burn::nn::{Initializer, Linear, LinearConfig};
use burn::tensor::{Device, Distribution, Tensor, activation::relu};
use retrace_inspect::{record, tap, trace};

/// Ten layers, whose weights are too small for their number of inputs.
#[derive(Module, Debug)]
struct Deep {
    layers: Vec<Linear>,
}

impl Deep {
    fn new(device: &Device) -> Self {
        let initializer = Initializer::Normal {
            mean: 0.0,
            std: 0.05,
        };
        let config = LinearConfig::new(100, 100).with_initializer(initializer);
        Self {
            layers: (0..10).map(|_| config.init(device)).collect(),
        }
    }

    fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        let layers = self.layers.iter().enumerate();
        // `tap` gives a place a name, and costs nothing while nobody watches.
        layers.fold(x, |x, (at, layer)| {
            tap(&format!("after layer {at}"), relu(layer.forward(x)))
        })
    }
}

fn main() -> Result<(), retrace_inspect::Error> {
    let device = Device::flex();
    let model = Deep::new(&device);
    let x = Tensor::random([256, 100], Distribution::Normal(0.0, 1.0), &device);

    // The places are known from a recording, which computes nothing.
    let trace = trace(&model, &x, Deep::forward)?;
    let taps: Vec<&str> = trace.taps().collect();
    let values = record(&model, x.clone(), Deep::forward, &taps)?;
    println!("place           mean      spread    never alive");
    for (tap, values) in taps.iter().zip(values) {
        let x = Tensor::<2>::from_data(values, &device);
        let number = |x: Tensor<1>| x.into_scalar::<f64>();
        let alive = x.clone().max_dim(0).greater_elem(0.0).float().mean();
        let (mean, spread) = (number(x.clone().mean()), number(x.var(0).mean()).sqrt());
        println!(
            "{tap:<14}  {mean:<8.5}  {spread:<8.5}  {:.0} %",
            100.0 * (1.0 - number(alive))
        );
    }

    // Any operation can be asked for, tapped or not: here the fourth layer's, before its ReLU.
    let row = &trace.summary().rows[3];
    let before = trace.values(x, &[&row.operations[1]])?;
    println!(
        "\n{} computes {}; after {}: {:?}",
        row.layer,
        row.kind,
        row.operations[1],
        before[0].shape()
    );
    Ok(())
}
