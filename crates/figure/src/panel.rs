//! What a kind of panel is, and what helps to write one.
//!
//! A new kind is a file with a type that is a [`Panel`], and its line in the list of `lib.rs` (beside
//! the `mod` of the file).

use crate::canvas::Canvas;
use crate::error::PanelError;
use crate::legend::{Legend, Sample};
use crate::number::{ends, short};
use crate::paint::Rect;

/// A kind of panel: numbers that can be checked, drawn, and told without a picture.
pub(crate) trait Panel {
    /// What the panel shows; may be empty in a figure of one panel.
    fn title(&self) -> &str;

    /// Whether the numbers fit together.
    fn check(&self) -> Result<(), PanelError>;

    /// Width and height in pixels in a figure of so many columns; title and legend not included.
    fn size(&self, columns: usize) -> (f64, f64);

    /// Draws the panel into `rect`; title and legend have been taken off.
    fn draw(&self, canvas: &mut Canvas, rect: Rect);

    /// The numbers, one row each; none where there are only pictures.
    fn numbers(&self) -> Vec<Row>;

    /// Whether there is anything to see: a number, or a picture.
    fn has_content(&self) -> bool {
        self.check().is_ok() && self.numbers().iter().any(Row::is_measured)
    }

    /// What the panel shows, in a sentence for readers who do not see it.
    fn words(&self) -> String;

    /// What its legend explains: samples, each with its label.
    fn samples(&self) -> Vec<(&str, Sample)> {
        Vec::new()
    }

    /// Where its legend stands.
    fn legend(&self) -> Legend {
        Legend::Below
    }
}

/// A list of kinds and their modules: offers each, and makes the enum of them, which gives any as
/// the trait that it is used through.
macro_rules! kinds {
    (
        $(#[$meta:meta])*
        enum $name:ident: dyn $of:ident { $($(#[$doc:meta])* $module:ident::$kind:ident,)* }
    ) => {
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        $(#[$meta])*
        pub enum $name {
            $($(#[$doc])* $kind($kind),)*
        }

        impl $name {
            pub(crate) fn get(&self) -> &dyn $of {
                match self {
                    $(Self::$kind(kind) => kind,)*
                }
            }
        }

        $(
            pub use $module::$kind;

            impl From<$kind> for $name {
                fn from(kind: $kind) -> Self {
                    Self::$kind(kind)
                }
            }
        )*
    };
}
pub(crate) use kinds;

/// One of three sizes: of a panel alone, beside one other, beside more.
pub(crate) fn size_beside(columns: usize, sizes: [(f64, f64); 3]) -> (f64, f64) {
    sizes[columns.clamp(1, 3) - 1]
}

/// Sizes of panels without a size of their own.
pub(crate) const PLAIN: [(f64, f64); 3] = [(720.0, 420.0), (420.0, 330.0), (340.0, 290.0)];

/// One number, or a pair of bounds, with its place.
#[derive(Debug, Default)]
pub(crate) struct Row {
    pub(crate) kind: &'static str,
    pub(crate) series: String,
    pub(crate) x: String,
    pub(crate) y: String,
    pub(crate) value: String,
    pub(crate) low: String,
    pub(crate) high: String,
}

impl Row {
    /// Whether it holds a number that was measured, rather than what explains others.
    pub(crate) fn is_measured(&self) -> bool {
        let has = |text: &String| !text.is_empty();
        match self.kind {
            "rule" | "span" => false,
            "line" | "point" | "polygon" => has(&self.x) && has(&self.y),
            _ => [&self.value, &self.low, &self.high].into_iter().any(has),
        }
    }
}

/// A number as it stands in a row: empty if it is not finite.
pub(crate) fn number(value: f64) -> String {
    if value.is_finite() {
        value.to_string()
    } else {
        String::new()
    }
}

/// Numbers as they stand in rows.
pub(crate) fn numbers(values: &[f64]) -> Vec<String> {
    values.iter().copied().map(number).collect()
}

/// A row for each place.
pub(crate) fn places(kind: &'static str, series: &str, x: &[f64], y: &[f64]) -> Vec<Row> {
    let place = |(x, y): (&f64, &f64)| Row {
        kind,
        series: series.to_owned(),
        x: number(*x),
        y: number(*y),
        ..Row::default()
    };
    x.iter().zip(y).map(place).collect()
}

/// A row for each cell of a matrix; rows and columns without names are counted from 0.
pub(crate) fn grid(
    kind: &'static str,
    series: &str,
    [x, y]: [&[String]; 2],
    values: &[Vec<f64>],
) -> Vec<Row> {
    let name = |names: &[String], at: usize| names.get(at).cloned().unwrap_or(at.to_string());
    let cell = |row: usize, column: usize, value: f64| Row {
        kind,
        series: series.to_owned(),
        x: name(x, column),
        y: name(y, row),
        value: number(value),
        ..Row::default()
    };
    let rows = values.iter().enumerate();
    rows.flat_map(|(row, values)| {
        let values = values.iter().enumerate();
        values.map(move |(column, value)| cell(row, column, *value))
    })
    .collect()
}

/// The values of `f` over `x` times `y`: `z[row of y][column of x]`.
pub(crate) fn sampled(x: &[f64], y: &[f64], f: impl Fn(f64, f64) -> f64) -> Vec<Vec<f64>> {
    let row = |y: &f64| x.iter().map(|x| f(*x, *y)).collect();
    y.iter().map(row).collect()
}

/// `2 to 5`: the smallest and the largest of the finite numbers.
pub(crate) fn spread(values: &[f64]) -> String {
    match ends(values.iter().copied()) {
        Some((low, high)) => format!("{} to {}", short(low, 3), short(high, 3)),
        None => "no finite values".into(),
    }
}

/// The first eight parts, and how many more there are.
pub(crate) fn list(parts: &[String]) -> String {
    const MOST: usize = 8;
    let mut text = parts[..parts.len().min(MOST)].join("; ");
    if parts.len() > MOST {
        text.push_str(&format!("; and {} more", parts.len() - MOST));
    }
    text
}
