//! Why a loss trains, or does not, against what was said of it.

use super::Case;
use crate::arm::Optimizer;
use crate::loss::Loss;
use crate::network::Answer;

/// Of Adam, the sum of squares and its divisions.
pub(super) const ALL_TRAIN: &str = "Adam divides a gradient by its own running size, so that a \
    constant before the loss cancels: to it the sum, its divisions and the mean are one loss, and \
    one of the usual rates suits it.";

/// Of a mean, where it does not train.
pub(super) fn a_mean_does_not((loss, optimizer, answer): Case) -> Option<&'static str> {
    match (loss, optimizer, answer) {
        (_, Optimizer::Adam, _) => None,
        (Loss::Unit, Optimizer::Sgd, _) => Some(
            "The first answers of the tutorial's weights are far too large. Gradient descent \
             brings them down to about the best constant answer, where the gradient is small: in \
             the steps that are left the usual rates change little.",
        ),
        (_, Optimizer::Sgd, Answer::Open) => Some(
            "On pictures of 0 to 100 the gradient of the mean is so large that gradient descent is \
             stable only far below the usual rates; at these the first steps blow up.",
        ),
        (_, Optimizer::Sgd, Answer::Rectified) => Some(
            "On pictures of 0 to 100 the gradient of the mean is so large that at the usual rates \
             the first step throws the last layer below zero: its ReLU answers black everywhere, \
             and no gradient comes back.",
        ),
    }
}
