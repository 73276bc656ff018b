//! What is compared: the post's method as its text has it, as its code has it, and one thing
//! changed at a time.

use retrace_figure::{Colour, Dash};
use retrace_lab::Arm;

use crate::bins::TargetKind;
use crate::config::ColorizationConfig;
use crate::data::{FOREST, Photo};

/// A variant of the post's method, trained once per seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// The post's text, with the paper's annealed mean.
    AsDescribed,
    /// The author's code.
    AsWritten,
    /// One difference of the code alone: an epoch's steps see the same patches.
    SamePatches,
    /// Another one: counts in the class weights.
    RawCounts,
    /// The third: layer 8 reads before the ReLU.
    BeforeRelu,
    /// Without rebalancing.
    Unweighted,
    /// The loss that the paper argues against.
    Euclidean,
    /// The paper's targets.
    NearestFive,
    /// Forests only.
    Forests,
    /// The author's first runs.
    ForestsAsWritten,
}

/// How a variant trains and colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Method {
    /// The photographs.
    pub photographs: Photographs,
    /// Whether all steps of an epoch see the same patches.
    pub same_patches: bool,
    /// Whether layer 8 reads what layer 7 gives before its ReLU.
    pub before_relu: bool,
    /// How much a pixel counts.
    pub weighting: Weighting,
    /// Whether the target is that of Zhang et al. in place of the author's.
    pub nearest: bool,
    /// Bins, or a and b.
    pub output: Output,
    /// Whether the colour is the plain mean, as in the author's code.
    pub plain_mean: bool,
}

/// Which photographs a variant sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Photographs {
    /// All categories.
    All,
    /// Forests only, as the author at first.
    Forests,
}

/// How much a pixel counts in the loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weighting {
    /// By the class weights of the shares of pixels.
    Shares,
    /// By those of the numbers of pixels, as the author's code.
    Counts,
    /// All alike.
    None,
}

/// What the network gives for a pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// A distribution over bins, learnt by cross-entropy.
    Bins,
    /// a and b, learnt by their squared distance.
    Plane,
}

/// The post's text.
const DESCRIBED: Method = Method {
    photographs: Photographs::All,
    same_patches: false,
    before_relu: false,
    weighting: Weighting::Shares,
    nearest: false,
    output: Output::Bins,
    plain_mean: false,
};

/// The author's code, as a difference from his text.
const WRITTEN: Method = Method {
    same_patches: true,
    before_relu: true,
    weighting: Weighting::Counts,
    plain_mean: true,
    ..DESCRIBED
};

impl Variant {
    /// All variants, in the order of figures.
    pub const ALL: [Self; 10] = [
        Self::AsDescribed,
        Self::AsWritten,
        Self::SamePatches,
        Self::RawCounts,
        Self::BeforeRelu,
        Self::Unweighted,
        Self::Euclidean,
        Self::NearestFive,
        Self::Forests,
        Self::ForestsAsWritten,
    ];

    /// Name and label.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::AsDescribed => ("as-described", "as described"),
            Self::AsWritten => ("as-written", "as written"),
            Self::SamePatches => ("same-patches", "same patches"),
            Self::RawCounts => ("raw-counts", "raw counts"),
            Self::BeforeRelu => ("before-relu", "before the ReLU"),
            Self::Unweighted => ("unweighted", "not rebalanced"),
            Self::Euclidean => ("euclidean", "Euclidean loss"),
            Self::NearestFive => ("nearest-five", "five nearest bins"),
            Self::Forests => ("forests", "forests, as described"),
            Self::ForestsAsWritten => ("forests-as-written", "forests, as written"),
        }
    }

    /// How it trains and colours: a difference from the text or from the code.
    #[rustfmt::skip] // one line per variant
    pub fn method(self) -> Method {
        match self {
            Self::AsDescribed => DESCRIBED,
            Self::AsWritten => WRITTEN,
            Self::SamePatches => Method { same_patches: true, ..DESCRIBED },
            Self::RawCounts => Method { weighting: Weighting::Counts, ..DESCRIBED },
            Self::BeforeRelu => Method { before_relu: true, ..DESCRIBED },
            Self::Unweighted => Method { weighting: Weighting::None, ..DESCRIBED },
            Self::Euclidean => Method { weighting: Weighting::None, output: Output::Plane, ..DESCRIBED },
            Self::NearestFive => Method { nearest: true, ..DESCRIBED },
            Self::Forests => Method { photographs: Photographs::Forests, ..DESCRIBED },
            Self::ForestsAsWritten => Method { photographs: Photographs::Forests, ..WRITTEN },
        }
    }

    /// Its colour in every figure; relatives have the same hue.
    pub fn colour(self) -> Colour {
        let dark = |colour: Colour| colour.mix(Colour::BLACK, 0.4);
        let pale = |colour: Colour| colour.mix(Colour::WHITE, 0.35);
        match self {
            Self::AsDescribed => Colour::series(0),
            Self::AsWritten => Colour::series(1),
            Self::SamePatches => pale(Colour::series(1)),
            Self::RawCounts => dark(Colour::series(1)),
            Self::BeforeRelu => Colour::series(5),
            Self::Unweighted => Colour::series(2),
            Self::Euclidean => Colour::GREY,
            Self::NearestFive => Colour::series(3),
            Self::Forests => dark(Colour::series(2)),
            Self::ForestsAsWritten => Colour::series(4),
        }
    }

    /// How its curves are drawn: dashed where another curve of much the same place has a near hue.
    pub fn dash(self) -> Dash {
        match self {
            Self::RawCounts | Self::BeforeRelu => Dash::Dashed,
            _ => Dash::Solid,
        }
    }
}

impl Arm for Variant {
    fn name(&self) -> String {
        self.names().0.to_owned()
    }

    fn label(&self) -> String {
        self.names().1.to_owned()
    }
}

impl Photographs {
    /// Those of `photos`.
    pub fn among(self, photos: &[Photo]) -> Vec<&Photo> {
        let photos = photos.iter();
        photos
            .filter(|photo| self == Self::All || photo.category == FOREST)
            .collect()
    }
}

impl Method {
    /// Which distribution over bins is the target of a pixel.
    pub fn target(&self, config: &ColorizationConfig) -> TargetKind {
        if self.nearest {
            TargetKind::Nearest(config.nearest_sigma)
        } else {
            TargetKind::Gaussian(config.sigma)
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
}
