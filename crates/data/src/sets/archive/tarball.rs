//! Walking through a tar, whose entries come one after the other.

use std::io::{self, Read};

use tar::EntryType;

use super::names::{Names, shown};
use super::{Problem, Walk, WalkError};

/// Room for the headers of one entry, long names among them: the `tar` crate holds them in
/// memory, and would hold gigabytes.
const HEADERS: u64 = 1024 * 1024;
/// Entries are filled up to full blocks.
const BLOCK: u64 = 512;

pub fn walk(reader: impl Read, walk: &mut Walk<'_>) -> Result<(), WalkError> {
    let meter = walk.meter;
    let mut names = Names::new(walk.limits);
    let mut archive = tar::Archive::new(meter.reader(reader));
    let mut entries = archive.entries().map_err(Problem::Damaged)?;
    loop {
        meter.allow(HEADERS);
        let Some(entry) = entries.next() else { break };
        let mut entry = entry.map_err(|error| meter.problem(error))?;
        let (name, bytes) = (entry.path_bytes().into_owned(), entry.size());
        let kind = entry.header().entry_type();
        if kind != EntryType::XGlobalHeader {
            names.admit(&name, bytes)?;
        }
        meter.allow(bytes.saturating_add(BLOCK));
        if is_plain_file(kind, &name)? {
            walk.visit(&name, bytes, &mut entry)?;
        }
        // To its end, so that the next step reads headers only, and a break is seen.
        io::copy(&mut entry, &mut io::sink()).map_err(|error| meter.problem(error))?;
    }
    // The checksum of a gzip stands at its end.
    meter.allow(u64::MAX);
    io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(|error| meter.problem(error))?;
    Ok(())
}

/// Whether the entry has content; an error for what is refused.
fn is_plain_file(kind: EntryType, name: &[u8]) -> Result<bool, Problem> {
    let found = match kind {
        EntryType::Regular | EntryType::Continuous => return Ok(true),
        // A global header is a comment: snapshots of GitHub name their commit in it.
        EntryType::Directory | EntryType::Symlink | EntryType::XGlobalHeader => return Ok(false),
        EntryType::Link => "a hard link",
        EntryType::Char | EntryType::Block => "a device",
        EntryType::Fifo => "a pipe",
        EntryType::GNUSparse => "a sparse file",
        _ => "an entry of an unknown kind",
    };
    let name = shown(name);
    Err(Problem::Kind { name, found })
}
