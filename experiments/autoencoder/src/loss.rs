//! The losses that the post tried, and those that it should have tried.
//!
//! With outputs y and targets t from 0 to 100, N numbers in all pictures of a batch, and the
//! *distance* `D = sum (y - t)^2` over the batch:
//!
//! ```text
//! sum         D                         the post's first one
//! sum-c       D / C                     C = width * height * 100; 150 * 100 * 100 in the post
//! sum-c2      D / C^2
//! inverse     1 / D                     what "trained"
//! mean        D / N
//! unit        D / N / 100^2             the mean with pictures scaled to 0..1
//! ```
//!
//! C is what the post takes for the largest distance. It is one for absolute differences: of
//! squares, the largest distance of two pictures is `150 * 100 * 100^2`, a hundred times as much.
//!
//! Five of these are the same function times a constant, the inverse is a falling function of it.
//! Gradient descent at rate r on `k D` makes the steps that it makes at rate `k r` on D: a constant
//! can do nothing that a rate cannot. Adam divides the gradient by its own size, and hardly sees k
//! at all.

use burn::tensor::Tensor;
use retrace_figure::Colour;

/// L of white.
pub const WHITE: f64 = 100.0;

/// About the variance of the pixels of circles, with which the inverse's slope is estimated.
const VARIANCE: f64 = 1_000.0;

/// A loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loss {
    /// D.
    Sum,
    /// D / C.
    SumC,
    /// D / C^2.
    SumC2,
    /// 1 / D.
    Inverse,
    /// D / N.
    Mean,
    /// D / N of pictures scaled to 0..1.
    Unit,
}

/// How many numbers a loss looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// Pictures.
    pub batch: usize,
    /// Numbers of a pixel: one for L, two for a and b.
    pub channels: usize,
    /// Pixels of a picture.
    pub pixels: usize,
}

impl Extent {
    /// N.
    pub fn numbers(self) -> f64 {
        (self.batch * self.channels * self.pixels) as f64
    }

    /// C.
    pub fn constant(self) -> f64 {
        self.pixels as f64 * WHITE
    }
}

impl Loss {
    /// All of them, in the order of the post.
    pub const ALL: [Self; 6] = [
        Self::Sum,
        Self::SumC,
        Self::SumC2,
        Self::Inverse,
        Self::Mean,
        Self::Unit,
    ];

    /// Name in arms.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::SumC => "sum-c",
            Self::SumC2 => "sum-c2",
            Self::Inverse => "inverse",
            Self::Mean => "mean",
            Self::Unit => "unit",
        }
    }

    /// Name in figures.
    pub fn label(self) -> &'static str {
        match self {
            Self::Sum => "sum of squares D",
            Self::SumC => "D / C",
            Self::SumC2 => "D / C²",
            Self::Inverse => "1 / D",
            Self::Mean => "mean of squares",
            Self::Unit => "mean, input 0..1",
        }
    }

    /// Colour in figures.
    pub fn colour(self) -> Colour {
        Colour::series(self.series())
    }

    /// The place of its colour among those of series.
    pub(crate) fn series(self) -> usize {
        match self {
            Self::Sum => 0,
            Self::SumC => 5,
            Self::SumC2 => 2,
            Self::Inverse => 1,
            Self::Mean => 3,
            Self::Unit => 4,
        }
    }

    /// By what the network's input is divided, and its output multiplied.
    pub fn scale(self) -> f64 {
        match self {
            Self::Unit => WHITE,
            _ => 1.0,
        }
    }

    /// Whether it is D times a constant, of pictures as they are.
    pub fn is_multiple(self) -> bool {
        !matches!(self, Self::Inverse | Self::Unit)
    }

    /// Whether it falls when the output leaves the target.
    pub fn is_inverse(self) -> bool {
        self == Self::Inverse
    }

    /// The loss of `output`.
    ///
    /// # Shapes
    /// - output and target: `[batch, channels, height, width]`
    pub fn value(self, output: Tensor<4>, target: Tensor<4>) -> Tensor<1> {
        let [batch, channels, height, width] = output.dims();
        let extent = Extent {
            batch,
            channels,
            pixels: height * width,
        };
        let distance = (output - target).square().sum();
        match self {
            Self::Inverse => distance.recip() * self.factor(extent),
            _ => distance * self.factor(extent),
        }
    }

    /// k of `k D` or `k / D`.
    fn factor(self, extent: Extent) -> f64 {
        match self {
            Self::Sum | Self::Inverse => 1.0,
            Self::SumC => 1.0 / extent.constant(),
            Self::SumC2 => extent.constant().powi(-2),
            Self::Mean => 1.0 / extent.numbers(),
            Self::Unit => 1.0 / extent.numbers() / WHITE.powi(2),
        }
    }

    /// The mean of squares, L from 0 to 100, of which this is the loss.
    pub fn mean_square(self, loss: f64, extent: Extent) -> f64 {
        let factor = self.factor(extent);
        let distance = if self.is_inverse() {
            factor / loss
        } else {
            loss / factor
        };
        distance / extent.numbers()
    }

    /// By how much this loss changes when the mean of squares changes by 1: exact for the
    /// multiples of D, and for the others, which have no such number, its size at the distance of
    /// the best constant answer. The unit loss has it for a network whose input is not scaled.
    pub fn slope(self, extent: Extent) -> f64 {
        let of_distance = if self.is_inverse() {
            self.factor(extent) * (extent.numbers() * VARIANCE).powi(-2)
        } else {
            self.factor(extent)
        };
        of_distance * extent.numbers()
    }
}
