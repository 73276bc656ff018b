//! Which algorithm a convolution is computed by.

use crate::shape::Shape;

/// The choice of algorithm, by shape or by the caller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// The fastest by a measured rule: Winograd where it pays, else direct.
    #[default]
    Auto,
    /// The direct sum, whose only error is that of rounding each product and sum once.
    Exact,
}

/// What a convolution is computed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    /// [`direct`](crate::direct).
    Direct,
    /// [`winograd`](crate::winograd) with three taps, along the rows' axis.
    Rows3,
    /// The same, both axes.
    Both3,
    /// With seven taps, along the rows' axis.
    Rows7,
}

/// Channels from which transforming both axes pays, in and out.
const MANY_CHANNELS: usize = 24;

impl Method {
    /// The method for a shape.
    pub(crate) fn of(algorithm: Algorithm, shape: &Shape) -> Self {
        let many = shape.inputs.min(shape.outputs) >= MANY_CHANNELS;
        match (algorithm, shape.kernel) {
            (Algorithm::Exact, _) => Self::Direct,
            (Algorithm::Auto, (3, 3)) if many => Self::Both3,
            (Algorithm::Auto, (3, 3)) => Self::Rows3,
            (Algorithm::Auto, (7, 7)) => Self::Rows7,
            (Algorithm::Auto, _) => Self::Direct,
        }
    }
}
