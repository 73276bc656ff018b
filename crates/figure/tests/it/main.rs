//! Laws of drawing, bad input, and pictures compared with stored ones. All pictures that are drawn
//! here lie below `tmp/figures` of the build folder, to be looked at; `RETRACE_GOLDEN=write cargo
//! test --release -p retrace-figure` stores the new ones.

// A failed unwrap fails the test, with its place.
#![allow(clippy::unwrap_used)]

mod bad_input;
mod laws;

use std::fs;
use std::path::{Path, PathBuf};

use retrace_figure::{
    Axis, Band, BarSeries, Bars, Chart, Colour, ColourMap, Column, Contours, Figure, HeatMap,
    Images, Kind, Line, Marker, Marks, Network, Note, Picture, Points, Polygon, Rule, Span,
    Surface, Table,
};

/// Share of pixels that may differ visibly, and from what difference on it is visible (0-255).
/// The rasteriser works in 32-bit floats with other instructions on other processors, which
/// moves the grey of single pixels at edges; a moved line or a lost label differs in far more.
const SHARE: f64 = 0.001;
const VISIBLE: u8 = 24;

/// Draws a figure, leaves its picture to be looked at, and returns the PNG.
fn draw(figure: &Figure) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("figures");
    fs::create_dir_all(&folder).unwrap();
    let png = figure.render().unwrap().png;
    fs::write(folder.join(format!("{}.png", figure.name)), &png).unwrap();
    png
}

fn compare(figure: &Figure) {
    let png = draw(figure);
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let path = folder.join(format!("{}.png", figure.name));
    if std::env::var("RETRACE_GOLDEN").is_ok_and(|value| value == "write") {
        fs::write(&path, &png).unwrap();
    }
    let stored = image::open(&path).unwrap().to_rgb8();
    let drawn = image::load_from_memory(&png).unwrap().to_rgb8();
    assert_eq!(stored.dimensions(), drawn.dimensions(), "{}", figure.name);
    let differs = |(a, b): &(&image::Rgb<u8>, &image::Rgb<u8>)| {
        a.0.iter().zip(b.0).any(|(a, b)| a.abs_diff(b) > VISIBLE)
    };
    let differing = stored.pixels().zip(drawn.pixels()).filter(differs).count();
    let allowed = (f64::from(stored.width() * stored.height()) * SHARE) as usize;
    assert!(
        differing <= allowed,
        "{}: {differing} pixels differ, {allowed} may",
        figure.name
    );
}

#[test]
fn pictures_look_as_stored() {
    compare(&Figure::new("chart", "Loss of one arm").panel_sized(chart(), 400, 300));
    compare(&Figure::new("heat-map", "Weights").panel(heat_map()));
    compare(&Figure::new("bars", "Errors").panel_sized(bars(), 300, 260));
}

#[test]
fn every_kind_and_every_edge_case_is_drawn() {
    draw(&figure());
    draw(&edge_cases());
}

/// One chart with every kind of layer.
fn chart() -> Chart {
    let x = [0.0, 1.0, 2.0, 3.0];
    Chart::new("losses", "step", Axis::new("loss (nats)"))
        .with(Span::x("warm-up", f64::NEG_INFINITY, 0.5))
        .with(Band::new(
            "relu",
            x,
            [0.8, 0.5, 0.3, 0.2],
            [1.2, 0.9, 0.6, 0.4],
        ))
        .with(Line::new("relu", x, [1.0, 0.7, 0.45, 0.3]).marker(Marker::Square))
        .with(
            Points::new("outliers", [1.5], [1.1])
                .colour(Colour::series(1))
                .hollow(),
        )
        .with(Contours::of("", x, x, [2.0], |x, y| x + y))
        .with(Polygon::new("", [1.0, 2.0, 1.5], [0.1, 0.1, 0.4]).colour(Colour::series(2)))
        .with(Rule::at_y("floor", 0.1))
        .with(Note::new("here", 1.0, 0.7))
}

/// A heat map of nine cells, one of them missing.
fn heat_map() -> HeatMap {
    let values = vec![
        vec![-1.0, 0.0, 1.0],
        vec![0.5, f64::NAN, -0.5],
        vec![0.25, 0.75, -0.75],
    ];
    HeatMap::new("weights", values)
        .rows("in", ["a", "b", "c"])
        .columns("out", ["d", "e", "f"])
        .map(ColourMap::Diverging)
        .range(-1.0, 1.0)
        .digits(2)
}

/// Bars with intervals, points and marks.
fn bars() -> Bars {
    Bars::new("errors", ["l1", "l2"], "error")
        .series(
            BarSeries::new("mean", [1.5, 1.0])
                .intervals([(1.2, 1.8), (0.9, 1.1)])
                .points([vec![1.3, 1.7], vec![0.95, 1.05]]),
        )
        .marks(Marks::new("author", [vec![1.6], vec![]]))
        .digits(1)
}

fn table() -> Table {
    Table::new(
        "sizes",
        [Column::words("layer"), Column::numbers("weights")],
    )
    .group("a network & its parts", 2)
    .row(["first <one>", "1,179,776"])
    .line()
    .row(["all", "1,179,780"])
}

/// One panel of each kind.
fn panels() -> Vec<Kind> {
    let axis = [-1.0, 0.0, 1.0];
    vec![
        chart().into(),
        bars().into(),
        bars().horizontal().into(),
        heat_map().into(),
        Surface::of("|x| + |y|", axis, axis, |x, y| x.abs() + y.abs()).into(),
        Images::new("digits", 2)
            .with(Picture::grey("0", 2, 2, vec![0, 80, 160, 255]))
            .into(),
        Network::new(
            "net",
            [vec![vec![0.5, -0.5]], vec![vec![1.0], vec![f64::NAN]]],
        )
        .removed([vec![false], vec![false, true], vec![false]])
        .into(),
        table().into(),
    ]
}

/// All kinds in one figure.
fn figure() -> Figure {
    panels().into_iter().fold(
        Figure::new("all", "All <kinds> & more").columns(2),
        Figure::panel,
    )
}

/// What is easily drawn wrong: gaps, a single number, huge and tiny ones, many, none.
fn edge_cases() -> Figure {
    let nan = f64::NAN;
    let chart = |title: &str, line: Line| Chart::new(title, "x", "y <unit> & more").with(line);
    let many = (0..10).fold(Chart::new("Many", "x", Axis::new("y").log()), |chart, i| {
        let line = Line::new(format!("series {i}"), [0.0, 1.0], [1.0 + f64::from(i), 5.0]);
        chart.with(line.colour(Colour::series(i as usize)))
    });
    let title = "Edge cases: a title that is long enough to need a second line, because titles say \
                 what is compared and that takes words";
    let x = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0];
    Figure::new("edge-cases", title)
        .columns(3)
        .panel(chart(
            "Gaps",
            Line::new("a < b", x, [1.0, 2.0, nan, 1.5, nan, 2.0]),
        ))
        .panel(chart("Constant", Line::new("one", [0.0, 1.0], [3e-7; 2])))
        .panel(chart("Huge", Line::new("l", [0.0, 2e7], [-1e300, 1e300])))
        .panel(Chart::new("Empty", "x", "y"))
        .panel(HeatMap::new("One cell", vec![vec![1.0]]).digits(1))
        .panel(HeatMap::new(
            "Many cells",
            vec![[0.0, 0.5, nan, 1.0].repeat(20); 80],
        ))
        .panel(Bars::new("No bars", Vec::<String>::new(), "value"))
        .panel(Surface::of("With a hole", x, x, |x, y| {
            if x.min(y) > 3.0 { nan } else { x * y }
        }))
        .panel(many)
}
