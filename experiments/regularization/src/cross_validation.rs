//! **Is the post's lambda a good one?** Cross-validation, which the post suggests as an improvement:
//! the error on left-out points at each lambda, and the total error at the best.

use rand::seq::SliceRandom;
use retrace_core::regularization::Penalty;
use retrace_figure::{Axis, Chart, Colour, Dash, Figure, Legend, Marker, Points as Marks, Rule};
use retrace_lab::{Arm, Cell, Claim, Drawing, Result, Results, Study, seeds};
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::penalties::{Method, mean_and_band};
use crate::points::{Points, Source};
use crate::training::Fit;
use crate::{ERROR_UNIT, OURS, Regularization};

/// The question.
pub struct CrossValidation;

/// Cross-validation of this penalty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validation(pub Method);

impl Arm for Validation {
    fn name(&self) -> String {
        format!("{}-cv", self.0.name())
    }

    fn label(&self) -> String {
        format!("{}, cross-validated", self.0.label())
    }
}

/// Errors against lambda.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CrossValidated {
    /// One per lambda, in the order of the config.
    #[serde(rename = "tried")]
    pub lambdas: Vec<HeldOutError>,
    /// The lambda with the least held-out error.
    pub chosen: Option<f64>,
    /// Sum of |error| over the test points after training with it on all training points.
    pub total_error: Option<f64>,
}

/// The error at one lambda.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeldOutError {
    /// The strength of the penalty.
    pub lambda: f64,
    /// Mean |error| over the held-out points of all folds; absent when a training diverged.
    pub error: Option<f64>,
    /// The same for the settled lines.
    pub settled_error: Option<f64>,
}

impl Study<Regularization> for CrossValidation {
    type Arm = Validation;
    type Outcome = CrossValidated;

    fn arms(_: &Config) -> Vec<Validation> {
        Method::L1_AND_L2.map(Validation).to_vec()
    }

    fn run(
        Validation(method): &Validation,
        config: &Config,
        source: &Source,
        cell: &mut Cell,
    ) -> Result<CrossValidated> {
        let samples = source.samples(config, cell.seed());
        let train = samples.train();
        let folds = folds(train.len(), config.folds, cell);
        let penalty = |lambda: &f64| method.penalty(config).with_lambda(*lambda);
        let penalties = config.lambdas.iter().map(penalty);
        let lambdas = penalties
            .map(|penalty| held_out_error(config, penalty, &train, &folds, cell))
            .collect::<Result<Vec<_>>>()?;
        let errors: Vec<Option<f64>> = lambdas.iter().map(|at| at.error).collect();
        let chosen = least(&seeds::or_gaps(&errors)).map(|(place, _)| config.lambdas[place]);
        let total_error = match chosen {
            Some(lambda) => {
                let penalty = penalty(&lambda);
                let fit = Fit::new("chosen", config, penalty, &train, cell.device()).sweep();
                fit.run(cell, &samples.test())?.0.total_error
            }
            None => None,
        };
        Ok(CrossValidated {
            lambdas,
            chosen,
            total_error,
        })
    }

    fn figures(results: &Results<Regularization>) -> Result<Vec<Drawing>> {
        Ok(vec![figure(results).into()])
    }

    fn claims(results: &Results<Regularization>) -> Vec<Claim> {
        let [l1, l2] = Method::L1_AND_L2;
        vec![
            l2_ahead(results),
            wants_weaker(results, l1),
            wants_weaker(results, l2),
        ]
    }
}

/// The fold of each of `count` points: sizes differ by one at most.
fn folds(count: usize, folds: usize, cell: &Cell<'_>) -> Vec<usize> {
    let mut of_place: Vec<usize> = (0..count).map(|place| place % folds).collect();
    of_place.shuffle(&mut cell.stream("folds", 0));
    of_place
}

/// Trains on all folds but one at a time.
fn held_out_error(
    config: &Config,
    penalty: Penalty,
    train: &Points,
    folds: &[usize],
    cell: &mut Cell<'_>,
) -> Result<HeldOutError> {
    let lambda = penalty.lambda();
    let (mut errors, mut settled) = (Some(0.0), Some(0.0));
    for fold in 0..config.folds {
        let others = train.filtered(|place| folds[place] != fold);
        let held_out = train.filtered(|place| folds[place] == fold);
        let name = format!("lambda-{lambda}-fold-{fold}");
        let fit = Fit::new(name, config, penalty, &others, cell.device()).sweep();
        let (training, _) = fit.run(cell, &held_out)?;
        errors = sum(errors, training.total_error);
        settled = sum(settled, training.settled_error);
    }
    let mean = |total: Option<f64>| total.map(|total| total / train.len() as f64);
    Ok(HeldOutError {
        lambda,
        error: mean(errors),
        settled_error: mean(settled),
    })
}

/// Adds, unless one of the trainings diverged.
fn sum(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    a.zip(b).map(|(a, b)| a + b)
}

/// Place and value of the least of the numbers; gaps do not count.
fn least(values: &[f64]) -> Option<(usize, f64)> {
    let values = values.iter().copied().enumerate();
    let finite = values.filter(|(_, value)| value.is_finite());
    finite.min_by(|a, b| a.1.total_cmp(&b.1))
}

fn figure(results: &Results<Regularization>) -> Figure {
    let config = results.config();
    let best = |method: Method| {
        let (place, _) = least(&curve(results, method, |at| at.error).middle)?;
        Some(format!("{}: {}", method.label(), config.lambdas[place]))
    };
    let best: Vec<String> = Method::L1_AND_L2.into_iter().filter_map(best).collect();
    let settled = "Mean line of the last fifth of the steps";
    Figure::new(
        "cross-validation",
        "Cross-validation: error on left-out points against lambda",
    )
    .caption(format!(
        "Mean |error| on the fold that was left out, {} folds, mean over seeds, the band holds the \
         middle 80 % of them. Large marks: the lambda with the least mean ({}). The post used {}.",
        config.folds,
        best.join(", "),
        config.lambda
    ))
    .columns(2)
    .shared_legend()
    .panel(panel(results, "After the last step", |at| at.error))
    .panel(panel(results, settled, |at| at.settled_error))
}

/// Which of its two errors.
type Measure = fn(&HeldOutError) -> Option<f64>;

fn panel(results: &Results<Regularization>, title: &str, measure: Measure) -> Chart {
    let config = results.config();
    let error = Axis::new("mean |error| on left-out points (units of y)");
    let chart = Chart::new(title, Axis::new("lambda").log(), error).legend(Legend::Below);
    let post = Rule::at_x("the post", config.lambda);
    let post = post.dash(Dash::Dotted).colour(Colour::DARK_GREY);
    // A logarithmic axis has no 0.
    let chart = chart.with_all(Some(post).filter(|_| config.lambda > 0.0));
    Method::L1_AND_L2.into_iter().fold(chart, |chart, method| {
        let (lambdas, colour) = (&config.lambdas, method.colour());
        let curve = curve(results, method, measure);
        let chart = chart.with_all(method.layers(lambdas, &curve));
        let Some((place, error)) = least(&curve.middle) else {
            return chart;
        };
        let marked = curve.line("", lambdas).colour(colour);
        let best = Marks::new("", [lambdas[place]], [error]).colour(colour);
        chart
            .with(marked.width(0.5).marker(Marker::Circle))
            .with(best.radius(8.0))
    })
}

/// Errors by lambda; a training that diverged is a gap.
fn curve(results: &Results<Regularization>, method: Method, measure: Measure) -> seeds::Curve {
    let cells = results.of::<CrossValidation>().of(&Validation(method));
    let rows = cells.map(|cell| {
        let errors: Vec<Option<f64>> = cell.outcome.lambdas.iter().map(measure).collect();
        seeds::or_gaps(&errors)
    });
    mean_and_band(rows, results.config().lambdas.len())
}

fn l2_ahead(results: &Results<Regularization>) -> Claim {
    let [l1, l2] = Method::L1_AND_L2.map(Validation);
    let validations = results.of::<CrossValidation>();
    let differences = validations.differences(&l2, &l1, |validated| validated.total_error);
    Claim::says(
        "l2-error-below-l1-at-chosen-lambda",
        "the post, as an improvement to make",
        "With each lambda chosen by cross-validation, L2's total error is smaller than L1's.",
    )
    .measured_by("total error of L2 minus that of L1", ERROR_UNIT)
    .mean_is_below(0.0, &differences)
}

fn wants_weaker(results: &Results<Regularization>, method: Method) -> Claim {
    let validations = results.of::<CrossValidation>();
    let chosen = validations.values(&Validation(method), |validated| validated.chosen);
    Claim::says(
        format!("{}-chosen-lambda-is-weaker", method.name()),
        OURS,
        format!(
            "Cross-validation wants a weaker {} than the post's lambda.",
            method.label()
        ),
    )
    .measured_by("lambda with the least held-out error", "")
    .mean_is_below(results.config().lambda, &chosen)
    .shown_in("cross-validation")
}
