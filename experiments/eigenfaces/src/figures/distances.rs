//! How far the post's pictures are, by the four criteria.

use retrace_figure::{Axis, BarSeries, Bars, Colour, Dash, Figure, Rule};
use retrace_lab::statistics::mean;

use super::{All, origin};
use crate::data::{POST_SET, Shows};
use crate::distances::Criterion;
use crate::outcome::{Examined, PostSet, Seen};

/// Bars for the pictures that the post measures, one panel a criterion.
pub fn distances(outcomes: &All, post: &PostSet) -> Figure {
    let figure = Figure::new("distances", "How far each picture is, by four criteria")
        .caption(format!(
            "The post's nine test pictures and its first training picture, im1, with {} \
             eigenfaces; above them all 16 training pictures, measured with the eigenfaces of all \
             (trained) and of the 15 others (left out): bars are means, dots pictures. Dashed: the \
             least threshold that accepts both unseen pictures of the man. Blue: the man; orange: \
             other faces; grey: no faces.{}",
            outcomes.config().components,
            origin(outcomes, &[POST_SET])
        ))
        .columns(2);
    Criterion::ALL.iter().fold(figure, |figure, criterion| {
        figure.panel_sized(panel(post, *criterion), 430, 400)
    })
}

/// One bar: its name, the distances of its pictures, its colour.
type Bar = (String, Vec<f64>, Colour);

fn panel(post: &PostSet, criterion: Criterion) -> Bars {
    let bars = bars(post, criterion);
    let means: Vec<f64> = bars.iter().map(|bar| mean(&bar.1)).collect();
    let several = |bar: &Bar| {
        if bar.1.len() > 1 {
            bar.1.clone()
        } else {
            Vec::new()
        }
    };
    let series = BarSeries::new("", means)
        .points(bars.iter().map(several).collect::<Vec<_>>())
        .colour_each(bars.iter().map(|bar| bar.2).collect::<Vec<_>>());
    let unseen = post
        .examined
        .iter()
        .filter(|one| one.seen == Seen::Test && one.shows == Shows::TheMan);
    let threshold = unseen
        .map(|one| one.distances.by(criterion))
        .fold(f64::NAN, f64::max);
    let names = bars.into_iter().map(|bar| bar.0);
    Bars::new(
        heading(criterion),
        names,
        Axis::new("distance (grey levels)"),
    )
    .series(series)
    .rule(
        Rule::at_y("", threshold)
            .dash(Dash::Dashed)
            .colour(Colour::BLACK),
    )
    .horizontal()
}

fn heading(criterion: Criterion) -> String {
    let label = criterion.label();
    let (first, rest) = label.split_at(1);
    format!("{}{rest}", first.to_uppercase())
}

fn bars(post: &PostSet, criterion: Criterion) -> Vec<Bar> {
    let all = |seen: Seen| -> Vec<f64> {
        let chosen = post.examined.iter().filter(|one| one.seen == seen);
        chosen.map(|one| one.distances.by(criterion)).collect()
    };
    let man = colour(Shows::TheMan);
    let mut bars = vec![
        ("trained (16)".to_owned(), all(Seen::Trained), man),
        ("left out (16)".to_owned(), all(Seen::LeftOut), man),
    ];
    let first = post.examined.iter().find(|one| one.seen == Seen::Trained);
    let tests = post.examined.iter().filter(|one| one.seen == Seen::Test);
    bars.extend(first.into_iter().chain(tests).map(|one: &Examined| {
        let distance = one.distances.by(criterion);
        (one.name.clone(), vec![distance], colour(one.shows))
    }));
    bars
}

fn colour(shows: Shows) -> Colour {
    match shows {
        Shows::TheMan => Colour::series(0),
        Shows::AnotherMan | Shows::Drawing => Colour::series(4),
        Shows::Thing => Colour::GREY,
    }
}
