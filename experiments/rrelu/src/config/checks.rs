//! Which settings can be run.

use retrace_lab::Invalid;

use super::RreluConfig;

pub(super) fn network(config: &RreluConfig) -> Result<(), Invalid> {
    let sizes = config
        .hidden
        .iter()
        .all(|units| (1..=8_192).contains(units));
    Invalid::unless(
        (1..=8).contains(&config.hidden.len()) && sizes,
        "hidden",
        "one to eight layers of 1 to 8192 units",
        format!("{:?}", config.hidden),
    )?;
    Invalid::unless(
        (0.0..1.0).contains(&config.bn_decay),
        "bn_decay",
        "from 0 to below 1",
        config.bn_decay,
    )?;
    Invalid::unless(
        config.bn_epsilon > 0.0 && config.bn_epsilon <= 1.0,
        "bn_epsilon",
        "above 0, at most 1",
        config.bn_epsilon,
    )
}

pub(super) fn trainings(config: &RreluConfig) -> Result<(), Invalid> {
    // The variance of one example is zero.
    between("batch", config.batch, 2, 10_000)?;
    Invalid::unless(
        config.learning_rate > 0.0 && config.learning_rate.is_finite(),
        "learning_rate",
        "a finite number above 0",
        config.learning_rate,
    )?;
    between("images", config.images, 2, 10_000_000)?;
    between("epochs", config.epochs, 1, 100_000)?;
    between("few_images", config.few_images, 2, 10_000_000)?;
    between("few_epochs", config.few_epochs, 1, 1_000_000)?;
    between(
        "few_look_every",
        config.few_look_every,
        1,
        config.few_epochs,
    )?;
    between("twin_images", config.twin_images, 60, 1_000_000)
}

fn between<T: PartialOrd + std::fmt::Display>(
    key: &'static str,
    found: T,
    least: T,
    most: T,
) -> Result<(), Invalid> {
    let expected = format!("a whole number from {least} to {most}");
    Invalid::unless((least..=most).contains(&found), key, &expected, found)
}
