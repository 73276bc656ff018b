//! The book: every figure and every verdict of finished runs, as pages to be opened from disk.
//!
//! ```text
//! out/EXPERIMENT/RUN/ ──► Shelf ──► pages ──► out/index.html, out/book/
//!                         runs  ──► Comparison ──► text, JSON, a page
//! ```
//!
//! A page is made from what a run left in its folder (config, manifest, figures, claims) and from
//! what the experiment says of itself. Nothing is trained or drawn anew; only curves of several runs
//! are laid over each other. Pages ask for nothing outside the output folder, so that the folder can
//! be copied, put on a stick, or served.

mod command;
mod compare;
mod ink;
mod markdown;
mod moment;
mod page;
mod papers;
mod picture;
mod shelf;
mod site;
mod strip;

pub use command::Book;
pub use compare::{ClaimRow, Compared, Comparison, Setting};
pub use markdown::{MathError, html_from_markdown};
pub use papers::{PAPERS, Paper};
pub use shelf::{Shelf, Volume};
pub use site::write;
