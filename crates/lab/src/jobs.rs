//! How many cells run side by side: as many as there are cores and memory for.

use std::fs;
use std::path::Path;
use std::thread::available_parallelism;

/// A number of processes, and why it is not that of the cores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jobs {
    /// Processes side by side.
    pub count: usize,
    /// What a person should know of it.
    pub note: Option<String>,
}

/// Jobs for cells of so many threads and bytes on this machine, or as many as are asked for.
///
/// Where the system does not tell its memory, the cores alone decide.
pub fn jobs(asked: Option<u16>, threads: usize, cell_bytes: u64) -> Jobs {
    let cores = available_parallelism().map_or(1, usize::from);
    choose(asked, cores / threads.max(1), cell_bytes, free_memory())
}

fn choose(asked: Option<u16>, by_cores: usize, cell_bytes: u64, free: Option<u64>) -> Jobs {
    let count = asked.map_or(by_cores, usize::from).max(1);
    let fit = free.map(|free| usize::try_from(free / cell_bytes.max(1)).unwrap_or(usize::MAX));
    let (Some(fit), Some(free)) = (fit, free) else {
        return Jobs { count, note: None };
    };
    if fit >= count {
        return Jobs { count, note: None };
    }
    let mebi = |bytes: u64| bytes >> 20;
    let why = format!(
        "a cell takes up to {} MB and {} MB of memory are free",
        mebi(cell_bytes),
        mebi(free)
    );
    let (count, note) = match (asked, fit) {
        (Some(_), _) => (count, format!("{why}: --jobs {count} may run out of it")),
        (None, 0) => (1, format!("{why}: it may run out of it")),
        (None, fit) => (
            fit,
            format!("{why}: memory, not cores, sets the number of jobs to {fit}"),
        ),
    };
    Jobs {
        count,
        note: Some(note),
    }
}

/// Bytes of memory that this process may still take: of the machine, and of its control group,
/// which holds the limit of a container or of a cluster's job.
fn free_memory() -> Option<u64> {
    let machine = fs::read_to_string("/proc/meminfo")
        .ok()
        .as_deref()
        .and_then(available);
    [machine, free_in_group()].into_iter().flatten().min()
}

/// `MemAvailable:   23456789 kB`.
fn available(meminfo: &str) -> Option<u64> {
    let line = meminfo
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kibi: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibi.checked_mul(1024)
}

/// What is left below the limit of the control group, or of one above it.
fn free_in_group() -> Option<u64> {
    let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
    let of_line = |line: &str| {
        let (_, rest) = line.split_once(':')?;
        let (controller, group) = rest.split_once(":/")?;
        let (root, files) = match controller {
            "" => ("/sys/fs/cgroup", ["memory.max", "memory.current"]),
            "memory" => (
                "/sys/fs/cgroup/memory",
                ["memory.limit_in_bytes", "memory.usage_in_bytes"],
            ),
            _ => return None,
        };
        let folders = Path::new(group)
            .ancestors()
            .map(|group| Path::new(root).join(group));
        folders
            .filter_map(|folder| below_limit(&folder, files))
            .min()
    };
    groups.lines().filter_map(of_line).min()
}

fn below_limit(group: &Path, [limit, used]: [&str; 2]) -> Option<u64> {
    let read = |file: &str| fs::read_to_string(group.join(file)).ok();
    // No number, but "max", where there is no limit.
    let number = |file: &str| read(file)?.trim().parse::<u64>().ok();
    let free = number(limit)?.saturating_sub(number(used)?);
    // Files that were read count as used until the memory is wanted.
    let stat = read("memory.stat").unwrap_or_default();
    let cached = stat
        .lines()
        .find_map(|line| line.strip_prefix("inactive_file "));
    Some(free.saturating_add(cached.and_then(|bytes| bytes.parse().ok()).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CELL: u64 = 500 << 20;

    fn count(asked: Option<u16>, cores: usize, free: Option<u64>) -> (usize, bool) {
        let jobs = choose(asked, cores, CELL, free);
        (jobs.count, jobs.note.is_some())
    }

    #[test]
    fn cores_decide_unless_memory_is_short() {
        assert_eq!(count(None, 8, Some(100 * CELL)), (8, false));
        assert_eq!(count(None, 8, Some(3 * CELL)), (3, true));
        assert_eq!(count(None, 8, Some(CELL - 1)), (1, true));
        assert_eq!(count(None, 8, None), (8, false));
        assert_eq!(count(None, 0, Some(100 * CELL)), (1, false));
    }

    #[test]
    fn what_is_asked_for_is_done_and_doubted() {
        assert_eq!(count(Some(3), 1, Some(100 * CELL)), (3, false));
        assert_eq!(count(Some(3), 8, Some(2 * CELL)), (3, true));
        assert_eq!(count(Some(3), 8, None), (3, false));
    }

    #[test]
    fn the_free_memory_is_read_as_linux_writes_it() {
        let text = "MemTotal:       24619624 kB\nMemAvailable:   23456789 kB\n";
        assert_eq!(available(text), Some(23_456_789 * 1024));
        assert_eq!(available("MemTotal: 1 kB\n"), None);
        assert_eq!(available("MemAvailable: many kB\n"), None);
    }
}
