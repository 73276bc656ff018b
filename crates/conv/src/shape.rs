//! The sizes of a convolution, and the algorithm that they choose.

/// Rows and columns of zeros around a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Padding {
    /// Rows above.
    pub top: usize,
    /// Rows below.
    pub bottom: usize,
    /// Columns to the left.
    pub left: usize,
    /// Columns to the right.
    pub right: usize,
}

impl Padding {
    /// The zeros that keep the size of a picture under a kernel of so many rows and columns; an odd
    /// one is below and to the right.
    pub fn same((rows, columns): (usize, usize)) -> Self {
        Self {
            top: rows.saturating_sub(1) / 2,
            bottom: rows / 2,
            left: columns.saturating_sub(1) / 2,
            right: columns / 2,
        }
    }
}

/// A convolution's sizes: stride 1, one group, no dilation.
///
/// | array | axes |
/// |---|---|
/// | input | `[batch, inputs, height, width]` |
/// | weight | `[outputs, inputs, kernel.0, kernel.1]` |
/// | bias | `[outputs]` |
/// | output | `[batch, outputs, output_height, output_width]` |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shape {
    /// Pictures.
    pub batch: usize,
    /// Channels of the input.
    pub inputs: usize,
    /// Channels of the output.
    pub outputs: usize,
    /// Rows of an input picture.
    pub height: usize,
    /// Columns of an input picture.
    pub width: usize,
    /// Rows and columns of the kernel.
    pub kernel: (usize, usize),
    /// Zeros around an input picture.
    pub padding: Padding,
}

impl Shape {
    /// Rows of an output picture; 0 where the kernel does not fit.
    pub fn output_height(&self) -> usize {
        (self.height + self.padding.top + self.padding.bottom + 1).saturating_sub(self.kernel.0)
    }

    /// Columns of an output picture; 0 where the kernel does not fit.
    pub fn output_width(&self) -> usize {
        (self.width + self.padding.left + self.padding.right + 1).saturating_sub(self.kernel.1)
    }

    /// Whether no array of a convolution can be longer than memory, and no size of one wraps
    /// around; with room for whole vectors, and for the points of a transform.
    pub(crate) fn fits_memory(&self) -> bool {
        const LARGEST: usize = isize::MAX as usize >> 12;
        let Padding {
            top,
            bottom,
            left,
            right,
        } = self.padding;
        let rows = [self.height, top, bottom, self.kernel.0, 1];
        let columns = [self.width, left, right, self.kernel.1, 1];
        let [rows, columns] = [rows, columns].map(|sizes| {
            let sum = sizes.into_iter().try_fold(0, usize::checked_add);
            sum.unwrap_or(usize::MAX)
        });
        let channels = [self.inputs.max(1), self.outputs.max(1)];
        let pictures = channels.map(|channels| [self.batch.max(1), channels, rows, columns]);
        let [taps_rows, taps_columns] = [self.kernel.0, self.kernel.1].map(|taps| taps.max(1));
        let weight = [channels[0], channels[1], taps_rows, taps_columns];
        pictures.into_iter().chain([weight]).all(|sizes| {
            let product = sizes.into_iter().try_fold(1, usize::checked_mul);
            product.is_some_and(|product| product <= LARGEST)
        })
    }

    /// Numbers in the input.
    pub fn input_len(&self) -> usize {
        self.batch * self.inputs * self.height * self.width
    }

    /// Numbers in the weight.
    pub fn weight_len(&self) -> usize {
        self.outputs * self.inputs * self.kernel.0 * self.kernel.1
    }

    /// Numbers in the output.
    pub fn output_len(&self) -> usize {
        self.batch * self.outputs * self.output_height() * self.output_width()
    }

    /// Multiplications and additions of the direct method, forward.
    pub fn flops(&self) -> f64 {
        2.0 * self.output_len() as f64 * (self.inputs * self.kernel.0 * self.kernel.1) as f64
    }
}

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
    /// The rule was read off `cargo test --release -p retrace-conv --lib times_of_all_methods --
    /// --ignored --nocapture`, which prints the times of all methods over sizes and channels. Where
    /// two are close, it takes the simpler one.
    #[default]
    Auto,
    /// The direct sum, whose only error is that of rounding each product and sum once.
    Exact,
}

/// The axes of a picture that [`winograd`](crate::winograd) transforms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Axes {
    /// Along the rows' axis; a point's row is a matrix of overlapping runs of pixels.
    Rows,
    /// Both; a point's row has one pixel per tile.
    Both,
}

/// Rows of the output from which transforms pay: tiles have four, and the last may be empty.
const ROWS: usize = 8;

/// Channels in and out from which transforming both axes pays.
const MANY_CHANNELS: usize = 24;

/// Pairs of channels, in and out, from which three taps along one axis pay.
const MANY_PAIRS: usize = 64;

impl Algorithm {
    /// The axes to transform; `None` for the [`direct`](crate::direct) method.
    pub(crate) fn axes(self, shape: &Shape) -> Option<Axes> {
        if self == Self::Exact || shape.output_height() < ROWS {
            return None;
        }
        let (inputs, outputs) = (shape.inputs, shape.outputs);
        match shape.kernel {
            (3, 3) if inputs.min(outputs) >= MANY_CHANNELS => Some(Axes::Both),
            (3, 3) if inputs * outputs >= MANY_PAIRS => Some(Axes::Rows),
            (7, 7) => Some(Axes::Rows),
            _ => None,
        }
    }
}
