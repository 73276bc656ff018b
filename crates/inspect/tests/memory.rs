//! Memory as the summary tells it beside what an allocator counts. A program of its own, with one
//! test: what others allocate would count, too.

#[path = "it/networks.rs"]
#[allow(dead_code, unreachable_pub)]
mod networks;

use burn::module::Module;
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::{Device, Distribution, Int, Tensor};
use networks::{Encoder, LstmClassifier, Mobile, UNet, Vae};
use peak_alloc::PeakAlloc;
use retrace_inspect::{Tensors, trace};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

fn numbers<const D: usize>(shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::random(shape, Distribution::Normal(0.0, 1.0), device)
}

/// What a summary tells of a network, by what is allocated for it: in an evaluation and in a training
/// step with Adam, whose loss is the mean square of all outputs.
fn told_by_measured<M: Module, I: Tensors + Clone, O: Tensors>(
    new: impl Fn(&Device) -> M,
    input: impl Fn(&Device) -> I,
    forward: impl Fn(&M, I) -> O,
    loss: impl Fn(O) -> Tensor<1>,
) -> [f64; 2] {
    let device = Device::flex();
    let model = new(&device);
    let told = trace(&model, &input(&device), &forward).expect("it can be recorded");
    let told = told.summary().memory;
    let evaluation = second_time(|| drop(forward(&model, input(&device))));

    let device = device.autodiff();
    let before = PeakAlloc.current_usage();
    let mut model = Some(new(&device));
    let mut optimizer = AdamConfig::new().init();
    let held = PeakAlloc.current_usage() - before;
    let step = || {
        let now = model.take().expect("each step puts it back");
        let loss = loss(forward(&now, input(&device)));
        let gradients = GradientsParams::from_grads(loss.backward(), &now);
        model = Some(optimizer.step(1e-3, now, gradients));
    };
    // The moments are there when the second step begins; the first made them.
    let training = second_time(step) + held;
    let told = [told.inference_peak, told.training.unwrap_or_default()];
    let measured = [evaluation, training];
    [0, 1].map(|at| told[at] as f64 / measured[at] as f64)
}

/// Bytes at the peak of the second time of `work`, without what was there before the first. The first
/// also makes threads, and fills parameters, which Burn does when they are first read.
fn second_time(mut work: impl FnMut()) -> usize {
    let before = PeakAlloc.current_usage();
    work();
    PeakAlloc.reset_peak_usage();
    work();
    PeakAlloc.peak_usage() - before
}

#[test]
fn a_summary_tells_about_what_is_allocated() {
    let square = |x: Tensor<4>| x.square().mean();
    let squares = |x: Tensor<2>| x.square().mean();
    let pictures = |batch, side| move |d: &Device| numbers([batch, 3, side, side], d);
    let words = |d: &Device| Tensor::<2, Int>::zeros([64, 40], d);
    let sentences = |d: &Device| numbers([8, 64, 64], d);
    let digits = |d: &Device| (numbers([64, 784], d), numbers([64, 20], d));
    type Outputs = (Tensor<2>, Tensor<2>, Tensor<2>);
    let all = |(a, b, c): Outputs| squares(a) + squares(b) + squares(c);
    // A convolution's own memory grows with the number of threads.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2);
    pool.build_global().expect("nothing ran before");
    let measured = [
        told_by_measured(UNet::new, pictures(4, 64), UNet::forward, square),
        told_by_measured(Mobile::new, pictures(8, 64), Mobile::forward, squares),
        told_by_measured(LstmClassifier::new, words, LstmClassifier::forward, squares),
        told_by_measured(Encoder::new, sentences, Encoder::forward, |x| {
            x.square().mean()
        }),
        told_by_measured(Vae::new, digits, Vae::forward, all),
    ];
    let expected = [
        [0.56, 0.98],
        [1.33, 1.03],
        [0.67, 2.11],
        [0.83, 1.29],
        [0.8, 1.03],
    ];
    for (measured, expected) in measured.iter().zip(expected) {
        for (measured, expected) in measured.iter().zip(expected) {
            let off = measured / expected;
            assert!((0.6..1.25).contains(&off), "{measured} and not {expected}");
        }
    }
}
