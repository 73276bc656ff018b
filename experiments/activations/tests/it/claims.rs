//! Figures and claims from an outcome made by hand, without any training.

use activations::Activations;
use activations::config::ActivationsConfig;
use activations::depth::Signal;
use activations::functions::{Curve, Curves, Functions};
use activations::networks::{ACTIVATIONS, Network, Networks, Started};
use activations::slopes::DrawnSlopes;
use activations::softmax::Softmax;
use activations::training::Training;
use retrace_lab::{
    Claim, Config, Experiment, Finished, Preset, Results, RunTable, Single, Verdict,
};
use retrace_test_support::{claims, draw};

/// How one activation behaves in a made-up world.
#[derive(Clone, Copy)]
struct Behaviour {
    /// log10 of first over last layer's norms.
    lost: f64,
    zeros: f64,
    mean: f64,
    loss: f64,
}

/// A world in which the post is right about everything that is measured in networks.
fn as_the_post_says(activation: &str) -> Behaviour {
    match activation {
        "sigmoid" => behaviour(-12.0, 0.0, 0.5, 0.69),
        "relu" => behaviour(0.0, 0.5, 0.4, 0.3),
        "elu" => behaviour(0.0, 0.0, 0.1, 0.1),
        _ => behaviour(0.0, 0.0, 0.3, 0.2),
    }
}

/// The opposite.
fn as_it_does_not(activation: &str) -> Behaviour {
    match activation {
        "sigmoid" => behaviour(0.0, 0.0, 0.5, 0.1),
        "relu" => behaviour(-12.0, 0.0, 0.1, 0.2),
        "elu" => behaviour(-5.0, 0.5, 0.4, 0.5),
        _ => behaviour(0.0, 0.0, 0.3, 0.69),
    }
}

fn behaviour(lost: f64, zeros: f64, mean: f64, loss: f64) -> Behaviour {
    Behaviour {
        lost,
        zeros,
        mean,
        loss,
    }
}

/// Three layers, two observations; `shift` tells seeds apart a little.
fn started(b: Behaviour, shift: f64, has_slopes: bool, fall: f64) -> Started {
    let norms = vec![10_f64.powf(b.lost + shift), 1.0, 1.0];
    let slopes = if has_slopes {
        vec![
            vec![vec![0.25]; 2],
            vec![vec![0.25 + fall + shift], vec![0.25]],
        ]
    } else {
        Vec::new()
    };
    let training = Training {
        step: vec![0, 10],
        loss: vec![Some(0.7), Some(b.loss + shift)],
        accuracy: vec![0.5, 0.9 + shift],
        slopes,
        diverged_at: None,
    };
    Started {
        signal: Signal {
            gradient_norm: norms.clone(),
            error_norm: norms,
            zero_share: vec![b.zeros; 2],
            silent_share: vec![b.zeros / 2.0; 2],
            mean: vec![b.mean + shift; 2],
            rms: vec![0.8; 2],
        },
        channels: has_slopes.then(|| training.clone()),
        training,
    }
}

fn world(behaviour: fn(&str) -> Behaviour, fall: f64, seeds: u64) -> Results<Activations> {
    let mut config = ActivationsConfig::preset(Preset::Smoke);
    (config.layers, config.hidden_layers) = (3, 2);
    (config.steps, config.observe_every) = (10, 10);
    let network = |name: &str, seed: u64| {
        let shift = 0.001 * seed as f64;
        let prelu = name == "prelu";
        let started = started(behaviour(name), shift, prelu, fall);
        Network {
            xavier: started.clone(),
            he: started,
            drawn_slopes: (name == "rrelu").then_some(DrawnSlopes {
                mean_divisor: 5.5 + shift,
                mean_slope: 0.196 + shift,
                test_slope: 1.0 / 5.5,
            }),
            slope_gradient_deviation: prelu.then_some(1e-8),
        }
    };
    let cells = ACTIVATIONS.into_iter().flat_map(|activation| {
        let cell = |seed| Finished::new(activation, seed, network(activation.name, seed));
        (0..seeds).map(cell).collect::<Vec<_>>()
    });
    Results::new(config, RunTable::new("activations", Preset::Smoke, seeds))
        .with::<Networks>(cells.collect())
}

fn verdict(claims: &[Claim], id: &str) -> Verdict {
    let claim = claims.iter().find(|claim| claim.id == id);
    claim.unwrap_or_else(|| panic!("no claim {id}")).verdict
}

/// Claims that turn round between the two worlds.
const TURNING: [&str; 14] = [
    "sigmoid-gradient-vanishes",
    "sigmoid-error-vanishes",
    "relu-keeps-the-gradient",
    "relu-keeps-the-error-with-xavier",
    "relu-keeps-the-error-with-he",
    "elu-alleviates-the-vanishing-gradient",
    "relu-silences-about-half",
    "the-others-silence-none",
    "some-relu-units-never-activate",
    "elu-mean-nearer-zero",
    "elu-mean-nearer-zero-in-depth",
    "elu-learns-faster-with-xavier",
    "prelu-learns-faster-with-he",
    "prelu-slopes-fall-with-depth-with-xavier",
];

#[test]
fn claims_follow_the_numbers() {
    let right = claims(&world(as_the_post_says, 0.3, 4));
    let wrong = claims(&world(as_it_does_not, -0.3, 4));
    for id in TURNING {
        assert_eq!(verdict(&right, id), Verdict::Reproduced, "{id}");
        assert_eq!(verdict(&wrong, id), Verdict::Contradicted, "{id}");
    }
    let sigmoid = "sigmoid-learns-slowly-with-xavier";
    assert_eq!(verdict(&right, sigmoid), Verdict::Reproduced);
    assert_eq!(verdict(&wrong, sigmoid), Verdict::Contradicted);
}

#[test]
fn what_rrelu_averages_are_two_questions() {
    let claims = claims(&world(as_the_post_says, 0.3, 4));
    let divisor = verdict(&claims, "rrelu-test-divisor-is-the-mean");
    assert_eq!(divisor, Verdict::Reproduced);
    let output = verdict(&claims, "rrelu-test-output-is-the-mean");
    assert_eq!(output, Verdict::Contradicted);
}

/// Functions on a grid of one point, and one softmax.
fn functions() -> Results<Activations> {
    let curve = Curve {
        activation: "relu".to_owned(),
        value: vec![0.0],
        derivative: vec![0.0],
    };
    let curves = Curves {
        x: vec![0.0],
        curves: vec![curve.clone(); 6],
        prelu: Vec::new(),
        rrelu_steepest: curve.clone(),
        rrelu_flattest: curve,
        rrelu_pass: vec![0.0],
        softmax: vec![Softmax {
            logits: vec![3.0, 0.7, 0.5],
            temperature: 1.0,
            probabilities: vec![0.845_6, 0.085_2, 0.068_7],
        }],
        temperatures: Vec::new(),
    };
    let config = ActivationsConfig::preset(Preset::Smoke);
    let arm = Single::deterministic("functions", "functions");
    Results::new(config, RunTable::new("activations", Preset::Smoke, 1))
        .with::<Functions>(vec![Finished::new(arm, 0, curves)])
}

#[test]
fn what_the_post_prints_stands_beside_ours() {
    let measured = |results: &Results<Activations>| -> Vec<String> {
        let rows = Activations::reported(results);
        rows.into_iter().map(|row| row.measured).collect()
    };
    assert_eq!(measured(&functions()), ["[0.846, 0.085, 0.069]"]);
    // Divisors of 5.5, 5.501 and 5.502: standard error 0.000577, Student's t 4.303.
    let networks = measured(&world(as_the_post_says, 0.3, 3));
    assert_eq!(networks[0], "5.501 [5.499, 5.503], n = 3");
    assert_eq!(networks[1], "0.5000 [0.5000, 0.5000], n = 3");
}

#[test]
fn one_seed_decides_nothing_that_has_chance_in_it() {
    let claims = claims(&world(as_the_post_says, 0.3, 1));
    for id in TURNING {
        let expected = if id == "the-others-silence-none" {
            Verdict::Reproduced
        } else {
            Verdict::Undecided
        };
        assert_eq!(verdict(&claims, id), expected, "{id}");
    }
}

#[test]
fn figures_are_drawn_from_outcomes_alone() {
    for seeds in [1, 2] {
        // Without the cell of the functions, those of the networks.
        draw(&world(as_the_post_says, 0.3, seeds));
    }
}
