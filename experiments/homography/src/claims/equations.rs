//! Claims about A, its solution, and the two ways to compute it.

use retrace_lab::Claim;

use super::{All, CODE, HARTLEY, OURS, PIXELS, POST, largest, rectified};
use crate::dlt::Method;
use crate::outcome::{Equations, Fit};
use crate::work::Work;

/// What counts as zero where exact arithmetic gives zero, in pixels and as entries of a matrix.
const ROUNDING: f64 = 1e-6;
/// The least error that a picture shows.
const VISIBLE: f64 = 0.5;

pub fn claims(outcomes: &All) -> Vec<Claim> {
    let mut claims = counting(outcomes);
    claims.extend(exact_points(outcomes));
    claims.extend(far_points(outcomes));
    claims
}

/// Rows and degrees of freedom.
fn counting(outcomes: &All) -> Vec<Claim> {
    let equations = rectified(outcomes).map_or(&[][..], |r| &r.equations);
    let open = |pairs: usize, expected: usize| {
        let found = equations.iter().find(|equations| equations.pairs == pairs);
        largest([found.map(|found| found.null_space.abs_diff(expected) as f64)])
    };
    let few: Vec<&Equations> = equations.iter().filter(|e| e.pairs <= 4).collect();
    let missing = |e: &&Equations| Some((9 - e.null_space).abs_diff(2 * e.pairs) as f64);
    [
        Claim::says(
            "two-rows-a-pair",
            POST,
            "Each of the first four pairs adds two independent equations.",
        )
        .measured_by("largest difference of the rank of A to twice the pairs", "")
        .largest_is_at_most(0.0, largest(few.iter().map(missing)), few.len()),
        Claim::says(
            "four-pairs-suffice",
            POST,
            "H has eight degrees of freedom: four pairs determine it up to its scale.",
        )
        .measured_by("difference of the null space's dimension to 1", "")
        .largest_is_at_most(0.0, open(4, 1), 1),
        Claim::says(
            "three-pairs-do-not",
            POST,
            "Three pairs do not determine H: three of the nine directions of h stay open.",
        )
        .measured_by("difference of the null space's dimension to 3", "")
        .largest_is_at_most(0.0, open(3, 3), 1),
    ]
    .map(|claim| claim.shown_in("degrees-of-freedom"))
    .into()
}

fn exact_points(outcomes: &All) -> Vec<Claim> {
    let fit = |method| {
        let fits = &rectified(outcomes)?.fits;
        fits.iter().find(|fit| fit.method == method)
    };
    let corners = |method| fit(method).and_then(|fit: &Fit| fit.corners);
    let (svd, eigenvector) = (corners(Method::Plain), corners(Method::Eigenvector));
    let ratio = svd.zip(eigenvector).map(|(svd, other)| svd / other);
    let lead = svd.zip(eigenvector).map(|(svd, other)| svd - other);
    let all_eight = fit(Method::Plain).and_then(|fit| fit.eight);
    let inverse = rectified(outcomes).map(|r| r.inverse_deviation);
    vec![
        Claim::says(
            "exact-points-are-hit",
            POST,
            "Without noise the smallest singular value is zero, and H maps the four corners to \
             their targets.",
        )
        .measured_by("largest error at the author's corners", PIXELS)
        .largest_is_at_most(ROUNDING, largest([svd]), 4)
        .shown_in("far-points"),
        Claim::says(
            "inverse-undoes-h",
            POST,
            "H has an inverse, which maps every point back.",
        )
        .measured_by("largest |entry| of H times its inverse minus I", "")
        .largest_is_at_most(ROUNDING, largest([inverse]), 9),
        Claim::says(
            "eigenvector-is-less-exact",
            CODE,
            "At the author's corners an eigenvector of AᵀA gives a worse H than the SVD of A: at \
             least ten times the error.",
        )
        .measured_by("error of the SVD over that of the eigenvector", "")
        .largest_is_at_most(0.1, largest([ratio]), 4)
        .shown_in("far-points"),
        Claim::says(
            "eigenvector-is-visibly-worse",
            CODE,
            "At the author's corners the eigenvector's H is worse by at least half a pixel, so that \
             the picture shows it.",
        )
        .measured_by("error of the SVD minus that of the eigenvector", PIXELS)
        .largest_is_at_most(-VISIBLE, largest([lead]), 4)
        .shown_in("far-points")
        .if_contradicted(
            "AᵀA squares the condition number of A, but near the origin a double has digits to \
             spare: what is left of them puts the corners within a small part of a pixel.",
        ),
        Claim::says(
            "eight-points-agree",
            CODE,
            "The author's eight points are those of one homography, up to rounding to pixels.",
        )
        .measured_by("largest error of the H of all eight at one of them", PIXELS)
        .largest_is_at_most(1.0, largest([all_eight]), 8)
        .shown_in("eight-points")
        .if_contradicted(
            "Four of the points are middles between corners of the picture and are sent to the \
             middles of the target's sides, but perspective does not keep middles.",
        ),
    ]
}

/// Exact points far from the origin.
fn far_points(outcomes: &All) -> Vec<Claim> {
    let cell = outcomes.get(Work::MoveAway.name(), 0);
    let far = cell.and_then(|cell| cell.outcome.far_points());
    let errors = |method| -> Vec<Option<f64>> {
        let all = far.map_or(&[][..], |far| &far.largest_errors);
        let of_method = all.iter().find(|errors| errors.method == method);
        of_method.map_or_else(Vec::new, |errors| errors.errors.clone())
    };
    let (svd, eigenvector) = (errors(Method::Plain), errors(Method::Eigenvector));
    // An eigenvector that is no homography at all is infinitely worse.
    let lead = svd.iter().zip(&eigenvector);
    let leads: Vec<f64> = lead
        .filter_map(|(svd, other)| Some((*svd)? - other.unwrap_or(f64::INFINITY)))
        .collect();
    let best = leads.iter().copied().fold(f64::NAN, f64::min);
    let normalized = errors(Method::Normalized);
    [
        Claim::says(
            "eigenvector-fails-far-away",
            OURS,
            "Far from the origin the eigenvector is worse by at least half a pixel, for exact \
             points and at some distance where the SVD gives a homography.",
        )
        .measured_by(
            "least error of the SVD minus that of the eigenvector",
            PIXELS,
        )
        .largest_is_at_most(-VISIBLE, best, leads.len()),
        Claim::says(
            "normalising-makes-the-place-irrelevant",
            HARTLEY,
            "With normalised points the error stays below half a pixel wherever the points lie.",
        )
        .measured_by("largest error at the moved corners", PIXELS)
        .largest_is_at_most(
            VISIBLE,
            largest(normalized.iter().copied()),
            normalized.len(),
        ),
    ]
    .map(|claim| claim.shown_in("far-points"))
    .into()
}
