//! What the post says of the colours in its data; without chance, so each is true or not.

use retrace_lab::{Claim, Outcomes};

use super::POST;
use crate::Colorization;
use crate::arm::COLOURS;
use crate::outcome::{Colours, Palette};

/// Half the diagonal of a window of 10: the four bins around grey have their centres there.
const CENTRAL: f64 = 7.08;

pub(super) fn claims(outcomes: &Outcomes<Colorization>) -> Vec<Claim> {
    let cell = outcomes.get(COLOURS, 0);
    let colours = cell.and_then(|cell| cell.outcome.colours());
    vec![
        more_bins(colours).shown_in("bins"),
        central(colours).shown_in("colour-histogram"),
        less_red(colours).shown_in("colour-histogram"),
    ]
}

/// The largest of a number of both palettes, NaN without data.
fn largest(colours: Option<&Colours>, number: fn(&Palette) -> f64) -> f64 {
    let both = colours.map_or(f64::NAN, |c| number(&c.all).max(number(&c.forests)));
    both + 0.0
}

fn more_bins(colours: Option<&Colours>) -> Claim {
    let fewer = |palette: &Palette| match &palette.used[..] {
        [tens, fives, ..] => tens.bins as f64 - fives.bins as f64,
        _ => f64::NAN,
    };
    Claim::says(
        "more-bins-with-window-5",
        POST,
        "a window of 5 uses more bins than one of 10",
    )
    .measured_by(
        "Q with window 10 minus Q with window 5, all scenes and forests",
        "bins",
    )
    .largest_is_at_most(-1.0, largest(colours, fewer), 2)
}

fn central(colours: Option<&Colours>) -> Claim {
    Claim::says(
        "most-used-colours-central",
        POST,
        "the colours that are used most lie in the centre",
    )
    .measured_by(
        "distance of the most used bin (window 10) from grey, all scenes and forests",
        "",
    )
    .largest_is_at_most(
        CENTRAL,
        largest(colours, |palette| palette.most_used_chroma),
        2,
    )
    .if_contradicted(
        "The bin that is used most is that of the green of leaves, which fills the forests: where it \
         is as vivid as this, it is not beside grey.",
    )
}

fn less_red(colours: Option<&Colours>) -> Claim {
    let more = colours.map_or(f64::NAN, |c| c.forests.pink_red - c.all.pink_red);
    Claim::says(
        "forests-use-less-pink-red",
        POST,
        "forests use fewer pink and red colours than all scenes",
    )
    .measured_by(
        "share of pixels of chroma 15 and more with a hue from -30 to 45 degrees, forests minus \
         all",
        "",
    )
    .largest_is_at_most(0.0, more, 1)
    .if_contradicted(
        "A forest in autumn is red. Where few forests are counted, a few such pictures decide.",
    )
}
