//! The page's script against the program: run by `scripts/explorables-check.sh`, which has Node.

use retrace_lab::Experiment;
use retrace_lab::statistics::mean_interval;
use retrace_test_support::explorable::Calls;
use rrelu::Rrelu;
use serde_json::{Value, json};

use crate::claims::both_worlds;

/// Quantiles of Student's t are computed by other ways.
const ROUNDING: f64 = 1e-9;

#[test]
#[ignore = "needs Node; scripts/explorables-check.sh runs it"]
fn the_page_comes_to_the_intervals_of_the_claims() {
    let mut calls = Calls::default();
    let values: Vec<f64> = (0..60).map(|k: i32| f64::from(k * k % 17)).collect();
    for n in [2, 3, 4, 5, 10, 31, 60] {
        let estimate = mean_interval(&values[..n]).unwrap();
        let expected = json!({"value": estimate.value, "low": estimate.low, "high": estimate.high});
        calls.expect("interval", [&values[..n]], expected, ROUNDING);
    }
    for results in both_worlds(4) {
        let explorable = Rrelu::explorable(&results).unwrap().unwrap();
        let page: Value = serde_json::from_str(&explorable.to_json().unwrap()).unwrap();
        let checks = page["checks"].as_array().unwrap();
        assert_eq!(checks.len(), 16, "three readings, two of them beside ReLU");
        for check in checks {
            let given = json!([page["data"], check["state"]]);
            calls.expect("claim", given, &check["readings"], ROUNDING);
        }
    }
    calls.agree("rrelu");
}
