//! Figures and claims from outcomes made by hand, without any training.

use retrace_lab::{Claim, Config, Experiment, Finished, Preset, Results, RunTable, Verdict};
use retrace_test_support::{claims, draw};
use rrelu::Rrelu;
use rrelu::activity::Activity;
use rrelu::arm::{Function, Norm, RELU, RRELU, RRELU_AS_WRITTEN, Variant};
use rrelu::config::RreluConfig;
use rrelu::slopes::DrawnSlopes;
use rrelu::training::{End, Outcome, Score, Snapshot, Training, Trainings};

/// How a network does in a made-up world.
#[derive(Clone, Copy)]
struct Made {
    /// Accuracy on the test images.
    test: f64,
    /// Accuracy on the training images minus that.
    gap: f64,
    /// Mean activation of every layer.
    mean: f64,
}

/// A world in which the post and the papers are right, and as-written RReLU is what the post ran.
fn as_they_say(function: Function, norm: Norm) -> Made {
    let (plain, gap, mean) = match function.name {
        "relu" => (0.9700, 0.03, 0.5),
        "lrelu" => (0.9690, 0.03, 0.4),
        "lrelu-5.5" => (0.9680, 0.03, 0.4),
        "prelu" => (0.9710, 0.03, 0.4),
        "rrelu-as-written" => (0.9000, 0.02, -0.6),
        "rrelu" => (0.9600, 0.02, 0.4),
        "rrelu-layer" => (0.9605, 0.02, 0.4),
        _ => (0.9670, 0.03, 0.1),
    };
    let test = match (function.name, norm) {
        (_, Norm::Plain) => plain,
        ("relu", Norm::Batch) => plain + 0.02,
        (_, Norm::Batch) => plain + 0.01,
    };
    Made { test, gap, mean }
}

/// The opposite.
fn as_they_do_not(function: Function, norm: Norm) -> Made {
    let (plain, gap, mean) = match function.name {
        "relu" => (0.9500, 0.02, 0.1),
        "lrelu" => (0.9690, 0.03, 0.4),
        "lrelu-5.5" => (0.9680, 0.03, 0.4),
        "prelu" => (0.9670, 0.03, 0.4),
        "rrelu-as-written" => (0.9900, 0.05, -0.6),
        "rrelu" => (0.9750, 0.05, 0.4),
        "rrelu-layer" => (0.9800, 0.05, 0.4),
        _ => (0.9660, 0.03, 0.5),
    };
    let down = if norm == Norm::Batch { 0.01 } else { 0.0 };
    Made {
        test: plain - down,
        gap,
        mean,
    }
}

fn training(made: Made, shift: f64, images: usize) -> Training {
    let score = |accuracy: f64| Score {
        accuracy,
        loss: Some(1.0 - accuracy),
    };
    let snapshot = |epoch: u64| Snapshot {
        epoch,
        loss: 1.0 / epoch as f64,
        test: score(made.test + shift),
    };
    Training {
        images,
        snapshots: vec![snapshot(1), snapshot(2), snapshot(4)],
        end: Some(End {
            train: score(made.test + made.gap + 1.1 * shift),
            validation: score(made.test),
            test: score(made.test + shift),
        }),
        diverged_at: None,
    }
}

/// The training on few images: RReLU's accuracies trade places with ReLU's, since they are claimed
/// to be better there.
fn few(world: World, function: Function, norm: Norm) -> Made {
    match function.name {
        "rrelu" => Made {
            test: world(RELU, norm).test - 0.1,
            ..world(function, norm)
        },
        "relu" => Made {
            test: world(RRELU, norm).test - 0.1,
            ..world(function, norm)
        },
        _ => world(function, norm),
    }
}

type World = fn(Function, Norm) -> Made;

fn outcome(world: World, Variant { function, norm }: Variant, seed: u64) -> Outcome {
    let place = Function::ALL.iter().position(|f| *f == function).unwrap();
    // Seeds differ by less than networks do, and networks of a seed not all alike.
    let noise = (seed as f64 + place as f64 * 0.3).sin() * 1e-4;
    let made = world(function, norm);
    let is_rrelu = function.reading.is_some();
    Outcome {
        full: training(made, noise, 55_000),
        few: training(few(world, function, norm), noise, 1_000),
        activity: vec![
            Activity {
                mean: made.mean + noise,
                rms: 1.0,
            };
            2
        ],
        learnt_slopes: Vec::new(),
        drawn: is_rrelu.then(|| DrawnSlopes {
            test: 5.5,
            mean: 5.5,
            first: vec![3.0, 8.0],
            bounds: (3.0, 8.0),
            counts: vec![1, 2],
        }),
    }
}

fn run_of(seeds: u64, cell: impl Fn(Variant, u64) -> Outcome) -> Results<Rrelu> {
    let config = RreluConfig::preset(Preset::Smoke);
    let cells = Variant::all().into_iter().flat_map(|variant| {
        let finished = |seed| Finished::new(variant, seed, cell(variant, seed));
        (0..seeds).map(finished).collect::<Vec<_>>()
    });
    let run = RunTable::new("rrelu", Preset::Smoke, seeds);
    Results::new(config, run).with::<Trainings>(cells.collect())
}

/// Runs in a world as they say, and in one as they do not.
pub(crate) fn both_worlds(seeds: u64) -> [Results<Rrelu>; 2] {
    [as_they_say as World, as_they_do_not].map(|world| run_in(world, seeds))
}

fn run_in(world: World, seeds: u64) -> Results<Rrelu> {
    run_of(seeds, |variant, seed| outcome(world, variant, seed))
}

fn claims_in(world: World, seeds: u64) -> Vec<Claim> {
    claims(&run_in(world, seeds))
}

#[test]
fn claims_follow_the_numbers() {
    let right = claims_in(as_they_say, 4);
    let wrong = claims_in(as_they_do_not, 4);
    assert_eq!(right.len(), wrong.len());
    for (right, wrong) in right.iter().zip(&wrong) {
        assert_eq!(right.verdict, Verdict::Reproduced, "{right:?}");
        assert_eq!(wrong.verdict, Verdict::Contradicted, "{wrong:?}");
    }
}

#[test]
fn the_posts_ranking_stands_beside_the_places_of_what_it_ran() {
    let outcomes = run_of(4, |network, seed| outcome(as_they_say, network, seed));
    let rows = Rrelu::reported(&outcomes);
    let measured: Vec<&str> = rows.iter().map(|row| row.measured.as_str()).collect();
    let of = |number: &str| format!("{number} [{number}, {number}], n = 4");
    // Without normalisation PReLU is ahead of ReLU.
    let expected = ["5.500", "5.500", "1.000", "2.000", "6.000", "6.000"].map(of);
    assert_eq!(measured, expected);
    assert_eq!(rows[3].reported, "almost the best");
}

#[test]
fn one_seed_decides_nothing() {
    for claim in claims_in(as_they_say, 1) {
        assert_eq!(claim.verdict, Verdict::Undecided, "{claim:?}");
    }
}

#[test]
fn a_network_that_diverges_takes_the_last_place_and_no_mean() {
    let outcomes = run_of(4, |network, seed| {
        let mut outcome = outcome(as_they_say, network, seed);
        if network.function == RRELU_AS_WRITTEN {
            outcome.full.end = None;
            outcome.full.diverged_at = Some(7);
            outcome.full.snapshots.clear();
            outcome.activity.clear();
        }
        outcome
    });
    let claims = claims(&outcomes);
    let claim = |id: &str| claims.iter().find(|claim| claim.id == id).unwrap();
    let worst = claim("rrelu-as-written-among-the-worst");
    assert_eq!(
        (worst.verdict, worst.estimate),
        (Verdict::Reproduced, Some(6.0))
    );
    let behind = claim("rrelu-as-written-below-the-others");
    assert_eq!((behind.verdict, behind.n), (Verdict::Undecided, 0));
    draw(&outcomes);
}

#[test]
fn figures_are_drawn_from_outcomes_alone() {
    for seeds in [0, 1, 3] {
        let outcomes = run_of(seeds, |network, seed| outcome(as_they_say, network, seed));
        draw(&outcomes);
    }
}
