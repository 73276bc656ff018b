//! The memory of this process, from Linux's `/proc` (proc(5)); `None` elsewhere.

use std::fs;

/// Bytes in memory now.
pub fn resident() -> Option<u64> {
    status("VmRSS:")
}

/// The most bytes that were in memory at once since [`forget_peak`].
pub fn peak() -> Option<u64> {
    status("VmHWM:")
}

/// Sets the peak to what is in memory now.
pub fn forget_peak() {
    // 5 resets the peak. Where it cannot be written, the peak cannot be read either.
    let _ = fs::write("/proc/self/clear_refs", "5");
}

fn status(field: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes * 1024)
}
