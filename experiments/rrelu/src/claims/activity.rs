//! That ELU pushes the mean of its units towards zero.

use retrace_lab::{Claim, Outcomes, statistics};

use crate::Rrelu;
use crate::arm::{Function, Norm};
use crate::outcome::Outcome;

const CLEVERT: &str = "the post, after Clevert et al. 2016";

pub(super) fn claims(outcomes: &Outcomes<Rrelu>) -> Vec<Claim> {
    Norm::BOTH
        .into_iter()
        .map(|norm| elu_nearer_zero(outcomes, norm))
        .collect()
}

fn elu_nearer_zero(outcomes: &Outcomes<Rrelu>, norm: Norm) -> Claim {
    let id = match norm {
        Norm::Plain => "elu-mean-nearer-zero",
        Norm::Batch => "elu-mean-nearer-zero-with-bn",
    };
    let statement = format!(
        "ELU's mean activation is nearer zero than ReLU's {}",
        norm.title()
    );
    let arms = [Function::Elu, Function::Relu].map(|function| norm.arm_of(function));
    Claim::says(id, CLEVERT, statement)
        .measured_by(
            "|mean activation| on the test images after training, averaged over hidden layers, \
             ELU minus ReLU",
            "",
        )
        .mean_is_below(0.0, &outcomes.differences(&arms[0], &arms[1], off_zero))
        .shown_in("mean-activation")
}

fn off_zero(outcome: &Outcome) -> Option<f64> {
    let layers = outcome.activity.iter();
    let means: Vec<f64> = layers.map(|layer| layer.mean.abs()).collect();
    Some(statistics::mean(&means)).filter(|mean| mean.is_finite())
}
