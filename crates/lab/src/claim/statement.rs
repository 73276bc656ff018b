//! A claim that still has to be measured, and the rules that answer it.

use super::{Claim, Verdict};
use crate::statistics::{Estimate, bootstrap_interval, mean_interval, median};

/// The post's side of a claim: from where, and to where.
type Side = (Option<f64>, Option<f64>);

/// A claim that still has to be measured.
#[derive(Debug)]
#[must_use = "a claim is answered by one of its rules"]
pub struct Statement {
    pub(super) id: &'static str,
    pub(super) source: &'static str,
    pub(super) statement: String,
    pub(super) statistic: String,
    pub(super) unit: &'static str,
}

impl Statement {
    /// Says what is measured, and in which unit.
    pub fn measured_by(mut self, statistic: impl Into<String>, unit: &'static str) -> Self {
        self.statistic = statistic.into();
        self.unit = unit;
        self
    }

    /// The claim is that the mean of `values`, one a seed, is above `threshold`.
    pub fn mean_is_above(self, threshold: f64, values: &[f64]) -> Claim {
        let rule = format!("the 95 % interval of the mean lies above {threshold}");
        let side = (Some(threshold), None);
        self.compared(rule, side, values, mean_interval(values), |e| {
            (e.low > threshold, e.high < threshold)
        })
    }

    /// The claim is that the mean of `values`, one a seed, is below `threshold`.
    pub fn mean_is_below(self, threshold: f64, values: &[f64]) -> Claim {
        let rule = format!("the 95 % interval of the mean lies below {threshold}");
        let side = (None, Some(threshold));
        self.compared(rule, side, values, mean_interval(values), |e| {
            (e.high < threshold, e.low > threshold)
        })
    }

    /// The claim is that the mean of `values`, one a seed, is within `range`.
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

    /// The claim is that the median of `values`, one a seed, is above `threshold`; for
    /// statistics with heavy tails.
    pub fn median_is_above(self, threshold: f64, values: &[f64]) -> Claim {
        let rule = format!("the 95 % bootstrap interval of the median lies above {threshold}");
        let estimate = bootstrap_interval(values, median);
        let side = (Some(threshold), None);
        self.compared(rule, side, values, estimate, |e| {
            (e.low > threshold, e.high < threshold)
        })
    }

    /// The claim is exact: `largest`, of what was measured in `n` cases, is at most `limit`.
    pub fn largest_is_at_most(self, limit: f64, largest: f64, n: usize) -> Claim {
        let verdict = if largest <= limit {
            Verdict::Reproduced
        } else {
            Verdict::Contradicted
        };
        let estimate = Estimate {
            value: largest,
            low: largest,
            high: largest,
            n,
        };
        let rule = format!("the largest value is at most {limit}");
        self.answered(rule, (None, Some(limit)), Some(estimate), n, verdict)
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
        claim
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
            id: self.id.to_owned(),
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
