//! A comparison for the terminal.

use std::fmt;

use super::{ClaimRow, Comparison};
use crate::moment::{duration, moment};

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n", self.experiment)?;
        for (run, letter) in self.runs.iter().zip('A'..) {
            let (work, when) = (duration(run.work_time_s), moment(run.finished_unix_s));
            let folder = run.folder.display();
            writeln!(f, "  {letter}  {folder}  ({work} of work, finished {when})")?;
        }
        writeln!(f, "\nsettings that differ")?;
        let width = self.settings.iter().map(|s| s.key.len()).max().unwrap_or(0);
        for setting in &self.settings {
            let values = setting.values.iter().zip('A'..).map(|(value, letter)| {
                format!("{letter} {}", value.as_deref().unwrap_or("(none)"))
            });
            let values: Vec<String> = values.collect();
            writeln!(f, "  {:width$}  {}", setting.key, values.join("   "))?;
        }
        if self.settings.is_empty() {
            writeln!(f, "  none")?;
        }
        let (same, moved): (Vec<_>, Vec<_>) = self.claims.iter().partition(|row| row.agree);
        writeln!(
            f,
            "\nclaims whose verdict moves: {} of {}",
            moved.len(),
            self.claims.len()
        )?;
        moved.iter().try_for_each(|row| claim(f, row))?;
        writeln!(
            f,
            "\nclaims whose verdict stays: {} of {}",
            same.len(),
            self.claims.len()
        )?;
        same.iter().try_for_each(|row| claim(f, row))
    }
}

fn claim(f: &mut fmt::Formatter<'_>, row: &ClaimRow) -> fmt::Result {
    writeln!(f, "  {} ({})", row.statement, row.id)?;
    for (answer, letter) in row.answers.iter().zip('A'..) {
        match answer {
            Some(answer) => {
                writeln!(
                    f,
                    "    {letter}  {:12}  {}",
                    answer.verdict,
                    answer.measured()
                )?;
            }
            None => writeln!(f, "    {letter}  does not answer it")?,
        }
    }
    Ok(())
}
