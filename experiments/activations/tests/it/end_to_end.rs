//! The binary, from the command line to the files.

use std::sync::LazyLock;

use activations::Activations;
use activations::functions::Curves;
use activations::networks::{ACTIVATIONS, Network, Started};
use retrace_core::activation::ActivationConfig;
use retrace_test_support::run::{Run, Runs};
use retrace_test_support::{Program, refuses};

const RUNS: Runs = Runs::of(
    Program::at(env!("CARGO_BIN_EXE_activations")),
    "activations",
    &["--preset", "smoke"],
);

/// One smoke run that several tests look at.
static SMOKE: LazyLock<Run> = LazyLock::new(|| RUNS.named("smoke", &[]));

fn functions() -> Curves {
    SMOKE.outcome("functions", 0)
}

fn network(activation: &str) -> Network {
    SMOKE.outcome(activation, 0)
}

#[test]
fn the_posts_softmax_cases_are_reproduced_and_all_is_measured() {
    let claims = SMOKE.claims(34);
    for case in ["softmax-case-1", "softmax-case-2", "softmax-case-3"] {
        let claim = claims.iter().find(|c| c["id"] == case).unwrap();
        assert_eq!(claim["verdict"], "reproduced", "{case}");
    }
    for claim in &claims {
        assert!(claim["estimate"].is_number(), "{claim}");
    }
}

#[test]
fn autodiff_agrees_with_the_closed_form_on_the_plotted_grid() {
    let functions = functions();
    assert_eq!(functions.curves.len(), 6);
    let curves = functions.curves.iter().chain(&functions.prelu);
    for curve in curves.chain([&functions.rrelu_steepest, &functions.rrelu_flattest]) {
        let activation: ActivationConfig = curve.activation.parse().unwrap();
        let points = curve.value.iter().zip(&curve.derivative);
        for (x, (value, derivative)) in functions.x.iter().zip(points) {
            let exact = activation.value(*x).unwrap();
            assert!((value - exact).abs() < 2e-6, "{activation} at {x}");
            let exact = activation.derivative(*x).unwrap();
            assert!((derivative - exact).abs() < 1e-6, "{activation}' at {x}");
        }
    }
}

#[test]
fn what_rrelu_draws_lies_between_its_outermost_lines() {
    let functions = functions();
    let (steep, flat) = (&functions.rrelu_steepest, &functions.rrelu_flattest);
    let mut inside = 0;
    for (i, y) in functions.rrelu_pass.iter().enumerate() {
        assert!(steep.value[i] - 1e-6 <= *y && *y <= flat.value[i] + 1e-6);
        inside += usize::from(steep.value[i] < *y && *y < flat.value[i]);
    }
    assert!(inside > 100, "{inside}");
}

#[test]
fn every_layer_gets_a_gradient_and_shares_are_shares() {
    for network in ACTIVATIONS.map(|activation| network(activation.name)) {
        for Started { signal, .. } in [&network.xavier, &network.he] {
            assert!(signal.gradient_norm.iter().all(|norm| *norm > 0.0));
            assert!(signal.error_norm.iter().all(|norm| *norm > 0.0));
            let shares = signal.zero_share.iter().zip(&signal.silent_share);
            for (zero, silent) in shares {
                assert!(0.0 <= *silent && silent <= zero && *zero <= 1.0);
            }
            let sizes = signal.mean.iter().zip(&signal.rms);
            assert!(sizes.clone().all(|(mean, rms)| mean.abs() <= *rms));
        }
    }
}

#[test]
fn arms_of_a_seed_share_weights_inputs_and_points() {
    // ReLU and LReLU agree where all that differs is the negative side: on the share of
    // positive units, and on the loss before the first step to within the small slope.
    let relu = network("relu");
    let lrelu = network("lrelu");
    let elu = network("elu");
    let loss = |n: &Network| n.xavier.training.loss[0].unwrap();
    assert!((loss(&relu) - loss(&lrelu)).abs() < 1e-3);
    assert_ne!(loss(&relu), loss(&elu));
    let first = |n: &Network| n.xavier.signal.mean[0];
    assert!((first(&relu) - first(&lrelu)).abs() < 0.01);
}

#[test]
fn a_training_that_diverges_is_an_outcome() {
    let run = RUNS.run(&["--learning-rate", "1e20"]);
    let cell = run.json("cells/relu/seed-0/outcome.json");
    let training = &cell["outcome"]["xavier"]["training"];
    assert!(training["diverged_at"].is_u64(), "{training}");
}

#[test]
fn settings_that_cannot_be_run_are_refused_with_a_sentence() {
    refuses::<Activations>(&[
        ("--reach=nan", "a number from 1 to 50"),
        ("--points=320", "odd"),
        ("--saturated-below=0.25", "below 0.25"),
        ("--prelu-slopes=0.1,9", "from -2 to 2"),
        ("--temperatures=0", "from 0.01 to 1000"),
        ("--layers=1", "from 2 to 100"),
        ("--spiral-points=1", "from 8"),
        ("--observe-every=41", "from 1 to steps"),
        ("--learning-rate=-1", "above 0"),
        ("--momentum=1", "below 1"),
        ("--steps=0", "from 1"),
    ]);
}
