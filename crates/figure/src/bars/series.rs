//! What stands on the category axis: bars with their intervals, and points laid over them.

use serde::{Deserialize, Serialize};

use crate::chart::Marker;
use crate::colour::Colour;

/// One bar in each group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BarSeries {
    /// Text in the legend; none where empty.
    pub label: String,
    /// Length of the bars, one a category.
    #[serde(with = "crate::gap")]
    pub values: Vec<f64>,
    /// Intervals (low, high) drawn as whiskers, one a category, or empty.
    #[serde(with = "crate::gap")]
    pub intervals: Vec<(f64, f64)>,
    /// Single results, a list a category, drawn as dots, or empty: one dot a seed.
    #[serde(with = "crate::gap")]
    pub points: Vec<Vec<f64>>,
    /// One colour, or one a category.
    pub colours: Vec<Colour>,
}

/// Points laid over the bars.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Marks {
    /// Text in the legend.
    pub label: String,
    /// The numbers, a list a category.
    #[serde(with = "crate::gap")]
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

    /// Adds whiskers (low, high), one a category.
    #[must_use]
    pub fn intervals(mut self, intervals: impl Into<Vec<(f64, f64)>>) -> Self {
        self.intervals = intervals.into();
        self
    }

    /// Adds single results, a list a category.
    #[must_use]
    pub fn points(mut self, points: impl Into<Vec<Vec<f64>>>) -> Self {
        self.points = points.into();
        self
    }

    pub(super) fn colour_of(&self, category: usize) -> Colour {
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

    /// Puts them over the bars of one series.
    #[must_use]
    pub fn on_series(mut self, series: usize) -> Self {
        self.series = Some(series);
        self
    }

    /// Sets the shape.
    #[must_use]
    pub fn marker(mut self, marker: Marker) -> Self {
        self.marker = marker;
        self
    }

    /// Sets the colour.
    #[must_use]
    pub fn colour(mut self, colour: Colour) -> Self {
        self.colour = colour;
        self
    }
}
