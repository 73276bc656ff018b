//! The sizes of a convolution.

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
    /// The same number of rows above and below, and of columns left and right.
    pub fn symmetric(rows: usize, columns: usize) -> Self {
        Self {
            top: rows,
            bottom: rows,
            left: columns,
            right: columns,
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
