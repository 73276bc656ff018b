//! Draws bars, whiskers, single points and marks into a frame.

use super::axes::{category_plan, position, value_range};
use super::{BarSeries, Bars};
use crate::canvas::{Anchor, Canvas, Place, Text};
use crate::colour::Colour;
use crate::font;
use crate::frame::{self, Frame};
use crate::legend::{self, Entry, Sample};
use crate::rect::Rect;
use crate::scale::Scale;

/// Share of a category's room that its bars fill.
pub(super) const FILLED: f64 = 0.78;

/// What the legend explains.
pub(crate) fn entries(bars: &Bars) -> Vec<Entry> {
    let mut entries = Vec::new();
    // Bars with a colour for each category are explained by the categories' names.
    for series in bars
        .series
        .iter()
        .filter(|series| series.colours.len() == 1)
    {
        legend::add(
            &mut entries,
            &series.label,
            Sample::Patch(series.colour_of(0), 0.85),
        );
    }
    for marks in &bars.marks {
        legend::add(
            &mut entries,
            &marks.label,
            Sample::Point(marks.colour, marks.marker, false),
        );
    }
    entries
}

/// Bars in their frame: knows which axis is which.
pub(super) struct Plot<'a> {
    pub(super) bars: &'a Bars,
    pub(super) frame: Frame,
}

/// Draws axes and bars into `rect`; title and legend have been taken off.
pub(crate) fn draw(canvas: &mut Canvas, rect: Rect, bars: &Bars) {
    let range = value_range(bars);
    let labels = font::widest(
        bars.rules.iter().map(|rule| rule.label.as_str()),
        font::SMALL,
    );
    // Names of reference lines stand outside, where no bar is.
    let rect = match (labels > 0.0, bars.horizontal) {
        (false, _) => rect,
        (true, true) => rect.inside(0.0, font::SMALL, 0.0, 0.0),
        (true, false) => rect.inside(0.0, 0.0, labels, 0.0),
    };
    let frame = if bars.horizontal {
        let categories = category_plan(bars, 190.0, true);
        Frame::lay_out(
            rect,
            |length| frame::flat(&bars.value, range, length),
            categories,
            None,
        )
    } else {
        let values = frame::upright(&bars.value, range, rect.h - 60.0);
        Frame::lay_out(
            rect,
            |length| {
                category_plan(
                    bars,
                    length / bars.categories.len().max(1) as f64 - 6.0,
                    false,
                )
            },
            values,
            None,
        )
    };
    let plot = Plot { bars, frame };
    plot.frame.draw(canvas);
    canvas.clipped(plot.frame.rect, |canvas| {
        bars.series
            .iter()
            .enumerate()
            .for_each(|(index, series)| plot.bodies(canvas, index, series));
        bars.rules.iter().for_each(|rule| plot.rule(canvas, rule));
    });
    plot.frame.draw_border(canvas);
    bars.series
        .iter()
        .enumerate()
        .for_each(|(index, series)| plot.details(canvas, index, series));
    bars.marks
        .iter()
        .for_each(|marks| plot.marks(canvas, marks));
    bars.rules
        .iter()
        .for_each(|rule| plot.rule_label(canvas, rule));
}

impl Plot<'_> {
    pub(super) fn values(&self) -> &Scale {
        if self.bars.horizontal {
            &self.frame.x
        } else {
            &self.frame.y
        }
    }

    /// A place at `category` (a number of rooms from the first one's start) and `value`.
    pub(super) fn at(&self, category: f64, value: f64) -> Option<Place> {
        let category = position(self.bars, category);
        if self.bars.horizontal {
            Some((self.frame.x.pixel(value)?, self.frame.y.pixel(category)?))
        } else {
            Some((self.frame.x.pixel(category)?, self.frame.y.pixel(value)?))
        }
    }

    /// Middle and width of the bar of a series, in rooms.
    pub(super) fn slot(&self, category: usize, series: usize) -> (f64, f64) {
        let width = FILLED / self.bars.series.len().max(1) as f64;
        (
            category as f64 + (1.0 - FILLED) / 2.0 + width * (series as f64 + 0.5),
            width,
        )
    }

    fn bodies(&self, canvas: &mut Canvas, index: usize, series: &BarSeries) {
        let (low, high) = self.values().range;
        let base = if self.values().log {
            low
        } else {
            0f64.clamp(low, high)
        };
        for (category, &value) in series.values.iter().enumerate() {
            let (middle, width) = self.slot(category, index);
            let from = self.at(middle - width * 0.46, base);
            let to = self.at(middle + width * 0.46, value.clamp(low, high));
            match (from, to) {
                (Some(from), Some(to)) if value.is_finite() => {
                    let corners = [from, (to.0, from.1), to, (from.0, to.1)];
                    canvas.polygon(&corners, Some((series.colour_of(category), 0.85)), None);
                }
                _ => {
                    let Some(at) = self.at(middle, base) else {
                        continue;
                    };
                    let at = if self.bars.horizontal {
                        (at.0 + 18.0, at.1)
                    } else {
                        (at.0, at.1 - 12.0)
                    };
                    let text = Text::new("n/a", at)
                        .anchor(Anchor::Middle)
                        .colour(Colour::GREY);
                    canvas.text(text.centred());
                }
            }
        }
    }
}
