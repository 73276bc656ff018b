//! Claims about the pictures.

use retrace_lab::Claim;

use super::{All, OURS, PIXELS, POST, largest, rectified};
use crate::outcome::{Filled, View};
use crate::warp::Sampling;
use crate::work::Work;

/// "Many" empty pixels are at least one of a hundred.
const MANY: f64 = 0.01;

pub fn claims(outcomes: &All) -> Vec<Claim> {
    let mut claims = holes(outcomes);
    claims.extend(samplings(outcomes));
    claims.push(registration(outcomes));
    claims
}

fn holes(outcomes: &All) -> Vec<Claim> {
    let frame = rectified(outcomes).map(|r| r.frame);
    let reached = frame.map(|f: Filled| 1.0 - f.forward_holes as f64 / f.covered as f64);
    let left = frame.map(|f| f.inverse_holes as f64);
    let covered = frame.map_or(0, |f| f.covered as usize);
    vec![
        Claim::says(
            "forward-leaves-holes",
            POST,
            "Moving each pixel to its new place leaves many pixels of the result empty: at least \
             one of a hundred.",
        )
        .measured_by("share of the result's pixels that are reached", "0-1")
        .largest_is_at_most(1.0 - MANY, largest([reached]), covered)
        .shown_in("forward"),
        Claim::says(
            "inverse-leaves-none",
            POST,
            "Filling from the inverse leaves no pixel empty.",
        )
        .measured_by("pixels left empty", "pixels")
        .largest_is_at_most(0.0, largest([left]), covered)
        .shown_in("filled"),
    ]
}

fn samplings(outcomes: &All) -> Vec<Claim> {
    let difference = |sampling| {
        let all = &rectified(outcomes)?.samplings;
        let restored = all.iter().find(|restored| restored.sampling == sampling);
        restored.map(|restored| restored.difference)
    };
    let gain = |better, worse| Some(difference(better)? - difference(worse)?);
    let claim = |id, statement: &str, gain: Option<f64>| {
        Claim::says(id, OURS, statement)
            .measured_by(
                "RMS difference to the label seen from above, the first minus the second",
                "grey values",
            )
            .largest_is_at_most(0.0, largest([gain]), 1)
            .shown_in("samplings")
    };
    vec![
        claim(
            "rounding-beats-truncating",
            "Reading the nearest pixel restores the label better than cutting the fraction off, \
             as the post's code does.",
            gain(Sampling::Nearest, Sampling::Truncated),
        ),
        claim(
            "bilinear-beats-nearest",
            "Reading between four pixels restores the label better than the nearest pixel.",
            gain(Sampling::Bilinear, Sampling::Nearest),
        ),
        claim(
            "bicubic-beats-bilinear",
            "Reading between sixteen pixels restores the label better still.",
            gain(Sampling::Bicubic, Sampling::Bilinear),
        ),
    ]
}

fn registration(outcomes: &All) -> Claim {
    let cell = outcomes.get(Work::Register.name(), 0);
    let registered = cell.and_then(|cell| cell.outcome.registered());
    let views: &[View] = registered.map_or(&[], |registered| &registered.views);
    let distances = views.iter().map(|view| view.matches.distance);
    Claim::says(
        "estimates-agree-with-known-matrices",
        OURS,
        "The homography of matching corners is the known one of each pair of pictures, within \
         RANSAC's threshold.",
    )
    .measured_by("largest mean distance of where both send a point", PIXELS)
    .largest_is_at_most(
        outcomes.config().ransac_threshold,
        largest(distances),
        views.len(),
    )
}
