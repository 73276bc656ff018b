//! `retrace tables`: the tables of Markdown files, written from published results.
//!
//! A table stands between `<!-- table: rrelu -->` and `<!-- end of table -->`: the claims of that
//! experiment, a column for each published run. `<!-- table: rrelu post full.end.test.accuracy -->` has a row
//! for each arm of its run at that preset, and a column for each number of the outcomes that is named.
//! `<!-- table: verdicts -->` has a row for each experiment.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Command};
use serde_json::Value;

use super::{Entry, by_name, summary};
use crate::claim::{Claim, Verdict, counts};
use crate::error::{Error, Result};
use crate::files::{subfolders, write_unless_same};
use crate::input::Input;
use crate::published::{Published, arm_of, numbers};
use crate::reported::number;
use crate::statistics::{mean, quantile};
use crate::stored::StoredRun;

const BEGIN: &str = "<!-- table: ";
const END: &str = "<!-- end of table -->";
/// The table of all experiments.
const VERDICTS: &str = "verdicts";

/// Write the tables of Markdown files from published results
#[derive(Debug, Args)]
pub(super) struct TablesOptions {
    /// Markdown files with `<!-- table: EXPERIMENT -->`, `<!-- table: EXPERIMENT PRESET NUMBER ... -->` or
    /// `<!-- table: verdicts -->`
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Change nothing; exit code 1 where a table is not what the results say
    #[arg(long)]
    check: bool,
    /// Where the published results are
    #[arg(long, value_name = "DIR", default_value = "results")]
    results: PathBuf,
}

impl TablesOptions {
    pub fn command() -> Command {
        Self::augment_args(Command::new("tables"))
            .about("Write the tables of Markdown files from published results")
    }

    pub fn run(&self, experiments: &[Box<dyn Entry>]) -> Result<()> {
        let mut old = Vec::new();
        for path in &self.files {
            let text = std::fs::read_to_string(path).map_err(Error::io("read", path))?;
            let new = with_tables(&text, path, |words| self.table(words, experiments))?;
            if new == text {
                continue;
            }
            old.push(path.display().to_string());
            if !self.check {
                write_unless_same(path, new.as_bytes())?;
                summary::print(&format!("{}\n", path.display()))?;
            }
        }
        match (self.check, &old[..]) {
            (true, [_, ..]) => Err(Error::Other(
                format!(
                    "tables of {} are not those of the published results: `retrace tables {}` \
                     writes them",
                    old.join(", "),
                    old.join(" ")
                )
                .into(),
            )),
            _ => Ok(()),
        }
    }

    fn table(&self, words: &str, experiments: &[Box<dyn Entry>]) -> Result<String> {
        let words: Vec<&str> = words.split_whitespace().collect();
        if let [name, rest @ ..] = &words[..]
            && *name != VERDICTS
        {
            by_name(experiments, name)?;
            let runs = self.published(name)?;
            let [preset, places @ ..] = rest else {
                return Ok(claims(&runs));
            };
            let run = runs
                .iter()
                .find(|run| run.run.preset.to_string() == *preset);
            let run = run.ok_or_else(|| {
                Error::Usage(format!("no run of {name} at `{preset}` is published"))
            })?;
            return numbers_of_arms(&Published::read(run.dir.root())?, places);
        }
        let mut table =
            "| experiment | the post's question | published verdicts |\n|---|---|---|\n".to_owned();
        for entry in experiments {
            let (name, question) = (entry.name(), entry.listed().post.question);
            let runs = self.published(name)?;
            let runs: Vec<String> = runs.iter().map(verdicts).collect();
            let _ = writeln!(
                table,
                "| [{name}](experiments/{name}) | {} | {} |",
                cell(question),
                runs.join("<br>")
            );
        }
        Ok(table)
    }

    /// The runs of an experiment, those of the largest preset first.
    fn published(&self, experiment: &str) -> Result<Vec<StoredRun>> {
        let folders = subfolders(&self.results.join(experiment))?;
        let mut runs = folders
            .iter()
            .map(|folder| StoredRun::read(folder))
            .collect::<Result<Vec<_>>>()?;
        if runs.is_empty() {
            return Err(Error::Usage(format!(
                "no run of {experiment} is published in {}",
                self.results.display()
            )));
        }
        runs.sort_by_key(|run| (std::cmp::Reverse(run.run.preset), run.name()));
        Ok(runs)
    }
}

/// `text` with what `table` says between the marks.
///
/// # Errors
/// Those of `table`; a table that does not end, with file and line.
fn with_tables(text: &str, path: &Path, table: impl Fn(&str) -> Result<String>) -> Result<String> {
    let mut new = String::new();
    let mut lines = text.split_inclusive('\n').enumerate();
    while let Some((at, line)) = lines.next() {
        new.push_str(line);
        let Some(words) = line.trim_end().strip_prefix(BEGIN) else {
            continue;
        };
        let words = words.trim_end_matches("-->").trim();
        let end = lines.find(|(_, line)| line.trim_end() == END);
        let (_, end) = end.ok_or_else(|| {
            Error::Usage(format!(
                "{}, line {}: the table `{words}` has no `{END}`",
                path.display(),
                at + 1
            ))
        })?;
        new.push_str(&table(words)?);
        new.push_str(end);
    }
    Ok(new)
}

/// `post`, 40 seeds, faces (real)
fn title(run: &StoredRun) -> String {
    let data = match Input::list(&run.run.inputs) {
        data if data.is_empty() => data,
        data => format!(", {data}"),
    };
    format!("`{}`, {}{data}", run.run.preset, run.run.counted_seeds())
}

/// A row for each claim, a column for each run.
fn claims(runs: &[StoredRun]) -> String {
    let titles: Vec<String> = runs.iter().map(title).collect();
    let mut table = format!(
        "| claim (what is measured) | said by | {} |\n|---|---|{}\n",
        titles.join(" | "),
        "---|".repeat(runs.len())
    );
    let mut rows: Vec<&Claim> = Vec::new();
    for claim in runs.iter().flat_map(|run| &run.claims) {
        if !rows.iter().any(|row| row.id == claim.id) {
            rows.push(claim);
        }
    }
    for row in rows {
        let of_run = |run: &StoredRun| {
            let mut claims = run.claims.iter();
            let claim = claims.find(|claim| claim.id == row.id)?;
            Some(format!("{}: **{}**", claim.measured(), claim.verdict))
        };
        let cells: Vec<String> = runs
            .iter()
            .map(|run| of_run(run).unwrap_or_default())
            .collect();
        let _ = writeln!(
            table,
            "| {} ({}) | {} | {} |",
            cell(&row.statement),
            cell(&row.statistic),
            cell(&row.source),
            cells.join(" | ")
        );
    }
    table
}

/// A row for each arm that has any of the numbers at `places` of the outcomes, a column for each: the mean
/// over seeds, the least and the largest.
///
/// # Errors
/// A place that no outcome has.
fn numbers_of_arms(published: &Published, places: &[&str]) -> Result<String> {
    // By arm, for each place: one per seed.
    let mut values: BTreeMap<&str, Vec<Vec<f64>>> = BTreeMap::new();
    for (path, outcome) in &published.outcomes {
        let of_arm = values
            .entry(arm_of(path))
            .or_insert_with(|| vec![Vec::new(); places.len()]);
        let found = numbers(outcome);
        for (place, values) in places.iter().zip(of_arm) {
            values.extend(found.get(*place).and_then(Value::as_f64));
        }
    }
    for (at, place) in places.iter().enumerate() {
        if values.values().all(|of_arm| of_arm[at].is_empty()) {
            return Err(Error::Usage(format!(
                "no outcome of {} has a number at `{place}`",
                title(&published.stored)
            )));
        }
    }
    let mut table = format!(
        "| arm | `{}` |\n|---|{}\n",
        places.join("` | `"),
        "---|".repeat(places.len())
    );
    values.retain(|_, of_arm| of_arm.iter().any(|values| !values.is_empty()));
    for (arm, of_arm) in &values {
        let cells: Vec<String> = of_arm.iter().map(|values| mean_and_range(values)).collect();
        let _ = writeln!(table, "| `{arm}` | {} |", cells.join(" | "));
    }
    Ok(table)
}

/// 27.88 (27.70 to 28.14); nothing of no values.
fn mean_and_range(values: &[f64]) -> String {
    if values.is_empty() {
        return String::new();
    }
    let [mean, least, most] =
        [mean(values), quantile(values, 0.0), quantile(values, 1.0)].map(number);
    format!("{mean} ({least} to {most})")
}

/// 14 reproduced, 2 contradicted
fn verdicts(run: &StoredRun) -> String {
    let counts = Verdict::ALL.into_iter().zip(counts(&run.claims));
    let counts = counts.filter(|(_, count)| *count > 0);
    let counts: Vec<String> = counts
        .map(|(verdict, n)| format!("{n} {verdict}"))
        .collect();
    format!("{}: {}", title(run), counts.join(", "))
}

/// What a cell of a table must not have in it.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "README.md";

    fn filled(text: &str) -> Result<String> {
        with_tables(text, Path::new(PATH), |name| Ok(format!("[{name}]\n")))
    }

    #[test]
    fn what_stands_between_the_marks_is_written_anew_and_nothing_else() {
        let text = "a\n<!-- table: rrelu -->\nold\n<!-- end of table -->\nb\n<!-- table: verdicts -->\n<!-- end of table -->";
        let new = filled(text).unwrap();
        assert_eq!(
            new,
            "a\n<!-- table: rrelu -->\n[rrelu]\n<!-- end of table -->\nb\n<!-- table: verdicts -->\n[verdicts]\n<!-- end of table -->"
        );
        assert_eq!(filled(&new).unwrap(), new);
        assert_eq!(filled("no table\r\n").unwrap(), "no table\r\n");
    }

    #[test]
    fn a_table_without_an_end_is_named_with_its_line() {
        let error = filled("a\n<!-- table: rrelu -->\nrest\n").unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("README.md, line 2") && text.contains("`rrelu`"),
            "{text}"
        );
    }
}
