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
    Invalid::unless_between("batch", config.batch, 2, 10_000)?;
    Invalid::unless_positive("learning_rate", config.learning_rate)?;
    Invalid::unless_between("images", config.images, 2, 10_000_000)?;
    Invalid::unless_between("epochs", config.epochs, 1, 100_000)?;
    Invalid::unless_between("few_images", config.few_images, 2, 10_000_000)?;
    Invalid::unless_between("few_epochs", config.few_epochs, 1, 1_000_000)?;
    Invalid::unless_between(
        "few_look_every",
        config.few_look_every,
        1,
        config.few_epochs,
    )?;
    Invalid::unless_between("twin_images", config.twin_images, 60, 1_000_000)
}
