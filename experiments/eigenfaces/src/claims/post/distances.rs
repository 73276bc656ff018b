//! What the distances of the post's own pictures say.

use retrace_lab::Claim;

use super::{OURS, POST, ROUNDING};
use crate::data::Shows;
use crate::distances::Criterion;
use crate::outcome::{PostSet, Seen};

/// The answers.
pub fn claims(post: &PostSet) -> Vec<Claim> {
    let claims = thresholds(post).into_iter().chain(separation(post));
    claims.map(|claim| claim.shown_in("distances")).collect()
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

fn separation(post: &PostSet) -> Vec<Claim> {
    vec![
        separates(
            post,
            "mean-separates-the-post-pictures",
            POST,
            "A threshold on the mean distance accepts the man and refuses what is no face.",
            Criterion::Mean,
        )
        .if_contradicted(
            "The mean distance asks how unusual a picture's weights are, not whether they are \
             those of a training picture: a thing with ordinary weights is nearer than an unusual \
             picture of the man.",
        ),
        separates(
            post,
            "minimum-separates-the-post-pictures",
            OURS,
            "A threshold on the minimum distance accepts the man and refuses what is no face.",
            Criterion::Minimum,
        )
        .if_contradicted(
            "Weights hold nothing that eigenfaces cannot express. The threshold must accept the \
             man's most unusual picture, and a thing's weights may be as near to a training \
             picture, however little of the thing they tell.",
        ),
        separates(
            post,
            "face-space-separates-the-post-pictures",
            OURS,
            "A threshold on the distance from face space accepts the man and refuses what is no \
             face.",
            Criterion::FromFaceSpace,
        ),
    ]
}

/// Unseen pictures of the man are his two test pictures and the 16 training pictures, each
/// measured with the eigenfaces of the other 15.
fn separates(
    post: &PostSet,
    id: &'static str,
    source: &'static str,
    statement: &str,
    criterion: Criterion,
) -> Claim {
    let threshold = largest(&of_the_man(post, &[Seen::Test, Seen::LeftOut], criterion));
    let things = of(post, criterion, |seen, shows| {
        seen == Seen::Test && shows == Shows::Thing
    });
    let accepted = things.iter().filter(|d| **d <= threshold).count();
    Claim::says(id, source, statement)
        .measured_by(
            "pictures without a face that the threshold accepts which just accepts all unseen \
             pictures of the man",
            "",
        )
        .largest_is_at_most(0.0, accepted as f64, things.len())
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
