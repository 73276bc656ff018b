//! Test pictures: grey, as the network colours them, as they are; the post's figure.

use retrace_figure::{Figure, Images};
use retrace_lab::Outcomes;

use super::style::{kept, of_colours, of_colours_alone, of_lightness, of_truth, truths};
use crate::Colorization;
use crate::arm::AS_DESCRIBED;

/// Grey, predicted, true, and the predicted colour alone.
pub(super) fn triples(outcomes: &Outcomes<Colorization>) -> Option<Figure> {
    let truths = truths(outcomes, AS_DESCRIBED)?;
    let colours = kept(outcomes.get(AS_DESCRIBED.name, 0)?, "shown")?;
    let mut images = Images::new("", 4);
    for (lab, colours) in truths.iter().zip(&colours) {
        images = images
            .with(of_lightness("grey", lab))
            .with(of_colours("predicted", lab, colours))
            .with(of_truth("true", lab))
            .with(of_colours_alone("at L = 100", colours));
    }
    Some(
        Figure::new(
            "triples",
            "Test pictures: grey, coloured as described, and true",
        )
        .caption(
            "Test pictures evenly spread over the list, none chosen: what the network gets, \
                 its colours with the true lightness, the true colours, and its own colours alone \
                 at L = 100 as the post shows them. Seed 0, the annealed mean. Colours outside \
                 sRGB are clipped.",
        )
        .panel(images),
    )
}

/// The pictures with the smallest and the largest error.
pub(super) fn extremes(outcomes: &Outcomes<Colorization>) -> Option<Figure> {
    let cell = outcomes.get(AS_DESCRIBED.name, 0)?;
    let end = cell.outcome.end()?;
    let (truths, colours) = (kept(cell, "extremes.true")?, kept(cell, "extremes")?);
    let each = end.extremes.len() / 2;
    let mut images = Images::new("", 4);
    for (index, (lab, colours)) in truths.iter().zip(&colours).enumerate() {
        let picture = &end.pictures[*end.extremes.get(index)?];
        let which = if index < each { "best" } else { "worst" };
        let predicted = format!("{which}: RMSE {:.1}", picture.rmse);
        images = images
            .with(of_colours(predicted, lab, colours))
            .with(of_truth(format!("true: {}", picture.category), lab));
    }
    Some(
        Figure::new(
            "best-and-worst",
            "Test pictures with the smallest and the largest error",
        )
        .caption(
            "Coloured as described (seed 0), beside the true colours: the smallest errors, then \
             the largest. RMSE: root of the mean squared error of a and b.",
        )
        .panel(images),
    )
}
