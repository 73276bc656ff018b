//! Which settings can be run.

use retrace_lab::Invalid;

use super::Config;

/// Penalty, training, network and pruning.
pub fn network(config: &Config) -> Result<(), Invalid> {
    not_negative("lambda", config.lambda)?;
    share("l1_share", config.l1_share)?;
    Invalid::unless_positive("learning_rate", config.learning_rate)?;
    at_least_one("epochs", config.epochs)?;
    Invalid::unless_positive("small_step", config.small_step)?;
    at_least_one("small_step_epochs", config.small_step_epochs)?;
    let hidden = &config.hidden;
    let sizes = "at least one hidden layer of 1 to 1000 units";
    let fits = !hidden.is_empty() && hidden.iter().all(|units| (1..=1000).contains(units));
    Invalid::unless(fits, "hidden", sizes, format!("{hidden:?}"))?;
    Invalid::unless_positive("near_zero", config.near_zero)?;
    Invalid::unless_positive("pruning_threshold", config.pruning_threshold)?;
    Invalid::unless_positive("pruning_tolerance", config.pruning_tolerance)
}

/// The recipe of the points.
pub fn points(config: &Config) -> Result<(), Invalid> {
    let samples = config.samples;
    let enough = (10..=100_000).contains(&samples);
    Invalid::unless(enough, "samples", "10 to 100000 points", samples)?;
    not_negative("noise", config.noise)?;
    let outliers = config.outliers;
    let fits = outliers <= samples;
    Invalid::unless(fits, "outliers", "no more than there are samples", outliers)?;
    not_negative("max_lift", config.max_lift)?;
    let share = config.test_share;
    let splits = share > 0.0 && share < 1.0;
    Invalid::unless(splits, "test_share", "a number between 0 and 1", share)
}

/// Cross-validation and sizes of outliers.
pub fn sweeps(config: &Config) -> Result<(), Invalid> {
    let lambdas = &config.lambdas;
    let rises = rising(lambdas) && lambdas[0] > 0.0;
    let found = format!("{lambdas:?}");
    Invalid::unless(rises, "lambdas", "rising numbers above 0", found)?;
    let folds = config.folds;
    let held = config.samples - config.test_points(config.samples);
    let splits = (2..=held).contains(&folds);
    Invalid::unless(splits, "folds", "2 or more, with a point each", folds)?;
    let sizes = &config.outlier_sizes;
    let rises = rising(sizes) && sizes[0] == 0.0 && sizes.len() > 1;
    let found = format!("{sizes:?}");
    Invalid::unless(rises, "outlier_sizes", "rising numbers, the first 0", found)?;
    at_least_one("sweep_epochs", config.sweep_epochs)
}

fn not_negative(key: &'static str, value: f64) -> Result<(), Invalid> {
    let holds = value >= 0.0 && value.is_finite();
    Invalid::unless(holds, key, "a finite number, 0 or more", value)
}

fn share(key: &'static str, value: f64) -> Result<(), Invalid> {
    let holds = (0.0..=1.0).contains(&value);
    Invalid::unless(holds, key, "a number from 0 to 1", value)
}

fn at_least_one(key: &'static str, value: u64) -> Result<(), Invalid> {
    // Steps are counted in u64; a million passes are more than anyone can wait for.
    let holds = (1..=1_000_000).contains(&value);
    Invalid::unless(holds, key, "1 to 1000000", value)
}

/// Whether there are numbers, all finite, each above the one before.
fn rising(values: &[f64]) -> bool {
    let finite = values.iter().all(|value| value.is_finite());
    !values.is_empty() && finite && values.windows(2).all(|pair| pair[0] < pair[1])
}
