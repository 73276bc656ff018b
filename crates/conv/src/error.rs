//! What [`slices`](crate::slices) refuses.

use std::fmt;

/// Why a convolution of slices was not computed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// A slice has not the length that the shape tells.
    Length {
        /// What the slice holds.
        array: &'static str,
        /// Numbers by the shape.
        expected: usize,
        /// Numbers in the slice.
        found: usize,
    },
    /// There is an output, but no input or no kernel.
    OutputOfNothing,
    /// An array of this shape would be larger than memory can be.
    TooLarge,
    /// The processor has no vector instructions that the kernels are written in, see
    /// [`supported_here`](crate::supported_here).
    Processor,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Length {
                array,
                expected,
                found,
            } => {
                return write!(
                    f,
                    "expected {expected} numbers in the {array}, as the shape tells, found {found}"
                );
            }
            Self::OutputOfNothing => {
                "expected channels, pixels and a kernel, found an output of none"
            }
            Self::TooLarge => "expected sizes whose arrays fit into memory, found larger ones",
            Self::Processor => {
                "expected a processor with AVX-512F, or with AVX2 and FMA; Burn's layers run on any"
            }
        })
    }
}

impl std::error::Error for Error {}
