//! Figures and claims of small outcomes made by hand, in a world that is as the claims say and in
//! one that is not.

use homography::dlt::Method;
use homography::far_points::{FarPoints, LargestErrors, Moved};
use homography::noise::{Noise, Noisy};
use homography::notebook::EIGHT;
use homography::outliers::{Estimator, Outliers, WithOutliers};
use homography::rectification::{Filled, Rectification, Rectified, Restored};
use homography::registration::{Matches, Registered, Registration, View};
use homography::solution::{Equations, Fit};
use homography::warp::Sampling;
use homography::{Config, Homography, HomographyPost};
use ndarray::{ArrayD, IxDyn};
use retrace_lab::{
    Arrays, Claim, Config as _, Experiment, Finished, Preset, Results, RunTable, Single, Verdict,
};
use retrace_test_support::{claims, draw};

/// Holds where no way is better than another, which is neither of the two worlds.
const SAME: &str = "eigenvector-is-as-good-with-noise";

/// The claims that compare seeds.
const OF_SEEDS: usize = 7;

/// Whether the claims are true in a world.
#[derive(Clone, Copy)]
struct World {
    as_claimed: bool,
}

impl World {
    fn pick<T>(self, right: T, wrong: T) -> T {
        if self.as_claimed { right } else { wrong }
    }

    fn rectified(self) -> Rectified {
        let fit = |method, right, wrong| Fit {
            method,
            corners: Some(self.pick(right, wrong)),
            eight: Some(self.pick(0.4, 5.3)),
        };
        let equations = |pairs: usize| Equations {
            pairs,
            null_space: self.pick(9_usize.saturating_sub(2 * pairs).max(1), 2),
            singular_values: vec![4.0, 3.0, 2.0, 1.5, 1.2, 1.0, 0.5, 0.2, 0.0],
        };
        let filled = Filled {
            covered: 1000,
            forward_holes: self.pick(300, 2),
            inverse_holes: self.pick(0, 3),
        };
        let restored = |(sampling, right, wrong)| Restored {
            sampling,
            difference: self.pick(right, wrong),
        };
        Rectified {
            fits: vec![
                fit(Method::Plain, 1e-8, 0.9),
                fit(Method::Normalized, 1e-12, 0.9),
                fit(Method::Eigenvector, 0.6, 0.9),
            ],
            equations: (1..=8).map(equations).collect(),
            condition: 5.5e6,
            inverse_deviation: self.pick(1e-15, 0.1),
            eight_by_corners: EIGHT.map(|pair| Some(pair.to)).to_vec(),
            eight_by_all: EIGHT.map(|pair| Some(pair.from)).to_vec(),
            frame: filled,
            label: filled,
            samplings: [
                (Sampling::Truncated, 4.0, 1.0),
                (Sampling::Nearest, 3.0, 2.0),
                (Sampling::Bilinear, 2.0, 3.0),
                (Sampling::Bicubic, 1.0, 4.0),
            ]
            .map(restored)
            .to_vec(),
        }
    }

    fn far_points(self, config: &Config) -> Moved {
        let errors = |method| {
            let last = match method {
                Method::Plain => Some(0.0),
                Method::Normalized => self.pick(Some(0.0), Some(2.0)),
                Method::Eigenvector => self.pick(None, Some(0.0)),
            };
            let mut errors = vec![Some(1e-9); config.distances.len()];
            *errors.last_mut().unwrap() = last;
            LargestErrors { method, errors }
        };
        Moved {
            largest_errors: Method::ALL.map(errors).to_vec(),
        }
    }

    fn registered(self) -> Registered {
        let view = View {
            name: "pair".to_owned(),
            known: Homography::IDENTITY,
            known_correlation: 0.9,
            unwarped_correlation: 0.1,
            matches: Matches {
                found: 30,
                right: 20,
                inliers: self.pick(20, 0),
                estimated: self.as_claimed.then_some(Homography::IDENTITY),
                distance: self.as_claimed.then_some(0.5),
                correlation: self.as_claimed.then_some(0.9),
            },
        };
        Registered { views: vec![view] }
    }

    /// Errors that fall with the number of pairs, and by method, or that do neither.
    fn noisy(self, config: &Config, method: Method, seed: u64) -> Noisy {
        let growth = self.pick(1.0, -1.0) * (1.0 + 0.001 * seed as f64);
        let of_method = match method {
            Method::Plain => 0.0,
            Method::Normalized => -0.1,
            Method::Eigenvector => 0.1,
        };
        let at = |place: usize| Some(2.0 + growth * (of_method - 0.1 * place as f64));
        Noisy {
            by_noise: (0..config.noises.len()).map(at).collect(),
            by_pairs: (0..config.pair_counts.len()).map(at).collect(),
        }
    }

    fn with_outliers(self, config: &Config, estimator: Estimator, seed: u64) -> WithOutliers {
        let error = match estimator {
            Estimator::LeastSquares => self.pick(100.0, 1.0),
            Estimator::Ransac => self.pick(0.7, 50.0),
        };
        WithOutliers {
            errors: vec![Some(error + 0.001 * seed as f64); config.outlier_shares.len()],
        }
    }

    fn results(self, seeds: u64) -> Results<HomographyPost> {
        self.results_with(seeds, |method| method)
    }

    /// The world in which each method has the errors of another under noise.
    fn results_with(self, seeds: u64, like: fn(Method) -> Method) -> Results<HomographyPost> {
        let config = Config::preset(Preset::Smoke);
        let mut noisy = Vec::new();
        let mut with_outliers = Vec::new();
        for seed in 0..seeds {
            noisy.extend(Method::ALL.map(|method| {
                let outcome = self.noisy(&config, like(method), seed);
                Finished::new(method, seed, outcome)
            }));
            let estimators = [Estimator::LeastSquares, Estimator::Ransac];
            with_outliers.extend(estimators.map(|estimator| {
                let outcome = self.with_outliers(&config, estimator, seed);
                Finished::new(estimator, seed, outcome)
            }));
        }
        let far = single("far-points", self.far_points(&config), Arrays::default());
        let rectified = single("rectification", self.rectified(), label_pictures());
        let registered = single("pictures", self.registered(), self.pair_pictures());
        none(seeds)
            .with::<Rectification>(rectified)
            .with::<FarPoints>(far)
            .with::<Noise>(noisy)
            .with::<Outliers>(with_outliers)
            .with::<Registration>(registered)
    }

    fn pair_pictures(self) -> Arrays {
        let names = [
            "first",
            "second",
            "known",
            "known-difference",
            "estimated",
            "estimated-difference",
        ];
        let names = &names[..self.pick(6, 4)];
        pictures(names.iter().map(|name| (format!("pair-{name}"), 30, 40)))
    }
}

fn none(seeds: u64) -> Results<HomographyPost> {
    let run = RunTable::new("homography", Preset::Smoke, seeds);
    Results::new(Config::preset(Preset::Smoke), run)
}

fn single<O>(name: &'static str, outcome: O, arrays: Arrays) -> Vec<Finished<Single, O>> {
    let mut cell = Finished::new(Single::deterministic(name, ""), 0, outcome);
    cell.arrays = arrays;
    vec![cell]
}

/// Grey pictures by name, height and width.
fn pictures(all: impl Iterator<Item = (String, usize, usize)>) -> Arrays {
    let mut arrays = Arrays::default();
    for (name, height, width) in all {
        arrays.insert(&name, ArrayD::from_elem(IxDyn(&[height, width, 3]), 90.0));
    }
    arrays
}

fn label_pictures() -> Arrays {
    let label = "pushed-label filled-label above truncated nearest bilinear bicubic";
    let label = label.split(' ').map(|name| (name.to_owned(), 376, 167));
    let whole = ["pushed-frame", "filled-frame"].map(|name| (name.to_owned(), 40, 50));
    let photo = ("photo".to_owned(), 560, 640);
    pictures(label.chain(whole).chain([photo]))
}

fn verdict(claims: &[Claim], id: &str) -> Verdict {
    let claim = claims.iter().find(|claim| claim.id == id);
    claim.unwrap_or_else(|| panic!("no claim {id}")).verdict
}

const RIGHT: World = World { as_claimed: true };
const WRONG: World = World { as_claimed: false };

#[test]
fn claims_follow_the_numbers() {
    let (right, wrong) = (claims(&RIGHT.results(4)), claims(&WRONG.results(4)));
    for claim in right.iter().filter(|claim| claim.id != SAME) {
        assert_eq!(claim.verdict, Verdict::Reproduced, "{}", claim.id);
        let wrong = verdict(&wrong, &claim.id);
        assert_eq!(wrong, Verdict::Contradicted, "{}", claim.id);
    }
    assert_eq!(verdict(&right, SAME), Verdict::Contradicted);
}

#[test]
fn ways_that_agree_are_as_good_and_not_worse() {
    let claims = claims(&RIGHT.results_with(4, |method| match method {
        Method::Eigenvector => Method::Plain,
        method => method,
    }));
    assert_eq!(verdict(&claims, SAME), Verdict::Reproduced);
    let worse = verdict(&claims, "eigenvector-is-worse-with-noise");
    assert_eq!(worse, Verdict::Undecided);
}

#[test]
fn one_seed_decides_nothing_that_has_chance_in_it() {
    let claims = claims(&RIGHT.results(1)).into_iter();
    let undecided = claims.filter(|claim| claim.verdict == Verdict::Undecided);
    assert_eq!(undecided.count(), OF_SEEDS);
}

#[test]
fn without_any_outcome_no_claim_is_reproduced() {
    for claim in claims(&none(1)) {
        assert_ne!(claim.verdict, Verdict::Reproduced, "{}", claim.id);
    }
}

#[test]
fn figures_are_drawn_from_outcomes_alone() {
    draw(&RIGHT.results(2));
    draw(&WRONG.results(1));
    let without = none(1).with::<Rectification>(single(
        "rectification",
        RIGHT.rectified(),
        Arrays::default(),
    ));
    let missing = HomographyPost::studies().figures(&without).unwrap_err();
    assert!(missing.to_string().contains("photo"), "{missing}");
}

#[test]
fn what_the_post_says_stands_beside_what_was_found() {
    let measured = |world: World| -> Vec<String> {
        let rows = HomographyPost::reported(&world.results(1)).into_iter();
        rows.map(|row| row.measured).collect()
    };
    assert_eq!(measured(RIGHT), ["8", "4", "0", "300 of 1000", "0 of 1000"]);
    // There A keeps two directions open, however many pairs there are.
    assert_eq!(measured(WRONG), ["7", "0", "2 of 1000", "3 of 1000"]);
}
