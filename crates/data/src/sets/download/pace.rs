//! A mirror that sends, but next to nothing, is one that stalls.

use std::io;
use std::time::{Duration, Instant};

/// Bytes that have to come within each window.
const FEWEST: u64 = 1024;

/// Watches how fast bytes come.
pub struct Pace {
    window: Duration,
    since: Instant,
    bytes: u64,
    stalled: bool,
}

impl Pace {
    pub fn new(window: Duration) -> Self {
        Self {
            window,
            since: Instant::now(),
            bytes: 0,
            stalled: false,
        }
    }

    /// Counts bytes that have come; an error when a window has passed with too few.
    pub fn step(&mut self, count: usize) -> io::Result<()> {
        self.bytes += count as u64;
        if self.since.elapsed() < self.window {
            return Ok(());
        }
        self.stalled = self.bytes < FEWEST;
        if self.stalled {
            return Err(io::ErrorKind::TimedOut.into());
        }
        *self = Self::new(self.window);
        Ok(())
    }

    /// Whether [`Self::step`] has given an error.
    pub fn has_stalled(&self) -> bool {
        self.stalled
    }
}
