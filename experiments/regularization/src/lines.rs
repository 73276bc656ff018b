//! **Does a network settle on the line at which its cost is least?** The lines that need no training
//! ([`crate::oracle`]), beside those on which the networks settle, and how restless they are.

use retrace_figure::{Axis, Chart, Colour, Dash, Figure, Legend, Line as Curve, Rule};
use retrace_lab::{Arm, Cell, Claim, Drawing, Finished, Result, Results, Single, Study};
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::oracle::{lasso_line, least_cost_line, ridge_line};
use crate::penalties::Method;
use crate::points::{Line, SLOPE, Samples, Source, true_line};
use crate::training::{Steps, Training, Trainings, Variant};
use crate::{OURS, Regularization};

/// The question.
pub struct Lines;

/// The points, and the lines through the training ones that need no training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedLines {
    /// The points.
    pub samples: Samples,
    /// Least squares.
    pub least_squares: Option<Line>,
    /// Least absolute deviations: the network's cost without penalty.
    pub least_deviations: Line,
    /// Ridge at the config's lambda.
    pub ridge: Option<Line>,
    /// Lasso at the config's lambda.
    pub lasso: Line,
    /// Where the network's cost with L1 is least.
    #[serde(rename = "collapsed_l1")]
    pub least_cost_l1: Line,
    /// Where the network's cost with L2 is least.
    #[serde(rename = "collapsed_l2")]
    pub least_cost_l2: Line,
}

impl FittedLines {
    /// Where the network's cost with the penalty of `method` is least.
    pub fn least_cost(&self, method: Method) -> Option<Line> {
        match method {
            Method::None => Some(self.least_deviations),
            Method::L1 => Some(self.least_cost_l1),
            Method::L2 => Some(self.least_cost_l2),
            Method::ElasticNet => None,
        }
    }
}

/// The points and lines of a seed; those of seed 0 where all seeds share them.
pub fn of_seed(results: &Results<Regularization>, seed: u64) -> Option<&FittedLines> {
    let lines = results.of::<Lines>();
    let shared = || lines.first().filter(|cell| cell.arm.is_deterministic());
    let cell = lines.of_seed(seed).next().or_else(shared);
    cell.map(|cell| &cell.outcome)
}

impl Study<Regularization> for Lines {
    type Arm = Single;
    type Outcome = FittedLines;

    /// There is no chance in the lines as long as all seeds share their points.
    fn arms(config: &Config) -> Vec<Single> {
        let (name, label) = ("lines", "lines without training");
        vec![if config.redraw_points {
            Single::new(name, label)
        } else {
            Single::deterministic(name, label)
        }]
    }

    fn run(_: &Single, config: &Config, source: &Source, cell: &mut Cell) -> Result<FittedLines> {
        let samples = source.samples(config, cell.seed());
        let train = samples.train();
        let layers = config.sizes().len() - 1;
        let least_cost = |method: Method| {
            let penalty = method.penalty(config);
            least_cost_line(&train, &penalty, layers)
        };
        Ok(FittedLines {
            least_squares: ridge_line(&train, 0.0),
            least_deviations: least_cost(Method::None),
            ridge: ridge_line(&train, config.lambda),
            lasso: lasso_line(&train, config.lambda),
            least_cost_l1: least_cost(Method::L1),
            least_cost_l2: least_cost(Method::L2),
            samples,
        })
    }

    fn figures(results: &Results<Regularization>) -> Result<Vec<Drawing>> {
        let oracles = oracles(results).map(Drawing::from);
        let jitter = Drawing::from(jitter(results));
        Ok(std::iter::once(jitter).chain(oracles).collect())
    }

    fn claims(results: &Results<Regularization>) -> Vec<Claim> {
        let both = [Steps::Author, Steps::Small].into_iter();
        let settle = |steps| Method::L1_AND_L2.map(|method| settles(results, steps, method));
        both.flat_map(settle).collect()
    }
}

/// The slope after each epoch of seed 0, and where it should be.
fn jitter(results: &Results<Regularization>) -> Figure {
    let config = results.config();
    let figure = Figure::new("jitter", "The slope never comes to rest").caption(format!(
        "Seed 0. The slope after every epoch, above with the author's step size {}, below with {} \
         of it. The cost's error term pulls with full strength however small the error is, so a \
         constant step size leaves the line swinging around the place where the cost is least \
         (dashed), the wider the larger the step. The total error measures the last moment of it.",
        config.learning_rate, config.small_step
    ));
    let both = [Steps::Author, Steps::Small].into_iter();
    let trainings = both.flat_map(|steps| Method::SINGLE.map(|method| steps.with(method)));
    let figure = figure.columns(Method::SINGLE.len());
    trainings.fold(figure, |figure, variant| {
        figure.panel(slopes(results, variant))
    })
}

fn slopes(results: &Results<Regularization>, variant: Variant) -> Chart {
    let slope = Axis::new("slope of the fitted line").range(0.0, 3.5);
    let chart = Chart::new(variant.label(), Axis::new("epoch"), slope).legend(Legend::None);
    let cell = results.of::<Trainings>().get(&variant, 0);
    let Some((cell, lines)) = cell.zip(of_seed(results, 0)) else {
        return chart;
    };
    let numbered = cell.outcome.lines.iter().enumerate();
    let points = numbered.map(|(epoch, line)| (epoch as f64, line.slope));
    let (epochs, slopes): (Vec<f64>, Vec<f64>) = points.unzip();
    let curve = Curve::new("", epochs, slopes).colour(variant.method.colour());
    let least = lines.least_cost(variant.method);
    chart
        .with(curve.width(1.4))
        .with_all(least.map(|least| Rule::at_y("least cost", least.slope).dash(Dash::Dashed)))
}

/// The networks' settled lines beside what can be computed without training (seed 0).
fn oracles(results: &Results<Regularization>) -> Option<Figure> {
    let lines = of_seed(results, 0)?;
    let recipe = results.config().points.is_none();
    let recipe = recipe.then(|| true_line(results.config()));
    let fitted = lines.least_squares.map_or(0.0, |line| line.slope);
    let view = View::new(&lines.samples, recipe.map_or(fitted, |_| SLOPE));
    let (squared, own) = (squared(lines), own(lines));
    let numbers = numbers(squared.iter().chain(&own), lines);
    let recipe = ("recipe", recipe, Colour::BLACK, Dash::Dotted);
    let costs: Vec<Named> = std::iter::once(recipe).chain(own).collect();
    let figure = Figure::new(
        "oracles",
        "The line that the network is, and the lines it should be",
    )
    .caption(format!(
        "Hollow marks: test points. So that lines can be told apart, {} is taken off y. Networks: \
         the settled lines of seed 0. Linear models at the same lambda, with squared errors, \
         follow the outliers. The network's own cost, |error| plus the least penalty of its layers \
         with that slope, does not. {numbers}",
        view.subtracted(),
    ))
    .columns(3)
    .shared_legend()
    .panel(view.panel("Networks, after training", &networks(results)))
    .panel(view.panel("Linear models, squared error", &squared))
    .panel(view.panel("The network's cost, minimised", &costs));
    Some(figure)
}

/// A line of the figure, absent where there is none, with its name, colour and dashes.
type Named = (&'static str, Option<Line>, Colour, Dash);

fn networks(results: &Results<Regularization>) -> Vec<Named> {
    let named = |method: Method| {
        let variant = Steps::Author.with(method);
        let cell = results.of::<Trainings>().get(&variant, 0);
        let settled = cell.and_then(|cell| cell.outcome.settled);
        (method.label(), settled, method.colour(), Dash::Solid)
    };
    Method::ALL.map(named).to_vec()
}

fn squared(lines: &FittedLines) -> [Named; 3] {
    let (l1, l2) = (Method::L1.colour(), Method::L2.colour());
    let (grey, dash) = (Colour::DARK_GREY, Dash::Dashed);
    [
        ("least squares", lines.least_squares, grey, dash),
        ("ridge", lines.ridge, l2, dash),
        ("lasso", Some(lines.lasso), l1, dash),
    ]
}

fn own(lines: &FittedLines) -> [Named; 3] {
    let least =
        |label, method: Method, colour, dash| (label, lines.least_cost(method), colour, dash);
    let [l1, l2] = Method::L1_AND_L2.map(Method::colour);
    let deviations = "least absolute deviations";
    [
        least(deviations, Method::None, Colour::GREY, Dash::Solid),
        least("least cost with L1", Method::L1, l1, Dash::DashDot),
        least("least cost with L2", Method::L2, l2, Dash::Dotted),
    ]
}

/// Each line in numbers, with its total error, as a sentence.
fn numbers<'a>(named: impl Iterator<Item = &'a Named>, lines: &FittedLines) -> String {
    let test = lines.samples.test();
    let numbers = named.filter_map(|named| {
        let (label, line) = (named.0, named.1?);
        Some(format!(
            "{label}: {:.2} x + {:.2}, total error {:.1}",
            line.slope,
            line.intercept,
            line.total_error(&test)
        ))
    });
    let mut sentence = format!("{}.", numbers.collect::<Vec<_>>().join("; "));
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    sentence
}

/// The points with a slope taken off, so that lines of nearly this slope can be told apart.
struct View {
    samples: Samples,
    slope: f64,
}

impl View {
    fn new(samples: &Samples, slope: f64) -> Self {
        let mut samples = samples.clone();
        let points = &mut samples.points;
        for (y, x) in points.y.iter_mut().zip(&points.x) {
            *y -= slope * *x;
        }
        Self { samples, slope }
    }

    fn subtracted(&self) -> String {
        format!("{:.3} x", self.slope)
    }

    fn panel(&self, title: &str, named: &[Named]) -> Chart {
        let axis = Axis::new(format!("y - {}", self.subtracted()));
        let range = self.samples.points.range();
        let curves = named.iter().filter_map(|(label, line, colour, dash)| {
            let mut line = (*line)?;
            line.slope -= self.slope;
            Some(line.curve(label, range).colour(*colour).dash(*dash))
        });
        Chart::new(title, Axis::new("x"), axis)
            .with_all(self.samples.marks())
            .with_all(curves)
    }
}

/// Why a settled line is not the one at which the cost is least.
const LARGE_STEPS: &str = "The slope of |error| is as large near the line as far from it, and the \
    points come in the order of x, again and again. Steps of this size therefore push the whole \
    line aside: the bias, which is free of the penalty, grows, and the slope shrinks.";

/// A settled line counts as found when it lies within a quarter of the noise's width of the line
/// that is sought, 0.5 with the author's settings: nearer than the points themselves.
fn settles(results: &Results<Regularization>, steps: Steps, method: Method) -> Claim {
    let (suffix, network) = match steps {
        Steps::Author => ("", "The"),
        Steps::Small => ("-with-small-steps", "With smaller steps the"),
    };
    let distance = |cell: &Finished<Variant, Training>| {
        let lines = of_seed(results, cell.seed)?;
        let (settled, least) = (cell.outcome.settled?, lines.least_cost(method)?);
        Some(settled.distance(&least, lines.samples.points.range()))
    };
    let cells = results.of::<Trainings>().of(&steps.with(method));
    let distances: Vec<f64> = cells.filter_map(distance).collect();
    let claim = Claim::says(
        format!("{}-settles-at-its-least-cost{suffix}", method.name()),
        OURS,
        format!(
            "{network} {} network settles on the line at which its cost is least.",
            method.label()
        ),
    )
    .measured_by(
        "mean distance of the settled line to the line of least cost",
        "units of y",
    )
    .mean_is_below(results.config().noise / 4.0, &distances);
    match steps {
        Steps::Author => claim.shown_in("oracles").if_contradicted(LARGE_STEPS),
        Steps::Small => claim,
    }
}
