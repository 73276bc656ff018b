//! Times whole training steps of one of the posts' networks, on request;
//! `scripts/bench-against-pytorch.py` asks, and times PyTorch between the answers.
//!
//! ```text
//! $ echo 3 | cargo run --release -p retrace-conv --example steps mnist-cnn auto
//! {}
//! {"losses":[2.3,...],"milliseconds":[21.4,21.1,21.2]}
//! ```
//!
//! The arguments are a network and a mode: `flex` (all is Burn's: its convolution, ReLU, max-pool
//! and Adam), `auto` or `exact` (ours, with the ReLU in the convolution, by that [`Algorithm`]). The
//! first answer says that all is ready. Each line that it reads is a number of steps, answered by
//! a line of JSON. `losses` has one number more than `milliseconds`, for the first step of a
//! burst, which is not timed: the caches are full of another network then.

use std::error::Error;
use std::io::{Write, stdin, stdout};
use std::time::Instant;

use burn::module::{Module, ModuleMapper, Param};
use burn::nn::conv::{self, Conv2dConfig};
use burn::nn::loss::{CrossEntropyLossConfig, MseLoss, Reduction};
use burn::nn::pool::MaxPool2dConfig;
use burn::nn::{BatchNorm, BatchNormConfig, Linear, LinearConfig, PaddingConfig2d};
use burn::optim::{AdamConfig, GradientsParams, ModuleOptimizer, SgdConfig};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Int, Tensor, TensorData};
use retrace_conv::{Algorithm, max_pool_2x2};

/// Page faults cost up to half of a training step with the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, mode] = &arguments[..] else {
        return Err("expected a network and a mode".into());
    };
    // The thread that trains is one of the pool's.
    let pool = rayon::ThreadPoolBuilder::new().use_current_thread();
    pool.build_global()?;
    let device = Device::flex().autodiff();
    let mut step = training(name, Mode::from_name(mode)?, &device)?;
    writeln!(stdout(), "{{}}")?;
    for steps in stdin().lines() {
        let mut losses = vec![step()];
        let mut milliseconds = Vec::new();
        for _ in 0..steps?.trim().parse()? {
            let begun = Instant::now();
            losses.push(step());
            milliseconds.push(1000.0 * begun.elapsed().as_secs_f64());
        }
        let times = format!(r#""milliseconds":{milliseconds:?}"#);
        writeln!(stdout(), r#"{{"losses":{losses:?},{times}}}"#)?;
    }
    Ok(())
}

/// The algorithm of our convolution; none where all is Burn's.
#[derive(Clone, Copy)]
struct Mode(Option<Algorithm>);

impl Mode {
    fn from_name(name: &str) -> Result<Self, String> {
        match name {
            "flex" => Ok(Self(None)),
            "auto" => Ok(Self(Some(Algorithm::Auto))),
            "exact" => Ok(Self(Some(Algorithm::Exact))),
            _ => Err(format!("expected flex, auto or exact, found {name}")),
        }
    }

    fn convolution(self, config: &Conv2dConfig, device: &Device) -> Convolution {
        let layer = config.init(device);
        match self.0 {
            None => Convolution::Burns(layer),
            Some(algorithm) => {
                Convolution::Ours(retrace_conv::Conv2d::from(layer).with_algorithm(algorithm))
            }
        }
    }

    /// With PyTorch's settings.
    fn adam(self) -> ModuleOptimizer {
        let config = AdamConfig::new().with_epsilon(1e-8);
        match self.0 {
            None => config.init(),
            Some(_) => retrace_optim::adam(&config),
        }
    }
}

#[derive(Module, Debug)]
enum Convolution {
    Burns(conv::Conv2d),
    Ours(retrace_conv::Conv2d),
}

impl Convolution {
    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        match self {
            Self::Burns(layer) => layer.forward(x),
            Self::Ours(layer) => layer.forward(x),
        }
    }

    fn forward_relu(&self, x: Tensor<4>) -> Tensor<4> {
        match self {
            Self::Burns(layer) => relu(layer.forward(x)),
            Self::Ours(layer) => layer.forward_relu(x),
        }
    }

    /// The max-pool after it.
    fn max_pool(&self, x: Tensor<4>) -> Tensor<4> {
        match self {
            Self::Burns(_) => MaxPool2dConfig::new([2, 2]).init().forward(x),
            Self::Ours(_) => max_pool_2x2(x),
        }
    }
}

/// Convolutions, then linear layers, perhaps with batch normalisation; an activation after each
/// layer but the last, and a max-pool between the two kinds.
#[derive(Module, Debug)]
struct Network {
    convolutions: Vec<Convolution>,
    dense: Vec<Linear>,
    norms: Vec<BatchNorm>,
    #[module(skip)]
    activation: fn(Tensor<2>) -> Tensor<2>,
}

impl Network {
    /// The network of a name; the README lists them.
    ///
    /// # Errors
    /// A name that no network has.
    fn new(name: &str, mode: Mode, device: &Device) -> Result<Self, String> {
        let (valid, same) = (PaddingConfig2d::Valid, PaddingConfig2d::Same);
        let (channels, kernels, padding, units) = match name {
            "autoencoder" => {
                let channels = vec![1, 32, 16, 16, 8, 8, 1];
                (channels, vec![7, 7, 7, 7, 7, 4], same, vec![])
            }
            "colorization" => {
                let channels = vec![1, 30, 60, 90, 120, 150, 180, 210, 240];
                (channels, vec![3; 8], valid, vec![])
            }
            "mnist-cnn" => (vec![1, 32, 64], vec![3; 2], valid, vec![9216, 128, 10]),
            "mlp" | "mlp-norm" => (vec![], vec![], valid, vec![784, 1024, 128, 10]),
            "regularization" => (vec![], vec![], valid, vec![1, 10, 10, 10, 1]),
            _ => return Err(format!("no network is called {name}")),
        };
        let convolution = |(channels, kernel): (&[usize], usize)| {
            let config = Conv2dConfig::new([channels[0], channels[1]], [kernel, kernel]);
            mode.convolution(&config.with_padding(padding.clone()), device)
        };
        // The mean of a normalisation would take a bias out again.
        let normalised = if name == "mlp-norm" { 2 } else { 0 };
        let dense = units.windows(2).enumerate().map(|(l, units)| {
            let config = LinearConfig::new(units[0], units[1]).with_bias(l >= normalised);
            config.init(device)
        });
        let norms = units.iter().skip(1).take(normalised);
        Ok(Self {
            convolutions: channels.windows(2).zip(kernels).map(convolution).collect(),
            dense: dense.collect(),
            norms: norms
                .map(|units| BatchNormConfig::new(*units).init(device))
                .collect(),
            activation: if name == "regularization" {
                |a| a
            } else {
                relu
            },
        })
    }

    /// # Shapes
    /// `[batch, channels, rows, columns]` to `[batch, units]`, without linear layers to
    /// `[pixels, channels]`
    fn forward(&self, x: Tensor<4>) -> Tensor<2> {
        let mut a = x;
        let ends = self.dense.is_empty();
        for (l, layer) in self.convolutions.iter().enumerate() {
            let last = ends && l + 1 == self.convolutions.len();
            a = if last {
                layer.forward(a)
            } else {
                layer.forward_relu(a)
            };
        }
        if ends {
            let channels = a.dims()[1] as i32;
            return a.permute([0, 2, 3, 1]).reshape([-1, channels]);
        }
        if let Some(convolution) = self.convolutions.last() {
            a = convolution.max_pool(a);
        }
        let mut a = a.flatten(1, 3);
        for (l, layer) in self.dense.iter().enumerate() {
            a = layer.forward(a);
            if let Some(norm) = self.norms.get(l) {
                a = norm.forward(a);
            }
            if l + 1 < self.dense.len() {
                a = (self.activation)(a);
            }
        }
        a
    }
}

/// One step of a training; its loss.
type Step = Box<dyn FnMut() -> f32>;

/// The training of a network, at its beginning.
///
/// # Errors
/// A name that no network has.
fn training(name: &str, mode: Mode, device: &Device) -> Result<Step, String> {
    let network = with_noise(Network::new(name, mode, device)?);
    let (x, [count, all], rate) = match name {
        "autoencoder" => ([8, 1, 100, 150], [0, 1], 1e-3),
        "colorization" => ([32, 1, 32, 32], [32 * 16 * 16, 240], 1e-4),
        "mnist-cnn" => ([128, 1, 28, 28], [128, 10], 1e-3),
        "regularization" => ([1; 4], [0, 1], 0.01),
        _ => ([60, 784, 1, 1], [60, 10], 1e-4),
    };
    let x = pixels(x, device);
    let cross_entropy = CrossEntropyLossConfig::new().init(device);
    Ok(match name {
        "autoencoder" => step(network, mode.adam(), rate, move |network| {
            let pixels = x.clone().reshape([-1, 1]);
            MseLoss::new().forward(network.forward(x.clone()), pixels, Reduction::Mean)
        }),
        "regularization" => step(network, SgdConfig::new().init(), rate, move |network| {
            let truth = x.clone().flatten(1, 3) * 2.0;
            let error = (network.forward(x.clone()) - truth).abs().sum();
            let norms = network
                .dense
                .iter()
                .map(|layer| layer.weight.val().abs().sum());
            let norm = norms.reduce(|all, norm| all + norm);
            error + norm.expect("a network has layers") * 0.3
        }),
        _ => {
            let truth = classes(count, all, device);
            step(network, mode.adam(), rate, move |network| {
                cross_entropy.forward(network.forward(x.clone()), truth.clone())
            })
        }
    })
}

/// Noise from 0 to 1.
fn pixels<const D: usize>(shape: [usize; D], device: &Device) -> Tensor<D> {
    let pixels = (0..shape.iter().product()).map(|index| (0.5 + 0.5 * noise(0, index)) as f32);
    Tensor::from_data(TensorData::new(pixels.collect::<Vec<_>>(), shape), device)
}

/// `count` labels, `7 i mod all`.
fn classes(count: usize, all: usize, device: &Device) -> Tensor<1, Int> {
    let classes: Vec<i64> = (0..count).map(|index| (7 * index % all) as i64).collect();
    Tensor::from_data(TensorData::new(classes, [count]), device)
}

fn step(
    network: Network,
    mut optimizer: ModuleOptimizer,
    learning_rate: f64,
    loss: impl Fn(&Network) -> Tensor<1> + 'static,
) -> Step {
    let mut network = Some(network);
    Box::new(move || {
        let model = network.take().expect("the step before put it back");
        let loss = loss(&model);
        let gradients = GradientsParams::from_grads(loss.backward(), &model);
        network = Some(optimizer.step(learning_rate, model, gradients));
        loss.into_scalar::<f32>()
    })
}

/// Number `index` of a stream, between -1 and 1: a multiplicative hash of 32 bits.
///
/// The PyTorch script makes the same, bit for bit: with them for weights and data both sides must
/// see the same losses.
fn noise(stream: usize, index: usize) -> f64 {
    let hash = (index + 1_000_003 * stream) as u32;
    let hash = hash.wrapping_mul(2_654_435_761);
    let hash = (hash ^ (hash >> 15)).wrapping_mul(2_246_822_519);
    f64::from(hash ^ (hash >> 13)) / f64::from(1u32 << 31) - 1.0
}

/// The network with noise for parameters: the n-th of them is of stream n.
///
/// Weights lie within `1 / sqrt(inputs)`, as PyTorch draws them and Burn; all else within 0.1.
/// What is not trained (running means) stays.
fn with_noise(network: Network) -> Network {
    network.map(&mut Noise { stream: 0 })
}

struct Noise {
    stream: usize,
}

impl ModuleMapper for Noise {
    fn map_float<const D: usize>(&mut self, parameter: Param<Tensor<D>>) -> Param<Tensor<D>> {
        if !parameter.val().is_require_grad() {
            return parameter;
        }
        self.stream += 1;
        parameter.map(|old| {
            let bound = bound(&old.dims());
            let new = (0..old.shape().num_elements())
                .map(|index| (bound * noise(self.stream, index)) as f32)
                .collect();
            let new = TensorData::new::<f32, _>(new, old.shape());
            Tensor::from_data(new, &old.device()).require_grad()
        })
    }
}

/// By the axes: `[inputs, outputs]` of a linear layer, `[outputs, inputs, rows, columns]` of a
/// convolution.
fn bound(dims: &[usize]) -> f64 {
    let inputs = match *dims {
        [inputs, _] => inputs,
        [_, inputs, rows, columns] => inputs * rows * columns,
        _ => return 0.1,
    };
    1.0 / (inputs as f64).sqrt()
}
