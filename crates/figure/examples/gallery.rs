//! Draws every kind of panel, and the edge cases, into a folder:
//! `cargo run --release -p retrace-figure --example gallery -- out/gallery`.

use std::error::Error;
use std::f64::consts::PI;
use std::path::Path;

use retrace_figure::{
    Animation, Axis, Band, BarSeries, Bars, Chart, Colour, ColourMap, Contours, Dash, Figure,
    HeatMap, Images, Line, Marker, Marks, Network, Note, Picture, Points, Polygon, Rule, Span,
    Surface,
};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: gallery FOLDER")?;
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder)?;
    let figures = [
        curves(),
        logarithmic(),
        bars(),
        weights(),
        surfaces(),
        geometry(),
        network(),
        pictures(),
        edge_cases(),
    ];
    for figure in figures {
        let rendered = figure.render()?;
        std::fs::write(folder.join(format!("{}.svg", figure.name)), rendered.svg)?;
        std::fs::write(folder.join(format!("{}.png", figure.name)), rendered.png)?;
        std::fs::write(folder.join(format!("{}.json", figure.name)), rendered.json)?;
    }
    let moving = training();
    std::fs::write(folder.join("training.gif"), moving.render()?.gif)?;
    Ok(())
}

/// Numbers from `low` to `high`, ends included.
fn grid(low: f64, high: f64, count: u32) -> Vec<f64> {
    (0..count)
        .map(|i| low + (high - low) * f64::from(i) / f64::from(count - 1))
        .collect()
}

fn curve(x: &[f64], f: impl Fn(f64) -> f64) -> Vec<f64> {
    x.iter().map(|&x| f(x)).collect()
}

fn curves() -> Figure {
    let x = grid(-8.0, 8.0, 161);
    let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
    let slope = curve(&x, |x| sigmoid(x) * (1.0 - sigmoid(x)));
    let left = Chart::new("Sigmoid and its derivative", "input x", "value")
        .with(Span::x("saturated", f64::NEG_INFINITY, -4.0))
        .with(Span::x("saturated", 4.0, f64::INFINITY))
        .with(Rule::at_y("1/4", 0.25))
        .with(Line::new("sigmoid", x.clone(), curve(&x, sigmoid)))
        .with(
            Line::new("derivative", x, slope)
                .colour(Colour::series(1))
                .dash(Dash::Dashed),
        )
        .with(Note::new("steepest at 0", 0.0, 0.5).offset(30.0, -30.0));
    let steps = grid(0.0, 2000.0, 41);
    let mut right = Chart::new("Loss in training", "step", "cross-entropy (nats)");
    for (arm, rate) in [("relu", 500.0), ("sigmoid", 1500.0), ("elu", 300.0)]
        .iter()
        .enumerate()
    {
        let mean = curve(&steps, |s| 2.3 * (-s / rate.1).exp() + 0.1);
        let spread = |sign: f64| {
            mean.iter()
                .map(|m| m * (1.0 + 0.15 * sign))
                .collect::<Vec<_>>()
        };
        let colour = Colour::series(arm);
        right = right
            .with(Band::new(rate.0, steps.clone(), spread(-1.0), spread(1.0)).colour(colour))
            .with(Line::new(rate.0, steps.clone(), mean).colour(colour));
    }
    Figure::new(
        "curves",
        "Saturation: the sigmoid's derivative against its loss in training",
    )
    .columns(2)
    .panel(left)
    .panel(right)
}

fn logarithmic() -> Figure {
    let layers = grid(1.0, 20.0, 20);
    let mut chart = Chart::new(
        "",
        Axis::new("layer, counted from the input"),
        Axis::new("mean gradient norm").log(),
    );
    for (index, (name, factor)) in [
        ("relu", 1.02),
        ("lrelu", 1.05),
        ("elu", 1.25),
        ("sigmoid", 5.0),
    ]
    .iter()
    .enumerate()
    {
        let y = curve(&layers, |l| f64::powf(*factor, l - 20.0));
        let line = Line::new(*name, layers.clone(), y).colour(Colour::series(index));
        chart = chart.with(line.marker(Marker::Circle));
    }
    Figure::new(
        "logarithmic",
        "Vanishing gradient: norm of the gradient in each of 20 layers",
    )
    .panel(chart)
}

fn bars() -> Figure {
    let arms = ["none", "l1", "l2", "elastic-net", "l1-pruned"];
    let values = [1.31, 1.62, 1.24, 1.4, 1.29];
    let points: Vec<Vec<f64>> = values
        .iter()
        .map(|v| {
            (0..10)
                .map(|s| v + 0.2 * (f64::from(s) * 1.7).sin())
                .collect()
        })
        .collect();
    let left = Bars::new("Total error", arms, Axis::new("total squared error"))
        .series(
            BarSeries::new("mean over seeds", values)
                .colour_each((0..5).map(Colour::series).collect::<Vec<_>>())
                .intervals(values.map(|v| (v - 0.1, v + 0.1)))
                .points(points),
        )
        .marks(Marks::new(
            "author's runs",
            vec![vec![], vec![1.5, 1.9, 1.7], vec![1.1, 1.3], vec![], vec![]],
        ))
        .digits(2);
    let cases = [
        "logits 1, 2, 3",
        "logits 10, 20, 30",
        "a much longer name of a case",
    ];
    let right = Bars::new(
        "Softmax of three cases",
        cases,
        Axis::new("probability").range(0.0, 1.08),
    )
    .series(BarSeries::new("first", [0.09, 0.0, 0.2]))
    .series(BarSeries::new("second", [0.245, 0.00005, f64::NAN]).colour(Colour::series(1)))
    .series(BarSeries::new("third", [0.665, 0.99995, 0.5]).colour(Colour::series(2)))
    .digits(2);
    let flat = Bars::new(
        "Share of activations that are exactly zero",
        [
            "relu",
            "leaky relu with slope 0.01",
            "rrelu as the post wrote it: slope U(3, 8)",
        ],
        "share (0-1)",
    )
    .series(BarSeries::new("", [0.5, 0.02, 0.01]).intervals([
        (0.47, 0.53),
        (0.01, 0.03),
        (0.0, 0.02),
    ]))
    .rule(Rule::at_y("half", 0.5))
    .horizontal()
    .digits(2);
    Figure::new("bars", "Errors, probabilities and shares as bars")
        .columns(2)
        .panel(left)
        .panel(right)
        .panel(flat)
}

fn matrix(rows: usize, columns: usize, shrink: f64) -> Vec<Vec<f64>> {
    let value =
        |r: usize, c: usize| ((r * 7 + c * 13) as f64).sin() * shrink / (1.0 + c as f64 * 0.2);
    (0..rows)
        .map(|r| (0..columns).map(|c| value(r, c)).collect())
        .collect()
}

fn weights() -> Figure {
    let mut values = matrix(10, 10, 0.2);
    values[3][4] = f64::NAN;
    let map = |title: &str, values| {
        HeatMap::new(title, values)
            .rows("unit in", (0..10).map(|i| i.to_string()))
            .columns("unit out", (0..10).map(|i| i.to_string()))
            .map(ColourMap::Diverging)
            .range(-1.0, 1.0)
            .digits(2)
            .bar_label("weight")
    };
    Figure::new(
        "weights",
        "Weights of layer 2: L1 beside L2, on one scale of colours",
    )
    .columns(2)
    .panel(map("L1", values))
    .panel(map("L2", matrix(10, 10, 1.0)))
}

fn surfaces() -> Figure {
    let axis = grid(-1.0, 1.0, 41);
    Figure::new("surfaces", "The two penalties over two weights")
        .columns(2)
        .panel(
            Surface::of("L1: |w1| + |w2|", axis.clone(), axis.clone(), |x, y| {
                x.abs() + y.abs()
            })
            .labels("w1", "w2", "penalty")
            .z_range(0.0, 2.0),
        )
        .panel(
            Surface::of("L2: w1\u{b2} + w2\u{b2}", axis.clone(), axis, |x, y| {
                x * x + y * y
            })
            .labels("w1", "w2", "penalty")
            .z_range(0.0, 2.0),
        )
}

fn geometry() -> Figure {
    let axis = grid(-1.5, 2.5, 121);
    let loss = |x: f64, y: f64| (x - 1.2).powi(2) * 0.7 + (y - 1.6).powi(2) * 2.0;
    let chart = |title: &str, polygon: Polygon, solution: (f64, f64)| {
        Chart::new(
            title,
            Axis::new("w1").range(-1.5, 2.5),
            Axis::new("w2").range(-1.5, 2.5),
        )
        .with(Contours::of(
            "loss",
            axis.clone(),
            axis.clone(),
            [0.05, 0.3, 0.9, 1.9, 3.2],
            loss,
        ))
        .with(polygon)
        .with(Rule::at_x("", 0.0).dash(Dash::Solid).colour(Colour::GREY))
        .with(Rule::at_y("", 0.0).dash(Dash::Solid).colour(Colour::GREY))
        .with(
            Points::new("solution", [solution.0], [solution.1])
                .colour(Colour::series(1))
                .radius(6.0),
        )
        .with(
            Note::new(format!("w1 = {:.2}", solution.0), solution.0, solution.1)
                .offset(-30.0, 60.0),
        )
        .equal_aspect()
    };
    let angles = grid(0.0, 2.0 * PI, 97);
    let circle = Polygon::new(
        "|w|\u{b2} \u{2264} 1",
        curve(&angles, f64::cos),
        curve(&angles, f64::sin),
    );
    let diamond = Polygon::new(
        "|w1| + |w2| \u{2264} 1",
        [1.0, 0.0, -1.0, 0.0],
        [0.0, 1.0, 0.0, -1.0],
    );
    Figure::new(
        "geometry",
        "Where the loss first touches the diamond of L1 and the circle of L2",
    )
    .columns(2)
    .panel(chart("L1", diamond, (0.0, 1.0)))
    .panel(chart("L2", circle, (0.35, 0.94)))
}

fn network() -> Figure {
    let weights = vec![
        matrix(1, 10, 1.0),
        matrix(10, 10, 1.0),
        matrix(10, 4, 1.0),
        matrix(4, 1, 1.0),
    ];
    let removed = |layer: usize, size: usize| (0..size).map(|u| layer == 2 && u % 3 == 1).collect();
    let sizes = [1, 10, 10, 4, 1];
    let removed: Vec<Vec<bool>> = sizes
        .iter()
        .enumerate()
        .map(|(l, &s)| removed(l, s))
        .collect();
    Figure::new(
        "network",
        "The network after pruning: units without weights are taken out",
    )
    .panel(
        Network::new("", weights)
            .removed(removed)
            .layers(["input", "hidden 1", "hidden 2", "hidden 3", "output"]),
    )
}

fn pictures() -> Figure {
    let grey = |k: u32| {
        (0..28 * 28)
            .map(|i| ((i % 28) * k + (i / 28) * 5) as u8)
            .collect()
    };
    let rgb = (0..20 * 30)
        .flat_map(|i: u32| [(i % 20 * 12) as u8, (i / 20 * 8) as u8, 120])
        .collect();
    let images = Images::new("Ramps", 4)
        .with(Picture::grey("slow", 28, 28, grey(2)))
        .with(Picture::grey("faster", 28, 28, grey(5)))
        .with(Picture::grey(
            "fastest, with a label of two lines",
            28,
            28,
            grey(9),
        ))
        .with(Picture::rgb("coloured", 20, 30, rgb));
    let large = HeatMap::new("A heat map of 100 x 100", matrix(100, 100, 1.0)).bar_label("value");
    Figure::new("pictures", "Small pictures, enlarged without smoothing")
        .panel(images)
        .panel(large)
}

fn edge_cases() -> Figure {
    let nan = f64::NAN;
    let gaps = Chart::new("Gaps and a lone point", "x", "y <unit> & more").with(Line::new(
        "a < b & c",
        [0.0, 1.0, 2.0, 3.0, 4.0, 5.0],
        [1.0, 2.0, nan, 1.5, nan, 2.0],
    ));
    let constant = Chart::new("Constant", "x", "y").with(Line::new("one", [0.0, 1.0], [3e-7; 2]));
    let many = (0..10).fold(
        Chart::new("Many series", "x", Axis::new("y").log()).legend(retrace_figure::Legend::Right),
        |chart, i| {
            let line = Line::new(format!("series {i}"), [0.0, 1.0], [1.0 + f64::from(i), 5.0]);
            chart.with(line.colour(Colour::series(i as usize)))
        },
    );
    Figure::new("edge-cases", "Edge cases: a title that is long enough to need a second line, because titles say what is compared and that takes words")
        .columns(3)
        .panel(gaps)
        .panel(constant)
        .panel(Chart::new("Empty", "x", "y"))
        .panel(Chart::new("One point", "x", Axis::new("y").log()).with(Points::new("p", [1e-5], [1e-5])))
        .panel(HeatMap::new("One cell", vec![vec![1.0]]).digits(1))
        .panel(Bars::new("No bars", Vec::<String>::new(), "value"))
        .panel(Surface::of("Flat, with a hole", grid(0.0, 1.0, 9), grid(0.0, 1.0, 9), |x, y| if x > 0.6 && y > 0.6 { nan } else { 1.0 }))
        .panel(many)
        .panel(Chart::new("Huge numbers", "x", "y").with(Line::new("l", [0.0, 2e7], [-1e300, 1e300])))
}

fn training() -> Animation {
    (0..20).fold(
        Animation::new("training", "Weights during training"),
        |moving, frame| {
            let map = HeatMap::new(
                format!("step {:>4}", frame * 50),
                matrix(8, 8, f64::from(frame) / 19.0),
            )
            .map(ColourMap::Diverging)
            .range(-1.0, 1.0);
            moving.frame(Figure::new("frame", "").panel(map))
        },
    )
}
