//! What the post prints of its network.

/// A line of Keras' summary, with the shapes that the post lists after it: `[height, width,
/// channels]`, or a list's length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Keras' name.
    pub name: &'static str,
    /// What goes in.
    pub input: &'static [usize],
    /// What comes out.
    pub output: &'static [usize],
    /// Parameters.
    pub parameters: u64,
}

/// The six lines.
pub const LINES: [Line; 6] = [
    line("conv2d_1", &[28, 28, 1], &[26, 26, 32], 320),
    line("conv2d_2", &[26, 26, 32], &[24, 24, 64], 18_496),
    line("max_pooling2d_1", &[24, 24, 64], &[12, 12, 64], 0),
    line("flatten_1", &[12, 12, 64], &[9216], 0),
    line("dense_1", &[9216], &[128], 1_179_776),
    line("dense_2", &[128], &[10], 1_290),
];

/// All parameters, all of them trainable.
pub const PARAMETERS: u64 = 1_199_882;

const fn line(
    name: &'static str,
    input: &'static [usize],
    output: &'static [usize],
    parameters: u64,
) -> Line {
    Line {
        name,
        input,
        output,
        parameters,
    }
}

/// A shape of Keras in Burn's order of axes: channels first.
pub fn channels_first(shape: &[usize]) -> Vec<usize> {
    match *shape {
        [height, width, channels] => vec![channels, height, width],
        _ => shape.to_vec(),
    }
}
