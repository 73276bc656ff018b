//! What the posts are about: activation functions, regularizers and the plain networks that carry
//! them, as Burn modules.
//!
//! - [`activation`]: sigmoid, ReLU, LReLU, PReLU, RReLU, ELU and softmax, one file each, and
//!   [`ActivationConfig`](activation::ActivationConfig), which picks one and its settings.
//! - [`regularization`]: L1, L2 and elastic net as a term of the loss over the weights of any
//!   module.
//! - [`layer`]: the multilayer perceptron that several posts train.
//!
//! ```
//! use burn::tensor::{Device, Tensor};
//! use retrace_core::activation::ActivationConfig;
//! use retrace_core::layer::MlpConfig;
//! use retrace_core::regularization::Penalty;
//!
//! let device = Device::flex().autodiff();
//! device.seed(0);
//! let activation: ActivationConfig = "lrelu(0.18)".parse()?;
//! let network = MlpConfig::new([1, 10, 10, 10, 1], activation).init(&device)?;
//!
//! let error = network.forward(Tensor::ones([1, 1], &device)).abs().sum();
//! let loss = Penalty::L1 { lambda: 0.3 }.add_to(error, &network);
//! let gradients = loss.backward();
//!
//! let first = network.layers[0].weight.grad(&gradients);
//! assert!(first.is_some());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Nothing here keeps random state. What draws (initial weights, the slopes of RReLU) draws from
//! the device's generator, which the training loop seeds from a counter.

pub mod activation;
pub mod layer;
pub mod regularization;
