//! How far the runs are: bars on a terminal, plain lines elsewhere. Always on standard error.

use std::io::{IsTerminal, Write};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::error::one_line;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

/// How long a cell may be silent where there is no terminal.
const SILENCE: Duration = Duration::from_secs(20);

/// The progress of runs side by side: cells done, and the steps of those at work.
pub struct Progress {
    bars: Option<Bars>,
    started: Instant,
    runs: Mutex<Vec<Counts>>,
}

struct Bars {
    all: MultiProgress,
    cells: ProgressBar,
}

struct Counts {
    title: String,
    cells: usize,
    done: usize,
    begun: Option<Instant>,
}

impl Progress {
    /// Begins runs: a title and the number of cells of each.
    pub fn start(runs: impl IntoIterator<Item = (String, usize)>) -> Self {
        let counts = |(title, cells)| Counts {
            title,
            cells,
            done: 0,
            begun: None,
        };
        let runs: Vec<Counts> = runs.into_iter().map(counts).collect();
        Self {
            bars: std::io::stderr().is_terminal().then(|| Bars::new(&runs)),
            started: Instant::now(),
            runs: Mutex::new(runs),
        }
    }

    /// Says something that is not progress, on one line.
    pub fn note(text: &str) {
        write_line(&format!("note: {}", one_line(text)));
    }

    /// Says a text of the program's own as it is: a table, or how far something is that this process does
    /// not do itself.
    pub fn line(text: &str) {
        write_line(text);
    }

    /// Says something between the bars.
    pub fn say(&self, text: &str) {
        match &self.bars {
            Some(bars) => bars.all.suspend(|| write_line(text)),
            None => write_line(text),
        }
    }

    /// Begins a run, `done` of whose cells were finished before.
    pub fn begin(&self, run: usize, done: usize) {
        self.with(|runs| {
            let counts = &mut runs[run];
            (counts.done, counts.begun) = (done, Some(Instant::now()));
            match &self.bars {
                Some(bars) => bars.cells.inc(done as u64),
                None => write_line(&format!(
                    "{}: {} cells, {done} already done",
                    counts.title, counts.cells
                )),
            }
        });
    }

    /// Seconds since a run was begun.
    pub fn seconds(&self, run: usize) -> f64 {
        let begun = self.with(|runs| runs[run].begun);
        begun.map_or(0.0, |begun| begun.elapsed().as_secs_f64())
    }

    /// Begins a cell.
    pub fn cell(&self, run: usize, name: &str) -> CellProgress<'_> {
        let bar = self.bars.as_ref().map(|bars| {
            let bar = bars.all.add(ProgressBar::new(0).with_style(cell_style()));
            bar.set_message(self.with(|runs| format!("{} {name}", runs[run].title)));
            bar
        });
        CellProgress {
            all: self,
            run,
            name: name.to_owned(),
            bar,
            started: Instant::now(),
            spoke: Instant::now(),
            pace: None,
        }
    }

    /// Ends the runs.
    pub fn finish(&self) {
        if let Some(bars) = &self.bars {
            bars.cells.finish_and_clear();
        }
    }

    fn cell_done(&self, run: usize, name: &str, wall_time_s: f64, left_s: Option<f64>) {
        // Nothing left is -0.
        let left = left_s.map(f64::abs);
        let left = left.map_or_else(String::new, |left| format!(", about {left:.0} s left"));
        self.with(|runs| {
            runs[run].done += 1;
            if let Some(bars) = &self.bars {
                bars.cells.inc(1);
                bars.cells
                    .set_prefix(left.trim_start_matches(", ").to_owned());
                return;
            }
            let sum = |of: fn(&Counts) -> usize| runs.iter().map(of).sum::<usize>();
            let all = if runs.len() > 1 {
                format!(
                    "{} of {} in all, ",
                    sum(|run| run.done),
                    sum(|run| run.cells)
                )
            } else {
                String::new()
            };
            let Counts {
                title, cells, done, ..
            } = &runs[run];
            write_line(&format!(
                "{title}: [{done}/{cells}] {name}, {wall_time_s:.1} s ({all}{:.0} s so far{left})",
                self.started.elapsed().as_secs_f64(),
            ));
        });
    }

    /// A panic elsewhere cannot leave numbers in a state that matters here.
    fn with<T>(&self, what: impl FnOnce(&mut Vec<Counts>) -> T) -> T {
        what(&mut self.runs.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Bars {
    fn new(runs: &[Counts]) -> Self {
        let all = MultiProgress::new();
        let total: usize = runs.iter().map(|run| run.cells).sum();
        let cells = all.add(ProgressBar::new(total as u64).with_style(run_style()));
        cells.set_message(match runs {
            [only] => only.title.clone(),
            runs => format!("{} experiments", runs.len()),
        });
        cells.enable_steady_tick(Duration::from_millis(200));
        Self { all, cells }
    }
}

/// The progress of one cell.
pub struct CellProgress<'a> {
    all: &'a Progress,
    run: usize,
    name: String,
    bar: Option<ProgressBar>,
    started: Instant,
    spoke: Instant,
    pace: Option<Pace>,
}

impl CellProgress<'_> {
    /// So many steps are done of so many. A cell may do one thing after the other, such as train and
    /// then test: with another `of`, or fewer steps than before, the next one has begun.
    pub fn step(&mut self, done: u64, of: u64) {
        let now = Instant::now();
        let going_on = self.pace.filter(|pace| pace.goes_on(done, of));
        let pace = going_on.unwrap_or(Pace::new(done, of, now));
        self.pace = Some(Pace { done, ..pace });
        if let Some(bar) = &self.bar {
            bar.set_length(of);
            bar.set_position(done);
            if going_on.is_none() {
                bar.reset_eta();
            }
        } else if self.spoke.elapsed() > SILENCE && done > 0 {
            self.spoke = now;
            let left = pace.left(done, now);
            let left = left.map_or_else(String::new, |left| format!(", about {left:.0} s left"));
            write_line(&format!("  {}: step {done} of {of}{left}", self.name));
        }
    }

    /// The cell is finished; `left_s` is what all other cells may still take, if that is known.
    pub fn finish(self, left_s: Option<f64>) {
        let seconds = self.started.elapsed().as_secs_f64();
        self.all.cell_done(self.run, &self.name, seconds, left_s);
    }
}

/// How quickly the steps of one thing are done. What went before its first report does not count: data
/// that were read, steps of an earlier start.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Pace {
    begun: Instant,
    /// Steps that were done at that time.
    first: u64,
    /// Steps that are done.
    done: u64,
    of: u64,
}

impl Pace {
    fn new(done: u64, of: u64, begun: Instant) -> Self {
        Self {
            begun,
            first: done,
            done,
            of,
        }
    }

    /// Whether a report is of the same thing.
    fn goes_on(self, done: u64, of: u64) -> bool {
        of == self.of && done >= self.done
    }

    /// Seconds that are left, if a step has been seen.
    fn left(self, done: u64, now: Instant) -> Option<f64> {
        let seen = done.saturating_sub(self.first);
        let seconds = now.duration_since(self.begun).as_secs_f64();
        (seen > 0).then(|| seconds / seen as f64 * self.of.saturating_sub(done) as f64)
    }
}

impl Drop for CellProgress<'_> {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn write_line(line: &str) {
    // A closed standard error must not end a run that has hours behind it.
    let _ = writeln!(std::io::stderr(), "{line}");
}

fn run_style() -> ProgressStyle {
    ProgressStyle::with_template(
        "{msg:24} {wide_bar:.cyan/dim} {pos}/{len} cells  {elapsed}  {prefix}",
    )
    .expect("the template is a constant that the tests parse")
}

fn cell_style() -> ProgressStyle {
    ProgressStyle::with_template("  {msg:38} {wide_bar:.green/dim} step {pos}/{len} (eta {eta})")
        .expect("the template is a constant that the tests parse")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_parse() {
        let _ = (run_style(), cell_style());
    }

    #[test]
    fn time_left_is_by_the_steps_that_were_seen() {
        let begun = Instant::now();
        let after = |seconds| begun + Duration::from_secs(seconds);
        // A training of 1500 steps that went on from step 500: a step took two seconds.
        let pace = Pace::new(500, 1500, begun);
        assert_eq!(pace.left(500, after(7)), None);
        assert_eq!(pace.left(510, after(20)), Some(1980.0));
        assert_eq!(pace.left(1500, after(2000)), Some(0.0));
    }

    #[test]
    fn tests_after_a_training_are_timed_on_their_own() {
        let progress = Progress::start([("run".to_owned(), 1)]);
        let mut cell = progress.cell(0, "cell");
        let began = |cell: &CellProgress<'_>| cell.pace.map(|pace| (pace.first, pace.of));
        cell.step(1, 1500);
        cell.step(1500, 1500);
        assert_eq!(began(&cell), Some((1, 1500)));
        cell.step(1, 256);
        cell.step(2, 256);
        assert_eq!(began(&cell), Some((1, 256)));
        // The next training has as many steps.
        cell.step(100, 256);
        cell.step(3, 256);
        assert_eq!(began(&cell), Some((3, 256)));
    }
}
