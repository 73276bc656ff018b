//! What is drawn over bars: whiskers, single points, numbers, marks and reference lines.

use super::draw::{FILLED, Plot};
use super::{BarSeries, Marks};
use crate::canvas::{Anchor, Canvas, Stroke, Text};
use crate::chart::{Marker, Rule};
use crate::colour::Colour;
use crate::font;
use crate::marker::{self, Look};
use crate::number;

impl Plot<'_> {
    /// Whiskers, single points and the number of each bar.
    pub(super) fn details(&self, canvas: &mut Canvas, index: usize, series: &BarSeries) {
        for category in 0..series.values.len() {
            let (middle, width) = self.slot(category, index);
            let empty = Vec::new();
            let points = series.points.get(category).unwrap_or(&empty);
            self.points(
                canvas,
                (middle, width * 0.6),
                points,
                series.colour_of(category),
            );
            let interval = series.intervals.get(category).copied();
            if let Some((low, high)) = interval {
                self.whisker(canvas, (middle, width), low, high);
            }
            let reach = [series.values[category]]
                .into_iter()
                .chain(points.iter().copied());
            let reach = reach.chain(interval.into_iter().flat_map(|(low, high)| [low, high]));
            let reach = reach.chain(self.marks_at(category, index));
            self.number(canvas, (middle, width), series.values[category], reach);
        }
    }

    /// Marks that stand over the bar of a series, or may.
    fn marks_at(&self, category: usize, series: usize) -> impl Iterator<Item = f64> + '_ {
        let over = self
            .bars
            .marks
            .iter()
            .filter(move |m| m.series.is_none_or(|s| s == series));
        over.filter_map(move |marks| marks.values.get(category))
            .flatten()
            .copied()
    }

    fn points(
        &self,
        canvas: &mut Canvas,
        (middle, width): (f64, f64),
        values: &[f64],
        colour: Colour,
    ) {
        let colour = colour.mix(Colour::BLACK, 0.45);
        let look = Look {
            shape: Marker::Circle,
            radius: 3.0,
            colour,
            hollow: false,
            opacity: 0.75,
        };
        for (index, &value) in values.iter().enumerate() {
            let share = (index as f64 + 0.5) / values.len() as f64 - 0.5;
            self.mark(canvas, middle + share * width, value, look);
        }
    }

    fn mark(&self, canvas: &mut Canvas, category: f64, value: f64, look: Look) {
        if self.values().contains(value) {
            self.at(category, value)
                .into_iter()
                .for_each(|at| marker::draw(canvas, at, look));
        }
    }

    fn whisker(&self, canvas: &mut Canvas, (middle, width): (f64, f64), low: f64, high: f64) {
        let (least, most) = self.values().range;
        let stroke = Stroke::new(Colour::BLACK, 1.6);
        if low.is_nan() || high.is_nan() || low > high {
            return;
        }
        let ends = [low, high].map(|v| self.at(middle, v.clamp(least, most)));
        if let [Some(low), Some(high)] = ends {
            canvas.line(low, high, stroke);
        }
        let cap = (width * 0.18).min(0.08);
        for end in [low, high]
            .into_iter()
            .filter(|v| self.values().contains(*v))
        {
            if let (Some(a), Some(b)) = (self.at(middle - cap, end), self.at(middle + cap, end)) {
                canvas.line(a, b, stroke);
            }
        }
    }

    fn number(
        &self,
        canvas: &mut Canvas,
        (middle, width): (f64, f64),
        value: f64,
        reach: impl Iterator<Item = f64>,
    ) {
        let (Some(digits), true) = (self.bars.digits, value.is_finite()) else {
            return;
        };
        let (low, high) = self.values().range;
        let negative = value < 0.0;
        let end = reach.filter(|v| v.is_finite()).fold(value, |end, v| {
            if negative { end.min(v) } else { end.max(v) }
        });
        let Some((x, y)) = self.at(middle, end.clamp(low, high)) else {
            return;
        };
        let text = number::fixed(value, digits);
        let (at, anchor) = match (self.bars.horizontal, negative) {
            (true, false) => ((x + 6.0, y), Anchor::Start),
            (true, true) => ((x - 6.0, y), Anchor::End),
            (false, false) => ((x, y - 11.0), Anchor::Middle),
            (false, true) => ((x, y + 11.0), Anchor::Middle),
        };
        // Numbers over narrow bars shrink, so that neighbours do not touch.
        let room = width * self.frame.rect.w / self.bars.categories.len() as f64 - 2.0;
        let fits = if self.bars.horizontal {
            f64::MAX
        } else {
            room / font::width(&text, 1.0, false)
        };
        let size = fits.clamp(8.0, font::SMALL - 1.0);
        canvas.text(
            Text::new(&text, at)
                .anchor(anchor)
                .size(size)
                .rim()
                .centred(),
        );
    }

    pub(super) fn marks(&self, canvas: &mut Canvas, marks: &Marks) {
        let look = Look {
            shape: marks.marker,
            radius: 5.0,
            colour: marks.colour,
            hollow: false,
            opacity: 1.0,
        };
        for (category, values) in marks.values.iter().enumerate() {
            let (middle, width) = marks
                .series
                .map_or((category as f64 + 0.5, FILLED), |s| self.slot(category, s));
            for (index, &value) in values.iter().enumerate() {
                let share = (index as f64 + 0.5) / values.len() as f64 - 0.5;
                self.mark(canvas, middle + share * width * 0.6, value, look);
            }
        }
    }

    pub(super) fn rule(&self, canvas: &mut Canvas, rule: &Rule) {
        let ends = [0.0, self.bars.categories.len().max(1) as f64].map(|c| self.at(c, rule.at));
        if let [Some(from), Some(to)] = ends {
            canvas.line(from, to, Stroke::new(rule.colour, 1.6).dash(rule.dash));
        }
    }

    pub(super) fn rule_label(&self, canvas: &mut Canvas, rule: &Rule) {
        let rect = self.frame.rect;
        let Some(at) = self.values().pixel(rule.at) else {
            return;
        };
        if !self.values().contains(rule.at) {
            return;
        }
        let text = if self.bars.horizontal {
            Text::new(&rule.label, (at, rect.y - 9.0)).anchor(Anchor::Middle)
        } else {
            Text::new(&rule.label, (rect.right() + 5.0, at))
        };
        canvas.text(text.colour(rule.colour).centred());
    }
}
