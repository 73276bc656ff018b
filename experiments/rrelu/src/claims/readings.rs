//! Which difference between the post's code and the paper explains the post's verdict: the range
//! of the slopes, or that a whole layer shares one.

use retrace_lab::{Claim, Outcomes};

use super::{NEGLIGIBLE, OURS};
use crate::Rrelu;
use crate::arm::{Function, Norm};
use crate::ranking::accuracy;

pub(super) fn claims(outcomes: &Outcomes<Rrelu>) -> Vec<Claim> {
    Norm::BOTH
        .into_iter()
        .flat_map(|norm| {
            [
                range_costs(outcomes, norm),
                sharing_costs_nothing(outcomes, norm),
            ]
        })
        .map(|claim| claim.shown_in("test-error"))
        .collect()
}

fn range_costs(outcomes: &Outcomes<Rrelu>, norm: Norm) -> Claim {
    let id = match norm {
        Norm::Plain => "slopes-of-3-to-8-cost-accuracy",
        Norm::Batch => "slopes-of-3-to-8-cost-accuracy-with-bn",
    };
    let statement = format!(
        "with one slope a layer, slopes from 3 to 8 are worse than slopes from 1/8 to 1/3, {}",
        norm.title()
    );
    let arms = [Function::RreluAsWritten, Function::RreluLayer].map(|f| norm.arm_of(f));
    Claim::says(id, OURS, statement)
        .measured_by(format!("test accuracy, {} minus {}", arms[0], arms[1]), "")
        .mean_is_below(0.0, &outcomes.differences(&arms[0], &arms[1], accuracy))
}

fn sharing_costs_nothing(outcomes: &Outcomes<Rrelu>, norm: Norm) -> Claim {
    let id = match norm {
        Norm::Plain => "a-slope-a-layer-is-as-good",
        Norm::Batch => "a-slope-a-layer-is-as-good-with-bn",
    };
    let statement = format!(
        "the paper's slopes are as good one a layer as one an element, {}",
        norm.title()
    );
    let arms = [Function::RreluLayer, Function::Rrelu].map(|f| norm.arm_of(f));
    let differences = outcomes.differences(&arms[0], &arms[1], accuracy);
    Claim::says(id, OURS, statement)
        .measured_by(format!("test accuracy, {} minus {}", arms[0], arms[1]), "")
        .mean_is_within((-NEGLIGIBLE, NEGLIGIBLE), &differences)
}
