//! How large an archive may be, in each respect.

/// What an archive may be made of. The defaults leave room for a snapshot of a large repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Size of the archive itself, in bytes: no mirror may send more.
    pub archive_bytes: u64,
    /// Number of entries.
    pub entries: usize,
    /// Size of one entry, unpacked, in bytes.
    pub entry_bytes: u64,
    /// Size of all entries that have to be unpacked, in bytes.
    pub unpacked_bytes: u64,
    /// Bytes that one byte of the archive may unpack to. It counts from 16 MiB on: a small
    /// archive of empty pages does no harm.
    pub ratio: u64,
}

impl Default for Limits {
    fn default() -> Self {
        const MIB: u64 = 1024 * 1024;
        Self {
            archive_bytes: 1024 * MIB,
            entries: 65_000,
            entry_bytes: 512 * MIB,
            unpacked_bytes: 4096 * MIB,
            ratio: 100,
        }
    }
}
