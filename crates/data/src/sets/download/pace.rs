//! A mirror that sends, but next to nothing, is one that stalls.

use std::time::{Duration, Instant};

/// Bytes that have to come within each window.
const FEWEST: u64 = 1024;

/// Watches how fast bytes come.
pub struct Pace {
    window: Duration,
    since: Instant,
    bytes: u64,
}

impl Pace {
    pub fn new(window: Duration) -> Self {
        let since = Instant::now();
        Self {
            window,
            since,
            bytes: 0,
        }
    }

    /// Counts bytes that have come; `false` when a window has passed with too few.
    pub fn keeps_up(&mut self, count: usize) -> bool {
        self.bytes += count as u64;
        if self.since.elapsed() < self.window {
            return true;
        }
        let enough = self.bytes >= FEWEST;
        *self = Self::new(self.window);
        enough
    }
}
