//! What is to be done next: pure bookkeeping, without threads and processes.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::run::{AnyLedger, Begun, CellId, Report};

/// The state of all runs of a pool.
pub(super) struct Schedule {
    runs: Vec<Entry>,
    failure: Option<Error>,
    closed: bool,
}

/// Something for a slot to do; the number is that of the run.
pub(super) enum Task {
    /// Load the data and see which cells wait.
    Load(usize),
    /// Run a cell.
    Cell(usize, Arc<dyn AnyLedger>, CellId),
    /// Draw the figures and answer the claims, after so many cells were run.
    Draw(usize, Arc<dyn AnyLedger>, usize),
}

impl Task {
    pub fn run(&self) -> usize {
        match self {
            Self::Load(at) | Self::Cell(at, ..) | Self::Draw(at, ..) => *at,
        }
    }
}

struct Entry {
    /// Cells in all.
    cells: usize,
    stage: Stage,
    /// Seconds that a cell takes in the mean, as soon as one is done.
    cell_s: Option<f64>,
}

enum Stage {
    Waiting,
    Loading,
    Running(Running),
    Drawing,
    Done(Report),
}

struct Running {
    ledger: Arc<dyn AnyLedger>,
    waiting: Vec<CellId>,
    at_work: usize,
    cells_run: usize,
    /// Seconds that finished cells took, by arm.
    lengths: BTreeMap<String, Vec<f64>>,
}

impl Running {
    /// What a cell of this arm may take: the mean of its finished ones, else of all finished ones.
    fn length(&self, arm: &str) -> Option<f64> {
        match self.lengths.get(arm) {
            Some(known) => mean(known.iter()),
            None => mean(self.lengths.values().flatten()),
        }
    }

    /// Takes the cell to run next: of an arm that nothing is known of, else the longest.
    fn take(&mut self) -> Option<CellId> {
        let length = |cell: &CellId| {
            let known = self.lengths.get(&cell.arm);
            known
                .and_then(|known| mean(known.iter()))
                .unwrap_or(f64::INFINITY)
        };
        // The first of equal ones, so that seeds come in order.
        let longest = (0..self.waiting.len())
            .rev()
            .max_by(|a, b| length(&self.waiting[*a]).total_cmp(&length(&self.waiting[*b])))?;
        self.at_work += 1;
        Some(self.waiting.remove(longest))
    }

    fn seconds_waiting(&self) -> Option<f64> {
        self.waiting.iter().map(|cell| self.length(&cell.arm)).sum()
    }
}

fn mean<'a>(numbers: impl Iterator<Item = &'a f64>) -> Option<f64> {
    let (sum, count) = numbers.fold((0.0, 0_u32), |(sum, count), number| {
        (sum + number, count + 1)
    });
    (count > 0).then(|| sum / f64::from(count))
}

impl Schedule {
    /// Runs with so many cells.
    pub fn new(cells: impl Iterator<Item = usize>) -> Self {
        let entry = |cells| Entry {
            cells,
            stage: Stage::Waiting,
            cell_s: None,
        };
        Self {
            runs: cells.map(entry).collect(),
            failure: None,
            closed: false,
        }
    }

    /// Whether there is nothing to do and nothing to wait for.
    pub fn is_over(&self) -> bool {
        let done = |run: &Entry| matches!(run.stage, Stage::Done(_));
        self.closed || self.runs.iter().all(done)
    }

    /// What a slot does next that worked on `current` so far; `None` when it has to wait.
    pub fn next(&mut self, small_ones: bool, current: Option<usize>) -> Option<Task> {
        if let Some(at) = self.runs.iter().position(Entry::is_ready_to_draw) {
            return self.draw(at);
        }
        if let Some(task) = current.and_then(|at| self.cell(at)) {
            return Some(task);
        }
        let untouched = self.untouched().map(|(at, run)| (run.cells, at));
        let at = if small_ones {
            untouched.min()
        } else {
            untouched.max()
        };
        if let Some((_, at)) = at {
            self.runs[at].stage = Stage::Loading;
            return Some(Task::Load(at));
        }
        let most = (0..self.runs.len()).max_by(|a, b| {
            let left = |at: &usize| self.runs[*at].left();
            left(a).total_cmp(&left(b))
        })?;
        self.cell(most)
    }

    fn cell(&mut self, at: usize) -> Option<Task> {
        let Stage::Running(running) = &mut self.runs[at].stage else {
            return None;
        };
        let cell = running.take()?;
        Some(Task::Cell(at, Arc::clone(&running.ledger), cell))
    }

    fn draw(&mut self, at: usize) -> Option<Task> {
        let Stage::Running(running) = &self.runs[at].stage else {
            return None;
        };
        let task = Task::Draw(at, Arc::clone(&running.ledger), running.cells_run);
        self.runs[at].stage = Stage::Drawing;
        Some(task)
    }

    pub fn loaded(&mut self, at: usize, ledger: Arc<dyn AnyLedger>, begun: Begun) {
        self.runs[at].stage = Stage::Running(Running {
            ledger,
            waiting: begun.waiting,
            at_work: 0,
            cells_run: 0,
            lengths: begun.lengths,
        });
    }

    pub fn cell_done(&mut self, at: usize, cell: &CellId, seconds: f64) {
        if let Stage::Running(running) = &mut self.runs[at].stage {
            running.at_work -= 1;
            running.cells_run += 1;
            let known = running.lengths.entry(cell.arm.clone()).or_default();
            known.push(seconds);
            self.runs[at].cell_s = mean(running.lengths.values().flatten());
        }
    }

    pub fn drawn(&mut self, at: usize, report: Report) {
        self.runs[at].stage = Stage::Done(report);
    }

    /// Keeps the first failure.
    pub fn fail(&mut self, error: Error) {
        self.failure.get_or_insert(error);
    }

    pub fn close(&mut self) {
        self.closed = true;
    }

    /// Runs that no slot has begun.
    fn untouched(&self) -> impl Iterator<Item = (usize, &Entry)> {
        let runs = self.runs.iter().enumerate();
        runs.filter(|(_, run)| matches!(run.stage, Stage::Waiting))
    }

    /// Seconds until all cells are done, by the lengths of those that are; `None` while nothing is
    /// known. A run of which nothing is known counts as much as the others do in the mean: runs
    /// with many cells have short ones.
    pub fn seconds_left(&self, slots: usize) -> Option<f64> {
        let whole: Vec<f64> = self.runs.iter().filter_map(Entry::seconds).collect();
        let usual = mean(whole.iter())?;
        let left = |run: &Entry| match &run.stage {
            Stage::Waiting | Stage::Loading => usual,
            Stage::Running(running) => running
                .seconds_waiting()
                .unwrap_or_else(|| usual * running.waiting.len() as f64 / run.cells.max(1) as f64),
            Stage::Drawing | Stage::Done(_) => 0.0,
        };
        Some(self.runs.iter().map(left).sum::<f64>() / slots as f64)
    }

    /// What all runs came to, in their order.
    pub fn reports(self) -> Result<Vec<Report>> {
        match self.failure {
            Some(error) => Err(error),
            None => Ok(self.runs.into_iter().filter_map(Entry::report).collect()),
        }
    }
}

impl Entry {
    fn is_ready_to_draw(&self) -> bool {
        matches!(&self.stage, Stage::Running(run) if run.waiting.is_empty() && run.at_work == 0)
    }

    /// Seconds that all of its cells take, by those that are done.
    fn seconds(&self) -> Option<f64> {
        Some(self.cell_s? * self.cells as f64)
    }

    /// Seconds of work that wait; as many as cells where nothing is known.
    fn left(&self) -> f64 {
        match &self.stage {
            Stage::Running(run) => run.seconds_waiting().unwrap_or(run.waiting.len() as f64),
            _ => 0.0,
        }
    }

    fn report(self) -> Option<Report> {
        match self.stage {
            Stage::Done(report) => Some(report),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run_dir::{CellDir, RunDir, RunTable};

    struct Nothing(RunDir);

    impl AnyLedger for Nothing {
        fn dir(&self) -> &RunDir {
            &self.0
        }

        fn begin(&self, _: bool) -> Result<Begun> {
            Err(Error::Usage("not in this test".into()))
        }

        fn finish(&self, _: usize, _: usize) -> Result<Report> {
            Err(Error::Usage("not in this test".into()))
        }

        fn blame(&self, _: &CellId, source: Error) -> Error {
            source
        }

        fn run(&self) -> &RunTable {
            unreachable!("the schedule does not ask")
        }

        fn identity(&self) -> &str {
            ""
        }

        fn memory(&self) -> u64 {
            0
        }

        fn all_cells(&self) -> Vec<CellId> {
            Vec::new()
        }

        fn cell_dir(&self, _: &CellId) -> Result<CellDir> {
            Err(Error::Usage("not in this test".into()))
        }

        fn is_finished(&self, _: &CellId) -> bool {
            false
        }

        fn lengths(&self) -> BTreeMap<String, f64> {
            BTreeMap::new()
        }
    }

    fn cells(arms: &[&str], seeds: u64) -> Vec<CellId> {
        let cell = |arm: &&str, seed| CellId {
            arm: (*arm).to_owned(),
            seed,
            name: format!("{arm} seed {seed}"),
        };
        let of_arm = |arm| (0..seeds).map(move |seed| cell(arm, seed));
        arms.iter().flat_map(of_arm).collect()
    }

    fn load(schedule: &mut Schedule, at: usize, waiting: Vec<CellId>) {
        let begun = Begun {
            done: 0,
            waiting,
            lengths: BTreeMap::new(),
        };
        schedule.loaded(at, Arc::new(Nothing(RunDir::new("nowhere"))), begun);
    }

    /// The run, and the name of the cell if it is one.
    fn next(
        schedule: &mut Schedule,
        first: bool,
        current: Option<usize>,
    ) -> Option<(usize, String)> {
        let task = schedule.next(first, current)?;
        let name = match &task {
            Task::Load(_) => "load".to_owned(),
            Task::Draw(..) => "draw".to_owned(),
            Task::Cell(_, _, cell) => cell.name.clone(),
        };
        Some((task.run(), name))
    }

    #[track_caller]
    fn is(found: Option<(usize, String)>, run: usize, what: &str) {
        let (at, name) = found.expect("something to do");
        assert_eq!((at, name.as_str()), (run, what));
    }

    #[test]
    fn the_first_slot_begins_small_runs_the_others_large_ones() {
        let mut schedule = Schedule::new([30, 4, 200, 60].into_iter());
        is(next(&mut schedule, true, None), 1, "load");
        is(next(&mut schedule, false, None), 2, "load");
        is(next(&mut schedule, false, None), 3, "load");
        is(next(&mut schedule, true, None), 0, "load");
        assert!(next(&mut schedule, true, None).is_none());
        assert!(!schedule.is_over());
    }

    #[test]
    fn a_slot_stays_with_its_run_and_helps_where_most_is_left() {
        let mut schedule = Schedule::new([2, 9].into_iter());
        is(next(&mut schedule, true, None), 0, "load");
        is(next(&mut schedule, false, None), 1, "load");
        load(&mut schedule, 0, cells(&["a"], 2));
        load(&mut schedule, 1, cells(&["b"], 9));
        is(next(&mut schedule, true, Some(0)), 0, "a seed 0");
        is(next(&mut schedule, true, Some(0)), 0, "a seed 1");
        is(next(&mut schedule, true, Some(0)), 1, "b seed 0");
    }

    #[test]
    fn arms_of_unknown_length_come_first_then_the_longest() {
        let mut schedule = Schedule::new([6].into_iter());
        is(next(&mut schedule, true, None), 0, "load");
        load(&mut schedule, 0, cells(&["short", "long"], 3));
        let all = cells(&["short", "long"], 3);
        is(next(&mut schedule, true, Some(0)), 0, "short seed 0");
        schedule.cell_done(0, &all[0], 1.0);
        is(next(&mut schedule, true, Some(0)), 0, "long seed 0");
        schedule.cell_done(0, &all[3], 5.0);
        // Two short ones and two long ones wait.
        assert_eq!(schedule.seconds_left(2), Some(6.0));
        is(next(&mut schedule, true, Some(0)), 0, "long seed 1");
        is(next(&mut schedule, true, Some(0)), 0, "long seed 2");
        is(next(&mut schedule, true, Some(0)), 0, "short seed 1");
    }

    #[test]
    fn a_run_is_drawn_when_its_last_cell_is_done_and_nothing_is_given_out_after_the_end() {
        let mut schedule = Schedule::new([1, 1].into_iter());
        is(next(&mut schedule, true, None), 0, "load");
        load(&mut schedule, 0, cells(&["a"], 1));
        is(next(&mut schedule, true, Some(0)), 0, "a seed 0");
        is(next(&mut schedule, true, Some(0)), 1, "load");
        assert!(
            next(&mut schedule, false, None).is_none(),
            "a cell is at work"
        );
        schedule.cell_done(0, &cells(&["a"], 1)[0], 1.0);
        is(next(&mut schedule, false, Some(1)), 0, "draw");
        // Finished before: it is drawn again.
        load(&mut schedule, 1, Vec::new());
        is(next(&mut schedule, false, Some(1)), 1, "draw");
        schedule.fail(Error::Usage("the first".into()));
        schedule.fail(Error::Usage("the second".into()));
        schedule.close();
        assert!(schedule.is_over());
        let error = schedule.reports().unwrap_err();
        assert_eq!(error.to_string(), "the first");
    }
}
