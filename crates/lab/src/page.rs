//! A page to read beside a run, in Markdown: `report.md` with the answers and the figures.

use std::fmt::Write;
use std::path::Path;

use crate::claim::{Claim, Verdict};
use crate::drawing::Drawn;
use crate::error::Result;
use crate::experiment::{Input, Post};
use crate::files;
use crate::reported::Reported;
use crate::run::Report;

/// Writes the page of one run into its folder.
///
/// # Errors
/// When the file cannot be written.
pub fn write_run(report: &Report, post: &Post, seeds: u64) -> Result<()> {
    let mut page = format!("# {}: {}\n\n", report.experiment, post.question);
    // Writing to a String cannot fail.
    let _ = writeln!(
        page,
        "Re-runs \"{}\" by {} ({}) at the preset `{}`, {seeds} seeds. The answers follow rules \
         that were fixed before the run; intervals are 95 %.\n",
        post.title,
        post.author,
        origin(post),
        report.preset
    );
    if !report.inputs.is_empty() {
        let _ = writeln!(page, "Data: {}.\n", Input::list(&report.inputs));
    }
    let _ = writeln!(
        page,
        "| verdict | claim | measured | estimate | source | figure |\n|---|---|---|---|---|---|"
    );
    for claim in &report.claims {
        let _ = writeln!(page, "{}", row(claim));
    }
    for claim in &report.claims {
        if let Some(reason) = &claim.reason {
            let _ = writeln!(
                page,
                "\n**Why \"{}\" does not hold:** {reason}",
                claim.statement
            );
        }
    }
    let _ = write!(page, "{}", reported(&report.reported));
    for figure in &report.figures {
        let _ = writeln!(page, "{}", picture(figure, &report.folder));
    }
    files::write_atomically(&report.folder.join("report.md"), page.as_bytes())
}

/// Year, and where to find the post, if that is known.
fn origin(post: &Post) -> String {
    let year = post.year.to_string();
    if post.link.is_empty() {
        year
    } else {
        format!("{year}, {}", post.link)
    }
}

/// How many claims came to each verdict, in the order of [`Verdict::ALL`].
pub fn counts(claims: &[Claim]) -> [usize; 3] {
    Verdict::ALL.map(|verdict| {
        let same = claims.iter().filter(|claim| claim.verdict == verdict);
        same.count()
    })
}

fn row(claim: &Claim) -> String {
    let cells = [
        format!("**{}**", claim.verdict),
        claim.statement.clone(),
        format!("{}; {}", claim.statistic, claim.rule),
        claim.measured(),
        claim.source.clone(),
        claim.figure.clone().unwrap_or_default(),
    ];
    format!(
        "| {} |",
        cells.map(|cell| cell.replace('|', "\\|")).join(" | ")
    )
}

/// The post's numbers beside ours, as a table.
fn reported(rows: &[Reported]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut table = "\n| | as reported | as measured | by |\n|---|---|---|---|\n".to_owned();
    for row in rows {
        let cells = [&row.quantity, &row.reported, &row.measured, &row.source];
        let cells = cells.map(|cell| cell.replace('|', "\\|"));
        let _ = writeln!(table, "| {} |", cells.join(" | "));
    }
    table
}

fn picture(figure: &Drawn, folder: &Path) -> String {
    let Some(file) = figure.files.first() else {
        return String::new();
    };
    let file = link(file.strip_prefix(folder).unwrap_or(file));
    let alt = figure.alt.replace(['[', ']', '\n'], " ");
    format!(
        "\n## {}\n\n![{alt}]({file})\n\n{}",
        figure.title, figure.caption
    )
}

/// A path as a link: forward slashes, no spaces.
fn link(path: &Path) -> String {
    let parts: Vec<_> = path
        .iter()
        .map(|part| part.to_string_lossy().replace(' ', "%20"))
        .collect();
    parts.join("/")
}
