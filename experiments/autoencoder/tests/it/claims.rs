//! Claims and figures from outcomes made by hand, without any training: a world in which the post
//! is right, and the opposite one.

use autoencoder::Autoencoder;
use autoencoder::arm::{Arm, AtRate, Optimizer, Variant};
use autoencoder::config::Config;
use autoencoder::first_attempt::{Attempt, Coloured, FirstAttempt};
use autoencoder::initial::Initial;
use autoencoder::loss::Loss;
use autoencoder::network::OutputActivation;
use autoencoder::rates::{Among, best};
use autoencoder::score::{Copying, PixelResponse, Score};
use autoencoder::training::{History, Outcome, Snapshot, StepLoss, Training, Window};
use retrace_lab::{
    Claim, Config as _, Drawing, Experiment, Finished, Preset, Results, RunTable, Verdict,
};
use serde_json::Value;

/// What an arm comes to in a made-up world.
#[derive(Clone, Copy)]
struct Made {
    /// Share left in the end; diverged where absent.
    share: Option<f64>,
    /// Share left half-way.
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

#[derive(Clone, Copy, PartialEq)]
enum World {
    /// The post and our explanations are right.
    AsTheySay,
    /// They are wrong.
    Opposite,
}

impl World {
    fn share(self, arm: &Arm) -> Option<f64> {
        let pick = |right, wrong| {
            Some(if self == Self::AsTheySay {
                right
            } else {
                wrong
            })
        };
        match arm {
            Arm::AtRate(at) if !at.is_usual => pick(0.2, 0.97),
            Arm::AtRate(at) if is_sum(at) => {
                let linear =
                    (at.optimizer, at.output) == (Optimizer::Sgd, OutputActivation::Linear);
                let diverges = linear && at.initial == Initial::Truncated;
                pick(0.97, 0.1).filter(|_| self == Self::Opposite || !diverges)
            }
            Arm::AtRate(_) => pick(0.1, 0.97),
            Arm::Variant(Variant::Baseline | Variant::Scenes) => pick(0.1, 0.8),
            Arm::Variant(Variant::Dropout(_)) => Some(0.3),
            Arm::Variant(Variant::Small) => pick(0.05, 0.9),
            Arm::Variant(Variant::Code(2)) => pick(0.6, 0.2),
            Arm::Variant(Variant::Code(_)) => pick(0.2, 0.6),
            Arm::Variant(_) => Some(0.1),
        }
    }

    fn made(self, arm: &Arm) -> Made {
        let settings = arm.settings(&config());
        let is_inverse = settings.loss == Loss::Inverse;
        let share = self.share(arm);
        match self {
            Self::AsTheySay => Made {
                share: if is_inverse { Some(1e3) } else { share },
                half: 0.2,
                correlation: if is_inverse { (0.7, 0.6) } else { (0.9, 0.8) },
                range: match (arm, settings.network.output) {
                    _ if is_inverse => (0.0, 6_000.0),
                    (Arm::AtRate(at), OutputActivation::Relu) if is_sum(at) => (0.0, 0.0),
                    _ => (-5.0, 105.0),
                },
                fall: 0.1,
                unseen: (0.3, 2.0),
                elsewhere: 0.8,
            },
            Self::Opposite => Made {
                share,
                half: share.unwrap() - 0.1,
                correlation: if is_inverse { (0.2, 0.3) } else { (0.9, 0.8) },
                range: (1.0, 99.0),
                fall: 10.0,
                unseen: (share.unwrap() - 0.05, 0.5),
                elsewhere: 0.2,
            },
        }
    }
}

fn is_sum(arm: &AtRate) -> bool {
    matches!(arm.loss, Loss::Sum | Loss::SumC | Loss::SumC2)
}

fn config() -> Config {
    Config::preset(Preset::Smoke)
}

/// Seeds differ by less than worlds do, and not all numbers of a seed alike.
fn noise(seed: u64, of: f64) -> f64 {
    1.0 + 1e-3 * (seed as f64 * 1.7 + of).sin()
}

fn outcome<E>(made: Made, seed: u64, end: E) -> Outcome<E> {
    let noise = |of: f64| of * noise(seed, of);
    let snapshot = |done, share: f64, correlation: f64| Snapshot {
        done,
        score: Some(Score {
            share: noise(share),
            clipped_share: share,
            correlation: noise(correlation),
            clipped_correlation: noise(correlation),
            stretched_correlation: noise(correlation),
            low: made.range.0,
            high: made.range.1,
            outside: 0.0,
        }),
    };
    let share = made.share.unwrap_or(1.0);
    let window = Window { done: 8, share };
    let loss = |step, loss| StepLoss {
        step,
        loss: noise(loss),
    };
    Outcome {
        history: History {
            snapshots: vec![
                snapshot(0, 1.0, 0.0),
                snapshot(4, made.half, made.correlation.1),
                snapshot(8, share, made.correlation.0),
            ],
            losses: vec![loss(0, 1.0), loss(7, made.fall)],
            windows: vec![window; 2],
            probes: Vec::new(),
        },
        diverged_at: made.share.is_none().then_some(1),
        end: made.share.map(|_| end),
        parameters: 100,
        multiplications: 1_000,
    }
}

fn results(world: World) -> Results<Autoencoder> {
    results_under(world, &config())
}

fn results_under(world: World, config: &Config) -> Results<Autoencoder> {
    let run = RunTable {
        experiment: "autoencoder".to_owned(),
        preset: Preset::Smoke,
        seeds: 5,
        device: "cpu".parse().unwrap(),
        threads: 1,
        inputs: Vec::new(),
    };
    let training = |arm: Arm, seed| {
        let made = world.made(&arm);
        let (shapes, on_noise) = made.unseen;
        let copying = Copying {
            unseen: vec![shapes, shapes, shapes, on_noise * noise(seed, on_noise)],
            pixel: Some(PixelResponse {
                gain: 0.3,
                elsewhere: made.elsewhere * noise(seed, made.elsewhere),
                reach: 2.0,
            }),
        };
        Finished::new(arm, seed, outcome(made, seed, copying))
    };
    let attempt = |attempt: Attempt, seed| {
        let made = Made {
            share: Some(match (world, attempt.loss) {
                (World::AsTheySay, Loss::Sum) => 0.99,
                (World::AsTheySay, _) | (World::Opposite, Loss::Sum) => 0.4,
                (World::Opposite, _) => 0.97,
            }),
            ..world.made(&Arm::Variant(Variant::Baseline))
        };
        let end = Coloured { grey_share: 1.2 };
        Finished::new(attempt, seed, outcome(made, seed, end))
    };
    let seeds = |seed| move |arm| (arm, seed);
    let trainings = (0..5).flat_map(|seed| Arm::all(config).into_iter().map(seeds(seed)));
    let trainings = trainings.map(|(arm, seed)| training(arm, seed));
    let attempts = (0..5).flat_map(|seed| Attempt::all(config).map(|arm| attempt(arm, seed)));
    Results::new(config.clone(), run)
        .with::<Training>(trainings.collect())
        .with::<FirstAttempt>(attempts.collect())
}

/// Claims whose answer is another one than `expected`, but for one that cannot follow.
fn surprising(world: World, expected: Verdict, except: &str) -> Vec<Claim> {
    let mut claims = Autoencoder::studies().claims(&results(world));
    claims.retain(|claim| claim.verdict != expected && claim.id != except);
    claims
}

#[test]
fn where_the_post_is_right_its_claims_are_reproduced() {
    // That Adam does not train on the sum, and that the sum is to Adam what the mean is, cannot
    // both hold where the mean trains.
    let except = "adam-ignores-constants";
    let claims = surprising(World::AsTheySay, Verdict::Reproduced, except);
    assert!(claims.is_empty(), "{claims:#?}");
}

#[test]
fn where_it_is_wrong_they_are_contradicted() {
    // Where all rates train, so does one that nobody tries.
    let except = "sum-trains-at-its-own-rate";
    let claims = surprising(World::Opposite, Verdict::Contradicted, except);
    assert!(claims.is_empty(), "{claims:#?}");
}

#[test]
fn the_posts_numbers_are_worked_out() {
    let rows = Autoencoder::reported(&results(World::AsTheySay));
    // 150 x 100 pixels, each 100 apart; 30 maps of them to two answers a pixel, of four bytes.
    let squares = "150000000, as differences are squared: 100 times as much";
    assert_eq!(rows[0].measured, squares);
    assert!(rows[1].measured.starts_with("54.0 GB of weights, 216 GB"));
}

#[test]
fn the_best_rate_is_chosen_by_training_pictures_and_never_a_diverged_one() {
    let results = results(World::AsTheySay);
    let how = (Optimizer::Sgd, OutputActivation::Linear);
    // A person's rates all diverge in this world, those of the mean do not.
    let chosen = |among| best(&results, Loss::Sum, how, among).unwrap();
    assert!(!chosen(Among::All).is_usual && chosen(Among::Usual).is_usual);
}

/// Without arrays, as when every network diverged: what needs no pictures is drawn.
#[test]
fn figures_are_drawn_without_pictures() {
    for world in [World::AsTheySay, World::Opposite] {
        let drawings = Autoencoder::studies().figures(&results(world)).unwrap();
        assert!(!drawings.is_empty());
        for drawing in drawings {
            let Drawing::Figure(figure) = drawing else {
                panic!("an animation without pictures");
            };
            figure.render().unwrap();
        }
    }
}

/// Of runs that kept no weights, or diverged.
#[test]
fn a_page_without_arrays_has_the_trainings_alone() {
    for world in [World::AsTheySay, World::Opposite] {
        let page = Autoencoder::explorable(&results(world)).unwrap().unwrap();
        let page: Value = serde_json::from_str(&page.to_json().unwrap()).unwrap();
        let data = &page["data"];
        // Six losses by two optimizers at two rates, with and without a ReLU; and five at their own:
        // that of the sixth is a usual one.
        assert_eq!(data["trainings"].as_array().unwrap().len(), 53);
        assert!(data["network"].is_null() && data["pictures"]["levels"] == "");
    }
}

#[test]
fn too_many_rates_for_a_page_leave_it_without() {
    let digits = (1..10).flat_map(|power| (1..10).map(move |digit| format!("{digit}e-{power}")));
    let config = Config {
        rates: digits.map(|rate| rate.parse().unwrap()).collect(),
        ..config()
    };
    let results = results_under(World::AsTheySay, &config);
    assert_eq!(Autoencoder::explorable(&results).unwrap(), None);
}
