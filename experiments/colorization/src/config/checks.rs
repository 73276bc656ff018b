//! Which settings can be run.

use retrace_lab::Invalid;

use super::ColorizationConfig;

pub(super) fn bins(config: &ColorizationConfig) -> Result<(), Invalid> {
    Invalid::unless(
        (2.0..=60.0).contains(&config.window),
        "window",
        "from 2 to 60: the plane of a and b is 220 wide",
        config.window,
    )?;
    Invalid::unless(
        (0.0..=1.0).contains(&config.lambda),
        "lambda",
        "from 0 to 1",
        config.lambda,
    )?;
    Invalid::unless_positive("sigma", config.sigma)?;
    Invalid::unless_positive("nearest_sigma", config.nearest_sigma)?;
    Invalid::unless(
        (0.001..=10.0).contains(&config.temperature),
        "temperature",
        "from 0.001 to 10",
        config.temperature,
    )
}

pub(super) fn training(config: &ColorizationConfig) -> Result<(), Invalid> {
    Invalid::unless_between("batch", config.batch, 1, 4_096)?;
    Invalid::unless_positive("learning_rate", config.learning_rate)?;
    Invalid::unless_between("epochs", config.epochs, 1, 100_000)?;
    Invalid::unless_between("steps_an_epoch", config.steps_an_epoch, 0, 1_000_000)
}

pub(super) fn pictures(config: &ColorizationConfig) -> Result<(), Invalid> {
    Invalid::unless_between("pictures", config.pictures, 8, 100_000)?;
    Invalid::unless_between("test_pictures", config.test_pictures, 8, 100_000)?;
    Invalid::unless_between("shown", config.shown, 1, 12)?;
    Invalid::unless_between("twin_pictures", config.twin_pictures, 8, 100_000)?;
    Invalid::unless_between("side", config.side, 32, 1_024)
}
