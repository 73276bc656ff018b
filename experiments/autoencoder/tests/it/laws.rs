//! Laws of pictures, losses, scores and the course of a training.

use autoencoder::arm::{Arm, Optimizer};
use autoencoder::config::{Config, Size};
use autoencoder::data::{Circles, Examples, Unseen, variance};
use autoencoder::loss::{Extent, Loss};
use autoencoder::network::{Architecture, NetworkConfig};
use autoencoder::score::{Answers, PixelResponse, correlation, stretched};
use autoencoder::training::milestones;
use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor};
use retrace_lab::{Arm as _, Config as _, Preset};
use retrace_test_support::resume::alone;

use crate::networks::{distance, list, network, smoke_batch};

/// Of the post.
const SIZE: Size = Size {
    width: 150,
    height: 100,
};

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
        let found = loss
            .value(output.clone(), target.clone())
            .into_scalar::<f64>();
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
        let mut network = network(NetworkConfig::plain(Architecture::SixLayers));
        let mut optimizer = Optimizer::Sgd.init();
        for _ in 0..5 {
            let gradients = loss.value(network.forward(x.clone()), t.clone()).backward();
            let gradients = GradientsParams::from_grads(gradients, &network);
            network = optimizer.step(rate, network, gradients);
        }
        list(network.valid().forward(x.clone().inner()))
    };
    let mean = trained(Loss::Mean, 1e-5);
    let before = list(
        network(NetworkConfig::plain(Architecture::SixLayers))
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
    assert!((correlation(&[1.0, 2.0, 3.0, 4.0], &[1.0, 3.0, 2.0, 4.0]) - 0.8).abs() < 1e-12);
}

#[test]
fn a_copy_answers_one_pixel_with_itself() {
    let size = Size {
        width: 7,
        height: 5,
    };
    let mut change = vec![0.0; 35];
    change[2 * 7 + 3] = 100.0;
    let copy = PixelResponse::from_change(&change, size).unwrap();
    assert_eq!((copy.gain, copy.elsewhere, copy.reach), (1.0, 0.0, 0.0));
    change[2 * 7 + 5] = 100.0;
    let smeared = PixelResponse::from_change(&change, size).unwrap();
    assert_eq!((smeared.gain, smeared.elsewhere), (1.0, 0.5));
    assert!((smeared.reach - 2.0_f64.sqrt()).abs() < 1e-12);
    assert_eq!(PixelResponse::from_change(&[0.0; 35], size), None);
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
fn every_arm_has_a_name_of_its_own() {
    for preset in [Preset::Smoke, Preset::Quick, Preset::Post] {
        let arms = Arm::all(&Config::preset(preset));
        let names: std::collections::BTreeSet<String> = arms.iter().map(Arm::name).collect();
        assert_eq!(names.len(), arms.len());
    }
}
