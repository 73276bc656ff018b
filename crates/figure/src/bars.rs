//! Bars over categories, with intervals, single points and other people's numbers beside.

mod axes;
mod details;
mod draw;
mod series;

use serde::{Deserialize, Serialize};

pub(crate) use draw::{draw, entries};
pub use series::{BarSeries, Marks};

use crate::axis::Axis;
use crate::chart::Rule;
use crate::error::{PanelError, expect_len};
use crate::legend::Legend;

/// Bars: groups along the category axis, in each group one bar a series.
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
    /// One bar a group each.
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

    /// Says what the groups are.
    #[must_use]
    pub fn category_label(mut self, label: impl Into<String>) -> Self {
        self.category_label = label.into();
        self
    }

    /// Lays the bars flat.
    #[must_use]
    pub fn horizontal(mut self) -> Self {
        self.horizontal = true;
        self
    }

    /// Writes each value at its bar, with so many digits after the point.
    #[must_use]
    pub fn digits(mut self, digits: usize) -> Self {
        self.digits = Some(digits);
        self
    }

    /// Places the legend.
    #[must_use]
    pub fn legend(mut self, place: Legend) -> Self {
        self.legend = place;
        self
    }

    pub(crate) fn check(&self) -> Result<(), PanelError> {
        let groups = self.categories.len();
        self.value.check("value axis")?;
        for series in &self.series {
            let of = |what| format!("{what} of series {:?}", series.label);
            expect_len(&of("values"), series.values.len(), groups)?;
            if !series.intervals.is_empty() {
                expect_len(&of("intervals"), series.intervals.len(), groups)?;
            }
            if !series.points.is_empty() {
                expect_len(&of("points"), series.points.len(), groups)?;
            }
            if series.colours.len() != 1 {
                expect_len(&of("colours"), series.colours.len(), groups)?;
            }
        }
        self.marks.iter().try_for_each(|marks| {
            expect_len(
                &format!("marks {:?}", marks.label),
                marks.values.len(),
                groups,
            )
        })
    }
}
