//! Settings that cannot be run are refused with a sentence that names the key.

use homography::Config;
use retrace_lab::{Config as _, Preset};

#[test]
fn the_presets_can_be_run() {
    for preset in [Preset::Smoke, Preset::Quick, Preset::Post] {
        let config = Config::preset(preset);
        assert_eq!(config.validate(), Ok(()), "{preset}");
        assert_eq!(
            config.pair_counts[config.pairs_place().unwrap()],
            config.pairs
        );
        let share = config.outlier_shares[config.share_place().unwrap()];
        assert!((share - config.outlier_share).abs() < f64::EPSILON);
    }
}

fn refused(change: impl FnOnce(&mut Config), key: &str) {
    let mut config = Config::preset(Preset::Smoke);
    change(&mut config);
    let invalid = config.validate().unwrap_err();
    assert!(
        format!("{invalid:?}").contains(&format!("\"{key}\"")),
        "{key}: {invalid:?}"
    );
}

#[test]
fn numbers_without_sense_are_refused() {
    refused(|c| c.noise = 0.0, "noise");
    refused(|c| c.noise = f64::NAN, "noise");
    refused(|c| c.noises = vec![], "noises");
    refused(|c| c.noises = vec![2.0, 1.0], "noises");
    refused(|c| c.noises = vec![0.0, 1.0], "noises");
    refused(|c| c.pair_counts = vec![5, 8], "pair_counts");
    refused(|c| c.pair_counts = vec![4, 8, 8], "pair_counts");
    refused(|c| c.pair_counts = vec![4, 8, 100_000], "pair_counts");
    refused(|c| c.pairs = 7, "pairs");
    refused(|c| c.outlier_pairs = 3, "outlier_pairs");
    refused(|c| c.outlier_shares = vec![0.3, 1.0], "outlier_shares");
    refused(|c| c.outlier_share = 0.31, "outlier_share");
    refused(|c| c.ransac_threshold = f64::INFINITY, "ransac_threshold");
    refused(|c| c.distances = vec![-1.0, 0.0], "distances");
    refused(|c| c.corners = 0, "corners");
}
