//! The names in an archive: never used to write, and still a sign of what kind of archive it is.

use std::collections::HashSet;

use sha2::{Digest, Sha256};

use super::{Limits, Problem};

/// No system opens a longer path.
const LONGEST: usize = 4096;

/// The names of one archive.
pub struct Names<'a> {
    limits: &'a Limits,
    /// Sums instead of names: 65,000 long names would fill the memory.
    seen: HashSet<[u8; 32]>,
}

impl<'a> Names<'a> {
    pub fn new(limits: &'a Limits) -> Self {
        let seen = HashSet::new();
        Self { limits, seen }
    }

    /// Counts an entry, and refuses what no good archive holds.
    pub fn admit(&mut self, name: &[u8], bytes: u64) -> Result<(), Problem> {
        let limits = self.limits;
        if self.seen.len() == limits.entries {
            let limit = limits.entries;
            return Err(Problem::TooManyEntries { limit });
        }
        if leads_out(name) {
            let name = shown(name);
            return Err(Problem::Name { name });
        }
        if bytes > limits.entry_bytes {
            let (name, limit) = (shown(name), limits.entry_bytes);
            return Err(Problem::EntryTooLarge { name, bytes, limit });
        }
        let name = name.strip_suffix(b"/").unwrap_or(name);
        if self.seen.insert(Sha256::digest(name).into()) {
            Ok(())
        } else {
            Err(Problem::Duplicate)
        }
    }
}

/// Whether a program that unpacks by name would write outside its folder, here or on Windows.
fn leads_out(name: &[u8]) -> bool {
    let mut parts = name.split(|byte| matches!(byte, b'/' | b'\\'));
    let absolute = matches!(name, [b'/' | b'\\', ..] | [_, b':', ..]);
    absolute || name.len() > LONGEST || name.contains(&0) || parts.any(|part| part == b"..")
}

/// The name for an error: shortened, with its control characters made visible.
pub fn shown(name: &[u8]) -> String {
    let text = String::from_utf8_lossy(&name[..name.len().min(100)]);
    text.escape_debug().to_string()
}
