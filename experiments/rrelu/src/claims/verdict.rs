//! What the post concludes: RReLU is among the worst, ReLU is the best or nearly so.

use retrace_lab::{Claim, Outcomes, statistics};

use super::{NEGLIGIBLE, POST, told};
use crate::Rrelu;
use crate::arm::{Function, Norm};
use crate::ranking::{accuracy, best, group, places_beside};

/// "Among the worst" of six: between the fourth place and the fifth.
const AMONG_THE_WORST: f64 = 4.5;

/// Why the verdict does not hold of the paper's function.
const ANOTHER_FUNCTION: &str = "The post ran another function: its code multiplies negative inputs \
    by 3 to 8, the paper divides by that. The paper's RReLU is LReLU x/5.5 at test, does about as \
    well, and stands in the middle.";

pub(super) fn claims(outcomes: &Outcomes<Rrelu>) -> Vec<Claim> {
    let mut claims = Vec::new();
    for reading in Function::READINGS {
        for norm in Norm::BOTH {
            claims.push(among_the_worst(outcomes, reading, norm));
            claims.push(below_the_others(outcomes, reading, norm));
        }
    }
    for reading in [Function::RreluAsWritten, Function::Rrelu] {
        claims.push(relu_best(outcomes, reading));
        claims.push(relu_nearly_best(outcomes, reading));
    }
    claims
}

fn among_the_worst(outcomes: &Outcomes<Rrelu>, reading: Function, norm: Norm) -> Claim {
    let id = match (reading, norm) {
        (Function::RreluAsWritten, Norm::Plain) => "rrelu-as-written-among-the-worst",
        (Function::RreluAsWritten, Norm::Batch) => "rrelu-as-written-among-the-worst-with-bn",
        (Function::RreluLayer, Norm::Plain) => "rrelu-layer-among-the-worst",
        (Function::RreluLayer, Norm::Batch) => "rrelu-layer-among-the-worst-with-bn",
        (_, Norm::Plain) => "rrelu-among-the-worst",
        (_, Norm::Batch) => "rrelu-among-the-worst-with-bn",
    };
    let own = places_beside(reading, outcomes, norm, reading);
    let statement = format!("{} is among the worst {}", told(reading), norm.title());
    let claim = Claim::says(id, POST, statement)
        .measured_by("place by test accuracy among six, 1 the best", "")
        .mean_is_above(AMONG_THE_WORST, &own)
        .shown_in("ranking");
    match (reading, norm) {
        (Function::Rrelu, Norm::Plain) => claim.if_contradicted(ANOTHER_FUNCTION),
        _ => claim,
    }
}

fn below_the_others(outcomes: &Outcomes<Rrelu>, reading: Function, norm: Norm) -> Claim {
    let id = match (reading, norm) {
        (Function::RreluAsWritten, Norm::Plain) => "rrelu-as-written-below-the-others",
        (Function::RreluAsWritten, Norm::Batch) => "rrelu-as-written-below-the-others-with-bn",
        (Function::RreluLayer, Norm::Plain) => "rrelu-layer-below-the-others",
        (Function::RreluLayer, Norm::Batch) => "rrelu-layer-below-the-others-with-bn",
        (_, Norm::Plain) => "rrelu-below-the-others",
        (_, Norm::Batch) => "rrelu-below-the-others-with-bn",
    };
    let arm = norm.arm_of(reading);
    let behind = outcomes.of(&arm).filter_map(|cell| {
        let of = |f: &Function| accuracy(&outcomes.get(&norm.arm_of(*f), cell.seed)?.outcome);
        let others: Option<Vec<f64>> = Function::OTHERS.iter().map(of).collect();
        Some(accuracy(&cell.outcome)? - statistics::median(&others?))
    });
    let behind: Vec<f64> = behind.collect();
    let statement = format!("{} is behind the others {}", told(reading), norm.title());
    Claim::says(id, POST, statement)
        .measured_by("test accuracy minus the median of the five others'", "")
        .mean_is_below(0.0, &behind)
        .shown_in("test-error")
}

fn relu_best(outcomes: &Outcomes<Rrelu>, reading: Function) -> Claim {
    let id = match reading {
        Function::RreluAsWritten => "relu-best-with-bn",
        _ => "relu-best-with-bn-among-the-papers",
    };
    let (ahead, rival) = relu_ahead(outcomes, reading, Norm::Batch);
    let statement = format!(
        "ReLU is the best {}, {} among the others",
        Norm::Batch.title(),
        told(reading)
    );
    Claim::says(id, POST, statement)
        .measured_by(rival, "")
        .mean_is_above(0.0, &ahead)
        .shown_in("test-error")
}

fn relu_nearly_best(outcomes: &Outcomes<Rrelu>, reading: Function) -> Claim {
    let id = match reading {
        Function::RreluAsWritten => "relu-nearly-best",
        _ => "relu-nearly-best-among-the-papers",
    };
    let (ahead, rival) = relu_ahead(outcomes, reading, Norm::Plain);
    let statement = format!(
        "ReLU is the best or at most {NEGLIGIBLE} behind {}, {} among the others",
        Norm::Plain.title(),
        told(reading)
    );
    Claim::says(id, POST, statement)
        .measured_by(rival, "")
        .mean_is_above(-NEGLIGIBLE, &ahead)
        .shown_in("test-error")
}

/// ReLU's accuracy minus that of the best of the others, and what that is in words. The best is
/// chosen by its mean over seeds: the best of each seed would win by luck alone.
fn relu_ahead(outcomes: &Outcomes<Rrelu>, reading: Function, norm: Norm) -> (Vec<f64>, String) {
    let others: Vec<Function> = group(reading)
        .into_iter()
        .filter(|function| *function != Function::Relu)
        .collect();
    let Some(rival) = best(outcomes, norm, &others) else {
        return (
            Vec::new(),
            "test accuracy, ReLU minus the best other".into(),
        );
    };
    let arms = [Function::Relu, rival].map(|function| norm.arm_of(function));
    (
        outcomes.differences(&arms[0], &arms[1], accuracy),
        format!(
            "test accuracy, ReLU minus the best other, {}",
            rival.label()
        ),
    )
}
