//! What a new user does: run everything, look at it, run a part again.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use retrace_lab::Preset;
use retrace_test_support::files;

use crate::command::{results, retrace, say};

fn claims(out: &Path, name: &str) -> Vec<serde_json::Value> {
    let text = fs::read_to_string(out.join(name).join("smoke/claims.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn the_main_command_runs_everything_and_says_where_to_look() {
    let folder = tempfile::tempdir().unwrap();
    let said = say(folder.path(), &["--preset", "smoke"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(
        said.stdout.trim_end().lines().last(),
        Some("Look at out/index.html")
    );
    let out = folder.path().join("out");
    let book = fs::read_to_string(out.join("index.html")).unwrap();
    for experiment in retrace::experiments() {
        let name = experiment.name();
        assert!(book.contains(&format!("book/{name}/smoke.html")), "{name}");
        let claims = claims(&out, name);
        let ids: BTreeSet<&str> = claims.iter().filter_map(|c| c["id"].as_str()).collect();
        assert!(!ids.is_empty() && ids.len() == claims.len(), "{name}");
        assert!(
            said.stderr.contains(&format!("{name} smoke: [1/")),
            "{}",
            said.stderr
        );
        let list = |file: &str| -> serde_json::Value {
            let path = out.join(name).join("smoke").join(file);
            serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
        };
        let (sources, drawn) = (list("sources.json"), list("figures.json"));
        for figure in drawn.as_array().unwrap() {
            let module = figure["question"].as_str().unwrap();
            assert!(
                sources[module].is_string(),
                "{name}: {module} is not among its sources"
            );
        }
        let figures = out.join(name).join("smoke/figures");
        let cover = figures.join(experiment.cover()).with_extension("png");
        let cover = image::open(&cover).unwrap();
        assert!(cover.width() > 400 && cover.height() > 200, "{name}");
        for claim in claims.iter().filter(|claim| !claim["estimate"].is_null()) {
            if let Some(figure) = claim["figure"].as_str() {
                let numbers = figures.join(figure).with_extension("json");
                assert!(numbers.is_file(), "{}: {figure}", claim["id"]);
            }
        }
        for file in files(&figures) {
            let path = figures.join(&file);
            match file.extension().and_then(|extension| extension.to_str()) {
                Some("png" | "gif") => drop(image::open(&path).unwrap()),
                Some("svg") => assert!(fs::read_to_string(&path).unwrap().starts_with("<svg")),
                Some("csv") => {
                    let text = fs::read_to_string(&path).unwrap();
                    assert!(text.starts_with("panel,title,"));
                }
                Some("json") => drop(
                    serde_json::from_slice::<serde_json::Value>(&fs::read(&path).unwrap()).unwrap(),
                ),
                other => panic!("an unexpected kind of file: {other:?}"),
            }
        }
    }
    let again = say(folder.path(), &["--preset", "smoke", "--json"]);
    let summary: serde_json::Value = serde_json::from_str(&again.stdout).unwrap();
    for run in summary["runs"].as_array().unwrap() {
        assert_eq!(run["cells_run"], 0);
    }
}

#[test]
fn every_preset_of_every_experiment_can_be_run() {
    let folder = tempfile::tempdir().unwrap();
    for experiment in retrace::experiments() {
        for preset in [Preset::Smoke, Preset::Quick, Preset::Post] {
            let (name, preset) = (experiment.name(), preset.to_string());
            let said = say(folder.path(), &["show", name, "--preset", &preset]);
            assert_eq!(said.code, 0, "{name} {preset}: {}", said.stderr);
        }
    }
}

#[test]
fn side_by_side_gives_the_same_bytes_and_so_does_redrawing() {
    let folder = tempfile::tempdir().unwrap();
    let run = |out: &str, jobs: &str| {
        let arguments = [
            "run",
            "regularization",
            "--preset",
            "smoke",
            "--out",
            out,
            "--jobs",
            jobs,
        ];
        let said = say(folder.path(), &arguments);
        assert_eq!(said.code, 0, "{}", said.stderr);
        results(&folder.path().join(out))
    };
    let alone = run("alone", "1");
    assert!(run("with a space", "2") == alone);

    let run = folder.path().join("alone/regularization/smoke");
    fs::remove_dir_all(run.join("figures")).unwrap();
    fs::remove_file(run.join("claims.json")).unwrap();
    let said = say(folder.path(), &["figures", run.to_str().unwrap()]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(results(&folder.path().join("alone")) == alone);
}

#[test]
fn more_seeds_continue_a_run() {
    let folder = tempfile::tempdir().unwrap();
    let cells_run = |seeds: &str| {
        let arguments = [
            "run",
            "regularization",
            "--preset",
            "smoke",
            "--json",
            "--seeds",
            seeds,
        ];
        let said = say(folder.path(), &arguments);
        let summary: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
        summary["runs"][0]["cells_run"].as_u64().unwrap()
    };
    let (one, two) = (cells_run("1"), cells_run("2"));
    assert!(one > 0 && two > 0 && two <= one);
    assert_eq!(cells_run("1"), 0);
}

#[test]
fn a_config_that_a_run_wrote_repeats_it() {
    let folder = tempfile::tempdir().unwrap();
    let first = [
        "run",
        "regularization",
        "--preset",
        "smoke",
        "--lambda",
        "0.1",
        "--out",
        "a",
    ];
    assert_eq!(say(folder.path(), &first).code, 0);
    let run = fs::read_dir(folder.path().join("a/regularization"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let config = run.join("config.toml");
    let again = [
        "run",
        "regularization",
        "--config",
        config.to_str().unwrap(),
        "--out",
        "b",
    ];
    let said = say(folder.path(), &again);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(results(&folder.path().join("a")) == results(&folder.path().join("b")));
}

#[test]
fn points_of_ones_own_are_fitted_redrawn_and_part_of_the_identity() {
    let folder = tempfile::tempdir().unwrap();
    let points = folder.path().join("my points.csv");
    fs::copy(
        concat!(env!("CARGO_MANIFEST_DIR"), "/datasets/points.csv"),
        &points,
    )
    .unwrap();
    let arguments = [
        "run",
        "regularization",
        "--preset",
        "smoke",
        "--points",
        "my points.csv",
        "--json",
    ];
    let run = || {
        let said = say(folder.path(), &arguments);
        assert_eq!(said.code, 0, "{}", said.stderr);
        let summary: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
        summary["runs"][0].clone()
    };
    let first = run();
    let run_folder = folder.path().join(first["folder"].as_str().unwrap());
    let manifest = fs::read_to_string(run_folder.join("manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!(manifest["run"]["inputs"][0]["kind"], "file");
    assert_eq!(run()["cells_run"], 0);
    assert_eq!(
        say(folder.path(), &["figures", run_folder.to_str().unwrap()]).code,
        0
    );

    let mut more = fs::read_to_string(&points).unwrap();
    more.push_str("9.5,20.1\n");
    fs::write(&points, more).unwrap();
    assert_ne!(
        run()["folder"],
        first["folder"],
        "other points are another run"
    );
}

#[test]
fn show_names_the_origin_of_each_value_and_runs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("my.toml"), "epochs = 7\n").unwrap();
    let arguments = [
        "show",
        "regularization",
        "--preset",
        "post",
        "--config",
        "my.toml",
        "--lambda",
        "0.25",
    ];
    let said = say(folder.path(), &arguments);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let line = |key: &str| {
        said.stdout
            .lines()
            .find(|line| line.starts_with(key))
            .unwrap()
            .to_owned()
    };
    assert!(line("lambda = 0.25").contains("# flag --lambda: "));
    assert!(line("epochs = 7").contains("# file my.toml: "));
    assert!(line("learning_rate = 0.01").contains("# preset post: "));
    assert!(
        said.stdout.parse::<toml::Table>().is_ok(),
        "what it prints is a config file"
    );
    assert_eq!(files(folder.path()).len(), 1);
}

#[test]
fn the_experiments_are_listed_for_people_and_for_programs() {
    let folder = tempfile::tempdir().unwrap();
    let text = say(folder.path(), &["list"]).stdout;
    let rows: Vec<serde_json::Value> =
        serde_json::from_str(&say(folder.path(), &["list", "--json"]).stdout).unwrap();
    let listed = rows.iter().map(|row| row["name"].as_str().unwrap());
    let names: Vec<&str> = retrace::experiments().iter().map(|e| e.name()).collect();
    assert_eq!(listed.collect::<Vec<_>>(), names);
    assert!(names.iter().all(|name| text.contains(name)));
}

#[test]
fn help_says_what_the_program_is_for() {
    let folder = tempfile::tempdir().unwrap();
    let help = say(folder.path(), &["--help"]).stdout;
    assert!(
        help.starts_with("Re-runs published deep-learning blog posts"),
        "{help}"
    );
    assert!(help.contains("Exit codes: 0 fine"), "{help}");
    let help = say(folder.path(), &["run", "regularization", "--help"]).stdout;
    assert!(help.starts_with("What do L1 and L2 do"), "{help}");
    assert!(help.contains("--lambda <LAMBDA>"), "{help}");
}

#[test]
fn completions_are_made_for_each_shell() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        let said = say(folder.path(), &["completions", shell]);
        assert_eq!(said.code, 0);
        assert!(said.stdout.contains("regularization"), "{shell}");
    }
}

#[test]
fn the_output_folder_can_come_from_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let status = retrace(folder.path())
        .args(["run", "regularization", "--preset", "smoke"])
        .env("RETRACE_OUT", "elsewhere")
        .output()
        .unwrap();
    assert!(status.status.success());
    assert!(
        folder
            .path()
            .join("elsewhere/regularization/smoke/claims.json")
            .exists()
    );
    assert!(!folder.path().join("out").exists());
}
