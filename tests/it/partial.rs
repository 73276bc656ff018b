//! Runs that are not finished: what is there is drawn, what is not is listed, and nothing of that is
//! left when the run is finished.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use retrace_lab::sha256;
use retrace_test_support::{Said, files};
use serde_json::Value;

use crate::command::{results, say};

fn run(folder: &Path, name: &str) {
    let said = say(
        folder,
        &["run", name, "--preset=smoke", "--seeds=1", "--jobs=2"],
    );
    assert_eq!(said.code, 0, "{name}: {}", said.stderr);
}

fn figures(folder: &Path, name: &str, flags: &[&str]) -> Said {
    let run = format!("out/{name}/smoke");
    say(folder, &[&["figures", &run, "--json"], flags].concat())
}

/// The cells of a run, in order: `relu/seed-0`.
fn cells(run: &Path) -> Vec<String> {
    let outcomes = files(&run.join("cells")).into_iter();
    let folders = outcomes.filter(|file| file.ends_with("outcome.json"));
    let names = folders.map(|file| file.parent().unwrap().to_string_lossy().into_owned());
    names.collect::<BTreeSet<_>>().into_iter().collect()
}

fn remove(run: &Path, cells: &[String]) {
    for cell in cells {
        fs::remove_dir_all(run.join("cells").join(cell)).unwrap();
    }
}

fn manifest(run: &Path) -> Value {
    serde_json::from_slice(&fs::read(run.join("manifest.json")).unwrap()).unwrap()
}

fn names(missing: &Value) -> Vec<String> {
    let missing = missing.as_array().into_iter().flatten();
    let mut names: Vec<String> = missing
        .map(|one| one["cell"].as_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

/// No text that a reader sees holds a number that is none.
fn has_no_nan(value: &Value, at: &str) {
    match value {
        Value::String(text) => {
            let mut words = text.split(|c: char| !c.is_alphanumeric());
            assert!(!words.any(|word| word == "NaN"), "{at}: {text}");
        }
        Value::Array(values) => values.iter().for_each(|value| has_no_nan(value, at)),
        Value::Object(values) => values.values().for_each(|value| has_no_nan(value, at)),
        _ => {}
    }
}

/// Draws a run that lacks these cells, and looks at what it says and leaves.
fn draw_without(folder: &Path, name: &str, gone: &[String]) {
    let run = folder.join("out").join(name).join("smoke");
    let all = cells(&run).len() + gone.len();
    let said = figures(folder, name, &["--partial"]);
    let what = format!("{name} without {gone:?}");
    assert_eq!(said.code, 0, "{what}: {}", said.stderr);
    assert!(!said.stderr.contains("panicked"), "{what}: {}", said.stderr);
    let described = fs::read_to_string(run.join("ro-crate-metadata.json")).unwrap();
    let failed = described.contains("http://schema.org/FailedActionStatus");
    assert_eq!(failed, !gone.is_empty(), "{what}");
    let report = &said.json()["runs"][0];
    assert_eq!(report["cells"], all, "{what}");
    assert_eq!(names(&report["missing"]), gone, "{what}");
    assert_eq!(manifest(&run)["missing"], report["missing"], "{what}");
    assert_eq!(report["missing"][0]["why"], "not run yet", "{what}");
    has_no_nan(report, &what);
    for claim in report["claims"].as_array().unwrap() {
        let is_measured = claim["n"] != 0 && claim["estimate"].is_number();
        assert!(is_measured || claim["verdict"] == "undecided", "{claim}");
    }
    let drawn = report["figures"].as_array().unwrap().iter();
    let drawn = drawn.flat_map(|figure| {
        let caption = figure["caption"].as_str().unwrap();
        assert!(caption.contains("Not finished: "), "{what}: {caption}");
        figure["files"].as_array().unwrap()
    });
    let drawn: BTreeSet<String> = drawn
        .map(|file| {
            file.as_str()
                .unwrap()
                .rsplit('/')
                .next()
                .unwrap()
                .to_owned()
        })
        .collect();
    let there = files(&run.join("figures")).into_iter();
    let there: BTreeSet<String> = there
        .map(|file| file.to_string_lossy().into_owned())
        .collect();
    assert_eq!(drawn, there, "{what}: figures of another drawing");
}

/// Each experiment without some cells drawn by lot, then finished again.
#[test]
fn any_cells_may_be_missing_and_the_finished_run_has_the_bytes_of_an_undisturbed_one() {
    for experiment in retrace::experiments() {
        let name = experiment.name();
        let folder = tempfile::tempdir().unwrap();
        run(folder.path(), name);
        let out = folder.path().join("out");
        let undisturbed = results(&out);
        let run_folder = out.join(name).join("smoke");
        let mut gone = cells(&run_folder);
        gone.sort_by_key(|cell| sha256(cell.as_bytes()));
        gone.truncate(gone.len().div_ceil(2));
        gone.sort();
        remove(&run_folder, &gone);
        draw_without(folder.path(), name, &gone);
        run(folder.path(), name);
        assert!(results(&out) == undisturbed, "{name} after {gone:?}");
        assert_eq!(manifest(&run_folder)["missing"], Value::Null, "{name}");
    }
}

const RUN: &str = "out/regularization/smoke";

/// The figures and claims of a run that lacks these cells: the book's page, and what runs compared say.
#[test]
fn an_unfinished_run_is_marked_wherever_it_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), "regularization");
    let other = ["run", "regularization", "--preset=smoke", "--lambda=0.1"];
    assert_eq!(say(folder.path(), &other).code, 0);
    let run_folder = folder.path().join(RUN);
    let all = cells(&run_folder);
    let gone = &all[1..];
    remove(&run_folder, gone);
    draw_without(folder.path(), "regularization", gone);
    assert_eq!(say(folder.path(), &["book"]).code, 0);
    let read = |page: &str| fs::read_to_string(folder.path().join("out").join(page)).unwrap();
    let count = format!("{} of {} cells are missing", gone.len(), all.len());
    let page = read("book/regularization/smoke.html");
    assert!(page.contains(&format!("1 of {} cells are there", all.len())));
    for cell in gone {
        assert!(
            page.contains(&format!("<code>{cell}</code>: not run yet")),
            "{cell}"
        );
    }
    let compared = read("book/regularization/compare.html");
    assert!(compared.contains("smoke (not finished)") && compared.contains(&count));
    // A finished run speaks for the experiment, and its page marks the other one.
    let front = read("index.html");
    assert!(!front.contains("Not finished"), "{front}");
    let finished = fs::read_dir(folder.path().join("out/regularization")).unwrap();
    let finished = finished.map(|entry| entry.unwrap().path());
    let finished = finished.into_iter().find(|path| !path.ends_with("smoke"));
    let finished = finished.unwrap();
    let both = say(folder.path(), &["compare", RUN, finished.to_str().unwrap()]);
    assert!(
        both.stdout.contains(&format!("not finished: {count}")),
        "{}",
        both.stdout
    );
    fs::remove_dir_all(finished).unwrap();
    assert_eq!(say(folder.path(), &["book"]).code, 0);
    assert!(read("index.html").contains(&format!("<strong>Not finished:</strong> {count}")));
}

#[test]
fn what_is_asked_of_an_unfinished_run_without_a_word_for_it_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), "regularization");
    let run_folder = folder.path().join(RUN);
    let all = cells(&run_folder);
    remove(&run_folder, &all[..1]);
    let said = figures(folder.path(), "regularization", &[]);
    let count = format!(
        "1 of {} cells are missing: {} (not run yet)",
        all.len(),
        all[0]
    );
    assert_eq!(said.code, 1, "{}", said.stderr);
    let complaint = said.complaint();
    assert!(
        complaint.contains(&count) && complaint.contains("--partial"),
        "{complaint}"
    );
    remove(&run_folder, &all[1..]);
    let said = figures(folder.path(), "regularization", &["--partial"]);
    assert_eq!(said.code, 1, "{}", said.stderr);
    assert!(said.stderr.contains("is finished yet"), "{}", said.stderr);
}

/// Files that were damaged, and what is said of their cell.
#[test]
fn a_cell_counts_as_missing_for_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), "regularization");
    let out = folder.path().join("out");
    let undisturbed = results(&out);
    let run_folder = folder.path().join(RUN);
    let all = cells(&run_folder);
    let file = |cell: usize, name: &str| run_folder.join("cells").join(&all[cell]).join(name);
    fs::write(file(0, "outcome.json"), "{").unwrap();
    fs::remove_file(file(1, "timing.json")).unwrap();
    fs::copy(file(3, "outcome.json"), file(2, "outcome.json")).unwrap();
    fs::rename(
        file(4, "outcome.json"),
        file(4, "checkpoint-l1.safetensors"),
    )
    .unwrap();
    let said = figures(folder.path(), "regularization", &["--partial"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(
        said.stderr.contains("the cell counts as missing"),
        "{}",
        said.stderr
    );
    let whys = [
        "its outcome is damaged: outcome.json: it has no checksum",
        "its outcome is damaged: timing.json: ",
        "its outcome is that of another cell",
        // What lies there is no checkpoint.
        "not run yet",
    ];
    let missing = &said.json()["runs"][0]["missing"];
    for (cell, why) in [0, 1, 2, 4].into_iter().zip(whys) {
        let mut listed = missing.as_array().unwrap().iter();
        let found = listed
            .find(|one| one["cell"] == all[cell].as_str())
            .unwrap();
        assert!(found["why"].as_str().unwrap().starts_with(why), "{found}");
    }
    run(folder.path(), "regularization");
    for cell in [0, 1, 2] {
        fs::remove_file(file(cell, "outcome.damaged.json")).unwrap();
    }
    assert!(results(&out) == undisturbed);
}

/// Cells that other processes finished: nobody has drawn yet, or what was there was drawn before.
#[test]
fn a_run_that_others_finished_is_drawn_as_the_run_itself_would() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), "regularization");
    let (out, run_folder) = (folder.path().join("out"), folder.path().join(RUN));
    let undisturbed = results(&out);
    for name in [
        "manifest.json",
        "networks.json",
        "claims.json",
        "figures.json",
        ".drawn-by",
    ] {
        fs::remove_file(run_folder.join(name)).unwrap();
    }
    fs::remove_dir_all(run_folder.join("figures")).unwrap();
    let partial = || figures(folder.path(), "regularization", &["--partial"]);
    let report = partial().json()["runs"][0].clone();
    assert_eq!(report["missing"], Value::Null);
    assert!(results(&out) == undisturbed);

    let all = cells(&run_folder);
    let aside = folder.path().join("aside");
    let cell = run_folder.join("cells").join(&all[0]);
    for flags in [&["--partial"][..], &[]] {
        fs::rename(&cell, &aside).unwrap();
        assert_eq!(names(&partial().json()["runs"][0]["missing"]), &all[..1]);
        fs::rename(&aside, &cell).unwrap();
        let said = figures(folder.path(), "regularization", flags);
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert_eq!(manifest(&run_folder)["missing"], Value::Null, "{flags:?}");
        assert!(results(&out) == undisturbed, "{flags:?}");
    }
}
