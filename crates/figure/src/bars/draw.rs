//! Draws bars, whiskers, single points, numbers, marks and reference lines into a frame.

use super::{BarSeries, Bars, Marks};
use crate::axis::{Scale, Tick, range_of};
use crate::canvas::Canvas;
use crate::chart::Rule;
use crate::colour::Colour;
use crate::font;
use crate::frame::{self, Frame, Plan};
use crate::number;
use crate::paint::{Anchor, Fill, Marker, Place, Point, Rect, Stroke, Text};

/// Share of a category's room that its bars fill.
const FILLED: f64 = 0.78;

/// Bars in their frame: knows which axis is which.
struct Plot<'a> {
    bars: &'a Bars,
    frame: Frame,
}

/// Draws axes and bars into `rect`; title and legend have been taken off.
pub(super) fn draw(canvas: &mut Canvas, rect: Rect, bars: &Bars) {
    let range = value_range(bars);
    let labels = font::widest(bars.rules.iter().map(|rule| &rule.label), font::SMALL);
    // Names of reference lines stand outside, where no bar is.
    let rect = match (labels > 0.0, bars.horizontal) {
        (false, _) => rect,
        (true, true) => rect.inside(0.0, font::SMALL, 0.0, 0.0),
        (true, false) => rect.inside(0.0, 0.0, labels, 0.0),
    };
    let frame = if bars.horizontal {
        let values = |length| frame::flat(&bars.value, range, length);
        Frame::lay_out(rect, values, category_plan(bars, 190.0, true), None)
    } else {
        let count = bars.categories.len().max(1) as f64;
        let categories = |length: f64| category_plan(bars, length / count - 6.0, false);
        let values = frame::upright(&bars.value, range, rect.h - 60.0);
        Frame::lay_out(rect, categories, values, None)
    };
    let plot = Plot { bars, frame };
    let series = || bars.series.iter().enumerate();
    plot.frame.draw(canvas);
    canvas.clipped(plot.frame.rect, |canvas| {
        series().for_each(|(index, series)| plot.bodies(canvas, index, series));
        bars.rules.iter().for_each(|rule| plot.rule(canvas, rule));
    });
    plot.frame.draw_border(canvas);
    series().for_each(|(index, series)| plot.details(canvas, index, series));
    bars.marks.iter().for_each(|m| plot.marks(canvas, m));
    bars.rules.iter().for_each(|r| plot.rule_label(canvas, r));
}

impl Plot<'_> {
    fn values(&self) -> &Scale {
        if self.bars.horizontal {
            &self.frame.x
        } else {
            &self.frame.y
        }
    }

    /// A place at `category` (a number of rooms from the first one's start) and `value`.
    fn at(&self, category: f64, value: f64) -> Option<Place> {
        let category = position(self.bars, category);
        if self.bars.horizontal {
            Some((self.frame.x.pixel(value)?, self.frame.y.pixel(category)?))
        } else {
            Some((self.frame.x.pixel(category)?, self.frame.y.pixel(value)?))
        }
    }

    /// Middle and width of the bar of a series, in rooms.
    fn slot(&self, category: usize, series: usize) -> (f64, f64) {
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
            if let (Some(from), Some(to), true) = (from, to, value.is_finite()) {
                let corners = [from, (to.0, from.1), to, (from.0, to.1)];
                let fill = Fill::area(series.colour_of(category), 0.85);
                canvas.polygon(&corners, Some(fill), None);
            } else if let Some((x, y)) = self.at(middle, base) {
                let at = if self.bars.horizontal {
                    (x + 18.0, y)
                } else {
                    (x, y - 12.0)
                };
                let text = Text::new("n/a", at).colour(Colour::GREY);
                canvas.text(text.anchor(Anchor::Middle).centred());
            }
        }
    }

    /// Whiskers, single points and the number of each bar.
    fn details(&self, canvas: &mut Canvas, index: usize, series: &BarSeries) {
        for category in 0..series.values.len() {
            let (middle, width) = self.slot(category, index);
            let empty = Vec::new();
            let points = series.points.get(category).unwrap_or(&empty);
            let colour = series.colour_of(category).mix(Colour::BLACK, 0.45);
            let dot = Point::new(Marker::Circle, 3.0, colour).opacity(0.75);
            self.row(canvas, (middle, width), points, dot);
            let interval = series.intervals.get(category).copied();
            if let Some((low, high)) = interval {
                self.whisker(canvas, (middle, width), low, high);
            }
            let mut reach = points.clone();
            reach.extend(interval.into_iter().flat_map(|(low, high)| [low, high]));
            reach.extend(self.marks_at(category, index));
            self.number(canvas, (middle, width), series.values[category], reach);
        }
    }

    /// Marks that stand over the bar of a series, or may.
    fn marks_at(&self, category: usize, series: usize) -> impl Iterator<Item = f64> + '_ {
        let marks = self.bars.marks.iter();
        let over = marks.filter(move |m| m.series.is_none_or(|s| s == series));
        over.flat_map(move |m| m.values.get(category).into_iter().flatten().copied())
    }

    /// Values of one bar beside each other, over three fifths of its width.
    fn row(&self, canvas: &mut Canvas, (middle, width): (f64, f64), values: &[f64], point: Point) {
        for (index, &value) in values.iter().enumerate() {
            let share = (index as f64 + 0.5) / values.len() as f64 - 0.5;
            let at = self.at(middle + share * width * 0.6, value);
            if let (true, Some(at)) = (self.values().contains(value), at) {
                canvas.point(at, point);
            }
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
        reach: Vec<f64>,
    ) {
        let (Some(digits), true) = (self.bars.digits, value.is_finite()) else {
            return;
        };
        let (low, high) = self.values().range;
        let negative = value < 0.0;
        let (lowest, highest) = number::ends(reach.into_iter().chain([value])).unwrap_or_default();
        let end = if negative { lowest } else { highest };
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
        let text = Text::new(&text, at).size(fits.clamp(8.0, font::SMALL - 1.0));
        canvas.text(text.anchor(anchor).rim().centred());
    }

    fn marks(&self, canvas: &mut Canvas, marks: &Marks) {
        let point = Point::new(marks.marker, 5.0, marks.colour);
        for (category, values) in marks.values.iter().enumerate() {
            let (middle, width) = marks
                .series
                .map_or((category as f64 + 0.5, FILLED), |s| self.slot(category, s));
            self.row(canvas, (middle, width), values, point);
        }
    }

    fn rule(&self, canvas: &mut Canvas, rule: &Rule) {
        let ends = [0.0, self.bars.categories.len().max(1) as f64].map(|c| self.at(c, rule.at));
        if let [Some(from), Some(to)] = ends {
            canvas.line(from, to, Stroke::new(rule.colour, 1.6).dash(rule.dash));
        }
    }

    fn rule_label(&self, canvas: &mut Canvas, rule: &Rule) {
        let rect = self.frame.rect;
        let Some(at) = self.values().visible(rule.at) else {
            return;
        };
        let text = if self.bars.horizontal {
            Text::new(&rule.label, (at, rect.y - 9.0)).anchor(Anchor::Middle)
        } else {
            Text::new(&rule.label, (rect.right() + 5.0, at))
        };
        canvas.text(text.colour(rule.colour).centred());
    }
}

fn value_range(bars: &Bars) -> (f64, f64) {
    let mut all = Vec::new();
    for series in &bars.series {
        let ends = series.intervals.iter().flat_map(|&(low, high)| [low, high]);
        all.extend(series.values.iter().copied().chain(ends));
        all.extend(series.points.iter().flatten());
    }
    all.extend(bars.marks.iter().flat_map(|m| m.values.iter().flatten()));
    all.extend(bars.rules.iter().map(|rule| rule.at));
    if bars.value.range.is_some() || bars.value.log {
        return range_of(&bars.value, all);
    }
    let (low, high) = range_of(&bars.value, all.iter().copied().chain([0.0]));
    let any = |side: fn(&f64) -> bool| all.iter().filter(|v| v.is_finite()).any(side);
    // Bars stand on zero: no margin on the side where nothing is. Numbers at bars need more.
    let room = match (bars.digits, bars.horizontal) {
        (None, _) => 1.0,
        (_, false) => 1.06,
        (_, true) => 1.16,
    };
    match (any(|v| *v < 0.0), any(|v| *v > 0.0)) {
        (false, _) => (0.0, high * room),
        (true, false) => (low * room, 0.0),
        (true, true) => (low * room, high * room),
    }
}

fn category_plan(bars: &Bars, room: f64, upright: bool) -> Plan {
    let count = bars.categories.len();
    let wrap = |name: &String| font::wrap(name, font::SMALL, false, room);
    let wrapped: Vec<Vec<String>> = bars.categories.iter().map(wrap).collect();
    let widest = font::widest(wrapped.iter().flatten(), font::SMALL);
    let turned = !upright && widest > room + 4.0;
    let names = bars.categories.iter().zip(wrapped);
    let labels = names.map(|(name, lines)| match turned {
        true => name.replace('\n', " "),
        false => lines.join("\n"),
    });
    let ticks = labels.enumerate().map(|(index, label)| Tick {
        at: position(bars, index as f64 + 0.5),
        label,
    });
    Plan {
        range: (0.0, count.max(1) as f64),
        log: false,
        ticks: ticks.collect(),
        label: bars.category_label.clone(),
        grid: false,
        turned,
    }
}

/// Place on the category axis: flat bars are read from the top.
fn position(bars: &Bars, place: f64) -> f64 {
    if bars.horizontal {
        bars.categories.len() as f64 - place
    } else {
        place
    }
}
