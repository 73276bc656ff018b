//! **How large must the network be?** What a forward pass costs and how fast the error falls, the
//! author's "training rate" and "learning rate"; and how small the code of a bottleneck may be.

use retrace_figure::{Axis, Band, Chart, Colour, Figure, Images, Line, Marker, Points, Rule};
use retrace_lab::{Arm as _, Claim, Drawing, Result, seeds, statistics};

use crate::arm::{Arm, BASELINE, SMALL, code};
use crate::pictures::{clipped, of_training, row};
use crate::training::{LEFT, SHARES, Training, left, share_curve};
use crate::{All, OURS};

/// A backward pass takes about twice the multiplications of a forward pass.
const STEP: f64 = 3.0;

/// Errors against steps, work and cost, and against the size of the code.
pub fn figures(results: &All) -> Result<Vec<Drawing>> {
    let pictures = code_pictures(results).map(Drawing::from);
    let figures = [codes(results).into(), costs(results).into()];
    Ok(figures.into_iter().chain(pictures).collect())
}

/// Error by steps, by work, and in the end by the cost of a forward pass.
fn costs(results: &All) -> Figure {
    let arms = arms(results);
    let batch = results.config().batch as f64;
    let panels = [
        curves(results, &arms, ("By step", "step"), |_| 1.0),
        curves(
            results,
            &arms,
            ("By work", "multiplications of the training"),
            |cost| STEP * cost * batch,
        ),
        in_the_end(results, &arms),
    ];
    let figure = Figure::new(
        "architectures",
        "Architectures: what a pass costs, and how the error falls",
    )
    .columns(2)
    .shared_legend()
    .caption(
        "Error on new circles as a share of the best constant answer's; mean over seeds, the \
             band (below: the vertical line) from the smallest to the largest. All with the mean \
             of squares, Adam and Xavier's initial weights. Work is counted in multiplications, a \
             step as three forward passes, so that it does not depend on the machine.",
    );
    panels
        .into_iter()
        .fold(figure, |figure, panel| figure.panel_sized(panel, 560, 380))
}

/// The stacks and some of the codes, each with its colour.
fn arms(results: &All) -> Vec<(Arm, Colour)> {
    let codes = &results.config().codes;
    let mut arms = vec![BASELINE, SMALL];
    arms.extend([0, codes.len() / 2, codes.len() - 1].map(|index| code(codes[index])));
    arms.dedup();
    arms.into_iter().zip((0..).map(Colour::series)).collect()
}

fn multiplications(results: &All, arm: Arm) -> f64 {
    let cell = results.of::<Training>().of(&arm).next();
    cell.map_or(f64::NAN, |cell| cell.outcome.multiplications as f64)
}

fn curves(
    results: &All,
    arms: &[(Arm, Colour)],
    (title, x): (&str, &str),
    unit: impl Fn(f64) -> f64,
) -> Chart {
    let y = Axis::new(LEFT).log().range(SHARES.0, 2.0);
    let chart = Chart::new(title, Axis::new(x).log(), y);
    arms.iter().fold(chart, |chart, (arm, colour)| {
        let (steps, curve) = share_curve(results.of::<Training>(), arm);
        let unit = unit(multiplications(results, *arm));
        let x: Vec<f64> = steps.into_iter().map(|step| step * unit).collect();
        let band = curve.band(arm.label(), &x).colour(*colour).opacity(0.12);
        let line = curve.line(arm.label(), &x).colour(*colour);
        chart.with(band).with(line)
    })
}

fn in_the_end(results: &All, arms: &[(Arm, Colour)]) -> Chart {
    let chart = Chart::new(
        "After the last step, by the cost of a forward pass",
        Axis::new("multiplications of a forward pass (one picture)").log(),
        Axis::new(LEFT).log(),
    );
    arms.iter().fold(chart, |chart, (arm, colour)| {
        let left = left(results, *arm);
        let cost = multiplications(results, *arm);
        let range = [0.0, 1.0].map(|q| statistics::quantile(&left, q));
        let mean = Points::new(arm.label(), [cost], [statistics::mean(&left)])
            .colour(*colour)
            .marker(Marker::Circle)
            .radius(6.0);
        chart
            .with(Line::new("", [cost, cost], range).colour(*colour))
            .with(mean)
    })
}

/// Error against the size of the code.
fn codes(results: &All) -> Figure {
    let codes = &results.config().codes;
    let lists: Vec<Vec<f64>> = codes
        .iter()
        .map(|size| left(results, code(*size)))
        .collect();
    let x: Vec<f64> = codes.iter().map(|size| *size as f64).collect();
    let intervals: Vec<(f64, f64)> = lists.iter().map(|list| seeds::interval(list)).collect();
    let low: Vec<f64> = intervals.iter().map(|(low, _)| low.max(0.0)).collect();
    let high: Vec<f64> = intervals.iter().map(|(_, high)| *high).collect();
    let means: Vec<f64> = lists.iter().map(|list| statistics::mean(list)).collect();
    let six = statistics::mean(&left(results, BASELINE));
    let ticks = codes.iter().map(|size| (*size as f64, size.to_string()));
    let x_axis = Axis::new("numbers in the code").log().ticks(ticks);
    let chart = Chart::new("", x_axis, Axis::new(LEFT))
        .with(Band::new("bottleneck", x.clone(), low, high).colour(Colour::series(0)))
        .with(Line::new("bottleneck", x, means).marker(Marker::Circle))
        .with(Rule::at_y("six layers", six).colour(Colour::series(1)));
    Figure::new(
        "codes",
        "Error on new circles against the size of the bottleneck's code",
    )
    .caption(
        "Error as a share of the best constant answer's; mean over seeds, the band its 95 % \
         interval. A circle of a known radius is two numbers.",
    )
    .panel(chart)
}

/// New circles through codes of different sizes.
fn code_pictures(results: &All) -> Option<Figure> {
    let size = results.config().size();
    let input = of_training(results, BASELINE, "input")?;
    let images = Images::new("", input.shape()[0]);
    let mut images = row(images, input, |values| clipped("input", values, size));
    for numbers in &results.config().codes {
        let output = of_training(results, code(*numbers), "output")?;
        let label = format!("{numbers} numbers");
        images = row(images, output, |values| clipped(&label, values, size));
    }
    let figure = Figure::new("code-pictures", "Circles through a code of so many numbers")
        .caption("Seed 0, new circles; answers cut to 0..100.")
        .panel(images);
    Some(figure)
}

/// What the size of the code does.
pub fn claims(results: &All) -> Vec<Claim> {
    let codes = &results.config().codes;
    let [small, large] = [codes[0], codes[codes.len() - 1]];
    let left = |a: Arm, b: Arm| {
        let trainings = results.of::<Training>();
        trainings.differences(&a, &b, |outcome| Some(outcome.left()))
    };
    let share = format!(
        "share of the constant answer's error, {} minus",
        code(large).name()
    );
    [
        Claim::says(
            "larger-codes-are-better",
            OURS,
            format!("a code of {large} numbers does better than one of {small}"),
        )
        .measured_by(format!("{share} {}", code(small).name()), "")
        .mean_is_below(0.0, &left(code(large), code(small))),
        Claim::says(
            "squeezing-costs",
            OURS,
            format!("a code of {large} numbers does worse than no bottleneck"),
        )
        .measured_by(format!("{share} six layers"), "")
        .mean_is_above(0.0, &left(code(large), BASELINE)),
    ]
    .map(|claim| claim.shown_in("codes"))
    .into()
}
