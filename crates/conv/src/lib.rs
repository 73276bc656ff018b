//! Fast convolution on the CPU, for Burn's flex back end.
//!
//! [`Conv2d`] takes the place of `burn::nn::conv::Conv2d`: same config, same parameters, same
//! records, same gradients through Burn's autodiff. What it does not support (another
//! device, another type of number, a stride, see [`Conv2d`]) is Burn's convolution, exactly.
//! [`Conv1d`] is the same in one dimension. [`slices`] has the functions without Burn.
//!
//! ```
//! use burn::nn::{PaddingConfig2d, conv::Conv2dConfig};
//! use burn::tensor::{Device, Tensor};
//! use retrace_conv::Conv2d;
//!
//! let device = Device::flex().autodiff();
//! let config = Conv2dConfig::new([1, 32], [7, 7]).with_padding(PaddingConfig2d::Same);
//! let output = Conv2d::new(&config, &device).forward_relu(Tensor::ones([2, 1, 15, 10], &device));
//! assert_eq!(output.dims(), [2, 32, 15, 10]);
//! ```
//!
//! # How it works
//!
//! For a reader who knows matrix products and little else.
//!
//! ## A convolution is a matrix product
//!
//! Each pixel of the output is a sum: over the places of the kernel and the channels of the input,
//! weight times number. Lay the picture out so that the channels of a pixel are side by side.
//! Then the numbers that an output pixel needs from one row of the picture are one run, and the
//! run of its right neighbour starts one pixel later:
//!
//! ```text
//! picture row:          p0 p1 p2 p3 p4 ...      (each p: all channels of one pixel)
//! for output pixel 0:  [p0 p1 p2]
//! for output pixel 1:     [p1 p2 p3]
//! for output pixel 2:        [p2 p3 p4]
//! ```
//!
//! These runs are the rows of a matrix; that they overlap in memory does not disturb a product that
//! only reads them. Times the weight, as a matrix with one column per output channel, and summed over
//! the rows of the kernel, they give a row of the output. That is the *direct* method,
//! [`Algorithm::Exact`]. Nothing is copied but the picture itself, once, into this layout.
//!
//! The product's innermost loop keeps up to 14 output pixels by 32 channels in the registers of
//! AVX-512 (6 by 16 with AVX2). It reads the left matrix where it lies and the right one from
//! panels as wide as the registers, and runs at the speed of the multiplication units.
//!
//! ## Fewer multiplications
//!
//! Two outputs of a filter of three taps, `y0 = x0 g0 + x1 g1 + x2 g2` and
//! `y1 = x1 g0 + x2 g1 + x3 g2`, need six multiplications. Winograd (1980) showed that four do:
//!
//! ```text
//! m0 = (x0 - x2) g0                          y0 = m0 + m1 + m2
//! m1 = (x1 + x2) (g0 + g1 + g2) / 2          y1 = m1 - m2 - m3
//! m2 = (x2 - x1) (g0 - g1 + g2) / 2
//! m3 = (x1 - x3) g2
//! ```
//!
//! Three linear maps are at work: one of the numbers (`Bᵀ`), one of the taps (`G`), one back (`Aᵀ`):
//! `y = Aᵀ [(G g) · (Bᵀ x)]`. Here we take four outputs at once: of three taps at six *points*
//! (12 multiplications become 6), of seven at ten (28 become 10).
//!
//! Now let the numbers be whole rows of a picture, with all columns and channels, and the filter run
//! down the rows:
//!
#![doc = include_str!("../docs/winograd.svg")]
//!
//! `Bᵀ` turns six rows into rows at six points. At each point there remains a convolution along
//! the columns, a matrix product as above, with the kernel that `G` turned into points. `Aᵀ` makes
//! four rows of output. The maps cost a few additions per number, the products are shared by all
//! channels: so the more channels, the more is won. With many channels the columns are treated in
//! the same way: then a tile of 6 x 6 pixels becomes 36 points, and 4 x 4 outputs of a 3 x 3 kernel
//! cost 36 multiplications per pair of channels instead of 144 (Lavin & Gray 2016).
//!
//! ## Gradients
//!
//! The maps are linear, so their adjoints are their transposes: with `z = A dy`, the input's
//! gradient is `B [(G w)ᵀ z]` and the weight's `Gᵀ [(Bᵀ x)ᵀ z]`. Both need `z`, which is made once.
//!
//! # Which algorithm
//!
//! [`Algorithm::Auto`] chooses by shape; see [`Algorithm`].
//!
//! # Exactness
//!
//! The direct method rounds as any sum in another order does. Winograd's adds a constant factor,
//! that depends on the points; the crate's README has both, measured. Numbers that are not finite
//! or above 2⁴⁰, where a sum of the maps might overflow, are computed by the direct method, and go
//! through as in Burn. The cut of a batch into jobs depends on the shape alone and each sum has a
//! fixed order: the same bits on any number of threads.
//!
//! # Memory
//!
//! Besides the results: a copy of the weight (four times its size at 36 points, twice at six and
//! one and a half times at ten), about 2 MiB per thread, and in the backward pass a chunk of 4 MiB,
//! or two jobs per thread where that is more. A job holds at least 64 pixels per point, or the
//! shortest strip of a picture: one tile row, two for a kernel of 7 x 7. All of it is freed when
//! the call returns.
#![warn(clippy::undocumented_unsafe_blocks)]
#![cfg_attr(not(target_arch = "x86_64"), allow(dead_code))] // the kernels

mod conv1d;
mod direct;
mod error;
mod extension;
mod general;
mod gradients;
mod jobs;
mod kernel;
mod layer;
mod layout;
mod memory;
mod pool;
mod product;
mod shape;
mod simd;
pub mod slices;
mod weights;
mod winograd;

pub use conv1d::Conv1d;
pub use error::Error;
pub use layer::Conv2d;
pub use pool::max_pool_2x2;
pub use shape::{Algorithm, Padding, Shape};

/// Whether this processor has vector instructions that the kernels are written in: AVX-512F, or
/// AVX2 and FMA. Elsewhere the layers are Burn's.
pub fn supported_here() -> bool {
    simd::Instructions::detect().is_some()
}
