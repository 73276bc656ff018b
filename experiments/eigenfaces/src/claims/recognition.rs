//! Which eigenfaces help to recognise somebody.

use retrace_lab::Claim;

use super::{All, OURS, POST, SQUARES};
use crate::outcome::Recognition;

/// Rates that differ by less are as good as equal: two of the 200 test pictures of the ORL faces.
const MARGIN: f64 = 0.01;

/// How many of the first eigenfaces the cited paper leaves out.
const FIRST: usize = 3;

/// The answers.
pub fn claims(outcomes: &All) -> Vec<Claim> {
    let of = |number: &dyn Fn(&Recognition) -> Option<f64>| {
        outcomes.values("recognition", |outcome| number(outcome.recognition()?))
    };
    let gained = of(&|r| Some(r.with_share()? - r.with_all()?));
    let last = of(&|r| r.last_only);
    let first = of(&|r| Some(r.without_first(FIRST)? - r.with_all()?));
    let moved = of(&|r| Some(r.above_one.0.abs_diff(r.above_one.1) as f64));
    let share = 100.0 * outcomes.config().share;
    let chance = 1.0 / outcomes.config().persons as f64;
    let rate = "0-1";
    vec![
        Claim::says(
            "last-eigenfaces-are-not-needed",
            POST,
            format!(
                "Leaving out the last eigenfaces, those beyond {share} % of the variance, costs no \
                 recognition."
            ),
        )
        .measured_by("recognition rate without them minus that with all", rate)
        .mean_is_above(-MARGIN, &gained)
        .shown_in("recognition"),
        Claim::says(
            "without-the-last-recognition-rises",
            POST,
            "The last eigenfaces add noise: leaving them out improves recognition.",
        )
        .measured_by("recognition rate without them minus that with all", rate)
        .mean_is_above(0.0, &gained)
        .shown_in("recognition")
        .if_contradicted(
            "Noise of so little variance hardly moves a distance between weights, so there is \
             little to gain; and what the last eigenfaces tell of persons is lost with them.",
        ),
        Claim::says(
            "last-eigenfaces-are-only-noise",
            POST,
            "The last eigenfaces add nothing but noise: by them alone nobody can be recognised \
             (less than twice as often as by chance).",
        )
        .measured_by("recognition rate with the last eigenfaces only", rate)
        .mean_is_below(2.0 * chance, &last)
        .shown_in("recognition")
        .if_contradicted(
            "Little variance is not noise: part of what is left is fine detail that all pictures \
             of a person share.",
        ),
        Claim::says(
            "without-the-first-three-recognition-rises",
            "Belhumeur, Hespanha & Kriegman 1997",
            "The first three eigenfaces tell about the light: leaving them out improves \
             recognition.",
        )
        .measured_by("recognition rate without them minus that with all", rate)
        .mean_is_above(0.0, &first)
        .shown_in("recognition")
        .if_contradicted(
            "The light changes little in these pictures, so the first eigenfaces do not tell about \
             it but about persons: hair, skin, background.",
        ),
        Claim::says(
            "above-one-ignores-the-scale-for-many-persons",
            OURS,
            "With pictures of many persons, \"eigenvalues above 1\" (divisor n - 1) keeps as many \
             eigenfaces when white is 1 as when it is 255.",
        )
        .measured_by("largest difference between the two numbers", "")
        .largest_is_at_most(
            0.0,
            moved.iter().copied().fold(f64::NAN, f64::max),
            moved.len(),
        )
        .if_contradicted(SQUARES),
    ]
}
