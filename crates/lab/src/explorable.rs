//! What a page of the book needs so that its reader can try the subject out in the page itself.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::Value;

use crate::error::{Error, Result};

/// The numbers of a run that the explorable of its page works on, and what it has to show.
///
/// The book puts them into the page as they are. What they mean is agreed on between the experiment,
/// which makes them, and `crates/book/explorables/<experiment>/`, which reads them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explorable {
    data: Value,
    checks: Vec<Check>,
}

/// A setting of the controls, and the numbers that the page must then show: by them the book's check
/// sees that page and program compute the same.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Check {
    /// Values of controls by name; the others stand where the post has them.
    state: BTreeMap<String, String>,
    /// Readings by name.
    readings: BTreeMap<String, f64>,
    /// Largest difference, as a share of the reading.
    tolerance: f64,
}

impl Explorable {
    /// Bytes that a page may carry for it.
    pub const HEAVIEST: usize = 400_000;

    /// The numbers that the page works on.
    ///
    /// # Errors
    /// Numbers that JSON cannot hold.
    pub fn of(data: impl Serialize) -> Result<Self> {
        let data = serde_json::to_value(data).map_err(|error| Error::Other(Box::new(error)))?;
        let checks = Vec::new();
        Ok(Self { data, checks })
    }

    /// Bytes as the text that a page carries them in: base 64.
    pub fn bytes(bytes: impl AsRef<[u8]>) -> String {
        STANDARD.encode(bytes)
    }

    /// Numbers as such a text: four bytes each, the lowest first.
    pub fn numbers<'a>(numbers: impl IntoIterator<Item = &'a f32>) -> String {
        let bytes = numbers.into_iter().flat_map(|number| number.to_le_bytes());
        Self::bytes(bytes.collect::<Vec<u8>>())
    }

    /// With the controls at `state` the page shows `readings`, each to `tolerance` as a share of it.
    #[must_use]
    pub fn shows(
        mut self,
        state: &[(&str, &str)],
        readings: &[(&str, f64)],
        tolerance: f64,
    ) -> Self {
        let state = state
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        let readings = readings.iter().map(|(k, v)| ((*k).to_owned(), *v));
        self.checks.push(Check {
            state: state.collect(),
            readings: readings.collect(),
            tolerance,
        });
        self
    }

    /// As JSON that may stand in a page: no character that HTML or XML reads as its own.
    ///
    /// # Errors
    /// More than [`HEAVIEST`](Self::HEAVIEST) bytes.
    pub fn to_json(&self) -> Result<String> {
        let json = serde_json::to_string(self).map_err(|error| Error::Other(Box::new(error)))?;
        let json = json
            .replace('<', "\\u003c")
            .replace('>', "\\u003e")
            .replace('&', "\\u0026");
        if json.len() > Self::HEAVIEST {
            return Err(Error::Numerics(format!(
                "an explorable has {} bytes of data; a page carries at most {}",
                json.len(),
                Self::HEAVIEST
            )));
        }
        Ok(json)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_json_cannot_end_the_script_that_holds_it() {
        let explorable = Explorable::of("</script>&<!--").unwrap();
        let explorable = explorable.shows(&[("f", "relu")], &[("slope", 0.5)], 1e-6);
        let json = explorable.to_json().unwrap();
        assert!(!json.contains(['<', '>', '&']), "{json}");
        let read: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(read["data"], "</script>&<!--");
        assert_eq!(read["checks"][0]["state"]["f"], "relu");
        assert_eq!(read["checks"][0]["readings"]["slope"], 0.5);
    }

    #[test]
    fn data_that_are_too_heavy_for_a_page_are_refused() {
        let just = Explorable::of("x".repeat(399_900)).unwrap();
        assert!(just.to_json().is_ok());
        let heavy = Explorable::of("x".repeat(400_000)).unwrap();
        assert!(heavy.to_json().is_err());
    }
}
