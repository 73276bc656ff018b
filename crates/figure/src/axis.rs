//! An axis: what it measures, from numbers to pixels along it, and where its ticks stand.

use serde::{Deserialize, Serialize};

use crate::error::{PanelError, expect_range};
use crate::number;

/// An axis: what it measures, on which scale, from where to where.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Axis {
    /// What is measured, with its unit: `"time (s)"`.
    pub label: String,
    /// Logarithmic, base 10; numbers at or below 0 are then gaps.
    #[serde(default)]
    pub log: bool,
    /// Fixed range; from the data where absent.
    #[serde(default)]
    pub range: Option<(f64, f64)>,
    /// Own ticks (place, text) instead of computed ones.
    #[serde(default)]
    pub ticks: Vec<(f64, String)>,
}

impl Axis {
    /// A linear axis whose range comes from the data.
    pub fn new(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            ..Self::default()
        }
    }

    setters! {
        /// Makes the scale logarithmic.
        log,
        /// Fixes the range, so that several panels or frames can be compared.
        range(low, high),
    }

    /// Replaces the computed ticks by own ones: places and their texts.
    #[must_use]
    pub fn ticks<S: Into<String>>(mut self, ticks: impl IntoIterator<Item = (f64, S)>) -> Self {
        self.ticks = ticks
            .into_iter()
            .map(|(at, text)| (at, text.into()))
            .collect();
        self
    }

    pub(crate) fn check(&self, what: &str) -> Result<(), PanelError> {
        expect_range(what, self.range, self.log)
    }
}

impl<S: Into<String>> From<S> for Axis {
    fn from(label: S) -> Self {
        Self::new(label)
    }
}

/// An axis laid over a stretch of the page.
#[derive(Clone, Debug)]
pub(crate) struct Scale {
    /// Ends of the axis as numbers, low below high.
    pub(crate) range: (f64, f64),
    pub(crate) log: bool,
    /// Pixels of the low and the high end.
    pub(crate) pixels: (f64, f64),
}

impl Scale {
    /// Pixel of `value`; none if it is not finite or has no logarithm.
    pub(crate) fn pixel(&self, value: f64) -> Option<f64> {
        let share = self.share(value)?;
        // Far outside is far outside; huge coordinates would upset readers of the SVG.
        Some(self.pixels.0 + share.clamp(-100.0, 101.0) * (self.pixels.1 - self.pixels.0))
    }

    fn share(&self, value: f64) -> Option<f64> {
        let (low, high) = self.range;
        if !value.is_finite() || (self.log && value <= 0.0) {
            return None;
        }
        Some(if self.log {
            (value.log10() - low.log10()) / (high.log10() - low.log10())
        } else {
            // Halves, because the difference of two huge numbers may be infinite.
            (value / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0)
        })
    }

    /// Pixel of `value` where it lies on the axis.
    pub(crate) fn visible(&self, value: f64) -> Option<f64> {
        self.contains(value).then(|| self.pixel(value)).flatten()
    }

    pub(crate) fn contains(&self, value: f64) -> bool {
        self.share(value)
            .is_some_and(|share| (-1e-9..=1.0 + 1e-9).contains(&share))
    }
}

/// A place on an axis, and what is written there.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tick {
    pub(crate) at: f64,
    pub(crate) label: String,
}

impl Tick {
    pub(crate) fn lines(&self) -> Vec<String> {
        self.label.lines().map(Into::into).collect()
    }
}

/// The range of an axis: the caller's, or that of the data with a margin, never empty.
pub(crate) fn range_of(axis: &Axis, data: impl IntoIterator<Item = f64>) -> (f64, f64) {
    if let Some(range) = axis.range {
        return range;
    }
    let usable = data.into_iter().filter(|v| !axis.log || *v > 0.0);
    let Some((low, high)) = number::ends(usable) else {
        return if axis.log { (1.0, 10.0) } else { (0.0, 1.0) };
    };
    let (from, to) = match (axis.log, low == high) {
        // A third of a decade each way around a single number.
        (true, true) => (low / 2.0, high * 2.0),
        (true, false) => {
            let margin = (high / low).powf(0.04);
            ((low / margin).max(f64::MIN_POSITIVE), high * margin)
        }
        (false, true) => {
            let half = if low == 0.0 { 1.0 } else { low.abs() * 0.1 };
            (low - half, high + half)
        }
        (false, false) => {
            let margin = (high / 2.0 - low / 2.0) * 0.08;
            (low - margin, high + margin)
        }
    };
    (from.max(f64::MIN), to.min(f64::MAX))
}

/// At most about `most` ticks for a range: the caller's own, round numbers or powers of ten.
pub(crate) fn ticks(axis: &Axis, range: (f64, f64), most: usize) -> Vec<Tick> {
    if !axis.ticks.is_empty() {
        let own = axis.ticks.iter().map(|(at, label)| Tick {
            at: *at,
            label: label.clone(),
        });
        return own.collect();
    }
    if axis.log {
        log_ticks(range, most)
    } else {
        linear_ticks(range, most)
    }
}

fn linear_ticks((low, high): (f64, f64), most: usize) -> Vec<Tick> {
    let span = high / 2.0 - low / 2.0;
    let rough = 2.0 * (span / most.max(1) as f64);
    let size = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|nice| nice * size)
        .find(|step| *step >= rough * 0.7);
    let Some(step) = step.filter(|step| step.is_normal()) else {
        return Vec::new();
    };
    let (first, last) = ((low / step - 1e-6).ceil(), (high / step + 1e-6).floor());
    let count = ((last - first).max(0.0) as usize).min(1000);
    (0..=count)
        .map(|k| (first + k as f64) * step)
        .filter(|at| *at <= high + step * 1e-6)
        .map(|at| Tick {
            at,
            label: number::tick(at, step),
        })
        .collect()
}

fn log_ticks((low, high): (f64, f64), most: usize) -> Vec<Tick> {
    let (first, last) = (low.log10().floor() as i32, high.log10().ceil() as i32);
    let inside = |at: &f64| *at >= low * 0.999_999 && *at <= high * 1.000_001;
    // One way of writing on one axis: 1e-4, 1e-2, 1 rather than 0.0001, 0.01, 1.
    let wide = first < -3 || last > 5;
    let tick = |at: f64| Tick {
        at,
        label: if wide {
            number::power(at)
        } else {
            number::short(at, 3)
        },
    };
    let decades = (high.log10() - low.log10()).max(0.0);
    // Below one decade and a half, powers of ten alone leave the axis almost bare.
    let digits: &[f64] = match decades {
        d if d < 1.5 => &[1.0, 2.0, 5.0],
        d if d < 2.5 && most >= 5 => &[1.0, 3.0],
        _ => {
            let stride = (decades / most.max(1) as f64).ceil().max(1.0) as i32;
            let powers = (first..=last).filter(|power| power % stride == 0);
            return powers
                .map(|power| 10f64.powi(power))
                .filter(inside)
                .map(tick)
                .collect();
        }
    };
    let all = (first..=last).flat_map(|power| digits.iter().map(move |d| d * 10f64.powi(power)));
    let found: Vec<Tick> = all.filter(inside).map(tick).collect();
    if found.len() >= 2 {
        found
    } else {
        linear_ticks((low, high), most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis, range: (f64, f64), most: usize) -> Vec<String> {
        ticks(axis, range, most)
            .into_iter()
            .map(|tick| tick.label)
            .collect()
    }

    #[test]
    fn linear_ticks_are_round_numbers_inside_the_range() {
        assert_eq!(
            labels(&Axis::new(""), (0.0, 1.0), 5),
            ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]
        );
        assert_eq!(
            labels(&Axis::new(""), (-30.0, 1020.0), 6),
            ["0", "200", "400", "600", "800", "1000"]
        );
    }

    #[test]
    fn logarithmic_ticks_are_powers_of_ten_thinned_to_fit() {
        let axis = Axis::new("").log();
        assert_eq!(
            labels(&axis, (1e-3, 1e1), 6),
            ["0.001", "0.01", "0.1", "1", "10"]
        );
        assert_eq!(labels(&axis, (1e-12, 1.0), 4).len(), 5);
        assert_eq!(labels(&axis, (1.0, 9.0), 6), ["1", "2", "5"]);
    }

    #[test]
    fn ranges_are_never_empty() {
        for axis in [Axis::new(""), Axis::new("").log()] {
            for data in [
                vec![],
                vec![f64::NAN],
                vec![3.0],
                vec![0.0, 0.0],
                vec![-1.0],
                vec![f64::MAX],
            ] {
                let (low, high) = range_of(&axis, data.clone());
                assert!(
                    low < high && low.is_finite() && high.is_finite(),
                    "{axis:?} {data:?}"
                );
            }
        }
    }

    #[test]
    fn a_scale_maps_its_ends_to_its_pixels() {
        let scale = Scale {
            range: (0.01, 100.0),
            log: true,
            pixels: (10.0, 50.0),
        };
        assert_eq!(
            [0.01, 1.0, 100.0].map(|v| scale.pixel(v).unwrap().round()),
            [10.0, 30.0, 50.0]
        );
        assert_eq!([0.0, -1.0, f64::NAN].map(|v| scale.pixel(v)), [None; 3]);
    }
}
