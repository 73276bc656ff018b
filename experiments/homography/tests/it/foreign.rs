//! Pairs that other people had.

use std::path::PathBuf;

use retrace_test_support::Said;

use crate::tools::PROGRAM;

/// What `estimate` says of a file.
fn estimated(name: &str, flags: &[&str]) -> Said {
    let cases = std::env::var_os("RETRACE_CASES").expect("RETRACE_CASES: the folder of the cases");
    let file = PathBuf::from(&cases).join("pairs").join(name);
    let start = [
        "estimate",
        "--pairs",
        file.to_str().expect("a name in UTF-8"),
    ];
    PROGRAM.done(cases.as_ref(), &[&start, flags].concat())
}

#[test]
#[ignore = "needs RETRACE_CASES"]
fn an_h33_of_zero_is_zero() {
    for flags in [&["--json"][..], &["--json", "--ransac"]] {
        let json = estimated("opencv4834_h33_zero.csv", flags).json();
        let rows = json["matrix"].as_array().unwrap().iter();
        let entries = rows.flat_map(|row| row.as_array().unwrap());
        let entries: Vec<f64> = entries.map(|entry| entry.as_f64().unwrap()).collect();
        let squares: f64 = entries.iter().map(|entry| entry * entry).sum();
        assert!((squares - 1.0).abs() < 1e-12, "{entries:?}");
        for zero in [2, 3, 6, 8] {
            assert_eq!(entries[zero], 0.0, "{entries:?}");
        }
    }
}

#[test]
#[ignore = "needs RETRACE_CASES"]
fn degrees_are_no_pixels() {
    for flags in [&[][..], &["--ransac"]] {
        let text = estimated("calpnp2_pixel_to_gps.csv", flags).stdout;
        assert!(text.contains("e-6 forward"), "{text}");
        assert!(!text.contains("pixel") && !text.contains("0.000"), "{text}");
    }
}

#[test]
#[ignore = "needs RETRACE_CASES"]
fn crossed_corners_are_named_and_a_unit_square_is_none() {
    let warnings = |name| {
        let json = estimated(name, &["--json"]).json();
        json["warnings"].to_string()
    };
    let warning = warnings("bow_tie.csv");
    assert!(warning.contains("bow tie: points 3 and 4"), "{warning}");
    assert_eq!(warnings("unit_square.csv"), "[]");
}
