//! Which algorithm a convolution is computed by.

use crate::shape::Shape;

#[cfg(test)]
mod measure;

/// The choice of algorithm, by shape or by the caller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// Winograd's where it is faster by the rule below, else the direct sum.
    ///
    /// | kernel | rows of the output | channels | |
    /// |---|---|---|---|
    /// | 3x3 | 8 or more | 24 or more, in and out | tiles, both axes: F(4x4, 3x3) |
    /// | 3x3 | 8 or more | in times out 64 or more | along the rows' axis: F(4, 3) |
    /// | 7x7 | 8 or more | any | along the rows' axis: F(4, 7) |
    /// | all else | | | direct |
    ///
    /// The rule was read off `cargo test --release -p retrace-conv --lib measure -- --ignored
    /// --nocapture`, which prints the times of all methods over sizes and channels. Where two
    /// are close, it takes the simpler one.
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

/// Rows of the output from which transforms pay: tiles have four, and the last may be empty.
const ROWS: usize = 8;

/// Channels in and out from which transforming both axes pays.
const MANY_CHANNELS: usize = 24;

/// Pairs of channels, in and out, from which three taps along one axis pay.
const MANY_PAIRS: usize = 64;

impl Method {
    /// The method for a shape.
    pub(crate) fn of(algorithm: Algorithm, shape: &Shape) -> Self {
        let Shape {
            inputs,
            outputs,
            kernel,
            ..
        } = *shape;
        if algorithm == Algorithm::Exact || shape.output_height() < ROWS {
            return Self::Direct;
        }
        match kernel {
            (3, 3) if inputs.min(outputs) >= MANY_CHANNELS => Self::Both3,
            (3, 3) if inputs * outputs >= MANY_PAIRS => Self::Rows3,
            (7, 7) => Self::Rows7,
            _ => Self::Direct,
        }
    }
}
