//! The loss term of a [`Penalty`]: a visitor that adds up over the weights of a module.

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::Tensor;

use super::weights::is_weight;
use super::{Penalty, l1, l2};

impl Penalty {
    /// The term to add to a loss: differentiable, over all weights of the module.
    ///
    /// Nothing when there is no penalty (a coefficient of 0 costs nothing), or no weight to put it
    /// on. Parameters frozen on an autodiff device are left out; on a plain device, where nothing
    /// requires a gradient, all weights count.
    ///
    /// # Shapes
    /// - output: `[1]`
    pub fn term<M: Module>(&self, module: &M) -> Option<Tensor<1>> {
        let (on_abs, on_square) = self.coefficients();
        if on_abs == 0.0 && on_square == 0.0 {
            return None;
        }
        let mut sums = Sums {
            on_abs,
            on_square,
            abs: None,
            square: None,
        };
        module.visit(&mut sums);
        let abs = sums.abs.map(|sum| sum * on_abs);
        let square = sums.square.map(|sum| sum * on_square);
        plus(abs, square)
    }

    /// The loss with the term added, if there is one.
    ///
    /// # Shapes
    /// - loss: `[1]`
    /// - output: `[1]`
    pub fn add_to<M: Module>(&self, loss: Tensor<1>, module: &M) -> Tensor<1> {
        match self.term(module) {
            Some(term) => loss + term,
            None => loss,
        }
    }
}

/// Adds up over the weights what the penalty needs.
struct Sums {
    on_abs: f64,
    on_square: f64,
    abs: Option<Tensor<1>>,
    square: Option<Tensor<1>>,
}

impl ModuleVisitor for Sums {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if !is_weight::<D>() {
            return;
        }
        // A clone of the handle: the numbers are not copied.
        let w = param.val();
        if w.is_autodiff() && !w.is_require_grad() {
            return;
        }
        if self.on_abs != 0.0 {
            self.abs = plus(self.abs.take(), Some(l1::sum(w.clone())));
        }
        if self.on_square != 0.0 {
            self.square = plus(self.square.take(), Some(l2::sum(w)));
        }
    }
}

fn plus(a: Option<Tensor<1>>, b: Option<Tensor<1>>) -> Option<Tensor<1>> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a + b),
        (a, b) => a.or(b),
    }
}
