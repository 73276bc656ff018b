//! What the page of a run lets its reader try: the verdict of the post with fewer seeds than the run
//! has, or with more, and with each reading of RReLU.

use retrace_lab::{Claim, Explorable, Result, Results};
use serde::Serialize;

use crate::arm::{Function, Norm};
use crate::ranking::{self, AMONG_THE_WORST};
use crate::training::{On, Trainings};
use crate::{NEGLIGIBLE, Rrelu};

/// What the page works on.
#[derive(Serialize)]
struct Data {
    seeds: u64,
    functions: Vec<Measured>,
    /// Places from here on are "among the worst".
    worst: f64,
    /// What ReLU may be behind and still be nearly the best.
    negligible: f64,
}

/// A function and its networks.
#[derive(Serialize)]
struct Measured {
    name: &'static str,
    label: &'static str,
    is_reading: bool,
    hue: usize,
    /// Accuracy (0-1) on the test images by seed, nothing after a divergence.
    plain: Vec<Option<f64>>,
    bn: Vec<Option<f64>>,
}

/// Page and program take quantiles of Student's t by other ways.
const ROUNDING: f64 = 1e-6;

/// The page's data and what it must show; nothing where a cell is missing.
pub(crate) fn explorable(results: &Results<Rrelu>) -> Result<Option<Explorable>> {
    let trainings = results.of::<Trainings>();
    let accuracies = |function: Function, norm: Norm| -> Option<Vec<Option<f64>>> {
        let cell = |seed| trainings.get(&norm.of(function), seed);
        let seeds = (0..results.seeds()).map(cell);
        seeds
            .map(|cell| Some(On::All.accuracy(&cell?.outcome)))
            .collect()
    };
    let measured = |function: Function| -> Option<Measured> {
        Some(Measured {
            name: function.name,
            label: function.label,
            is_reading: function.reading.is_some(),
            hue: function.series(),
            plain: accuracies(function, Norm::Plain)?,
            bn: accuracies(function, Norm::Batch)?,
        })
    };
    let functions: Option<Vec<Measured>> = Function::ALL.into_iter().map(measured).collect();
    let (Some(functions), 2..) = (functions, results.seeds()) else {
        return Ok(None);
    };
    let explorable = Explorable::of(Data {
        seeds: results.seeds(),
        functions,
        worst: AMONG_THE_WORST,
        negligible: NEGLIGIBLE,
    })?;
    let claims = ranking::claims(results);
    Ok(Some(claims.iter().fold(explorable, with_claim)))
}

/// The page must come to the claim's numbers.
fn with_claim(explorable: Explorable, claim: &Claim) -> Explorable {
    let interval = (claim.estimate, claim.low, claim.high);
    let (Some((reading, norm, question)), (Some(estimate), Some(low), Some(high))) =
        (setting(&claim.id), interval)
    else {
        return explorable;
    };
    let state = [("r", reading), ("b", norm), ("q", question)];
    let readings = [("estimate", estimate), ("low", low), ("high", high)];
    explorable.shows(&state, &readings, ROUNDING)
}

/// Where the page's controls stand when it shows this claim: reading, normalisation, question.
fn setting(id: &str) -> Option<(&'static str, &'static str, &'static str)> {
    Function::readings().find_map(|reading| {
        let [plain, bn] = Norm::BOTH.map(Norm::suffix);
        let among = ranking::among(reading);
        let name = reading.name;
        [
            (format!("{name}-among-the-worst{plain}"), "plain", "worst"),
            (format!("{name}-among-the-worst{bn}"), "bn", "worst"),
            (format!("{name}-below-the-others{plain}"), "plain", "behind"),
            (format!("{name}-below-the-others{bn}"), "bn", "behind"),
            (format!("relu-nearly-best{among}"), "plain", "best"),
            (format!("relu-best-with-bn{among}"), "bn", "best"),
        ]
        .into_iter()
        .find(|(candidate, ..)| candidate == id)
        .map(|(_, norm, question)| (name, norm, question))
    })
}
