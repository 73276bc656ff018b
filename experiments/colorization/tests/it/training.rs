//! Patches, what a step computes with, losses, and a training that crashes and goes on.

use std::collections::BTreeSet;

use burn::module::Module;
use burn::tensor::{Device, Distribution, Tensor};
use colorization::arm::Variant;
use colorization::bins::{REACH, TargetKind, Targets};
use colorization::colours;
use colorization::config::ColorizationConfig;
use colorization::data::{Photo, Scenes};
use colorization::loss::{Labels, Truth, loss};
use colorization::network::MARGIN;
use colorization::patches::{INPUT, OUTPUT, Order, Patch, windows};
use colorization::training::{Fit, Snapshot, Split};
use colorization::twin;
use retrace_lab::{Cell, Error, Result, train};
use retrace_test_support::resume::{CrashingTask, Resume, Subject, TrainingAlone, alone};

fn photos() -> Vec<Photo> {
    twin::draw("train", 8, 70)
}

fn all(photos: &[Photo]) -> Vec<&Photo> {
    photos.iter().collect()
}

fn list<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().iter::<f32>().collect()
}

#[test]
fn a_picture_of_256_has_64_windows_that_cover_it() {
    let photo = twin::draw("test", 1, 256);
    let windows = windows(&all(&photo));
    assert_eq!(windows.len(), 64);
    let corners: BTreeSet<(usize, usize)> = windows.iter().map(|w| (w.top, w.left)).collect();
    assert_eq!(corners.len(), 64);
    assert!(
        corners
            .iter()
            .all(|(t, l)| t % INPUT == 0 && l % INPUT == 0 && t + INPUT <= 256)
    );
    // What is too small has none.
    assert!(self::windows(&all(&twin::draw("test", 1, 31))).is_empty());
}

#[test]
fn an_epoch_sees_each_patch_once_and_can_be_entered_anywhere() {
    let windows = windows(&all(&photos()));
    assert_eq!(windows.len(), 8 * 4);
    let order = || Order::new(windows.clone(), 5, 0, 7, false);
    assert_eq!(order().steps_per_epoch(), 6);
    let epoch = |order: &Order, epoch: u64| -> Vec<Patch> {
        (6 * epoch..6 * (epoch + 1))
            .flat_map(|step| order.batch(step))
            .collect()
    };
    let one = order();
    let (first, second) = (epoch(&one, 0), epoch(&one, 1));
    let each: BTreeSet<Patch> = first.iter().copied().collect();
    assert_eq!(each.len(), 30);
    assert_ne!(first, second);
    // Another process, which begins in the second epoch.
    let other = order();
    assert_eq!(epoch(&other, 1), second);
    assert_eq!(epoch(&other, 0), first);
    assert_eq!(one.distinct(6), 30);
    let of_another_seed = Order::new(windows.clone(), 5, 0, 8, false);
    assert_ne!(epoch(&of_another_seed, 0), first);
}

#[test]
fn as_written_an_epoch_sees_the_same_patches_in_every_step() {
    let windows = windows(&all(&photos()));
    let written = Order::new(windows.clone(), 5, 0, 7, true);
    let described = Order::new(windows, 5, 0, 7, false);
    for epoch in 0..3 {
        let first = written.batch(6 * epoch);
        assert_eq!(
            first,
            described.batch(6 * epoch),
            "the first of the shuffled list"
        );
        assert!((0..6).all(|step| written.batch(6 * epoch + step) == first));
    }
    assert_ne!(written.batch(0), written.batch(6));
    assert_eq!(written.distinct(6), 5);
}

#[test]
fn an_epoch_longer_than_its_patches_begins_them_again() {
    let windows = windows(&all(&photos()));
    let order = Order::new(windows, 16, 5, 1, false);
    assert_eq!(order.steps_per_epoch(), 5);
    assert_eq!(order.batch(0), order.batch(2));
    assert_eq!(order.distinct(5), 32);
}

#[test]
fn a_batch_holds_the_lightness_of_the_window_and_the_targets_of_its_middle() {
    let photos = photos();
    let photos = all(&photos);
    let bins = colours::bins(&photos, 20.0).unwrap();
    let targets = Targets::new(&bins, TargetKind::Gaussian(2.0));
    let weights: Vec<f32> = (0..bins.len()).map(|bin| 1.0 + bin as f32).collect();
    let labels = Labels::Bins(targets.clone(), weights.clone());
    let patches = [windows(&photos)[3], windows(&photos)[20]];
    let (lightness, truth) = labels.batch(&photos, &patches, &Device::flex());
    let Truth::Bins(truth) = truth else {
        panic!("bins have targets over bins")
    };
    assert_eq!(lightness.dims(), [2, 1, INPUT, INPUT]);
    assert_eq!(truth.dims(), [2, bins.len(), OUTPUT, OUTPUT]);
    let (lightness, truth) = (list(lightness), list(truth));
    for (index, patch) in patches.iter().enumerate() {
        for (row, column) in [(0, 0), (5, 31), (MARGIN, MARGIN), (23, 20)] {
            let [l, a, b] = photos[patch.photo].lab(patch.top + row, patch.left + column);
            assert_eq!(lightness[(index * INPUT + row) * INPUT + column], l);
            let middle = MARGIN..INPUT - MARGIN;
            if !middle.contains(&row) || !middle.contains(&column) {
                continue;
            }
            let mut expected = vec![0.0; bins.len()];
            targets.each([a, b], |(bin, share)| {
                expected[bin as usize] = weights[bins.bin([a, b])] * share;
            });
            let at = |bin: usize| {
                let plane = (index * bins.len() + bin) * OUTPUT;
                truth[(plane + row - MARGIN) * OUTPUT + column - MARGIN]
            };
            let found: Vec<f32> = (0..bins.len()).map(at).collect();
            assert_eq!(found, expected);
        }
    }
}

#[test]
fn labels_of_the_plane_are_a_and_b() {
    let photos = photos();
    let photos = all(&photos);
    let patches = [windows(&photos)[9]];
    let (_, truth) = Labels::Plane.batch(&photos, &patches, &Device::flex());
    let Truth::Plane(truth) = truth else {
        panic!("the plane has a and b")
    };
    let truth = list(truth);
    let [_, a, b] = photos[patches[0].photo].lab(patches[0].top + 10, patches[0].left + 12);
    let place = (10 - MARGIN) * OUTPUT + 12 - MARGIN;
    assert!((truth[place] - a / REACH as f32).abs() < 1e-6);
    assert!((truth[OUTPUT * OUTPUT + place] - b / REACH as f32).abs() < 1e-6);
}

#[test]
fn losses_are_least_at_the_truth() {
    let _alone = alone();
    let device = Device::flex();
    device.seed(3);
    let raw = Tensor::<4>::random([2, 6, 3, 3], Distribution::Uniform(0.1, 1.0), &device);
    let targets = raw.clone() / raw.sum_dim(1);
    let right = loss(targets.clone().log(), Truth::Bins(targets.clone())).into_scalar::<f64>();
    // Cross-entropy with itself is entropy.
    let entropy = -(targets.clone() * targets.clone().log())
        .sum()
        .into_scalar::<f64>();
    assert!((right - entropy).abs() < 1e-4);
    for step in [0.1, -0.2] {
        let noise = Tensor::random([2, 6, 3, 3], Distribution::Default, &device) * step;
        let other = targets.clone().log() + noise;
        let wrong = loss(other, Truth::Bins(targets.clone())).into_scalar::<f64>();
        assert!(wrong > right);
    }
    // A constant more in each logit says the same.
    let shifted = targets.clone().log() + 7.0;
    let same = loss(shifted, Truth::Bins(targets.clone())).into_scalar::<f64>();
    assert!((same - right).abs() < 1e-3);
    let colours = Tensor::<4>::ones([1, 2, 2, 2], &device);
    let half = loss(colours.clone() + 1.0, Truth::Plane(colours)).into_scalar::<f64>();
    assert_eq!(half, 4.0);
}

/// Trainings that differ in which patches a step sees.
struct Crashing;

impl Subject for Crashing {
    const ARMS: &'static [&'static str] = &["same", "other"];
    type Config = ColorizationConfig;
    type Data = Scenes;
    type Outcome = (Vec<f32>, Vec<Snapshot>);

    fn data(_: &ColorizationConfig) -> Scenes {
        Scenes {
            train: twin::draw("train", 8, 64),
            test: twin::draw("test", 1, 64),
            ..Scenes::default()
        }
    }

    fn run_cell(
        config: &ColorizationConfig,
        scenes: &Scenes,
        cell: &mut Cell,
    ) -> Result<Self::Outcome> {
        let config = ColorizationConfig {
            steps_an_epoch: 5,
            learning_rate: 1e-2,
            ..config.clone()
        };
        let arm = match cell.arm().name.as_str() {
            "same" => Variant::SamePatches,
            _ => Variant::AsDescribed,
        };
        let split = Split::new(arm, &config, scenes)?;
        let fit = Fit::new(&split, cell);
        let network = split.network();
        let start = cell.network("weights", 0, |device| Ok::<_, Error>(network.init(device)))?;
        let optimizer = fit.optimizer();
        let trained = train(cell, &CrashingTask(fit), start, optimizer)?;
        let network = trained.model.valid();
        let layers = network.layers.iter();
        let weights = layers.flat_map(|layer| list(layer.weight.val()));
        Ok((weights.collect(), trained.metrics))
    }
}

#[test]
fn a_training_that_crashed_continues_with_the_same_bits() {
    let resume = Resume::<TrainingAlone<Crashing>>::every(3);
    let results = resume.ends_with_the_same_bits(&[2, 4, 7, 10]);
    let outcomes = results.iter().map(|(_, bytes)| {
        let file: serde_json::Value = serde_json::from_slice(bytes).unwrap();
        // Beside it stands the arm's name, which always differs.
        file["outcome"].clone()
    });
    let outcomes: Vec<_> = outcomes.collect();
    assert_ne!(outcomes[0], outcomes[1]);
}
