//! The frame of a plot: where it stands in its panel, its two axes, grid and texts.

use crate::axis::{Axis, Scale, Tick, ticks};
use crate::canvas::Canvas;
use crate::colour::Colour;
use crate::font;
use crate::paint::{Anchor, Place, Rect, Stroke, Text};

/// Turn of long category names, in degrees.
const TURN: f64 = 35.0;
/// Room above a plot, in pixels.
const TOP: f64 = 8.0;
const LINE: f64 = 1.2;

/// One axis before it has a place.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) range: (f64, f64),
    pub(crate) log: bool,
    /// Ticks; a text may have several lines.
    pub(crate) ticks: Vec<Tick>,
    pub(crate) label: String,
    /// Lines across the plot and small strokes at the ticks.
    pub(crate) grid: bool,
    /// Texts of the ticks stand at an angle.
    pub(crate) turned: bool,
}

/// A plot in its place.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) rect: Rect,
    pub(crate) x: Scale,
    pub(crate) y: Scale,
    plans: [Plan; 2],
    /// Longest line of the upright axis' name, in pixels.
    label_limit: f64,
}

/// Plans an upright numeric axis of about `length` pixels.
pub(crate) fn upright(axis: &Axis, range: (f64, f64), length: f64) -> Plan {
    let most = (length / 42.0).clamp(2.0, 8.0) as usize;
    plan(
        axis,
        range,
        thinned(ticks(axis, range, most), (length / 20.0) as usize),
    )
}

/// Plans a flat numeric axis of `length` pixels, with as many ticks as have room.
pub(crate) fn flat(axis: &Axis, range: (f64, f64), length: f64) -> Plan {
    let scale = Scale {
        range,
        log: axis.log,
        pixels: (0.0, length),
    };
    let fits = |ticks: &[Tick]| {
        ticks.windows(2).all(|pair| {
            let [a, b] = [&pair[0], &pair[1]].map(|tick| scale.pixel(tick.at).unwrap_or(0.0));
            let widths = pair
                .iter()
                .map(|tick| font::width(&tick.label, font::SMALL, false));
            (b - a).abs() >= widths.sum::<f64>() / 2.0 + 12.0
        })
    };
    let most = (length / 38.0).clamp(2.0, 10.0) as usize;
    let fewer = (2..=most).rev().map(|most| ticks(axis, range, most));
    let found = fewer.clone().find(|ticks| fits(ticks)).or_else(|| {
        let last = fewer.clone().next_back()?;
        (2..)
            .map(|stride| last.iter().step_by(stride).cloned().collect::<Vec<_>>())
            .find(|t| fits(t))
    });
    plan(axis, range, found.unwrap_or_default())
}

fn plan(axis: &Axis, range: (f64, f64), ticks: Vec<Tick>) -> Plan {
    Plan {
        range,
        log: axis.log,
        ticks,
        label: axis.label.clone(),
        grid: true,
        turned: false,
    }
}

fn thinned(ticks: Vec<Tick>, most: usize) -> Vec<Tick> {
    let stride = ticks.len().div_ceil(most.max(2)).max(1);
    ticks.into_iter().step_by(stride).collect()
}

fn tick_width(plan: &Plan) -> f64 {
    font::widest(
        plan.ticks.iter().flat_map(|tick| tick.label.lines()),
        font::SMALL,
    )
}

fn lines(label: &str, limit: f64) -> Vec<String> {
    font::wrap(label, font::LABEL, false, limit)
}

fn label_height(label: &str, limit: f64) -> f64 {
    match lines(label, limit).len() {
        0 => 0.0,
        lines => lines as f64 * font::LABEL * LINE + 8.0,
    }
}

/// The room around a plot.
struct Margins {
    left: f64,
    right: f64,
    below: f64,
    /// The plan of the flat axis at the length that is left.
    x: Plan,
}

impl Margins {
    fn around(rect: Rect, x: &impl Fn(f64) -> Plan, y: &Plan, label_limit: f64) -> Self {
        let left = tick_width(y) + 10.0 + label_height(&y.label, label_limit);
        let rough = x((rect.w - left - 12.0).max(20.0));
        let overhang = |tick: Option<&Tick>| {
            let width = tick.map_or(0.0, |tick| font::widest(tick.label.lines(), font::SMALL));
            if rough.turned {
                width * TURN.to_radians().cos()
            } else {
                width / 2.0
            }
        };
        let left = left.max(overhang(rough.ticks.first()) * 0.8);
        let right = if rough.turned {
            10.0
        } else {
            overhang(rough.ticks.last()).max(10.0)
        };
        let width = (rect.w - left - right).max(20.0);
        let x = x(width);
        let below = tick_depth(&x) + 10.0 + label_height(&x.label, width);
        Self {
            left,
            right,
            below,
            x,
        }
    }
}

impl Frame {
    /// Finds the plot's place in `rect`. The flat axis is planned once its length is known;
    /// `aspect` (width over height), where given, makes the plot smaller.
    pub(crate) fn lay_out(
        rect: Rect,
        x: impl Fn(f64) -> Plan,
        y: Plan,
        aspect: Option<f64>,
    ) -> Self {
        // How high the plot is depends on what stands below it, and how many lines the name of
        // the upright axis takes, left of the plot, depends on how high the plot is.
        let below = Margins::around(rect, &x, &y, rect.h).below;
        let label_limit = (rect.h - TOP - below).max(120.0);
        let Margins {
            left,
            right,
            below,
            x,
        } = Margins::around(rect, &x, &y, label_limit);
        let mut plot = rect.inside(left, TOP, right, below);
        if let Some(aspect) = aspect {
            plot = plot.with_aspect(aspect);
        }
        let scale = |plan: &Plan, pixels| Scale {
            range: plan.range,
            log: plan.log,
            pixels,
        };
        Self {
            rect: plot,
            x: scale(&x, (plot.x, plot.right())),
            y: scale(&y, (plot.bottom(), plot.y)),
            plans: [x, y],
            label_limit,
        }
    }

    /// The place of two numbers; none if one is not finite or has no logarithm.
    pub(crate) fn place(&self, x: f64, y: f64) -> Option<Place> {
        Some((self.x.pixel(x)?, self.y.pixel(y)?))
    }

    /// Draws grid, border, ticks and labels: what lies behind the data.
    pub(crate) fn draw(&self, canvas: &mut Canvas) {
        let grid = Stroke::new(Colour::hex(0xE6_E6_E6), 1.0);
        let rect = self.rect;
        for (plan, scale, flat) in [
            (&self.plans[0], &self.x, true),
            (&self.plans[1], &self.y, false),
        ] {
            for tick in &plan.ticks {
                let Some(at) = scale.visible(tick.at) else {
                    continue;
                };
                if plan.grid && flat {
                    canvas.line((at, rect.y), (at, rect.bottom()), grid);
                } else if plan.grid {
                    canvas.line((rect.x, at), (rect.right(), at), grid);
                }
                if flat {
                    self.flat_tick(canvas, at, tick);
                } else {
                    self.upright_tick(canvas, at, tick);
                }
            }
        }
        self.labels(canvas);
    }

    /// Draws the border: in front of the data, so that nothing frays it.
    pub(crate) fn draw_border(&self, canvas: &mut Canvas) {
        let rect = self.rect;
        let corners = [
            (rect.x, rect.y),
            (rect.x, rect.bottom()),
            (rect.right(), rect.bottom()),
        ];
        canvas.polyline(&corners, Stroke::new(Colour::DARK_GREY, 1.2));
    }

    fn flat_tick(&self, canvas: &mut Canvas, at: f64, tick: &Tick) {
        let top = self.rect.bottom() + 7.0;
        if self.plans[0].turned {
            let text = Text::new(&tick.label, (at + 4.0, top + 9.0)).anchor(Anchor::End);
            canvas.text(text.turn(-TURN));
            return;
        }
        let first = Text::new("", (at, top + 0.8 * font::SMALL)).anchor(Anchor::Middle);
        canvas.lines(&tick.lines(), LINE * font::SMALL, first);
    }

    fn upright_tick(&self, canvas: &mut Canvas, at: f64, tick: &Tick) {
        let (lines, pitch) = (tick.lines(), LINE * font::SMALL);
        let top = at - pitch * (lines.len() as f64 - 1.0) / 2.0;
        let first = Text::new("", (self.rect.x - 7.0, top)).anchor(Anchor::End);
        canvas.lines(&lines, pitch, first.centred());
    }

    fn labels(&self, canvas: &mut Canvas) {
        let (rect, [x, y]) = (self.rect, &self.plans);
        let top = rect.bottom() + tick_depth(x) + 10.0;
        let first = Text::new("", (rect.middle().0, top + 0.9 * font::LABEL)).size(font::LABEL);
        let names = lines(&x.label, rect.w);
        canvas.lines(&names, LINE * font::LABEL, first.anchor(Anchor::Middle));
        let rows = lines(&y.label, self.label_limit);
        let right = rect.x - tick_width(y) - 17.0;
        for (row, line) in rows.iter().enumerate() {
            let x = right - font::LABEL * LINE * (rows.len() - 1 - row) as f64;
            let text = Text::new(line, (x, rect.middle().1)).size(font::LABEL);
            canvas.text(text.anchor(Anchor::Middle).turn(-90.0));
        }
    }
}

/// Height in pixels of the texts under a flat axis.
fn tick_depth(plan: &Plan) -> f64 {
    if plan.turned {
        return tick_width(plan) * TURN.to_radians().sin() + font::SMALL;
    }
    let rows = plan
        .ticks
        .iter()
        .map(|tick| tick.label.lines().count())
        .max()
        .unwrap_or(0);
    rows as f64 * font::SMALL * LINE
}
