//! What of a run is handed to Slurm: arrays of tasks, each with some cells, and a last job that draws.
//!
//! For each array there is a name, `retrace-IDENTITY-TOKEN`, and a file in the folder of the run,
//! `cluster/TOKEN.cells`, with the cells of a task in a line. So the queue alone tells which cells it
//! has, also when nobody has heard the number of a job.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::Args;
use retrace_data::{sha256, shown};
use serde::Deserialize;

use super::slurm::{self, Task};
use crate::attempts::Attempts;
use crate::config::Preset;
use crate::data_sets::DataDir;
use crate::error::{Error, Result, shell_word};
use crate::files::{absolute, create_folder, subfolders, write_atomically};
use crate::lease::alone_in;
use crate::run::{AnyLedger, CellExecution, CellId};
use crate::run_dir::{RunDir, remove};
use crate::status::{self, Queued, State, Status};
use crate::worker::this_program;

/// Seconds of work that a task has at least, where there is so much.
const TASK_S: f64 = 300.0;
/// What a whole run of the smaller presets takes about, in seconds.
const SMALL_RUN_S: f64 = 60.0;
/// How often a task may be queued again after its time limit or for others.
const MOST_REQUEUES: u32 = 20;
/// Seconds before the end at which Slurm tells a task; it may do so up to a minute earlier.
const NOTICE_S: u64 = 90;
/// How long a job that was submitted without an answer may take to appear in the queue.
const APPEARS: [Duration; 3] = [
    Duration::from_millis(200),
    Duration::from_secs(1),
    Duration::from_secs(3),
];

/// What Slurm is told of each task.
#[derive(Debug, Default, Clone, Args, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[command(next_help_heading = "Slurm")]
pub struct Site {
    /// Partition for --on slurm
    #[arg(long, value_name = "NAME", requires = "on")]
    pub partition: Option<String>,
    /// Time limit of a task, as sbatch takes it; what is not done by then goes on in another turn
    #[arg(long, value_name = "TIME", requires = "on")]
    pub time: Option<String>,
    /// Memory of a task, as sbatch takes it [default: what a cell takes at most, and a quarter]
    #[arg(long, value_name = "SIZE", requires = "on")]
    pub mem: Option<String>,
    /// Processors of a task; a cell uses as many as its run has --threads [default: as many]
    #[arg(long, value_name = "N", requires = "on")]
    pub cpus: Option<u16>,
    /// Account for --on slurm
    #[arg(long, value_name = "NAME", requires = "on")]
    pub account: Option<String>,
    /// Cells of a task, one after the other [default: some minutes of work]
    #[arg(long, value_name = "N", requires = "on", value_parser = clap::value_parser!(u32).range(1..))]
    pub cells_per_task: Option<u32>,
    /// Any other flag of sbatch, such as --slurm=--gres=gpu:1; may be repeated
    #[arg(
        long = "slurm",
        value_name = "FLAG",
        requires = "on",
        allow_hyphen_values = true
    )]
    pub flags: Vec<String>,
}

impl Site {
    /// These settings, and `other` where nothing is set here.
    #[must_use]
    pub fn or(mut self, other: Self) -> Self {
        self.flags.splice(0..0, other.flags);
        Self {
            partition: self.partition.or(other.partition),
            time: self.time.or(other.time),
            mem: self.mem.or(other.mem),
            cpus: self.cpus.or(other.cpus),
            account: self.account.or(other.account),
            cells_per_task: self.cells_per_task.or(other.cells_per_task),
            flags: self.flags,
        }
    }

    fn lines(&self, threads: usize, memory: u64) -> Result<Vec<String>> {
        let mem = (memory >> 20) * 5 / 4 + 256;
        let mut lines = vec![
            format!("--cpus-per-task={}", self.cpus.map_or(threads, usize::from)),
            format!("--mem={}", self.mem.clone().unwrap_or(format!("{mem}M"))),
        ];
        let named = [
            ("time", &self.time),
            ("partition", &self.partition),
            ("account", &self.account),
        ];
        for (name, value) in named {
            lines.extend(value.as_ref().map(|value| format!("--{name}={value}")));
        }
        lines.extend(self.flags.iter().cloned());
        match lines
            .iter()
            .find(|line| !line.starts_with('-') || line.contains(char::is_control))
        {
            None => Ok(lines),
            Some(line) => Err(Error::Usage(format!(
                "expected a flag of sbatch such as --gres=gpu:1, found `{}`",
                shown(line.as_ref())
            ))),
        }
    }
}

/// How a run is handed over.
pub struct Handover<'a> {
    /// The run.
    pub ledger: &'a dyn AnyLedger,
    /// What Slurm is told.
    pub site: Site,
    /// Where the cells find data.
    pub data: DataDir,
    /// The output folder, where this program makes a page over all runs; without it only figures.
    pub page: Option<PathBuf>,
    /// Whether cells that failed are taken again.
    pub retry: bool,
    /// Whether to start over.
    pub fresh: bool,
    /// How each cell is carried out.
    pub how: CellExecution,
}

/// What was handed over.
#[derive(Debug, Default)]
pub struct Submitted {
    /// Numbers of the arrays.
    pub arrays: Vec<String>,
    /// Number of the job that draws.
    pub last: Option<String>,
    /// Tasks in all arrays.
    pub tasks: usize,
    /// Cells in all tasks.
    pub cells: usize,
}

/// A script and what it is for.
struct Script {
    /// `4f21ab09`, or for the last job `4f21ab09-last`.
    token: String,
    text: String,
    /// Its cells, a line for each task.
    cells: String,
}

impl Handover<'_> {
    /// Submits what is neither done nor at work nor in the queue, nor failed.
    ///
    /// # Errors
    /// Slurm's own words; nothing is submitted then, or the message says what is.
    pub fn submit(&self) -> Result<Submitted> {
        let dir = self.ledger.dir();
        let tasks = self.queued_tasks()?;
        if self.fresh && !tasks.is_empty() {
            return Err(Error::Usage(format!(
                "{} tasks of this run are in the queue; `scancel {}` ends them before `--fresh`",
                tasks.len(),
                jobs_of(&tasks).join(" ")
            )));
        }
        // Scripts that cannot be written are refused before anything is.
        self.script("", None, &[], "")?;
        self.ledger.begin(self.fresh)?;
        let _alone = alone_in(dir.root())?;
        // Looked up again: another call may have been here in between.
        let arrays = self.arrays(&self.queued_tasks()?)?;
        if self.retry {
            self.forget_failures(&arrays)?;
        }
        let mut submitted = Submitted::default();
        for array in &arrays {
            let id = self.send(array, &submitted)?;
            submitted.arrays.push(id);
            submitted.tasks += array.cells.lines().count();
            submitted.cells += array.cells.split_whitespace().count();
        }
        if !submitted.arrays.is_empty() {
            let last = self.last(&submitted.arrays)?;
            submitted.last = Some(self.send(&last, &submitted)?);
        }
        Ok(submitted)
    }

    /// The cells of these arrays begin as if they had never been started.
    fn forget_failures(&self, arrays: &[Script]) -> Result<()> {
        let cells = arrays
            .iter()
            .flat_map(|array| array.cells.split_whitespace());
        let cells: BTreeSet<&str> = cells.collect();
        let mut all = self.ledger.all_cells();
        all.retain(|cell| cells.contains(cell.path().as_str()));
        all.iter()
            .try_for_each(|cell| Attempts::forget(&self.ledger.cell_dir(cell)?))
    }

    /// The scripts that [`submit`](Self::submit) would submit; nothing is written.
    ///
    /// # Errors
    /// As there.
    pub fn scripts(&self) -> Result<String> {
        let arrays = self.arrays(&self.queued_tasks()?)?;
        let mut text = String::new();
        for array in &arrays {
            let _ = write!(text, "{}\n# The cells of each task:\n", array.text);
            for line in array.cells.lines() {
                let _ = writeln!(text, "# {line}");
            }
            text.push('\n');
        }
        if !arrays.is_empty() {
            let ids: Vec<String> = (1..=arrays.len()).map(|n| format!("ARRAY{n}")).collect();
            text += &self.last(&ids)?.text;
        }
        Ok(text)
    }

    fn prefix(&self) -> String {
        prefix(self.ledger)
    }

    fn queued_tasks(&self) -> Result<Vec<Task>> {
        tasks_of(self.ledger)
    }

    /// The arrays for what is to be done.
    fn arrays(&self, tasks: &[Task]) -> Result<Vec<Script>> {
        let queued = queued(self.ledger.dir(), &self.prefix(), tasks);
        let status = status::look(self.ledger, &queued, Vec::new())?;
        let mut cells = Vec::new();
        for (cell, found) in self.ledger.all_cells().into_iter().zip(status.cells) {
            match found.state {
                State::Missing { .. } => cells.push(cell),
                State::Failed(_) if self.retry => cells.push(cell),
                _ => {}
            }
        }
        let room = slurm::most_submitted(self.site.account.as_deref());
        // One is for the last job.
        let room = room.map(|most| most.saturating_sub(tasks.len() + 1).max(1));
        let lines = self.tasks(&cells, room.unwrap_or(usize::MAX));
        let largest = slurm::largest_array();
        if largest < 2 {
            return Err(Error::Usage(
                "this Slurm takes no job arrays (MaxArraySize is below 2); `retrace cells` prints a \
                 command for each cell"
                    .to_owned(),
            ));
        }
        let arrays = lines.chunks(largest).enumerate();
        arrays
            .map(|(number, lines)| self.array(number, lines))
            .collect()
    }

    /// Some minutes of cells for each task, and no more tasks than there is room for.
    fn tasks(&self, cells: &[CellId], room: usize) -> Vec<String> {
        let lengths = self.ledger.lengths();
        let unknown = match self.ledger.run().preset {
            Preset::Smoke | Preset::Quick => SMALL_RUN_S / cells.len().max(1) as f64,
            Preset::Post => TASK_S,
        };
        let timed: Vec<(String, f64)> = cells
            .iter()
            .map(|cell| (cell.path(), *lengths.get(&cell.arm).unwrap_or(&unknown)))
            .collect();
        if let Some(count) = self.site.cells_per_task {
            return timed.chunks(count as usize).map(line).collect();
        }
        let mut seconds = TASK_S;
        loop {
            let tasks = bundles(&timed, seconds);
            if tasks.len() <= room || tasks.len() <= 1 {
                return tasks;
            }
            seconds *= 2.0;
        }
    }

    fn array(&self, number: usize, lines: &[String]) -> Result<Script> {
        let token = token(self.ledger.dir(), number);
        let cells = self.ledger.dir().cluster().join(format!("{token}.cells"));
        let log = self.ledger.dir().cluster().join(&token);
        let mut command = format!(
            "cells=$(sed -n \"$((SLURM_ARRAY_TASK_ID + 1))p\" {})\nexec {} cell {} --requeue {MOST_REQUEUES} \
             --log {}-$SLURM_ARRAY_TASK_ID.log",
            shell_word(&absolute(&cells)?),
            shell_word(&this_program()?),
            shell_word(&absolute(self.ledger.dir().root())?),
            shell_word(&absolute(&log)?),
        );
        command += &self.flags();
        for flag in self.how.flags() {
            let _ = write!(command, " {flag}");
        }
        command += " -- $cells";
        let text = self.script(&token, Some(lines.len()), &[], &command)?;
        Ok(Script {
            token,
            text,
            cells: lines.join("\n") + "\n",
        })
    }

    fn last(&self, arrays: &[String]) -> Result<Script> {
        let token = format!("{}-last", token(self.ledger.dir(), arrays.len()));
        let log = self.ledger.dir().cluster().join(format!("{token}.log"));
        let program = shell_word(&this_program()?);
        let mut command = format!(
            "{program} figures {} --partial --settle 60{}",
            shell_word(&absolute(self.ledger.dir().root())?),
            self.flags()
        );
        if let Some(out) = &self.page {
            let out = shell_word(&absolute(out)?);
            let _ = write!(command, " &&\n{program} book --out {out}");
        }
        let _ = write!(command, " &&\nrm -f {}", shell_word(&absolute(&log)?));
        let text = self.script(&token, None, arrays, &command)?;
        let cells = String::new();
        Ok(Script { token, text, cells })
    }

    fn flags(&self) -> String {
        let flags = self.data.flags().into_iter();
        let words = flags.map(|flag| format!(" {}", shell_word(Path::new(&flag))));
        words.collect()
    }

    fn script(
        &self,
        token: &str,
        tasks: Option<usize>,
        after: &[String],
        command: &str,
    ) -> Result<String> {
        let folder = absolute(&self.ledger.dir().cluster())?;
        let is_plain = |text: &str| !text.contains(['"', '\\', '%', '\n', '\r']);
        let folder = folder.to_str().filter(|text| is_plain(text)).ok_or_else(|| {
            Error::Usage(format!(
                "{}: Slurm cannot name its logs in this folder: expected UTF-8 without \", \\, % and \
                 line breaks",
                shown(&folder)
            ))
        })?;
        let threads = self.ledger.run().threads;
        let mut lines = vec![format!("--job-name={}{token}", self.prefix())];
        let log = match tasks {
            Some(tasks) => {
                lines.push(format!("--array=0-{}", tasks.saturating_sub(1)));
                let notice = notice(self.site.time.as_deref());
                lines.push(format!("--signal=B:TERM@{notice}"));
                format!("{token}-%a.log")
            }
            None => format!("{token}.log"),
        };
        lines.push("--requeue".to_owned());
        lines.push("--open-mode=append".to_owned());
        lines.push(format!("--output=\"{folder}/{log}\""));
        if !after.is_empty() {
            lines.push(format!("--dependency=afterany:{}", after.join(":")));
        }
        lines.extend(self.site.lines(threads, self.ledger.memory())?);
        let mut text = "#!/bin/sh\n".to_owned();
        for line in lines {
            let _ = writeln!(text, "#SBATCH {line}");
        }
        let _ = writeln!(text, "{command}");
        Ok(text)
    }

    /// Writes a script and submits it; the number of its job.
    fn send(&self, script: &Script, before: &Submitted) -> Result<String> {
        let folder = self.ledger.dir().cluster();
        create_folder(&folder)?;
        let (file, cells) = (
            folder.join(format!("{}.sh", script.token)),
            folder.join(format!("{}.cells", script.token)),
        );
        if !script.cells.is_empty() {
            write_atomically(&cells, script.cells.as_bytes())?;
        }
        write_atomically(&file, script.text.as_bytes())?;
        let error = match slurm::submit(&file) {
            Ok(id) => return Ok(id),
            Err(error) => error,
        };
        // Slurm may have taken the job and not have said so in time.
        let name = format!("{}{}", self.prefix(), script.token);
        for pause in APPEARS {
            std::thread::sleep(pause);
            let queue = slurm::queue().unwrap_or_default();
            if let Some(task) = queue.iter().find(|task| task.name == name) {
                return Ok(job_of(task).to_owned());
            }
        }
        for path in [file, cells] {
            remove(&path, |path| fs::remove_file(path))?;
        }
        // The folder of a run that never was in the queue stays as it was.
        let _ = fs::remove_dir(&folder);
        Err(match before.arrays.as_slice() {
            [] => Error::Usage(format!("{error}; nothing was submitted")),
            ids => Error::Other(
                format!(
                    "{error}; submitted before that: {} with {} cells; the same command submits the rest",
                    ids.join(" "),
                    before.cells
                )
                .into(),
            ),
        })
    }
}

/// The tasks of a run in the queue, running ones and the last job too.
///
/// # Errors
/// Slurm's own words.
pub fn tasks_of(ledger: &dyn AnyLedger) -> Result<Vec<Task>> {
    let prefix = prefix(ledger);
    let mut tasks = slurm::queue()?;
    tasks.retain(|task| task.name.starts_with(&prefix));
    Ok(tasks)
}

/// The cells that tasks have to do.
pub fn queued_cells(ledger: &dyn AnyLedger, tasks: &[Task]) -> Queued {
    queued(ledger.dir(), &prefix(ledger), tasks)
}

/// A sentence where whole arrays have left the queue without a trace in the folder.
pub fn without_trace(ledger: &dyn AnyLedger, tasks: &[Task], status: &Status) -> Option<String> {
    let prefix = prefix(ledger);
    let mut lists = subfolders(&ledger.dir().cluster()).ok()?;
    lists.retain(|path| {
        let token = path.file_stem().unwrap_or_default().to_string_lossy();
        let name = format!("{prefix}{token}");
        path.extension() == Some("cells".as_ref()) && !tasks.iter().any(|task| task.name == name)
    });
    if lists.is_empty() {
        return None;
    }
    let mut untouched = BTreeSet::new();
    for (cell, found) in ledger.all_cells().into_iter().zip(&status.cells) {
        let is_missing = matches!(found.state, State::Missing { .. });
        if is_missing
            && Attempts::read(&ledger.cell_dir(&cell).ok()?)
                .starts
                .is_empty()
        {
            untouched.insert(found.cell.as_str());
        }
    }
    let is_lost = |path: &PathBuf| {
        let list = fs::read_to_string(path).unwrap_or_default();
        list.split_whitespace().all(|cell| untouched.contains(cell))
    };
    lists.iter().any(is_lost).then(|| {
        "an array of tasks has ended and left no trace in this folder: is it on a file system that \
         the nodes share?"
            .to_owned()
    })
}

/// Numbers of the jobs of tasks.
pub fn jobs_of(tasks: &[Task]) -> Vec<String> {
    let jobs: BTreeSet<&str> = tasks.iter().map(job_of).collect();
    jobs.into_iter().map(str::to_owned).collect()
}

fn job_of(task: &Task) -> &str {
    task.id.split('_').next().unwrap_or(&task.id)
}

fn prefix(ledger: &dyn AnyLedger) -> String {
    format!("retrace-{:.12}-", ledger.identity())
}

fn queued(dir: &RunDir, prefix: &str, tasks: &[Task]) -> Queued {
    let mut lists: BTreeMap<&str, String> = BTreeMap::new();
    let mut queued = Queued::new();
    for task in tasks {
        let (Some(token), Some(index)) = (task.name.strip_prefix(prefix), task.index) else {
            continue;
        };
        let list = lists.entry(token).or_insert_with(|| {
            let path = dir.cluster().join(format!("{token}.cells"));
            fs::read_to_string(path).unwrap_or_default()
        });
        let cells = list.lines().nth(index).unwrap_or_default();
        let named = cells.split_whitespace();
        let known = format!("{} ({})", task.id, task.state);
        queued.extend(named.map(|cell| (cell.to_owned(), known.clone())));
    }
    queued
}

/// Seconds before the end at which a task is told: fewer where it has only minutes.
fn notice(time: Option<&str>) -> u64 {
    let limit = time.and_then(seconds);
    limit.map_or(NOTICE_S, |limit| NOTICE_S.min(limit / 4).max(1))
}

/// A time limit as sbatch takes it: minutes, minutes:seconds, hours:minutes:seconds, and with days
/// and a dash before hours. `None` for what is none, which sbatch says better.
fn seconds(time: &str) -> Option<u64> {
    let (days, rest) = match time.split_once('-') {
        Some((days, rest)) => (Some(days.parse::<u32>().ok()?), rest),
        None => (None, time),
    };
    let parts = rest.split(':').map(|part| part.parse().ok());
    let parts = parts.collect::<Option<Vec<u32>>>()?;
    let [hours, minutes, seconds] = match (days, parts.as_slice()) {
        (_, [hours, minutes, seconds]) => [*hours, *minutes, *seconds],
        (Some(_), [hours, minutes]) => [*hours, *minutes, 0],
        (Some(_), [hours]) => [*hours, 0, 0],
        (None, [minutes, seconds]) => [0, *minutes, *seconds],
        (None, [minutes]) => [0, *minutes, 0],
        _ => return None,
    };
    let hours = u64::from(days.unwrap_or(0)) * 24 + u64::from(hours);
    Some((hours * 60 + u64::from(minutes)) * 60 + u64::from(seconds))
}

/// Cells of together at least `seconds`, in their order.
fn bundles(cells: &[(String, f64)], seconds: f64) -> Vec<String> {
    let mut tasks = Vec::new();
    let mut at = 0;
    while at < cells.len() {
        let mut sum = 0.0;
        let count = cells[at..].iter().take_while(|(_, length)| {
            let room = sum < seconds;
            sum += length;
            room
        });
        let end = at + count.count().max(1);
        tasks.push(line(&cells[at..end]));
        at = end;
    }
    tasks
}

fn line(cells: &[(String, f64)]) -> String {
    let paths: Vec<&str> = cells.iter().map(|(path, _)| path.as_str()).collect();
    paths.join(" ")
}

/// A name that no other submission of the run has.
fn token(dir: &RunDir, number: usize) -> String {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let text = format!(
        "{} {number} {} {now:?}",
        dir.root().display(),
        std::process::id()
    );
    sha256(text.as_bytes())[..8].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_cells_share_a_task_and_long_ones_are_alone() {
        let cells = |lengths: &[f64]| -> Vec<(String, f64)> {
            lengths
                .iter()
                .enumerate()
                .map(|(at, s)| (at.to_string(), *s))
                .collect()
        };
        assert_eq!(bundles(&cells(&[400.0, 400.0]), 300.0), ["0", "1"]);
        assert_eq!(bundles(&cells(&[100.0; 7]), 300.0), ["0 1 2", "3 4 5", "6"]);
        assert_eq!(bundles(&cells(&[0.0; 4]), 300.0), ["0 1 2 3"]);
        assert_eq!(bundles(&cells(&[100.0, 900.0, 10.0]), 300.0), ["0 1", "2"]);
        assert!(bundles(&[], 300.0).is_empty());
    }

    #[test]
    fn a_task_is_told_before_its_end() {
        let limits = [
            ("90", Some(5400)),
            ("1:30", Some(90)),
            ("2:0:5", Some(7205)),
            ("1-2", Some(93_600)),
            ("1-2:3", Some(93_780)),
            ("1-2:3:4", Some(93_784)),
            ("UNLIMITED", None),
            ("1:2:3:4", None),
            ("", None),
        ];
        for (time, limit) in limits {
            assert_eq!(seconds(time), limit, "{time}");
        }
        assert_eq!(
            [None, Some("10"), Some("1"), Some("0:1")].map(notice),
            [90, 90, 15, 1]
        );
    }

    #[test]
    fn the_queue_tells_which_cells_it_has() {
        let folder = tempfile::tempdir().unwrap();
        let dir = RunDir::new(folder.path());
        create_folder(&dir.cluster()).unwrap();
        fs::write(
            dir.cluster().join("ab.cells"),
            "relu/seed-0 relu/seed-1\nelu/seed-0\n",
        )
        .unwrap();
        let task = |id: &str, index, name: &str| Task {
            id: id.to_owned(),
            state: "PENDING: Priority".to_owned(),
            index,
            name: name.to_owned(),
        };
        let tasks = [
            task("7_0", Some(0), "retrace-x-ab"),
            task("7_9", Some(9), "retrace-x-ab"),
            task("8_1", Some(1), "retrace-other-ab"),
            task("9", None, "retrace-x-ab-last"),
            task("10_0", Some(0), "retrace-x-gone"),
        ];
        let found = queued(&dir, "retrace-x-", &tasks);
        let cells: Vec<(&str, &str)> = found
            .iter()
            .map(|(c, t)| (c.as_str(), t.as_str()))
            .collect();
        assert_eq!(
            cells,
            [
                ("relu/seed-0", "7_0 (PENDING: Priority)"),
                ("relu/seed-1", "7_0 (PENDING: Priority)")
            ]
        );
        assert_eq!(jobs_of(&tasks), ["10", "7", "8", "9"]);
    }

    #[test]
    fn flags_of_a_file_come_before_those_typed() {
        let file: Site =
            toml::from_str("partition = \"a\"\ntime = \"1:0:0\"\nflags = [\"--qos=low\"]").unwrap();
        let typed = Site {
            partition: Some("b".to_owned()),
            flags: vec!["--qos=high".to_owned()],
            ..Site::default()
        };
        let lines = typed.or(file).lines(2, 400 << 20).unwrap();
        assert_eq!(
            lines,
            [
                "--cpus-per-task=2",
                "--mem=756M",
                "--time=1:0:0",
                "--partition=b",
                "--qos=low",
                "--qos=high"
            ]
        );
        for wrong in ["gres=gpu:1", "--a\n--b"] {
            let flags = vec![wrong.to_owned()];
            let site = Site {
                flags,
                ..Site::default()
            };
            assert!(
                site.lines(1, 0)
                    .unwrap_err()
                    .to_string()
                    .contains("flag of sbatch")
            );
        }
    }
}
