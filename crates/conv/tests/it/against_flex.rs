//! Output and gradients of the layer against those of Burn's own layer on flex.

use burn::module::Param;
use burn::nn::PaddingConfig2d;
use burn::nn::conv::{Conv2d as BurnConv2d, Conv2dConfig};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor, TensorData};
use proptest::prelude::*;
use retrace_conv::{Algorithm, Conv2d};

/// The sizes of a convolution with stride 1.
#[derive(Clone, Debug)]
pub struct Case {
    pub batch: usize,
    /// In and out.
    pub channels: [usize; 2],
    /// Rows and columns of the input.
    pub picture: [usize; 2],
    pub kernel: [usize; 2],
    pub padding: PaddingConfig2d,
    pub bias: bool,
}

/// The numbers that go into a convolution and its backward pass.
#[derive(Clone)]
pub struct Numbers {
    pub x: Vec<f32>,
    pub weight: Vec<f32>,
    pub bias: Vec<f32>,
    /// The gradient by the output.
    pub grad: Vec<f32>,
}

/// The output and the gradients by input, weight and bias.
#[derive(Clone, Debug, PartialEq)]
pub struct Results {
    pub y: Vec<f32>,
    pub dx: Vec<f32>,
    pub dw: Vec<f32>,
    pub db: Option<Vec<f32>>,
}

impl Case {
    /// With a bias, and as many zeros around as keep the size.
    pub fn same(batch: usize, channels: [usize; 2], picture: [usize; 2], kernel: usize) -> Self {
        let (kernel, padding) = ([kernel, kernel], PaddingConfig2d::Same);
        Self {
            batch,
            channels,
            picture,
            kernel,
            padding,
            bias: true,
        }
    }

    /// Without zeros around.
    pub fn valid(batch: usize, channels: [usize; 2], picture: [usize; 2], kernel: usize) -> Self {
        let padding = PaddingConfig2d::Valid;
        Self {
            padding,
            ..Self::same(batch, channels, picture, kernel)
        }
    }

    pub fn config(&self) -> Conv2dConfig {
        Conv2dConfig::new(self.channels, self.kernel)
            .with_padding(self.padding.clone())
            .with_bias(self.bias)
    }

    pub fn input(&self) -> [usize; 4] {
        [
            self.batch,
            self.channels[0],
            self.picture[0],
            self.picture[1],
        ]
    }

    pub fn weight(&self) -> [usize; 4] {
        [
            self.channels[1],
            self.channels[0],
            self.kernel[0],
            self.kernel[1],
        ]
    }

    /// The output's shape; zero rows or columns where the kernel does not fit.
    pub fn output(&self) -> [usize; 4] {
        let zeros = match self.padding {
            PaddingConfig2d::Valid => [0, 0],
            PaddingConfig2d::Same => self.kernel.map(|k| k - 1),
            PaddingConfig2d::Explicit(top, left, bottom, right) => [top + bottom, left + right],
        };
        let size =
            |axis: usize| (self.picture[axis] + zeros[axis] + 1).saturating_sub(self.kernel[axis]);
        [self.batch, self.channels[1], size(0), size(1)]
    }

    /// Multiplications of the direct sum.
    pub fn products(&self) -> usize {
        self.output().iter().product::<usize>() * self.weight()[1..].iter().product::<usize>()
    }

    /// Noise of the right sizes.
    pub fn numbers(&self) -> Numbers {
        let numbers = |seed, shape: &[usize]| noise(seed, shape.iter().product());
        Numbers {
            x: numbers(1, &self.input()),
            weight: numbers(2, &self.weight()),
            bias: numbers(3, &self.channels[1..]),
            grad: numbers(4, &self.output()),
        }
    }

    /// Burn's layer with these numbers.
    pub fn layer(&self, numbers: &Numbers, device: &Device) -> BurnConv2d {
        let mut layer = self.config().init(device);
        layer.weight = Param::from_tensor(tensor(&numbers.weight, self.weight(), device));
        let bias = || Param::from_tensor(tensor(&numbers.bias, [self.channels[1]], device));
        layer.bias = self.bias.then(bias);
        layer
    }

    /// Output and gradients of `forward`, on flex.
    pub fn results(
        &self,
        numbers: &Numbers,
        forward: impl Fn(BurnConv2d, Tensor<4>) -> Tensor<4>,
    ) -> Results {
        let device = Device::flex().autodiff();
        let layer = self.layer(numbers, &device);
        let x = tensor(&numbers.x, self.input(), &device).require_grad();
        let y = forward(layer.clone(), x.clone());
        let loss = (y.clone() * tensor(&numbers.grad, self.output(), &device)).sum();
        let gradients = loss.backward();
        let gradient = |of: Option<Tensor<4>>| values(of.expect("a gradient"));
        Results {
            y: values(y),
            dx: gradient(x.grad(&gradients)),
            dw: gradient(layer.weight.val().grad(&gradients)),
            db: layer
                .bias
                .map(|bias| values(bias.val().grad(&gradients).expect("a gradient"))),
        }
    }

    /// Those of Burn's own convolution.
    pub fn burns(&self, numbers: &Numbers) -> Results {
        self.results(numbers, |layer, x| layer.forward(x))
    }

    /// Those of this crate's.
    pub fn ours(&self, numbers: &Numbers, algorithm: Algorithm) -> Results {
        self.results(numbers, |layer, x| {
            Conv2d::from(layer).with_algorithm(algorithm).forward(x)
        })
    }

    /// Those of this crate's with the ReLU in it.
    pub fn fused(&self, numbers: &Numbers, algorithm: Algorithm) -> Results {
        self.results(numbers, |layer, x| {
            let layer = Conv2d::from(layer).with_algorithm(algorithm);
            layer.forward_relu(x)
        })
    }
}

pub fn tensor<const D: usize>(numbers: &[f32], shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(numbers.to_vec(), shape), device)
}

pub fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec().expect("32-bit floats")
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

/// The allowed difference from flex, as a share of the largest value.
///
/// Both sides round: flex's blocked sums are off by about 4e-7, as are the direct ones here; with
/// sums of some thousand terms the difference stays below ten times that. The transforms of
/// Winograd's algorithms add and subtract numbers larger than the result, which costs up to 1.2e-5
/// where all sums are long; short sums have nothing to average the error over, and get ten times
/// that.
fn tolerance(algorithm: Algorithm) -> f32 {
    match algorithm {
        Algorithm::Auto => 1e-4,
        Algorithm::Exact => 5e-6,
    }
}

/// Checks that no number is further from flex's than `tolerance` times the largest one.
///
/// A sum of n products of numbers between -1 and 1 has the standard deviation sqrt(n) / 3. That
/// takes the place of the largest value where chance made all of a few values small: their errors
/// are not.
fn assert_close(name: &str, case: &Case, ours: &[f32], flex: &[f32], terms: usize, tolerance: f32) {
    assert_eq!(ours.len(), flex.len(), "{name} of {case:?}");
    let largest = flex
        .iter()
        .fold(0.0f32, |largest, value| largest.max(value.abs()));
    let allowed = tolerance * largest.max((terms as f32).sqrt() / 3.0);
    for (i, (ours, flex)) in ours.iter().zip(flex).enumerate() {
        let difference = (ours - flex).abs();
        assert!(
            difference <= allowed,
            "{name}[{i}] of {case:?}: {ours}, flex has {flex}"
        );
    }
}

fn assert_results_are_close(case: &Case, ours: &Results, flex: &Results, tolerance: f32) {
    let [batch, outputs, rows, columns] = case.output();
    let window = |sizes: [usize; 2]| case.kernel[0].min(sizes[0]) * case.kernel[1].min(sizes[1]);
    let (y_terms, dx_terms) = (window(case.picture), window([rows, columns]));
    let pixels = batch * rows * columns;
    assert_close(
        "y",
        case,
        &ours.y,
        &flex.y,
        case.channels[0] * y_terms,
        tolerance,
    );
    assert_close(
        "dx",
        case,
        &ours.dx,
        &flex.dx,
        outputs * dx_terms,
        tolerance,
    );
    assert_close("dw", case, &ours.dw, &flex.dw, pixels, tolerance);
    assert_eq!(ours.db.is_some(), flex.db.is_some());
    if let (Some(ours), Some(flex)) = (&ours.db, &flex.db) {
        assert_close("db", case, ours, flex, pixels, tolerance);
    }
}

fn unfused(case: &Case, numbers: &Numbers, algorithm: Algorithm) -> Results {
    case.results(numbers, |layer, x| {
        relu(Conv2d::from(layer).with_algorithm(algorithm).forward(x))
    })
}

/// Against flex without ReLU; and with ReLU, fused against unfused, both of this crate: against
/// flex a number near zero could fall on the other side, and its gradient would jump.
fn check(case: &Case) {
    let numbers = case.numbers();
    let flex = case.burns(&numbers);
    for algorithm in [Algorithm::Auto, Algorithm::Exact] {
        let ours = case.ours(&numbers, algorithm);
        assert_results_are_close(case, &ours, &flex, tolerance(algorithm));
        let fused = case.fused(&numbers, algorithm);
        let unfused = unfused(case, &numbers, algorithm);
        assert_results_are_close(case, &fused, &unfused, 5e-6);
        assert!(
            fused.y.iter().zip(&ours.y).all(|(f, y)| *f == y.max(0.0)),
            "{case:?}"
        );
    }
}

#[test]
fn the_layers_of_the_three_networks_agree_with_flex() {
    for channels in [[1, 32], [32, 16], [16, 16], [16, 8], [8, 8], [8, 1]] {
        check(&Case::same(2, channels, [30, 23], 7));
    }
    check(&Case::valid(2, [1, 32], [28, 28], 3));
    check(&Case::valid(2, [32, 64], [13, 13], 3));
    check(&Case::valid(2, [3, 60], [16, 16], 3));
    check(&Case::valid(1, [60, 60], [14, 14], 3));
    check(&Case::same(2, [8, 1], [20, 20], 4));
}

#[test]
fn all_square_kernels_agree_with_flex() {
    for kernel in 1..=11 {
        check(&Case::same(2, [3, 5], [14, 17], kernel));
        check(&Case::valid(1, [17, 33], [12, 13], kernel));
    }
}

#[test]
fn asymmetric_padding_agrees_with_flex() {
    for kernel in [[3, 3], [7, 7], [1, 5], [4, 2]] {
        for (top, left, bottom, right) in [(0, 1, 2, 3), (3, 0, 0, 0), (0, 0, 9, 8), (2, 2, 2, 2)] {
            let padding = PaddingConfig2d::Explicit(top, left, bottom, right);
            check(&Case {
                kernel,
                padding,
                ..Case::same(2, [3, 4], [9, 8], 1)
            });
        }
    }
}

#[test]
fn pictures_of_one_pixel_row_or_column_agree_with_flex() {
    for picture in [[1, 1], [1, 19], [19, 1], [2, 3]] {
        for kernel in [1, 3, 4, 7] {
            check(&Case::same(3, [2, 3], picture, kernel));
            check(&Case::same(1, [33, 40], picture, kernel));
        }
    }
}

#[test]
fn many_channels_agree_with_flex() {
    for channels in [[300, 1], [1, 300], [130, 70]] {
        check(&Case::same(1, channels, [9, 7], 3));
    }
    check(&Case::same(1, [70, 65], [8, 9], 7));
}

prop_compose! {
    fn paddings()(kind in 0..4, sides in any::<[u8; 4]>()) -> PaddingConfig2d {
        let [top, left, bottom, right] = sides.map(|side| usize::from(side % 8));
        match kind {
            0 => PaddingConfig2d::Valid,
            1 => PaddingConfig2d::Same,
            _ => PaddingConfig2d::Explicit(top, left, bottom, right),
        }
    }
}

prop_compose! {
    fn cases()(
        batch in 1..4usize,
        channels in [1..40usize, 1..40usize],
        picture in [1..24usize, 1..24usize],
        kernel in [1..12usize, 1..12usize],
        square in any::<bool>(),
        padding in paddings(),
        bias in any::<bool>(),
    ) -> Case {
        let kernel = if square { [kernel[0]; 2] } else { kernel };
        Case { batch, channels, picture, kernel, padding, bias }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_convolution_agrees_with_flex(
        case in cases().prop_filter("sizes", |case| (1..4_000_000).contains(&case.products()))
    ) {
        check(&case);
    }
}

/// What kind of number it is: NaN, an infinity of either sign, or finite.
fn kind(number: f32) -> &'static str {
    match number {
        n if n.is_nan() => "NaN",
        f32::INFINITY => "inf",
        f32::NEG_INFINITY => "-inf",
        _ => "finite",
    }
}

fn assert_same_kinds(what: &str, ours: &Results, flex: &Results) {
    let check = |name: &str, ours: &[f32], flex: &[f32]| {
        for (i, (ours, flex)) in ours.iter().zip(flex).enumerate() {
            assert_eq!(kind(*ours), kind(*flex), "{name}[{i}], {what}");
        }
    };
    check("y", &ours.y, &flex.y);
    check("dx", &ours.dx, &flex.dx);
    check("dw", &ours.dw, &flex.dw);
    if let (Some(ours), Some(flex)) = (&ours.db, &flex.db) {
        check("db", ours, flex);
    }
}

/// One number that is not finite, in turn in input, weight, bias and gradient.
fn poisoned(case: &Case, poison: f32) -> Vec<(&'static str, Numbers)> {
    let clean = case.numbers();
    let put = |name, array: fn(&mut Numbers) -> &mut Vec<f32>| {
        let mut numbers = clean.clone();
        let array = array(&mut numbers);
        let middle = array.len() / 2;
        array[middle] = poison;
        (name, numbers)
    };
    vec![
        put("in x", |numbers| &mut numbers.x),
        put("in the weight", |numbers| &mut numbers.weight),
        put("in the bias", |numbers| &mut numbers.bias),
        put("in the gradient", |numbers| &mut numbers.grad),
    ]
}

/// Every number that is not finite is where flex has one, of the same kind, with and without ReLU.
fn check_poisoned(case: &Case) {
    for poison in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        for (place, numbers) in poisoned(case, poison) {
            let flex = case.burns(&numbers);
            let rectified = case.results(&numbers, |layer, x| relu(layer.forward(x)));
            for algorithm in [Algorithm::Auto, Algorithm::Exact] {
                let what = format!("{poison} {place}, {algorithm:?}, {case:?}");
                assert_same_kinds(&what, &case.ours(&numbers, algorithm), &flex);
                let fused = case.fused(&numbers, algorithm);
                assert_same_kinds(&format!("ReLU, {what}"), &fused, &rectified);
            }
        }
    }
}

#[test]
fn numbers_that_are_not_finite_go_where_flex_has_them() {
    for kernel in [1, 3, 4, 7] {
        check_poisoned(&Case::valid(2, [2, 3], [9, 10], kernel));
    }
    check_poisoned(&Case::valid(1, [32, 33], [9, 10], 3));
}

/// flex sums over the zeros of the padding too: in the output and in the weight's gradient, where
/// such a zero meets a number that is not finite, the sum is NaN. The input's gradient has no
/// padding.
#[test]
fn a_zero_of_the_padding_times_infinity_is_nan_as_with_flex() {
    for kernel in [3, 4, 7] {
        check_poisoned(&Case::same(2, [2, 3], [9, 10], kernel));
    }
    check_poisoned(&Case::same(1, [32, 33], [9, 10], 3));
    let padding = PaddingConfig2d::Explicit(3, 0, 1, 2);
    check_poisoned(&Case {
        padding,
        ..Case::same(2, [2, 3], [9, 10], 3)
    });
}
