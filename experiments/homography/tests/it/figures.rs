//! Figures and claims of a small outcome made by hand, in a world that is as the claims say and
//! in one that is not.

use homography::author::EIGHT;
use homography::dlt::Method;
use homography::warp::Sampling;
use homography::{
    Config, Equations, FarErrors, FarPoints, Filled, Fit, Homography, HomographyPost, METHODS,
    Matches, Noisy, Outcome, Rectified, Registered, Restored, View, WithOutliers,
};
use ndarray::{ArrayD, IxDyn};
use retrace_lab::{
    Arrays, Claim, Config as _, DeviceName, Drawing, Experiment, Finished, Outcomes, Preset,
    RunTable, Verdict,
};

/// Claims that hold in one world and not in the other.
const TURNING: [&str; 22] = [
    "two-rows-a-pair",
    "four-pairs-suffice",
    "three-pairs-do-not",
    "exact-points-are-hit",
    "inverse-undoes-h",
    "eigenvector-is-less-exact",
    "eigenvector-is-visibly-worse",
    "eight-points-agree",
    "eigenvector-fails-far-away",
    "normalising-makes-the-place-irrelevant",
    "forward-leaves-holes",
    "inverse-leaves-none",
    "rounding-beats-truncating",
    "bilinear-beats-nearest",
    "bicubic-beats-bilinear",
    "estimates-agree-with-known-matrices",
    "more-pairs-average-the-noise",
    "eigenvector-is-worse-with-noise",
    "normalising-helps-with-noise",
    "normalising-helps-with-many-pairs",
    "least-squares-breaks-with-outliers",
    "ransac-holds-with-outliers",
];

/// Holds where no way is better than another, which is neither of the two worlds.
const SAME: &str = "eigenvector-is-as-good-with-noise";

/// The claims that compare seeds.
const OF_SEEDS: usize = 7;

fn rectified(as_claimed: bool) -> Rectified {
    let pick = |right: f64, wrong: f64| if as_claimed { right } else { wrong };
    let fit = |method, right, wrong| Fit {
        method,
        corners: Some(pick(right, wrong)),
        eight: Some(pick(0.4, 5.3)),
    };
    let equations = |pairs: usize| Equations {
        pairs,
        null_space: if as_claimed {
            9_usize.saturating_sub(2 * pairs).max(1)
        } else {
            2
        },
        singular_values: vec![4.0, 3.0, 2.0, 1.5, 1.2, 1.0, 0.5, 0.2, 0.0],
    };
    let filled = Filled {
        covered: 1000,
        forward_holes: pick(300.0, 2.0) as u64,
        inverse_holes: pick(0.0, 3.0) as u64,
    };
    let restored = |sampling, right, wrong| Restored {
        sampling,
        difference: pick(right, wrong),
    };
    Rectified {
        fits: vec![
            fit(Method::Plain, 1e-8, 0.9),
            fit(Method::Normalized, 1e-12, 0.9),
            fit(Method::Eigenvector, 0.6, 0.9),
        ],
        equations: (1..=8).map(equations).collect(),
        condition: 5.5e6,
        inverse_deviation: pick(1e-15, 0.1),
        eight_by_corners: EIGHT.map(|pair| Some(pair.to)).to_vec(),
        eight_by_all: EIGHT.map(|pair| Some(pair.from)).to_vec(),
        frame: filled,
        label: filled,
        samplings: vec![
            restored(Sampling::Truncated, 4.0, 1.0),
            restored(Sampling::Nearest, 3.0, 2.0),
            restored(Sampling::Bilinear, 2.0, 3.0),
            restored(Sampling::Bicubic, 1.0, 4.0),
        ],
    }
}

fn far_points(config: &Config, as_claimed: bool) -> FarPoints {
    let errors = |method| {
        let last = match (method, as_claimed) {
            (Method::Eigenvector, true) => None,
            (Method::Normalized, false) => Some(2.0),
            _ => Some(0.0),
        };
        let mut errors = vec![Some(1e-9); config.distances.len()];
        *errors.last_mut().unwrap() = last;
        FarErrors { method, errors }
    };
    FarPoints {
        largest_errors: METHODS.map(errors).to_vec(),
    }
}

fn view(as_claimed: bool) -> View {
    View {
        name: "pair".to_owned(),
        known: Homography::IDENTITY,
        known_correlation: 0.9,
        unwarped_correlation: 0.1,
        matches: Matches {
            found: 30,
            right: 20,
            inliers: if as_claimed { 20 } else { 0 },
            estimated: as_claimed.then_some(Homography::IDENTITY),
            distance: as_claimed.then_some(0.5),
            correlation: as_claimed.then_some(0.9),
        },
    }
}

/// Errors that fall with the number of pairs, and by method, or that do neither.
fn noisy(config: &Config, method: Method, seed: u64, as_claimed: bool) -> Noisy {
    let sign = if as_claimed { 1.0 } else { -1.0 };
    let jitter = 0.001 * seed as f64;
    let of_method = match method {
        Method::Plain => 0.0,
        Method::Normalized => -0.1,
        Method::Eigenvector => 0.1,
    };
    let at = |place: usize| {
        Some(2.0 + sign * (of_method * (1.0 + jitter) - 0.1 * place as f64 * (1.0 + jitter)))
    };
    Noisy {
        by_noise: (0..config.noises.len()).map(at).collect(),
        by_pairs: (0..config.pair_counts.len()).map(at).collect(),
    }
}

fn with_outliers(config: &Config, arm: &str, seed: u64, as_claimed: bool) -> WithOutliers {
    let error = match (arm, as_claimed) {
        ("least-squares", true) => 100.0,
        ("least-squares", false) => 1.0,
        (_, true) => 0.7,
        (_, false) => 50.0,
    };
    WithOutliers {
        errors: vec![Some(error + 0.001 * seed as f64); config.outlier_shares.len()],
    }
}

fn outcome(config: &Config, arm: &str, seed: u64, as_claimed: bool) -> Outcome {
    let of_method = |method| Outcome::Noisy(noisy(config, method, seed, as_claimed));
    match arm {
        "rectification" => Outcome::Rectified(Box::new(rectified(as_claimed))),
        "far-points" => Outcome::FarPoints(far_points(config, as_claimed)),
        "pictures" => Outcome::Registered(Registered {
            views: vec![view(as_claimed)],
        }),
        "plain" => of_method(Method::Plain),
        "normalized" => of_method(Method::Normalized),
        "eigenvector" => of_method(Method::Eigenvector),
        _ => Outcome::WithOutliers(with_outliers(config, arm, seed, as_claimed)),
    }
}

fn arrays(arm: &str, as_claimed: bool) -> Arrays {
    let mut arrays = Arrays::default();
    let mut picture = |name: &str, height, width| {
        arrays.insert(name, ArrayD::from_elem(IxDyn(&[height, width, 3]), 90.0));
    };
    if arm == "rectification" {
        picture("photo", 560, 640);
        picture("pushed-frame", 40, 50);
        picture("filled-frame", 40, 50);
        let label = ["pushed-label", "filled-label", "above"];
        let read = ["truncated", "nearest", "bilinear", "bicubic"];
        for name in label.iter().chain(&read) {
            picture(name, 376, 167);
        }
    }
    if arm == "pictures" {
        for what in ["first", "second", "known", "known-difference"] {
            picture(&format!("pair-{what}"), 30, 40);
        }
        if as_claimed {
            picture("pair-estimated", 30, 40);
            picture("pair-estimated-difference", 30, 40);
        }
    }
    arrays
}

fn world(as_claimed: bool, seeds: u64) -> Outcomes<HomographyPost> {
    let config = Config::preset(Preset::Smoke);
    let mut cells = Vec::new();
    for arm in HomographyPost::arms(&config) {
        for seed in arm.seeds(seeds) {
            cells.push(Finished {
                times: Default::default(),
                outcome: outcome(&config, &arm.name, seed, as_claimed),
                arrays: arrays(&arm.name, as_claimed),
                arm: arm.name.clone(),
                seed,
            });
        }
    }
    let run = RunTable {
        experiment: "homography".to_owned(),
        preset: Preset::Smoke,
        seeds,
        device: DeviceName::Cpu,
        threads: 1,
        inputs: Vec::new(),
    };
    Outcomes::new(config, run, cells)
}

fn verdict(claims: &[Claim], id: &str) -> Verdict {
    let claim = claims.iter().find(|claim| claim.id == id);
    claim.unwrap_or_else(|| panic!("no claim {id}")).verdict
}

#[test]
fn claims_follow_the_numbers() {
    let right = HomographyPost::claims(&world(true, 4));
    let wrong = HomographyPost::claims(&world(false, 4));
    assert_eq!(right.len(), TURNING.len() + 1);
    for id in TURNING {
        assert_eq!(verdict(&right, id), Verdict::Reproduced, "{id}");
        assert_eq!(verdict(&wrong, id), Verdict::Contradicted, "{id}");
    }
}

#[test]
fn ways_that_agree_are_as_good_and_not_worse() {
    let world = world(true, 4);
    assert_eq!(
        verdict(&HomographyPost::claims(&world), SAME),
        Verdict::Contradicted
    );
    let agreeing = |arm: &str, seed: u64| {
        let of = if arm == "eigenvector" { "plain" } else { arm };
        let mut cell = world.get(of, seed).unwrap().clone();
        arm.clone_into(&mut cell.arm);
        cell
    };
    let arms = HomographyPost::arms(world.config());
    let cells = arms
        .iter()
        .flat_map(|arm| arm.seeds(4).map(|seed| agreeing(&arm.name, seed)));
    let cells = cells.collect();
    let claims = HomographyPost::claims(&Outcomes::new(
        world.config().clone(),
        world.run().clone(),
        cells,
    ));
    assert_eq!(verdict(&claims, SAME), Verdict::Reproduced);
    let worse = verdict(&claims, "eigenvector-is-worse-with-noise");
    assert_eq!(worse, Verdict::Undecided);
}

#[test]
fn one_seed_decides_nothing_that_has_chance_in_it() {
    let claims = HomographyPost::claims(&world(true, 1));
    let undecided = claims
        .iter()
        .filter(|claim| claim.verdict == Verdict::Undecided);
    assert_eq!(undecided.count(), OF_SEEDS);
}

#[test]
fn without_any_outcome_no_claim_is_reproduced() {
    let config = Config::preset(Preset::Smoke);
    let run = world(true, 1).run().clone();
    let claims = HomographyPost::claims(&Outcomes::new(config, run, Vec::new()));
    assert_eq!(claims.len(), TURNING.len() + 1);
    for claim in claims {
        assert_ne!(claim.verdict, Verdict::Reproduced, "{}", claim.id);
    }
}

#[test]
fn figures_are_drawn_from_outcomes_alone() {
    for (as_claimed, seeds) in [(true, 2), (false, 1)] {
        let drawings = HomographyPost::figures(&world(as_claimed, seeds)).unwrap();
        assert_eq!(drawings.len(), 11);
        let mut has_cover = false;
        for drawing in drawings {
            let Drawing::Figure(figure) = drawing else {
                panic!("all are figures");
            };
            has_cover |= figure.name == HomographyPost::COVER;
            assert!(!figure.caption.is_empty(), "{}", figure.name);
            assert!(figure.svg().unwrap().starts_with("<svg"), "{}", figure.name);
        }
        assert!(has_cover);
    }
}

#[test]
fn what_the_post_says_stands_beside_what_was_found() {
    let measured = |as_claimed| -> Vec<String> {
        let rows = HomographyPost::reported(&world(as_claimed, 1)).into_iter();
        rows.map(|row| row.measured).collect()
    };
    let holes = ["300 of 1000", "0 of 1000"];
    assert_eq!(measured(true), [&["8", "4", "0"], &holes[..]].concat());
    // There A keeps two directions open, however many pairs there are.
    let holes = ["2 of 1000", "3 of 1000"];
    assert_eq!(measured(false), [&["7", "0"], &holes[..]].concat());
}

#[test]
fn a_missing_picture_is_an_error_that_names_it() {
    let config = Config::preset(Preset::Smoke);
    let run = world(true, 1).run().clone();
    let cell = Finished {
        times: Default::default(),
        outcome: outcome(&config, "rectification", 0, true),
        arrays: Arrays::default(),
        arm: "rectification".to_owned(),
        seed: 0,
    };
    let error = HomographyPost::figures(&Outcomes::new(config, run, vec![cell])).unwrap_err();
    assert!(error.to_string().contains("photo"), "{error}");
}
