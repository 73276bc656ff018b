//! Cells that a run lacks: which they are, and why.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::attempts;
use crate::error::Error;
use crate::outcome;
use crate::run_dir::CellDir;

/// Cells that a summary names.
const SHOWN: usize = 6;

/// A cell that a drawing does without.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// Its arm and seed: `relu+bn/seed-3`.
    pub cell: String,
    /// Why it is not there.
    pub why: String,
}

impl Missing {
    /// How many of `cells` are missing, the first of them and why: `2 of 8 cells are missing:
    /// relu/seed-0 (not run yet), elu/seed-3 (not run yet)`. Nothing where all are there.
    pub fn summary(all: &[Self], cells: usize) -> Option<String> {
        let named = all.iter().take(SHOWN);
        let mut parts: Vec<String> = named
            .map(|one| format!("{} ({})", one.cell, one.why))
            .collect();
        if let Some(more) = all.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            parts.push(format!("and {more} more"));
        }
        let count = Self::count(all, cells)?;
        Some(format!("{count}: {}", parts.join(", ")))
    }

    /// The same without their names: `2 of 8 cells are missing`.
    pub fn count(all: &[Self], cells: usize) -> Option<String> {
        let verb = if cells == 1 { "cell is" } else { "cells are" };
        (!all.is_empty()).then(|| format!("{} of {cells} {verb} missing", all.len()))
    }
}

/// Why the outcome of a cell does not count, as far as its folder tells.
pub(crate) fn why_missing(dir: &CellDir) -> String {
    let damaged = |path: &Path, reason: String| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        format!("its outcome is damaged: {name}: {reason}")
    };
    match outcome::check_files(dir) {
        _ if !dir.outcome().exists() => attempts::why(dir),
        Ok(()) => "its outcome is that of another cell or of other settings".to_owned(),
        Err(Error::Damaged { path, reason }) => damaged(&path, reason),
        Err(Error::Io { path, source, .. }) => damaged(&path, source.to_string()),
        Err(error) => damaged(&dir.outcome(), error.to_string()),
    }
}
