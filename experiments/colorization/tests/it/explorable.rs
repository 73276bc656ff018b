//! The page's script against the program: run by `scripts/explorables-check.sh`, which has Node.

use colorization::bins::{Grid, annealed_mean, class_weights};
use retrace_data::colour::rgb_from_lab;
use retrace_test_support::explorable::Calls;
use serde_json::json;

/// Colours are computed in 32 bits here, in 64 there.
const SINGLE: f64 = 2e-5;
/// Both compute in 64 bits.
const DOUBLE: f64 = 1e-9;

#[test]
#[ignore = "needs Node; scripts/explorables-check.sh runs it"]
fn the_page_comes_to_the_colours_of_the_program() {
    let mut calls = Calls::default();
    let deepest = 16.0_f32;
    for (window, cells) in [(10.0, vec![3, 250, 252, 480]), (7.0, (0..300).collect())] {
        let grid = Grid { window };
        let centres: Vec<[f32; 2]> = cells.iter().map(|cell| grid.centre(*cell)).collect();
        for (cell, centre) in cells.iter().zip(&centres) {
            calls.expect("centre", json!([cell, window]), centre, SINGLE);
        }
        let step = |k: usize| (k * k * 31 % 256) as u8;
        let pixels: Vec<Vec<u8>> = (0..6)
            .map(|pixel| {
                let mut own: Vec<u8> = (0..cells.len()).map(|bin| step(pixel + 7 * bin)).collect();
                own[pixel % cells.len()] = 0; // the largest of each pixel
                own
            })
            .collect();
        let truth: Vec<f64> = (0..12).map(|k| 60.0 * f64::from(k).sin()).collect();
        for temperature in [0.01, 0.38, 1.0, 2.0] {
            let depth = |step: &u8| -deepest * (f32::from(*step) / 255.0).powi(2);
            let colours = pixels.iter().flat_map(|steps| {
                let logits: Vec<f32> = steps.iter().map(depth).collect();
                annealed_mean(&logits, &centres, temperature).map(f64::from)
            });
            let colours: Vec<f64> = colours.collect();
            let pairs = |values: &[f64]| -> f64 {
                let chroma = values.chunks(2).map(|ab| ab[0].hypot(ab[1]));
                chroma.sum()
            };
            let squares = colours.iter().zip(&truth).map(|(c, t)| (c - t).powi(2));
            let data = json!({
                "steps": pixels.concat(), "cells": cells, "window": window, "deepest": deepest,
                "truth": truth,
            });
            let expected = json!({
                "colours": colours,
                "chroma": pairs(&colours) / pairs(&truth),
                "rmse": (squares.sum::<f64>() / 12.0).sqrt(),
            });
            calls.expect("seen", json!([data, temperature]), expected, SINGLE);
        }
    }
    for lambda in [0.0, 0.5, 1.0] {
        let shares = [0.7, 0.2, 0.0999, 0.0001];
        let weights = class_weights(&shares, lambda);
        calls.expect("weights", json!([shares, lambda]), weights, DOUBLE);
    }
    for lightness in [0.0_f32, 5.0, 50.0, 99.0, 100.0] {
        for (a, b) in [
            (0.0_f32, 0.0_f32),
            (60.0, -40.0),
            (-80.0, 80.0),
            (20.0, 70.0),
        ] {
            let rgb = rgb_from_lab([lightness, a, b]);
            calls.expect("rgb", [lightness, a, b], rgb, 0.0);
        }
    }
    calls.agree("colorization");
}
