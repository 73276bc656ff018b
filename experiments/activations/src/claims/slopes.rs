//! Claims about the slopes that RReLU draws and PReLU learns.

use retrace_core::activation::{RreluConfig, lrelu};
use retrace_lab::{Claim, Outcomes};

use super::{largest, values};
use crate::Activations;
use crate::outcome::Functions;

pub(crate) const XU: &str = "the post, after Xu et al. 2015";

/// Relative rounding of a function or gradient computed in 32 bits.
const ROUNDING: f64 = 1e-5;

pub(super) fn rrelu_test_line(functions: &Functions) -> Claim {
    let slope = RreluConfig::PAPER.test_slope();
    let points = functions.x.iter().zip(&functions.curves[4].value);
    let deviation = largest(points.map(|(x, y)| (y - lrelu::value(slope, *x)).abs()));
    Claim::says(
        "rrelu-test-is-leaky",
        XU,
        "at test RReLU is LReLU with the slope of the mean divisor, x/5.5",
    )
    .measured_by("largest difference of the two on the grid", "")
    .largest_is_at_most(ROUNDING, deviation, functions.x.len())
    .shown_in("rrelu-band")
}

/// The mean of the divisors that RReLU drew, one a seed.
pub(crate) fn mean_divisors(outcomes: &Outcomes<Activations>) -> Vec<f64> {
    values(outcomes, "rrelu", |n| {
        Some(n.drawn_slopes.as_ref()?.mean_divisor)
    })
}

/// "An average of all the a is taken" can be read in two ways, and they differ.
pub(super) fn rrelu_averages(outcomes: &Outcomes<Activations>) -> [Claim; 2] {
    let excess = values(outcomes, "rrelu", |n| {
        let slopes = n.drawn_slopes.as_ref()?;
        Some(slopes.mean_slope - slopes.test_slope)
    });
    [
        Claim::says(
            "rrelu-test-divisor-is-the-mean",
            XU,
            "the divisor at test, 5.5, is the average of the divisors drawn in training",
        )
        .measured_by("mean of the divisors drawn", "")
        .mean_is_within((5.45, 5.55), &mean_divisors(outcomes)),
        Claim::says(
            "rrelu-test-output-is-the-mean",
            "a reading of the post",
            "the output at test is the average of the outputs in training",
        )
        .measured_by(
            "mean of the slopes drawn minus the slope at test, 1/5.5",
            "",
        )
        .mean_is_within((-0.005, 0.005), &excess)
        .if_contradicted(
            "The mean of 1/a is larger than 1 over the mean of a: for a ~ U(3, 8) the slopes \
             average ln(8/3)/5, and the slope at test is 1/5.5. So RReLU at test is a little \
             flatter than it was on average.",
        ),
    ]
}

pub(super) fn prelu_gradient(outcomes: &Outcomes<Activations>) -> Claim {
    let deviations = values(outcomes, "prelu", |n| n.slope_gradient_deviation);
    Claim::says(
        "prelu-gradient-is-the-papers",
        "He et al. 2015, eq. 8 and 9, which the post repeats",
        "PReLU's slope has the gradient: sum of dE/df times x over the positions with x < 0",
    )
    .measured_by(
        "largest difference from autodiff, relative to the sum of absolute terms",
        "",
    )
    .largest_is_at_most(
        ROUNDING,
        largest(deviations.iter().copied()),
        deviations.len(),
    )
}
