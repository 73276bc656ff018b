//! The whole experiment end to end, through the command line.

use std::path::Path;

use assert_cmd::Command;

const FIGURES: [&str; 11] = [
    "points",
    "forward",
    "filled",
    "samplings",
    "eight-points",
    "degrees-of-freedom",
    "far-points",
    "noise",
    "against-svd",
    "outliers",
    "pair-desk",
];

const CLAIMS: [&str; 23] = [
    "two-rows-a-pair",
    "four-pairs-suffice",
    "three-pairs-do-not",
    "exact-points-are-hit",
    "inverse-undoes-h",
    "eigenvector-is-less-exact",
    "eigenvector-is-visibly-worse",
    "eight-points-agree",
    "eigenvector-fails-far-away",
    "normalising-makes-the-place-irrelevant",
    "forward-leaves-holes",
    "inverse-leaves-none",
    "rounding-beats-truncating",
    "bilinear-beats-nearest",
    "bicubic-beats-bilinear",
    "estimates-agree-with-known-matrices",
    "more-pairs-average-the-noise",
    "eigenvector-is-worse-with-noise",
    "eigenvector-is-as-good-with-noise",
    "normalising-helps-with-noise",
    "normalising-helps-with-many-pairs",
    "least-squares-breaks-with-outliers",
    "ransac-holds-with-outliers",
];

fn run(out: &Path, more: &[&str]) {
    Command::cargo_bin("homography")
        .unwrap()
        .args(["--preset", "smoke", "--data", "synthetic", "--out"])
        .arg(out)
        .args(more)
        .assert()
        .success();
}

fn outcome(out: &Path, cell: &str) -> Vec<u8> {
    let path = out
        .join("homography/smoke/cells")
        .join(cell)
        .join("outcome.json");
    std::fs::read(path).unwrap()
}

#[test]
fn a_smoke_run_gives_all_figures_and_claims_and_the_same_bytes_twice() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    run(&first, &["--jobs", "1"]);
    run(&second, &["--jobs", "2"]);
    let smoke = first.join("homography/smoke");
    for name in FIGURES {
        let picture = smoke.join(format!("figures/{name}.png"));
        let picture =
            image::open(&picture).unwrap_or_else(|e| panic!("{}: {e}", picture.display()));
        assert!(picture.width() >= 600, "{name}");
        assert!(
            smoke.join(format!("figures/{name}.json")).exists(),
            "{name}"
        );
    }
    let claims = std::fs::read(smoke.join("claims.json")).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
    let ids = claims
        .as_array()
        .unwrap()
        .iter()
        .map(|claim| claim["id"].as_str().unwrap());
    assert_eq!(ids.collect::<Vec<_>>(), CLAIMS);
    for cell in [
        "rectification/seed-0",
        "pictures/seed-0",
        "normalized/seed-1",
        "ransac/seed-1",
    ] {
        assert!(
            outcome(&first, cell) == outcome(&second, cell),
            "{cell} differs"
        );
    }
}
