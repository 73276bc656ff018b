//! A forward pass that panics: where, over which shapes, and what came before.

use std::cell::Cell;
use std::fmt;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::summary::{Row, Summary, shape};
use crate::trace::Trace;

/// Where a forward pass failed.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// What the panic said, on one line.
    pub message: String,
    /// The shapes that the message names: the two that do not fit, where Burn says them.
    pub shapes: Vec<Vec<usize>>,
    /// The last layer before the failure, if there is one.
    pub after: Option<Row>,
    /// The last tap before the failure, if there is one.
    pub tap: Option<String>,
    /// The layers up to the failure.
    pub summary: Summary,
}

impl Failure {
    /// Of what was recorded before `message` ended it.
    pub(super) fn new(trace: &Trace, message: &str) -> Self {
        let summary = trace.summary();
        let rows = summary.rows.iter();
        let mut used = rows.filter(|row| !row.is_unused() && !row.is_input);
        Self {
            shapes: shapes(message),
            message: one_line(message),
            after: used.next_back().cloned(),
            tap: trace.taps().last().map(str::to_owned),
            summary,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.message)?;
        match &self.after {
            Some(row) => {
                let made = shape(&row.output_shape);
                write!(
                    f,
                    "; after the layer {:?} ({}), which gives {made}",
                    row.layer, row.kind
                )?;
            }
            None => write!(f, "; before the first layer")?,
        }
        if let Some(tap) = &self.tap {
            write!(f, ", and the tap {tap:?}")?;
        }
        if let [one, other] = self.shapes.as_slice() {
            write!(f, "; {} and {} do not fit", shape(one), shape(other))?;
        }
        write!(f, "\nThe layers up to there:\n{}", self.summary)
    }
}

/// Without the frame that Burn draws around its messages.
fn one_line(message: &str) -> String {
    let lines = message.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with("==="));
    lines.collect::<Vec<_>>().join(" ")
}

/// The lists of numbers in a message: `[2, 3]`.
fn shapes(message: &str) -> Vec<Vec<usize>> {
    let starts = message.split('[').skip(1);
    let inside = starts.filter_map(|rest| rest.split_once(']'));
    let numbers = |(list, _): (&str, &str)| {
        let sides = list.split(',').map(|side| side.trim().parse().ok());
        sides.collect::<Option<Vec<usize>>>()
    };
    inside.filter_map(numbers).collect()
}

type Hook = Box<dyn Fn(&PanicHookInfo<'_>) + Send + Sync>;

thread_local! {
    /// Whether panics of this thread are errors of ours, so that nothing is to be printed.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// How many forward passes are being recorded in the program, and the hook that printed panics
/// before the first of them.
static RECORDINGS: Mutex<(usize, Option<Arc<Hook>>)> = Mutex::new((0, None));

/// Runs `forward`; what it panicked with, if it did, without a word on the console.
///
/// The program's panic hook is replaced while any thread is in here, and put back by the last. In
/// between it still hears of every other thread's panics.
pub(crate) fn quietly<T>(forward: impl FnOnce() -> T) -> thread::Result<T> {
    // A thread that unwinds already may not change the hook; a second panic ends the program.
    let _hushed = (!thread::panicking()).then(Hushed::start);
    panic::catch_unwind(AssertUnwindSafe(forward))
}

/// While this is alive, the thread's panics are not printed.
struct Hushed {
    before: bool,
}

impl Hushed {
    fn start() -> Self {
        let mut recordings = RECORDINGS.lock().unwrap_or_else(PoisonError::into_inner);
        if recordings.0 == 0 {
            let usual = Arc::new(panic::take_hook());
            recordings.1 = Some(usual.clone());
            panic::set_hook(Box::new(move |panic| {
                if !QUIET.get() {
                    usual(panic);
                }
            }));
        }
        recordings.0 += 1;
        Self {
            before: QUIET.replace(true),
        }
    }
}

impl Drop for Hushed {
    fn drop(&mut self) {
        QUIET.set(self.before);
        let mut recordings = RECORDINGS.lock().unwrap_or_else(PoisonError::into_inner);
        recordings.0 -= 1;
        if recordings.0 == 0
            && let Some(usual) = recordings.1.take()
        {
            // Ours holds the usual one, too: once it is gone, the usual one can be had as it was.
            drop(panic::take_hook());
            let usual = Arc::try_unwrap(usual);
            panic::set_hook(usual.unwrap_or_else(|usual| Box::new(move |panic| usual(panic))));
        }
    }
}
