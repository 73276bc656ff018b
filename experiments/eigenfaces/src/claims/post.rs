//! What the post says of its own pictures: no chance, so every answer is exact.

use retrace_lab::Claim;

use super::{OURS, POST};
use crate::data::Shows;
use crate::distances::Criterion;
use crate::outcome::{PostSet, Seen};

/// Angles below this many radians, and errors below this many grey levels, are rounding: squaring
/// the pictures into a covariance leaves about eight of sixteen digits of the smallest eigenface.
const ROUNDING: f64 = 1e-6;

/// An eigenvalue that is a smaller share of the largest is 0 but for rounding.
const NO_VARIANCE: f64 = 1e-12;

/// The answers.
pub fn claims(post: &PostSet) -> Vec<Claim> {
    let mut claims = method(post);
    claims.extend(thresholds(post));
    claims.extend(separation(post));
    claims
}

fn method(post: &PostSet) -> Vec<Claim> {
    let n = post.eigenvalues.len();
    let largest = post.eigenvalues.first().copied().unwrap_or(f64::NAN);
    let null = post
        .eigenvalues
        .iter()
        .filter(|value| **value <= NO_VARIANCE * largest);
    let scale = |above: &crate::AboveOne| above.of_255.abs_diff(above.of_1) as f64;
    let moved = post.above_one.iter().map(scale).fold(0.0, f64::max);
    vec![
        Claim::says(
            "small-covariance-gives-the-eigenfaces",
            POST,
            "The eigenvectors of the 16 x 16 covariance, times the pictures, are the eigenfaces of \
             the full covariance of 55,225 x 55,225.",
        )
        .measured_by(
            "largest angle to the eigenfaces by singular value decomposition, of each eigenface \
             and of the space of all",
            "rad",
        )
        .largest_is_at_most(ROUNDING, post.space_angle.max(post.eigenface_angle), n - 1),
        Claim::says(
            "weights-and-eigenfaces-give-the-pictures",
            POST,
            "Each training picture is the mean face plus weights times eigenfaces.",
        )
        .measured_by("largest error of a pixel", "grey levels")
        .largest_is_at_most(ROUNDING, post.largest_error, n),
        Claim::says(
            "all-sixteen-are-important",
            POST,
            "In so small a training set all 16 eigenfaces represent important features.",
        )
        .measured_by("eigenfaces along which the pictures do not vary", "")
        .largest_is_at_most(0.0, null.count() as f64, n),
        Claim::says(
            "above-one-ignores-the-scale",
            OURS,
            "The heuristic \"eigenvalues above 1\" keeps as many eigenfaces when white is 1 as when \
             it is 255.",
        )
        .measured_by("largest difference between the two numbers, over four divisors", "")
        .largest_is_at_most(0.0, moved, post.above_one.len()),
    ]
}

/// The post's closing remark. The threshold is the least that accepts both unseen pictures of the
/// man; the remark holds when the farthest training picture lies beyond it.
fn thresholds(post: &PostSet) -> Vec<Claim> {
    let beyond = |criterion| {
        let unseen = of_the_man(post, &[Seen::Test], criterion);
        let trained = of_the_man(post, &[Seen::Trained], criterion);
        largest(&trained) - largest(&unseen)
    };
    let trained = of_the_man(post, &[Seen::Trained], Criterion::Minimum);
    let n = trained.len();
    vec![
        Claim::says(
            "mean-rejects-a-training-picture",
            POST,
            "A threshold on the mean distance can reject a picture of the training set itself.",
        )
        .measured_by(
            "the threshold that just accepts both unseen pictures of the man, minus the mean \
             distance of the farthest training picture",
            "grey levels",
        )
        .largest_is_at_most(0.0, -beyond(Criterion::Mean), n),
        Claim::says(
            "minimum-accepts-training-pictures",
            OURS,
            "No threshold on the minimum distance rejects a training picture: it is at distance 0.",
        )
        .measured_by(
            "largest minimum distance of a training picture",
            "grey levels",
        )
        .largest_is_at_most(ROUNDING, largest(&trained), n),
        Claim::says(
            "face-space-accepts-training-pictures",
            OURS,
            "A threshold on the distance from face space that accepts the unseen pictures of the \
             man rejects no training picture.",
        )
        .measured_by(
            "distance of the farthest training picture from face space, minus the threshold that \
             just accepts both unseen pictures of the man",
            "grey levels",
        )
        .largest_is_at_most(0.0, beyond(Criterion::FromFaceSpace), n),
    ]
}

/// Unseen pictures of the man are his two test pictures and the 16 training pictures, each
/// measured with the eigenfaces of the other 15.
fn separation(post: &PostSet) -> Vec<Claim> {
    let cases = [
        (
            "mean-separates-the-post-pictures",
            POST,
            "A threshold on the mean distance accepts the man and refuses what is no face.",
            Criterion::Mean,
        ),
        (
            "minimum-separates-the-post-pictures",
            OURS,
            "A threshold on the minimum distance does.",
            Criterion::Minimum,
        ),
        (
            "face-space-separates-the-post-pictures",
            OURS,
            "A threshold on the distance from face space does.",
            Criterion::FromFaceSpace,
        ),
    ];
    cases
        .map(|(id, source, statement, criterion)| {
            let unseen = of_the_man(post, &[Seen::Test, Seen::LeftOut], criterion);
            let threshold = largest(&unseen);
            let things = of(post, criterion, |seen, shows| {
                seen == Seen::Test && shows == Shows::Thing
            });
            let accepted = things.iter().filter(|d| **d <= threshold).count();
            Claim::says(id, source, statement)
                .measured_by(
                    "pictures without a face that the threshold accepts which just accepts all \
                     unseen pictures of the man",
                    "",
                )
                .largest_is_at_most(0.0, accepted as f64, things.len())
        })
        .to_vec()
}

fn of_the_man(post: &PostSet, seen: &[Seen], criterion: Criterion) -> Vec<f64> {
    of(post, criterion, |how, shows| {
        shows == Shows::TheMan && seen.contains(&how)
    })
}

fn of(post: &PostSet, criterion: Criterion, which: impl Fn(Seen, Shows) -> bool) -> Vec<f64> {
    let chosen = post
        .examined
        .iter()
        .filter(|one| which(one.seen, one.shows));
    chosen.map(|one| one.distances.by(criterion)).collect()
}

/// The largest, or NaN of none, which no rule accepts.
fn largest(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::NAN, f64::max)
}
