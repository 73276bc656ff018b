//! **Which penalty fits better?** The author's measure, the sum of |error| over the test points, for
//! each training and beside his own ten numbers.

use retrace_figure::{Axis, Bars, Chart, Colour, Dash, Figure, Marks, Rule};
use retrace_lab::{Claim, Drawing, Reported, Result, Results, number, seeds, statistics};

use crate::lines::of_seed;
use crate::penalties::Method;
use crate::points::{Line, origin};
use crate::pruning::{self, PRUNED, Pruned, Pruning};
use crate::training::{Steps, Training, Trainings};
use crate::{ERROR_UNIT, OURS, POST, Regularization};

/// The author's total errors of five L1 runs with all units.
pub const AUTHOR_L1: [f64; 5] = [
    22.685_155_24,
    41.645_457_12,
    4.773_836_74,
    24.043_902_11,
    7.255_960_04,
];
/// The same after he had taken units out.
pub const AUTHOR_PRUNED: [f64; 5] = [
    7.619_844_39,
    13.851_778_42,
    11.959_833_47,
    16.954_911_62,
    25.172_947_74,
];

/// The fitted lines, and their total errors.
pub(crate) fn figures(results: &Results<Regularization>) -> Result<Vec<Drawing>> {
    Ok(vec![fits(results).into(), total_errors(results).into()])
}

/// The author showed so many runs of each method.
const RUNS: u64 = 5;

/// Five runs of each method over the points.
fn fits(results: &Results<Regularization>) -> Figure {
    let figure = Figure::new("fits", "Five seeds of each method: points and fitted lines")
        .caption(format!(
            "Each line is the network of one seed, from its own initial weights. Outliers are the \
             diamonds, hollow marks are the test points, whose |errors| add up to the total error. \
             The title of each panel has the total errors of the five seeds.{}",
            origin(results)
        ))
        .columns(2)
        .shared_legend();
    let pruned = Row::of_pruned(results, ("L1, pruned", pruning::COLOUR), |pruned| {
        pruned.retrained.as_ref()
    });
    let rows = Row::of_methods(results).chain([pruned]);
    rows.fold(figure, |figure, row| figure.panel(fit(results, &row)))
}

fn fit(results: &Results<Regularization>, row: &Row<'_>) -> Chart {
    let first = row.trainings.iter().filter(|(seed, _)| *seed < RUNS);
    let runs: Vec<&Training> = first.map(|(_, training)| *training).collect();
    let total = |run: &&Training| match run.total_error {
        Some(error) => format!("{error:.1}"),
        None => "diverged".to_owned(),
    };
    let totals: Vec<String> = runs.iter().map(total).collect();
    let title = match totals.is_empty() {
        true => row.label.to_owned(),
        false => format!("{}: {}", row.label, totals.join(", ")),
    };
    let chart = Chart::new(title, Axis::new("x"), Axis::new("y"));
    let Some(lines) = of_seed(results, 0) else {
        return chart;
    };
    let range = lines.samples.points.range();
    let curve = |line: Line| line.curve("", range).colour(row.colour).width(1.6);
    chart
        .with_all(lines.samples.marks())
        .with_all(runs.iter().filter_map(|run| run.line).map(curve))
}

/// Total errors of the last step, of the settled line, and with small steps.
fn total_errors(results: &Results<Regularization>) -> Figure {
    let last_step = |training: &Training| training.total_error;
    let all = all_rows(results);
    let author: Vec<Vec<f64>> = all.iter().map(|row| row.author.to_vec()).collect();
    let author = Marks::new("the author's runs, other points", author);
    let title = "After the last step (the author's measure)";
    let last = panel(results, title, &all, last_step).marks(author);
    let title = "Mean line of the last fifth of the steps";
    let settled = panel(results, title, &all, |training| training.settled_error);
    let small = Method::SINGLE.map(|method| Row::of_method(results, Steps::Small, method));
    let title = "After the last step, small steps";
    let small = panel(results, title, &small, last_step);
    Figure::new("total-errors", "Total error of each method over all seeds")
        .caption(format!(
            "Mean over seeds with its 95 % interval, a dot per seed. The author's ten numbers \
             (diamonds) belong to points that are lost, so only their spread compares. The dashed \
             line is the total error of the line of least absolute deviations (LAD). Below: the \
             same without the jitter of the last steps, and with steps that jitter less.{}",
            origin(results)
        ))
        .panel_sized(last, 760, 360)
        .panel_sized(settled, 760, 320)
        .panel_sized(small, 760, 220)
}

/// Trainings that are drawn together, each with its seed.
struct Row<'a> {
    label: &'static str,
    colour: Colour,
    author: &'static [f64],
    trainings: Vec<(u64, &'a Training)>,
}

impl<'a> Row<'a> {
    fn of_method(results: &'a Results<Regularization>, steps: Steps, method: Method) -> Self {
        let cells = results.of::<Trainings>().of(&steps.with(method));
        let is_authors = (steps, method) == (Steps::Author, Method::L1);
        Self {
            label: method.label(),
            colour: method.colour(),
            author: if is_authors { &AUTHOR_L1 } else { &[] },
            trainings: cells.map(|cell| (cell.seed, &cell.outcome)).collect(),
        }
    }

    fn of_methods(results: &'a Results<Regularization>) -> impl Iterator<Item = Self> {
        let row = |method| Self::of_method(results, Steps::Author, method);
        Method::ALL.into_iter().map(row)
    }

    fn of_pruned(
        results: &'a Results<Regularization>,
        (label, colour): (&'static str, Colour),
        training: fn(&Pruned) -> Option<&Training>,
    ) -> Self {
        let cells = results.of::<Pruning>().of(&PRUNED);
        let trainings = cells.filter_map(|cell| Some((cell.seed, training(&cell.outcome)?)));
        Self {
            label,
            colour,
            author: &[],
            trainings: trainings.collect(),
        }
    }
}

/// All ways to train; the last is the pruned network trained on.
fn all_rows(results: &Results<Regularization>) -> Vec<Row<'_>> {
    let fresh = ("L1, pruned, fresh", pruning::COLOUR);
    let fresh = Row {
        author: &AUTHOR_PRUNED,
        ..Row::of_pruned(results, fresh, |pruned| pruned.retrained.as_ref())
    };
    let continued = ("L1, pruned, continued", Colour::series(5));
    let continued = Row::of_pruned(results, continued, |pruned| pruned.continued.as_ref());
    Row::of_methods(results).chain([fresh, continued]).collect()
}

fn panel(
    results: &Results<Regularization>,
    title: &str,
    rows: &[Row<'_>],
    number: fn(&Training) -> Option<f64>,
) -> Bars {
    let values = |row: &Row| -> Vec<f64> {
        let trainings = row.trainings.iter();
        trainings
            .filter_map(|(_, training)| number(training))
            .collect()
    };
    let values: Vec<Vec<f64>> = rows.iter().map(values).collect();
    let colours: Vec<Colour> = rows.iter().map(|row| row.colour).collect();
    let axis = Axis::new("total error on the test points (units of y)");
    let bars = Bars::new(title, rows.iter().map(|row| row.label), axis)
        .series(seeds::bars("mean of the seeds", &values).colour_each(colours))
        .digits(1)
        .horizontal();
    match of_seed(results, 0) {
        Some(lines) => {
            let error = lines.least_deviations.total_error(&lines.samples.test());
            bars.rule(Rule::at_y("LAD", error).dash(Dash::Dashed))
        }
        None => bars,
    }
}

/// L2 against L1, as the post has it, without the jitter of the last steps, and with small steps.
pub(crate) fn claims(results: &Results<Regularization>) -> Vec<Claim> {
    let l2_minus_l1 = |steps: Steps, number: fn(&Training) -> Option<f64>| {
        let [l1, l2] = Method::L1_AND_L2.map(|method| steps.with(method));
        results.of::<Trainings>().differences(&l2, &l1, number)
    };
    let total = l2_minus_l1(Steps::Author, |training| training.total_error);
    let settled = l2_minus_l1(Steps::Author, |training| training.settled_error);
    let small = l2_minus_l1(Steps::Small, |training| training.total_error);
    [
        Claim::says(
            "l2-error-below-l1",
            POST,
            "With lambda 0.3 the L2 network's total error is smaller than the L1 network's.",
        )
        .measured_by("total error of L2 minus that of L1", ERROR_UNIT)
        .mean_is_below(0.0, &total),
        Claim::says(
            "l2-settled-error-below-l1",
            OURS,
            "By the mean line of the last fifth of the steps, without the jitter of the very last \
             ones, the L2 network's total error is smaller than the L1 network's, too.",
        )
        .measured_by("total error of the settled L2 line minus L1's", ERROR_UNIT)
        .mean_is_below(0.0, &settled)
        .if_contradicted(
            "Both costs are least at nearly the same line, so L2 has nothing to be ahead by. Large \
             steps in the order of x push the settled lines off it, and L2's further than L1's.",
        ),
        Claim::says(
            "l2-error-below-l1-with-small-steps",
            OURS,
            "Trained with smaller steps, which jitter less, the L2 network's total error is smaller \
             than the L1 network's, too.",
        )
        .measured_by(
            "total error of L2 minus that of L1, both with small steps",
            ERROR_UNIT,
        )
        .mean_is_below(0.0, &small)
        .if_contradicted(
            "Both costs are least at nearly the same line, so L2 has nothing to be ahead by. What \
             is left is how far each line still is from it when the training ends, and on a few \
             test points that can turn out either way.",
        ),
    ]
    .map(|claim| claim.shown_in("total-errors"))
    .into()
}

/// The author's total errors beside ours. His points are lost, so only the spread compares.
pub(crate) fn reported(results: &Results<Regularization>) -> impl Iterator<Item = Reported> {
    let l1 = Steps::Author.with(Method::L1);
    let l1 = results
        .of::<Trainings>()
        .values(&l1, |training| training.total_error);
    let pruned = results
        .of::<Pruning>()
        .values(&PRUNED, |pruned| pruned.retrained.as_ref()?.total_error);
    let pruned = beside_author("with L1, pruned and trained afresh", AUTHOR_PRUNED, &pruned);
    let l1 = beside_author("with L1", AUTHOR_L1, &l1);
    l1.into_iter().chain(pruned).flatten()
}

/// The mean and the range; nothing of an arm without a finite total error.
fn beside_author(how: &str, author: [f64; 5], ours: &[f64]) -> Option<[Reported; 2]> {
    let two_digits = |error: f64| format!("{error:.2}");
    let mean = Reported::mean(
        format!("total error {how} (the author's points are lost)"),
        POST,
        format!(
            "{}, mean of {}",
            two_digits(statistics::mean(&author)),
            author.map(two_digits).join(", ")
        ),
        ours,
    )?;
    let range = Reported::text(
        format!("smallest and largest total error {how}"),
        POST,
        range(&author, two_digits),
        range(ours, number),
    );
    Some([mean, range])
}

/// `4.77 to 41.65`.
fn range(values: &[f64], text: impl Fn(f64) -> String) -> String {
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    format!("{} to {}", text(least), text(most))
}
