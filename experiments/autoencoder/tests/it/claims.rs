//! Claims from outcomes made by hand, without any training: a world in which the post is right,
//! and the opposite one.

use autoencoder::Autoencoder;
use autoencoder::arm::{self, Optimizer, SOUND, Setup, Study};
use autoencoder::choice::{Among, best};
use autoencoder::config::AutoencoderConfig;
use autoencoder::loss::Loss;
use autoencoder::network::{Answer, Architecture};
use autoencoder::outcome::{End, Look, Outcome, PixelResponse, Score, StepLoss, Window};
use retrace_lab::{
    Arrays, Claim, Config, Experiment, Finished, Outcomes, Preset, RunTable, Verdict,
};

/// What an arm comes to in a made-up world.
#[derive(Clone, Copy)]
struct Made {
    /// Share left in the end; diverged where absent.
    share: Option<f64>,
    /// The same half-way.
    half: f64,
    /// Correlations with the input: in the end, and half-way.
    correlation: (f64, f64),
    /// Range of the answers.
    range: (f64, f64),
    /// Last loss over the first.
    fall: f64,
    /// Share left on squares, triangles and text, and on noise.
    unseen: (f64, f64),
    /// Of the answer to a pixel, in other pixels.
    elsewhere: f64,
}

type World = fn(&Setup) -> Made;

const PLAIN: Made = Made {
    share: Some(0.1),
    half: 0.2,
    correlation: (0.9, 0.8),
    range: (-5.0, 105.0),
    fall: 0.1,
    unseen: (0.3, 2.0),
    elsewhere: 0.8,
};

fn is_sum(setup: &Setup) -> bool {
    matches!(setup.loss, Loss::Sum | Loss::SumC | Loss::SumC2)
}

/// The post and our explanations are right.
fn as_they_say(setup: &Setup) -> Made {
    let share = match setup.study {
        Study::MeanRates => Some(0.2),
        Study::Rates if is_sum(setup) && setup.optimizer == Optimizer::Sgd => None,
        Study::Rates | Study::Rectified | Study::Initial if is_sum(setup) => Some(0.97),
        Study::FirstAttempt if setup.loss == Loss::Sum => Some(0.99),
        Study::FirstAttempt => Some(0.4),
        _ => Some(match (setup.name.as_str(), setup.architecture) {
            ("dropout-last" | "dropout-between", _) => 0.3,
            ("small", _) => 0.05,
            (_, Architecture::Bottleneck(2)) => 0.6,
            (_, Architecture::Bottleneck(_)) => 0.2,
            _ => 0.1,
        }),
    };
    let inverse = setup.loss.is_inverse();
    Made {
        share: if inverse { Some(1e3) } else { share },
        correlation: if inverse { (0.7, 0.6) } else { (0.9, 0.8) },
        range: match setup.answer {
            _ if inverse => (0.0, 6_000.0),
            Answer::Rectified if is_sum(setup) => (0.0, 0.0),
            _ => PLAIN.range,
        },
        ..PLAIN
    }
}

/// They are wrong.
fn as_they_do_not(setup: &Setup) -> Made {
    let share = match setup.study {
        Study::MeanRates => 0.97,
        Study::Rates | Study::Rectified | Study::Initial if is_sum(setup) => 0.1,
        Study::Rates | Study::Rectified => 0.97,
        Study::FirstAttempt if setup.loss == Loss::Sum => 0.4,
        Study::FirstAttempt => 0.97,
        _ => match (setup.name.as_str(), setup.architecture) {
            (SOUND | "scenes", _) => 0.8,
            ("dropout-last" | "dropout-between", _) => 0.3,
            ("small", _) => 0.9,
            (_, Architecture::Bottleneck(2)) => 0.2,
            (_, Architecture::Bottleneck(_)) => 0.6,
            _ => 0.1,
        },
    };
    let inverse = setup.loss.is_inverse();
    Made {
        share: Some(share),
        half: share - 0.1,
        correlation: if inverse { (0.2, 0.3) } else { (0.9, 0.8) },
        range: (1.0, 99.0),
        fall: 10.0,
        unseen: (share - 0.05, 0.5),
        elsewhere: 0.2,
    }
}

fn outcome(made: Made, seed: u64) -> Outcome {
    // Seeds differ by less than worlds do, and not all numbers of a seed alike.
    let noise = |of: f64| 1.0 + 1e-3 * (seed as f64 * 1.7 + of).sin();
    let score = |share: f64, correlation: f64| Score {
        share: share * noise(share),
        clipped_share: share,
        correlation: correlation * noise(correlation),
        clipped_correlation: correlation * noise(correlation),
        stretched_correlation: correlation * noise(correlation),
        low: made.range.0,
        high: made.range.1,
        outside: 0.0,
    };
    let end = made.share.unwrap_or(1.0);
    let look = |done, share, correlation| Look {
        done,
        score: Some(score(share, correlation)),
    };
    let loss = |step, loss: f64| StepLoss {
        step,
        loss: loss * noise(step as f64),
    };
    let (shapes, on_noise) = made.unseen;
    Outcome {
        looks: vec![
            look(0, 1.0, 0.0),
            look(4, made.half, made.correlation.1),
            look(8, end, made.correlation.0),
        ],
        losses: vec![loss(0, 1.0), loss(7, made.fall)],
        windows: vec![
            Window {
                done: 8,
                share: end
            };
            2
        ],
        probes: Vec::new(),
        diverged_at: made.share.is_none().then_some(1),
        end: made.share.map(|_| End {
            unseen: vec![shapes, shapes, shapes, on_noise * noise(on_noise)],
            pixel: Some(PixelResponse {
                gain: 0.3,
                elsewhere: made.elsewhere * noise(made.elsewhere),
                reach: 2.0,
            }),
            grey_share: Some(1.2),
        }),
        parameters: 100,
        multiplications: 1_000,
    }
}

fn outcomes(world: World) -> Outcomes<Autoencoder> {
    let config = AutoencoderConfig::preset(Preset::Smoke);
    let table = RunTable {
        experiment: "autoencoder".to_owned(),
        preset: Preset::Smoke,
        seeds: 5,
        device: "cpu".parse().unwrap(),
        threads: 1,
        inputs: Vec::new(),
    };
    let finished = |setup: &Setup, seed| Finished {
        times: Default::default(),
        arm: setup.name.clone(),
        seed,
        outcome: outcome(world(setup), seed),
        arrays: Arrays::default(),
    };
    let setups = arm::setups(&config);
    let cells = setups
        .iter()
        .flat_map(|setup| (0..5).map(move |seed| finished(setup, seed)));
    Outcomes::new(config.clone(), table, cells.collect())
}

/// Claims whose answer is another one than `expected`, but for those named.
fn surprising(world: World, expected: Verdict, except: &[&str]) -> Vec<Claim> {
    let mut claims = Autoencoder::claims(&outcomes(world));
    assert_eq!(claims.len(), 52);
    claims.retain(|claim| claim.verdict != expected && !except.contains(&claim.id.as_str()));
    claims
}

#[test]
fn where_the_post_is_right_its_claims_are_reproduced() {
    // That Adam does not train on the sum, and that the sum is to Adam what the mean is, cannot
    // both hold where the mean trains.
    let except = ["adam-ignores-constants"];
    let claims = surprising(as_they_say, Verdict::Reproduced, &except);
    assert!(claims.is_empty(), "{claims:#?}");
}

#[test]
fn where_it_is_wrong_they_are_contradicted() {
    // Where all rates train, so does one that nobody tries.
    let except = ["sum-trains-at-its-own-rate"];
    let claims = surprising(as_they_do_not, Verdict::Contradicted, &except);
    assert!(claims.is_empty(), "{claims:#?}");
}

#[test]
fn what_was_contradicted_before_has_a_reason() {
    let claims = Autoencoder::claims(&outcomes(as_they_do_not));
    let told = claims.iter().filter(|claim| claim.reason.is_some());
    let told: Vec<&str> = told.map(|claim| claim.id.as_str()).collect();
    // The sum and its divisions by Adam, two means by gradient descent, the inverse cut to 0..100,
    // all with both endings; the inverse stretched without a ReLU; black; the first attempt.
    assert_eq!(told.len(), 6 + 4 + 2 + 1 + 1 + 1, "{told:?}");
    assert!(told.contains(&"sum-c2-does-not-train-by-adam-open"));
}

#[test]
fn the_posts_numbers_are_worked_out() {
    let rows = Autoencoder::reported(&outcomes(as_they_say));
    let measured: Vec<&str> = rows.iter().map(|row| row.measured.as_str()).collect();
    // 150 x 100 pixels, each 100 apart; 30 maps of them to two answers a pixel, of four bytes.
    let squares = "150000000, as differences are squared: 100 times as much";
    assert_eq!(measured[0], squares);
    assert!(measured[1].starts_with("54.0 GB of weights, 216 GB"));
}

#[test]
fn the_best_rate_is_chosen_by_training_pictures_and_never_a_diverged_one() {
    let outcomes = outcomes(as_they_say);
    let how = (Optimizer::Sgd, Answer::Open);
    // A person's rates all diverge in this world, those of the mean do not.
    let chosen = best(&outcomes, Loss::Sum, how, Among::All).unwrap();
    assert_eq!(chosen.study, Study::MeanRates);
    let chosen = best(&outcomes, Loss::Sum, how, Among::Persons).unwrap();
    assert_eq!(chosen.study, Study::Rates);
}

/// Without arrays, as when every network diverged: what needs no pictures is drawn.
#[test]
fn figures_are_drawn_without_pictures() {
    for world in [as_they_say as World, as_they_do_not] {
        let drawings = Autoencoder::figures(&outcomes(world)).unwrap();
        assert!(drawings.len() >= 8);
        for drawing in drawings {
            let retrace_lab::Drawing::Figure(figure) = drawing else {
                panic!("an animation without pictures");
            };
            figure.render().unwrap();
        }
    }
}
