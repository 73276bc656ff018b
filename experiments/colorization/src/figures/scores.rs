//! How near to the truth each arm's colours are, and how colourful.

use retrace_figure::{BarSeries, Bars, Colour, Dash, Figure, Rule};
use retrace_lab::{Outcomes, statistics};

use super::style::interval;
use crate::Colorization;
use crate::arm::{AS_DESCRIBED, Setup};
use crate::outcome::{End, Outcome, Scores};

type Number = fn(&Scores) -> Option<f64>;

/// Scores on the test pictures.
pub(super) fn figure(outcomes: &Outcomes<Colorization>) -> Figure {
    let figure = Figure::new("scores", "Colours of each network on the test pictures")
        .columns(2)
        .caption(
            "Root mean square error of a and b, Zhang's accuracy (area under the curve of the \
             share of pixels within a distance of 0 to 150) raw and with rare colours counting as \
             much as others, and the mean chroma over that of the true colours. \"As described\" \
             is what the author's text says, \"as written\" what his code does. Mean over seeds \
             with its 95 % interval, a dot a seed. The upper networks are measured \
             on all scenes, where the line is what all grey has; the two of forests on forests, \
             where grey has other values (`results`). The true chroma is 1.",
        );
    let panels: [(&str, &str, Number); 4] = [
        ("Error", "RMSE of a and b", |s| Some(s.rmse)),
        ("Chroma", "mean chroma / true chroma", |s| s.chroma_ratio),
        ("Raw accuracy", "accuracy (%)", |s| Some(100.0 * s.accuracy)),
        ("Rebalanced accuracy", "accuracy (%)", |s| {
            Some(100.0 * s.rebalanced_accuracy)
        }),
    ];
    panels
        .into_iter()
        .fold(figure, |figure, (title, axis, number)| {
            figure.panel(bars(outcomes, (title, axis), number))
        })
}

fn bars(outcomes: &Outcomes<Colorization>, (title, axis): (&str, &str), number: Number) -> Bars {
    let of = |outcome: &Outcome| outcome.end().and_then(|end| number(&end.scores));
    let values = Setup::ALL.map(|setup| outcomes.values(setup.name, of));
    let series = BarSeries::new("", values.each_ref().map(|v| statistics::mean(v)))
        .colour_each(Setup::ALL.map(|setup| setup.colour()))
        .intervals(values.each_ref().map(|v| interval(v)))
        .points(values);
    let bars = Bars::new(title, Setup::ALL.map(|setup| setup.label), axis).series(series);
    match rule(outcomes, title, number) {
        Some(rule) => bars.rule(rule).horizontal(),
        None => bars.horizontal(),
    }
}

fn rule(outcomes: &Outcomes<Colorization>, title: &str, number: Number) -> Option<Rule> {
    let line = |label: &str, at: f64| {
        let rule = Rule::at_y(label, at).colour(Colour::DARK_GREY);
        rule.dash(Dash::Dashed)
    };
    if title == "Chroma" {
        return Some(line("true", 1.0));
    }
    let cell = outcomes.get(AS_DESCRIBED.name, 0)?;
    let end: &End = cell.outcome.end()?;
    Some(line("all grey", number(&end.grey)?))
}
