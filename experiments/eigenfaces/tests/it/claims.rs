//! Figures and claims of small outcomes made by hand, in a world in which the post is right and in
//! one in which it is not.

use eigenfaces::data::{Shows, TESTS};
use eigenfaces::decomposition::{Decomposed, Decomposition, Rebuilt};
use eigenfaces::detection::{AreaAt, Detected, Detection};
use eigenfaces::distances::{Criterion, Distances};
use eigenfaces::one_man::{Measured, Role};
use eigenfaces::recognition::{Rates, Recognition};
use eigenfaces::roc::{Roc, Task, curve_shares};
use eigenfaces::spectrum::AboveOne;
use eigenfaces::thresholds::ThresholdResult;
use eigenfaces::{Config, Eigenfaces};
use ndarray::{ArrayD, IxDyn};
use retrace_lab::{
    Arrays, Config as _, Drawing, Experiment, Finished, Input, InputKind, Preset, Results,
    RunTable, Study, Verdict,
};
use retrace_test_support::{claims, draw};

/// A world in which the post is right, or in which it is not.
#[derive(Clone, Copy, PartialEq)]
enum World {
    AsThePostSays,
    Otherwise,
}

use World::{AsThePostSays, Otherwise};

impl World {
    fn choose<T>(self, right: T, wrong: T) -> T {
        if self == AsThePostSays { right } else { wrong }
    }
}

fn distances(mean: f64, minimum: f64, from_face_space: f64) -> Distances {
    Distances {
        sum: 16.0 * mean,
        mean,
        minimum,
        from_face_space,
    }
}

fn measured(world: World) -> Vec<Measured> {
    let one = |name: &str, shows, role, distances| Measured {
        name: name.to_owned(),
        shows,
        role,
        distances,
    };
    // A training picture is far by the mean where the post is right, and near where it is not.
    let trained = distances(
        world.choose(90.0, 40.0),
        world.choose(0.0, 5.0),
        world.choose(10.0, 60.0),
    );
    let unseen = distances(50.0, 20.0, 30.0);
    let thing = distances(
        world.choose(95.0, 45.0),
        world.choose(70.0, 10.0),
        world.choose(80.0, 20.0),
    );
    let mut all = Vec::new();
    for index in 1..=16 {
        let name = format!("im{index}");
        all.push(one(&name, Shows::TheMan, Role::Trained, trained));
        all.push(one(&name, Shows::TheMan, Role::LeftOut, unseen));
    }
    for (name, shows) in TESTS {
        let measured = if shows == Shows::Thing { thing } else { unseen };
        all.push(one(name, shows, Role::Test, measured));
    }
    all
}

fn decomposed(world: World) -> Decomposed {
    let mut eigenvalues: Vec<f64> = (1..=16).rev().map(|k| f64::from(k) * 1e6).collect();
    eigenvalues[15] = world.choose(1e5, -1e-9);
    Decomposed {
        pixels: 64,
        eigenvalues,
        above_one: ["1", "n", "n - 1", "p"]
            .map(|divisor| AboveOne {
                divisor: divisor.to_owned(),
                of_255: 15,
                of_1: world.choose(15, 3),
            })
            .to_vec(),
        for_share: 13,
        space_angle: world.choose(1e-12, 0.1),
        eigenface_angle: 1e-11,
        last_within_others: 0.99,
        weights: vec![vec![1.0; 15]; 16],
        rebuilt: [1, 15, 16]
            .map(|components| Rebuilt {
                components,
                example: 30.0 / f64::from(components as u8),
                all: 20.0,
            })
            .to_vec(),
        largest_error: world.choose(1e-12, 3.0),
        measured: measured(world),
    }
}

fn post_arrays() -> Arrays {
    let mut arrays = Arrays::default();
    let counts = [
        ("training", 16),
        ("mean", 1),
        ("centred", 16),
        ("eigenfaces", 16),
        ("rebuilt", 3),
        ("tests", 9),
        ("tests-rebuilt", 9),
    ];
    for (name, count) in counts {
        arrays.insert(
            name,
            ArrayD::from_shape_fn(IxDyn(&[count, 8, 8]), |i| (i[0] + 3 * i[2]) as f32),
        );
    }
    arrays
}

fn rates(world: World, shift: f64) -> Rates {
    let with_all = 0.9 + shift;
    let curve = |last: f64| {
        vec![
            0.2,
            0.5,
            world.choose(with_all + 0.03, with_all - 0.05),
            last,
        ]
    };
    Rates {
        rates: vec![
            curve(with_all),
            curve(0.8),
            curve(0.8),
            curve(with_all + world.choose(0.02, -0.02)),
        ],
        for_share: 3,
        last_only: Some(world.choose(0.02, 0.2) + shift),
        above_one: (199, world.choose(199, 30)),
    }
}

/// Areas of sum, mean, minimum and distance from face space.
fn areas(world: World, task: Task, shift: f64) -> Vec<f64> {
    let mut areas = match (task, world) {
        (Task::KnownFromUnknown, AsThePostSays) => [0.5, 0.5, 0.95, 0.6],
        (Task::KnownFromUnknown, Otherwise) => [0.5, 0.5, 0.6, 0.95],
        (_, AsThePostSays) => [0.92, 0.92, 0.95, 0.98],
        (_, Otherwise) => [0.8, 0.8, 0.7, 0.6],
    };
    // Each by its own amount, or differences between criteria would have no spread over seeds.
    for (area, factor) in areas.iter_mut().zip([1.0, 1.0, 0.5, 0.2]) {
        *area += factor * shift;
    }
    areas.to_vec()
}

fn detected(world: World, shift: f64) -> Detected {
    let roc = |task| Roc {
        task,
        areas: areas(world, task, shift),
        curves: vec![curve_shares(); 4],
    };
    let threshold = |criterion| ThresholdResult {
        training_rejected: match criterion {
            Criterion::Sum | Criterion::Mean => world.choose(0.2, 0.0) + shift,
            Criterion::Minimum => world.choose(0.0, 0.1),
            Criterion::FromFaceSpace => world.choose(0.0, 0.1) + shift,
        },
        things_accepted: 0.1,
        unknown_accepted: 0.5,
        flat_accepted: true,
        contrast_accepted: None,
        contrast_refused: Some(50.0),
    };
    Detected {
        components: 40,
        tasks: Task::ALL.map(roc).to_vec(),
        by_components: [1, 2, 4, 60]
            .map(|components| AreaAt {
                components,
                areas: vec![0.5, 0.5, 0.6, 0.7],
            })
            .to_vec(),
        thresholds: Criterion::ALL.map(threshold).to_vec(),
    }
}

/// A cell of the only arm of a study.
fn cell<S: Study<Eigenfaces>>(
    seed: u64,
    outcome: S::Outcome,
    arrays: Arrays,
) -> Finished<S::Arm, S::Outcome> {
    let arm = S::arms(&Config::preset(Preset::Post)).remove(0);
    Finished {
        arrays,
        ..Finished::new(arm, seed, outcome)
    }
}

fn results(world: World, seeds: u64) -> Results<Eigenfaces> {
    let (mut recognition, mut detection) = (Vec::new(), Vec::new());
    for seed in 0..seeds {
        let shift = 0.001 * seed as f64;
        let mut arrays = Arrays::default();
        if seed == 0 {
            arrays.insert("eigenfaces", ArrayD::from_elem(IxDyn(&[15, 6, 5]), 0.25));
        }
        recognition.push(cell::<Recognition>(seed, rates(world, shift), arrays));
        let detected = detected(world, shift);
        detection.push(cell::<Detection>(seed, detected, Arrays::default()));
    }
    let input = |name: &str, kind| Input {
        name: name.to_owned(),
        kind,
        sha256: String::new(),
    };
    let mut run = RunTable::new("eigenfaces", Preset::Post, seeds);
    run.inputs = vec![
        input("faces-laid", InputKind::Real),
        input("faces-orl", InputKind::Synthetic),
        input("scenes", InputKind::Synthetic),
    ];
    let decomposed = cell::<Decomposition>(0, decomposed(world), post_arrays());
    Results::new(Config::preset(Preset::Post), run)
        .with::<Decomposition>(vec![decomposed])
        .with::<Recognition>(recognition)
        .with::<Detection>(detection)
}

#[test]
fn figures_are_drawn_from_a_handful_of_numbers_and_say_whether_pictures_are_real() {
    for seeds in [1, 3] {
        let results = results(AsThePostSays, seeds);
        draw(&results);
        for drawing in Eigenfaces::studies().figures(&results).unwrap() {
            let Drawing::Figure(figure) = drawing else {
                panic!("all are figures");
            };
            let real = figure.caption.contains("faces-laid (real)");
            let drawn = figure.caption.contains("faces-orl (synthetic)");
            assert!(real != drawn, "{}: {}", figure.name, figure.caption);
        }
    }
}

#[test]
fn every_claim_follows_the_numbers_both_ways() {
    let (right, wrong) = (
        claims(&results(AsThePostSays, 5)),
        claims(&results(Otherwise, 5)),
    );
    assert_eq!(right.len(), wrong.len());
    for (right, wrong) in right.iter().zip(&wrong) {
        assert_eq!(right.verdict, Verdict::Reproduced, "{}", right.id);
        assert_eq!(wrong.verdict, Verdict::Contradicted, "{}", wrong.id);
    }
}

#[test]
fn one_seed_decides_only_what_has_no_chance_in_it() {
    let claims = claims(&results(AsThePostSays, 1));
    let verdict = |id: &str| claims.iter().find(|claim| claim.id == id).unwrap().verdict;
    for id in [
        "all-sixteen-are-important",
        "mean-rejects-a-training-picture",
    ] {
        assert_eq!(verdict(id), Verdict::Reproduced, "{id}");
    }
    for id in [
        "last-eigenfaces-are-not-needed",
        "mean-separates-faces",
        "face-space-beats-minimum",
        "mean-rejects-training-pictures",
    ] {
        assert_eq!(verdict(id), Verdict::Undecided, "{id}");
    }
}

#[test]
fn what_the_post_prints_stands_beside_what_the_outcome_holds() {
    let measured = |world| -> Vec<String> {
        let rows = Eigenfaces::reported(&results(world, 1)).into_iter();
        rows.map(|row| row.measured).collect()
    };
    assert_eq!(measured(AsThePostSays), ["64\u{d7}16", "16\u{d7}16", "16"]);
    // The last eigenvalue is rounding there.
    assert_eq!(measured(Otherwise)[2], "15");
}
