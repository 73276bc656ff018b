//! The post "Colorizing black and white images using Deep Learning (Tensorflow)" by J. M. Valverde.
//!
//! After Zhang, Isola & Efros 2016 ("Colorful Image Colorization"), colouring is classification:
//! the plane of a and b is cut into [`bins`], and a [`network`] gives each pixel a distribution over
//! the Q bins that the data use. [`data`] are photographs of outdoor scenes, or drawn ones
//! ([`twin`]); the network learns on [`patches`] of 32x32 pixels.

pub mod arm;
pub mod batch;
pub mod bins;
pub mod colouring;
pub mod config;
pub mod counting;
pub mod data;
pub mod evaluation;
pub mod loss;
pub mod metrics;
pub mod model_file;
pub mod network;
pub mod outcome;
pub mod patches;
pub mod study;
pub mod training;
pub mod twin;
