//! A layer before it is built.

use crate::data::Size;
use crate::network::bottleneck;

/// A layer to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// What it does.
    pub name: String,
    /// Channels, height and width of its output.
    pub output: [usize; 3],
    /// Weights and biases.
    pub parameters: usize,
    /// Multiplications for one picture.
    pub multiplications: usize,
}

impl Layer {
    /// Sums of `inputs` products each, with a weight for each product and map.
    pub(super) fn sums(name: impl Into<String>, output: [usize; 3], inputs: usize) -> Self {
        let [maps, rows, columns] = output;
        Self {
            name: name.into(),
            output,
            parameters: maps * (inputs + 1),
            multiplications: maps * rows * columns * inputs,
        }
    }

    pub(super) fn convolution(
        name: &str,
        from: usize,
        to: usize,
        kernel: usize,
        size: Size,
    ) -> Self {
        let name = format!("{name} {kernel}x{kernel}");
        Self::sums(name, [to, size.height, size.width], from * kernel * kernel)
    }

    /// A kernel of four by four over a stride of two: four products an output and input map.
    pub(super) fn transposed(from: usize, to: usize, input: Size, output: [usize; 3]) -> Self {
        let side = bottleneck::UP;
        Self {
            name: format!("transposed {side}x{side}, stride 2"),
            output,
            parameters: to * (from * side * side + 1),
            multiplications: from * to * side * side * input.pixels(),
        }
    }

    /// Numbers that it puts out for one picture.
    pub fn numbers(&self) -> usize {
        self.output.iter().product()
    }
}
