//! Downloading one file from one mirror, until all of it is there or the mirror is given up.
//!
//! Bytes go to a `.part` file. What it holds is not asked for again: neither after a break, nor
//! after the process was killed. Whether the bytes are right is not known here; the caller
//! compares their SHA-256.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::thread;
use std::time::Duration;

use ureq::http::{Response, header};
use ureq::{Agent, Body, Proxy};

use super::{Event, FetchError, FetchOptions};

/// An attempt that brought this much is not counted as one that failed.
const PROGRESS: u64 = 1024 * 1024;
/// The longest wait before a retry.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// The longest time until a mirror is connected.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// How many redirections are followed.
const REDIRECTS: u32 = 8;

/// How much a mirror may send, in bytes.
#[derive(Debug, Clone, Copy)]
pub enum Size {
    /// The size in the manifest.
    Exactly(u64),
    /// The largest archive that is accepted.
    AtMost(u64),
}

/// Why a download ended without a whole file.
pub enum DownloadError {
    /// The mirror failed, and may do better in a while.
    Passing(String),
    /// The mirror failed; another one may do better.
    Failed(String),
    /// The cache failed; no mirror can help.
    Cache(FetchError),
}

impl From<FetchError> for DownloadError {
    fn from(error: FetchError) -> Self {
        Self::Cache(error)
    }
}

/// The client that asks mirrors: how long it waits, and what it tells of itself.
pub fn agent(options: &FetchOptions) -> Agent {
    let proxy = options.proxy_from_environment.then(Proxy::try_from_env);
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .proxy(proxy.flatten())
        .user_agent(concat!("retrace/", env!("CARGO_PKG_VERSION")))
        // The bytes of the file: compressed on the way, they could not be resumed.
        .accept_encoding("identity")
        .max_redirects(REDIRECTS)
        .timeout_resolve(Some(CONNECT_TIMEOUT))
        .timeout_connect(Some(CONNECT_TIMEOUT))
        .timeout_send_request(Some(options.stall_timeout))
        .timeout_recv_response(Some(options.stall_timeout))
        .timeout_recv_body(Some(options.body_timeout))
        .timeout_per_read(Some(options.stall_timeout))
        .build();
    config.new_agent()
}

/// Downloads `address` to `part` until all is there. Says whether it was put together from
/// several answers.
pub fn download(
    agent: &Agent,
    options: &FetchOptions,
    address: &str,
    part: &Path,
    size: Size,
    on_event: &mut dyn FnMut(Event<'_>),
) -> Result<bool, DownloadError> {
    let folder = part.parent().unwrap_or(part);
    fs::create_dir_all(folder).map_err(FetchError::write(folder))?;
    let mut download = Download {
        agent,
        options,
        address,
        part,
        size,
        on_event,
        has_ranges: true,
        resumed: false,
    };
    download.run()?;
    Ok(download.resumed)
}

struct Download<'a> {
    agent: &'a Agent,
    options: &'a FetchOptions,
    address: &'a str,
    part: &'a Path,
    size: Size,
    on_event: &'a mut dyn FnMut(Event<'_>),
    /// The mirror gives the rest of a file when asked for it, as far as known.
    has_ranges: bool,
    /// The part holds bytes from before the last answer, or did at the beginning.
    resumed: bool,
}

impl Download<'_> {
    fn run(&mut self) -> Result<(), DownloadError> {
        let mut failures = 0;
        loop {
            let before = self.bytes();
            let failure = match self.attempt() {
                Err(DownloadError::Passing(failure)) => failure,
                done => return done,
            };
            if self.bytes() >= before + PROGRESS {
                failures = 0;
            }
            if failures == self.options.retries {
                return Err(DownloadError::Failed(failure));
            }
            self.wait(failures, &failure);
            failures += 1;
        }
    }

    /// Waits longer from time to time: a mirror in trouble is not helped by many requests.
    fn wait(&mut self, failures: u32, failure: &str) {
        let doubled = self.options.backoff.saturating_mul(1 << failures.min(16));
        let wait = doubled.min(LONGEST_WAIT);
        let address = self.address;
        (self.on_event)(Event::Retrying {
            address,
            failure,
            wait,
        });
        thread::sleep(wait);
    }

    /// Number of bytes that are there.
    fn bytes(&self) -> u64 {
        fs::metadata(self.part).map_or(0, |found| found.len())
    }

    /// Opens the part for writing behind its first `from` bytes; the rest is cut off.
    fn open(&self, from: u64) -> Result<File, FetchError> {
        let open = || {
            let mut options = File::options();
            let options = options.create(true).truncate(false).write(true);
            let mut file = options.open(self.part)?;
            file.set_len(from)?;
            file.seek(SeekFrom::Start(from))?;
            Ok(file)
        };
        open().map_err(FetchError::write(self.part))
    }

    /// One request, and a second one when the mirror cannot give the rest only.
    fn attempt(&mut self) -> Result<(), DownloadError> {
        let there = if self.has_ranges { self.bytes() } else { 0 };
        if matches!(self.size, Size::Exactly(whole) if whole == there) {
            self.resumed |= there > 0;
            self.open(there)?; // An empty file is whole before there is one.
            return Ok(());
        }
        let mut request = self.agent.get(self.address);
        if there > 0 {
            request = request.header("Range", format!("bytes={there}-"));
        }
        let mut response = request.call().map_err(without_answer)?;
        match begins(&response, there, self.size)? {
            Some((from, total)) => self.receive(response.body_mut(), from, total),
            None => {
                self.has_ranges = false;
                self.attempt()
            }
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
        let mut file = self.open(from)?;
        self.resumed |= from > 0;
        let mut bytes = from;
        // One byte more than allowed tells what is too long from what fits.
        let mut body = body.as_reader().take(limit.saturating_sub(from) + 1);
        let mut buffer = vec![0; 64 * 1024];
        loop {
            (self.on_event)(Event::Received {
                address,
                bytes,
                total,
            });
            let count = match body.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(within_body(error, bytes, total)),
            };
            let written = file.write_all(&buffer[..count]);
            written.map_err(FetchError::write(self.part))?;
            bytes += count as u64;
        }
        self.check_length(bytes, total)
    }

    /// After a body has ended without an error, which says little: without a length it ends
    /// wherever the connection breaks off.
    fn check_length(&self, bytes: u64, total: Option<u64>) -> Result<(), DownloadError> {
        let limit = self.size.limit();
        if bytes > limit {
            fs::remove_file(self.part).map_err(FetchError::write(self.part))?;
            return Err(too_long(limit));
        }
        let total = match self.size {
            Size::Exactly(bytes) => Some(bytes),
            Size::AtMost(_) => total,
        };
        if total.is_some_and(|total| bytes < total) {
            return Err(broken_off(bytes, total));
        }
        Ok(())
    }
}

impl Size {
    /// The most that is accepted, in bytes.
    fn limit(self) -> u64 {
        match self {
            Self::Exactly(bytes) | Self::AtMost(bytes) => bytes,
        }
    }

    /// Refuses a file of the wrong size before it is downloaded.
    fn check(self, found: u64) -> Result<(), DownloadError> {
        match self {
            Self::Exactly(expected) if found != expected => Err(DownloadError::Failed(format!(
                "expected a file of {expected} bytes, found one of {found}"
            ))),
            Self::AtMost(limit) if found > limit => Err(too_long(limit)),
            _ => Ok(()),
        }
    }
}

/// Where the body begins in the file, and how many bytes the whole file has if the mirror says
/// so; none when a mirror that was asked for all but the first `there` bytes cannot continue
/// there (RFC 9110, sections 14 and 15).
fn begins(
    response: &Response<Body>,
    there: u64,
    size: Size,
) -> Result<Option<(u64, Option<u64>)>, DownloadError> {
    let header = |name| response.headers().get(name)?.to_str().ok();
    let status = response.status().as_u16();
    match status {
        // The whole file, also from mirrors that do not know ranges.
        200 => {
            let total = header(header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
            total.map_or(Ok(()), |total| size.check(total))?;
            Ok(Some((0, total)))
        }
        206 if there > 0 => {
            let range = header(header::CONTENT_RANGE).and_then(range);
            Ok(range.filter(|(first, total)| {
                *first == there && total.is_none_or(|total| size.check(total).is_ok())
            }))
        }
        416 if there > 0 => Ok(None),
        // Request Timeout, Too Many Requests, and whatever is wrong with the mirror itself.
        408 | 429 | 500.. => Err(DownloadError::Passing(refusal(status))),
        _ => Err(DownloadError::Failed(refusal(status))),
    }
}

fn refusal(status: u16) -> String {
    format!("expected the file, found status {status}")
}

/// First byte and size of the file in a `Content-Range`: `bytes 5-9/10`, or `bytes 5-9/*`.
fn range(text: &str) -> Option<(u64, Option<u64>)> {
    let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
    let first = range.split_once('-')?.0.parse().ok()?;
    Some((first, total.parse().ok()))
}

/// What an error means that came before a body.
fn without_answer(error: ureq::Error) -> DownloadError {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    use ureq::Error;
    use ureq::Timeout::{Connect, Resolve};
    const BROKEN_OFF: [io::ErrorKind; 4] = [
        BrokenPipe,
        ConnectionAborted,
        ConnectionReset,
        UnexpectedEof,
    ];
    DownloadError::Failed(match error {
        Error::Io(error) if BROKEN_OFF.contains(&error.kind()) => return broken_off(0, None),
        Error::Timeout(timeout) if !matches!(timeout, Connect | Resolve) => return stalled(),
        Error::TooManyRedirects => {
            format!("expected a file after {REDIRECTS} redirections, found one more")
        }
        Error::Protocol(_) | Error::LargeResponseHeader(..) | Error::RedirectFailed => {
            format!("expected an answer in HTTP, found {error}")
        }
        _ => format!("cannot be reached ({error})"),
    })
}

/// What an error means that came within a body.
fn within_body(error: io::Error, bytes: u64, total: Option<u64>) -> DownloadError {
    match ureq::Error::from(error) {
        ureq::Error::Timeout(_) => stalled(),
        _ => broken_off(bytes, total),
    }
}

fn broken_off(bytes: u64, total: Option<u64>) -> DownloadError {
    let of = total.map_or_else(String::new, |total| format!(" of {total}"));
    DownloadError::Passing(format!("broke off after {bytes} bytes{of}"))
}

fn stalled() -> DownloadError {
    DownloadError::Passing("sent nothing, or next to nothing, for too long".to_owned())
}

fn too_long(limit: u64) -> DownloadError {
    DownloadError::Failed(format!("sent more than {limit} bytes"))
}
