//! The trainings, each written as a difference from the post's text.

use super::{Answer, Setup, Weighting, Which};

/// The post's text, with the paper's annealed mean.
pub const AS_DESCRIBED: Setup = Setup {
    name: "as-described",
    label: "as described",
    which: Which::All,
    same_patches: false,
    before_relu: false,
    weighting: Weighting::Shares,
    nearest: false,
    answer: Answer::Bins,
    plain_mean: false,
};
/// The author's code.
pub const AS_WRITTEN: Setup = Setup {
    name: "as-written",
    label: "as written",
    same_patches: true,
    before_relu: true,
    weighting: Weighting::Counts,
    plain_mean: true,
    ..AS_DESCRIBED
};
/// One difference of the code alone: an epoch's steps see the same patches.
pub const SAME_PATCHES: Setup = Setup {
    name: "same-patches",
    label: "same patches",
    same_patches: true,
    ..AS_DESCRIBED
};
/// Another one: counts in the class weights.
pub const RAW_COUNTS: Setup = Setup {
    name: "raw-counts",
    label: "raw counts",
    weighting: Weighting::Counts,
    ..AS_DESCRIBED
};
/// The third: layer 8 reads before the ReLU.
pub const BEFORE_RELU: Setup = Setup {
    name: "before-relu",
    label: "before the ReLU",
    before_relu: true,
    ..AS_DESCRIBED
};
/// Without rebalancing.
pub const UNWEIGHTED: Setup = Setup {
    name: "unweighted",
    label: "not rebalanced",
    weighting: Weighting::None,
    ..AS_DESCRIBED
};
/// The loss that the paper argues against.
pub const EUCLIDEAN: Setup = Setup {
    name: "euclidean",
    label: "Euclidean loss",
    weighting: Weighting::None,
    answer: Answer::Plane,
    ..AS_DESCRIBED
};
/// The paper's targets.
pub const NEAREST_FIVE: Setup = Setup {
    name: "nearest-five",
    label: "five nearest bins",
    nearest: true,
    ..AS_DESCRIBED
};
/// Forests only.
pub const FORESTS: Setup = Setup {
    name: "forests",
    label: "forests, as described",
    which: Which::Forests,
    ..AS_DESCRIBED
};
/// The author's first runs.
pub const FORESTS_AS_WRITTEN: Setup = Setup {
    name: "forests-as-written",
    label: "forests, as written",
    which: Which::Forests,
    ..AS_WRITTEN
};
