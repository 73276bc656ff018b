//! Downloading one file from one mirror, until all of it is there or the mirror is given up.
//!
//! Bytes go to a `.part` file. What it holds is asked for no more: neither after a break, nor
//! after the process was killed. Whether the bytes are right is not known here; the caller
//! compares their SHA-256.

mod answer;
mod client;
mod error;
mod failure;
mod pace;
mod part;
mod size;

use std::io::{Read, Write};
use std::path::Path;
use std::thread;
use std::time::Duration;

use ureq::Body;

use super::Event;
use super::copying::{CopyError, copy};
use answer::Answer;
pub use client::Client;
pub use error::DownloadError;
pub use failure::Failure;
use pace::Pace;
use part::Part;
pub use size::Size;

/// An attempt that brought this much is not counted as one that failed.
const PROGRESS: u64 = 1024 * 1024;
/// The longest wait before a retry.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Downloads `address` to `part` until all is there. Says whether it was put together from
/// several answers.
pub fn download(
    client: &Client,
    address: &str,
    part: &Path,
    size: Size,
    on_event: &mut dyn FnMut(Event<'_>),
) -> Result<bool, DownloadError> {
    let part = Part(part);
    part.make_folder()?;
    let mut download = Download {
        client,
        address,
        part,
        size,
        on_event,
        answered: false,
        has_ranges: true,
        resumed: part.bytes()? > 0,
    };
    download.run()?;
    Ok(download.resumed)
}

struct Download<'a> {
    client: &'a Client,
    address: &'a str,
    part: Part<'a>,
    size: Size,
    on_event: &'a mut dyn FnMut(Event<'_>),
    /// The mirror has answered before: that it cannot be reached now may pass.
    answered: bool,
    /// The mirror gives the rest of a file when asked for it, as far as known.
    has_ranges: bool,
    /// The part holds bytes from before the last answer, or did at the beginning.
    resumed: bool,
}

impl Download<'_> {
    fn run(&mut self) -> Result<(), DownloadError> {
        let mut failures = 0;
        loop {
            let before = self.part.bytes()?;
            let failure = match self.attempt() {
                Err(DownloadError::Failed(failure)) if failure.may_pass(self.answered) => failure,
                done => return done,
            };
            if self.part.bytes()? >= before + PROGRESS {
                failures = 0;
            }
            if failures == self.client.retries {
                return Err(failure.into());
            }
            self.wait(failures, &failure);
            failures += 1;
        }
    }

    /// Waits longer from time to time: a mirror in trouble is not helped by many requests.
    fn wait(&mut self, failures: u32, failure: &Failure) {
        let doubled = self.client.backoff.saturating_mul(1 << failures.min(16));
        let wait = doubled.min(LONGEST_WAIT);
        let address = self.address;
        (self.on_event)(Event::Retrying {
            address,
            failure,
            wait,
        });
        thread::sleep(wait);
    }

    /// One request, and a second one when the mirror cannot give the rest only.
    fn attempt(&mut self) -> Result<(), DownloadError> {
        let mut there = self.part.bytes()?;
        if self.size.is_whole(there) {
            self.part.open(there)?; // An empty file is whole before there is one.
            return Ok(());
        }
        if !self.has_ranges {
            there = 0;
        }
        let mut response = self.client.get(self.address, there)?;
        self.answered = true;
        match Answer::read(&response, there, self.size)? {
            Answer::Whole => Ok(()),
            Answer::OtherRange => {
                self.has_ranges = false;
                self.attempt()
            }
            Answer::Body { from, total } => self.receive(response.body_mut(), from, total),
        }
    }

    /// Writes a body behind the first `from` bytes of the part.
    fn receive(
        &mut self,
        body: &mut Body,
        from: u64,
        total: Option<u64>,
    ) -> Result<(), DownloadError> {
        let (address, limit) = (self.address, self.size.limit());
        let mut file = self.part.open(from)?;
        self.resumed |= from > 0;
        let mut there = from;
        let mut pace = Pace::new(self.client.stall_timeout);
        let mut tell = |bytes| {
            (self.on_event)(Event::Received {
                address,
                bytes,
                total,
            });
        };
        tell(there);
        // One byte more than allowed tells what is too long from what fits.
        let mut body = body.as_reader().take(limit.saturating_sub(from) + 1);
        let copied = copy(&mut body, |chunk| {
            file.write_all(chunk)?;
            there += chunk.len() as u64;
            tell(there);
            pace.step(chunk.len())
        });
        match copied {
            Ok(()) => self.check_length(there, total),
            Err(_) if pace.has_stalled() => Err(Failure::Stalled.into()),
            Err(CopyError::Read(error)) => Err(Failure::of_body(error, there, total).into()),
            Err(CopyError::Write(error)) => Err(self.part.error(error).into()),
        }
    }

    /// After a body has ended without an error, which says little: without a length it ends
    /// wherever the connection breaks off.
    fn check_length(&self, bytes: u64, total: Option<u64>) -> Result<(), DownloadError> {
        let limit = self.size.limit();
        if bytes > limit {
            self.part.remove()?;
            return Err(Failure::TooLong { limit }.into());
        }
        let expected = match self.size {
            Size::Exactly(bytes) => Some(bytes),
            Size::AtMost(_) => total,
        };
        if expected.is_some_and(|expected| bytes < expected) {
            let total = expected;
            return Err(Failure::Dropped { bytes, total }.into());
        }
        Ok(())
    }
}
