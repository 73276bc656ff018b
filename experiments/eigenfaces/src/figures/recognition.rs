//! Recognition rates against the eigenfaces that are used.

use retrace_figure::{Axis, BarSeries, Bars, Chart, Colour, Dash, Figure, Rule};
use retrace_lab::statistics::{mean, mean_interval};

use super::{All, mean_and_interval, origin};
use crate::data::PERSONS_SET;
use crate::outcome::Recognition;

/// Rates with the first k eigenfaces, and with chosen ones.
pub fn rates(outcomes: &All) -> Option<Figure> {
    let cells: Vec<&Recognition> = outcomes
        .of("recognition")
        .filter_map(|cell| cell.outcome.recognition())
        .collect();
    let config = outcomes.config();
    let most = cells.first()?.rates.first()?.len();
    let share = 100.0 * config.share;
    let caption = format!(
        "Share of the test pictures whose nearest training picture, by the weights, shows the same \
         person: {} persons, {} training pictures each, {} random splits; mean over splits with \
         its 95 % interval, below a dot a split. {share} % of the variance need {:.0} of {most} \
         eigenfaces (dotted). Chance is {:.3}.{}",
        config.persons,
        config.training_pictures,
        cells.len(),
        mean(&for_share(&cells)),
        1.0 / config.persons as f64,
        origin(outcomes, &[PERSONS_SET])
    );
    Some(
        Figure::new(
            "recognition",
            "Recognition rate against the eigenfaces that are used",
        )
        .caption(caption)
        .panel_sized(by_number(&cells), 760, 380)
        .panel_sized(by_choice(&cells, share), 760, 300),
    )
}

fn for_share(cells: &[&Recognition]) -> Vec<f64> {
    cells.iter().map(|cell| cell.for_share as f64).collect()
}

fn by_number(cells: &[&Recognition]) -> Chart {
    let rows = |skipped: usize| -> Vec<Vec<f64>> {
        cells
            .iter()
            .filter_map(|cell| cell.rates.get(skipped).cloned())
            .collect()
    };
    let axis = Axis::new("recognition rate (0-1)");
    let place = Axis::new("number of eigenfaces").log();
    let rule = Rule::at_x("", mean(&for_share(cells)))
        .dash(Dash::Dotted)
        .colour(Colour::DARK_GREY);
    let chart = Chart::new("With more and more eigenfaces", place, axis).with(rule);
    let lines = cells.first().map_or(0, |cell| cell.rates.len());
    (0..lines).fold(chart, |chart, skipped| {
        let rows = rows(skipped);
        let count = rows.iter().map(Vec::len).min().unwrap_or(0);
        let numbers: Vec<f64> = (1..=count).map(|number| number as f64).collect();
        let label = match skipped {
            0 => "from the first".to_owned(),
            more => without(more),
        };
        let colour = Colour::series([0, 5, 2, 3][skipped % 4]);
        chart.with_all(mean_and_interval(&label, &numbers, &rows, colour))
    })
}

fn without(first: usize) -> String {
    match first {
        1 => "without the first".to_owned(),
        more => format!("without the first {more}"),
    }
}

fn by_choice(cells: &[&Recognition], share: f64) -> Bars {
    let of = |number: &dyn Fn(&Recognition) -> Option<f64>| -> Vec<f64> {
        cells.iter().filter_map(|cell| number(cell)).collect()
    };
    let mut choices = vec![
        ("all".to_owned(), of(&Recognition::with_all)),
        (
            format!("the first, {share} %"),
            of(&Recognition::with_share),
        ),
        (
            format!("only those beyond {share} %"),
            of(&|cell| cell.last_only),
        ),
    ];
    let skipped = cells.first().map_or(1, |cell| cell.rates.len());
    for first in 1..skipped {
        let rates = of(&|cell| cell.without_first(first));
        choices.push((format!("all {}", without(first)), rates));
    }
    let means: Vec<f64> = choices.iter().map(|choice| mean(&choice.1)).collect();
    let interval =
        |values: &Vec<f64>| mean_interval(values).map_or((f64::NAN, f64::NAN), |e| (e.low, e.high));
    let intervals: Vec<(f64, f64)> = choices.iter().map(|choice| interval(&choice.1)).collect();
    let points: Vec<Vec<f64>> = choices.iter().map(|choice| choice.1.clone()).collect();
    let names = choices.into_iter().map(|choice| choice.0);
    Bars::new(
        "With chosen eigenfaces",
        names,
        Axis::new("recognition rate (0-1)").range(0.0, 1.1),
    )
    .series(
        BarSeries::new("", means)
            .intervals(intervals)
            .points(points),
    )
    .digits(3)
    .horizontal()
}
