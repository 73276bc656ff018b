//! A homography from pairs of which some are wrong: random sample consensus (Fischler & Bolles,
//! Random sample consensus, CACM 1981; Hartley & Zisserman, algorithm 4.6).
//!
//! Least squares believes every pair, and one wrong pair bends the result. RANSAC takes four
//! pairs at random, computes their homography, looks how well all pairs agree with it, and
//! repeats. Three things make it find what four noisy pairs miss:
//!
//! - a pair counts the more the better it agrees (MSAC; Torr & Zisserman, MLESAC, CVIU 2000), and
//!   a pair that stands there often, or a cluster that says the same, counts once;
//! - each sample that promises something is polished by robust least squares (LO-RANSAC; Chum,
//!   Matas & Kittler, Locally optimized RANSAC, DAGM 2003), and so is the answer;
//! - most samples are given up after a glance, so that a million of them take a second or two.

use std::f64::consts::SQRT_2;

mod chance;
mod polish;
mod scene;

use rand::RngExt;
use retrace_lab::random::stream;
use serde::{Deserialize, Serialize};

use crate::dlt::{self, DltError, FEWEST_PAIRS};
use crate::homography::{Homography, Pair, Point};
use polish::{Equations, polished, settled};
use scene::{Bail, Fit, Sample, Scene};

/// The largest error of a pair that agrees with a homography, in the unit of each picture.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Threshold {
    /// Of the backward error, in the unit of the source points.
    pub from: f64,
    /// Of the forward error, in the unit of the target points.
    pub to: f64,
}

/// The usual threshold, in pixels, as OpenCV's `ransacReprojThreshold`.
const USUAL: f64 = 3.0;
/// Points that span less than this are no pixels of a picture ...
const PICTURE: f64 = 60.0;
/// ... and agree within this share of what they span.
const OF_SPAN: f64 = 0.01;

impl Threshold {
    /// The same in both pictures.
    pub const fn both(threshold: f64) -> Self {
        Self {
            from: threshold,
            to: threshold,
        }
    }

    /// 3 where the points span 60 or more in x or in y, as those of pictures do in pixels, else a
    /// hundredth of what they span: in points of size 1, or in degrees, all would agree within 3.
    pub fn of_points(pairs: &[Pair]) -> Self {
        let of = |point: fn(&Pair) -> Point| {
            let points: Vec<Point> = pairs.iter().map(point).collect();
            let span = dlt::extent(&points);
            let is_picture = span >= PICTURE;
            if is_picture { USUAL } else { OF_SPAN * span }
        };
        Self {
            from: of(|pair| pair.from),
            to: of(|pair| pair.to),
        }
    }

    /// The Sampson error of a pair, in the unit of the target points: how far its points would have
    /// to be moved, to first order, for the homography to map one to the other, as the root of the
    /// sum of both squares; moves in the source picture count times to / from. A pair agrees when
    /// it is at most [`Self::to`]. Beyond the horizon it is infinite.
    ///
    /// Unlike the forward error, which OpenCV's `findHomography` bounds, and the symmetric transfer
    /// error it takes errors of the points for what they are, however much the map enlarges
    /// or shrinks.
    pub fn error(self, homography: &Homography, pair: &Pair) -> f64 {
        let deviation = Equations::new(homography.matrix(), pair, self).deviation();
        self.to * deviation.sqrt()
    }
}

/// Settings of [`ransac`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Ransac {
    /// Which pairs agree with a homography.
    pub threshold: Threshold,
    /// The wanted chance, 0 to 1, that at least one sample was free of wrong pairs; with it the
    /// number of trials follows from the share of inliers. 0.995 as in OpenCV.
    pub confidence: f64,
    /// Trials after which the search ends at the latest.
    pub most_trials: u64,
    /// Names the stream of random samples.
    pub seed: u64,
}

impl Default for Ransac {
    fn default() -> Self {
        Self {
            threshold: Threshold::both(USUAL),
            confidence: 0.995,
            most_trials: 5_000_000,
            seed: 0,
        }
    }
}

impl Ransac {
    fn check(&self) -> Result<(), RansacError> {
        for found in [self.threshold.from, self.threshold.to] {
            if !(found > 0.0 && found.is_finite()) {
                return Err(RansacError::Threshold { found });
            }
        }
        let found = self.confidence;
        if !(found > 0.0 && found < 1.0) {
            return Err(RansacError::Confidence { found });
        }
        if self.most_trials == 0 {
            return Err(RansacError::Trials);
        }
        Ok(())
    }
}

/// What RANSAC found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Consensus {
    /// The robust least squares of the pairs that agree.
    pub homography: Homography,
    /// Whether each pair, in the order given, is an inlier of [`Self::homography`].
    pub inliers: Vec<bool>,
    /// Different places among the inliers: repeats of a pair, and clusters of pairs that say the
    /// same, count once.
    pub witnesses: usize,
    /// The expected number of homographies that as many witnesses would agree with if all pairs
    /// were wrong, at most.
    pub by_chance: f64,
    /// Samples drawn.
    pub trials: u64,
    /// Samples among them that determine no homography.
    pub degenerate: u64,
    /// Samples that the wanted confidence asks for, when the largest consensus is the one that was
    /// found. More than [`Self::trials`] when the cap ended the search.
    pub needed: f64,
}

impl Consensus {
    /// Number of inliers.
    pub fn inlier_count(&self) -> usize {
        self.inliers.iter().filter(|inlier| **inlier).count()
    }

    /// Whether the consensus is little more than wrong pairs give by chance.
    pub fn is_weak(&self) -> bool {
        self.by_chance > WEAK
    }

    /// Whether the cap ended the search before the wanted confidence was reached.
    pub fn is_capped(&self) -> bool {
        self.needed > (self.trials - self.degenerate) as f64
    }
}

/// A consensus counts when chance gives fewer than this many at most ...
const BY_CHANCE: f64 = 1.0;
/// ... and is weak when it gives more than this.
const WEAK: f64 = 1e-6;

/// Why there is no consensus.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RansacError {
    /// Fewer than five different pairs: there is nothing to agree about.
    #[error(
        "a consensus needs at least {} different pairs, found {found}: any {FEWEST_PAIRS} pairs \
         agree with their own homography", FEWEST_PAIRS + 1
    )]
    TooFew {
        /// Number of different pairs.
        found: usize,
    },
    /// The threshold is not a positive number.
    #[error("the threshold must be a positive number in the unit of the points, found {found}")]
    Threshold {
        /// What was given.
        found: f64,
    },
    /// The confidence is not between 0 and 1.
    #[error("the confidence must lie between 0 and 1, found {found}")]
    Confidence {
        /// What was given.
        found: f64,
    },
    /// No trial is allowed.
    #[error("the number of trials must be at least 1")]
    Trials,
    /// A pair cannot be used, or all of them together determine nothing.
    #[error("the pairs determine no homography")]
    Pairs(#[from] DltError),
    /// Chance alone could make as many agree as there are.
    #[error(
        "no consensus is possible: within a threshold of {threshold} even {witnesses} pairs that \
         all agree could do so by chance; give a smaller threshold in the unit of the points, or \
         more pairs"
    )]
    Hopeless {
        /// Different places among the pairs.
        witnesses: usize,
        /// The threshold in the target picture.
        threshold: f64,
    },
    /// Too few pairs agree.
    #[error(
        "no consensus after {trials} trials: at most {most} of {pairs} different pairs agree within \
         {threshold}, which wrong pairs reach by chance; {advice}"
    )]
    None {
        /// Samples drawn.
        trials: u64,
        /// Inliers of the best homography.
        most: usize,
        /// Number of different pairs.
        pairs: usize,
        /// The threshold in the target picture.
        threshold: f64,
        /// What to try.
        advice: String,
    },
}

/// Finds the homography that most `pairs` agree with.
///
/// The same pairs and settings give the same result. The order of the pairs means nothing, nor how
/// often one of them stands there.
///
/// # Errors
/// [`RansacError`] when the settings or the pairs cannot be used, or when the best homography has
/// no more inliers than chance gives to wrong pairs.
pub fn ransac(pairs: &[Pair], settings: &Ransac) -> Result<Consensus, RansacError> {
    settings.check()?;
    if pairs.len() <= FEWEST_PAIRS {
        return Err(RansacError::TooFew { found: pairs.len() });
    }
    dlt::check_pairs(pairs)?;
    let mut random = stream(settings.seed, "homography/ransac", 0);
    let scene = Scene::new(pairs, settings.threshold, &mut random);
    if scene.pairs.len() <= FEWEST_PAIRS {
        let found = scene.pairs.len();
        return Err(RansacError::TooFew { found });
    }
    let goal = Goal::new(&scene, settings)?;
    let search = Search::run(&scene, settings, &goal, &mut random);
    let none = || search.none(&scene, settings, &goal);
    let best = search.best.as_ref().ok_or_else(none)?;
    let witnesses = scene.agreeing_witnesses(&best.matrix);
    let chance = goal
        .chance
        .max(scene.share_by_chance(&best.matrix) * goal.crowd);
    let by_chance = chance::ln_expected(scene.witnesses, witnesses, chance).exp();
    if by_chance.is_nan() || by_chance >= BY_CHANCE {
        return Err(none());
    }
    let homography = scene.in_given_coordinates(&best.matrix);
    let homography = homography.and_then(|homography| homography.without_noise(pairs));
    let homography = homography.map_err(DltError::from)?;
    let threshold = settings.threshold;
    let agrees = |pair: &Pair| threshold.error(&homography, pair) <= threshold.to;
    Ok(Consensus {
        homography,
        inliers: pairs.iter().map(agrees).collect(),
        witnesses,
        by_chance,
        trials: search.trials,
        degenerate: search.degenerate,
        needed: search.needed,
    })
}

/// What is worth to be looked for.
struct Goal {
    /// The chance that a wrong witness agrees with a homography.
    chance: f64,
    /// Pairs per witness.
    crowd: f64,
    /// The fewest witnesses that are no chance.
    fewest: usize,
}

impl Goal {
    fn new(scene: &Scene, settings: &Ransac) -> Result<Self, RansacError> {
        let targets: Vec<Point> = scene.pairs.iter().map(|pair| pair.to).collect();
        let witnesses = scene.witnesses;
        let crowd = scene.pairs.len() as f64 / witnesses as f64;
        let chance = crowd * chance::of_a_disc(&targets, SQRT_2 * scene.threshold.to);
        let fewest = chance::fewest(witnesses, chance, BY_CHANCE.ln());
        let fewest = fewest.ok_or(RansacError::Hopeless {
            witnesses,
            threshold: settings.threshold.to,
        })?;
        Ok(Self {
            chance,
            crowd,
            fewest,
        })
    }
}

/// A homography that moved to its best place keeps at least this share of its score.
const SAME_PLACE: f64 = 0.8;

/// What was drawn and found so far.
struct Search {
    best: Option<Fit>,
    trials: u64,
    degenerate: u64,
    /// Samples that determine something after which the search ends.
    needed: f64,
}

impl Search {
    fn run(scene: &Scene, settings: &Ransac, goal: &Goal, random: &mut impl RngExt) -> Self {
        let count = scene.pairs.len() as f64;
        let share = |inliers: usize| inliers.max(goal.fewest) as f64 / count;
        let mut search = Self {
            best: None,
            trials: 0,
            degenerate: 0,
            needed: trials_needed(share(0), settings.confidence),
        };
        // A smaller share would hardly be found within the cap.
        let findable = -(1.0 - settings.confidence).ln() / settings.most_trials as f64;
        let findable = findable.powf(0.25).min(1.0);
        let by_chance = goal.chance / goal.crowd;
        let bail_of = |inliers| Bail::new(findable.max(share(inliers)), by_chance);
        let mut bail = bail_of(0);
        // Of the best sample as it is: what it becomes is no measure for others.
        let mut best_sample = 0.0;
        while search.goes_on(settings) {
            search.trials += 1;
            let matrix = match scene.draw(random) {
                Sample::Map(matrix) => matrix,
                Sample::Crossed => continue,
                Sample::Degenerate => {
                    search.degenerate += 1;
                    continue;
                }
            };
            let Some(raw) = scene.fit_if_better(matrix, &bail) else {
                continue;
            };
            if raw.score <= best_sample {
                continue;
            }
            best_sample = raw.score;
            let polished = polished(&raw.matrix, scene).map(|matrix| scene.fit(matrix));
            for fit in [Some(raw), polished].into_iter().flatten() {
                if search.best.is_none_or(|best| fit.score > best.score) {
                    search.best = Some(fit);
                    search.needed = trials_needed(share(fit.inliers), settings.confidence);
                    bail = bail_of(fit.inliers);
                }
            }
        }
        search.settle(scene);
        search
    }

    fn goes_on(&self, settings: &Ransac) -> bool {
        let useful = (self.trials - self.degenerate) as f64;
        self.trials < settings.most_trials && useful < self.needed
    }

    /// The best one polished to the end.
    fn settle(&mut self, scene: &Scene) {
        let Some(best) = self.best else {
            return;
        };
        let settled = settled(&best.matrix, scene).map(|matrix| scene.fit(matrix));
        // Its net is wider than the threshold, so that its score may be a little lower; far lower
        // is another place.
        self.best = settled
            .filter(|settled| settled.score >= SAME_PLACE * best.score)
            .or(self.best);
    }

    fn none(&self, scene: &Scene, settings: &Ransac, goal: &Goal) -> RansacError {
        let advice = if self.trials >= settings.most_trials {
            format!(
                "{} right ones would be found after {:.1e} trials: allow more trials, or leave out \
                 doubtful pairs",
                goal.fewest, self.needed
            )
        } else {
            "check the pairs, or try a smaller or a larger threshold".to_owned()
        };
        RansacError::None {
            trials: self.trials,
            most: self.best.map_or(0, |best| best.inliers),
            pairs: scene.pairs.len(),
            threshold: settings.threshold.to,
            advice,
        }
    }
}

/// The number of samples after which, with a chance of `confidence`, one of them held inliers
/// only, when a share of `inliers` of the pairs are such (Hartley & Zisserman, equation 4.18):
///
/// ```text
/// log(1 - confidence) / log(1 - inliers^4)
/// ```
pub fn trials_needed(inliers: f64, confidence: f64) -> f64 {
    let good_sample = inliers.powi(FEWEST_PAIRS as i32);
    if good_sample >= 1.0 {
        return 1.0;
    }
    ((1.0 - confidence).ln() / (-good_sample).ln_1p()).ceil()
}
