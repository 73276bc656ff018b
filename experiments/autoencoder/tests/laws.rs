//! Laws of pictures, losses, scores, weights and plans.

#![allow(clippy::unwrap_used)] // a test that cannot go on should say where

use std::sync::{Mutex, MutexGuard, PoisonError};

use autoencoder::arm::{self, Optimizer};
use autoencoder::config::AutoencoderConfig;
use autoencoder::data::{Circles, Examples, Size, Unseen, tensors, variance};
use autoencoder::initial::{Fans, Initial};
use autoencoder::loss::{Extent, Loss};
use autoencoder::network::{Answer, Architecture, Erase, Network, NetworkConfig};
use autoencoder::plan::{Plan, bytes, dense_weights};
use autoencoder::probe::probe;
use autoencoder::score::{Answers, correlation, stretched};
use autoencoder::study::response;
use autoencoder::training::milestones;
use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor};
use retrace_lab::{Config, Preset, is_finite};

const SIZE: Size = Size {
    width: 150,
    height: 100,
};

/// Flex has one random generator a process: only one test at a time may draw from it.
static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn config() -> AutoencoderConfig {
    AutoencoderConfig::preset(Preset::Smoke)
}

fn circles(purpose: &'static str, levels: &'static [f64]) -> Circles {
    Circles {
        seed: 3,
        purpose,
        count: 60,
        size: SIZE,
        radius: 25.0,
        levels,
    }
}

fn network(architecture: Architecture, answer: Answer, erase: Option<(Erase, f64)>) -> Network {
    let config = config();
    let network = NetworkConfig {
        architecture,
        initial: Initial::Xavier,
        answer,
        erase,
        scale: 1.0,
        config: &config,
    };
    let device = Device::flex().autodiff();
    device.seed(7);
    let network = network.init(&device);
    // Layers draw their weights when they are first asked for: all of them now.
    assert!(is_finite(&network));
    network
}

fn smoke_batch(device: &Device) -> (Tensor<4>, Tensor<4>) {
    let circles = Circles {
        size: config().size(),
        radius: 2.0,
        ..circles("training", Circles::ONE)
    };
    tensors(&circles, &[0, 1, 2], device)
}

fn list<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().iter::<f32>().collect()
}

#[test]
fn a_whole_circle_has_its_area_and_lies_around_its_centre() {
    let circles = circles("training", Circles::ONE);
    let mut whole = 0;
    for number in 0..circles.count {
        let circle = circles.circles(number)[0];
        let inside = (25.0..125.0).contains(&circle.x) && (25.0..75.0).contains(&circle.y);
        let picture = circles.example(number).input;
        assert!(picture.iter().all(|level| [0.0, 100.0].contains(level)));
        let white: Vec<(f64, f64)> = SIZE
            .centres()
            .zip(&picture)
            .filter_map(|(centre, level)| (*level > 0.0).then_some(centre))
            .collect();
        let area = std::f64::consts::PI * 625.0;
        if inside {
            whole += 1;
            // Gauss' circle problem: at radius 25 the count is off by a percent at most.
            assert!((white.len() as f64 / area - 1.0).abs() < 0.01);
            let mean = white.iter().map(|(x, _)| x).sum::<f64>() / white.len() as f64;
            assert!((mean - circle.x).abs() < 0.2);
        } else {
            assert!((white.len() as f64) < area);
        }
    }
    assert!((10..50).contains(&whole), "centres lie anywhere: {whole}");
}

#[test]
fn pictures_are_named_by_seed_purpose_and_number() {
    let training = circles("training", Circles::ONE);
    assert_eq!(training.example(5), training.clone().example(5));
    assert_ne!(training.example(5), training.example(6));
    let validation = circles("validation", Circles::ONE);
    assert_ne!(training.example(5), validation.example(5));
    let other = Circles {
        seed: 4,
        ..training.clone()
    };
    assert_ne!(training.example(5), other.example(5));
    let two = circles("training", Circles::TWO).example(5).input;
    for level in [0.0, 50.0, 100.0] {
        assert!(two.contains(&level), "{level}");
    }
}

#[test]
fn squares_and_triangles_have_the_area_of_the_circles() {
    for kind in [Unseen::Squares, Unseen::Triangles] {
        let shapes = kind.examples(40, SIZE, 20.0);
        let white = |number| {
            let picture = shapes.example(number).input;
            picture.iter().filter(|level| **level > 0.0).count()
        };
        // Most are cut off; the largest one is whole.
        let largest = (0..40).map(white).max().unwrap() as f64;
        let area = std::f64::consts::PI * 400.0;
        assert!((largest / area - 1.0).abs() < 0.06, "{kind:?}: {largest}");
    }
    let text = Unseen::Text.examples(1, SIZE, 20.0).example(0).input;
    // Pixels of letters ten times as large: blocks of a hundred.
    let white = text.iter().filter(|level| **level > 0.0).count();
    assert!(white > 0 && white.is_multiple_of(100), "{white}");
}

#[test]
fn losses_by_hand() {
    let device = Device::flex();
    let output = Tensor::<4>::from_data([[[[1.0, 2.0], [3.0, 4.0]]]], &device);
    let target = Tensor::<4>::from_data([[[[0.0, 2.0], [5.0, 1.0]]]], &device);
    // D = 1 + 0 + 4 + 9 = 14, C = 400, N = 4.
    let expected = [14.0, 0.035, 8.75e-5, 1.0 / 14.0, 3.5, 3.5e-4];
    let extent = Extent {
        batch: 1,
        channels: 1,
        pixels: 4,
    };
    for (loss, expected) in Loss::ALL.into_iter().zip(expected) {
        let found = loss.of(output.clone(), target.clone()).into_scalar::<f64>();
        assert!((found / expected - 1.0).abs() < 1e-6, "{loss:?}: {found}");
        assert!(
            (loss.mean_square(found, extent) - 3.5).abs() < 1e-5,
            "{loss:?}"
        );
    }
}

/// Why dividing the sum by a constant can do nothing that a rate cannot.
#[test]
fn gradient_descent_on_a_multiple_makes_the_steps_of_the_mean() {
    let _alone = alone();
    let device = Device::flex().autodiff();
    let (x, t) = smoke_batch(&device);
    let [batch, _, height, width] = x.dims();
    let extent = Extent {
        batch,
        channels: 1,
        pixels: height * width,
    };
    let trained = |loss: Loss, rate: f64| {
        let mut network = network(Architecture::SixLayers, Answer::Open, None);
        let mut optimizer = Optimizer::Sgd.init();
        for _ in 0..5 {
            let gradients = loss.of(network.forward(x.clone()), t.clone()).backward();
            let gradients = GradientsParams::from_grads(gradients, &network);
            network = optimizer.step(rate, network, gradients);
        }
        list(network.valid().forward(x.clone().inner()))
    };
    let mean = trained(Loss::Mean, 1e-5);
    let before = list(
        network(Architecture::SixLayers, Answer::Open, None)
            .valid()
            .forward(x.clone().inner()),
    );
    let moved = distance(&mean, &before);
    assert!(moved > 1.0, "the steps change something: {moved}");
    for loss in [Loss::Sum, Loss::SumC, Loss::SumC2] {
        let same = trained(loss, 1e-5 / loss.slope(extent));
        // The same up to the roundings of 32 bits.
        assert!(distance(&mean, &same) < 1e-3 * moved, "{loss:?}");
    }
}

fn distance(a: &[f32], b: &[f32]) -> f64 {
    let squares = a.iter().zip(b).map(|(a, b)| f64::from(a - b).powi(2));
    squares.sum::<f64>().sqrt()
}

#[test]
fn a_copy_has_nothing_left_and_the_best_constant_has_all() {
    let truth = circles("validation", Circles::ONE).example(0).input;
    let scored = |outputs: Vec<f32>| {
        let answers = Answers {
            outputs,
            targets: truth.clone(),
        };
        answers.score(1, SIZE.pixels())
    };
    let copy = scored(truth.clone()).unwrap();
    assert_eq!(
        (copy.share, copy.low, copy.high, copy.outside),
        (0.0, 0.0, 100.0, 0.0)
    );
    assert!((copy.correlation - 1.0).abs() < 1e-9);
    let mean = truth.iter().sum::<f32>() / truth.len() as f32;
    let constant = |value: f32| scored(vec![value; truth.len()]).unwrap();
    assert!((constant(mean).share - 1.0).abs() < 1e-5);
    assert_eq!(constant(mean).correlation, 0.0);
    for other in [mean - 1.0, mean + 1.0, 0.0] {
        assert!(constant(other).share > 1.0, "no other constant is as good");
    }
    let loud: Vec<f32> = truth.iter().map(|level| 30.0 * level - 400.0).collect();
    let loud = scored(loud).unwrap();
    assert!(loud.share > 100.0 && loud.outside == 1.0);
    assert!((loud.stretched_correlation - 1.0).abs() < 1e-5 && loud.clipped_share < 1e-6);
    let negative: Vec<f32> = truth.iter().map(|level| -level).collect();
    assert!((scored(negative).unwrap().stretched_correlation + 1.0).abs() < 1e-5);
    assert_eq!(scored(vec![f32::INFINITY; truth.len()]), None);
}

#[test]
fn the_variance_of_two_channels_has_a_mean_for_each() {
    // a is 1 and 3, b is always 7: (1 + 0) / 2.
    let two_pictures = [1.0, 1.0, 7.0, 7.0, 3.0, 3.0, 7.0, 7.0];
    assert_eq!(variance(&two_pictures, 2, 2), 0.5);
    assert_eq!(stretched(&[2.0, 4.0, 3.0]), [0.0, 100.0, 50.0]);
    assert!(correlation(&[1.0, 2.0, 3.0, 4.0], &[1.0, 3.0, 2.0, 4.0]) - 0.8 < 1e-12);
}

#[test]
fn a_copy_answers_one_pixel_with_itself() {
    let size = Size {
        width: 7,
        height: 5,
    };
    let mut change = vec![0.0; 35];
    change[2 * 7 + 3] = 100.0;
    let copy = response(&change, size).unwrap();
    assert_eq!((copy.gain, copy.elsewhere, copy.reach), (1.0, 0.0, 0.0));
    change[2 * 7 + 5] = 100.0;
    let smeared = response(&change, size).unwrap();
    assert_eq!((smeared.gain, smeared.elsewhere), (1.0, 0.5));
    assert!((smeared.reach - 2.0_f64.sqrt()).abs() < 1e-12);
    assert_eq!(response(&[0.0; 35], size), None);
}

#[test]
fn the_truncated_normal_is_cut_at_two_deviations() {
    let _alone = alone();
    let device = Device::flex();
    device.seed(1);
    let fans = Fans {
        inputs: 1,
        outputs: 1,
    };
    let weights = list(Initial::Truncated.weight([200, 500], fans, &device).val());
    assert!(weights.iter().all(|weight| weight.abs() <= 0.2));
    let squares = weights.iter().map(|weight| f64::from(*weight).powi(2));
    let deviation = (squares.sum::<f64>() / weights.len() as f64).sqrt();
    // scipy.stats.truncnorm(-2, 2, scale=0.1).std() = 0.08796
    assert!((deviation - 0.08796).abs() < 5e-4, "{deviation}");
    let middle = weights.iter().filter(|weight| weight.abs() < 0.1).count() as f64;
    // (Phi(1) - Phi(-1)) / (Phi(2) - Phi(-2)) = 0.7152
    assert!((middle / 1e5 - 0.7152).abs() < 0.01, "{middle}");
    assert!(
        list(Initial::Truncated.bias(3, &device).val())
            .iter()
            .all(|b| *b == 0.1)
    );
    assert!(
        list(Initial::He.bias(3, &device).val())
            .iter()
            .all(|b| *b == 0.0)
    );
}

#[test]
fn plans_say_what_is_built() {
    let _alone = alone();
    let config = config();
    let device = Device::flex().autodiff();
    for architecture in [
        Architecture::SixLayers,
        Architecture::Small,
        Architecture::Bottleneck(5),
        Architecture::Colour,
    ] {
        let plan = Plan::of(architecture, &config);
        let network = network(architecture, Answer::Open, None);
        assert_eq!(plan.parameters(), network.num_params(), "{architecture:?}");
        let size = match architecture {
            Architecture::Colour => config.colour_size(),
            _ => config.size(),
        };
        let x = Tensor::zeros([2, 1, size.height, size.width], &device);
        let values = network.values(x);
        let built: Vec<usize> = values
            .hidden
            .iter()
            .map(|h| h.dims().iter().product())
            .collect();
        // Plans count dense layers, too; hidden ones are those with a ReLU.
        let code = matches!(architecture, Architecture::Bottleneck(_));
        let planned = plan.layers.iter().enumerate();
        let planned = planned.filter(|(index, _)| !(code && *index == 2));
        let planned: Vec<usize> = planned.map(|(_, layer)| 2 * layer.numbers()).collect();
        assert_eq!(built, planned[..planned.len() - 1], "{architecture:?}");
        let channels = if architecture == Architecture::Colour {
            2
        } else {
            1
        };
        assert_eq!(values.output.dims(), [2, channels, size.height, size.width]);
    }
}

#[test]
fn the_authors_dense_layer_takes_54_gigabytes() {
    assert_eq!(dense_weights(SIZE, &[30, 30]), 13_500_000_000);
    assert_eq!(bytes(4 * dense_weights(SIZE, &[30, 30])), "54.0 GB");
    let post = AutoencoderConfig::preset(Preset::Post);
    let six = Plan::of(Architecture::SixLayers, &post);
    // By hand: 1600 + 25104 + 12560 + 6280 + 3144 + 129.
    assert_eq!(six.parameters(), 48_817);
    // 15,000 pixels times the 48,737 weights.
    assert_eq!(six.multiplications(), 15_000 * 48_736);
    // 2 x 8 pictures x 81 maps of 60 kB, and four times 195 kB.
    assert_eq!(six.training_bytes(8), 4 * (4 * 48_817 + 16 * 81 * 15_000));
}

#[test]
fn dropout_erases_in_training_only_and_where_it_was_put() {
    let _alone = alone();
    let device = Device::flex().autodiff();
    let (x, _) = smoke_batch(&device);
    let last = network(
        Architecture::SixLayers,
        Answer::Open,
        Some((Erase::Last, 0.5)),
    );
    let zeros = |output: Vec<f32>| {
        output.iter().filter(|v| **v == 0.0).count() as f64 / output.len() as f64
    };
    let erased = zeros(list(last.forward(x.clone())));
    assert!((erased - 0.5).abs() < 0.15, "{erased}");
    assert_eq!(zeros(list(last.valid().forward(x.clone().inner()))), 0.0);
    let between = network(
        Architecture::SixLayers,
        Answer::Open,
        Some((Erase::Between, 0.5)),
    );
    assert_eq!(zeros(list(between.forward(x.clone()))), 0.0);
    assert_ne!(
        list(between.forward(x.clone())),
        list(between.forward(x.clone()))
    );
    let evaluated = list(between.valid().forward(x.clone().inner()));
    let plain = network(Architecture::SixLayers, Answer::Open, None);
    assert_eq!(evaluated, list(plain.forward(x)));
}

#[test]
fn a_rectified_answer_is_the_positive_part_of_the_open_one() {
    let _alone = alone();
    let device = Device::flex();
    let (x, _) = smoke_batch(&device);
    let open = network(Architecture::Small, Answer::Open, None).valid();
    let rectified = network(Architecture::Small, Answer::Rectified, None).valid();
    let open: Vec<f32> = list(open.forward(x.clone()))
        .iter()
        .map(|v| v.max(0.0))
        .collect();
    let rectified = list(rectified.forward(x));
    assert!(distance(&open, &rectified) < 1e-4);
    assert!(rectified.contains(&0.0) && rectified.iter().any(|v| *v > 0.0));
}

#[test]
fn a_probe_sees_dead_maps_and_their_missing_gradient() {
    let _alone = alone();
    let device = Device::flex().autodiff();
    let batch = smoke_batch(&device);
    let alive = network(Architecture::SixLayers, Answer::Open, None);
    let seen = probe(&alive, Loss::Mean, batch.clone(), 0);
    assert_eq!((seen.gradients.len(), seen.dead.len()), (6, 5));
    assert!(seen.gradients.iter().all(|norm| norm.unwrap() > 0.0));
    let mut killed = alive;
    if let autoencoder::network::Body::Stack(stack) = &mut killed.body {
        let bias = Tensor::full([stack.layers[2].weight.dims()[0]], -1e6, &device);
        stack.layers[2].bias = Some(burn::module::Param::from_tensor(bias));
    }
    let seen = probe(&killed, Loss::Mean, batch, 0);
    assert_eq!((seen.dead[2], seen.zero[2]), (1.0, 1.0));
    assert_eq!(seen.dead[0], 0.0);
    // What lies before the dead layer learns nothing.
    assert!(
        seen.gradients[..3].iter().all(|norm| *norm == Some(0.0)),
        "{seen:?}"
    );
}

#[test]
fn milestones_hold_the_ends_and_the_middle() {
    for (steps, count) in [(4, 10), (60, 8), (1_200, 10)] {
        let all = milestones(steps, count);
        assert!(all.is_sorted_by(|a, b| a < b));
        assert_eq!((all[0], *all.last().unwrap()), (0, steps));
        assert!(all.contains(&(steps / 2)) && all.len() <= count as usize + 3);
    }
}

#[test]
fn every_arm_has_a_name_of_its_own_and_is_found_by_it() {
    for preset in [Preset::Smoke, Preset::Quick, Preset::Post] {
        let config = AutoencoderConfig::preset(preset);
        let setups = arm::setups(&config);
        let names: std::collections::BTreeSet<&str> =
            setups.iter().map(|setup| setup.name.as_str()).collect();
        assert_eq!(names.len(), setups.len());
        for setup in &setups {
            assert_eq!(arm::of(&config, &setup.name).as_ref(), Some(setup));
        }
        for name in [arm::SOUND, arm::INVERSE_LONG, arm::INVERSE_LONG_RECTIFIED] {
            assert!(names.contains(name));
        }
    }
}
