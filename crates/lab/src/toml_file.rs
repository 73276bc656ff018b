//! A TOML file, with the place of each key: what is wrong with one is said in our words, with its line.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use retrace_data::read_bounded;
use toml::de::{DeTable, DeValue};
use toml::{Table, Value};

use crate::config::nearest_hint;
use crate::error::{Error, Result, one_line};
use retrace_data::shown;

/// The largest file that is read; a config has some kilobytes.
const MAX_BYTES: u64 = 1 << 20;

/// A TOML file.
#[derive(Debug)]
pub struct TomlFile {
    path: PathBuf,
    text: String,
    table: Table,
    /// Where each key stands, in bytes; a key of a table with the table's name: `run.seeds`.
    places: BTreeMap<String, usize>,
}

impl TomlFile {
    /// Reads a file.
    ///
    /// # Errors
    /// Names the file when it cannot be read, and the line when it is not TOML.
    pub fn read(path: &Path) -> Result<Self> {
        let not_toml =
            |reason: &str| Error::Usage(format!("{} is not TOML: {reason}", shown(path)));
        if path.is_dir() {
            return Err(not_toml("it is a folder; expected a file"));
        }
        let bytes = read_bounded(path, MAX_BYTES).map_err(Error::io("read", path))?;
        let bytes = bytes.ok_or_else(|| not_toml("it is larger than 1 MiB"))?;
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            return Err(not_toml("it is UTF-16; save it as UTF-8"));
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
            not_toml(&format!("line {line} is not UTF-8; save it as UTF-8"))
        })?;
        // A byte order mark is no part of the text.
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned();
        Self::parse(path, text)
    }

    fn parse(path: &Path, text: String) -> Result<Self> {
        let not_toml = |error: &toml::de::Error| {
            let name = shown(path);
            let at = error.span().map_or(0..0, |span: Range<usize>| span);
            let reason = match error.message() {
                "duplicate key" => {
                    let key = text.get(at.clone()).unwrap_or_default();
                    format!("the key `{}` stands there a second time", one_line(key))
                }
                message if message.starts_with("invalid type: integer") => {
                    "expected a number that 64 bits hold".to_owned()
                }
                message => one_line(message),
            };
            let (line, shown) = line_at(&text, at.start);
            Error::Usage(format!("{name} is not TOML: line {line}: {reason}{shown}"))
        };
        let table: Table = text.parse().map_err(|error| not_toml(&error))?;
        let mut places = BTreeMap::new();
        let spanned = DeTable::parse(&text).map_err(|error| not_toml(&error))?;
        note_places(spanned.get_ref(), "", &mut places);
        let path = path.to_path_buf();
        Ok(Self {
            path,
            text,
            table,
            places,
        })
    }

    /// Its name.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What stands in it.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// That a key should be `expected` and is `found`, with its line.
    pub fn refuse(
        &self,
        key: &str,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Error {
        let at = self.places.get(key).map(|at| line_at(&self.text, *at));
        let (line, words) = match at {
            Some((line, words)) => (format!(", line {line}"), words),
            None => Default::default(),
        };
        Error::Config {
            key: one_line(key),
            origin: format!("file {}{line}", shown(&self.path)),
            expected: expected.into(),
            found: found.into(),
            shown: words,
        }
    }

    /// Refuses a key that is none of `known`; `table` is its table, with a dot, or empty.
    ///
    /// # Errors
    /// Names the key, its line and the nearest known one.
    pub fn refuse_unknown<'a>(
        &self,
        table: &str,
        keys: impl Iterator<Item = &'a String>,
        known: &[&str],
    ) -> Result<()> {
        let mut unknown = keys.filter(|key| !known.contains(&key.as_str()));
        unknown.next().map_or(Ok(()), |key| {
            let expected = nearest_hint(key, known.iter().copied());
            Err(self.refuse(&format!("{table}{key}"), expected, "an unknown key"))
        })
    }
}

/// The line of a place, counted from 1, and how it is shown: below the sentence.
fn line_at(text: &str, at: usize) -> (usize, String) {
    let at = at.min(text.len());
    let before = text.as_bytes()[..at].iter();
    let line = before.filter(|byte| **byte == b'\n').count();
    let words = text.lines().nth(line).unwrap_or_default();
    let shown: String = one_line(words).chars().take(120).collect();
    (line + 1, format!("\n  {} | {shown}", line + 1))
}

fn note_places(table: &DeTable<'_>, prefix: &str, places: &mut BTreeMap<String, usize>) {
    for (key, value) in table {
        let name = format!("{prefix}{}", key.get_ref());
        places.insert(name.clone(), key.span().start);
        if let DeValue::Table(inner) = value.get_ref() {
            note_places(inner, &format!("{name}."), places);
        }
    }
}

/// What a key takes, in words: like the value that it has in a preset, or what serde `said` where it
/// has none; and what was found.
pub fn mismatch(found: &Value, like: Option<&Value>, said: &str) -> (String, String) {
    let expected = match (said.split_once("expected one of "), like) {
        (Some((_, values)), _) => format!("one of {values}"),
        (None, Some(like)) => takes(like, found),
        (None, None) => match said.rsplit_once("expected ") {
            Some((_, "path string" | "a string")) => "a text in quotes".to_owned(),
            Some((_, words)) => one_line(words),
            None => one_line(said),
        },
    };
    (expected, described(found))
}

fn takes(like: &Value, found: &Value) -> String {
    match (like, found) {
        (Value::Float(_), _) => "a number".to_owned(),
        (Value::Integer(_), Value::Integer(number)) if *number < 0 => {
            "a whole number of 0 or more".to_owned()
        }
        (Value::Integer(_), _) => "a whole number".to_owned(),
        (Value::Boolean(_), _) => "true or false".to_owned(),
        (Value::String(_) | Value::Datetime(_), _) => "a text in quotes".to_owned(),
        (Value::Array(likes), _) => match likes.first() {
            Some(Value::Float(_)) => "a list of numbers".to_owned(),
            Some(Value::Integer(_)) => "a list of whole numbers".to_owned(),
            Some(Value::String(_)) => "a list of texts in quotes".to_owned(),
            _ => "a list".to_owned(),
        },
        (Value::Table(_), _) => "a table".to_owned(),
    }
}

/// What was found, in words.
fn described(found: &Value) -> String {
    let words = match found {
        Value::String(_) => format!("the text {found}"),
        Value::Array(_) => format!("the list {found}"),
        Value::Table(_) => "a table".to_owned(),
        Value::Datetime(_) => format!("the time {found}"),
        _ => found.to_string(),
    };
    one_line(words)
}
