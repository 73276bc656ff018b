//! Losses, and the scores that compare their networks.

use autoencoder::arm::Optimizer;
use autoencoder::data::{Circles, Examples, Size, variance};
use autoencoder::loss::{Extent, Loss};
use autoencoder::network::{Answer, Architecture};
use autoencoder::score::{Answers, correlation, stretched};
use autoencoder::study::response;
use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor};
use retrace_test_support::resume::alone;

use super::{SIZE, circles, distance, list, network, smoke_batch};

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
