//! The numbers of a convolution, and its results as the sums are written, in double precision.
//!
//! # How far a result may be from the sum in double precision, and why
//!
//! All numbers are evenly spread over -1 to 1, so a product of two has the standard deviation
//! 1 / 3 and a sum of `n` of them `sqrt(n) / 3`: the *size* of a result.
//!
//! The bias is another number of that kind.
//!
//! **Direct.** A fused multiply-add rounds once, by at most half a unit in the last place: `u =
//! 2^-24` of what it gives. After `k` of `n` products the sum has the size `sqrt(k) / 3`, and the
//! signs of the roundings are as good as random, so their squares add up: `sum of k / n` over all
//! `k` is `n / 2`, and the error is below `u sqrt(n)` times the size of the result, by a small
//! factor for the largest of many results. `u n` times the size is what could happen and does not.
//!
//! **Winograd.** `y = A^T [(G g) * (B^T x)]` adds numbers larger than `y`. At a point `p` they
//! have the size `|A_p| |G_p| |B_p|` by the lengths of the rows, times that of the sum over
//! channels, and so have their errors. The squares add up over the points again:
//! `sqrt(sum over p of A_pk^2 |G_p|^2 |B_p|^2)`, over `sqrt(r)` for the `r` taps that the sum
//! itself has, is the *growth* of the error, at output `k`; for the gradients alike. The crate's own
//! tests compute it: below 6 for three taps, below 29 for seven, and the square of it for both
//! axes. The transforms add a few roundings to those of the sum: `STEPS`.

use retrace_conv::slices::{Gradients, Wanted, backward, forward};
use retrace_conv::{Algorithm, Padding, Shape};

pub const BOTH: [Algorithm; 2] = [Algorithm::Exact, Algorithm::Auto];

/// `padding`: top, bottom, left, right.
pub fn shape(
    (batch, inputs, outputs): (usize, usize, usize),
    (height, width): (usize, usize),
    kernel: (usize, usize),
    [top, bottom, left, right]: [usize; 4],
) -> Shape {
    Shape {
        batch,
        inputs,
        outputs,
        height,
        width,
        kernel,
        padding: Padding {
            top,
            bottom,
            left,
            right,
        },
    }
}

/// Each kernel and method, strips of many sizes, channels on both sides of a vector, frames wider
/// than the kernel, pictures smaller than it.
pub fn shapes() -> [Shape; 21] {
    [
        shape((1, 1, 1), (1, 1), (1, 1), [0; 4]),
        shape((2, 3, 5), (5, 7), (1, 1), [0; 4]),
        shape((3, 5, 19), (13, 11), (3, 3), [0; 4]),
        shape((2, 33, 48), (12, 18), (3, 3), [1; 4]),
        shape((40, 30, 33), (10, 10), (3, 3), [0; 4]),
        shape((1, 25, 24), (40, 67), (3, 3), [1, 0, 2, 1]),
        shape((2, 32, 16), (30, 25), (7, 7), [3; 4]),
        shape((3, 8, 1), (30, 25), (7, 7), [3; 4]),
        shape((1, 1, 32), (150, 100), (7, 7), [3; 4]),
        shape((2, 8, 1), (20, 30), (4, 4), [1, 2, 1, 2]),
        shape((2, 3, 17), (9, 9), (5, 5), [2; 4]),
        shape((1, 2, 3), (15, 14), (11, 11), [5; 4]),
        shape((1, 2, 3), (5, 6), (3, 3), [4, 3, 5, 4]),
        shape((1, 30, 30), (5, 6), (3, 3), [4, 3, 5, 4]),
        shape((1, 2, 3), (7, 9), (2, 5), [0, 1, 2, 2]),
        shape((1, 300, 40), (4, 5), (3, 3), [1; 4]),
        shape((1, 1, 1), (1, 1), (7, 7), [3; 4]),
        shape((5, 4, 4), (1, 1), (3, 3), [1; 4]),
        shape((1, 8, 9), (200, 3), (3, 3), [1; 4]),
        shape((1, 8, 40), (80, 60), (3, 3), [1; 4]),
        shape((1, 3, 9), (90, 40), (7, 7), [0, 6, 0, 6]),
    ]
}

/// Output, and gradients of input, weight and bias.
pub type Results<T = f32> = [Vec<T>; 4];

/// What goes into a convolution and its backward pass.
#[derive(Clone)]
pub struct Numbers {
    pub x: Vec<f32>,
    pub weight: Vec<f32>,
    pub bias: Option<Vec<f32>>,
    /// The gradient by the output.
    pub dy: Vec<f32>,
}

impl Numbers {
    pub fn new(shape: &Shape, seed: u64) -> Self {
        let some = |count, place| noise(4 * seed + place, count);
        Self {
            x: some(shape.input_len(), 1),
            weight: some(shape.weight_len(), 2),
            bias: Some(some(shape.outputs, 3)),
            dy: some(shape.output_len(), 4),
        }
    }

    pub fn forward(&self, shape: &Shape, algorithm: Algorithm, relu: bool) -> Vec<f32> {
        let bias = self.bias.as_deref();
        forward(shape, algorithm, &self.x, &self.weight, bias, relu).expect("right lengths")
    }

    /// The gradients; `rectified` is the output where a ReLU followed.
    pub fn backward(
        &self,
        shape: &Shape,
        algorithm: Algorithm,
        rectified: Option<&[f32]>,
        wanted: Wanted,
    ) -> Gradients {
        let Self { x, weight, dy, .. } = self;
        backward(shape, algorithm, x, weight, dy, rectified, wanted).expect("right lengths")
    }

    /// Output and gradients.
    pub fn results(&self, shape: &Shape, algorithm: Algorithm, relu: bool) -> Results {
        let y = self.forward(shape, algorithm, relu);
        let rectified = relu.then_some(y.as_slice());
        let gradients = self.backward(shape, algorithm, rectified, Wanted::ALL);
        let [dx, dw, db] = [gradients.input, gradients.weight, gradients.bias];
        [Some(y), dx, dw, db].map(|result| result.expect("wanted"))
    }

    /// Output and gradients as they are written, in double precision and without ReLU.
    pub fn expected(&self, shape: &Shape) -> Results<f64> {
        let lengths = [shape.output_len(), shape.input_len(), shape.weight_len()];
        let [mut output, mut dx, mut dw] = lengths.map(|len| vec![0.0; len]);
        let mut db = vec![0.0; shape.outputs];
        for (y, sum) in output.iter_mut().enumerate() {
            let channel = channel(shape, y);
            db[channel] += f64::from(self.dy[y]);
            *sum = self.bias.as_ref().map_or(0.0, |b| f64::from(b[channel]));
        }
        products(shape, |y, x, w| {
            let [input, weight, grad] = [self.x[x], self.weight[w], self.dy[y]].map(f64::from);
            output[y] += input * weight;
            dx[x] += grad * weight;
            dw[w] += grad * input;
        });
        [output, dx, dw, db]
    }
}

/// Calls `f(output, input, weight)` for each product of the convolution, with places in the arrays.
fn products(shape: &Shape, mut f: impl FnMut(usize, usize, usize)) {
    let (inputs, kernel, padding) = (shape.inputs, shape.kernel, shape.padding);
    let (height, width) = (shape.output_height(), shape.output_width());
    for y in 0..shape.output_len() {
        let (row, column) = (y / width % height, y % width);
        let picture = y / (shape.outputs * height * width);
        for input in 0..inputs {
            let (from, to) = (picture * inputs + input, channel(shape, y) * inputs + input);
            for (p, q) in (0..kernel.0).flat_map(|p| (0..kernel.1).map(move |q| (p, q))) {
                let row = (row + p).wrapping_sub(padding.top);
                let column = (column + q).wrapping_sub(padding.left);
                if row < shape.height && column < shape.width {
                    let x = (from * shape.height + row) * shape.width + column;
                    f(y, x, (to * kernel.0 + p) * kernel.1 + q);
                }
            }
        }
    }
}

/// The channel of a place in the output.
pub fn channel(shape: &Shape, y: usize) -> usize {
    y / (shape.output_height() * shape.output_width()) % shape.outputs
}

/// Numbers evenly spread over -1 to 1 in no visible order (Steele et al. 2014, `SplitMix64`).
pub fn noise(seed: u64, len: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x2545_f491_4f6c_dd1d);
    let next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    std::iter::repeat_with(next).take(len).collect()
}

/// What distinguishes all numbers, the two zeros and NaN as well.
pub fn bits(numbers: &[f32]) -> Vec<u32> {
    numbers.iter().map(|number| number.to_bits()).collect()
}

/// Half a unit in the last place of 1.
const U: f64 = 1.0 / (1 << 24) as f64;

/// The small factor. Seen in these tests: 3.4 for the direct sum, 1.1 for seven taps
/// and 0.7 for three, for which the growth is a bound.
const FACTOR: f64 = 6.0;

/// Roundings besides those of the products: the bias; the transforms.
const STEPS: [f64; 2] = [1.0, 32.0];

/// Names of results.
const NAMES: [&str; 4] = ["y", "dx", "dw", "db"];

/// The growth of the transforms that `Auto` may choose for a kernel; 1 where there are none.
fn growth(algorithm: Algorithm, shape: &Shape) -> f64 {
    match (algorithm, shape.kernel) {
        (Algorithm::Auto, (3, 3)) => 6.0 * 6.0,
        (Algorithm::Auto, (7, 7)) => 29.0,
        _ => 1.0,
    }
}

/// The products in the sums of output and gradients.
fn terms(shape: &Shape) -> [usize; 4] {
    let taps = shape.kernel.0 * shape.kernel.1;
    let pixels = shape.batch * shape.output_height() * shape.output_width();
    [shape.inputs * taps, shape.outputs * taps, pixels, pixels]
}

/// The allowed errors of output and gradients.
fn allowed(shape: &Shape, algorithm: Algorithm) -> [f64; 4] {
    let growth = growth(algorithm, shape);
    let steps = STEPS[usize::from(growth > 1.0)];
    let mut allowed = terms(shape).map(|terms| {
        let terms = terms as f64;
        // At least the size of a bias.
        let size = (terms.sqrt() / 3.0).max(1.0);
        FACTOR * U * growth * (terms + steps).sqrt() * size
    });
    // The bias is transformed by nobody.
    allowed[3] /= growth;
    allowed
}

/// Checks output and gradients.
pub fn assert_right(shape: &Shape, algorithm: Algorithm, found: &Results, expected: &Results<f64>) {
    let allowed = allowed(shape, algorithm);
    for (i, name) in NAMES.iter().enumerate() {
        assert_eq!(found[i].len(), expected[i].len(), "{name}, {shape:?}");
        for (place, (found, expected)) in found[i].iter().zip(&expected[i]).enumerate() {
            let error = (f64::from(*found) - expected).abs();
            // The comparison is false for NaN too.
            assert!(
                error <= allowed[i],
                "{name}[{place}]: {found}, is {expected}; {algorithm:?}, {shape:?}"
            );
        }
    }
}
