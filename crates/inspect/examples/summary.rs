//! The summary of a network of two inputs, before anything runs, and of one whose shapes do not fit.
//!
//!     cargo run --release -p retrace-inspect --example summary

#![allow(clippy::print_stdout)] // that is what it is for

use burn::module::Module;
use burn::nn::transformer::{
    TransformerEncoder, TransformerEncoderConfig, TransformerEncoderInput,
};
use burn::nn::{Embedding, EmbeddingConfig, Linear, LinearConfig};
use burn::tensor::{Bool, Device, Int, Tensor};
use retrace_inspect::{tensors, trace};

/// Sentences of one length; `padding` is true where there is no word.
#[derive(Clone)]
struct Sentences {
    words: Tensor<2, Int>,
    padding: Tensor<2, Bool>,
}
tensors!(Sentences { words, padding });

#[derive(Module, Debug)]
struct Classifier {
    words: Embedding,
    encoder: TransformerEncoder,
    classes: Linear,
}

impl Classifier {
    fn new(inner: usize, device: &Device) -> Self {
        Self {
            words: EmbeddingConfig::new(20_000, 128).init(device),
            encoder: TransformerEncoderConfig::new(128, 512, 4, 2).init(device),
            classes: LinearConfig::new(inner, 5).init(device),
        }
    }

    /// `[batch, 5]`
    fn forward(&self, input: Sentences) -> Tensor<2> {
        let x = TransformerEncoderInput::new(self.words.forward(input.words));
        let x = self.encoder.forward(x.mask_pad(input.padding));
        self.classes.forward(x.mean_dim(1).squeeze_dim(1))
    }
}

fn main() -> Result<(), retrace_inspect::Error> {
    let device = Device::flex();
    // Only shapes and types matter: 32 sentences of 60 words.
    let input = Sentences {
        words: Tensor::zeros([32, 60], &device),
        padding: Tensor::<2, Int>::zeros([32, 60], &device).equal_elem(1),
    };
    let trace_of = |inner| {
        trace(
            &Classifier::new(inner, &device),
            &input,
            Classifier::forward,
        )
    };
    println!("{}", trace_of(128)?.summary());
    // The last layer expects 100 features and gets 128: which layer, which shapes, and all before it.
    if let Err(error) = trace_of(100) {
        println!("{error}");
    }
    Ok(())
}
