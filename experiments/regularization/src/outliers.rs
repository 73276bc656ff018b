//! **How patient is each penalty with outliers?** The same training at each size of the outliers, all
//! else equal: by how much do they bend the line?

use retrace_figure::{Axis, Chart, Figure};
use retrace_lab::{Arm, Cell, Claim, Drawing, Result, Results, Study, seeds};
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::penalties::{Method, mean_and_band};
use crate::points::{Line, Source, origin};
use crate::training::Fit;
use crate::{POST, Regularization};

/// The question.
pub struct Outliers;

/// Trainings with this penalty whose outliers differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WithSizes(pub Method);

impl Arm for WithSizes {
    fn name(&self) -> String {
        format!("{}-outliers", self.0.name())
    }

    fn label(&self) -> String {
        format!("{}, size of outliers varied", self.0.label())
    }
}

/// Trainings whose outliers differ.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VariedOutliers {
    /// One per size, in the order of the config.
    pub runs: Vec<WithOutliers>,
}

/// A training with outliers of one size.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WithOutliers {
    /// How far the outliers are lifted.
    pub lift: f64,
    /// Sum of |error| over the test points without their lift.
    pub error: Option<f64>,
    /// Mean distance of the settled line to the one that the same training finds without lift.
    pub bend: Option<f64>,
}

impl Study<Regularization> for Outliers {
    type Arm = WithSizes;
    type Outcome = VariedOutliers;

    fn arms(_: &Config) -> Vec<WithSizes> {
        Method::SINGLE.map(WithSizes).to_vec()
    }

    fn run(
        WithSizes(method): &WithSizes,
        config: &Config,
        source: &Source,
        cell: &mut Cell,
    ) -> Result<VariedOutliers> {
        let samples = source.samples(config, cell.seed());
        let (penalty, range) = (method.penalty(config), samples.points.range());
        let test = samples.lifted(config, 0.0).test();
        let mut straight: Option<Line> = None;
        let mut runs = Vec::new();
        for &lift in &config.outlier_sizes {
            let train = samples.lifted(config, lift).train();
            let name = format!("lift-{lift}");
            let fit = Fit::new(name, config, penalty, &train, cell.device()).sweep();
            let (training, _) = fit.run(cell, &test)?;
            straight = straight.or(training.settled.filter(|_| lift == 0.0));
            let bent = training.settled.zip(straight);
            runs.push(WithOutliers {
                lift,
                error: training.total_error,
                bend: bent.map(|(line, straight)| line.distance(&straight, range)),
            });
        }
        Ok(VariedOutliers { runs })
    }

    fn figures(results: &Results<Regularization>) -> Result<Vec<Drawing>> {
        let error = "total error, test points not lifted (units of y)";
        let bend = "distance to the line without lift (units of y)";
        let figure = Figure::new(
            "outlier-size",
            "Size of the outliers against error and bend",
        )
        .caption(format!(
            "All outliers are lifted by the same amount; everything else stays. Left: total error \
             after the last step on test points whose lift is taken off. Right: mean vertical \
             distance of the settled line to the one found without lift. Mean over seeds, the band \
             holds the middle 80 % of them.{}",
            origin(results)
        ))
        .columns(2)
        .shared_legend()
        .panel(panel(results, "Error", error, |run| run.error))
        .panel(panel(results, "Bend", bend, |run| run.bend));
        Ok(vec![figure.into()])
    }

    fn claims(results: &Results<Regularization>) -> Vec<Claim> {
        Method::L1_AND_L2
            .map(|method| bends_less(results, method))
            .into()
    }
}

fn panel(
    results: &Results<Regularization>,
    title: &str,
    unit: &str,
    number: fn(&WithOutliers) -> Option<f64>,
) -> Chart {
    let sizes = &results.config().outlier_sizes;
    let lift = Axis::new("lift of the outliers (units of y)");
    let chart = Chart::new(title, lift, Axis::new(unit));
    Method::SINGLE.into_iter().fold(chart, |chart, method| {
        let cells = results.of::<Outliers>().of(&WithSizes(method));
        let rows = cells.map(|cell| {
            let numbers: Vec<Option<f64>> = cell.outcome.runs.iter().map(number).collect();
            seeds::or_gaps(&numbers)
        });
        let curve = mean_and_band(rows, sizes.len());
        chart.with_all(method.layers(sizes, &curve))
    })
}

/// Why a penalty does not keep outliers off.
const ERROR_DOES_IT: &str = "Not the penalty but |error| in the cost keeps outliers off, and every \
    arm has it: a point far away pulls no harder than a near one. What differs is how far large \
    steps leave each settled line from its least cost: with a penalty it is further off, and \
    there it gives way more easily.";

fn bends_less(results: &Results<Regularization>, method: Method) -> Claim {
    let bend = |varied: &VariedOutliers| varied.runs.last()?.bend;
    let [with, without] = [method, Method::None].map(WithSizes);
    let differences = results.of::<Outliers>().differences(&with, &without, bend);
    let lift = results.config().outlier_sizes.last().copied();
    let label = method.label();
    Claim::says(
        format!("{}-bends-less", method.name()),
        POST,
        format!("Outliers bend the {label} network's line less than without a penalty."),
    )
    .measured_by(
        format!(
            "mean distance of the settled lines with outliers lifted by {} and by 0, {label} \
             minus no penalty",
            lift.unwrap_or_default()
        ),
        "units of y",
    )
    .mean_is_below(0.0, &differences)
    .shown_in("outlier-size")
    .if_contradicted(ERROR_DOES_IT)
}
