//! Numbers that cannot be drawn leave gaps; lists that do not fit are errors that say where.

use retrace_figure::{
    Axis, Band, BarSeries, Bars, Chart, Column, Contours, Figure, FigureError, HeatMap, Images,
    Kind, Layer, Line, Network, Note, Picture, Points, Polygon, Rule, Span, Surface, Table,
};

const ODD: [f64; 6] = [
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
    0.0,
    f64::MAX,
    f64::MIN,
];

fn figure(panel: impl Into<Kind>) -> Figure {
    Figure::new("odd", "Odd numbers").panel(panel)
}

/// Charts with every layer over the numbers, on linear and logarithmic axes.
fn charts(numbers: &[f64]) -> impl Iterator<Item = Chart> + '_ {
    [false, true].into_iter().map(move |log| {
        let axis = move || {
            if log {
                Axis::new("v").log()
            } else {
                Axis::new("v")
            }
        };
        let first = numbers.first().copied().unwrap_or(f64::NAN);
        Chart::new("", axis(), axis())
            .with(Line::new("l", numbers, numbers).stepped())
            .with(Band::new("b", numbers, numbers, numbers))
            .with(Points::new("p", numbers, numbers))
            .with(Polygon::new("g", numbers, numbers))
            .with(Contours::of("c", numbers, numbers, numbers, |x, y| x + y))
            .with(Span::y("s", first, f64::NAN))
            .with(Rule::at_x("r", first))
            .with(Note::new("n", first, first))
    })
}

#[test]
fn odd_numbers_draw_a_picture_in_every_kind_of_panel() {
    let lists: [&[f64]; 8] = [
        &[],
        &[1.0],
        &[f64::NAN],
        &[0.0; 3],
        &[-3.0; 2],
        &[1e-300, 1e300],
        &ODD,
        &[5.0, 5.0],
    ];
    for numbers in lists {
        for chart in charts(numbers) {
            figure(chart).render().unwrap();
        }
        let names = numbers.iter().map(ToString::to_string);
        let series = BarSeries::new("b", numbers)
            .intervals(numbers.iter().map(|v| (*v, -v)).collect::<Vec<_>>())
            .points(numbers.iter().map(|v| vec![*v, 1.0]).collect::<Vec<_>>());
        let bars = Bars::new("", names, "v").series(series).digits(2);
        figure(bars.clone()).render().unwrap();
        figure(bars.horizontal()).render().unwrap();
        if !numbers.is_empty() {
            figure(HeatMap::new("", vec![numbers.to_vec()]).digits(2))
                .render()
                .unwrap();
            figure(Surface::of("", numbers, numbers, |x, y| x * y))
                .render()
                .unwrap();
            figure(Network::new("", vec![vec![numbers.to_vec()]]))
                .render()
                .unwrap();
        }
    }
}

#[test]
fn a_tiny_panel_with_long_texts_is_drawn() {
    let words = "words ".repeat(60);
    let chart = Chart::new(words.clone(), words.clone(), words.clone()).with(Line::new(
        words.clone(),
        [0.0, 1.0],
        [0.0, 1.0],
    ));
    Figure::new("tiny", words)
        .panel_sized(chart, 1, 1)
        .render()
        .unwrap();
}

#[test]
fn parts_that_do_not_fit_are_refused_with_their_place() {
    let columns = || [Column::words("a"), Column::numbers("b")];
    let chart = |layer: Layer| Kind::from(Chart::new("", "x", "y").with(layer));
    let axis = |axis: Axis| Kind::from(Chart::new("", axis, "y"));
    let image = |picture| Kind::from(Images::new("", 1).with(picture));
    let cases: Vec<(Kind, &str)> = vec![
        (
            HeatMap::new("", vec![vec![1.0, 2.0], vec![3.0]]).into(),
            "the heat map's matrix: row 1 has 1 values, row 0 has 2; make all rows equal",
        ),
        (
            HeatMap::new("", [vec![1.0]]).rows("r", ["a", "b"]).into(),
            "row labels: expected 1 values, found 2",
        ),
        (
            HeatMap::new("", Vec::new()).into(),
            "the heat map's matrix is empty: at least one is needed",
        ),
        (
            chart(Line::new("l", [1.0], [1.0, 2.0]).into()),
            "y of line \"l\": expected 1 values, found 2",
        ),
        (
            Bars::new("", ["a"], "v")
                .series(BarSeries::new("s", []))
                .into(),
            "values of series \"s\": expected 1 values, found 0",
        ),
        (
            image(Picture::rgb("p", 2, 2, vec![0; 4])),
            "image \"p\" of 2x2 pixels has 4 bytes, expected 12",
        ),
        (
            image(Picture::grey("p", u32::MAX, 1, vec![])),
            "image \"p\" is 4294967295x1 pixels; a side has 4096 at most",
        ),
        (
            Network::new("", [vec![vec![1.0, 2.0]], vec![vec![1.0]]]).into(),
            "units out of layer 0: expected 1 values, found 2",
        ),
        (
            Table::new("", columns()).row(["x", "1"]).row(["y"]).into(),
            "row 1 of the table: expected 2 values, found 1",
        ),
        (
            Table::new("", columns())
                .row(["x", "1"])
                .group("g", 3)
                .into(),
            "columns under the table's groups: expected 2 values, found 3",
        ),
        (
            Table::new("", columns()).into(),
            "the table is empty: at least one is needed",
        ),
        (
            Table::new("", []).row([""; 0]).into(),
            "the table is empty: at least one is needed",
        ),
        (
            axis(Axis::new("x").range(1.0, 1.0)),
            "x axis: the range 1..1 is unusable, expected finite numbers, low < high",
        ),
        (
            axis(Axis::new("x").range(f64::NAN, 1.0)),
            "x axis: the range NaN..1 is unusable, expected finite numbers, low < high",
        ),
        (
            axis(Axis::new("x").range(0.0, 1.0).log()),
            "x axis: the range 0..1 is unusable, expected positive numbers, because the scale is \
             logarithmic",
        ),
    ];
    for (panel, problem) in cases {
        let error = figure(panel).render().unwrap_err().to_string();
        assert_eq!(error, format!("figure \"odd\", panel 0 (\"\"): {problem}"));
    }
}

#[test]
fn a_figure_without_panels_is_refused() {
    let error = Figure::new("bare", "t").render().unwrap_err().to_string();
    assert_eq!(
        error,
        "figure \"bare\" has no panels: add at least one before drawing it"
    );
}

#[test]
fn a_page_too_large_to_draw_is_refused() {
    let many = (0..40).fold(Figure::new("long", "t"), |figure, _| {
        figure.panel_sized(crate::chart(), 2000, 2000)
    });
    let error = many.render().unwrap_err();
    assert!(matches!(error, FigureError::TooLarge(..)), "{error}");
}
