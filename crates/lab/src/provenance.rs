//! What a picture was made from, inside of the picture, for whoever finds it without its run.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::Path;

use retrace_data::sha256;
use retrace_figure::stamped;
use serde::{Deserialize, Serialize};

use crate::config::{Config, flags_by_key, toml_table};
use crate::data_sets::{DataDir, DataSets};
use crate::error::{Error, Result};
use crate::input::{Input, InputKind};
use crate::manifest::source_tree;
use crate::run_dir::RunTable;

/// What a picture was made from. There is no time in it: the same run by the same program gives the
/// same bytes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// Experiment, preset, seeds, device and data with their SHA-256.
    #[serde(flatten)]
    pub run: RunTable,
    /// The command that makes it.
    pub command: String,
    /// Version of the program that drew it.
    pub retrace_version: String,
    /// Commit of that program's source tree, where it was found; a plus where it was changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// SHA-256 of the numbers in it: of the JSON file beside it.
    #[serde(default)]
    pub numbers_sha256: String,
}

impl Provenance {
    /// Of the figures of a run.
    ///
    /// # Errors
    /// A config that cannot be written as text.
    pub(crate) fn new<C: Config>(run: &RunTable, config: &C) -> Result<Self> {
        Ok(Self {
            run: run.clone(),
            command: command(run, config)?,
            retrace_version: env!("CARGO_PKG_VERSION").to_owned(),
            commit: source_tree().state(),
            numbers_sha256: String::new(),
        })
    }

    /// What pictures of these numbers have in them.
    pub(crate) fn text(&self, numbers: &[u8]) -> Result<String> {
        let own = Self {
            numbers_sha256: sha256(numbers),
            ..self.clone()
        };
        let text = serde_json::to_string(&own).map_err(|error| Error::Other(Box::new(error)))?;
        Ok(ascii(&text))
    }

    /// What stands in the picture at `path`, and whether its numbers still lie beside it.
    ///
    /// # Errors
    /// A file that cannot be read, or without such a text in it.
    pub fn read(path: &Path) -> Result<(Self, Beside)> {
        let bytes = std::fs::read(path).map_err(Error::io("read", path))?;
        let found = stamped(&bytes).and_then(|text| serde_json::from_str(&text).ok());
        let found: Self = found.ok_or_else(|| {
            Error::Usage(format!(
                "{} does not say what it was made from; figures of `retrace run` do: SVG, PNG and GIF",
                path.display()
            ))
        })?;
        let beside = match std::fs::read(path.with_extension("json")) {
            Err(_) => Beside::Missing,
            Ok(numbers) if sha256(&numbers) == found.numbers_sha256 => Beside::Same,
            Ok(_) => Beside::Changed,
        };
        Ok((found, beside))
    }
}

/// The file of numbers beside a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// It holds the numbers that were drawn.
    Same,
    /// It holds others.
    Changed,
    /// There is none.
    Missing,
}

impl fmt::Display for Provenance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let run = &self.run;
        let seeds = run.counted_seeds();
        writeln!(
            f,
            "{}, preset {}, {seeds}, device {}",
            run.experiment, run.preset, run.device
        )?;
        let commit = self.commit.as_deref().unwrap_or("not known");
        writeln!(f, "Retrace {}, commit {commit}", self.retrace_version)?;
        for input in &run.inputs {
            writeln!(f, "data: {input}, SHA-256 {}", input.sha256)?;
        }
        writeln!(f, "numbers: SHA-256 {}", self.numbers_sha256)?;
        write!(f, "command: {}", self.command)
    }
}

/// `retrace run rrelu --preset quick --seeds 5 --data real --epochs 3`: what differs from the preset.
fn command<C: Config>(run: &RunTable, config: &C) -> Result<String> {
    let mut command = format!(
        "retrace run {} --preset {} --seeds {}",
        run.experiment, run.preset, run.seeds
    );
    let defaults = RunTable::new(&run.experiment, run.preset, run.seeds);
    if run.device != defaults.device {
        command += &format!(" --device {}", run.device);
    }
    if run.threads != defaults.threads {
        command += &format!(" --threads {}", run.threads);
    }
    for flag in data_flags(&run.inputs) {
        command += &format!(" {}", flag.to_string_lossy());
    }
    let flags: BTreeMap<String, String> = flags_by_key::<C>();
    let preset = toml_table(&C::preset(run.preset))?;
    for (key, value) in toml_table(config)? {
        if let (true, Some(flag)) = (preset.get(&key) != Some(&value), flags.get(&key)) {
            command += &format!(" {flag} {}", word(&value));
        }
    }
    Ok(command)
}

/// Which data sets were read, as a flag; files of one's own stand in the config.
fn data_flags(inputs: &[Input]) -> Vec<OsString> {
    match inputs.iter().all(|input| input.kind == InputKind::File) {
        true => Vec::new(),
        false => DataSets::of_inputs(inputs, &DataDir::default()).flags(),
    }
}

/// A value as a flag takes it: lists with commas, anything that a shell would read in quotes.
fn word(value: &toml::Value) -> String {
    fn text(value: &toml::Value) -> String {
        match value {
            toml::Value::String(text) => text.clone(),
            toml::Value::Array(list) => list.iter().map(text).collect::<Vec<_>>().join(","),
            other => other.to_string(),
        }
    }
    crate::error::shell_word(Path::new(&text(value)))
}

/// JSON with what is not ASCII as `\u` escapes: a PNG's text is Latin-1.
fn ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for letter in json.chars() {
        if letter.is_ascii() {
            text.push(letter);
        } else {
            let mut units = [0; 2];
            let units = letter.encode_utf16(&mut units).iter();
            text.extend(units.map(|unit| format!("\\u{unit:04x}")));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_of_the_data_is_one_that_the_command_takes() {
        let input = |kind| Input {
            name: "faces".to_owned(),
            kind,
            sha256: String::new(),
        };
        use InputKind::{File, Real, Synthetic};
        for (kinds, expected) in [
            (&[][..], &[][..]),
            (&[File], &[]),
            (&[Real, File], &["--data", "real"]),
            (&[Synthetic], &["--data", "synthetic"]),
            (&[Real, Synthetic], &["--data", "auto"]),
        ] {
            let inputs: Vec<Input> = kinds.iter().map(|kind| input(*kind)).collect();
            assert_eq!(data_flags(&inputs), expected, "{kinds:?}");
        }
    }
}
