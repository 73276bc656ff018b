//! How much an archive may unpack to: all of it, and each step of the walk.

use std::cell::Cell;
use std::io::{self, Read};

use super::{Limits, Problem};

/// Counts unpacked bytes while they are read, before anything is done with them.
pub struct Meter {
    limit: u64,
    left: Cell<u64>,
    left_in_step: Cell<u64>,
}

impl Meter {
    /// For an archive of that many bytes.
    pub fn new(limits: &Limits, archive_bytes: u64) -> Self {
        const FLOOR: u64 = 16 * 1024 * 1024;
        let by_ratio = archive_bytes.saturating_mul(limits.ratio).max(FLOOR);
        let limit = limits.unpacked_bytes.min(by_ratio);
        Self {
            limit,
            left: Cell::new(limit),
            left_in_step: Cell::new(u64::MAX),
        }
    }

    /// Lets the next step read that many bytes: headers may not be as long as a file.
    pub fn allow(&self, bytes: u64) {
        self.left_in_step.set(bytes);
    }

    /// Counts what comes from `inner`.
    pub fn reader<R: Read>(&self, inner: R) -> Metered<'_, R> {
        Metered { inner, meter: self }
    }

    /// What an error of a metered reader means.
    pub fn problem(&self, error: io::Error) -> Problem {
        if self.left.get() == 0 {
            Problem::TooLarge { limit: self.limit }
        } else {
            Problem::Damaged(error)
        }
    }

    fn spend(&self, count: usize) -> io::Result<()> {
        let take = |left: &Cell<u64>| {
            let rest = left.get().checked_sub(count as u64);
            left.set(rest.unwrap_or(0));
            rest.ok_or_else(|| io::Error::other("a part is longer than it says"))
        };
        take(&self.left)?;
        take(&self.left_in_step).map(drop)
    }
}

/// A reader whose bytes are counted.
pub struct Metered<'a, R> {
    inner: R,
    meter: &'a Meter,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.meter.spend(count)?;
        Ok(count)
    }
}
