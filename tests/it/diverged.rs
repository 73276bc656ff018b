//! An absurd learning rate: the run says which cells diverged, in all its words, and judges nothing
//! by what was never measured.

use std::fs;

use crate::command::say;

/// Experiment, flag, and whether something is left that did not diverge.
const CASES: [(&str, &[&str], bool); 7] = [
    ("freezing", &["--learning-rate=1e9"], false),
    ("regularization", &["--learning-rate=1e9"], false),
    ("debugging", &["--learning-rate=1e9"], true),
    ("rrelu", &["--learning-rate=1e9"], true),
    ("activations", &["--learning-rate=1e9"], true),
    ("colorization", &["--learning-rate=1e9"], true),
    ("autoencoder", &["--rates=1e9", "--mean-rates=1e9"], true),
];

#[test]
fn what_diverged_is_said_and_decides_nothing() {
    for (experiment, flags, is_left) in CASES {
        let folder = tempfile::tempdir().unwrap();
        let run = [
            "run",
            experiment,
            "--preset=smoke",
            "--json",
            "--data=synthetic",
        ];
        let said = say(folder.path(), &[&run[..], flags].concat());
        let code = if is_left { 0 } else { 4 };
        assert_eq!(said.code, code, "{experiment}: {}", said.stderr);
        assert!(!said.stderr.contains("panicked"), "{}", said.stderr);
        let is_told = said.stderr.contains("cells diverged: ") && said.stderr.contains("smaller");
        assert_eq!(is_told, !is_left, "{experiment}: {}", said.stderr);

        let report = &said.json()["runs"][0];
        let diverged = report["diverged"].as_array().unwrap();
        assert!(!diverged.is_empty(), "{experiment}");
        let out = folder.path().join("out");
        let run = out.join(
            report["folder"]
                .as_str()
                .unwrap()
                .trim_start_matches("out/"),
        );
        let manifest = fs::read_to_string(run.join("manifest.json")).unwrap();
        let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
        assert_eq!(&manifest["diverged"], &report["diverged"], "{experiment}");
        let name = run.file_name().unwrap().to_string_lossy().into_owned();
        let page = out.join(format!("book/{experiment}/{name}.html"));
        let page = fs::read_to_string(page).unwrap();
        assert!(page.contains("cells diverged: "), "{experiment}");

        for claim in report["claims"].as_array().unwrap() {
            let nothing = claim["n"] == 0;
            let undecided = claim["verdict"] == "undecided" && claim["reason"].is_string();
            assert!(!nothing || undecided, "{experiment}: {claim}");
        }
    }
}
