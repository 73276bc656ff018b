//! A cell in a process of its own, and the parent's side of it.
//!
//! Flex has one random generator a process, so cells side by side are processes. A parent
//! talks to a worker over two pipes: the worker writes a line of JSON for what happens, and
//! watches its standard input. When that ends, the parent is gone, however it went, and the
//! worker stops at its next step: it never fights with a later start over a cell.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::cell::CheckpointEvery;
use crate::data_sets::DataSets;
use crate::error::{Error, Result};
use crate::stop;

/// How long a worker without a parent may take to its next step.
const GRACE: Duration = Duration::from_secs(20);

/// Steps closer together than this are not reported.
const REPORT_EVERY: Duration = Duration::from_millis(100);

/// What a worker tells its parent, a line each.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Message {
    Step { done: u64, of: u64 },
    Finished,
    Failed { message: String, code: u8 },
}

/// How to start this program as a worker.
#[derive(Debug, Clone)]
pub struct Launcher {
    program: PathBuf,
    /// The subcommand that leads to [`CellArgs`].
    prefix: Vec<String>,
}

/// The cell that a worker is to run.
#[derive(Debug, Clone, clap::Args)]
pub struct CellArgs {
    /// Folder of the run, with its config.toml.
    #[arg(long)]
    pub run: PathBuf,
    /// Name of the arm.
    #[arg(long)]
    pub arm: String,
    /// The seed.
    #[arg(long)]
    pub seed: u64,
    /// Threads of this process.
    #[arg(long)]
    pub threads: usize,
    /// Steps between checkpoints, instead of a time.
    #[arg(long)]
    pub checkpoint_steps: Option<u64>,
    #[command(flatten)]
    /// Which data; they must be those that the run was begun with.
    pub sets: DataSets,
}

impl Launcher {
    /// This program, with the words that come before the worker's flags.
    ///
    /// # Errors
    /// When the system does not tell where this program lies.
    pub fn this_program(prefix: &[&str]) -> Result<Self> {
        Ok(Self {
            program: std::env::current_exe()
                .map_err(Error::io("find", Path::new("this program")))?,
            prefix: prefix.iter().map(ToString::to_string).collect(),
        })
    }

    /// Starts a worker.
    ///
    /// # Errors
    /// When the process cannot be started.
    pub fn start(&self, cell: &CellArgs) -> Result<Worker> {
        let mut command = Command::new(&self.program);
        command.args(&self.prefix).arg("--run").arg(&cell.run);
        command.args(["--arm", &cell.arm, "--seed", &cell.seed.to_string()]);
        command.args(["--threads", &cell.threads.to_string()]);
        command.args(cell.sets.flags());
        if let Some(steps) = cell.checkpoint_steps {
            command.args(["--checkpoint-steps", &steps.to_string()]);
        }
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(Error::io("start", &self.program))?;
        let leash = child.stdin.take();
        Ok(Worker { child, leash })
    }
}

/// A worker at work.
#[derive(Debug)]
pub struct Worker {
    child: Child,
    leash: Option<ChildStdin>,
}

impl Worker {
    /// The pipe that keeps the worker alive: dropping it asks the worker to stop.
    pub fn take_leash(&mut self) -> Option<ChildStdin> {
        self.leash.take()
    }

    /// Listens until the worker ends.
    ///
    /// # Errors
    /// What the worker reported, with its exit code, or how it died.
    pub fn wait(mut self, mut on_step: impl FnMut(u64, u64)) -> Result<()> {
        let mut failure = None;
        let mut finished = false;
        if let Some(output) = self.child.stdout.take() {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                match serde_json::from_str(&line) {
                    Ok(Message::Step { done, of }) => on_step(done, of),
                    Ok(Message::Finished) => finished = true,
                    Ok(Message::Failed { message, code }) => failure = Some((message, code)),
                    Err(_) => {}
                }
            }
        }
        let status = self
            .child
            .wait()
            .map_err(Error::io("wait for", Path::new("a worker")))?;
        match failure {
            None if finished && status.success() => Ok(()),
            Some((message, code)) => Err(Error::Worker { message, code }),
            None => Err(Error::Worker {
                message: format!("its process ended before the cell was done ({status})"),
                code: 1,
            }),
        }
    }
}

/// The worker's side: tells its parent what happens.
#[derive(Debug)]
pub struct Reporter {
    last: Option<Instant>,
}

impl Reporter {
    /// Begins to watch the parent.
    pub fn start() -> Self {
        std::thread::spawn(stop_when_the_parent_is_gone);
        Self { last: None }
    }

    /// Reports a step, if the last report is long enough ago.
    pub fn step(&mut self, done: u64, of: u64) {
        if self.last.is_none_or(|last| last.elapsed() >= REPORT_EVERY) {
            self.last = Some(Instant::now());
            say(&Message::Step { done, of });
        }
    }

    /// Reports the end of the cell.
    pub fn end(result: &Result<()>) {
        say(&match result {
            Ok(()) => Message::Finished,
            Err(error) => Message::Failed {
                message: error.chain(),
                code: error.exit_code(),
            },
        });
    }
}

fn say(message: &Message) {
    // A parent that no longer listens is noticed on standard input, not here.
    let mut output = std::io::stdout().lock();
    let _ = serde_json::to_writer(&mut output, message);
    let _ = writeln!(output).and_then(|()| output.flush());
}

fn stop_when_the_parent_is_gone() {
    let mut nothing = [0_u8; 1];
    while matches!(std::io::stdin().read(&mut nothing), Ok(1)) {}
    stop::request(15);
    std::thread::sleep(GRACE);
    // The step in hand takes too long: without a parent nobody waits for it.
    std::process::exit(143);
}

impl CellArgs {
    /// How often this cell writes a checkpoint.
    pub fn checkpoint_every(&self) -> CheckpointEvery {
        checkpoint_every(self.checkpoint_steps)
    }
}

/// The default is a time: it bounds what a crash can cost, whatever a step takes.
pub fn checkpoint_every(steps: Option<u64>) -> CheckpointEvery {
    steps.map_or(
        CheckpointEvery::Time(Duration::from_secs(15)),
        CheckpointEvery::Steps,
    )
}
