//! Results that were published, run again by somebody else.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::command::say;

const RUN: [&str; 6] = [
    "run",
    "regularization",
    "--preset=smoke",
    "--seeds=2",
    "--folds=2",
    "--epochs=2",
];

fn sha256(text: &str) -> String {
    retrace_lab::sha256(text.as_bytes())
}

/// Writes JSON with the checksum of its content as its last field.
fn seal_again(path: &Path, text: &str) {
    let (before, after) = text.rsplit_once("\"sha256\": \"").unwrap();
    let after = &after[64..];
    let whole = |hash: &str| format!("{before}\"sha256\": \"{hash}{after}");
    fs::write(path, whole(&sha256(&whole(&"0".repeat(64))))).unwrap();
}

/// Runs it with further arguments; the folder of the run.
fn made(at: &Path, more: &[&str]) -> String {
    let said = say(at, &[&RUN[..], &["--json"], more].concat());
    assert_eq!(said.code, 0, "{}", said.stderr);
    let folder = &said.json()["runs"][0]["folder"];
    folder.as_str().unwrap().to_owned()
}

/// Publishes the run in a folder; where it lies then.
fn publish(at: &Path, run: &str, to: &str) -> String {
    let said = say(at, &["publish", run, "--to", to]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    said.stdout.trim().to_owned()
}

#[test]
fn what_was_published_has_pages_before_anything_was_run_and_beside_ones_own_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let published = publish(folder.path(), &made(folder.path(), &[]), "results");
    let manifest = fs::read_to_string(path(&published).join("manifest.json")).unwrap();
    assert!(
        !manifest.contains(folder.path().to_str().unwrap()),
        "{manifest}"
    );
    // Vectors lie packed.
    let figures = path(&published).join("figures");
    assert!(figures.join("fits.svgz").exists() && !figures.join("fits.svg").exists());

    let name = published.rsplit('/').next().unwrap();
    for out in ["fresh", "out"] {
        let said = say(folder.path(), &["book", "--published", "--out", out]);
        assert_eq!(said.code, 0, "{}", said.stderr);
        let page = format!("{out}/book/regularization/published-{name}.html");
        let page = fs::read_to_string(path(&page)).unwrap();
        assert!(
            page.contains("<svg") && page.contains("class=\"claim "),
            "{page}"
        );
    }
    let drawn = |run: &str| {
        let figure = format!("out/regularization/{run}/figures/fits.svg");
        fs::read(path(&figure)).unwrap()
    };
    assert_eq!(drawn(&format!("published-{name}")), drawn(name));
    let compared = fs::read_to_string(path("out/book/regularization/compare.html")).unwrap();
    assert!(compared.contains(&format!("published-{name}")));

    fs::remove_file(figures.join("fits.svgz")).unwrap();
    let said = say(folder.path(), &["book", "--published", "--out", "fresh"]);
    assert_eq!(said.code, 1, "{}", said.stdout);
    assert!(said.stderr.contains("fits.svgz"), "{}", said.stderr);
}

#[test]
fn what_was_published_comes_out_again_or_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let verify = |more: &[&str]| {
        say(
            folder.path(),
            &[&["verify", "regularization"], more].concat(),
        )
    };
    let published = publish(folder.path(), &made(folder.path(), &[]), "results");

    let said = verify(&["--cells=3", "--seed=1"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(
        said.stdout.contains("3 cells, 3 the same bytes"),
        "{}",
        said.stdout
    );
    let said = verify(&["--cells=1000", "--at-most=1e4"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(
        said.stdout.contains("verdicts are the same") && said.stdout.contains(", at most 10000 s,"),
        "{}",
        said.stdout
    );
    let said = verify(&["--at-most=1e-9"]);
    assert_eq!(said.code, 2, "{}", said.stdout);
    assert!(
        said.stderr.contains("which --at-most does not allow"),
        "{}",
        said.stderr
    );
    let said = verify(&["--cells=1000", "--json"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let run = &said.json()["runs"][0];
    assert_eq!(run["other_verdicts"], Value::Array(Vec::new()));
    assert_eq!(
        run["cells"].as_array().unwrap().len() as u64,
        run["of"].as_u64().unwrap()
    );

    // Another answer than the cells give.
    let claims = path(&published).join("claims.json");
    let answered = fs::read_to_string(&claims).unwrap();
    let other = answered.replacen("\"undecided\"", "\"contradicted\"", 1);
    fs::write(&claims, &other).unwrap();
    let said = verify(&["--cells=1000"]);
    assert!(
        said.stderr.contains("claims.json is damaged"),
        "{}",
        said.stderr
    );
    let drawn_by = path(&published).join(".drawn-by");
    let list = fs::read_to_string(&drawn_by).unwrap();
    seal_again(
        &drawn_by,
        &list.replace(&sha256(&answered), &sha256(&other)),
    );
    let said = verify(&["--cells=1000"]);
    assert_eq!(said.code, 1, "{}", said.stdout);
    assert!(
        said.stdout
            .contains("contradicted published, undecided now"),
        "{}",
        said.stdout
    );
    fs::write(&claims, answered).unwrap();
    fs::write(&drawn_by, list).unwrap();

    // Outcomes of other settings.
    let other = made(folder.path(), &["--learning-rate=0.3"]);
    let other = publish(folder.path(), &other, "others");
    let outcomes = "outcomes.json.gz";
    fs::copy(path(&other).join(outcomes), path(&published).join(outcomes)).unwrap();
    let said = verify(&["--cells=1000"]);
    assert_eq!(said.code, 1, "{}", said.stdout);
    assert!(said.stdout.contains("DIFFERS: "), "{}", said.stdout);
    assert!(
        said.stderr.contains("1 of 1 published runs"),
        "{}",
        said.stderr
    );
    fs::write(path(&published).join(outcomes), b"\x1f\x8b no").unwrap();
    let said = verify(&[]);
    assert_eq!(said.code, 1, "{}", said.stdout);
    assert!(
        said.stderr.contains("outcomes.json.gz is damaged"),
        "{}",
        said.stderr
    );
}

#[test]
fn what_cannot_be_published_or_verified_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, sentence) in [
        (&["verify"][..], "nothing is published in results"),
        (&["book", "--published"], "nothing is published in results"),
        (&["verify", "relu"], "no experiment `relu`"),
        (&["verify", "--preset", "quik"], "quick"),
        (&["publish", "nowhere"], "nowhere is no run"),
    ] {
        let said = say(folder.path(), arguments);
        assert_eq!(said.code, 2, "{arguments:?}: {}", said.stderr);
        assert!(said.stderr.contains(sentence), "{}", said.stderr);
    }
}

/// The results that are published with the program.
const RESULTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/results");

#[test]
fn runs_whose_data_are_not_here_are_left_out_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let here = ["--results", RESULTS, "--data-dir", ".", "--cells=1"];
    let said = say(
        folder.path(),
        &[&["verify", "homography"], &here[..]].concat(),
    );
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(
        said.stderr.contains("homography post is left out: "),
        "{}",
        said.stderr
    );
    assert!(
        said.stdout.contains("homography quick, published by"),
        "{}",
        said.stdout
    );
    assert!(
        !said.stdout.contains("homography post, published by"),
        "{}",
        said.stdout
    );
    let post = ["verify", "homography", "--preset=post"];
    let said = say(folder.path(), &[&post, &here[..]].concat());
    assert_eq!(said.code, 3, "{}", said.stderr);
}

#[test]
fn tables_are_written_and_what_cannot_be_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("README.md");
    let tables = |more: &[&str]| {
        say(
            folder.path(),
            &[&["tables", "README.md", "--results", RESULTS], more].concat(),
        )
    };
    fs::write(&file, "a\n<!-- table: rrelu -->\n<!-- end of table -->\n").unwrap();
    let said = tables(&["--check"]);
    assert_eq!(said.code, 1, "{}", said.stderr);
    assert!(
        said.stderr.contains("`retrace tables README.md`"),
        "{}",
        said.stderr
    );
    assert_eq!(tables(&[]).code, 0);
    let text = fs::read_to_string(&file).unwrap();
    assert!(
        text.contains("| claim (what is measured) | said by | `post`, 10 seeds, mnist (real) | `quick`, 3 seeds"),
        "{text}"
    );
    assert_eq!(tables(&["--check"]).code, 0);

    fs::write(&file, "<!-- table: regularization post total_error settled_error line.slope -->\n<!-- end of table -->\n").unwrap();
    assert_eq!(tables(&[]).code, 0);
    let text = fs::read_to_string(&file).unwrap();
    let row = |arm: &str| -> Option<Vec<&str>> {
        let begins = format!("| `{arm}` |");
        let row = text.lines().find(|line| line.starts_with(&begins))?;
        Some(row.split('|').skip(2).map(str::trim).collect())
    };
    // As `reported.json` of the same run has it: mean, least and largest.
    assert_eq!(row("l1").unwrap()[0], "30.79 (27.72 to 42.40)", "{text}");
    // An arm with some of the numbers, and one with none.
    assert_eq!(row("l1-cv").unwrap()[1..], ["", "", ""], "{text}");
    assert_eq!(row("lines"), None, "{text}");

    for (text, sentence) in [
        (
            "<!-- table: regularization smoke total_error -->\n<!-- end of table -->\n",
            "no run of regularization at `smoke`",
        ),
        (
            "<!-- table: regularization post total -->\n<!-- end of table -->\n",
            "no outcome of `post`, 40 seeds has a number at `total`",
        ),
        (
            "<!-- table: relu -->\n<!-- end of table -->\n",
            "no experiment `relu`",
        ),
        (
            "\n<!-- table: rrelu -->\n",
            "README.md, line 2: the table `rrelu` has no",
        ),
    ] {
        fs::write(&file, text).unwrap();
        let said = tables(&[]);
        assert_eq!(said.code, 2, "{}", said.stderr);
        assert!(said.stderr.contains(sentence), "{}", said.stderr);
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
    }
}
