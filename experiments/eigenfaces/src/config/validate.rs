//! Which settings can be run.

use retrace_lab::Invalid;

use super::Config;

/// The post's own pictures.
pub fn post_set(config: &Config) -> Result<(), Invalid> {
    // The smaller side of the ORL faces is 92 pixels; a face needs a few.
    number("shrink", config.shrink, 1, 10)?;
    number("components", config.components, 1, 15)?;
    share("share", config.share)?;
    let counts = &config.rebuilt_from;
    let rise = counts.windows(2).all(|pair| pair[0] < pair[1]);
    let within = counts.iter().all(|count| (1..=16).contains(count));
    let holds = !counts.is_empty() && rise && within;
    let found = format!("{counts:?}");
    Invalid::unless(holds, "rebuilt_from", "rising numbers from 1 to 16", found)
}

/// Recognition and detection.
pub fn persons(config: &Config) -> Result<(), Invalid> {
    number("persons", config.persons, 4, 1000)?;
    number("pictures", config.pictures, 2, 100)?;
    let most = config.pictures - 1;
    number("training_pictures", config.training_pictures, 1, most)?;
    number(
        "unknown_persons",
        config.unknown_persons,
        1,
        config.persons - 2,
    )?;
    number("things", config.things, 2, 10_000)?;
    share("accepted", config.accepted)?;
    // At least one eigenface must be left of the fewest that a split can have.
    let fewest = config.persons * config.training_pictures - 1;
    number(
        "without_first",
        config.without_first,
        0,
        fewest.min(100) - 1,
    )
}

fn number(key: &'static str, value: usize, least: usize, most: usize) -> Result<(), Invalid> {
    let holds = (least..=most).contains(&value);
    Invalid::unless(
        holds,
        key,
        &format!("a number from {least} to {most}"),
        value,
    )
}

fn share(key: &'static str, value: f64) -> Result<(), Invalid> {
    let holds = value > 0.0 && value < 1.0;
    Invalid::unless(holds, key, "a number between 0 and 1", value)
}
