//! Whether batch normalisation helps, function by function.

use retrace_lab::{Claim, Outcomes};

use crate::Rrelu;
use crate::arm::{Function, Norm};
use crate::ranking::accuracy;

const IOFFE: &str = "Ioffe & Szegedy 2015, which the post's second half rests on";

pub(super) fn claims(outcomes: &Outcomes<Rrelu>) -> Vec<Claim> {
    Function::ALL
        .into_iter()
        .map(|function| helps(outcomes, function))
        .collect()
}

fn helps(outcomes: &Outcomes<Rrelu>, function: Function) -> Claim {
    let id = match function {
        Function::Relu => "bn-helps-relu",
        Function::Lrelu => "bn-helps-lrelu",
        Function::VeryLeaky => "bn-helps-lrelu-5.5",
        Function::Prelu => "bn-helps-prelu",
        Function::RreluAsWritten => "bn-helps-rrelu-as-written",
        Function::Rrelu => "bn-helps-rrelu",
        Function::RreluLayer => "bn-helps-rrelu-layer",
        Function::Elu => "bn-helps-elu",
    };
    let arms = [Norm::Batch, Norm::Plain].map(|norm| norm.arm_of(function));
    let statement = format!("batch normalisation helps {}", function.label());
    Claim::says(id, IOFFE, statement)
        .measured_by("test accuracy, with minus without", "")
        .mean_is_above(0.0, &outcomes.differences(&arms[0], &arms[1], accuracy))
        .shown_in("test-error")
}
