//! Claims: a sentence of the post in our own words, a statistic, and a rule fixed in advance.
//!
//! The rule looks at a 95 % interval over seeds and nothing else. *Reproduced*: the interval
//! lies on the post's side. *Contradicted*: it lies on the other side. *Undecided*: neither,
//! or too few seeds for an interval. A claim without chance in it is reproduced or
//! contradicted.

mod statement;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::number::number;

pub use statement::Statement;

/// What the measurement says of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It holds here.
    Reproduced,
    /// The opposite holds here.
    Contradicted,
    /// These seeds do not tell.
    Undecided,
}

impl Verdict {
    /// All of them, in the order in which they are counted.
    pub const ALL: [Self; 3] = [Self::Reproduced, Self::Contradicted, Self::Undecided];
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Reproduced => "reproduced",
            Self::Contradicted => "contradicted",
            Self::Undecided => "undecided",
        })
    }
}

/// A claim and its answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// Short name, unique in the experiment.
    pub id: String,
    /// Who says so: the post, a paper it cites, or we, going beyond it.
    pub source: String,
    /// The claim, in our own words: a sentence without its period.
    pub statement: String,
    /// What is measured.
    pub statistic: String,
    /// When the claim counts as reproduced.
    pub rule: String,
    /// The statistic over all seeds; absent without data.
    pub estimate: Option<f64>,
    /// Lower end of the 95 % interval; absent with fewer than two seeds.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Number of seeds, or of cases for an exact claim.
    pub n: usize,
    /// Unit of the statistic; empty for a plain number.
    pub unit: String,
    /// Where the post's side begins; absent when it has no lower end.
    #[serde(default)]
    pub holds_from: Option<f64>,
    /// Where it ends; absent when it has no upper end.
    #[serde(default)]
    pub holds_to: Option<f64>,
    /// The answer.
    pub verdict: Verdict,
    /// The statistic of each seed, by seed; empty for an exact claim. What is not finite is left
    /// out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<f64>,
    /// The figure that shows it, without extension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figure: Option<String>,
    /// Why it is contradicted.
    #[serde(default)]
    pub reason: Option<String>,
}

impl Claim {
    /// Starts a claim: `id`, who says so, and the sentence in our own words.
    pub fn says(id: &'static str, source: &'static str, statement: impl Into<String>) -> Statement {
        Statement {
            id,
            source,
            statement: heading(&statement.into()),
            statistic: String::new(),
            unit: "",
        }
    }

    /// The estimate with unit, interval and number of seeds: `1.500 s [1.000, 2.000], n = 5`.
    pub fn measured(&self) -> String {
        let estimate = self.estimate.map_or_else(|| "no value".to_owned(), number);
        let unit = match self.unit.as_str() {
            // A share is a plain number, too.
            "" | "0-1" => String::new(),
            unit => format!(" {unit}"),
        };
        let interval = match (self.low, self.high) {
            (Some(low), Some(high)) if low < high => {
                format!(" [{}, {}]", number(low), number(high))
            }
            _ => String::new(),
        };
        format!("{estimate}{unit}{interval}, n = {}", self.n)
    }

    /// Names the figure that shows it, without extension.
    #[must_use]
    pub fn shown_in(mut self, figure: &'static str) -> Self {
        self.figure = Some(figure.to_owned());
        self
    }

    /// Why the opposite holds, told where it does and nowhere else.
    #[must_use]
    pub fn if_contradicted(mut self, reason: impl Into<String>) -> Self {
        if self.verdict == Verdict::Contradicted {
            self.reason = Some(reason.into());
        }
        self
    }
}

/// A sentence as it stands in lists and above its evidence, in all experiments alike: without a
/// period, its first word with a capital. Symbols (`x'`) and names (`conv2d_1`) stay.
fn heading(sentence: &str) -> String {
    let sentence = sentence.trim_end_matches('.');
    let word = sentence.split([' ', ',']).next().unwrap_or_default();
    let is_word =
        word == "a" || word.len() > 1 && word.chars().all(|c| c.is_alphabetic() || c == '-');
    let mut letters = sentence.chars();
    match letters.next() {
        Some(first) if is_word => first.to_uppercase().chain(letters).collect(),
        _ => sentence.to_owned(),
    }
}
