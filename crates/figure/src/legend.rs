//! The legend: beside or below the plot, never over it.

use serde::{Deserialize, Serialize};

/// Where a panel's legend stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// In rows under the plot.
    #[default]
    Below,
    /// In a column to the right of the plot.
    Right,
    /// Nowhere.
    None,
}
