//! The ends of a frozen network.

use tract_onnx::pb::{ValueInfoProto, tensor_shape_proto, type_proto};

use super::{FLOAT, not_runnable};
use crate::Result;

/// An input or an output of a frozen network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// Its name in the file.
    pub name: String,
    /// Its axes.
    pub shape: Vec<Side>,
}

/// The length of an axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Side {
    /// Always this.
    Fixed(usize),
    /// Any length, by its name in the file.
    Open(String),
}

impl std::fmt::Display for Port {
    /// `input: batch x 1 x 28 x 28`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.name, self.sides())
    }
}

impl Port {
    pub(super) fn sides(&self) -> String {
        let side = |side: &Side| match side {
            Side::Fixed(length) => length.to_string(),
            Side::Open(name) => name.clone(),
        };
        self.shape.iter().map(side).collect::<Vec<_>>().join(" x ")
    }

    pub(super) fn fits(&self, shape: &[usize]) -> bool {
        let fits = |(side, &length): (&Side, &usize)| match side {
            Side::Fixed(fixed) => *fixed == length,
            Side::Open(_) => length > 0,
        };
        self.shape.len() == shape.len() && self.shape.iter().zip(shape).all(fits)
    }
}

/// What the file says of an end.
pub(super) fn of(value: &ValueInfoProto) -> Result<Port> {
    use tensor_shape_proto::dimension::Value;
    let name = value.name.clone();
    let kind = value.r#type.as_ref().and_then(|kind| kind.value.as_ref());
    let Some(type_proto::Value::TensorType(tensor)) = kind else {
        return Err(not_runnable(format!("{name} is no tensor")));
    };
    if tensor.elem_type != FLOAT {
        return Err(not_runnable(format!(
            "{name} does not hold 32-bit floating-point numbers"
        )));
    }
    let Some(shape) = &tensor.shape else {
        return Err(not_runnable(format!("{name} has no shape")));
    };
    let side = |(axis, side): (usize, &tensor_shape_proto::Dimension)| match &side.value {
        Some(Value::DimValue(length)) => usize::try_from(*length)
            .map(Side::Fixed)
            .map_err(|_| not_runnable(format!("axis {axis} of {name} has a length of {length}"))),
        Some(Value::DimParam(symbol)) if !symbol.is_empty() => Ok(Side::Open(symbol.clone())),
        _ => Ok(Side::Open("?".into())),
    };
    let shape = shape
        .dim
        .iter()
        .enumerate()
        .map(side)
        .collect::<Result<_>>()?;
    Ok(Port { name, shape })
}
