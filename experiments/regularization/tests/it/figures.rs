//! Figures and claims of a small outcome made by hand, without any training.

use ndarray::{ArrayD, IxDyn};
use regularization::{
    Config, CrossValidated, Layer, Layers, Line, Lines, Outcome, Pruned, Regularization, Source,
    Training, Tried, VariedOutliers, WithOutliers, pruning,
};
use retrace_lab::{
    Arrays, Claim, Config as _, DeviceName, Drawing, Experiment, Finished, Outcomes, Preset,
    RunTable, Verdict,
};

fn layers(weight: f64) -> Layers {
    let layer = |ins: usize, outs: usize| Layer {
        weights: vec![vec![0.0; outs]; ins],
        biases: vec![0.0; outs],
    };
    let mut layers = Layers(vec![
        layer(1, 10),
        layer(10, 10),
        layer(10, 10),
        layer(10, 1),
    ]);
    for layer in &mut layers.0 {
        layer.weights[0][0] = weight;
    }
    layers
}

fn training(error: f64, weight: f64, diverged: bool) -> Training {
    let line = Line {
        slope: 2.0,
        intercept: 1.0,
    };
    let some = |value: f64| (!diverged).then_some(value);
    Training {
        layers: (!diverged).then(|| layers(weight)),
        line: (!diverged).then_some(line),
        settled: (!diverged).then_some(line),
        lines: vec![line; if diverged { 1 } else { 7 }],
        near_zero: vec![weight / 2.0; if diverged { 1 } else { 7 }],
        total_error: some(error),
        settled_error: some(error - 1.0),
        concentration: some(weight / 2.0),
        median_weight: some(0.1),
        diverged_at: diverged.then_some(3),
    }
}

/// The outcome of an arm at a seed; `l2` of seed 1 diverged.
fn outcome(config: &Config, arm: &str, seed: u64) -> Outcome {
    let error = 10.0 + seed as f64;
    match arm {
        "none" => Outcome::Trained(training(error + 1.0, 0.5, false)),
        "l1" => Outcome::Trained(training(error + 5.0 + seed as f64, 1.2, false)),
        "l2" => Outcome::Trained(training(error, 0.5, seed == 1)),
        "elastic-net" => Outcome::Trained(training(error, 1.0, false)),
        "l1-pruned" => Outcome::Pruned(Box::new(Pruned {
            before: training(error, 1.2, false),
            pruning: Some(pruning::prune(&layers(1.2), (0.5, 9.5), 0.01, 0.1)),
            retrained: Some(training(40.0, 0.1, false)),
            continued: Some(training(error, 1.2, false)),
        })),
        "lines" => {
            let line = Line {
                slope: 2.0,
                intercept: 1.5,
            };
            Outcome::Lines(Lines {
                samples: Source::Recipe.samples(config, seed),
                least_squares: Some(line),
                least_deviations: line,
                ridge: None,
                lasso: line,
                collapsed_l1: line,
                collapsed_l2: line,
            })
        }
        arm if arm.ends_with("-small-steps") => Outcome::Trained(training(error, 1.0, false)),
        arm if arm.ends_with("-cv") => Outcome::CrossValidated(CrossValidated {
            tried: config
                .lambdas
                .iter()
                .map(|lambda| Tried {
                    lambda: *lambda,
                    error: (*lambda < 1.0).then_some(1.0 + lambda),
                    settled_error: Some(1.0),
                })
                .collect(),
            chosen: Some(config.lambdas[0]),
            total_error: Some(error),
        }),
        _ => Outcome::Outliers(VariedOutliers {
            runs: config
                .outlier_sizes
                .iter()
                .map(|lift| WithOutliers {
                    lift: *lift,
                    error: Some(error + lift),
                    bend: Some(
                        lift / if arm == "none-outliers" {
                            2.0
                        } else {
                            10.0 + error
                        },
                    ),
                })
                .collect(),
        }),
    }
}

fn outcomes(seeds: u64) -> Outcomes<Regularization> {
    let config = Config {
        epochs: 6,
        ..Config::preset(Preset::Post)
    };
    let mut cells = Vec::new();
    for arm in Regularization::arms(&config) {
        for seed in arm.seeds(seeds) {
            let mut arrays = Arrays::default();
            if ["none", "l1", "l2", "elastic-net"].contains(&arm.name.as_str()) {
                let frames = if arm.name == "l2" { 3 } else { 7 };
                arrays.insert("weights", ArrayD::from_elem(IxDyn(&[frames, 220]), 0.25));
            }
            cells.push(Finished {
                times: Default::default(),
                outcome: outcome(&config, &arm.name, seed),
                arm: arm.name.clone(),
                seed,
                arrays,
            });
        }
    }
    let run = RunTable {
        experiment: "regularization".to_owned(),
        preset: Preset::Post,
        seeds,
        device: DeviceName::Cpu,
        threads: 1,
        inputs: Vec::new(),
    };
    Outcomes::new(config, run, cells)
}

#[test]
fn every_figure_can_be_drawn_from_a_handful_of_numbers() {
    for seeds in [1, 2, 6] {
        let drawings = Regularization::figures(&outcomes(seeds)).unwrap();
        assert_eq!(drawings.len(), 12, "{seeds} seeds");
        assert!(names(&drawings).contains(&Regularization::COVER));
        for drawing in drawings {
            match drawing {
                Drawing::Figure(figure) => {
                    assert!(!figure.caption.is_empty(), "{}", figure.name);
                    figure.render().unwrap();
                }
                Drawing::Animation(animation) => {
                    // The side that diverged had three frames.
                    assert_eq!(animation.frames.len(), 3);
                    animation.render().unwrap();
                }
            }
        }
    }
}

fn names(drawings: &[Drawing]) -> Vec<&str> {
    let names = drawings.iter().map(|drawing| match drawing {
        Drawing::Figure(figure) => figure.name.as_str(),
        Drawing::Animation(animation) => animation.name.as_str(),
    });
    names.collect()
}

#[test]
fn the_authors_numbers_stand_beside_ours() {
    let rows = Regularization::reported(&outcomes(2));
    let cells: Vec<_> = rows
        .iter()
        .map(|row| (&*row.reported, &*row.measured))
        .collect();
    // Total errors of 15 and 17: standard error 1, Student's t with one degree of freedom 12.706.
    let l1 = "20.08, mean of 22.69, 41.65, 4.77, 24.04, 7.26";
    let pruned = "15.11, mean of 7.62, 13.85, 11.96, 16.95, 25.17";
    assert_eq!(
        cells,
        [
            (l1, "16.00 [3.294, 28.71], n = 2"),
            ("4.77 to 41.65", "15.00 to 17.00"),
            (pruned, "40.00 [40.00, 40.00], n = 2"),
            ("7.62 to 25.17", "40.00 to 40.00"),
            ("1-10-10-1-1", "1-1-1-1-1 (2 of 2)"),
        ]
    );
    assert_eq!(Regularization::reported(&outcomes(0)), []);
}

#[test]
fn the_authors_ten_numbers_are_in_the_figure_of_total_errors() {
    let drawings = Regularization::figures(&outcomes(2)).unwrap();
    let json: Vec<String> = drawings
        .iter()
        .filter_map(|drawing| match drawing {
            Drawing::Figure(figure) if figure.name == "total-errors" => {
                Some(figure.json().unwrap())
            }
            _ => None,
        })
        .collect();
    for number in ["22.68515524", "4.77383674", "7.61984439", "25.17294774"] {
        assert!(json[0].contains(number), "{number}");
    }
}

fn verdict(claims: &[Claim], id: &str) -> (Verdict, usize) {
    let claim = claims.iter().find(|claim| claim.id == id).unwrap();
    (claim.verdict, claim.n)
}

#[test]
fn claims_are_paired_by_seed_and_leave_out_what_diverged() {
    let claims = Regularization::claims(&outcomes(6));
    assert_eq!(
        verdict(&claims, "l2-error-below-l1"),
        (Verdict::Reproduced, 5)
    );
    assert_eq!(
        verdict(&claims, "l1-more-weights-near-zero"),
        (Verdict::Reproduced, 5)
    );
    assert_eq!(
        verdict(&claims, "pruned-no-worse"),
        (Verdict::Contradicted, 6)
    );
    assert_eq!(
        verdict(&claims, "pruned-and-continued-no-worse"),
        (Verdict::Reproduced, 6)
    );
    assert_eq!(
        verdict(&claims, "pruning-keeps-the-function"),
        (Verdict::Reproduced, 6)
    );
    assert_eq!(verdict(&claims, "l1-bends-less"), (Verdict::Reproduced, 6));
}

#[test]
fn one_seed_decides_no_claim_about_means() {
    let claims = Regularization::claims(&outcomes(1));
    assert_eq!(verdict(&claims, "l2-error-below-l1").0, Verdict::Undecided);
}
