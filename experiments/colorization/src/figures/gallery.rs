//! The same test pictures, coloured by all networks.

use retrace_figure::{Figure, Images};
use retrace_lab::Outcomes;

use super::style::{kept, of_colours, of_truth, truths};
use crate::Colorization;
use crate::arm::{AS_DESCRIBED, AS_WRITTEN, EUCLIDEAN, NEAREST_FIVE, Setup, UNWEIGHTED};

const SETUPS: [Setup; 5] = [
    AS_DESCRIBED,
    UNWEIGHTED,
    EUCLIDEAN,
    NEAREST_FIVE,
    AS_WRITTEN,
];

/// A row a picture, a column a network.
pub(super) fn figure(outcomes: &Outcomes<Colorization>) -> Option<Figure> {
    let truths = truths(outcomes, AS_DESCRIBED)?;
    let coloured: Vec<_> = SETUPS
        .iter()
        .map(|setup| kept(outcomes.get(setup.name, 0)?, "shown"))
        .collect::<Option<_>>()?;
    let mut images = Images::new("", SETUPS.len() + 1);
    for (index, lab) in truths.iter().enumerate() {
        for (setup, pictures) in SETUPS.iter().zip(&coloured) {
            images = images.with(of_colours(setup.label, lab, pictures.get(index)?));
        }
        images = images.with(of_truth("true", lab));
    }
    Some(
        Figure::new(
            "gallery",
            "The same test pictures, coloured by different networks",
        )
        .caption(
            "Each network at seed 0: rebalanced as described, not rebalanced, with the \
                 Euclidean loss, with the targets of Zhang et al., and the author's code, whose \
                 colour is the plain mean.",
        )
        .panel(images),
    )
}
