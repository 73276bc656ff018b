//! Penalties on the weights, the subject of the post "Regularization: L1 and L2".
//!
//! A penalty is a term of the loss, `loss = error + P(w)`, over the weights w of a network:
//!
//! ```text
//! L1           P(w) = lambda sum |w|                                   dP/dw = lambda sign(w)
//! L2           P(w) = lambda c sum w^2                                 dP/dw = 2 c lambda w
//! elastic net  P(w) = lambda ( share sum |w| + (1 - share) c sum w^2 )
//! ```
//!
//! with c = 1/2 (halved) or 1 (whole): both conventions of L2 are in use, and the same lambda means
//! twice the pull in one as in the other, so [`L2Convention`] must be said.
//!
//! - **L1** is the lasso's (Tibshirani 1996, "Regression Shrinkage and Selection via the Lasso"). Its
//!   pull towards zero does not weaken as a weight shrinks, so weights arrive at zero: the network
//!   becomes sparse. At w = 0 every number in \[-lambda, lambda\] is a sub-gradient; Burn's autodiff
//!   returns lambda sign(0) = 0, so a weight at exactly zero is left alone. Plain sub-gradient steps
//!   of size r, though, hop over zero and end in a band of about r lambda around it; exact zeros need
//!   the proximal step, [`Penalty::proximal`].
//! - **L2** is ridge regression's (Hoerl & Kennard 1970), also called weight decay. Its pull weakens
//!   with the weight: large weights shrink fast, small ones hardly, none arrives at zero. The sum is
//!   spread over many weights.
//! - **Elastic net** is both at once (Zou & Hastie 2005, "Regularization and Variable Selection via
//!   the Elastic Net"), in the parameters of glmnet and scikit-learn (there `alpha` and `l1_ratio`,
//!   c = 1/2): one lambda for the strength and a share of L1. It still yields zeros, and of correlated
//!   weights it keeps the group instead of picking one.
//!
//! [`Penalty`] builds the term for any module and holds its formula on plain numbers.
//!
//! # What counts as a weight
//! A float parameter of rank 2 or more: the matrices of linear layers, the kernels of convolutions.
//! Biases, the gain and shift of a normalisation and PReLU's slopes are vectors and are left out.
//! Frozen parameters add nothing to a loss term either, see [`Penalty::term`].

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::Tensor;

/// Whether the squares of L2 are halved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum L2Convention {
    /// `lambda sum w^2 / 2`: TensorFlow's `l2_loss` and `l2_regularizer`, the author's.
    #[default]
    Halved,
    /// `lambda sum w^2`: scikit-learn's `Ridge`, Keras' `L2`.
    Whole,
}

impl L2Convention {
    /// What the sum of squares is multiplied with: 1/2 or 1.
    pub fn factor(self) -> f64 {
        match self {
            Self::Halved => 0.5,
            Self::Whole => 1.0,
        }
    }
}

/// Which penalty on the weights.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Penalty {
    /// No penalty.
    #[default]
    None,
    /// `lambda sum |w|`.
    L1 {
        /// Strength, 0 or more.
        lambda: f64,
    },
    /// `lambda sum w^2`, halved or not.
    L2 {
        /// Strength, 0 or more.
        lambda: f64,
        /// Whether the squares are halved.
        convention: L2Convention,
    },
    /// A share of L1, the rest L2.
    ElasticNet {
        /// Strength, 0 or more.
        lambda: f64,
        /// Share of L1, from 0 (L2 alone) to 1 (L1 alone).
        l1_share: f64,
        /// Whether the squares are halved.
        convention: L2Convention,
    },
}

impl Penalty {
    /// The strength; 0 without a penalty.
    pub fn lambda(&self) -> f64 {
        match *self {
            Self::None => 0.0,
            Self::L1 { lambda } | Self::L2 { lambda, .. } | Self::ElasticNet { lambda, .. } => {
                lambda
            }
        }
    }

    /// The same penalty at another strength.
    #[must_use]
    pub fn with_lambda(mut self, strength: f64) -> Self {
        match &mut self {
            Self::None => {}
            Self::L1 { lambda } | Self::L2 { lambda, .. } | Self::ElasticNet { lambda, .. } => {
                *lambda = strength;
            }
        }
        self
    }

    /// What `sum |w|` and `sum w^2` are multiplied with.
    pub fn coefficients(&self) -> (f64, f64) {
        match *self {
            Self::None => (0.0, 0.0),
            Self::L1 { lambda } => (lambda, 0.0),
            Self::L2 { lambda, convention } => (0.0, lambda * convention.factor()),
            Self::ElasticNet {
                lambda,
                l1_share,
                convention,
            } => (
                lambda * l1_share,
                lambda * (1.0 - l1_share) * convention.factor(),
            ),
        }
    }

    /// `P(w)` of plain numbers.
    pub fn value(&self, w: &[f64]) -> f64 {
        let (on_abs, on_square) = self.coefficients();
        let abs: f64 = w.iter().map(|w| w.abs()).sum();
        let square: f64 = w.iter().map(|w| w * w).sum();
        on_abs * abs + on_square * square
    }

    /// `dP/dw` for one weight; at 0 what Burn's autodiff returns, 0.
    pub fn derivative(&self, w: f64) -> f64 {
        let (on_abs, on_square) = self.coefficients();
        on_abs * sign(w) + on_square * (2.0 * w)
    }

    /// The v that minimises `(v - w)^2 / 2 + step P(v)`: the proximal step.
    ///
    /// The soft threshold, then the shrinkage `v / (1 + 2 step lambda c)` (Zou & Hastie 2005,
    /// section 3.2).
    pub fn proximal(&self, w: f64, step: f64) -> f64 {
        let (on_abs, on_square) = self.coefficients();
        soft_threshold(w, step * on_abs) / (1.0 + 2.0 * (step * on_square))
    }

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

/// Soft threshold: the v that minimises `(v - w)^2 / 2 + threshold |v|`.
///
/// `sign(w) max(|w| - threshold, 0)`. With `threshold = step * lambda` it is the proximal step of L1,
/// and the heart of coordinate descent for the lasso (Friedman, Hastie & Tibshirani 2010, eq. 6).
pub fn soft_threshold(w: f64, threshold: f64) -> f64 {
    sign(w) * (w.abs() - threshold).max(0.0)
}

/// The sub-gradient of |w| that Burn's autodiff takes: the sign, 0 at 0.
fn sign(w: f64) -> f64 {
    if w == 0.0 { 0.0 } else { w.signum() }
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
        // Only matrices and kernels are weights.
        if D < 2 {
            return;
        }
        // A clone of the handle: the numbers are not copied.
        let w = param.val();
        if w.is_autodiff() && !w.is_require_grad() {
            return;
        }
        if self.on_abs != 0.0 {
            self.abs = plus(self.abs.take(), Some(w.clone().abs().sum()));
        }
        if self.on_square != 0.0 {
            self.square = plus(self.square.take(), Some(w.square().sum()));
        }
    }
}

fn plus(a: Option<Tensor<1>>, b: Option<Tensor<1>>) -> Option<Tensor<1>> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a + b),
        (a, b) => a.or(b),
    }
}
