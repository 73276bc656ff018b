//! Claims: a sentence of the post in our own words, a statistic, and a rule fixed in advance.
//!
//! The rule looks at a 95 % interval over seeds and nothing else. *Reproduced*: the interval
//! lies on the post's side. *Contradicted*: it lies on the other side. *Undecided*: neither,
//! or too few seeds for an interval. A claim without chance in it is reproduced or
//! contradicted. Where nothing was measured, or no finite number, a claim is undecided and says so.

use serde::{Deserialize, Serialize};

use crate::reported::number;
use crate::statistics::{Estimate, bootstrap_interval, half_width, mean_interval, median};

/// A number of seeds that nobody runs.
const MOST_SEEDS: usize = 10_000;

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
    /// Why it is contradicted, or that nothing was measured.
    #[serde(default)]
    pub reason: Option<String>,
}

impl Claim {
    /// Starts a claim: `id`, who says so, and the sentence in our own words.
    pub fn says(
        id: impl Into<String>,
        source: &'static str,
        statement: impl Into<String>,
    ) -> Statement {
        Statement {
            id: id.into(),
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

    /// How many seeds would settle an undecided claim, if estimate and spread stay what they are; `None`
    /// where it is settled, or where an interval is missing.
    fn seeds_to_settle(&self) -> Option<usize> {
        let (estimate, low, high) = (self.estimate?, self.low?, self.high?);
        if self.verdict != Verdict::Undecided || self.values.len() < 2 {
            return None;
        }
        let half = (high - estimate).max(estimate - low);
        let spread = half / half_width(self.values.len())?;
        let ends = [self.holds_from, self.holds_to].into_iter().flatten();
        let distance = ends.map(|end| (estimate - end).abs()).reduce(f64::min)?;
        let too_few = |n: usize| half_width(n).is_none_or(|half| half * spread >= distance);
        // The width falls with every seed, so the least number that is enough can be bisected.
        let (mut few, mut enough) = (self.values.len(), MOST_SEEDS + 1);
        while enough - few > 1 {
            let middle = few.midpoint(enough);
            match too_few(middle) {
                true => few = middle,
                false => enough = middle,
            }
        }
        Some(enough)
    }

    /// The same as a sentence: `About 14 seeds would settle it, if estimate and spread stay.`
    pub fn outlook(&self) -> Option<String> {
        Some(match self.seeds_to_settle()? {
            many if many > MOST_SEEDS => {
                format!(
                    "More than {MOST_SEEDS} seeds would be needed to settle it, if estimate and spread stay."
                )
            }
            seeds => format!("About {seeds} seeds would settle it, if estimate and spread stay."),
        })
    }

    /// Names the figure that shows it, without extension.
    #[must_use]
    pub fn shown_in(mut self, figure: impl Into<String>) -> Self {
        self.figure = Some(figure.into());
        self
    }

    /// Why there is nothing to decide by, where that is so.
    fn if_not_measured(mut self, are_finite: bool) -> Self {
        self.reason = match (self.n, are_finite) {
            (0, _) => Some("nothing was measured".to_owned()),
            (_, false) => Some("what was measured is not a finite number".to_owned()),
            _ => None,
        };
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

/// How many claims came to each verdict, in the order of [`Verdict::ALL`].
pub fn counts(claims: &[Claim]) -> [usize; 3] {
    Verdict::ALL.map(|verdict| {
        let same = claims.iter().filter(|claim| claim.verdict == verdict);
        same.count()
    })
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

/// The post's side of a claim: from where, and to where.
type Side = (Option<f64>, Option<f64>);

/// A claim that still has to be measured.
#[derive(Debug)]
#[must_use = "a claim is answered by one of its rules"]
pub struct Statement {
    id: String,
    source: &'static str,
    statement: String,
    statistic: String,
    unit: &'static str,
}

impl Statement {
    /// Says what is measured, and in which unit.
    pub fn measured_by(mut self, statistic: impl Into<String>, unit: &'static str) -> Self {
        self.statistic = statistic.into();
        self.unit = unit;
        self
    }

    /// The claim is that the mean of `values`, one per seed, is above `threshold`.
    pub fn mean_is_above(self, threshold: f64, values: &[f64]) -> Claim {
        let rule = format!("the 95 % interval of the mean lies above {threshold}");
        let side = (Some(threshold), None);
        self.compared(rule, side, values, mean_interval(values), |e| {
            (e.low > threshold, e.high < threshold)
        })
    }

    /// The claim is that the mean of `values`, one per seed, is below `threshold`.
    pub fn mean_is_below(self, threshold: f64, values: &[f64]) -> Claim {
        let rule = format!("the 95 % interval of the mean lies below {threshold}");
        let side = (None, Some(threshold));
        self.compared(rule, side, values, mean_interval(values), |e| {
            (e.high < threshold, e.low > threshold)
        })
    }

    /// The claim is that the mean of `values`, one per seed, is within `range`.
    pub fn mean_is_within(self, (least, most): (f64, f64), values: &[f64]) -> Claim {
        let rule = format!("the 95 % interval of the mean lies within {least} to {most}");
        let side = (Some(least), Some(most));
        self.compared(rule, side, values, mean_interval(values), |e| {
            (
                e.low >= least && e.high <= most,
                e.high < least || e.low > most,
            )
        })
    }

    /// The claim is that the median of `values`, one per seed, is above `threshold`; for
    /// statistics with heavy tails.
    pub fn median_is_above(self, threshold: f64, values: &[f64]) -> Claim {
        let rule = format!("the 95 % bootstrap interval of the median lies above {threshold}");
        let estimate = bootstrap_interval(values, median);
        let side = (Some(threshold), None);
        self.compared(rule, side, values, estimate, |e| {
            (e.low > threshold, e.high < threshold)
        })
    }

    /// The claim is exact: `largest`, of what was measured in `n` cases, is at most `limit`;
    /// infinity is beyond every limit.
    pub fn largest_is_at_most(self, limit: f64, largest: f64, n: usize) -> Claim {
        // Infinity is a way to say that something is beyond every limit, on either side.
        let is_measured = n > 0 && !largest.is_nan();
        let verdict = match largest <= limit {
            _ if !is_measured => Verdict::Undecided,
            true => Verdict::Reproduced,
            false => Verdict::Contradicted,
        };
        let estimate = is_measured.then_some(Estimate {
            value: largest,
            low: largest,
            high: largest,
            n,
        });
        let rule = format!("the largest value is at most {limit}");
        self.answered(rule, (None, Some(limit)), estimate, n, verdict)
            .if_not_measured(is_measured)
    }

    fn compared(
        self,
        rule: String,
        side: Side,
        values: &[f64],
        estimate: Option<Estimate>,
        sides: impl Fn(Estimate) -> (bool, bool),
    ) -> Claim {
        let verdict = match estimate.map(sides) {
            Some((true, _)) => Verdict::Reproduced,
            Some((_, true)) => Verdict::Contradicted,
            _ => Verdict::Undecided,
        };
        let mut claim = self.answered(rule, side, estimate, values.len(), verdict);
        claim.values = values
            .iter()
            .copied()
            .filter(|value| value.is_finite())
            .collect();
        if let [only] = values {
            claim.estimate = finite(*only);
        }
        let are_finite = claim.values.len() == values.len();
        claim.if_not_measured(are_finite)
    }

    fn answered(
        self,
        rule: String,
        (holds_from, holds_to): Side,
        e: Option<Estimate>,
        n: usize,
        verdict: Verdict,
    ) -> Claim {
        Claim {
            id: self.id,
            source: self.source.to_owned(),
            statement: self.statement,
            statistic: self.statistic,
            rule,
            estimate: e.and_then(|e| finite(e.value)),
            low: e.and_then(|e| finite(e.low)),
            high: e.and_then(|e| finite(e.high)),
            n,
            unit: self.unit.to_owned(),
            holds_from,
            holds_to,
            verdict,
            values: Vec::new(),
            figure: None,
            reason: None,
        }
    }
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim() -> Statement {
        Claim::says("id", "the post", "it is so").measured_by("it", "")
    }

    #[test]
    fn an_undecided_claim_says_how_many_seeds_would_settle_it() {
        // Mean 1, standard deviation 2. By tables of Student's t (2.120 at 16, 2.110 at 17 degrees of
        // freedom) the interval reaches down to -0.03 with 17 seeds and to 0.005 with 18.
        let values = [-1.0, 3.0, 1.0, -1.0, 3.0];
        let outlook = claim().mean_is_above(0.0, &values).outlook().unwrap();
        assert_eq!(
            outlook,
            "About 18 seeds would settle it, if estimate and spread stay."
        );
        let never = claim().mean_is_above(1.0, &values).outlook().unwrap();
        assert!(never.starts_with("More than 10000 seeds"), "{never}");
        assert_eq!(claim().mean_is_above(-9.0, &values).outlook(), None);
        assert_eq!(claim().mean_is_above(0.0, &[1.0]).outlook(), None);
    }

    #[test]
    fn the_interval_decides_not_the_mean() {
        assert_eq!(
            claim().mean_is_above(0.0, &[1.0, 1.1, 0.9]).verdict,
            Verdict::Reproduced
        );
        assert_eq!(
            claim().mean_is_above(0.0, &[-1.0, -1.1, -0.9]).verdict,
            Verdict::Contradicted
        );
        assert_eq!(
            claim().mean_is_above(0.0, &[-1.0, 3.0, 1.0]).verdict,
            Verdict::Undecided
        );
        assert_eq!(
            claim().mean_is_below(0.0, &[1.0, 1.1, 0.9]).verdict,
            Verdict::Contradicted
        );
        assert_eq!(
            claim()
                .mean_is_within((0.8, 1.2), &[1.0, 1.01, 0.99])
                .verdict,
            Verdict::Reproduced
        );
        assert_eq!(
            claim()
                .mean_is_within((2.0, 3.0), &[1.0, 1.01, 0.99])
                .verdict,
            Verdict::Contradicted
        );
        assert_eq!(
            claim()
                .median_is_above(0.0, &[1.0, 2.0, 3.0, 900.0])
                .verdict,
            Verdict::Reproduced
        );
    }

    #[test]
    fn statements_look_alike_and_symbols_stay() {
        let said = |text: &str| Claim::says("id", "", text).measured_by("", "").statement;
        assert_eq!(said("it holds."), "It holds");
        assert_eq!(said("a mean trains"), "A mean trains");
        assert_eq!(said("x' is 2"), "x' is 2");
        assert_eq!(
            said("conv2d_1 has 320 parameters"),
            "conv2d_1 has 320 parameters"
        );
        assert_eq!(
            said("max-pool, as here, leaves one"),
            "Max-pool, as here, leaves one"
        );
        assert_eq!(said("PReLU learns."), "PReLU learns");
        assert_eq!(said(""), "");
    }

    #[test]
    fn what_was_measured_is_said_with_its_interval_where_it_has_one() {
        let claim = |values: &[f64]| {
            let claim = Claim::says("id", "", "").measured_by("time", "s");
            claim.mean_is_above(0.0, values).measured()
        };
        assert_eq!(claim(&[1.0, 3.0]), "2.000 s [-10.71, 14.71], n = 2");
        assert_eq!(claim(&[2.0]), "2.000 s, n = 1");
        assert_eq!(claim(&[]), "no value s, n = 0");
    }

    #[test]
    fn a_reason_is_given_where_the_opposite_holds_only() {
        let answered = |values: &[f64]| claim().mean_is_above(0.0, values).if_contradicted("so");
        assert_eq!(answered(&[-1.0, -1.1]).reason.as_deref(), Some("so"));
        assert_eq!(answered(&[1.0, 1.1]).reason, None);
        assert_eq!(answered(&[1.0]).reason, None);
    }

    #[test]
    fn the_side_of_the_post_is_kept_beside_the_verdict() {
        let side = |claim: Claim| (claim.holds_from, claim.holds_to);
        assert_eq!(side(claim().mean_is_above(2.0, &[1.0])), (Some(2.0), None));
        assert_eq!(side(claim().mean_is_below(2.0, &[1.0])), (None, Some(2.0)));
        let within = claim().mean_is_within((1.0, 2.0), &[1.0]);
        assert_eq!(side(within), (Some(1.0), Some(2.0)));
        assert_eq!(
            side(claim().largest_is_at_most(0.5, 0.0, 3)),
            (None, Some(0.5))
        );
    }

    #[test]
    fn one_seed_or_none_decides_nothing() {
        let one = claim().mean_is_above(0.0, &[5.0]);
        assert_eq!(
            (one.verdict, one.estimate, one.low),
            (Verdict::Undecided, Some(5.0), None)
        );
        assert_eq!(claim().mean_is_above(0.0, &[]).verdict, Verdict::Undecided);
    }

    #[test]
    fn a_number_that_is_not_finite_never_decides() {
        let values = [f64::NAN, 1.0, 2.0];
        assert_eq!(
            claim().mean_is_above(0.0, &values).verdict,
            Verdict::Undecided
        );
        assert_eq!(
            claim().mean_is_below(0.0, &values).verdict,
            Verdict::Undecided
        );
        let exact = claim().largest_is_at_most(1.0, f64::NAN, 3);
        assert_eq!((exact.verdict, exact.estimate), (Verdict::Undecided, None));
        assert!(exact.reason.is_some_and(|reason| reason.contains("finite")));
        let infinite = claim().largest_is_at_most(1.0, f64::NEG_INFINITY, 3);
        assert_eq!(infinite.verdict, Verdict::Reproduced);
    }

    #[test]
    fn nothing_measured_decides_nothing_and_is_said() {
        let none: [Claim; 5] = [
            claim().mean_is_above(0.0, &[]),
            claim().mean_is_below(0.0, &[]),
            claim().mean_is_within((0.0, 1.0), &[]),
            claim().median_is_above(0.0, &[]),
            claim().largest_is_at_most(1.0, 0.0, 0),
        ];
        for claim in none {
            assert_eq!((claim.verdict, claim.estimate), (Verdict::Undecided, None));
            assert_eq!(claim.reason.as_deref(), Some("nothing was measured"));
        }
    }

    #[test]
    fn an_exact_claim_of_a_number_is_never_undecided() {
        assert_eq!(
            claim().largest_is_at_most(0.0, 0.0, 3).verdict,
            Verdict::Reproduced
        );
        assert_eq!(
            claim().largest_is_at_most(0.0, 1e-9, 3).verdict,
            Verdict::Contradicted
        );
    }

    #[test]
    fn values_of_all_seeds_and_the_figure_are_kept_and_read_again() {
        let claim = claim().mean_is_above(0.0, &[1.0, f64::NAN, 3.0]);
        let claim = claim.shown_in("curves");
        assert_eq!(claim.values, [1.0, 3.0]);
        let json = serde_json::to_string(&claim).unwrap();
        assert_eq!(serde_json::from_str::<Claim>(&json).unwrap(), claim);
        let exact = self::claim().largest_is_at_most(1.0, 0.5, 3);
        assert!(exact.values.is_empty() && exact.figure.is_none());
    }
}
