//! The book of finished runs, and runs compared.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use retrace::experiments;
use retrace_book::{PAPERS, html_from_markdown};
use retrace_lab::Sources;
use retrace_test_support::files;
use roxmltree::{Document, ParsingOptions};

use crate::command::say;

/// The modules of an experiment's questions.
fn regularization_sources() -> Sources {
    let mut all = experiments().into_iter();
    let one = all.find(|entry| entry.name() == "regularization");
    one.unwrap().sources()
}

/// Pages are XML, too, so that a program can read them.
fn read(page: &str) -> Document<'_> {
    let options = ParsingOptions {
        allow_dtd: true,
        ..ParsingOptions::default()
    };
    Document::parse_with_options(page, options).unwrap()
}

fn texts<'a>(page: &'a Document<'_>, name: &str) -> Vec<&'a str> {
    let nodes = page.descendants().filter(|node| node.has_tag_name(name));
    nodes.filter_map(|node| node.text()).collect()
}

fn run(folder: &Path, arguments: &[&str]) {
    let start = ["run", "regularization", "--preset", "smoke"];
    let said = say(folder, &[&start, arguments].concat());
    assert_eq!(said.code, 0, "{}", said.stderr);
}

fn book(folder: &Path) -> String {
    let said = say(folder, &["book"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(said.stdout, "Look at out/index.html\n");
    said.stderr
}

/// All pages below `out`, by path.
fn pages(out: &Path) -> Vec<(PathBuf, String)> {
    let found = files(out).into_iter().map(|file| out.join(file));
    found
        .filter(|file| file.extension().is_some_and(|kind| kind == "html"))
        .map(|file| (file.clone(), fs::read_to_string(&file).unwrap()))
        .collect()
}

#[test]
fn every_link_of_every_page_leads_somewhere_in_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &[]);
    run(folder.path(), &["--seeds", "2", "--lambda", "0.1"]);
    book(folder.path());
    let out = folder.path().join("out").canonicalize().unwrap();
    let pages = pages(&out);
    assert_eq!(pages.len(), 5, "front, papers, two runs, their comparison");
    for (path, text) in &pages {
        let page = read(text);
        let ids: Vec<&str> = page
            .descendants()
            .filter_map(|n| n.attribute("id"))
            .collect();
        assert_eq!(
            ids.iter().collect::<BTreeSet<_>>().len(),
            ids.len(),
            "{path:?}"
        );
        let links = page.descendants().flat_map(|node| {
            ["href", "src"]
                .map(|name| node.attribute(name))
                .into_iter()
                .flatten()
        });
        for link in links {
            if link.starts_with("data:") || link.starts_with("https://") {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = match file {
                "" => path.clone(),
                file => path.parent().unwrap().join(file.replace("%20", " ")),
            };
            let target = target
                .canonicalize()
                .unwrap_or_else(|_| panic!("{path:?}: {link}"));
            assert!(target.starts_with(&out), "{link}");
            if !anchor.is_empty() {
                let text = fs::read_to_string(&target).unwrap();
                assert!(
                    text.contains(&format!("id=\"{anchor}\"")),
                    "{path:?}: {link}"
                );
            }
        }
    }
}

#[test]
fn a_page_says_what_was_asked_measured_and_set() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &["--lambda", "0.1"]);
    book(folder.path());
    let out = folder.path().join("out");
    let runs = fs::read_dir(out.join("regularization")).unwrap();
    let run = runs.map(|run| run.unwrap().path()).next().unwrap();
    let name = run.file_name().unwrap().to_str().unwrap();
    let text = fs::read_to_string(out.join(format!("book/regularization/{name}.html"))).unwrap();
    let page = read(&text);
    let claims = fs::read_to_string(run.join("claims.json")).unwrap();
    let claims: Vec<serde_json::Value> = serde_json::from_str(&claims).unwrap();
    for claim in &claims {
        let id = format!("claim-{}", claim["id"].as_str().unwrap());
        let shown = page
            .descendants()
            .find(|node| node.attribute("id") == Some(&id))
            .unwrap();
        let words: String = shown.descendants().filter_map(|node| node.text()).collect();
        for part in ["statement", "statistic", "rule", "verdict"] {
            assert!(
                words.contains(claim[part].as_str().unwrap()),
                "{id}: {part}: {words}"
            );
        }
        let figure = claim["figure"].as_str();
        let figure = figure.map(|name| format!("#figure-{name}"));
        let links = shown.descendants().find_map(|node| node.attribute("href"));
        assert_eq!(links, figure.as_deref(), "{id}");
    }
    assert!(claims.iter().any(|claim| claim["figure"].is_string()));
    let cells = texts(&page, "td");
    let at = cells
        .iter()
        .position(|cell| *cell == "flag --lambda")
        .unwrap();
    assert_eq!(cells[at - 1], "0.1");
    assert!(cells.contains(&"preset smoke"));
    let figures = page
        .descendants()
        .filter(|node| node.has_tag_name("figure"))
        .count();
    let drawn = fs::read_to_string(run.join("figures.json")).unwrap();
    let drawn: Vec<serde_json::Value> = serde_json::from_str(&drawn).unwrap();
    assert_eq!(figures, drawn.len());
    for module in regularization_sources() {
        let (id, lines) = (format!("code-{}", module.0), module.1);
        let details = page
            .descendants()
            .filter(|n| n.attribute("id") == Some(&id));
        let code = details.flat_map(|node| node.descendants().filter(|n| n.has_tag_name("code")));
        let code: Vec<Option<&str>> = code.map(|node| node.text()).collect();
        // The first one is the name of the file.
        assert!(code[1..] == [Some(lines)], "{id}");
    }
    assert!(!text.contains("Of another version"));
    assert!(
        texts(&page, "dd")
            .iter()
            .any(|words| words.contains("SHA-256 of its claims.json"))
    );
    assert!(
        text.contains("<math"),
        "equations are there without a network"
    );
}

#[test]
fn what_is_not_finished_is_left_out_and_said_and_old_pages_go() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &[]);
    run(folder.path(), &["--lambda", "0.1"]);
    book(folder.path());
    let out = folder.path().join("out");
    assert!(out.join("book/regularization/compare.html").exists());
    let runs = fs::read_dir(out.join("regularization")).unwrap();
    let runs = runs.map(|run| run.unwrap().path());
    let changed = runs
        .into_iter()
        .find(|run| !run.ends_with("smoke"))
        .unwrap();
    fs::remove_file(changed.join("manifest.json")).unwrap();
    let said = book(folder.path());
    assert!(said.contains("is not finished"), "{said}");
    assert!(!out.join("book/regularization/compare.html").exists());
    assert!(
        fs::read_to_string(out.join("index.html"))
            .unwrap()
            .contains("is not finished")
    );
    fs::remove_dir_all(out.join("regularization")).unwrap();
    book(folder.path());
    let index = fs::read_to_string(out.join("index.html")).unwrap();
    assert!(index.contains("No run is finished yet"));
}

#[test]
fn runs_are_compared_for_people_and_for_programs() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &[]);
    run(folder.path(), &["--lambda", "0.1", "--out", "other"]);
    let changed = fs::read_dir(folder.path().join("other/regularization")).unwrap();
    let changed = changed.map(|run| run.unwrap().path()).next().unwrap();
    let both = [
        "compare",
        "out/regularization/smoke",
        changed.to_str().unwrap(),
    ];
    let text = say(folder.path(), &both).stdout;
    assert!(text.contains("  lambda  A 0.3   B 0.1\n"), "{text}");
    assert!(
        !text.contains("epochs"),
        "what is the same is not told: {text}"
    );
    let comparison = say(folder.path(), &[&both[..], &["--json"]].concat()).json();
    assert_eq!(comparison["settings"][0]["key"], "lambda");
    assert_eq!(comparison["settings"][0]["values"][1], "0.1");
    let answers = comparison["claims"][0]["answers"].as_array().unwrap();
    assert_eq!(answers.len(), 2);
}

#[test]
fn folders_that_do_not_compare_are_named() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &[]);
    let other = ["run", "activations", "--preset", "smoke"];
    assert_eq!(say(folder.path(), &other).code, 0);
    let (one, two) = ("out/regularization/smoke", "out/activations/smoke");
    let cases: [(&[&str], &str); 4] = [
        (&["compare", one], "2 values required"),
        (
            &["compare", one, two],
            "only runs of one experiment compare",
        ),
        (
            &["compare", one, "out"],
            "out is no run: it has no config.toml",
        ),
        (&["book", "--out", "nowhere"], "there is no folder nowhere"),
    ];
    for (arguments, complaint) in cases {
        let said = say(folder.path(), arguments);
        assert_eq!(said.code, 2, "{arguments:?}");
        assert!(said.complaint().contains(complaint), "{}", said.stderr);
    }
    fs::write(folder.path().join(one).join("claims.json"), "[{").unwrap();
    let said = say(folder.path(), &["compare", one, one]);
    assert_eq!(said.code, 1);
    assert!(
        said.complaint().contains("claims.json is damaged"),
        "{}",
        said.stderr
    );
}

#[test]
fn every_experiment_has_a_method_whose_equations_are_some() {
    for experiment in experiments() {
        let page = html_from_markdown(experiment.method());
        let page = page.unwrap_or_else(|error| panic!("{}: {error}", experiment.name()));
        assert!(page.contains("<math"), "{}", experiment.name());
        assert!(read(&format!("<div>{page}</div>")).root().has_children());
        assert!(!experiment.cover().is_empty());
        let link = experiment.listed().post.link;
        assert!(link.is_empty() || link.starts_with("https://"), "{link}");
    }
}

#[test]
fn experiments_lean_on_papers_of_the_list_and_every_paper_is_of_use() {
    let entries = experiments();
    let used: BTreeSet<&str> = entries
        .iter()
        .flat_map(|entry| entry.papers().iter().map(|(key, _)| *key))
        .collect();
    let known: BTreeSet<&str> = PAPERS.iter().map(|paper| paper.key).collect();
    assert!(used.is_subset(&known), "{used:?}");
    for paper in PAPERS {
        assert!(paper.listed || used.contains(paper.key), "{}", paper.key);
    }
}
