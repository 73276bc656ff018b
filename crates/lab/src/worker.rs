//! A process that runs cells for its parent, and the parent's side of it.
//!
//! Flex has one random generator per process, so cells side by side are processes. A worker loads
//! the data of a run once and takes cell after cell. Both sides write lines of JSON: the parent a
//! [`Request`] for each cell, the worker a [`Message`] for what happens. When the worker's standard
//! input ends, the parent is gone, however it went, and the worker stops at its next step: it never
//! fights with a later start over a cell.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::cell::CheckpointEvery;
use crate::data_sets::DataSets;
use crate::error::{Error, Result};
use crate::run::{AnyPlan, CellExecution, CellId};
use crate::run_dir::RunDir;
use crate::stop;

/// How long a worker without a parent may take to its next step.
const GRACE: Duration = Duration::from_secs(20);

/// Steps closer together than this are not reported.
const REPORT_EVERY: Duration = Duration::from_millis(100);

/// The cell that a worker is to run next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Folder of the run, with its config.toml. Not a string: a path may hold any bytes.
    run: OsString,
    cell: CellId,
    #[serde(flatten)]
    how: CellExecution,
}

impl Request {
    pub(crate) fn new(run: &RunDir, cell: &CellId, how: CellExecution) -> Self {
        Self {
            run: run.root().into(),
            cell: cell.clone(),
            how,
        }
    }
}

/// What a worker tells its parent.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Message {
    Step { done: u64, of: u64 },
    Finished { seconds: f64 },
    Failed { message: String, code: u8 },
}

/// Where this program lies.
///
/// # Errors
/// When the system does not tell.
pub fn this_program() -> Result<PathBuf> {
    std::env::current_exe().map_err(Error::io("find", Path::new("this program")))
}

/// How to start this program as a worker.
#[derive(Debug, Clone)]
pub struct Launcher {
    program: PathBuf,
    /// How a worker is told the same as this process.
    flags: Vec<OsString>,
}

impl Launcher {
    /// This program, whose subcommand `worker` leads to [`serve`]: with so many threads for a cell,
    /// and these data.
    ///
    /// # Errors
    /// When the system does not tell where this program lies.
    pub fn this_program(threads: usize, sets: &DataSets) -> Result<Self> {
        let mut flags = vec!["--threads".into(), threads.to_string().into()];
        flags.extend(sets.flags());
        Ok(Self {
            program: this_program()?,
            flags,
        })
    }

    /// Starts a worker.
    ///
    /// # Errors
    /// When the process cannot be started.
    pub fn start(&self) -> Result<Worker> {
        let failed = || Error::Other("a process without pipes".into());
        let mut child = Command::new(&self.program)
            .arg("worker")
            .args(&self.flags)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(Error::io("start", &self.program))?;
        let input = child.stdin.take().ok_or_else(failed)?;
        let output = child.stdout.take().ok_or_else(failed)?;
        Ok(Worker {
            child,
            keep_alive: KeepAlive(Arc::new(Mutex::new(Some(input)))),
            messages: BufReader::new(output).lines(),
        })
    }
}

/// The pipe to a worker, which lives as long as this end is open.
#[derive(Debug, Clone)]
pub struct KeepAlive(Arc<Mutex<Option<ChildStdin>>>);

impl KeepAlive {
    /// Asks the worker to stop.
    pub fn end(&self) {
        drop(self.pipe().take());
    }

    /// A pipe stays valid when a thread panics.
    fn pipe(&self) -> MutexGuard<'_, Option<ChildStdin>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A worker that is gone is noticed when its answer is read.
    fn send(&self, request: &Request) -> Result<()> {
        let mut line = serde_json::to_vec(request).map_err(|e| Error::Other(Box::new(e)))?;
        line.push(b'\n');
        if let Some(pipe) = self.pipe().as_mut() {
            let _ = pipe.write_all(&line).and_then(|()| pipe.flush());
        }
        Ok(())
    }
}

/// A worker process.
#[derive(Debug)]
pub struct Worker {
    child: Child,
    keep_alive: KeepAlive,
    messages: Lines<BufReader<ChildStdout>>,
}

impl Worker {
    /// The pipe that keeps the worker alive.
    pub fn keep_alive(&self) -> KeepAlive {
        self.keep_alive.clone()
    }

    /// Has a cell run; the seconds of work on it.
    ///
    /// # Errors
    /// What the worker reported, with its exit code, or how it died.
    pub fn run(&mut self, request: &Request, mut on_step: impl FnMut(u64, u64)) -> Result<f64> {
        self.keep_alive.send(request)?;
        while let Some(Ok(line)) = self.messages.next() {
            match serde_json::from_str(&line) {
                Ok(Message::Step { done, of }) => on_step(done, of),
                Ok(Message::Finished { seconds }) => return Ok(seconds),
                Ok(Message::Failed { message, code }) => {
                    return Err(Error::Worker { message, code });
                }
                // Something that a library printed.
                Err(_) => {}
            }
        }
        let status = self
            .child
            .wait()
            .map_err(Error::io("wait for", Path::new("a worker")))?;
        let status = status.to_string();
        Err(Error::WorkerGone { status })
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.keep_alive.end();
        // Its last words are of no use, and an end that cannot be waited for neither.
        let _ = self.child.wait();
    }
}

/// The worker's side: runs the cells that are asked for until standard input ends.
///
/// `open` loads the data of a run; they are kept until a cell of another run is asked for.
///
/// # Errors
/// None of a cell: they are told to the parent.
pub(crate) fn serve(open: impl Fn(RunDir) -> Result<Box<dyn AnyPlan>>) -> Result<()> {
    let mut opened: Option<(OsString, Box<dyn AnyPlan>)> = None;
    for request in requests() {
        let plan = match opened.take().filter(|(run, _)| *run == request.run) {
            Some((_, plan)) => Ok(plan),
            None => open(RunDir::new(&request.run)),
        };
        let result = plan.and_then(|plan| {
            let mut reporter = Reporter::default();
            let mut on_step = |done, of| reporter.step(done, of);
            let seconds = plan.run_cell(&request.cell, &request.how, &mut on_step);
            opened = Some((request.run, plan));
            seconds
        });
        say(&match result {
            Ok(seconds) => Message::Finished { seconds },
            Err(error) => Message::Failed {
                message: error.chain(),
                code: error.exit_code(),
            },
        });
    }
    Ok(())
}

/// The requests on standard input, read by a thread that notices its end.
fn requests() -> Receiver<Request> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || read_requests(sender));
    receiver
}

fn read_requests(sender: Sender<Request>) {
    for line in std::io::stdin().lines().map_while(Result::ok) {
        match serde_json::from_str(&line) {
            // The receiver is there until the process ends.
            Ok(request) => drop(sender.send(request)),
            Err(error) => say(&Message::Failed {
                message: format!("`{line}` is not the request of a cell: {error}"),
                code: 2,
            }),
        }
    }
    // A worker that waits for a request ends now.
    drop(sender);
    stop::request(15);
    std::thread::sleep(GRACE);
    // The step in hand takes too long: without a parent nobody waits for it.
    std::process::exit(143);
}

/// Tells the parent how far a cell is, not too often.
#[derive(Debug, Default)]
struct Reporter {
    last: Option<Instant>,
}

impl Reporter {
    fn step(&mut self, done: u64, of: u64) {
        if self.last.is_none_or(|last| last.elapsed() >= REPORT_EVERY) {
            self.last = Some(Instant::now());
            say(&Message::Step { done, of });
        }
    }
}

fn say(message: &Message) {
    // A parent that no longer listens is noticed on standard input, not here.
    let mut output = std::io::stdout().lock();
    let _ = serde_json::to_writer(&mut output, message);
    let _ = writeln!(output).and_then(|()| output.flush());
}

/// The default is a time: it bounds what a crash can cost, whatever a step takes.
pub fn checkpoint_every(steps: Option<u64>) -> CheckpointEvery {
    steps.map_or(
        CheckpointEvery::Time(Duration::from_secs(15)),
        CheckpointEvery::Steps,
    )
}
