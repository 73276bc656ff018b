//! A small convolution network learns to tell discs, squares and crosses apart: Burn's modules,
//! losses and gradients, with the convolutions of `retrace-conv`, AdamW of `retrace-optim` and the
//! summary of `retrace-inspect`.
//!
//! `cargo run --release`

use std::error::Error;
use std::time::Instant;

use burn::module::Module;
use burn::nn::conv::Conv2dConfig;
use burn::nn::loss::CrossEntropyLossConfig;
use burn::nn::{Linear, LinearConfig, PaddingConfig2d};
use burn::optim::{AdamWConfig, GradientsParams};
use burn::store::ModuleRecord;
use burn::tensor::{Device, Int, Tensor, TensorData};
use retrace_conv::{Conv2d, max_pool_2x2};

/// See the manifest.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Rows and columns of a picture.
const SIZE: usize = 24;

/// Pictures of a step.
const BATCH: usize = 48;

#[derive(Module, Debug)]
struct Network {
    first: Conv2d,
    second: Conv2d,
    output: Linear,
}

impl Network {
    fn new(device: &Device) -> Self {
        let same = |channels| {
            let config = Conv2dConfig::new(channels, [3, 3]);
            Conv2d::new(&config.with_padding(PaddingConfig2d::Same), device)
        };
        Self {
            first: same([1, 24]),
            second: same([24, 32]),
            output: LinearConfig::new(32 * (SIZE / 4) * (SIZE / 4), 3).init(device),
        }
    }

    /// `[batch, 1, SIZE, SIZE]` to a number for each kind of shape, `[batch, 3]`.
    fn forward(&self, pictures: Tensor<4>) -> Tensor<2> {
        let a = max_pool_2x2(self.first.forward_relu(pictures));
        let a = max_pool_2x2(self.second.forward_relu(a));
        self.output.forward(a.flatten(1, 3))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let device = Device::flex().autodiff();
    device.seed(1);
    let mut network = Network::new(&device);
    let mut optimizer = retrace_optim::adamw(&AdamWConfig::new().with_weight_decay(0.01));
    let loss = CrossEntropyLossConfig::new().init(&device);
    // Nothing is computed for this: layers, shapes, parameters, and the memory of a step.
    let example = Tensor::zeros([BATCH, 1, SIZE, SIZE], &Device::flex());
    println!("{}", retrace_inspect::trace(&network, &example, Network::forward)?.summary());
    println!("vector instructions for the convolutions: {}", retrace_conv::supported_here());

    let begun = Instant::now();
    for step in 0..120 {
        let (pictures, kinds) = batch(step, &device);
        let loss = loss.forward(network.forward(pictures), kinds);
        if step % 20 == 0 {
            println!("step {step:>3}: loss {:.4}", loss.clone().into_scalar::<f32>());
        }
        let gradients = GradientsParams::from_grads(loss.backward(), &network);
        network = optimizer.step(1e-3, network, gradients);
    }
    println!("120 steps in {:.2} s", begun.elapsed().as_secs_f64());

    let network = network.valid();
    println!("right of pictures never trained on: {:.3}", share_right(&network));
    // A record is Burn's, and so are the names in it: any Burn program reads it.
    let bytes = network.clone().into_record().into_bytes()?;
    let read = Network::new(&Device::flex()).load_record(ModuleRecord::from_bytes(bytes)?);
    assert_eq!(share_right(&read), share_right(&network));
    Ok(())
}

/// The share of new pictures that the network tells rightly.
fn share_right(network: &Network) -> f32 {
    let (pictures, kinds) = batch(1_000_000, &Device::flex());
    let found = network.forward(pictures).argmax(1).flatten::<1>(0, 1);
    found.equal(kinds).float().mean().into_scalar::<f32>()
}

/// Pictures of one step, each with a disc, a square or a cross somewhere in it, and which it is.
fn batch(step: usize, device: &Device) -> (Tensor<4>, Tensor<1, Int>) {
    let mut pictures = Vec::with_capacity(BATCH * SIZE * SIZE);
    let mut kinds = Vec::with_capacity(BATCH);
    for index in 0..BATCH {
        let number = |stream: usize| hash(stream + 4 * (index + BATCH * step));
        let kind = (3.0 * number(0)) as i64;
        let radius = 3.0 + 3.0 * number(1);
        let centre = [number(2), number(3)].map(|at| 7.0 + at * (SIZE as f32 - 14.0));
        for pixel in 0..SIZE * SIZE {
            let [x, y] = [pixel % SIZE, pixel / SIZE].map(|at| at as f32);
            let (x, y) = ((x - centre[0]).abs(), (y - centre[1]).abs());
            let within = match kind {
                0 => x * x + y * y < radius * radius,
                1 => x.max(y) < radius,
                _ => x.min(y) < 0.4 * radius && x.max(y) < radius,
            };
            pictures.push(f32::from(within));
        }
        kinds.push(kind);
    }
    let pictures = TensorData::new(pictures, [BATCH, 1, SIZE, SIZE]);
    (
        Tensor::from_data(pictures, device),
        Tensor::from_data(TensorData::new(kinds, [BATCH]), device),
    )
}

/// A number from 0 to 1 that looks random.
fn hash(index: usize) -> f32 {
    let mixed = (index as u32).wrapping_mul(2_654_435_761);
    let mixed = (mixed ^ (mixed >> 15)).wrapping_mul(2_246_822_519);
    (mixed ^ (mixed >> 13)) as f32 / u32::MAX as f32
}
