//! The book: every figure and every verdict of finished runs, as pages to be opened from disk.
//!
//! ```text
//! out/EXPERIMENT/RUN/ ──► Runs ──► pages ──► out/index.html, out/book/
//!                         runs  ──► Comparison ──► text, JSON, a page
//! ```
//!
//! A page is made from what a run left in its folder (config, manifest, figures, claims) and from
//! what the experiment says of itself. Nothing is trained or drawn anew; only curves of several runs
//! are laid over each other. Pages ask for nothing outside the output folder, so that the folder can
//! be copied, put on a stick, or served.

mod claim_plot;
mod command;
mod compare;
mod explorable;
mod markdown;
mod page;
mod papers;
mod picture;
mod runs;
mod site;
mod time_format;

pub use command::Book;
pub use markdown::{MathError, html_from_markdown};
pub use papers::{PAPERS, Paper};
