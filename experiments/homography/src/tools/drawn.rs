//! What `homography rectify` drew, for people and as JSON.

use std::path::Path;

use serde::Serialize;

use crate::dlt::{FEWEST_PAIRS, forward_error};
use crate::homography::Homography;
use crate::point::Pair;
use crate::warp::Frame;

/// What was drawn.
#[derive(Debug, Serialize)]
pub(super) struct Drawn {
    /// As on the command line.
    output: String,
    width: u32,
    height: u32,
    left: i32,
    top: i32,
    matrix: Homography,
    residuals_px: Vec<f64>,
}

impl Drawn {
    /// What was drawn where, and how well the pairs fit.
    pub fn new(output: &Path, frame: Frame, matrix: Homography, pairs: &[Pair]) -> Self {
        let misses = pairs.iter().map(|pair| forward_error(&matrix, pair));
        Self {
            output: output.display().to_string(),
            width: frame.width(),
            height: frame.height(),
            left: frame.left(),
            top: frame.top(),
            matrix,
            residuals_px: misses.collect(),
        }
    }

    /// In words.
    pub fn text(&self) -> String {
        let Self {
            output,
            width,
            height,
            left,
            top,
            ..
        } = self;
        let mut text = format!(
            "{output}: {width} x {height} pixels, the top-left one at ({left}, {top}) of the \
             target plane\n"
        );
        if self.residuals_px.len() > FEWEST_PAIRS {
            let squares: f64 = self.residuals_px.iter().map(|miss| miss * miss).sum();
            let rms = (squares / self.residuals_px.len() as f64).sqrt();
            text.push_str(&format!(
                "the points miss their targets by {rms:.3} pixels (RMS)\n"
            ));
        }
        text
    }
}
