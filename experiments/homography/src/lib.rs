//! The homography post.

pub mod dlt;
mod homography;
mod point;
pub mod ransac;
pub mod warp;

pub use homography::{Homography, HomographyError, Matrix};
pub use point::{Pair, Point};
