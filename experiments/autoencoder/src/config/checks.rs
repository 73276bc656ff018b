//! Which settings can be run.

use retrace_lab::Invalid;

use super::AutoencoderConfig;

/// Weights of the first attempt's dense layer that a machine can be expected to train: 800 MB,
/// four times over with gradient and Adam's moments.
const MOST_DENSE_WEIGHTS: usize = 200_000_000;

pub(super) fn pictures(config: &AutoencoderConfig) -> Result<(), Invalid> {
    Invalid::unless_between("width", config.width, 8, 1_024)?;
    Invalid::unless_between("height", config.height, 8, 1_024)?;
    Invalid::unless(
        config.radius > 0.0 && config.radius <= 1.0,
        "radius",
        "above 0, at most 1",
        config.radius,
    )?;
    Invalid::unless_between("circles", config.circles, 1, 10_000_000)?;
    // Less than three pictures cannot be shown beside each other.
    Invalid::unless_between("validation", config.validation, 3, 10_000)?;
    Invalid::unless_between("scenes", config.scenes, 10, 2_600)?;
    Invalid::unless_between("colour_width", config.colour_width, 4, 1_024)?;
    Invalid::unless_between("colour_height", config.colour_height, 4, 1_024)
}

pub(super) fn networks(config: &AutoencoderConfig) -> Result<(), Invalid> {
    maps("features", &config.features, 4..=8)?;
    maps("colour_features", &config.colour_features, 1..=4)?;
    let sizes = config.codes.iter().all(|size| (1..=4_096).contains(size));
    Invalid::unless(
        sizes && !config.codes.is_empty() && config.codes.is_sorted_by(|a, b| a < b),
        "codes",
        "rising sizes from 1 to 4096",
        format!("{:?}", config.codes),
    )?;
    Invalid::unless(
        (0.0..1.0).contains(&config.dropout),
        "dropout",
        "from 0 to below 1",
        config.dropout,
    )?;
    let dense = crate::plan::dense_weights(config.colour_size(), &config.colour_features);
    Invalid::unless(
        dense <= MOST_DENSE_WEIGHTS,
        "colour_width",
        "a size at which the first attempt's dense layer has at most 200 million weights",
        format!(
            "{}x{}, whose layer has {dense} weights and takes {}",
            config.colour_width,
            config.colour_height,
            crate::plan::bytes(4 * dense)
        ),
    )
}

/// The feature maps named in figures are those of layers 1 and 4.
fn maps(
    key: &'static str,
    found: &[usize],
    layers: std::ops::RangeInclusive<usize>,
) -> Result<(), Invalid> {
    let sizes = found.iter().all(|maps| (1..=512).contains(maps));
    Invalid::unless(
        layers.contains(&found.len()) && sizes,
        key,
        &format!(
            "{} to {} layers of 1 to 512 maps",
            layers.start(),
            layers.end()
        ),
        format!("{found:?}"),
    )
}

pub(super) fn trainings(config: &AutoencoderConfig) -> Result<(), Invalid> {
    Invalid::unless_between("batch", config.batch, 1, 1_024)?;
    Invalid::unless_between("steps", config.steps, 4, 1_000_000)?;
    Invalid::unless_between("long_steps", config.long_steps, 4, 10_000_000)?;
    Invalid::unless_positive("sound_rate", config.sound_rate)?;
    rates("rates", &config.rates)?;
    rates("mean_rates", &config.mean_rates)
}

fn rates(key: &'static str, found: &[f64]) -> Result<(), Invalid> {
    let positive = found.iter().all(|rate| *rate > 0.0 && rate.is_finite());
    // A rate names its arm by one digit: two of the same name would be one arm.
    let names: std::collections::BTreeSet<String> =
        found.iter().map(|rate| crate::arm::digit(*rate)).collect();
    Invalid::unless(
        positive && !found.is_empty() && names.len() == found.len(),
        key,
        "one or more numbers above 0 that differ in their first digit or their power of ten",
        format!("{found:?}"),
    )
}
