//! Slurm's commands, and what they print. No accounting is asked for.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Error, Result};

/// What Slurm takes as the largest index of an array where it does not say.
const USUAL_ARRAY: usize = 1001;

/// A task in the queue, running ones too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// `1234_5`.
    pub id: String,
    /// Slurm's state and reason: `PENDING: Resources`.
    pub state: String,
    /// Its place in the array.
    pub index: Option<usize>,
    /// Name of the job.
    pub name: String,
}

/// Whether a task that is about to end goes on later.
pub enum Requeued {
    /// It does.
    Yes,
    /// A person, or Slurm, has ended it: its state.
    Cancelled(String),
    /// It had its turns.
    TooOften,
}

/// This process as Slurm calls it: `1234_5`, or `1234` without an array.
pub fn this_task() -> Option<String> {
    let named = |name: &str| std::env::var(name).ok().filter(|text| !text.is_empty());
    match (named("SLURM_ARRAY_JOB_ID"), named("SLURM_ARRAY_TASK_ID")) {
        (Some(job), Some(task)) => Some(format!("{job}_{task}")),
        _ => named("SLURM_JOB_ID"),
    }
}

/// The tasks of this user.
///
/// # Errors
/// Slurm's own words.
pub fn queue() -> Result<Vec<Task>> {
    let text = call(
        "squeue",
        ["--me", "--noheader", "--array", "--format=%i|%K|%T: %r|%j"],
    )?;
    Ok(text.lines().filter_map(task).collect())
}

/// `1234_5|5|PENDING: Resources|name`; no number in second place where there is no array.
fn task(line: &str) -> Option<Task> {
    let mut parts = line.trim().splitn(4, '|');
    let (id, index) = (parts.next()?, parts.next()?);
    let (state, name) = (parts.next()?, parts.next()?);
    Some(Task {
        id: id.to_owned(),
        state: state.trim_end_matches(": None").to_owned(),
        index: index.parse().ok(),
        name: name.to_owned(),
    })
}

/// How many tasks an array may have: its indices begin with 0.
pub fn largest_array() -> usize {
    let config = call("scontrol", ["show", "config"]).unwrap_or_default();
    setting(&config, "MaxArraySize").unwrap_or(USUAL_ARRAY)
}

/// `MaxArraySize            = 1001`.
fn setting(config: &str, key: &str) -> Option<usize> {
    let mut lines = config.lines().filter_map(|line| line.split_once('='));
    let (_, value) = lines.find(|(found, _)| found.trim() == key)?;
    value.trim().parse().ok()
}

/// How many tasks the user may have in the queue, where accounting sets a limit and tells it.
pub fn most_submitted(account: Option<&str>) -> Option<usize> {
    let user = call("id", ["-un"]).ok()?;
    let mut of = vec!["-nP".to_owned(), "show".to_owned(), "assoc".to_owned()];
    of.push(format!("user={}", user.trim()));
    of.extend(account.map(|account| format!("account={account}")));
    of.push("format=MaxSubmitJobs".to_owned());
    let limits = call("sacctmgr", of).ok()?;
    limits
        .lines()
        .filter_map(|line| line.trim().parse().ok())
        .min()
}

/// Submits a script; the number of the job.
///
/// # Errors
/// Slurm's own words. The job may be there nevertheless: see [`queue`].
pub fn submit(script: &Path) -> Result<String> {
    let printed = call("sbatch", [OsStr::new("--parsable"), script.as_os_str()])?;
    // With several clusters: `1234;name`.
    let id = printed.trim().split(';').next().unwrap_or_default();
    match id.chars().all(|letter| letter.is_ascii_digit()) && !id.is_empty() {
        true => Ok(id.to_owned()),
        false => Err(refused(
            "sbatch",
            &format!("it printed `{}`", printed.trim()),
        )),
    }
}

/// Has this task queued again, unless somebody has ended it or it was queued `most` times.
///
/// # Errors
/// Slurm's own words.
pub fn requeue(most: u32) -> Result<Requeued> {
    let id = this_task().ok_or_else(|| {
        Error::Usage("--requeue is for tasks of Slurm, and this is none".to_owned())
    })?;
    let turns = std::env::var("SLURM_RESTART_COUNT").ok();
    if turns.and_then(|turns| turns.parse().ok()).unwrap_or(0) >= most {
        return Ok(Requeued::TooOften);
    }
    let state = call("squeue", ["--noheader", "--format=%T", "--jobs", &id])?;
    match state.trim() {
        "RUNNING" => call("scontrol", ["requeue", &id]).map(|_| Requeued::Yes),
        state => Ok(Requeued::Cancelled(state.to_owned())),
    }
}

/// What became of a task of which Slurm still knows: `TIMEOUT`, `OUT_OF_MEMORY`, `NODE_FAIL`. A Slurm that
/// did not answer is not asked again by this process.
pub fn ended(task: &str) -> Option<String> {
    static SILENT: AtomicBool = AtomicBool::new(false);
    if SILENT.load(Ordering::Relaxed) {
        return None;
    }
    let text = call("scontrol", ["show", "job", "--oneliner", task]);
    if let Err(error) = &text {
        let is_silent = !error.to_string().contains("Invalid job id");
        SILENT.store(is_silent, Ordering::Relaxed);
    }
    let text = text.ok()?;
    let state = text
        .split_whitespace()
        .find_map(|word| word.strip_prefix("JobState="))?;
    let code = text
        .split_whitespace()
        .find_map(|word| word.strip_prefix("ExitCode="));
    Some(match (state, code) {
        ("FAILED", Some(code)) => format!("FAILED, exit code {code}"),
        _ => state.to_owned(),
    })
}

/// What a command prints.
fn call<T: AsRef<OsStr>>(program: &str, arguments: impl IntoIterator<Item = T>) -> Result<String> {
    let mut command = Command::new(program);
    // Whoever reads queues by hand may have filters and formats of his own.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("SQUEUE_") {
            command.env_remove(&name);
        }
    }
    let output = command.args(arguments).output().map_err(|error| match error.kind() {
        ErrorKind::NotFound => Error::Usage(format!(
            "there is no `{program}` on this machine: `--on slurm` works where Slurm's commands do"
        )),
        _ => Error::io("start", Path::new(program))(error),
    })?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(refused(program, &String::from_utf8_lossy(&output.stderr))),
    }
}

fn refused(program: &str, words: &str) -> Error {
    let said: Vec<&str> = words
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let prefix = format!("{program}: error: ");
    let said: Vec<&str> = said
        .iter()
        .map(|line| line.trim_start_matches(prefix.as_str()))
        .collect();
    Error::Usage(format!("{program}: {}", said.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_squeue_and_scontrol_print_is_read() {
        let found = task("12_3|3|PENDING: Resources|retrace-0123-ab\n").unwrap();
        assert_eq!((found.id.as_str(), found.index), ("12_3", Some(3)));
        assert_eq!(found.name, "retrace-0123-ab");
        assert_eq!(found.state, "PENDING: Resources");
        let found = task("13|N/A|RUNNING: None|x|y").unwrap();
        assert_eq!((found.name.as_str(), found.index), ("x|y", None));
        assert_eq!(found.state, "RUNNING");
        assert_eq!(task("slurm_load_jobs error"), None);
        let config = "MaxArraySize            = 11\nMaxDBDMsgs = 20\n";
        assert_eq!(setting(config, "MaxArraySize"), Some(11));
        assert_eq!(setting(config, "MaxArray"), None);
        let error = refused(
            "sbatch",
            "sbatch: error: invalid partition specified: x\n\n",
        );
        assert_eq!(error.to_string(), "sbatch: invalid partition specified: x");
    }
}
