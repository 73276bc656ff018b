//! Figures and claims from outcomes made by hand, without any training.

use ndarray::{ArrayD, IxDyn};
use regularization::Regularization;
use regularization::config::Config;
use regularization::cross_validation::{CrossValidated, CrossValidation, HeldOutError};
use regularization::lines::{FittedLines, Lines};
use regularization::network::{Layer, Layers};
use regularization::outliers::{Outliers, VariedOutliers, WithOutliers};
use regularization::penalties::Method;
use regularization::points::{Line, Source};
use regularization::pruning::{Pruned, Pruning, prune};
use regularization::total_errors::{AUTHOR_L1, AUTHOR_PRUNED};
use regularization::training::{Steps, Training, Trainings, Variant};
use retrace_lab::{
    Claim, Config as _, Drawing, Experiment, Finished, Preset, Results, RunTable, Study, Verdict,
};
use retrace_test_support::{claims, draw};

/// Frames of the training that diverges.
const FRAMES: usize = 3;

const fn line(slope: f64, intercept: f64) -> Line {
    Line { slope, intercept }
}

/// One chain of weights of this size through the post's network.
fn chain(weight: f64) -> Layers {
    let layer = |ins: usize, outs: usize| {
        let mut weights = vec![vec![0.0; outs]; ins];
        weights[0][0] = weight;
        let biases = vec![0.0; outs];
        Layer { weights, biases }
    };
    Layers(vec![
        layer(1, 10),
        layer(10, 10),
        layer(10, 10),
        layer(10, 1),
    ])
}

fn training(error: f64, weight: f64) -> Training {
    Training {
        layers: Some(chain(weight)),
        line: Some(line(2.0, 1.0)),
        settled: Some(line(2.0, 1.0)),
        lines: vec![line(2.0, 1.0); 7],
        near_zero: vec![weight / 2.0; 7],
        total_error: Some(error),
        settled_error: Some(error - 1.0),
        concentration: Some(weight / 2.0),
        median_weight: Some(0.1),
        diverged_at: None,
    }
}

fn diverged() -> Training {
    Training {
        lines: vec![line(2.0, 1.0)],
        near_zero: vec![0.25],
        diverged_at: Some(3),
        ..Training::default()
    }
}

/// L2 has the least error and L1 the largest weights; L2 of seed 1 diverged.
fn trained(variant: Variant, seed: u64) -> Finished<Variant, Training> {
    let error = 10.0 + seed as f64;
    let outcome = match (variant.steps, variant.method) {
        (Steps::Author, Method::None) => training(error + 1.0, 0.5),
        (Steps::Author, Method::L1) => training(error + 5.0 + seed as f64, 1.2),
        (Steps::Author, Method::L2) if seed == 1 => diverged(),
        (Steps::Author, Method::L2) => training(error, 0.5),
        _ => training(error, 1.0),
    };
    let mut cell = Finished::new(variant, seed, outcome);
    let frames = if variant.method == Method::L2 {
        FRAMES
    } else {
        7
    };
    let weights = ArrayD::from_elem(IxDyn(&[frames, 220]), 0.25);
    cell.arrays.insert("weights", weights);
    cell
}

fn pruned(seed: u64) -> Pruned {
    let error = 10.0 + seed as f64;
    Pruned {
        before: training(error, 1.2),
        pruning: Some(prune(&chain(1.2), (0.5, 9.5), 0.01, 0.1)),
        retrained: Some(training(40.0, 0.1)),
        continued: Some(training(error, 1.2)),
    }
}

fn varied(config: &Config, method: Method, seed: u64) -> VariedOutliers {
    let error = 10.0 + seed as f64;
    let divisor = if method == Method::None {
        2.0
    } else {
        10.0 + error
    };
    let run = |lift: &f64| WithOutliers {
        lift: *lift,
        error: Some(error + lift),
        bend: Some(lift / divisor),
    };
    VariedOutliers {
        runs: config.outlier_sizes.iter().map(run).collect(),
    }
}

fn validated(config: &Config, seed: u64) -> CrossValidated {
    let at = |lambda: &f64| HeldOutError {
        lambda: *lambda,
        error: (*lambda < 1.0).then_some(1.0 + lambda),
        settled_error: Some(1.0),
    };
    CrossValidated {
        lambdas: config.lambdas.iter().map(at).collect(),
        chosen: Some(config.lambdas[0]),
        total_error: Some(10.0 + seed as f64),
    }
}

fn fitted(config: &Config) -> FittedLines {
    FittedLines {
        samples: Source::Recipe.samples(config, 0),
        least_squares: Some(line(2.0, 2.0)),
        least_deviations: line(2.0, 2.0),
        ridge: None,
        lasso: line(2.0, 2.0),
        least_cost_l1: line(2.0, 2.0),
        least_cost_l2: line(2.0, 2.0),
    }
}

/// The cells of a study, arm by arm.
fn cells<S: Study<Regularization>>(
    config: &Config,
    seeds: u64,
    cell: impl Fn(S::Arm, u64) -> Finished<S::Arm, S::Outcome>,
) -> Vec<Finished<S::Arm, S::Outcome>> {
    let arms = S::arms(config).into_iter();
    let seeds = |arm: S::Arm| (0..seeds).map(move |seed| (arm.clone(), seed));
    arms.flat_map(seeds)
        .map(|(arm, seed)| cell(arm, seed))
        .collect()
}

fn results(seeds: u64) -> Results<Regularization> {
    let config = Config {
        epochs: 6,
        ..Config::preset(Preset::Post)
    };
    let trainings = cells::<Trainings>(&config, seeds, trained);
    let prunings = cells::<Pruning>(&config, seeds, |arm, seed| {
        Finished::new(arm, seed, pruned(seed))
    });
    let outliers = cells::<Outliers>(&config, seeds, |arm, seed| {
        Finished::new(arm, seed, varied(&config, arm.0, seed))
    });
    let validations = cells::<CrossValidation>(&config, seeds, |arm, seed| {
        Finished::new(arm, seed, validated(&config, seed))
    });
    let lines = cells::<Lines>(&config, seeds.min(1), |arm, seed| {
        Finished::new(arm, seed, fitted(&config))
    });
    let run = RunTable::new("regularization", Preset::Post, seeds);
    Results::new(config, run)
        .with::<Trainings>(trainings)
        .with::<Pruning>(prunings)
        .with::<Outliers>(outliers)
        .with::<CrossValidation>(validations)
        .with::<Lines>(lines)
}

#[test]
fn figures_are_drawn_from_outcomes_alone() {
    for seeds in [0, 1, 6] {
        draw(&results(seeds));
    }
}

#[test]
fn the_animation_ends_where_one_side_diverged() {
    let drawings = Regularization::studies().figures(&results(1)).unwrap();
    let frames = drawings.iter().find_map(|drawing| match drawing {
        Drawing::Animation(animation) => Some(animation.frames.len()),
        Drawing::Figure(_) => None,
    });
    assert_eq!(frames, Some(FRAMES));
}

#[test]
fn the_authors_numbers_stand_beside_ours() {
    let rows = Regularization::reported(&results(2));
    let rows: Vec<(&str, &str)> = rows
        .iter()
        .map(|row| (&*row.reported, &*row.measured))
        .collect();
    // Total errors of 15 and 17: standard error 1, Student's t with one degree of freedom 12.706.
    let l1 = "20.08, mean of 22.69, 41.65, 4.77, 24.04, 7.26";
    let pruned = "15.11, mean of 7.62, 13.85, 11.96, 16.95, 25.17";
    let expected = [
        (l1, "16.00 [3.294, 28.71], n = 2"),
        ("4.77 to 41.65", "15.00 to 17.00"),
        (pruned, "40.00 [40.00, 40.00], n = 2"),
        ("7.62 to 25.17", "40.00 to 40.00"),
        ("1-10-10-1-1", "1-1-1-1-1 (2 of 2)"),
    ];
    assert_eq!(rows, expected);
    assert_eq!(Regularization::reported(&results(0)), []);
    let drawings = Regularization::studies().figures(&results(2)).unwrap();
    let totals = drawings.iter().find_map(|drawing| match drawing {
        Drawing::Figure(figure) if figure.name == "total-errors" => figure.json().ok(),
        _ => None,
    });
    let totals = totals.unwrap();
    for number in AUTHOR_L1.iter().chain(&AUTHOR_PRUNED) {
        assert!(totals.contains(&number.to_string()), "{number}");
    }
}

fn answer<'a>(claims: &'a [Claim], id: &str) -> &'a Claim {
    claims.iter().find(|claim| claim.id == id).unwrap()
}

#[test]
fn claims_are_paired_by_seed_and_leave_out_what_diverged() {
    use Verdict::{Contradicted, Reproduced};
    let claims = claims(&results(6));
    for (id, verdict, n) in [
        ("l2-error-below-l1", Reproduced, 5),
        ("l1-more-weights-near-zero", Reproduced, 5),
        ("l2-spreads", Reproduced, 5),
        ("pruned-no-worse", Contradicted, 6),
        ("pruned-and-continued-no-worse", Reproduced, 6),
        ("pruning-keeps-the-function", Reproduced, 6),
        ("l1-bends-less", Reproduced, 6),
        ("l1-chosen-lambda-is-weaker", Reproduced, 6),
        // One unit of y away; half a unit would count as near.
        ("l1-settles-at-its-least-cost", Contradicted, 6),
        ("l2-settles-at-its-least-cost", Contradicted, 5),
    ] {
        let claim = answer(&claims, id);
        assert_eq!((claim.verdict, claim.n), (verdict, n), "{id}");
    }
}

#[test]
fn one_seed_decides_no_claim_about_means() {
    let claims = claims(&results(1));
    let claim = answer(&claims, "l2-error-below-l1");
    assert_eq!(claim.verdict, Verdict::Undecided);
}
