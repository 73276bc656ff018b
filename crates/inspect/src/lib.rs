//! Looks inside any Burn model: what it is made of, the values between its layers, one frozen file.
//!
//! ```
//! use burn::module::Module;
//! use burn::nn::{Linear, LinearConfig};
//! use burn::tensor::{Device, Tensor, activation};
//! use retrace_inspect::{Frozen, Labels, freeze, record, tap, trace};
//!
//! #[derive(Module, Debug)]
//! struct Net {
//!     hidden: Linear,
//!     out: Linear,
//! }
//!
//! impl Net {
//!     fn forward(&self, x: Tensor<2>) -> Tensor<2> {
//!         let x = tap("hidden/before", self.hidden.forward(x));
//!         let x = tap("hidden/after", activation::leaky_relu(x, 0.1));
//!         activation::softmax(self.out.forward(x), 1)
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let device = Device::flex();
//! let net = Net {
//!     hidden: LinearConfig::new(4, 8).init(&device),
//!     out: LinearConfig::new(8, 3).init(&device),
//! };
//! let x = Tensor::<2>::from_data([[0.5, -1.0, 2.0, 0.0], [1.0, 1.0, 1.0, 1.0]], &device);
//!
//! // What is it made of? Nothing is computed for this.
//! let trace = trace(&net, &x, Net::forward)?;
//! println!("{}", trace.summary());
//! assert_eq!(trace.summary().totals.parameters, 4 * 8 + 8 + 8 * 3 + 3);
//!
//! // What comes out of a layer, before and after its activation function?
//! let values = trace.values(x.clone(), &["hidden/before", "hidden/after"])?;
//! let direct = record(&net, x.clone(), Net::forward, &["hidden/before", "hidden/after"])?;
//! assert_eq!(values, direct);
//!
//! // One file, that runs without the code above.
//! let folder = tempfile::tempdir()?;
//! let file = folder.path().join("net.onnx");
//! freeze(&net, &x, Net::forward, &Labels::default())?.save(&file)?;
//! let probabilities = Frozen::load(&file)?.run(&x.into_data())?;
//! assert_eq!(probabilities.shape().as_slice(), [2, 3]);
//! # Ok(())
//! # }
//! ```
//!
//! [`trace`](trace()) records a forward pass on Burn's capture device, which runs nothing, so a
//! network of any size and any batch can be planned in milliseconds ([`Summary`]: shapes,
//! parameters, multiply-adds, memory, a picture). [`tap`] names places in a forward pass and costs
//! nothing outside of a recording. [`Trace::values`] runs the recorded operations again and shows
//! any of them; [`record`](record()) takes the taps of a direct forward pass, in training as well
//! as in testing. [`freeze`](freeze()) writes structure and weights into one ONNX file, and
//! [`Frozen`] runs such a file with `rten`.
//!
//! # ONNX files of others
//!
//! Run by `rten` without its optimizer, on one thread. The bar: the numbers that ONNX says, or a sentence
//! that names operator, node and attribute. Of ONNX's own tests of its operators about a thousand of
//! 1,800 are computed rightly and the others are refused; none may be wrong.
//!
//! | what | here |
//! |---|---|
//! | operator sets 7 to 28, weights in the file, in a file beside it, as nodes, in branches and loops | read |
//! | functions of the file's own | replaced by their nodes |
//! | `float32`, `int32`, `int8`, `uint8`, `bool` | as ONNX says; `int32` wraps around |
//! | `float16`, `float64` | computed as `float32`, and [`Frozen::notes`] says so: results differ by rounding, and 65504 is no limit |
//! | `int64` | computed in 32 bits: a constant beyond them is refused, but for limits such as the end of a slice; an input beyond them is refused; a sum, a product or the like that outgrows 2^31 less 0.2% stops the run, and so does a finite floating-point number that is cast to such an integer |
//! | other types, sequences as inputs, sparse weights | refused |
//! | operators of other makers than ONNX (`com.microsoft`) | refused |
//! | what the runtime lacks (`RNN`, `QLinearConv`, `NonMaxSuppression`, `auto_pad` `SAME_LOWER`, `Resize` `cubic`, `GRU` with `linear_before_reset` 0, `LSTM` with `clip`, ...) | refused when read, or when it runs where the shapes and types of tensors decide |
//!
//! [`Frozen::read`] looks into files that [`Frozen::load`] refuses. A [`Frozen::summary`] says which
//! shapes and products cannot be known: those that depend on numbers, on the branch taken or on the
//! rounds of a loop, and those of operators that only their makers know.
//!
//! # Any tensors
//!
//! A forward pass may take and return any [`Tensors`]: one tensor or several, of floating-point
//! numbers, integers or truth values, in tuples, lists, options or structs ([`tensors!`]). Where a
//! forward pass panics, [`trace`](trace()) says after which layer, over which shapes, and shows the
//! summary up to there ([`Failure`]).

mod error;
#[cfg(feature = "run")]
mod freeze;
#[cfg(feature = "run")]
mod frozen;
mod planned;
mod summary;
mod tap;
mod tensors;
mod trace;

pub use error::{Error, Result};
#[cfg(feature = "run")]
pub use freeze::{InputLabel, Labels, freeze};
#[cfg(feature = "run")]
pub use frozen::{Element, Frozen, Node, Nodes, Port, Side};
pub use planned::Planned;
pub use summary::{HEADINGS, Memory, Row, Summary, Totals};
pub use tap::{record, tap};
pub use tensors::{Kind, MapTensor, Tensors};
pub use trace::{Failure, Operation, Parameter, Place, Trace, trace};
