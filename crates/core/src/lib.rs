//! What the posts are about: activation functions, regularizers and the plain networks that carry
//! them, as Burn modules.
//!
//! - [`activation`]: sigmoid, ReLU, LReLU, PReLU, RReLU, ELU and softmax, one file each, and
//!   [`ActivationConfig`](activation::ActivationConfig), the name by which an experiment picks one.
//! - [`regularization`]: L1, L2 and elastic net as a term of the loss over the weights of any
//!   module.
//! - [`layer`]: the multilayer perceptron that several posts train.
//!
//! Nothing here keeps random state. What draws (initial weights, the slopes of RReLU) draws from
//! the device's generator, which the training loop seeds from a counter.

pub mod activation;
pub mod layer;
pub mod regularization;
