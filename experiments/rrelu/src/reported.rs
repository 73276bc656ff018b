//! What the post prints, beside ours: the slope at test, and its ranking in words.

use retrace_lab::{Outcomes, Reported};

use crate::Rrelu;
use crate::arm::{Function, Norm};
use crate::claims::POST;
use crate::ranking::places_beside;

/// The post's ranking, as it words it; its figure is lost.
const RANKING: [(Function, Norm, &str); 4] = [
    (Function::Relu, Norm::Batch, "the best"),
    (Function::Relu, Norm::Plain, "almost the best"),
    (Function::RreluAsWritten, Norm::Batch, "among the worst"),
    (Function::RreluAsWritten, Norm::Plain, "among the worst"),
];

/// All rows.
pub fn all(outcomes: &Outcomes<Rrelu>) -> Vec<Reported> {
    let rank = |(function, norm, words): (Function, Norm, &str)| {
        let places = places_beside(Function::RreluAsWritten, outcomes, norm, function);
        let quantity = format!("place of {} among six {}", function.label(), norm.title());
        Reported::mean(quantity, POST, words, &places)
    };
    let ranks = RANKING.into_iter().filter_map(rank);
    let slopes = [
        mean_slope(outcomes, Function::RreluAsWritten, POST, "5.5"),
        mean_slope(
            outcomes,
            Function::Rrelu,
            "Xu et al. 2015",
            "1/5.5 = 0.1818",
        ),
    ];
    slopes.into_iter().flatten().chain(ranks).collect()
}

/// The mean of the slopes drawn in training, beside the one at test, which stands for it.
fn mean_slope(
    outcomes: &Outcomes<Rrelu>,
    reading: Function,
    source: &str,
    at_test: &str,
) -> Option<Reported> {
    let arm = Norm::Plain.arm_of(reading);
    let drawn = outcomes.values(&arm, |outcome| Some(outcome.drawn.as_ref()?.mean));
    let quantity = format!(
        "slope at test, and the mean of those drawn: {}",
        reading.label()
    );
    Reported::mean(quantity, source, at_test, &drawn)
}
