//! What a command prints at its end.

use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;

use serde::Serialize;

use super::entry::Listed;
use crate::claim::counts;
use crate::device::DeviceName;
use crate::error::{Error, Result};
use crate::input::Input;
use crate::progress::Progress;
use crate::run::Report;
use crate::status::Missing;
use retrace_data::shown;

/// Prints the reports of runs; the last line says where to look.
///
/// # Errors
/// When they cannot be printed; a run of which a divergence left nothing ([`Report::has_numbers`]).
pub(super) fn reports(reports: &[Report], json: bool, look: &Path) -> Result<()> {
    let has_numbers = || reports.iter().try_for_each(Report::has_numbers);
    if json {
        print_json(&serde_json::json!({ "runs": reports }))?;
        return has_numbers();
    }
    let mut text = String::new();
    for report in reports {
        // Writing to a String cannot fail.
        let _ = write!(text, "{}", report_text(report));
    }
    let _ = writeln!(text, "Look at {}", shown(look));
    print(&text)?;
    has_numbers()
}

fn report_text(report: &Report) -> String {
    let mut text = format!(
        "\n{} {}: {} cells ({} run now), {:.1} s\n",
        report.experiment, report.preset, report.cells, report.cells_run, report.wall_time_s
    );
    if !report.inputs.is_empty() {
        let _ = writeln!(text, "  data: {}", Input::list(&report.inputs));
    }
    if let Some(diverged) = report.divergences() {
        let _ = writeln!(text, "  {diverged}");
    }
    if let Some(missing) = Missing::summary(&report.missing, report.cells) {
        let _ = writeln!(text, "  {missing}");
    }
    if !report.not_answered.is_empty() {
        let names = report.not_answered.join(", ");
        let _ = writeln!(text, "  cannot be drawn or judged without them: {names}");
    }
    for claim in &report.claims {
        let _ = writeln!(text, "  {:12}  {}", claim.verdict, claim.statement);
        let _ = writeln!(
            text,
            "  {:12}  {}: {}",
            "",
            claim.statistic,
            claim.measured()
        );
        if let Some(outlook) = claim.outlook() {
            let _ = writeln!(text, "  {:12}  {outlook}", "");
        }
    }
    let [reproduced, contradicted, undecided] = counts(&report.claims);
    let _ = writeln!(
        text,
        "  {reproduced} reproduced, {contradicted} contradicted, {undecided} undecided; {} figures in {}\n",
        report.figures.len(),
        shown(&report.folder.join("figures")),
    );
    text
}

/// What is said when a run is drawn and others go on.
pub(super) fn drawn(report: &Report, look: &Path) -> String {
    let [reproduced, contradicted, undecided] = counts(&report.claims);
    format!(
        "{} {}: {reproduced} reproduced, {contradicted} contradicted, {undecided} undecided; look \
         at {}",
        report.experiment,
        report.preset,
        shown(look)
    )
}

pub(super) fn list(rows: &[Listed]) -> String {
    let mut text = String::new();
    for row in rows {
        let [smoke, quick, post] = row.seeds;
        let _ = writeln!(text, "{:16}{}", row.name, row.post.question);
        let _ = writeln!(
            text,
            "{:16}\"{}\", {} ({}); seeds: smoke {smoke}, quick {quick}, post {post}",
            "", row.post.title, row.post.author, row.post.year
        );
    }
    let _ = writeln!(text, "\n{}", DeviceName::listed());
    text
}

/// Prints to standard output.
///
/// # Errors
/// When it cannot be written; a reader that has seen enough, such as `head`, is none.
pub fn print(text: &str) -> Result<()> {
    print_bytes(text.as_bytes())
}

/// Prints a path with its own bytes, for a program to read.
pub(super) fn print_path(path: &Path) -> Result<()> {
    print_bytes(&[path.as_os_str().as_encoded_bytes(), b"\n"].concat())
}

fn print_bytes(bytes: &[u8]) -> Result<()> {
    let mut output = std::io::stdout().lock();
    match output.write_all(bytes).and_then(|()| output.flush()) {
        // The reader, such as `head`, has seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        result => result.map_err(Error::io("write to", Path::new("standard output"))),
    }
}

/// Prints a value as indented JSON.
///
/// # Errors
/// As [`print()`].
pub fn print_json(value: &impl Serialize) -> Result<()> {
    let text =
        serde_json::to_string_pretty(value).map_err(|error| Error::Other(Box::new(error)))?;
    print(&format!("{text}\n"))
}

/// Says something on standard error that is no result.
pub fn note(text: &str) {
    Progress::note(text);
}

/// Says several such things, the first ones of very many.
pub fn notes(texts: &[String]) {
    const MOST: usize = 20;
    texts.iter().take(MOST).for_each(|text| note(text));
    if let Some(more) = texts.len().checked_sub(MOST).filter(|more| *more > 0) {
        note(&format!("and {more} more such notes"));
    }
}

/// Prints an error to standard error.
pub(super) fn complain(error: &Error) {
    let _ = writeln!(std::io::stderr(), "error: {}", error.chain());
}
