//! Which settings can be run.

use retrace_lab::Invalid;

use super::ActivationsConfig;

pub(super) fn functions(config: &ActivationsConfig) -> Result<(), Invalid> {
    within("reach", config.reach, 1.0, 50.0)?;
    Invalid::unless_between("points", config.points, 3, 10_001)?;
    Invalid::unless(
        config.points % 2 == 1,
        "points",
        "an odd number, so that 0 is one of the points",
        config.points,
    )?;
    Invalid::unless(
        config.saturated_below > 0.0 && config.saturated_below < 0.25,
        "saturated_below",
        "above 0 and below 0.25, the sigmoid's largest derivative",
        config.saturated_below,
    )?;
    list("prelu_slopes", &config.prelu_slopes, -2.0, 2.0)?;
    list("temperatures", &config.temperatures, 0.01, 1_000.0)?;
    Invalid::unless_between("rrelu_draws", config.rrelu_draws, 2, 10_000_000)
}

pub(super) fn deep_network(config: &ActivationsConfig) -> Result<(), Invalid> {
    Invalid::unless_between("layers", config.layers, 2, 100)?;
    Invalid::unless_between("width", config.width, 2, 4_096)?;
    Invalid::unless_between("batch", config.batch, 1, 65_536)
}

pub(super) fn training(config: &ActivationsConfig) -> Result<(), Invalid> {
    Invalid::unless_between("spiral_points", config.spiral_points, 8, 1_000_000)?;
    within("spiral_turns", config.spiral_turns, 0.1, 10.0)?;
    within("spiral_noise", config.spiral_noise, 0.0, 1.0)?;
    Invalid::unless_between("hidden_layers", config.hidden_layers, 1, 100)?;
    Invalid::unless_between("hidden_units", config.hidden_units, 1, 4_096)?;
    Invalid::unless(
        config.steps >= 1,
        "steps",
        "a whole number from 1",
        config.steps,
    )?;
    Invalid::unless(
        (1..=config.steps).contains(&config.observe_every),
        "observe_every",
        "a whole number from 1 to steps",
        config.observe_every,
    )?;
    Invalid::unless_between("train_batch", config.train_batch, 1, 65_536)?;
    Invalid::unless_positive("learning_rate", config.learning_rate)?;
    Invalid::unless(
        (0.0..1.0).contains(&config.momentum),
        "momentum",
        "from 0 to below 1",
        config.momentum,
    )
}

fn within(key: &'static str, found: f64, least: f64, most: f64) -> Result<(), Invalid> {
    let expected = format!("a number from {least} to {most}");
    Invalid::unless((least..=most).contains(&found), key, &expected, found)
}

fn list(key: &'static str, found: &[f64], least: f64, most: f64) -> Result<(), Invalid> {
    let fits = |number: &f64| (least..=most).contains(number);
    let expected = format!("one to eight numbers from {least} to {most}");
    Invalid::unless(
        (1..=8).contains(&found.len()) && found.iter().all(fits),
        key,
        &expected,
        format!("{found:?}"),
    )
}
