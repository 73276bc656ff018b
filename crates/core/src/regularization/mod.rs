//! Penalties on the weights, the subject of the post "Regularization: L1 and L2".
//!
//! A penalty is a term of the loss, `loss = error + penalty(w)`, over the weights w of a network.
//! [`Penalty`] names one in a config and builds the term for any module; [`l1`], [`l2`] and
//! [`elastic_net`] hold each one's formula on tensors and on plain numbers.
//!
//! # What counts as a weight
//! A float parameter of rank 2 or more: the matrices of linear layers, the kernels of convolutions.
//! Biases, the gain and shift of a normalisation and PReLU's slopes are vectors and are left out.
//! Frozen parameters add nothing to a loss term either, see [`Penalty::term`].

pub mod elastic_net;
pub mod l1;
pub mod l2;
mod penalty;
mod term;
mod weights;

pub use l2::L2Convention;
pub use penalty::{Penalty, PenaltyError};
pub use weights::{NamedWeight, weights};
