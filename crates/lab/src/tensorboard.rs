//! Losses and observed numbers of a training in a file that TensorBoard reads, while it trains.
//!
//! No result: nothing reads it back, and a training does not fail of it. A file is a row of records
//! in the framing of `TFRecord`, each an `Event` of TensorFlow's `event.proto`; of its fields there are
//! the few that a curve is made of, in the encoding of protocol buffers.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::error::{Error, Result};
use crate::files;
use crate::loss_log::LossLog;
use crate::progress::Progress;

/// TensorBoard reads the files of a folder whose names have `tfevents` in them, in their order.
const PREFIX: &str = "events.out.tfevents.";
/// How often new numbers are appended.
const APPEND_EVERY: Duration = Duration::from_secs(2);
/// The tag of the losses.
const LOSS: &str = "loss";

/// A number to watch during a training, for [`Task::watched`](crate::Task::watched).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scalar {
    /// Names the curve that it is of, below a heading if there is a slash: `test/accuracy`.
    pub tag: &'static str,
    /// Steps done when it was observed.
    pub step: u64,
    /// The number.
    pub value: f64,
}

impl Scalar {
    /// The number `value`, observed after `step` steps.
    pub const fn new(tag: &'static str, step: u64, value: f64) -> Self {
        Self { tag, step, value }
    }
}

/// The event file of one training; nothing where none is wanted, or none can be written.
#[derive(Debug)]
pub struct Events(Option<EventFile>);

impl Events {
    /// Begins the file of a training in `folder`, in place of the one of an earlier process. What the
    /// checkpoint holds is to be appended first: no step then comes twice. `worked_s` are the seconds of
    /// work on the cell so far.
    pub fn begin(folder: Option<&Path>, worked_s: f64) -> Self {
        let file = folder.map(|folder| EventFile::create(folder, worked_s));
        Self(file.and_then(or_none))
    }

    /// Whether it is time to append.
    pub fn are_due(&self) -> bool {
        let file = self.0.as_ref();
        file.is_some_and(|file| file.appended.elapsed() >= APPEND_EVERY)
    }

    /// Appends what of the log and of the numbers watched is not in the file yet.
    pub fn append(&mut self, log: &LossLog, watched: impl FnOnce() -> Vec<Scalar>) {
        if let Some(file) = &mut self.0 {
            let appended = file.append(log, &watched());
            if or_none(appended).is_none() {
                self.0 = None;
            }
        }
    }
}

/// Says, once per process, that there will be no file; a training is worth more than its curves.
fn or_none<T>(result: Result<T>) -> Option<T> {
    static SAID: Once = Once::new();
    let note = |error: Error| {
        SAID.call_once(|| {
            let cause = error
                .source()
                .map_or_else(String::new, |cause| format!(" ({cause})"));
            Progress::note(&format!(
                "{error}{cause}; the training goes on without TensorBoard's file"
            ));
        });
    };
    result.map_err(note).ok()
}

#[derive(Debug)]
struct EventFile {
    path: PathBuf,
    file: File,
    /// When work on the cell would have begun had it never been stopped, in seconds since 1970.
    begun_s: f64,
    /// Seconds of work before this file.
    worked_s: f64,
    /// The last step of each tag.
    last: BTreeMap<&'static str, u64>,
    appended: Instant,
}

impl EventFile {
    fn create(folder: &Path, worked_s: f64) -> Result<Self> {
        files::create_folder(folder)?;
        empty_earlier(folder)?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.unwrap_or_default();
        let process = std::process::id();
        let path = folder.join(format!("{PREFIX}{:010}.retrace.{process}", now.as_secs()));
        let mut file = File::create(&path).map_err(Error::io("write", &path))?;
        let now_s = now.as_secs_f64();
        // The second has who has read the former file forget it.
        let opening = [event(now_s, &FILE_VERSION), event(now_s, &SESSION_START)].concat();
        file.write_all(&opening)
            .map_err(Error::io("write", &path))?;
        Ok(Self {
            path,
            file,
            begun_s: now_s - worked_s,
            worked_s,
            last: BTreeMap::new(),
            appended: Instant::now(),
        })
    }

    fn append(&mut self, log: &LossLog, watched: &[Scalar]) -> Result<()> {
        let losses = log
            .losses()
            .map(|(step, loss)| Scalar::new(LOSS, step, loss));
        let mut bytes = Vec::new();
        for scalar in losses.chain(watched.iter().copied()) {
            let last = self.last.get(scalar.tag);
            if last.is_none_or(|last| *last < scalar.step) {
                self.last.insert(scalar.tag, scalar.step);
                let time_s = log.time_s(scalar.step).unwrap_or(self.worked_s);
                bytes.extend(event(self.begun_s + time_s, &summary(scalar)));
            }
        }
        self.appended = Instant::now();
        // One write: a reader finds whole records, but for a disk that is full.
        self.file
            .write_all(&bytes)
            .map_err(Error::io("write", &self.path))
    }
}

/// Empties the files of earlier processes; those that are empty already are removed. TensorBoard goes on
/// from a file that it reads to the next one, and stays with one that is gone.
fn empty_earlier(folder: &Path) -> Result<()> {
    let name = |path: &PathBuf| {
        path.file_name()
            .map(|name| name.to_string_lossy().into_owned())
    };
    let is_one = |path: &PathBuf| name(path).is_some_and(|name| name.starts_with(PREFIX));
    for path in files::subfolders(folder)?
        .iter()
        .filter(|path| is_one(path))
    {
        let emptied = match fs::metadata(path) {
            Ok(about) if about.len() == 0 => fs::remove_file(path),
            _ => File::create(path).map(drop),
        };
        emptied.map_err(Error::io("empty", path))?;
    }
    Ok(())
}

// Keys of protocol buffers: the number of the field in `event.proto` or `summary.proto`, times 8,
// plus how its value is encoded.
const DOUBLE: u8 = 1;
const VARINT: u8 = 0;
const BYTES: u8 = 2;
const FLOAT: u8 = 5;
const WALL_TIME: u8 = 1 << 3 | DOUBLE;
const STEP: u8 = 2 << 3 | VARINT;
const SUMMARY: u8 = 5 << 3 | BYTES;
const SUMMARY_VALUE: u8 = 1 << 3 | BYTES;
const TAG: u8 = 1 << 3 | BYTES;
const SIMPLE_VALUE: u8 = 2 << 3 | FLOAT;
/// Field 3, `file_version`, of 13 bytes: an event that begins each file.
const FILE_VERSION: [u8; 15] = *b"\x1a\x0dbrain.Event:2";
/// Field 7, `session_log`, whose field 1, `status`, is `START`.
const SESSION_START: [u8; 4] = [0x3a, 2, 0x08, 1];

/// The record of an event.
fn event(wall_time_s: f64, fields: &[u8]) -> Vec<u8> {
    let time = wall_time_s.to_le_bytes();
    record(&[&[WALL_TIME], time.as_slice(), fields].concat())
}

/// The fields of an event that is one number of a curve.
fn summary(scalar: Scalar) -> Vec<u8> {
    let number = (scalar.value as f32).to_le_bytes();
    let value = [
        nested(TAG, scalar.tag.as_bytes()),
        [[SIMPLE_VALUE].as_slice(), &number].concat(),
    ];
    let value = nested(SUMMARY_VALUE, &value.concat());
    let step = [vec![STEP], varint(scalar.step)];
    [step.concat(), nested(SUMMARY, &value)].concat()
}

/// A field that is text or a message.
fn nested(key: u8, bytes: &[u8]) -> Vec<u8> {
    [&[key], varint(bytes.len() as u64).as_slice(), bytes].concat()
}

/// Seven bits per byte, the lowest first; the top bit says that there is more.
fn varint(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

/// `TFRecord`: the length, its checksum, the data, their checksum.
fn record(data: &[u8]) -> Vec<u8> {
    let length = (data.len() as u64).to_le_bytes();
    let sum = |bytes: &[u8]| masked(crc32c(bytes)).to_le_bytes();
    [&length, sum(&length).as_slice(), data, &sum(data)].concat()
}

/// `TFRecord` stores checksums like this, as sums of data with sums in them are weak.
fn masked(sum: u32) -> u32 {
    sum.rotate_right(15).wrapping_add(0xa282_ead8)
}

/// The cyclic redundancy check with Castagnoli's polynomial, reflected (RFC 3720, appendix B.4).
fn crc32c(bytes: &[u8]) -> u32 {
    let bit = |sum: u32, _| (sum >> 1) ^ (0x82f6_3b78 * (sum & 1));
    let byte = |sum: u32, byte: &u8| (0..8).fold(sum ^ u32::from(*byte), bit);
    !bytes.iter().fold(!0, byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 3720, appendix B.4, and the check value of the catalogues.
    #[test]
    fn the_checksum_has_the_published_values() {
        let ascending: Vec<u8> = (0..32).collect();
        let descending: Vec<u8> = (0..32).rev().collect();
        for (bytes, sum) in [
            (b"".as_slice(), 0),
            (b"123456789", 0xe306_9283),
            (&[0; 32], 0x8a91_36aa),
            (&[0xff; 32], 0x62a8_ab43),
            (&ascending, 0x46dd_794e),
            (&descending, 0x113f_db5c),
        ] {
            assert_eq!(crc32c(bytes), sum, "{bytes:?}");
        }
    }

    /// The bytes are those that `scripts/tensorboard_oracle.py` prints.
    #[test]
    fn events_have_the_bytes_of_tensorboards_own_writer() {
        let scalar = Scalar::new("test/accuracy", 300, 0.75);
        for (made, expected) in [
            (
                event(1e9 + 0.5, &FILE_VERSION),
                b"\x18\0\0\0\0\0\0\0\xa3\x7fK\"\
                  \x09\0\0@\0e\xcd\xcdA\x1a\x0dbrain.Event:2\
                  #\x83\xb4\x1d"
                    .as_slice(),
            ),
            (
                event(1_234_567_890.25, &summary(scalar)),
                b"$\0\0\0\0\0\0\0B+\x80M\
                  \x09\0\0\x90\xb4\x80e\xd2A\x10\xac\x02*\x16\x0a\x14\x0a\x0dtest/accuracy\x15\0\0@?\
                  A\0\xf6g",
            ),
        ] {
            assert_eq!(made, expected);
        }
    }

    #[test]
    fn numbers_of_many_bits_are_cut_into_sevens() {
        for (number, bytes) in [
            (0, vec![0]),
            (127, vec![127]),
            (128, vec![0x80, 1]),
            (u64::MAX, [vec![0xff; 9], vec![1]].concat()),
        ] {
            assert_eq!(varint(number), bytes);
        }
    }
}
