//! Cells side by side: a foreman a job, each with one worker process at a time.

use std::collections::VecDeque;
use std::process::ChildStdin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::error::{Error, Result};
use crate::progress::Progress;
use crate::stop;
use crate::worker::{CellArgs, Launcher};

/// A cell and what stopped it.
pub type Failure = Box<(String, Error)>;

/// Runs `cells` in at most `jobs` workers at a time.
///
/// # Errors
/// The first failure with the cell that had it; the other workers then write a checkpoint and
/// stop. The same when a stop is asked for.
pub fn run(
    cells: VecDeque<CellArgs>,
    jobs: usize,
    launcher: &Launcher,
    progress: &Progress,
) -> Result<(), Failure> {
    let foremen = jobs.min(cells.len());
    let site = Site {
        queue: Mutex::new(cells),
        failure: Mutex::default(),
        leashes: Mutex::default(),
    };
    std::thread::scope(|scope| {
        let foremen: Vec<_> = (0..foremen)
            .map(|_| scope.spawn(|| site.work(launcher, progress)))
            .collect();
        while foremen.iter().any(|foreman| !foreman.is_finished()) {
            if stop::is_requested() {
                site.close();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    stop::check().map_err(|error| Box::new((String::new(), error)))?;
    match site
        .failure
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
    {
        Some(failure) => Err(failure),
        None => Ok(()),
    }
}

/// What the foremen share.
struct Site {
    queue: Mutex<VecDeque<CellArgs>>,
    failure: Mutex<Option<Failure>>,
    leashes: Mutex<Leashes>,
}

/// The pipes that keep workers alive.
#[derive(Default)]
struct Leashes {
    cut: bool,
    held: Vec<ChildStdin>,
}

impl Site {
    fn work(&self, launcher: &Launcher, progress: &Progress) {
        loop {
            // A statement of its own, so that the queue is not locked while the cell runs.
            let next = lock(&self.queue).pop_front();
            let Some(cell) = next else { return };
            let name = format!("{} seed {}", cell.arm, cell.seed);
            if let Err(error) = self.run_cell(&cell, &name, launcher, progress) {
                lock(&self.failure).get_or_insert(Box::new((name, error)));
                self.close();
            }
        }
    }

    fn run_cell(
        &self,
        cell: &CellArgs,
        name: &str,
        launcher: &Launcher,
        progress: &Progress,
    ) -> Result<()> {
        let mut worker = launcher.start(cell)?;
        self.hold(worker.take_leash());
        let mut line = progress.cell(name);
        worker.wait(|done, of| line.step(done, of))?;
        line.finish();
        Ok(())
    }

    fn hold(&self, leash: Option<ChildStdin>) {
        let mut leashes = lock(&self.leashes);
        // A worker that was being started while the others were cut off goes with them.
        if !leashes.cut {
            leashes.held.extend(leash);
        }
    }

    fn close(&self) {
        lock(&self.queue).clear();
        let mut leashes = lock(&self.leashes);
        leashes.cut = true;
        leashes.held.clear();
    }
}

/// What these mutexes hold stays valid when a thread panics.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
