//! Inputs and outputs of a frozen network: names, types and shapes, and tensors on their way into
//! the runtime and back, which computes in fewer types than ONNX has.

use std::fmt;

use burn::tensor::{TensorData, f16};
use onnx_ir::ValueInfoProto;
use rten::Value;
use rten_tensor::Tensor;
use rten_tensor::prelude::*;

use super::not_runnable;
use crate::{Error, Result};

/// An input or an output of a frozen network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// Its name in the file.
    pub name: String,
    /// What it holds.
    pub element: Element,
    /// Its axes; `None` if the file says nothing of them.
    pub shape: Option<Vec<Side>>,
}

/// The length of an axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Side {
    /// Always this.
    Fixed(usize),
    /// Any length, by its name in the file.
    Open(String),
}

/// The type of a tensor's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // their names in ONNX say it
pub enum Element {
    Float64,
    Float32,
    Float16,
    Int64,
    Int32,
    Int8,
    Uint8,
    Bool,
}

/// The types at their numbers in ONNX's `TensorProto.DataType`, and what can be computed with.
const TYPES: [(&str, Option<Element>); 27] = [
    ("no type", None),
    ("float32", Some(Element::Float32)),
    ("uint8", Some(Element::Uint8)),
    ("int8", Some(Element::Int8)),
    ("uint16", None),
    ("int16", None),
    ("int32", Some(Element::Int32)),
    ("int64", Some(Element::Int64)),
    ("string", None),
    ("bool", Some(Element::Bool)),
    ("float16", Some(Element::Float16)),
    ("float64", Some(Element::Float64)),
    ("uint32", None),
    ("uint64", None),
    ("complex64", None),
    ("complex128", None),
    ("bfloat16", None),
    ("float8e4m3fn", None),
    ("float8e4m3fnuz", None),
    ("float8e5m2", None),
    ("float8e5m2fnuz", None),
    ("uint4", None),
    ("int4", None),
    ("float4e2m1", None),
    ("float8e8m0", None),
    ("uint2", None),
    ("int2", None),
];

fn type_at(number: i32) -> Option<&'static (&'static str, Option<Element>)> {
    usize::try_from(number).ok().and_then(|at| TYPES.get(at))
}

/// ONNX's name of a type.
pub(super) fn type_name(number: i32) -> &'static str {
    type_at(number).map_or("an unknown type", |row| row.0)
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = TYPES.iter().find(|row| row.1 == Some(*self));
        f.write_str(row.map_or("", |row| row.0))
    }
}

impl Element {
    /// The type with that number in ONNX, if tensors of it can be computed with.
    pub(crate) fn from_number(number: i32) -> Option<Self> {
        type_at(number)?.1
    }

    /// The numbers that a tensor of it may hold here: the runtime has integers of 32 bits and
    /// floating-point numbers of 32 bits in place of the longer ones.
    fn range(self) -> (f64, f64) {
        match self {
            Self::Float64 | Self::Float32 => (f32::MIN.into(), f32::MAX.into()),
            Self::Float16 => (f16::MIN.into(), f16::MAX.into()),
            Self::Int64 | Self::Int32 => (i32::MIN.into(), i32::MAX.into()),
            Self::Int8 => (i8::MIN.into(), i8::MAX.into()),
            Self::Uint8 => (u8::MIN.into(), u8::MAX.into()),
            Self::Bool => (0.0, 1.0),
        }
    }

    /// Whether it has fractions, infinities and NaN.
    pub fn is_float(self) -> bool {
        matches!(self, Self::Float64 | Self::Float32 | Self::Float16)
    }

    /// Whether a number keeps its value as one of this type.
    fn holds(self, value: f64) -> bool {
        let (least, most) = self.range();
        let within = (least..=most).contains(&value);
        if self.is_float() {
            within || !value.is_finite()
        } else {
            within && value.fract() == 0.0
        }
    }
}

impl fmt::Display for Port {
    /// `input: batch x 1 x 28 x 28`, and the type if it is not `float32`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.sides())?;
        match self.element {
            Element::Float32 => Ok(()),
            other => write!(f, " of {other}"),
        }
    }
}

impl Port {
    fn sides(&self) -> String {
        let side = |side: &Side| match side {
            Side::Fixed(length) => length.to_string(),
            Side::Open(name) => name.clone(),
        };
        let sides = |sides: &Vec<Side>| match sides.as_slice() {
            [] => "one number".to_owned(),
            sides => sides.iter().map(side).collect::<Vec<_>>().join(" x "),
        };
        self.shape.as_ref().map_or("any shape".to_owned(), sides)
    }

    fn fits(&self, shape: &[usize]) -> bool {
        let fits = |(side, &length): (&Side, &usize)| match side {
            Side::Fixed(fixed) => *fixed == length,
            Side::Open(_) => length > 0,
        };
        self.shape
            .as_ref()
            .is_none_or(|sides| sides.len() == shape.len() && sides.iter().zip(shape).all(fits))
    }

    /// What the file says of an end.
    pub(super) fn of(value: &ValueInfoProto) -> Result<Self> {
        let name = value.name.clone();
        if !value.type_.has_tensor_type() {
            return Err(not_runnable(format!(
                "{name} is no tensor; sequences, maps and optional values are not supported"
            )));
        }
        let tensor = value.type_.tensor_type();
        let element = Element::from_number(tensor.elem_type).ok_or_else(|| {
            let names = TYPES.iter().filter(|row| row.1.is_some());
            let names: Vec<&str> = names.map(|row| row.0).collect();
            not_runnable(format!(
                "{name} holds {}; tensors of {} are supported",
                type_name(tensor.elem_type),
                names.join(", ")
            ))
        })?;
        let shape = tensor.shape.as_ref().map(|shape| {
            let sides = shape.dim.iter().enumerate();
            let sides = sides.map(
                |(axis, side)| match (side.has_dim_value(), side.dim_param()) {
                    (true, _) => usize::try_from(side.dim_value())
                        .map(Side::Fixed)
                        .map_err(|_| {
                            let length = side.dim_value();
                            not_runnable(format!("axis {axis} of {name} has a length of {length}"))
                        }),
                    (false, "") => Ok(Side::Open("?".into())),
                    (false, symbol) => Ok(Side::Open(symbol.to_owned())),
                },
            );
            sides.collect::<Result<Vec<_>>>()
        });
        let shape = shape.transpose()?;
        Ok(Self {
            name,
            element,
            shape,
        })
    }

    /// A tensor as the runtime takes it.
    ///
    /// # Errors
    /// Another shape; numbers that this type, or the runtime's in place of it, does not hold.
    pub(super) fn value(&self, data: &TensorData) -> Result<Value> {
        let shape = data.shape().as_slice();
        if !self.fits(shape) {
            let sides: Vec<String> = shape.iter().map(ToString::to_string).collect();
            return Err(Error::Shape {
                expected: self.sides(),
                found: sides.join(" x "),
            });
        }
        if let Some(value) = data.iter::<f64>().find(|&value| !self.element.holds(value)) {
            let (least, most) = self.element.range();
            let whole = if self.element.is_float() {
                ""
            } else {
                "whole "
            };
            return Err(not_runnable(format!(
                "{} takes {}, and {value} was given: {whole}numbers from {least} to {most} can be computed with",
                self.name, self.element
            )));
        }
        Ok(match self.element {
            Element::Int8 => Tensor::from_data(shape, data.iter().collect::<Vec<i8>>()).into(),
            Element::Uint8 => Tensor::from_data(shape, data.iter().collect::<Vec<u8>>()).into(),
            float if float.is_float() => {
                Tensor::from_data(shape, data.iter().collect::<Vec<f32>>()).into()
            }
            _ => Tensor::from_data(shape, data.iter().collect::<Vec<i32>>()).into(),
        })
    }

    /// What the runtime made, in the type that the file promises.
    ///
    /// # Errors
    /// Values of another kind.
    pub(super) fn data(&self, value: Value) -> Result<TensorData> {
        let shape = value.shape().to_vec();
        let data = match value {
            Value::FloatTensor(tensor) if self.element.is_float() => {
                TensorData::new(tensor.to_vec(), shape)
            }
            Value::Int32Tensor(tensor)
                if matches!(
                    self.element,
                    Element::Int64 | Element::Int32 | Element::Bool
                ) =>
            {
                TensorData::new(tensor.to_vec(), shape)
            }
            Value::Int8Tensor(tensor) if self.element == Element::Int8 => {
                TensorData::new(tensor.to_vec(), shape)
            }
            Value::UInt8Tensor(tensor) if self.element == Element::Uint8 => {
                TensorData::new(tensor.to_vec(), shape)
            }
            _ => {
                return Err(not_runnable(format!(
                    "its output {} has another type than it says",
                    self.name
                )));
            }
        };
        // The runtime has no booleans and does not keep to these two.
        if self.element == Element::Bool && data.iter::<i32>().any(|n| !(0..=1).contains(&n)) {
            return Err(not_runnable(format!(
                "its output {} holds other values than true and false",
                self.name
            )));
        }
        Ok(match self.element {
            Element::Float64 => data.convert::<f64>(),
            Element::Float16 => data.convert::<f16>(),
            Element::Int64 => data.convert::<i64>(),
            Element::Bool => data.convert::<bool>(),
            _ => data,
        })
    }
}
