//! Each convolution of the posts' networks alone, forward and backward: ours and flex's.
//!
//! Read `Gelem/s` as GFLOP/s: the multiplications and additions of the direct method, whatever the
//! algorithm does in their place. A backward pass counts twice the forward's, for the gradients of
//! the input and of the weight; the first layer of a network, whose input is data, needs one only.
//! `RAYON_NUM_THREADS` sets the threads, and a word picks benchmarks:
//!
//! `RAYON_NUM_THREADS=2 cargo bench -p retrace-conv -- "colorization forward"`

use std::time::Duration;

use burn::tensor::module::conv2d;
use burn::tensor::ops::ConvOptions;
use burn::tensor::{Device, Tensor, TensorData};
use criterion::{
    BatchSize, BenchmarkGroup, BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group,
    criterion_main, measurement::WallTime,
};
use retrace_conv::slices::{self, Wanted};
use retrace_conv::{Algorithm, Padding, Shape};

/// As in the programs that train: page faults of the system's allocator would be measured, too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const OURS: [(&str, Algorithm); 2] = [("auto", Algorithm::Auto), ("exact", Algorithm::Exact)];

/// A convolution of numbers between -1 and 1.
struct Layer {
    shape: Shape,
    /// Whether it is the first of its network: its input wants no gradient.
    first: bool,
    x: Vec<f32>,
    w: Vec<f32>,
    b: Vec<f32>,
}

fn layers(criterion: &mut Criterion) {
    // 'Same' convolutions of eight pictures.
    let kernels = [7, 7, 7, 7, 7, 4];
    let autoencoder = network(8, [100, 150], &[1, 32, 16, 16, 8, 8, 1], &kernels);
    // Without padding: each layer's picture is smaller by two.
    let channels = [1, 30, 60, 90, 120, 150, 180, 210, 240];
    let colorization = network(32, [32, 32], &channels, &[3; 8]);
    let mnist_cnn = network(128, [28, 28], &[1, 32, 64], &[3; 2]);
    for (name, layers) in [
        ("autoencoder", autoencoder),
        ("colorization", colorization),
        ("mnist-cnn", mnist_cnn),
    ] {
        group(criterion, &format!("{name} forward"), &layers, forward);
        group(criterion, &format!("{name} backward"), &layers, backward);
    }
}

/// The layers of a network, 3x3 without padding and others with as much as keeps the size.
fn network(batch: usize, size: [usize; 2], channels: &[usize], kernels: &[usize]) -> Vec<Layer> {
    let [mut height, mut width] = size;
    let layer = |(channels, kernel): (&[usize], &usize)| {
        let kernel = (*kernel, *kernel);
        let shape = Shape {
            batch,
            inputs: channels[0],
            outputs: channels[1],
            height,
            width,
            kernel,
            padding: if kernel.0 == 3 {
                Padding::default()
            } else {
                Padding::same(kernel)
            },
        };
        (height, width) = (shape.output_height(), shape.output_width());
        let wave = |len: usize| (0..len).map(|i| (1.7 * i as f64).sin() as f32).collect();
        Layer {
            shape,
            first: shape.inputs == 1,
            x: wave(shape.input_len()),
            w: wave(shape.weight_len()),
            b: wave(shape.outputs),
        }
    };
    channels.windows(2).zip(kernels).map(layer).collect()
}

type Bench = fn(&mut BenchmarkGroup<'_, WallTime>, &Layer, &str);

fn group(criterion: &mut Criterion, name: &str, layers: &[Layer], bench: Bench) {
    let mut group = criterion.benchmark_group(name);
    group
        .sampling_mode(SamplingMode::Flat)
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    for layer in layers {
        let (inputs, outputs) = (layer.shape.inputs, layer.shape.outputs);
        let (rows, columns) = layer.shape.kernel;
        let name = format!("{inputs}-{outputs} {rows}x{columns}");
        bench(&mut group, layer, &name);
    }
    group.finish();
}

fn forward(group: &mut BenchmarkGroup<'_, WallTime>, layer: &Layer, name: &str) {
    let Layer { shape, x, w, b, .. } = layer;
    group.throughput(Throughput::Elements(shape.flops() as u64));
    for (ours, algorithm) in OURS {
        group.bench_function(BenchmarkId::new(ours, name), |bencher| {
            bencher.iter(|| slices::forward(shape, algorithm, x, w, Some(b), false));
        });
    }
    let flex = layer.on_flex(&Device::flex());
    group.bench_function(BenchmarkId::new("flex", name), |bencher| {
        bencher.iter(&flex);
    });
}

fn backward(group: &mut BenchmarkGroup<'_, WallTime>, layer: &Layer, name: &str) {
    let Layer { shape, x, w, .. } = layer;
    let dy = vec![1.0; shape.output_len()];
    let wanted = Wanted {
        input: !layer.first,
        ..Wanted::ALL
    };
    let gradients = if layer.first { 1.0 } else { 2.0 };
    group.throughput(Throughput::Elements((gradients * shape.flops()) as u64));
    for (ours, algorithm) in OURS {
        group.bench_function(BenchmarkId::new(ours, name), |bencher| {
            bencher.iter(|| slices::backward(shape, algorithm, x, w, &dy, None, wanted));
        });
    }
    let flex = layer.on_flex(&Device::flex().autodiff());
    group.bench_function(BenchmarkId::new("flex", name), |bencher| {
        // Straight from the output: Burn starts with ones, and no loss is timed.
        bencher.iter_batched(&flex, |y| y.backward(), BatchSize::PerIteration);
    });
}

impl Layer {
    /// The same by Burn's convolution.
    fn on_flex(&self, device: &Device) -> impl Fn() -> Tensor<4> + use<> {
        let Shape {
            kernel, padding, ..
        } = self.shape;
        let (inputs, outputs) = (self.shape.inputs, self.shape.outputs);
        let x = [
            self.shape.batch,
            inputs,
            self.shape.height,
            self.shape.width,
        ];
        let x = TensorData::new(self.x.clone(), x);
        let w = TensorData::new(self.w.clone(), [outputs, inputs, kernel.0, kernel.1]);
        let trained = device.is_autodiff();
        let x = Tensor::<4>::from_data(x, device).set_require_grad(trained && !self.first);
        let w = Tensor::<4>::from_data(w, device).set_require_grad(trained);
        let b = TensorData::from(self.b.as_slice());
        let b = Tensor::<1>::from_data(b, device).set_require_grad(trained);
        let padding = [(padding.top, padding.bottom), (padding.left, padding.right)];
        let options = ConvOptions::new_with_padding([1, 1], padding, [1, 1], 1);
        move || conv2d(x.clone(), w.clone(), Some(b.clone()), options.clone())
    }
}

criterion_group!(benches, layers);
criterion_main!(benches);
