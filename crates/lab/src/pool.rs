//! The cells of one or several runs, by worker processes side by side or by this process.
//!
//! A slot is a thread with a worker process of its own. It stays with a run as long as cells of it
//! wait, since its worker then has the data, and draws the figures when the last cell is done. Then
//! it takes a run that nobody has begun: the first slot the one with the fewest cells, so that there
//! is soon something to look at, the others that with the most. When all are begun it helps where
//! most work is left, so that no core idles while another has cells to do.

mod schedule;

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use self::schedule::{Schedule, Task};
use crate::error::{Error, Result};
use crate::experiment::Experiment;
use crate::progress::Progress;
use crate::run::{AnyLedger, AnyPlan, CellId, Execution, Plan, Report, cells, title};
use crate::run_dir::RunTable;
use crate::stop;
use crate::worker::{KeepAlive, Launcher, Request, Worker};

/// Called with what a run came to, as soon as it is drawn.
pub type OnReport<'a> = &'a (dyn Fn(&Report, &Progress) -> Result<()> + Sync);

/// A run whose settings are checked and whose data are not loaded yet.
pub struct Job {
    /// `rrelu quick`.
    pub title: String,
    /// Cells in all.
    pub cells: usize,
    load: Box<dyn FnOnce() -> Result<Box<dyn AnyPlan>> + Send>,
}

impl Job {
    /// A run that `load` makes ready.
    pub fn new<E: Experiment>(
        config: &E::Config,
        run: &RunTable,
        load: impl FnOnce() -> Result<Plan<E>> + Send + 'static,
    ) -> Self {
        Self {
            title: title(run),
            cells: cells::<E>(config, run.seeds).len(),
            load: Box::new(move || Ok(Box::new(load()?))),
        }
    }

    /// Loads the data, which decide the folder, and gives what else there is to know of the run.
    ///
    /// # Errors
    /// Data that cannot be used.
    pub fn ledger(self) -> Result<Arc<dyn AnyLedger>> {
        Ok((self.load)()?.ledger())
    }
}

/// Carries out runs: all cells that are not finished, then figures and claims.
///
/// By `how.jobs` workers, or without a launcher one after the other in this process.
///
/// # Errors
/// The first failure, or that a stop is asked for; workers then write a checkpoint and stop. What
/// is finished stays and is skipped next time.
pub fn carry_out(
    jobs: Vec<Job>,
    how: &Execution,
    launcher: Option<&Launcher>,
    on_report: OnReport,
) -> Result<Vec<Report>> {
    let all_cells: usize = jobs.iter().map(|job| job.cells).sum();
    let pool = Pool {
        progress: Progress::start(jobs.iter().map(|job| (job.title.clone(), job.cells))),
        schedule: Mutex::new(Schedule::new(jobs.iter().map(|job| job.cells))),
        jobs: jobs.into_iter().map(|job| Mutex::new(Some(job))).collect(),
        changed: Condvar::new(),
        keep_alive: Mutex::default(),
        report: Mutex::new(()),
        slots: how.jobs.min(all_cells.max(1)),
        how,
        on_report,
    };
    match launcher {
        Some(launcher) => pool.work_side_by_side(launcher),
        None => pool.work(0, Hand::Here(None)),
    }
    pool.progress.finish();
    let schedule = pool.schedule.into_inner();
    schedule.unwrap_or_else(PoisonError::into_inner).reports()
}

/// What the slots share.
struct Pool<'a> {
    progress: Progress,
    schedule: Mutex<Schedule>,
    jobs: Vec<Mutex<Option<Job>>>,
    changed: Condvar,
    keep_alive: Mutex<Vec<KeepAlive>>,
    /// Held while a report is passed on: they come one at a time.
    report: Mutex<()>,
    slots: usize,
    how: &'a Execution,
    on_report: OnReport<'a>,
}

/// What runs the cells of a slot.
enum Hand<'a> {
    /// This process, with the run that it is at.
    Here(Option<Box<dyn AnyPlan>>),
    /// A worker, which is started for the first cell.
    Worker(&'a Launcher, Option<Worker>),
}

impl Pool<'_> {
    fn work_side_by_side(&self, launcher: &Launcher) {
        std::thread::scope(|scope| {
            let work = |slot| move || self.work(slot, Hand::Worker(launcher, None));
            let slots: Vec<_> = (0..self.slots)
                .map(|slot| scope.spawn(work(slot)))
                .collect();
            while slots.iter().any(|slot| !slot.is_finished()) {
                if let Err(stopped) = stop::check() {
                    lock(&self.schedule).fail(stopped);
                    self.close();
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        });
    }

    fn work(&self, slot: usize, mut hand: Hand<'_>) {
        // A panic in one slot must not leave the others waiting for what it was about to do.
        let _guard = CloseOnPanic(self);
        let mut current = None;
        while let Some(task) = self.next(slot, current) {
            current = Some(task.run());
            if let Err(error) = self.perform(task, &mut hand) {
                // A worker that is stopped together with this process may say so first.
                let error = stop::check().err().unwrap_or(error);
                lock(&self.schedule).fail(error);
                self.close();
            }
            self.changed.notify_all();
        }
    }

    fn next(&self, slot: usize, current: Option<usize>) -> Option<Task> {
        let mut schedule = lock(&self.schedule);
        while !schedule.is_over() {
            if let Some(task) = schedule.next(slot == 0, current) {
                return Some(task);
            }
            let changed = self.changed.wait(schedule);
            schedule = changed.unwrap_or_else(PoisonError::into_inner);
        }
        None
    }

    fn perform(&self, task: Task, hand: &mut Hand<'_>) -> Result<()> {
        match task {
            Task::Load(at) => self.load(at, hand),
            Task::Cell(at, ledger, cell) => self
                .run_cell(at, ledger.as_ref(), &cell, hand)
                .map_err(|source| ledger.blame(&cell, source)),
            Task::Draw(at, ledger, cells_run) => {
                let mut report = ledger.finish(self.how.jobs, cells_run)?;
                report.wall_time_s = self.progress.seconds(at);
                let one_at_a_time = lock(&self.report);
                (self.on_report)(&report, &self.progress)?;
                drop(one_at_a_time);
                lock(&self.schedule).drawn(at, report);
                Ok(())
            }
        }
    }

    fn load(&self, at: usize, hand: &mut Hand<'_>) -> Result<()> {
        // A run is loaded once: the schedule gives this task out once.
        let Some(job) = lock(&self.jobs[at]).take() else {
            return Ok(());
        };
        let plan = (job.load)()?;
        let ledger = plan.ledger();
        let begun = ledger.begin(self.how.fresh)?;
        self.progress.begin(at, begun.done);
        if let Hand::Here(current) = hand {
            *current = Some(plan);
        }
        lock(&self.schedule).loaded(at, ledger, begun);
        Ok(())
    }

    fn run_cell(
        &self,
        at: usize,
        ledger: &dyn AnyLedger,
        cell: &CellId,
        hand: &mut Hand<'_>,
    ) -> Result<()> {
        let mut line = self.progress.cell(at, &cell.name);
        let mut on_step = |done, of| line.step(done, of);
        let how = self.how.of_a_cell();
        let seconds = match hand {
            // In this process the run at hand is the one that was loaded last.
            Hand::Here(plan) => match plan {
                Some(plan) => plan.run_cell(cell, &how, &mut on_step)?,
                None => return Err(Error::Other("no run was loaded before its cells".into())),
            },
            Hand::Worker(launcher, worker) => {
                let worker = match worker {
                    Some(worker) => worker,
                    None => worker.insert(self.start(launcher)?),
                };
                worker.run(&Request::new(ledger.dir(), cell, how), &mut on_step)?
            }
        };
        let mut schedule = lock(&self.schedule);
        schedule.cell_done(at, cell, seconds);
        line.finish(schedule.seconds_left(self.slots));
        Ok(())
    }

    fn start(&self, launcher: &Launcher) -> Result<Worker> {
        let worker = launcher.start()?;
        lock(&self.keep_alive).push(worker.keep_alive());
        // One that was being started while the others were cut off goes with them.
        if lock(&self.schedule).is_over() {
            worker.keep_alive().end();
        }
        Ok(worker)
    }

    /// No cell is begun any more, and those at work write a checkpoint and stop.
    fn close(&self) {
        lock(&self.schedule).close();
        lock(&self.keep_alive).iter().for_each(KeepAlive::end);
        self.changed.notify_all();
    }
}

struct CloseOnPanic<'a>(&'a Pool<'a>);

impl Drop for CloseOnPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.close();
        }
    }
}

/// What these mutexes hold stays valid when a thread panics.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
