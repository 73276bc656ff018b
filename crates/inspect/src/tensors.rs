//! What goes into a forward pass and what comes out of it: any number of tensors of any kind.

use burn::backend::TensorData;
use burn::backend::capture::CaptureBackend;
use burn::backend::ir::TensorIr;
use burn::backend::tensor::FloatTensor;
use burn::tensor::kind::Basic;
use burn::tensor::{BackendPrimitive, Bool, Device, Float, Int, Tensor, TensorCreationOptions};

use crate::{Error, Result};

/// A kind of numbers that can be recorded: [`Float`], [`Int`] or [`Bool`].
pub trait Kind:
    Basic + BackendPrimitive<CaptureBackend, Primitive = FloatTensor<CaptureBackend>>
{
}

impl Kind for Float {}
impl Kind for Int {}
impl Kind for Bool {}

/// One tensor or several, in a fixed order: tensors of any rank and [`Kind`], tuples of up to eight
/// of them, arrays, `Vec`, `Option`, and structs.
///
/// A struct says which fields they are in with [`tensors!`](crate::tensors!), or by hand:
///
/// ```
/// use burn::tensor::{Bool, Int, Tensor};
/// use retrace_inspect::{MapTensor, Tensors};
///
/// #[derive(Clone)]
/// struct Sentences {
///     /// `[batch, words]`
///     words: Tensor<2, Int>,
///     /// `[batch, words]`
///     padding: Option<Tensor<2, Bool>>,
/// }
///
/// impl Tensors for Sentences {
///     fn map_tensors(self, map: &mut impl MapTensor) -> Self {
///         Self {
///             words: self.words.map_tensors(map),
///             padding: self.padding.map_tensors(map),
///         }
///     }
/// }
/// ```
pub trait Tensors: Sized {
    /// The same with each tensor replaced by what `map` makes of it, always in the same order.
    #[must_use]
    fn map_tensors(self, map: &mut impl MapTensor) -> Self;
}

/// What is done with each of some [`Tensors`].
pub trait MapTensor {
    /// One of them, of whatever rank and kind; the result has the same shape.
    fn map<const D: usize, K: Kind>(&mut self, x: Tensor<D, K>) -> Tensor<D, K>;
}

impl<const D: usize, K: Kind> Tensors for Tensor<D, K> {
    fn map_tensors(self, map: &mut impl MapTensor) -> Self {
        map.map(self)
    }
}

impl<T: Tensors> Tensors for Option<T> {
    fn map_tensors(self, map: &mut impl MapTensor) -> Self {
        self.map(|some| some.map_tensors(map))
    }
}

impl<T: Tensors> Tensors for Vec<T> {
    fn map_tensors(self, map: &mut impl MapTensor) -> Self {
        self.into_iter().map(|item| item.map_tensors(map)).collect()
    }
}

impl<T: Tensors, const N: usize> Tensors for [T; N] {
    fn map_tensors(self, map: &mut impl MapTensor) -> Self {
        self.map(|item| item.map_tensors(map))
    }
}

macro_rules! tuples {
    ($(($($name:ident),*))*) => {$(
        impl<$($name: Tensors),*> Tensors for ($($name,)*) {
            #[allow(non_snake_case, unused_variables, clippy::unused_unit)]
            fn map_tensors(self, map: &mut impl MapTensor) -> Self {
                let ($($name,)*) = self;
                ($($name.map_tensors(map),)*)
            }
        }
    )*};
}

tuples! {
    () (A) (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) (A, B, C, D, E, F)
    (A, B, C, D, E, F, G) (A, B, C, D, E, F, G, H)
}

/// Makes [`Tensors`](crate::Tensors) of a struct whose fields are all tensors: their names, in the
/// order in which a summary shall list them.
///
/// ```
/// use burn::tensor::{Int, Tensor};
/// use retrace_inspect::tensors;
///
/// #[derive(Clone)]
/// struct Pair {
///     picture: Tensor<4>,
///     words: Tensor<2, Int>,
/// }
/// tensors!(Pair { picture, words });
/// ```
#[macro_export]
macro_rules! tensors {
    ($name:ident { $($field:ident),* $(,)? }) => {
        impl $crate::Tensors for $name {
            fn map_tensors(self, map: &mut impl $crate::MapTensor) -> Self {
                Self { $($field: $crate::Tensors::map_tensors(self.$field, map)),* }
            }
        }
    };
}

/// Zeros of the same shapes and types on `device`, and what they are called there.
pub(crate) fn blank<T: Tensors>(tensors: T, device: &Device) -> Result<(T, Vec<TensorIr>)> {
    struct Blank<'a>(&'a Device);
    impl MapTensor for Blank<'_> {
        fn map<const D: usize, K: Kind>(&mut self, x: Tensor<D, K>) -> Tensor<D, K> {
            let options = TensorCreationOptions::new(Device::flex()).with_dtype(x.dtype());
            let zeros = Tensor::zeros(x.shape(), options);
            zeros.to_device(self.0)
        }
    }
    let blank = tensors.map_tensors(&mut Blank(device));
    recorded(blank)
}

/// What tensors are called on Burn's recording device.
pub(crate) fn recorded<T: Tensors>(tensors: T) -> Result<(T, Vec<TensorIr>)> {
    struct Recorded(Result<Vec<TensorIr>>);
    impl MapTensor for Recorded {
        fn map<const D: usize, K: Kind>(&mut self, x: Tensor<D, K>) -> Tensor<D, K> {
            let (shape, dtype) = (x.shape(), x.dtype());
            match (
                x.clone().try_into_primitive::<CaptureBackend>(),
                &mut self.0,
            ) {
                (Ok(found), Ok(list)) => list.push(TensorIr::uninit(found.id(), shape, dtype)),
                (Err(error), Ok(_)) => {
                    let text = format!("a tensor is not on the recording device ({error:?})");
                    self.0 = Err(Error::Capture(text));
                }
                (_, Err(_)) => {}
            }
            x
        }
    }
    let mut found = Recorded(Ok(Vec::new()));
    let tensors = tensors.map_tensors(&mut found);
    Ok((tensors, found.0?))
}

/// The numbers in them.
pub(crate) fn data<T: Tensors>(tensors: T) -> (T, Vec<TensorData>) {
    struct Data(Vec<TensorData>);
    impl MapTensor for Data {
        fn map<const D: usize, K: Kind>(&mut self, x: Tensor<D, K>) -> Tensor<D, K> {
            self.0.push(x.to_data());
            x
        }
    }
    let mut data = Data(Vec::new());
    let tensors = tensors.map_tensors(&mut data);
    (tensors, data.0)
}
