//! Times whole training steps of the posts' networks, on request; `scripts/bench-against-pytorch.py`
//! asks, and times PyTorch between the answers.
//!
//! ```text
//! $ echo "mnist-cnn auto 3" | cargo run --release -p retrace-conv --example steps
//! {"losses":[2.3,...],"milliseconds":[21.4,21.1,21.2],"parameters":1199882,...}
//! ```
//!
//! A request is a line: a network, a mode ([`Mode`]) and a number of steps. The answer is a line of
//! JSON. `losses` has one number more than `milliseconds`, for the first step of a burst, which is
//! not timed: the caches are full of another network then. A network that is asked for again goes
//! on where it stood. `resident_bytes` is the memory of the process when the burst begins,
//! `peak_bytes` the largest during it (only Linux tells): the first burst of a fresh process
//! shows what a training needs beyond its network and data.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::error::Error;
use std::io::{Write, stdin, stdout};
use std::time::Instant;
use std::{fs, iter};

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::nn::conv::{self, Conv2dConfig};
use burn::nn::loss::{CrossEntropyLossConfig, MseLoss, Reduction};
use burn::nn::pool::MaxPool2dConfig;
use burn::nn::{BatchNorm, BatchNormConfig, Linear, LinearConfig, PaddingConfig2d};
use burn::optim::{AdamConfig, GradientsParams, ModuleOptimizer, SgdConfig};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Int, Tensor, TensorData};
use retrace_conv::Algorithm;
use serde_json::json;

/// Page faults cost up to half of a training step with the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Box<dyn Error>> {
    // The thread that trains is one of the pool's.
    let pool = rayon::ThreadPoolBuilder::new().use_current_thread();
    pool.build_global()?;
    let mut trainings = HashMap::new();
    for request in stdin().lines() {
        let request = request?;
        let answer = answer(&mut trainings, &request).map_err(|e| format!("{request:?}: {e}"))?;
        writeln!(stdout(), "{answer}")?;
    }
    Ok(())
}

fn answer(
    trainings: &mut HashMap<String, Training>,
    request: &str,
) -> Result<serde_json::Value, Box<dyn Error>> {
    let words: Vec<&str> = request.split_whitespace().collect();
    let [name, mode, steps] = words[..] else {
        return Err("expected a network, a mode and a number of steps".into());
    };
    let (mode, steps) = (Mode::from_name(mode)?, steps.parse()?);
    let training = match trainings.entry(format!("{name} {mode:?}")) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(new) => new.insert(training(name, mode, &Device::flex().autodiff())?),
    };
    Ok(training.burst(steps))
}

/// Whose convolution, ReLU after it, max-pool and Adam the trainings have.
#[derive(Clone, Copy, Debug)]
enum Mode {
    /// Burn's.
    Flex,
    /// Ours, with ReLU in the convolution.
    Ours(Algorithm),
}

impl Mode {
    fn from_name(name: &str) -> Result<Self, String> {
        match name {
            "flex" => Ok(Self::Flex),
            "auto" => Ok(Self::Ours(Algorithm::Auto)),
            "exact" => Ok(Self::Ours(Algorithm::Exact)),
            _ => Err(format!(
                "expected the mode flex, auto or exact, found {name}"
            )),
        }
    }

    /// A layer of its own.
    fn convolution(self, config: &Conv2dConfig, device: &Device) -> Convolution {
        match self {
            Self::Flex => Convolution::Flex(config.init(device)),
            Self::Ours(algorithm) => Convolution::Ours(
                retrace_conv::Conv2d::new(config, device).with_algorithm(algorithm),
            ),
        }
    }

    /// Its Adam, with PyTorch's settings.
    fn adam(self) -> ModuleOptimizer {
        let config = AdamConfig::new().with_epsilon(1e-8);
        match self {
            Self::Flex => config.init(),
            Self::Ours(_) => retrace_optim::adam(&config),
        }
    }

    /// Its pool.
    fn max_pool_2x2(self) -> fn(Tensor<4>) -> Tensor<4> {
        match self {
            Self::Flex => |x| {
                let pool = MaxPool2dConfig::new([2, 2]).with_strides([2, 2]);
                pool.init().forward(x)
            },
            Self::Ours(_) => retrace_conv::max_pool_2x2,
        }
    }
}

/// One convolution.
#[derive(Module, Debug)]
enum Convolution {
    /// Burn's.
    Flex(conv::Conv2d),
    /// Ours.
    Ours(retrace_conv::Conv2d),
}

impl Convolution {
    /// The convolution.
    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        match self {
            Self::Flex(layer) => layer.forward(x),
            Self::Ours(layer) => layer.forward(x),
        }
    }

    /// The convolution, and a ReLU after it.
    fn forward_relu(&self, x: Tensor<4>) -> Tensor<4> {
        match self {
            Self::Flex(layer) => relu(layer.forward(x)),
            Self::Ours(layer) => layer.forward_relu(x),
        }
    }
}

/// Convolutions one after the other, with a ReLU between them.
#[derive(Module, Debug)]
struct Convolutions {
    hidden: Vec<Convolution>,
    last: Convolution,
}

impl Convolutions {
    /// Six 'same' convolutions, 1-32-16-16-8-8-1: five of 7x7 and one of 4x4.
    fn autoencoder(mode: Mode, device: &Device) -> Self {
        let layer = |channels, kernel| {
            let config = Conv2dConfig::new(channels, [kernel, kernel]);
            mode.convolution(&config.with_padding(PaddingConfig2d::Same), device)
        };
        let hidden = [[1, 32], [32, 16], [16, 16], [16, 8], [8, 8]];
        Self {
            hidden: hidden.map(|channels| layer(channels, 7)).into(),
            last: layer([8, 1], 4),
        }
    }

    /// Eight 3x3 convolutions without padding, Q / 8 channels more a layer, to Q colours.
    fn colorization(colours: usize, mode: Mode, device: &Device) -> Self {
        let layer = |inputs, outputs| {
            let config = Conv2dConfig::new([inputs, outputs], [3, 3]);
            mode.convolution(&config, device)
        };
        let step = colours / 8;
        let first = layer(1, step);
        let others = (1..7).map(|n| layer(n * step, (n + 1) * step));
        Self {
            hidden: iter::once(first).chain(others).collect(),
            last: layer(7 * step, colours),
        }
    }

    /// # Shapes
    /// - input: `[batch, 1, rows, columns]`
    /// - output: `[batch, channels, rows, columns]`, fewer rows and columns without padding
    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let hidden = self.hidden.iter();
        self.last
            .forward(hidden.fold(x, |a, layer| layer.forward_relu(a)))
    }
}

/// Keras' example for MNIST.
#[derive(Module, Debug)]
struct Cnn {
    first: Convolution,
    second: Convolution,
    #[module(skip)]
    max_pool: fn(Tensor<4>) -> Tensor<4>,
    dense: Linear,
    logits: Linear,
}

impl Cnn {
    /// 32 and 64 channels of 3x3, max-pool, 128 units, 10 logits.
    fn new(mode: Mode, device: &Device) -> Self {
        let layer = |channels| mode.convolution(&Conv2dConfig::new(channels, [3, 3]), device);
        Self {
            first: layer([1, 32]),
            second: layer([32, 64]),
            max_pool: mode.max_pool_2x2(),
            dense: LinearConfig::new(64 * 12 * 12, 128).init(device),
            logits: LinearConfig::new(128, 10).init(device),
        }
    }

    /// # Shapes
    /// - input: `[batch, 1, 28, 28]`
    /// - output: `[batch, 10]`
    fn forward(&self, x: Tensor<4>) -> Tensor<2> {
        let a = self.second.forward_relu(self.first.forward_relu(x));
        let a = (self.max_pool)(a).flatten::<2>(1, 3);
        self.logits.forward(relu(self.dense.forward(a)))
    }
}

/// Linear layers with an activation between them, and perhaps batch normalisation before it.
#[derive(Module, Debug)]
struct Perceptron {
    layers: Vec<Linear>,
    norms: Vec<BatchNorm>,
    #[module(skip)]
    activation: fn(Tensor<2>) -> Tensor<2>,
}

impl Perceptron {
    fn new(units: &[usize], activation: fn(Tensor<2>) -> Tensor<2>, device: &Device) -> Self {
        let sizes = units.windows(2);
        let layers = sizes.map(|units| LinearConfig::new(units[0], units[1]).init(device));
        Self {
            layers: layers.collect(),
            norms: Vec::new(),
            activation,
        }
    }

    /// 784-1024-128-10 with ReLU.
    fn digits(normalised: bool, device: &Device) -> Self {
        let mut network = Self::new(&[784, 1024, 128, 10], relu, device);
        if normalised {
            for (layer, units) in network.layers.iter_mut().zip([1024, 128]) {
                layer.bias = None; // The mean would take it out again.
                network.norms.push(BatchNormConfig::new(units).init(device));
            }
        }
        network
    }

    /// # Shapes
    /// `[batch, units of the first layer]` to `[batch, units of the last]`
    fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        let mut a = x;
        for (l, layer) in self.layers.iter().enumerate() {
            a = layer.forward(a);
            if let Some(norm) = self.norms.get(l) {
                a = norm.forward(a);
            }
            if l + 1 < self.layers.len() {
                a = (self.activation)(a);
            }
        }
        a
    }
}

/// A network that learns.
struct Training {
    parameters: usize,
    /// One step; its loss.
    step: Box<dyn FnMut() -> f32>,
}

/// The training of a name, at its beginning.
///
/// # Errors
/// A name that no network has.
fn training(name: &str, mode: Mode, device: &Device) -> Result<Training, Box<dyn Error>> {
    match name {
        "autoencoder" => Ok(autoencoder(mode, device)),
        "colorization" => Ok(colorization(mode, device)),
        "mnist-cnn" => Ok(mnist_cnn(mode, device)),
        "mlp" => Ok(perceptron(Perceptron::digits(false, device), mode, device)),
        "mlp-norm" => Ok(perceptron(Perceptron::digits(true, device), mode, device)),
        "regularization" => Ok(regularization(device)),
        _ => Err(format!("no network is called {name}").into()),
    }
}

fn autoencoder(mode: Mode, device: &Device) -> Training {
    let x = pixels([8, 1, 100, 150], device);
    let network = Convolutions::autoencoder(mode, device);
    Training::new(network, mode.adam(), 1e-3, move |network| {
        MseLoss::new().forward(network.forward(x.clone()), x.clone(), Reduction::Mean)
    })
}

fn colorization(mode: Mode, device: &Device) -> Training {
    const Q: usize = 240;
    let x = pixels([32, 1, 32, 32], device);
    let colours = classes(32 * 16 * 16, Q, device);
    let cross_entropy = CrossEntropyLossConfig::new().init(device);
    let network = Convolutions::colorization(Q, mode, device);
    Training::new(network, mode.adam(), 1e-4, move |network| {
        let logits = network.forward(x.clone()).permute([0, 2, 3, 1]);
        cross_entropy.forward(logits.reshape([-1, Q as i32]), colours.clone())
    })
}

fn mnist_cnn(mode: Mode, device: &Device) -> Training {
    let x = pixels([128, 1, 28, 28], device);
    let digits = classes(128, 10, device);
    let cross_entropy = CrossEntropyLossConfig::new().init(device);
    Training::new(Cnn::new(mode, device), mode.adam(), 1e-3, move |network| {
        cross_entropy.forward(network.forward(x.clone()), digits.clone())
    })
}

fn perceptron(network: Perceptron, mode: Mode, device: &Device) -> Training {
    let x = pixels([60, 784], device);
    let digits = classes(60, 10, device);
    let cross_entropy = CrossEntropyLossConfig::new().init(device);
    Training::new(network, mode.adam(), 1e-4, move |network| {
        cross_entropy.forward(network.forward(x.clone()), digits.clone())
    })
}

fn regularization(device: &Device) -> Training {
    let x = pixels([1, 1], device);
    let network = Perceptron::new(&[1, 10, 10, 10, 1], |a| a, device);
    Training::new(network, SgdConfig::new().init(), 0.01, move |network| {
        let error = (network.forward(x.clone()) - x.clone() * 2.0).abs().sum();
        let norms = network
            .layers
            .iter()
            .map(|layer| layer.weight.val().abs().sum());
        let norm = norms.reduce(|all, norm| all + norm);
        error + norm.expect("a network has layers") * 0.3
    })
}

/// Noise from 0 to 1.
fn pixels<const D: usize>(shape: [usize; D], device: &Device) -> Tensor<D> {
    let pixels = (0..shape.iter().product()).map(|index| (0.5 + 0.5 * noise(0, index)) as f32);
    Tensor::from_data(TensorData::new(pixels.collect::<Vec<_>>(), shape), device)
}

/// `count` labels, `7 i mod all`.
fn classes(count: usize, all: usize, device: &Device) -> Tensor<1, Int> {
    let classes = (0..count).map(|index| (7 * index % all) as i64);
    Tensor::from_data(
        TensorData::new(classes.collect::<Vec<_>>(), [count]),
        device,
    )
}

impl Training {
    fn new<M: Module + 'static>(
        network: M,
        mut optimizer: ModuleOptimizer,
        learning_rate: f64,
        loss: impl Fn(&M) -> Tensor<1> + 'static,
    ) -> Self {
        let network = with_noise(network);
        let parameters = trained(&network);
        let mut network = Some(network);
        let step = move || {
            let model = network.take().expect("the step before put it back");
            let loss = loss(&model);
            let gradients = GradientsParams::from_grads(loss.backward(), &model);
            network = Some(optimizer.step(learning_rate, model, gradients));
            loss.into_scalar::<f32>()
        };
        Self {
            parameters,
            step: Box::new(step),
        }
    }

    /// So many steps after a first one that is not timed.
    fn burst(&mut self, steps: usize) -> serde_json::Value {
        let resident = resident_bytes();
        forget_peak();
        let mut losses = vec![(self.step)()];
        let mut milliseconds = Vec::with_capacity(steps);
        for _ in 0..steps {
            let begun = Instant::now();
            losses.push((self.step)());
            milliseconds.push(1000.0 * begun.elapsed().as_secs_f64());
        }
        json!({
            "parameters": self.parameters,
            "losses": losses,
            "milliseconds": milliseconds,
            "resident_bytes": resident,
            "peak_bytes": peak_bytes(),
        })
    }
}

/// The number of parameters that the optimizer changes.
fn trained<M: Module>(module: &M) -> usize {
    struct Count(usize);
    impl ModuleVisitor for Count {
        fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
            if parameter.val().is_require_grad() {
                self.0 += parameter.val().shape().num_elements();
            }
        }
    }
    let mut count = Count(0);
    module.visit(&mut count);
    count.0
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

/// The module with noise for parameters: the n-th of them is of stream n.
///
/// Weights lie within `1 / sqrt(inputs)`, as PyTorch draws them and Burn; all else within 0.1.
/// What is not trained (running means) stays.
fn with_noise<M: Module>(module: M) -> M {
    module.map(&mut Noise { stream: 0 })
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

/// Bytes that this process has in memory now, from Linux's `/proc` (proc(5)); `None` elsewhere.
fn resident_bytes() -> Option<u64> {
    memory("VmRSS:")
}

/// The most bytes that were in memory at once since [`forget_peak`].
fn peak_bytes() -> Option<u64> {
    memory("VmHWM:")
}

/// Sets the peak to what is in memory now.
fn forget_peak() {
    // 5 resets the peak. Where it cannot be written, the peak cannot be read either.
    let _ = fs::write("/proc/self/clear_refs", "5");
}

fn memory(field: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes * 1024)
}
