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

/// A convolution, and whether its input wants a gradient.
struct Layer {
    shape: Shape,
    first: bool,
}

fn layers(criterion: &mut Criterion) {
    let networks = [
        ("autoencoder", autoencoder()),
        ("colorization", colorization()),
        ("mnist-cnn", mnist_cnn()),
    ];
    for (network, shapes) in networks {
        let layers = shapes.into_iter().enumerate();
        let layers: Vec<Layer> = layers
            .map(|(index, shape)| Layer {
                shape,
                first: index == 0,
            })
            .collect();
        group(criterion, &format!("{network} forward"), &layers, forward);
        group(criterion, &format!("{network} backward"), &layers, backward);
    }
}

/// 'Same' convolutions of eight pictures of 150x100: five of 7x7 and one of 4x4.
fn autoencoder() -> Vec<Shape> {
    let kernels = [7, 7, 7, 7, 7, 4].into_iter();
    kernels
        .zip([1, 32, 16, 16, 8, 8, 1].windows(2))
        .map(|(kernel, channels)| Shape {
            batch: 8,
            inputs: channels[0],
            outputs: channels[1],
            height: 100,
            width: 150,
            kernel: (kernel, kernel),
            padding: Padding::same((kernel, kernel)),
        })
        .collect()
}

/// 3x3 without padding, 32 pictures of 32x32, Q = 240 colours: 30 channels more per layer.
fn colorization() -> Vec<Shape> {
    let layers = [1, 30, 60, 90, 120, 150, 180, 210, 240];
    shrinking(32, 32, &layers)
}

/// 3x3 without padding, 128 digits of 28x28.
fn mnist_cnn() -> Vec<Shape> {
    shrinking(128, 28, &[1, 32, 64])
}

fn shrinking(batch: usize, side: usize, channels: &[usize]) -> Vec<Shape> {
    let layers = channels.windows(2).enumerate();
    layers
        .map(|(index, channels)| Shape {
            batch,
            inputs: channels[0],
            outputs: channels[1],
            height: side - 2 * index,
            width: side - 2 * index,
            kernel: (3, 3),
            padding: Padding::default(),
        })
        .collect()
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
        bench(
            &mut group,
            layer,
            &format!("{inputs}-{outputs} {rows}x{columns}"),
        );
    }
    group.finish();
}

fn forward(group: &mut BenchmarkGroup<'_, WallTime>, layer: &Layer, name: &str) {
    let shape = &layer.shape;
    let Arrays { x, w, b } = &Arrays::of(shape);
    group.throughput(Throughput::Elements(shape.flops() as u64));
    for (ours, algorithm) in OURS {
        group.bench_function(BenchmarkId::new(ours, name), |bencher| {
            bencher.iter(|| slices::forward(shape, algorithm, x, w, Some(b), false));
        });
    }
    let flex = FlexLayer::new(layer, &Device::flex());
    group.bench_function(BenchmarkId::new("flex", name), |bencher| {
        bencher.iter(|| flex.forward());
    });
}

fn backward(group: &mut BenchmarkGroup<'_, WallTime>, layer: &Layer, name: &str) {
    let shape = &layer.shape;
    let Arrays { x, w, .. } = &Arrays::of(shape);
    let dy = vec![1.0; shape.output_len()];
    let wanted = Wanted {
        input: !layer.first,
        weight: true,
        bias: true,
    };
    let gradients = if layer.first { 1.0 } else { 2.0 };
    group.throughput(Throughput::Elements((gradients * shape.flops()) as u64));
    for (ours, algorithm) in OURS {
        group.bench_function(BenchmarkId::new(ours, name), |bencher| {
            bencher.iter(|| slices::backward(shape, algorithm, x, w, &dy, None, wanted));
        });
    }
    let flex = FlexLayer::new(layer, &Device::flex().autodiff());
    group.bench_function(BenchmarkId::new("flex", name), |bencher| {
        // Straight from the output: Burn starts with ones, and no loss is timed.
        let output = || flex.forward();
        bencher.iter_batched(output, |y| y.backward(), BatchSize::PerIteration);
    });
}

/// Input, weight and bias: numbers between -1 and 1.
struct Arrays {
    x: Vec<f32>,
    w: Vec<f32>,
    b: Vec<f32>,
}

impl Arrays {
    fn of(shape: &Shape) -> Self {
        let wave = |length: usize| (0..length).map(|i| (1.7 * i as f64).sin() as f32).collect();
        Self {
            x: wave(shape.input_len()),
            w: wave(shape.weight_len()),
            b: wave(shape.outputs),
        }
    }
}

/// The same in Burn.
struct FlexLayer {
    x: Tensor<4>,
    w: Tensor<4>,
    b: Tensor<1>,
    options: ConvOptions<2>,
}

impl FlexLayer {
    fn new(layer: &Layer, device: &Device) -> Self {
        let Shape {
            batch,
            inputs,
            outputs,
            height,
            width,
            kernel,
            padding,
        } = layer.shape;
        let Arrays { x, w, b } = Arrays::of(&layer.shape);
        let x = TensorData::new(x, [batch, inputs, height, width]);
        let w = TensorData::new(w, [outputs, inputs, kernel.0, kernel.1]);
        let padding = [(padding.top, padding.bottom), (padding.left, padding.right)];
        let trained = device.is_autodiff();
        Self {
            x: Tensor::from_data(x, device).set_require_grad(trained && !layer.first),
            w: Tensor::from_data(w, device).set_require_grad(trained),
            b: Tensor::from_data(TensorData::from(b.as_slice()), device).set_require_grad(trained),
            options: ConvOptions::new_with_padding([1, 1], padding, [1, 1], 1),
        }
    }

    fn forward(&self) -> Tensor<4> {
        let (x, w, b) = (self.x.clone(), self.w.clone(), self.b.clone());
        conv2d(x, w, Some(b), self.options.clone())
    }
}

criterion_group!(benches, layers);
criterion_main!(benches);
