//! Randomness by counters instead of state.
//!
//! Every random draw belongs to a stream that is named by a seed, a purpose and an index (a
//! step or an epoch). Nothing remembers how much was drawn before, so a run can stop after
//! any step and go on in another process with the same numbers.

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use sha2::{Digest, Sha256};

/// The generator for our own draws: the stream named (`seed`, `purpose`, `index`).
///
/// `ChaCha` is specified: the same name gives the same numbers on every machine and in every
/// later version, which `StdRng` does not promise.
pub fn stream(seed: u64, purpose: &str, index: u64) -> ChaCha12Rng {
    ChaCha12Rng::from_seed(name_hash(seed, purpose, index))
}

/// The number that seeds a device's own generator for the stream (`seed`, `purpose`, `index`).
pub fn device_seed(seed: u64, purpose: &str, index: u64) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = name_hash(seed, purpose, index);
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

fn name_hash(seed: u64, purpose: &str, index: u64) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(seed.to_le_bytes());
    hash.update(index.to_le_bytes());
    // Last, since it alone has no fixed length: two names never share their bytes.
    hash.update(purpose.as_bytes());
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::RngExt;

    fn first(seed: u64, purpose: &str, index: u64) -> u64 {
        stream(seed, purpose, index).random()
    }

    #[test]
    fn a_stream_is_named_by_all_three_of_its_parts() {
        let base = first(1, "weights", 0);
        assert_eq!(base, first(1, "weights", 0));
        assert_ne!(base, first(2, "weights", 0));
        assert_ne!(base, first(1, "noise", 0));
        assert_ne!(base, first(1, "weights", 1));
        assert_ne!(device_seed(1, "weights", 0), device_seed(1, "weights", 1));
    }

    #[test]
    fn streams_stay_what_they_were_in_earlier_versions() {
        // From Python: int.from_bytes(sha256(struct.pack("<QQ", 7, 3) + b"weights").digest()[:8], "little")
        assert_eq!(device_seed(7, "weights", 3), 13207964085359804305);
    }
}
