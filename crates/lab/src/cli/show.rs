//! `retrace show`: the composed config with the origin of each value.

use std::collections::BTreeMap;
use std::fmt;

use clap::Command;
use serde::Serialize;

use super::options::Settings;
use crate::config::toml_table;
use crate::error::Result;
use crate::run_dir::RunTable;

/// A composed config, for people and for programs.
#[derive(Debug, Serialize)]
pub struct Shown {
    /// The settings of the run.
    pub run: RunTable,
    /// Every value of the config.
    pub values: Vec<ShownValue>,
}

/// One value of a config.
#[derive(Debug, Serialize)]
pub struct ShownValue {
    /// The TOML key.
    pub key: String,
    /// The value; absent when it is not set.
    pub value: Option<toml::Value>,
    /// Preset, file or flag.
    pub origin: String,
    /// What it is.
    pub help: String,
}

/// Gathers what `show` prints; the help texts are those of `command`.
///
/// # Errors
/// When the config cannot be written as TOML.
pub fn shown<C: Serialize>(settings: &Settings<C>, command: &Command) -> Result<Shown> {
    let table = toml_table(&settings.composed.config)?;
    let help = help(command);
    let values = settings
        .composed
        .origins
        .iter()
        .map(|(key, origin)| ShownValue {
            key: key.clone(),
            value: table.get(key).cloned(),
            origin: origin.to_string(),
            help: help.get(key).cloned().unwrap_or_default(),
        })
        .collect();
    Ok(Shown {
        run: settings.run.clone(),
        values,
    })
}

/// What each option of a command is.
pub fn help(command: &Command) -> BTreeMap<String, String> {
    let options = command.get_arguments().filter_map(|arg| {
        let help = arg.get_help()?.to_string();
        Some((arg.get_id().to_string(), help))
    });
    options.collect()
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let assignments: Vec<String> = self
            .values
            .iter()
            .map(|v| match &v.value {
                Some(value) => format!("{} = {value}", v.key),
                None => format!("# {} is not set", v.key),
            })
            .collect();
        let width = assignments.iter().map(String::len).max().unwrap_or(0);
        for (assignment, value) in assignments.iter().zip(&self.values) {
            let help = value.help.trim_end_matches('.');
            writeln!(f, "{assignment:width$}  # {}: {help}", value.origin)?;
        }
        let run = toml::to_string(&self.run).map_err(|_| fmt::Error)?;
        write!(f, "\n[run]\n{run}")
    }
}
