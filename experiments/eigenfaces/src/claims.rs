//! The post's claims and ours, each with a rule fixed in advance; differences are paired by seed.

mod detection;
mod post;
mod recognition;

use retrace_lab::{Claim, Outcomes};

use crate::Eigenfaces;
use crate::outcome::PostSet;

type All = Outcomes<Eigenfaces>;

/// Source of what the post says.
pub const POST: &str = "the post";
const OURS: &str = "beyond the post";

/// Why "eigenvalues above 1" is no rule.
const SQUARES: &str = "Eigenvalues are squared grey levels: dividing the pixels by 255 divides \
                       each by 65,025, while the bound of 1 stays.";

/// All claims.
pub fn all(outcomes: &All) -> Vec<Claim> {
    let mut claims = post_set(outcomes).map_or_else(Vec::new, post::claims);
    claims.extend(recognition::claims(outcomes));
    claims.extend(detection::claims(outcomes));
    claims
}

/// What the post's own pictures came to.
pub fn post_set(outcomes: &All) -> Option<&PostSet> {
    outcomes.get("post", 0)?.outcome.post()
}
