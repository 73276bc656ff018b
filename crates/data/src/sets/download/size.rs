//! How large a file may be.

/// How much a mirror may send.
#[derive(Debug, Clone, Copy)]
pub enum Size {
    /// The size in the manifest.
    Exactly(u64),
    /// The largest archive that is accepted.
    AtMost(u64),
}

impl Size {
    /// The most that is accepted, in bytes.
    pub fn limit(self) -> u64 {
        match self {
            Self::Exactly(bytes) | Self::AtMost(bytes) => bytes,
        }
    }

    /// Whether that many bytes are all of them, as far as can be known.
    pub fn is_whole(self, bytes: u64) -> bool {
        matches!(self, Self::Exactly(whole) if whole == bytes)
    }
}
