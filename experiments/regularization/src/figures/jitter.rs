//! How restless the training is: the slope after each epoch, with the author's steps and smaller.

use retrace_figure::{Axis, Chart, Dash, Figure, Legend, Line as Curve, Rule};

use super::{All, lines_of};
use crate::arm::{Method, Work};

/// The slope after each epoch of one seed, and where it should be.
pub fn jitter(outcomes: &All) -> Figure {
    let config = outcomes.config();
    let methods = [Method::None, Method::L1, Method::L2];
    let works = methods.map(Work::Train).into_iter();
    let works = works.chain(methods.map(Work::TrainSlowly));
    let figure = Figure::new("jitter", "The slope never comes to rest").caption(format!(
        "Seed 0. The slope after every epoch, above with the author's step size {}, below with {} \
         of it. The cost's error term pulls with full strength however small the error is, so a \
         constant step size leaves the line swinging around the place where the cost is least \
         (dashed), the wider the larger the step. The total error measures the last moment of it.",
        config.learning_rate, config.small_step
    ));
    works.fold(figure.columns(methods.len()), |figure, work| {
        figure.panel(panel(outcomes, work))
    })
}

fn panel(outcomes: &All, work: Work) -> Chart {
    let (method, title) = match work {
        Work::TrainSlowly(method) => (method, format!("{}, small steps", method.label())),
        Work::Train(method) | Work::VaryOutliers(method) | Work::CrossValidate(method) => {
            (method, method.label().to_owned())
        }
        Work::Prune | Work::FitLines => (Method::L1, String::new()),
    };
    let slope = Axis::new("slope of the fitted line").range(0.0, 3.5);
    let chart = Chart::new(title, Axis::new("epoch"), slope).legend(Legend::None);
    let cell = outcomes.get(&work.name(), 0);
    let training = cell.and_then(|cell| cell.outcome.training());
    let Some((training, lines)) = training.zip(lines_of(outcomes, 0)) else {
        return chart;
    };
    let numbered = training.lines.iter().enumerate();
    let (epochs, slopes): (Vec<f64>, Vec<f64>) = numbered
        .map(|(epoch, line)| (epoch as f64, line.slope))
        .unzip();
    let least = match method {
        Method::L1 => lines.collapsed_l1,
        Method::L2 => lines.collapsed_l2,
        Method::None | Method::ElasticNet => lines.least_deviations,
    };
    chart
        .with(
            Curve::new("", epochs, slopes)
                .colour(method.colour())
                .width(1.4),
        )
        .with(Rule::at_y("least cost", least.slope).dash(Dash::Dashed))
}
