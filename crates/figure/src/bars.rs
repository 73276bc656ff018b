//! Bars over categories, with intervals, single points and other people's numbers beside.

mod draw;

use serde::{Deserialize, Serialize};

use crate::axis::Axis;
use crate::canvas::Canvas;
use crate::chart::Rule;
use crate::colour::Colour;
use crate::error::{PanelError, expect_len, expect_len_if_any};
use crate::legend::{Legend, Sample};
use crate::number::short;
use crate::paint::{Marker, Rect};
use crate::panel::{PLAIN, Panel, Row, list, number, size_beside};

/// Bars: groups along the category axis, in each group one bar per series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bars {
    /// What this panel shows; may be empty in a figure of one panel.
    pub title: String,
    /// Names of the groups.
    pub categories: Vec<String>,
    /// What the groups are; may be empty.
    pub category_label: String,
    /// The axis of the values.
    pub value: Axis,
    /// One bar in each group per series.
    pub series: Vec<BarSeries>,
    /// Further points, such as an author's published numbers.
    pub marks: Vec<Marks>,
    /// Reference lines at a value (their axis does not matter here).
    pub rules: Vec<Rule>,
    /// Bars lie flat and the categories stand in rows: for long names.
    pub horizontal: bool,
    /// Digits after the point of the number written at each bar; none where absent.
    pub digits: Option<usize>,
    /// Where the legend stands.
    pub legend: Legend,
}

impl Bars {
    /// Upright bars over `categories`, none yet.
    pub fn new<S: Into<String>>(
        title: impl Into<String>,
        categories: impl IntoIterator<Item = S>,
        value: impl Into<Axis>,
    ) -> Self {
        Self {
            title: title.into(),
            categories: categories.into_iter().map(Into::into).collect(),
            category_label: String::new(),
            value: value.into(),
            series: Vec::new(),
            marks: Vec::new(),
            rules: Vec::new(),
            horizontal: false,
            digits: None,
            legend: Legend::Below,
        }
    }

    /// Adds a bar to each group.
    #[must_use]
    pub fn series(mut self, series: BarSeries) -> Self {
        self.series.push(series);
        self
    }

    /// Lays points over the bars.
    #[must_use]
    pub fn marks(mut self, marks: Marks) -> Self {
        self.marks.push(marks);
        self
    }

    /// Adds a reference line at a value.
    #[must_use]
    pub fn rule(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    setters! {
        /// Says what the groups are.
        category_label: impl Into<String>,
        /// Lays the bars flat.
        horizontal,
        /// Writes each value at its bar, with so many digits after the point.
        digits: usize,
        /// Places the legend.
        legend: Legend,
    }
}

/// One bar in each group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BarSeries {
    /// Text in the legend; none where empty.
    pub label: String,
    /// Length of the bars, one per category.
    #[serde(with = "crate::non_finite")]
    pub values: Vec<f64>,
    /// Intervals (low, high) drawn as whiskers, one per category, or empty.
    #[serde(with = "crate::non_finite")]
    pub intervals: Vec<(f64, f64)>,
    /// Single results, one list per category, drawn as dots, or empty: one dot per seed.
    #[serde(with = "crate::non_finite")]
    pub points: Vec<Vec<f64>>,
    /// One colour, or one per category.
    pub colours: Vec<Colour>,
}

/// Points laid over the bars.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Marks {
    /// Text in the legend.
    pub label: String,
    /// The numbers, one list per category.
    #[serde(with = "crate::non_finite")]
    pub values: Vec<Vec<f64>>,
    /// Which series' bar they belong to; the middle of the group where absent.
    pub series: Option<usize>,
    /// Their shape.
    pub marker: Marker,
    /// Their colour.
    pub colour: Colour,
}

impl BarSeries {
    /// Bars in the first colour.
    pub fn new(label: impl Into<String>, values: impl Into<Vec<f64>>) -> Self {
        Self {
            label: label.into(),
            values: values.into(),
            intervals: Vec::new(),
            points: Vec::new(),
            colours: vec![Colour::series(0)],
        }
    }

    /// Sets the colour of all its bars.
    #[must_use]
    pub fn colour(mut self, colour: Colour) -> Self {
        self.colours = vec![colour];
        self
    }

    /// Gives each category its own colour, for instance that of its arm.
    #[must_use]
    pub fn colour_each(mut self, colours: impl Into<Vec<Colour>>) -> Self {
        self.colours = colours.into();
        self
    }

    setters! {
        /// Adds whiskers (low, high), one per category.
        intervals: impl Into<Vec<(f64, f64)>>,
        /// Adds single results, one list per category.
        points: impl Into<Vec<Vec<f64>>>,
    }

    fn colour_of(&self, category: usize) -> Colour {
        self.colours
            .get(category)
            .or(self.colours.first())
            .copied()
            .unwrap_or(Colour::GREY)
    }
}

impl Marks {
    /// Black diamonds in the middle of each group.
    pub fn new(label: impl Into<String>, values: impl Into<Vec<Vec<f64>>>) -> Self {
        Self {
            label: label.into(),
            values: values.into(),
            series: None,
            marker: Marker::Diamond,
            colour: Colour::BLACK,
        }
    }

    setters! {
        /// Sets the shape.
        marker: Marker,
        /// Sets the colour.
        colour: Colour,
    }
}

impl Panel for Bars {
    fn title(&self) -> &str {
        &self.title
    }

    fn check(&self) -> Result<(), PanelError> {
        let groups = self.categories.len();
        self.value.check("value axis")?;
        for series in &self.series {
            let of = |what: &str| format!("{what} of series {:?}", series.label);
            expect_len(&of("values"), series.values.len(), groups)?;
            expect_len_if_any(&of("intervals"), series.intervals.len(), groups)?;
            expect_len_if_any(&of("points"), series.points.len(), groups)?;
            if series.colours.len() != 1 {
                expect_len(&of("colours"), series.colours.len(), groups)?;
            }
        }
        self.marks.iter().try_for_each(|marks| {
            let what = format!("marks {:?}", marks.label);
            expect_len(&what, marks.values.len(), groups)
        })
    }

    fn size(&self, columns: usize) -> (f64, f64) {
        let (width, height) = size_beside(columns, PLAIN);
        let groups = self.categories.len();
        let bars = (groups * self.series.len().max(1)) as f64;
        if self.horizontal {
            let needed = 26.0 * bars + 14.0 * groups as f64 + 70.0;
            (width, needed.max(160.0))
        } else {
            (width.max((34.0 * bars + 80.0).min(1100.0)), height)
        }
    }

    fn samples(&self) -> Vec<(&str, Sample)> {
        // Bars with a colour for each category are explained by the categories' names.
        let series = self.series.iter().filter(|s| s.colours.len() == 1);
        let series = series.map(|s| (s.label.as_str(), Sample::Patch(s.colour_of(0), 0.85)));
        let point = |m: &Marks| Sample::Point(m.colour, m.marker, false);
        let marks = self.marks.iter().map(|m| (m.label.as_str(), point(m)));
        series.chain(marks).collect()
    }

    fn legend(&self) -> Legend {
        self.legend
    }

    fn draw(&self, canvas: &mut Canvas, rect: Rect) {
        draw::draw(canvas, rect, self);
    }

    fn numbers(&self) -> Vec<Row> {
        let row = |kind, series: &str, category: usize, value: f64| Row {
            kind,
            series: series.to_owned(),
            x: self.categories[category].clone(),
            value: number(value),
            ..Row::default()
        };
        let mut rows = Vec::new();
        for series in &self.series {
            for (at, value) in series.values.iter().enumerate() {
                let interval = series.intervals.get(at);
                rows.push(Row {
                    low: interval.map_or_else(String::new, |(low, _)| number(*low)),
                    high: interval.map_or_else(String::new, |(_, high)| number(*high)),
                    ..row("bar", &series.label, at, *value)
                });
                let points = series.points.get(at).into_iter().flatten();
                rows.extend(points.map(|point| row("point", &series.label, at, *point)));
            }
        }
        for marks in &self.marks {
            for (at, values) in marks.values.iter().enumerate() {
                let values = values.iter();
                rows.extend(values.map(|value| row("mark", &marks.label, at, *value)));
            }
        }
        rows
    }

    fn words(&self) -> String {
        let bar = |series: &BarSeries, category: &String, value: &f64| {
            let several = if self.series.len() > 1 {
                format!(", {}", series.label)
            } else {
                String::new()
            };
            format!("{category}{several} {}", short(*value, 3))
        };
        let parts = self.series.iter().flat_map(|series| {
            let bars = self.categories.iter().zip(&series.values);
            let bars = bars.filter(|(_, value)| value.is_finite());
            bars.map(move |(category, value)| bar(series, category, value))
        });
        let parts: Vec<String> = parts.collect();
        format!("Bars of {}: {}.", self.value.label, list(&parts))
    }
}
