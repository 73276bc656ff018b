//! The same command gives the same bytes wherever and however it is run: outcomes, arrays, figures,
//! claims.

use std::collections::BTreeMap;
use std::path::PathBuf;

use retrace_test_support::Said;

use crate::command::{results, retrace};

/// Folder, variables of the environment, and processes side by side.
type Surroundings = (
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static str,
);

const PLAIN: Surroundings = ("out", &[("TZ", "UTC"), ("LC_ALL", "C")], "--jobs=1");

const OTHERS: [Surroundings; 3] = [
    (
        "out",
        &[
            ("TZ", "Pacific/Chatham"),
            ("LC_ALL", "tr_TR.UTF-8"),
            ("LANG", "tr_TR.UTF-8"),
        ],
        "--jobs=1",
    ),
    (
        "another folder/of results",
        &[
            ("TZ", "America/St_Johns"),
            ("LC_ALL", "de_DE.UTF-8"),
            ("RAYON_NUM_THREADS", "7"),
        ],
        "--jobs=3",
    ),
    (
        "out",
        &[
            ("RAYON_NUM_THREADS", "1"),
            ("COLUMNS", "20"),
            ("TERM", "dumb"),
        ],
        "--jobs=2",
    ),
];

fn run(experiment: &str, (out, environment, jobs): Surroundings) -> BTreeMap<PathBuf, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let run = [
        "run",
        experiment,
        "--preset=smoke",
        "--data=synthetic",
        jobs,
        "--out",
        out,
    ];
    let mut command = retrace(folder.path());
    command.args(run).envs(environment.iter().copied());
    let said = Said::from(command.output().unwrap());
    assert_eq!(said.code, 0, "{}", said.stderr);
    results(&folder.path().join(out))
}

#[test]
fn nothing_around_a_run_changes_its_bytes() {
    // Trainings with arrays and animations, and products of matrices that threads share.
    for experiment in ["regularization", "freezing"] {
        let plain = run(experiment, PLAIN);
        assert!(plain.keys().any(|file| file.ends_with("claims.json")));
        for surroundings in OTHERS {
            let other = run(experiment, surroundings);
            assert!(other.keys().eq(plain.keys()), "{surroundings:?}");
            let differs = plain.iter().find(|(file, bytes)| other[*file] != **bytes);
            let differs = differs.map(|(file, _)| file);
            assert_eq!(differs, None, "{experiment}, {surroundings:?}");
        }
    }
}
