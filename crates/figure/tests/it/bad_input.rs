//! Numbers that cannot be drawn leave gaps; lists that do not fit are errors that say where.

use crate::samples;
use retrace_figure::{
    Axis, Band, BarSeries, Bars, Chart, Column, Contours, Figure, HeatMap, Images, Kind, Line,
    Network, Note, PanelError, Picture, Points, Polygon, Rule, Span, Surface, Table,
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

/// The error of drawing a figure of one panel, as text and as kind.
fn refused(panel: impl Into<Kind>) -> (String, PanelError) {
    match figure(panel).render().unwrap_err() {
        error @ retrace_figure::FigureError::Panel { .. } => {
            let text = error.to_string();
            let retrace_figure::FigureError::Panel { problem, .. } = error else {
                unreachable!()
            };
            (text, problem)
        }
        other => panic!("unexpected: {other}"),
    }
}

#[test]
fn errors_name_figure_panel_and_what_to_do() {
    let (text, problem) = refused(HeatMap::new("weights", vec![vec![1.0, 2.0], vec![3.0]]));
    assert_eq!(
        text,
        "figure \"odd\", panel 0 (\"weights\"): the heat map's matrix: row 1 has 1 values, \
         row 0 has 2; make all rows equal"
    );
    assert!(matches!(problem, PanelError::Ragged { row: 1, .. }));
}

#[test]
fn lists_that_do_not_fit_are_refused() {
    let (_, problem) = refused(Chart::new("", "x", "y").with(Line::new("l", [1.0], [1.0, 2.0])));
    assert!(matches!(
        problem,
        PanelError::Length {
            expected: 1,
            found: 2,
            ..
        }
    ));
    let (_, problem) = refused(Bars::new("", ["a"], "v").series(BarSeries::new("s", [])));
    assert!(matches!(
        problem,
        PanelError::Length {
            expected: 1,
            found: 0,
            ..
        }
    ));
    let (_, problem) = refused(Images::new("", 1).with(Picture::rgb("p", 2, 2, vec![0; 4])));
    assert!(matches!(
        problem,
        PanelError::ImageSize {
            expected: 12,
            found: 4,
            ..
        }
    ));
    let (_, problem) = refused(Images::new("", 1).with(Picture::grey("p", u32::MAX, 1, vec![])));
    assert!(matches!(problem, PanelError::TooMany { .. }));
    let (_, problem) = refused(Network::new("", [vec![vec![1.0, 2.0]], vec![vec![1.0]]]));
    assert!(matches!(
        problem,
        PanelError::Length {
            expected: 1,
            found: 2,
            ..
        }
    ));
    let (_, problem) = refused(HeatMap::new("", Vec::new()));
    assert!(matches!(problem, PanelError::Empty { .. }));
}

#[test]
fn tables_whose_parts_do_not_fit_are_refused() {
    let columns = || [Column::words("a"), Column::numbers("b")];
    let (_, problem) = refused(Table::new("", columns()).row(["x", "1"]).row(["y"]));
    assert!(
        problem.to_string().starts_with("row 1 of the table"),
        "{problem}"
    );
    let (_, problem) = refused(Table::new("", columns()).row(["x", "1"]).group("g", 3));
    assert!(
        matches!(
            problem,
            PanelError::Length {
                expected: 2,
                found: 3,
                ..
            }
        ),
        "{problem}"
    );
    for empty in [Table::new("", columns()), Table::new("", []).row([""; 0])] {
        let (_, problem) = refused(empty);
        assert!(matches!(problem, PanelError::Empty { .. }), "{problem}");
    }
}

#[test]
fn ranges_that_are_none_are_refused() {
    for axis in [
        Axis::new("x").range(1.0, 1.0),
        Axis::new("x").range(f64::NAN, 1.0),
        Axis::new("x").range(0.0, 1.0).log(),
    ] {
        let (_, problem) = refused(Chart::new("", axis, "y"));
        assert!(matches!(problem, PanelError::Range { .. }));
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
        figure.panel_sized(samples::chart(), 2000, 2000)
    });
    let error = many.render().unwrap_err();
    assert!(
        matches!(error, retrace_figure::FigureError::TooLarge { .. }),
        "{error}"
    );
}
