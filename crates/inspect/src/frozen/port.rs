//! The ends of a frozen network.

use onnx_ir::ValueInfoProto;

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
    let name = value.name.clone();
    if !value.type_.has_tensor_type() {
        return Err(not_runnable(format!("{name} is no tensor")));
    }
    let tensor = value.type_.tensor_type();
    if tensor.elem_type != FLOAT {
        return Err(not_runnable(format!(
            "{name} does not hold 32-bit floating-point numbers"
        )));
    }
    let Some(shape) = tensor.shape.as_ref() else {
        return Err(not_runnable(format!("{name} has no shape")));
    };
    let mut sides = Vec::new();
    for (axis, side) in shape.dim.iter().enumerate() {
        sides.push(match (side.has_dim_value(), side.dim_param()) {
            (true, _) => Side::Fixed(usize::try_from(side.dim_value()).map_err(|_| {
                let length = side.dim_value();
                not_runnable(format!("axis {axis} of {name} has a length of {length}"))
            })?),
            (false, "") => Side::Open("?".into()),
            (false, symbol) => Side::Open(symbol.to_owned()),
        });
    }
    Ok(Port { name, shape: sides })
}
