//! Configs: a preset, overlaid by a TOML file, overlaid by flags, with the origin of each value.
//!
//! A config is a flat struct that derives `clap::Args`, `Serialize` and `Deserialize`. Each
//! field is then a flag (`--learning-rate`) and a TOML key (`learning_rate`) at once, and its
//! documentation comment is the help of both. Booleans take a value
//! (`#[arg(action = clap::ArgAction::Set)]`), so that a flag can say no as well as yes.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use clap::parser::ValueSource;
use clap::{ArgMatches, Command};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};
use crate::toml_file::{TomlFile, mismatch};
use retrace_data::shown;

/// How much to run, in rising order.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    serde::Deserialize,
    clap::ValueEnum,
)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// Seconds: does everything work? For continuous integration.
    Smoke,
    /// At most about a minute per experiment on two cores.
    Quick,
    /// What the post did, over many seeds.
    Post,
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Smoke => "smoke",
            Self::Quick => "quick",
            Self::Post => "post",
        })
    }
}

/// What an experiment lets its user set.
pub trait Config:
    clap::Args + Serialize + DeserializeOwned + Clone + PartialEq + Send + Sync + 'static
{
    /// How many seeds the presets `smoke`, `quick` and `post` run.
    const SEEDS: [u64; 3];

    /// The values of a preset.
    fn preset(preset: Preset) -> Self;

    /// How many seeds a preset runs.
    fn seeds(preset: Preset) -> u64 {
        Self::SEEDS[preset as usize]
    }

    /// Checks each value, and those that depend on each other.
    ///
    /// # Errors
    /// The first key that cannot be run, with what it takes.
    fn validate(&self) -> Result<(), Invalid>;
}

/// A value that cannot be run, in the words of the config that refused it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    key: &'static str,
    expected: String,
    found: String,
}

impl fmt::Display for Invalid {
    /// `window`: expected from 2 to 60, found 70
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            key,
            expected,
            found,
        } = self;
        write!(f, "`{key}`: expected {expected}, found {found}")
    }
}

impl Invalid {
    /// `key` should be `expected` and is `found`.
    pub fn new(key: &'static str, expected: impl Into<String>, found: impl fmt::Display) -> Self {
        Self {
            key,
            expected: expected.into(),
            found: found.to_string(),
        }
    }

    /// Refuses `found` unless `holds`; the usual line of a `validate`.
    ///
    /// # Errors
    /// When `holds` is false.
    pub fn unless(
        holds: bool,
        key: &'static str,
        expected: &str,
        found: impl fmt::Display,
    ) -> Result<(), Self> {
        if holds {
            Ok(())
        } else {
            Err(Self::new(key, expected, found))
        }
    }

    /// Refuses a whole number that is not from `least` to `most`.
    ///
    /// # Errors
    /// When `found` lies outside.
    pub fn unless_between<T: PartialOrd + fmt::Display>(
        key: &'static str,
        found: T,
        least: T,
        most: T,
    ) -> Result<(), Self> {
        let expected = format!("a whole number from {least} to {most}");
        Self::unless((least..=most).contains(&found), key, &expected, found)
    }

    /// Refuses a number that is not above 0, or not finite.
    ///
    /// # Errors
    /// Also for NaN.
    pub fn unless_positive(key: &'static str, found: f64) -> Result<(), Self> {
        let holds = found > 0.0 && found.is_finite();
        Self::unless(holds, key, "a finite number above 0", found)
    }
}

/// The table of a config file that holds the settings which all experiments share.
pub(crate) const RUN: &str = "run";

/// The table of a config file that says what a cluster is told; see [`Site`](crate::cluster::submission::Site).
pub(crate) const SLURM: &str = "slurm";

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The preset's own value.
    Preset(Preset),
    /// A TOML file.
    File(PathBuf),
    /// A flag, as typed.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Preset(preset) => write!(f, "preset {preset}"),
            Self::File(path) => write!(f, "file {}", shown(path)),
            Self::Flag(flag) => write!(f, "flag {flag}"),
        }
    }
}

/// A config as TOML.
///
/// # Errors
/// A value that TOML cannot hold: the name of a file that is not UTF-8.
pub(crate) fn toml_table(config: &impl Serialize) -> Result<toml::Table> {
    toml::Table::try_from(config).map_err(|error| {
        Error::Usage(format!(
            "a config is text, and a value of this one is not ({error}); give a file whose name is \
             not UTF-8 another name, or a link"
        ))
    })
}

/// A config and where each of its values came from.
#[derive(Debug, Clone)]
pub struct Composed<C> {
    /// The values, validated.
    pub config: C,
    /// The origin of each key.
    pub origins: BTreeMap<String, Origin>,
}

/// Composes preset, file and flags, in this order, and validates the result.
///
/// The `[run]` table of `file` is not looked at.
///
/// # Errors
/// An unknown key (with the nearest known one), a value of the wrong type, or a value that
/// [`Config::validate`] refuses; each names the key and where it came from.
pub fn compose<C: Config>(
    preset: Preset,
    file: Option<&TomlFile>,
    flags: &ArgMatches,
) -> Result<Composed<C>> {
    let known = flags_by_key::<C>();
    let mut origins: BTreeMap<String, Origin> = known
        .keys()
        .map(|key| (key.clone(), Origin::Preset(preset)))
        .collect();
    let mut config = C::preset(preset);
    if let Some(file) = file {
        config = overlay(config, file, &known)?;
        for key in own_keys(file) {
            origins.insert(key.clone(), Origin::File(file.path().to_path_buf()));
        }
    }
    config
        .update_from_arg_matches(flags)
        .map_err(|error| Error::Usage(error.to_string()))?;
    for (key, flag) in &known {
        if matches!(flags.try_contains_id(key), Ok(true))
            && flags.value_source(key) == Some(ValueSource::CommandLine)
        {
            origins.insert(key.clone(), Origin::Flag(flag.clone()));
        }
    }
    check(&config, &origins, file)?;
    Ok(Composed { config, origins })
}

fn check<C: Config>(
    config: &C,
    origins: &BTreeMap<String, Origin>,
    file: Option<&TomlFile>,
) -> Result<()> {
    config.validate().map_err(|invalid| {
        let Invalid {
            key,
            expected,
            found,
        } = invalid;
        let origin = origins.get(key);
        match (origin, file) {
            (Some(Origin::File(_)), Some(file)) => file.refuse(key, expected, found),
            _ => Error::Config {
                key: key.to_owned(),
                origin: origin.map_or_else(|| "preset".to_owned(), Origin::to_string),
                expected,
                found,
                shown: String::new(),
            },
        }
    })
}

/// The keys of a config in a file: all but the tables that every experiment has.
fn own_keys(file: &TomlFile) -> impl Iterator<Item = &String> {
    file.table()
        .keys()
        .filter(|key| *key != RUN && *key != SLURM)
}

/// The flag of each key, read off the command line that `C` derives.
pub(crate) fn flags_by_key<C: Config>() -> BTreeMap<String, String> {
    C::augment_args_for_update(Command::new("config"))
        .get_arguments()
        .filter_map(|arg| {
            let long = arg.get_long()?;
            Some((arg.get_id().to_string(), format!("--{long}")))
        })
        .collect()
}

/// Lays the keys of a file over a config, one at a time, so that an error names its key.
fn overlay<C: Config>(config: C, file: &TomlFile, known: &BTreeMap<String, String>) -> Result<C> {
    let known: Vec<&str> = known.keys().map(String::as_str).collect();
    file.refuse_unknown("", own_keys(file), &known)?;
    let mut values = toml_table(&config)?;
    let mut config = config;
    for key in own_keys(file) {
        let value = &file.table()[key];
        let like = values.insert(key.clone(), value.clone());
        config = values
            .clone()
            .try_into()
            .map_err(|error: toml::de::Error| {
                let (expected, found) = mismatch(value, like.as_ref(), error.message());
                file.refuse(key, expected, found)
            })?;
    }
    Ok(config)
}

/// What to expect in place of `wrong`: the nearest known name, or all of them.
pub fn nearest_hint<'a>(wrong: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    match nearest(wrong, known.clone()) {
        Some(near) => format!("a known key (did you mean `{near}`?)"),
        None => format!("one of {}", known.collect::<Vec<_>>().join(", ")),
    }
}

/// That an experiment has no such thing, and which it was probably meant to be.
pub fn unknown<'a>(
    experiment: &str,
    thing: &str,
    wrong: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> String {
    let hint = match nearest(wrong, known.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it has {}", known.collect::<Vec<_>>().join(", ")),
    };
    format!("{experiment} has no {thing} `{wrong}`; {hint}")
}

/// The known name that `wrong` was probably meant to be.
pub fn nearest<'a>(wrong: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Below this similarity a suggestion is a guess that misleads; clap draws the line here too.
    const ENOUGH: f64 = 0.7;
    known
        .map(|name| (strsim::jaro_winkler(wrong, name), name))
        .filter(|(similarity, _)| *similarity > ENOUGH)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}
