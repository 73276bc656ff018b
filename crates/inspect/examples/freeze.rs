//! One ONNX file of a model of two inputs, for any batch and any length, run without the model's code.
//!
//!     cargo run --release -p retrace-inspect --example freeze

#![allow(clippy::print_stdout)] // that is what it is for

use burn::module::Module;
use burn::nn::{Embedding, EmbeddingConfig, Linear, LinearConfig, Lstm, LstmConfig};
use burn::tensor::{Device, Int, Tensor, TensorData, activation::softmax};
use retrace_inspect::{Frozen, Labels, freeze};

/// Says what a text is about; `mood` is something known of its author.
#[derive(Module, Debug)]
struct Reader {
    words: Embedding,
    lstm: Lstm,
    classes: Linear,
}

impl Reader {
    fn new(device: &Device) -> Self {
        Self {
            words: EmbeddingConfig::new(1000, 16).init(device),
            lstm: LstmConfig::new(16, 32, true).init(device),
            classes: LinearConfig::new(34, 3).init(device),
        }
    }

    /// `[batch, length]` and `[batch, 2]` to `[batch, 3]`.
    fn forward(&self, (words, mood): (Tensor<2, Int>, Tensor<2>)) -> Tensor<2> {
        let (_, state) = self.lstm.forward(self.words.forward(words), None);
        let x = Tensor::cat(vec![state.hidden, mood], 1);
        softmax(self.classes.forward(x), 1)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let device = Device::flex();
    let model = Reader::new(&device);
    let labels = Labels::default()
        .input("words", &["batch", "length"])
        .input("mood", &["batch"])
        .output("probabilities");
    let example = (
        Tensor::<2, Int>::zeros([2, 7], &device),
        Tensor::<2>::zeros([2, 2], &device),
    );
    // It is recorded at several sizes, and what was written is run and compared with the model.
    let frozen = freeze(&model, &example, Reader::forward, &labels)?;
    let folder = std::env::temp_dir();
    let file = folder.join("reader.onnx");
    frozen.save(&file)?;
    println!(
        "{}: {} bytes",
        file.display(),
        std::fs::metadata(&file)?.len()
    );

    // From here on nothing knows the model, and the sizes are others.
    let reader = Frozen::load(&file)?;
    for port in reader.inputs() {
        println!("in:  {} of {:?}: {:?}", port.name, port.element, port.shape);
    }
    let words = TensorData::new((0..12_i64).collect::<Vec<_>>(), [1, 12]);
    let mood = TensorData::new(vec![0.5_f32, -0.5], [1, 2]);
    for (name, values) in reader.run_named(&[("words", &words), ("mood", &mood)])? {
        println!("out: {name} {values}");
    }
    std::fs::remove_file(file)?;
    Ok(())
}
