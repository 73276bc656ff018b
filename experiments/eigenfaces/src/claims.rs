//! The post's claims and ours, each with a rule fixed in advance; differences are paired by seed.

mod detection;
mod post;
mod recognition;

use retrace_lab::{Claim, Outcomes};

use crate::Eigenfaces;

type All = Outcomes<Eigenfaces>;

const POST: &str = "the post";
const OURS: &str = "beyond the post";

/// All claims.
pub fn all(outcomes: &All) -> Vec<Claim> {
    let cell = outcomes.get("post", 0);
    let post = cell.and_then(|cell| cell.outcome.post());
    let mut claims = post.map_or_else(Vec::new, post::claims);
    claims.extend(recognition::claims(outcomes));
    claims.extend(detection::claims(outcomes));
    claims
}
