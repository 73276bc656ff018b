//! The two passes, by whichever method.

use crate::algorithm::Method;
use crate::direct::{self, Correlation};
use crate::layout::Planes;
use crate::shape::Shape;
use crate::simd::{Pass, Simd};
use crate::slices::{Gradients, Wanted};
use crate::weights::{Direction, Taps};
use crate::winograd::{self, Axes, Four3, Four7, Plan};

/// Calls `$function` with the plan of the method, where it is one of Winograd's.
macro_rules! by_plan {
    ($method:expr, $shape:expr, $function:ident($simd:expr, $($argument:expr),*)) => {
        match $method {
            Method::Direct => None,
            Method::Rows3 => {
                let plan = Plan::<Four3>::new($shape, Axes::Rows);
                winograd::$function($simd, &plan, $($argument),*)
            }
            Method::Both3 => {
                let plan = Plan::<Four3>::new($shape, Axes::Both);
                winograd::$function($simd, &plan, $($argument),*)
            }
            Method::Rows7 => {
                let plan = Plan::<Four7>::new($shape, Axes::Rows);
                winograd::$function($simd, &plan, $($argument),*)
            }
        }
    };
}

/// The output of a convolution.
pub(crate) struct Forward<'a> {
    pub shape: &'a Shape,
    pub method: Method,
    pub input: &'a [f32],
    pub weight: &'a [f32],
    /// In whole vectors.
    pub bias: &'a [f32],
    pub relu: bool,
}

impl Pass for Forward<'_> {
    type Output = Vec<f32>;

    fn run<S: Simd>(&self, simd: S) -> Vec<f32> {
        let Self {
            shape,
            method,
            bias,
            relu,
            ..
        } = *self;
        let input = planes(shape, self.input);
        let taps = Taps::new(simd, shape, self.weight, Direction::Forward);
        by_plan!(method, shape, forward(simd, input, &taps, bias, relu)).unwrap_or_else(|| {
            direct::correlate(simd, &Correlation::forward(shape), input, &taps, bias, relu)
        })
    }
}

/// The gradients of a convolution.
pub(crate) struct Backward<'a> {
    pub shape: &'a Shape,
    pub method: Method,
    pub input: &'a [f32],
    pub weight: &'a [f32],
    pub grad: Planes<'a>,
    pub wanted: Wanted,
}

impl Pass for Backward<'_> {
    type Output = Gradients;

    fn run<S: Simd>(&self, simd: S) -> Gradients {
        let Self {
            shape,
            method,
            weight,
            grad,
            wanted,
            ..
        } = *self;
        let input = planes(shape, self.input);
        by_plan!(method, shape, backward(simd, input, weight, grad, wanted))
            .unwrap_or_else(|| direct::backward(simd, shape, input, weight, grad, wanted))
    }
}

fn planes<'a>(shape: &Shape, input: &'a [f32]) -> Planes<'a> {
    let Shape {
        inputs: channels,
        height,
        width,
        ..
    } = *shape;
    Planes {
        numbers: input,
        channels,
        height,
        width,
        sign: None,
    }
}

#[cfg(test)]
mod tests;
