//! Pairs of pictures: one laid over the other by the known homography, and by the estimated one.

use retrace_figure::{Figure, Images};
use retrace_lab::{Arrays, Drawing, Result};

use super::{All, origin, picture};
use crate::outcome::{Matches, View};
use crate::work::{Work, kept};

/// One figure a pair.
pub fn registered(outcomes: &All) -> Result<Vec<Drawing>> {
    let Some(cell) = outcomes.get(Work::Register.name(), 0) else {
        return Ok(Vec::new());
    };
    let registered = cell.outcome.registered();
    let views = registered.map_or(&[][..], |registered| &registered.views);
    let figures = views
        .iter()
        .map(|view| figure(view, &cell.arrays, origin(outcomes)));
    figures.map(|figure| figure.map(Drawing::from)).collect()
}

fn figure(view: &View, arrays: &Arrays, origin: &str) -> Result<Figure> {
    let mut panel = Images::new("", 2).scale(1);
    for (what, label) in pictures(view) {
        let kept = kept(arrays, &format!("{}-{what}", view.name))?;
        panel = panel.with(picture(label, &kept));
    }
    let title = format!(
        "The pair {}: the first picture laid over the second",
        view.name
    );
    Ok(Figure::new(format!("pair-{}", view.name), title)
        .caption(format!("{origin} {}", about(view)))
        .panel(panel))
}

fn pictures(view: &View) -> Vec<(&'static str, String)> {
    let known = format!("by the known H: correlation {:.3}", view.known_correlation);
    let mut pictures = vec![
        ("first", "first".to_owned()),
        ("second", "second".to_owned()),
        ("known", known),
        ("known-difference", "difference to the second".to_owned()),
    ];
    if let Some(correlation) = view.matches.correlation {
        let estimated = format!("by the estimated H: {correlation:.3}");
        pictures.push(("estimated", estimated));
        pictures.push((
            "estimated-difference",
            "difference to the second".to_owned(),
        ));
    }
    pictures
}

fn about(view: &View) -> String {
    let Matches {
        found,
        right,
        inliers,
        distance,
        ..
    } = &view.matches;
    let answer = match distance {
        Some(distance) => format!(
            "RANSAC keeps {inliers}, and its H differs from the known one by {distance:.2} pixels \
             on average"
        ),
        None => "RANSAC finds no more agreement than chance gives".to_owned(),
    };
    format!(
        "Differences of grey values after fitting brightness and contrast, 2.5 times as strong, \
         white is none. Correlation without warping: {:.3}. Of {found} matches of corners {right} \
         agree with the known H; {answer}.",
        view.unwarped_correlation
    )
}
