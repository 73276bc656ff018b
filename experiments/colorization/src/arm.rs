//! What is compared: the post's method as its text has it, as its code has it, and one thing
//! changed at a time.

mod setups;

use retrace_figure::Colour;
use retrace_lab::Arm;

use crate::bins::targets::Kind;
use crate::config::ColorizationConfig;

pub use setups::{
    AS_DESCRIBED, AS_WRITTEN, BEFORE_RELU, EUCLIDEAN, FORESTS, FORESTS_AS_WRITTEN, NEAREST_FIVE,
    RAW_COUNTS, SAME_PATCHES, UNWEIGHTED,
};

/// The arm that counts colours and trains nothing.
pub const COLOURS: &str = "colours";

/// Which photographs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// All categories.
    All,
    /// Forests only, as the author at first.
    Forests,
}

/// How much a pixel counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weighting {
    /// By the class weights of the shares of pixels.
    Shares,
    /// By those of the numbers of pixels, as the author's code.
    Counts,
    /// All alike.
    None,
}

/// What the network answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// A distribution over bins, learnt by cross-entropy.
    Bins,
    /// a and b, learnt by their squared distance.
    Plane,
}

/// A training of the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setup {
    /// Name of its arm.
    pub name: &'static str,
    /// Name in figures.
    pub label: &'static str,
    /// The photographs.
    pub which: Which,
    /// Whether all steps of an epoch see the same patches.
    pub same_patches: bool,
    /// Whether layer 8 reads what layer 7 gives before its ReLU.
    pub before_relu: bool,
    /// How much a pixel counts.
    pub weighting: Weighting,
    /// Whether the target is that of Zhang et al. in place of the author's.
    pub nearest: bool,
    /// Bins, or a and b.
    pub answer: Answer,
    /// Whether the colour is the plain mean, as in the author's code.
    pub plain_mean: bool,
}

impl Setup {
    /// All trainings, in the order of figures.
    pub const ALL: [Self; 10] = [
        AS_DESCRIBED,
        AS_WRITTEN,
        SAME_PATCHES,
        RAW_COUNTS,
        BEFORE_RELU,
        UNWEIGHTED,
        EUCLIDEAN,
        NEAREST_FIVE,
        FORESTS,
        FORESTS_AS_WRITTEN,
    ];

    /// The training of the arm with this name.
    pub fn of(arm: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|setup| setup.name == arm)
    }

    /// What a pixel's target is.
    pub fn target(&self, config: &ColorizationConfig) -> Kind {
        if self.nearest {
            Kind::Nearest(config.nearest_sigma)
        } else {
            Kind::Gaussian(config.sigma)
        }
    }

    /// The temperature of its colours.
    pub fn temperature(&self, config: &ColorizationConfig) -> f64 {
        if self.plain_mean {
            1.0
        } else {
            config.temperature
        }
    }

    /// Its colour in every figure; relatives have the same hue.
    pub fn colour(&self) -> Colour {
        let dark = |colour: Colour| colour.mix(Colour::BLACK, 0.4);
        let pale = |colour: Colour| colour.mix(Colour::WHITE, 0.35);
        match self.name {
            "as-described" => Colour::series(0),
            "as-written" => Colour::series(1),
            "same-patches" => pale(Colour::series(1)),
            "raw-counts" => dark(Colour::series(1)),
            "before-relu" => Colour::series(5),
            "unweighted" => Colour::series(2),
            "euclidean" => Colour::GREY,
            "nearest-five" => Colour::series(3),
            "forests" => dark(Colour::series(2)),
            _ => Colour::series(4),
        }
    }
}

/// The count of colours, then all trainings.
pub fn all() -> Vec<Arm> {
    let count = Arm::deterministic(COLOURS, "colours of the data");
    let trainings = Setup::ALL.map(|setup| Arm::new(setup.name, setup.label));
    std::iter::once(count).chain(trainings).collect()
}
