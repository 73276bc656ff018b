//! How far a run is: bars on a terminal, plain lines elsewhere. Always on standard error.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

/// How long a cell may be silent where there is no terminal.
const SILENCE: Duration = Duration::from_secs(20);

/// The progress of one run: cells done, and the steps of those at work.
pub struct Progress {
    display: Display,
    total: u64,
    state: Mutex<Counts>,
}

struct Counts {
    done: u64,
    started: Instant,
}

enum Display {
    Bars {
        all: MultiProgress,
        cells: ProgressBar,
    },
    Lines {
        title: String,
    },
}

impl Progress {
    /// Begins a run of `total` cells, of which `done` were finished before.
    pub fn start(title: &str, total: u64, done: u64) -> Self {
        let display = if std::io::stderr().is_terminal() {
            Display::bars(title, total, done)
        } else {
            write_line(&format!("{title}: {total} cells, {done} already done"));
            Display::Lines {
                title: title.to_owned(),
            }
        };
        Self {
            display,
            total,
            state: Mutex::new(Counts {
                done,
                started: Instant::now(),
            }),
        }
    }

    /// Says something that is not progress.
    pub fn note(text: &str) {
        write_line(&format!("note: {text}"));
    }

    /// Begins a cell.
    pub fn cell(&self, name: &str) -> CellProgress<'_> {
        let bar = match &self.display {
            Display::Bars { all, .. } => {
                let bar = all.add(ProgressBar::new(0).with_style(cell_style()));
                bar.set_message(name.to_owned());
                Some(bar)
            }
            Display::Lines { .. } => None,
        };
        CellProgress {
            run: self,
            name: name.to_owned(),
            bar,
            started: Instant::now(),
            spoke: Instant::now(),
        }
    }

    /// Ends the run.
    pub fn finish(&self) {
        if let Display::Bars { cells, .. } = &self.display {
            cells.finish_and_clear();
        }
    }

    fn cell_done(&self, name: &str, wall_time_s: f64) {
        // A panic elsewhere cannot leave two numbers in a state that matters here.
        let mut counts = self
            .state
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        counts.done += 1;
        match &self.display {
            Display::Bars { cells, .. } => cells.inc(1),
            Display::Lines { title } => write_line(&format!(
                "{title}: [{}/{}] {name}, {wall_time_s:.1} s ({:.0} s in all)",
                counts.done,
                self.total,
                counts.started.elapsed().as_secs_f64(),
            )),
        }
    }
}

impl Display {
    fn bars(title: &str, total: u64, done: u64) -> Self {
        let all = MultiProgress::new();
        let cells = all.add(ProgressBar::new(total).with_style(run_style()));
        cells.set_message(title.to_owned());
        // `set_position` would count these cells into the speed, and the estimate would be off.
        cells.reset_eta();
        cells.set_position(done);
        cells.enable_steady_tick(Duration::from_millis(200));
        Self::Bars { all, cells }
    }
}

/// The progress of one cell.
pub struct CellProgress<'a> {
    run: &'a Progress,
    name: String,
    bar: Option<ProgressBar>,
    started: Instant,
    spoke: Instant,
}

impl CellProgress<'_> {
    /// So many steps are done of so many.
    pub fn step(&mut self, done: u64, of: u64) {
        if let Some(bar) = &self.bar {
            bar.set_length(of);
            bar.set_position(done);
        } else if self.spoke.elapsed() > SILENCE && done > 0 {
            self.spoke = Instant::now();
            let elapsed = self.started.elapsed().as_secs_f64();
            let left = elapsed / done as f64 * of.saturating_sub(done) as f64;
            write_line(&format!(
                "  {}: step {done} of {of}, about {left:.0} s left",
                self.name
            ));
        }
    }

    /// The cell is finished.
    pub fn finish(self) {
        self.run
            .cell_done(&self.name, self.started.elapsed().as_secs_f64());
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
        "{msg:24} {wide_bar:.cyan/dim} {pos}/{len} cells  {elapsed} (eta {eta})",
    )
    .expect("the template is a constant that the tests parse")
}

fn cell_style() -> ProgressStyle {
    ProgressStyle::with_template("  {msg:22} {wide_bar:.green/dim} step {pos}/{len} (eta {eta})")
        .expect("the template is a constant that the tests parse")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_parse() {
        let _ = (run_style(), cell_style());
    }
}
