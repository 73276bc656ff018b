//! Winograd's method: fewer multiplications, by minimal filters along the rows' axis or both.
//!
//! A picture is cut into tile rows of [`OUTPUTS`](minimal::Minimal::OUTPUTS) output rows. The
//! `m + r - 1` rows that a tile row needs are transformed, number by number, to as many *points*.
//! At each point the convolution is an ordinary one along the columns, hence a matrix product as
//! in [`direct`](crate::direct), with the kernel transformed likewise; transforming back gives
//! the output rows:
//!
//! ```text
//! rows 0..6  --B^T-->  6 points  --product with G w-->  6 points  --A^T-->  output rows 0..4
//! rows 4..10 --B^T-->  ...                                                  output rows 4..8
//! ```
//!
//! With many channels the columns are transformed as well ([`Axes::Both`]): tiles of 6 x 6 pixels
//! become 36 points, and at each point the convolution is a product of pixel by channel.
//!
//! The gradients use the adjoints of the same transforms, not a convolution of their own: if
//! `y = A^T [(G w) (B^T x)]`, then with `z = A dy` the gradient of the input is `B [(G w)^T z]`
//! and that of the weight `G^T [(B^T x)^T z]`. So `z` serves both, and where tiles overlap the
//! gradients of the input add up.
//!
//! Error: a constant factor over the direct sum. See the crate's README for measurements.

mod backward;
mod forward;
mod minimal;
mod plan;
mod products;
mod transform;
mod weights;

pub(crate) use backward::backward;
pub(crate) use forward::forward;
pub(crate) use minimal::{Four3, Four7};
pub(crate) use plan::{Axes, Plan};
