//! The post's claims, those of others, and our answers. All rules but three were fixed before the
//! first run: that of `eight-points-agree` was written when the list's residuals were known; that
//! of `least-squares-breaks-with-outliers` spoke of the mean before its tails were seen; and
//! `eigenvector-is-as-good-with-noise` was added when the opposite had turned out undecided.

mod equations;
mod noise;
mod pictures;

use retrace_lab::{Claim, Outcomes};

use crate::HomographyPost;
use crate::outcome::Rectified;
use crate::work::Work;

type All = Outcomes<HomographyPost>;

/// Source of what the post says.
pub const POST: &str = "the post";
const CODE: &str = "the code that came with the post";
const HARTLEY: &str = "Hartley 1997";
const OURS: &str = "beyond the post";
const PIXELS: &str = "pixels";

/// All claims.
pub fn all(outcomes: &All) -> Vec<Claim> {
    let mut claims = equations::claims(outcomes);
    claims.extend(pictures::claims(outcomes));
    claims.extend(noise::claims(outcomes));
    claims
}

/// What the drawn picture gave.
pub fn rectified(outcomes: &All) -> Option<&Rectified> {
    outcomes.get(Work::Rectify.name(), 0)?.outcome.rectified()
}

/// The largest of `values`; NaN of nothing and when one is missing, so that a claim about numbers
/// that do not exist fails.
fn largest(values: impl IntoIterator<Item = Option<f64>>) -> f64 {
    let present: Option<Vec<f64>> = values.into_iter().collect();
    present.map_or(f64::NAN, |values| {
        values.into_iter().fold(f64::NAN, f64::max)
    })
}
