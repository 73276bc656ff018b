//! The curves of several runs in one chart: an arm keeps its colour, a run has its own dashes.

use retrace_figure::{Chart, Dash, Figure, Kind, Layer, Line};

/// Dashes that the eye keeps apart, so that more runs than these are not laid over each other.
const DASHES: [Dash; 3] = [Dash::Solid, Dash::Dashed, Dash::Dotted];

/// The charts that all of `figures` (name of the run, its figure of one name) have in common, with
/// the curves of all. Bands are left out: over each other they hide the curves.
///
/// `None` when fewer than two runs have curves in common panels. From the fourth run on, runs are
/// left out.
pub(crate) fn overlay(figures: &[(String, Figure)]) -> Option<Figure> {
    let figures = &figures[..figures.len().min(DASHES.len())];
    let (_, first) = figures.first()?;
    let mut merged = Figure::new(first.name.clone(), first.title.clone())
        .columns(first.columns)
        .caption(first.caption.clone());
    merged.shared_legend = first.shared_legend;
    for (index, placed) in first.panels.iter().enumerate() {
        if let Kind::Chart(chart) = &placed.panel
            && let Some(chart) = merge(index, chart, figures)
        {
            merged = match placed.size {
                Some((width, height)) => merged.panel_sized(chart, width, height),
                None => merged.panel(chart),
            };
        }
    }
    (!merged.panels.is_empty()).then_some(merged)
}

fn merge(index: usize, first: &Chart, figures: &[(String, Figure)]) -> Option<Chart> {
    let charts = figures
        .iter()
        .zip(DASHES)
        .filter_map(|((run, figure), dash)| {
            match figure.panels.get(index).map(|placed| &placed.panel) {
                Some(Kind::Chart(chart)) if chart.title == first.title => Some((run, dash, chart)),
                _ => None,
            }
        });
    let charts: Vec<_> = charts
        .filter(|(.., chart)| lines(chart).next().is_some())
        .collect();
    if charts.len() < 2 {
        return None;
    }
    let mut chart = Chart {
        layers: Vec::new(),
        ..first.clone()
    };
    // A range chosen for one run need not hold another's curves.
    (chart.x.range, chart.y.range) = (None, None);
    for (run, dash, from) in charts {
        chart = chart.with_all(lines(from).map(|line| Line {
            label: format!("{}, {run}", line.label),
            dash,
            marker: None,
            ..line.clone()
        }));
    }
    Some(chart)
}

/// Curves that a legend names.
fn lines(chart: &Chart) -> impl Iterator<Item = &Line> {
    chart.layers.iter().filter_map(|layer| match layer {
        Layer::Line(line) if !line.label.is_empty() => Some(line),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use retrace_figure::{Band, BarSeries, Bars};

    fn figure(height: f64) -> Figure {
        let chart = Chart::new("test", "step", "loss")
            .with(Band::new("relu", [0.0], [0.0], [1.0]))
            .with(Line::new("relu", [0.0, 1.0], [height, 0.0]));
        let bars = Bars::new("", ["a"], "error").series(BarSeries::new("s", [1.0]));
        Figure::new("loss", "Loss").panel(chart).panel(bars)
    }

    #[test]
    fn curves_lie_over_each_other_and_say_whose_they_are() {
        let runs = [
            ("quick".to_owned(), figure(1.0)),
            ("post".to_owned(), figure(9.0)),
        ];
        let merged = overlay(&runs).unwrap();
        assert_eq!(merged.panels.len(), 1, "bars have no curves");
        let Kind::Chart(chart) = &merged.panels[0].panel else {
            panic!("not a chart");
        };
        let lines: Vec<_> = lines(chart)
            .map(|l| (l.label.as_str(), l.dash, l.y[0]))
            .collect();
        assert_eq!(
            lines,
            [
                ("relu, quick", Dash::Solid, 1.0),
                ("relu, post", Dash::Dashed, 9.0)
            ]
        );
        assert!(merged.render().is_ok());
    }

    #[test]
    fn a_panel_that_only_one_run_has_is_left_out() {
        let other = Figure::new("loss", "Loss").panel(Chart::new("other", "x", "y"));
        let runs = [("a".to_owned(), figure(1.0)), ("b".to_owned(), other)];
        assert_eq!(overlay(&runs), None);
        assert_eq!(overlay(&runs[..1]), None);
    }
}
