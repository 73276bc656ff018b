//! ONNX's nodes for one operation, before they have names.

use burn::backend::ir::ScalarIr;
use burn::tensor::DType;
use onnx_ir::{AttributeProto, AttributeType, TensorProto};

use super::recordings::Refused;
use super::size::Size;

/// What stands for one operation of Burn; the last node writes its results.
#[derive(Debug, Clone, Default)]
pub(super) struct Nodes(pub Vec<Node>);

/// One node.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub operator: &'static str,
    pub inputs: Vec<Slot>,
    pub attributes: Vec<AttributeProto>,
    /// What it writes.
    pub outputs: Outputs,
}

/// What a node writes.
#[derive(Debug, Clone)]
pub(super) enum Outputs {
    /// A value that later nodes of the same operation read.
    Step,
    /// So many of them.
    Steps(usize),
    /// A result of the operation.
    Result(usize),
    /// In the node's order: results of the operation, or values for later nodes.
    Results(Vec<Option<usize>>),
}

/// What a node reads.
#[derive(Debug, Clone)]
pub(super) enum Slot {
    /// A tensor that the operation reads, counted from 0.
    Operand(usize),
    /// The first value of an earlier node of the same operation.
    Step(usize),
    /// Another value of an earlier node.
    Part(usize, usize),
    /// A number, as a tensor without axes, and the end of its name.
    Scalar(Option<&'static str>, ScalarIr, DType),
    /// Whole numbers, as a tensor of one axis.
    Integers(Option<&'static str>, Vec<i64>),
    /// Sizes, as a tensor of one axis.
    Sizes(Vec<Size>),
    /// A size, as a tensor without axes.
    Count(Size),
    /// Any numbers that the file gets, with the end of their name.
    Data(&'static str, Vec<usize>, Vec<f32>),
    /// An input that is left out.
    Nothing,
}

impl Slot {
    /// The number 0.5 and the like.
    pub fn number(value: f64) -> Self {
        Self::Scalar(None, ScalarIr::Float(value), DType::F32)
    }

    /// Whole numbers.
    pub fn integers(values: impl IntoIterator<Item = usize>) -> Self {
        Self::Integers(None, values.into_iter().map(|value| value as i64).collect())
    }

    /// The tensor of a constant and the end of its name, if it has a special one.
    pub fn constant(&self) -> Result<Option<(Option<&'static str>, TensorProto)>, Refused> {
        let (end, dims, data_type, raw_data) = match self {
            Self::Integers(end, values) => (*end, vec![values.len() as i64], INT64, bytes(values)),
            Self::Sizes(sizes) => {
                let fixed: Option<Vec<i64>> = sizes.iter().map(Size::fixed).collect();
                let Some(values) = fixed else { return Ok(None) };
                (None, vec![values.len() as i64], INT64, bytes(&values))
            }
            Self::Count(Size::Fixed(value)) => (None, Vec::new(), INT64, bytes(&[*value])),
            Self::Scalar(end, value, dtype) => {
                let (data_type, bytes) = scalar(*value, *dtype)?;
                (*end, Vec::new(), data_type, bytes)
            }
            Self::Data(end, dims, values) => {
                let bytes = values
                    .iter()
                    .flat_map(|value| value.to_le_bytes())
                    .collect();
                let dims = dims.iter().map(|&side| side as i64).collect();
                (Some(*end), dims, 1, bytes)
            }
            _ => return Ok(None),
        };
        let tensor = TensorProto {
            dims,
            data_type,
            raw_data: raw_data.into(),
            ..TensorProto::default()
        };
        Ok(Some((end, tensor)))
    }
}

/// The numbers of integers of 32 and of 64 bits in ONNX's `TensorProto.DataType`.
pub(super) const INT32: i32 = 6;
pub(super) const INT64: i32 = 7;

/// ONNX's number of a type; of Burn's types it lacks some.
pub(super) fn element(dtype: DType) -> Result<i32, Refused> {
    Ok(match dtype {
        DType::F32 => 1,
        DType::U8 => 2,
        DType::I8 => 3,
        DType::I32 => INT32,
        DType::I64 => INT64,
        DType::Bool(_) => 9,
        DType::F64 => 11,
        other => return Err(format!("it works on numbers of type {other:?}")),
    })
}

/// A number in ONNX's form.
pub(super) fn scalar(value: ScalarIr, dtype: DType) -> Result<(i32, Vec<u8>), Refused> {
    let bytes = match dtype {
        DType::F32 => value.elem::<f32>().to_le_bytes().to_vec(),
        DType::F64 => value.elem::<f64>().to_le_bytes().to_vec(),
        DType::U8 => value.elem::<u8>().to_le_bytes().to_vec(),
        DType::I8 => value.elem::<i8>().to_le_bytes().to_vec(),
        DType::I32 => value.elem::<i32>().to_le_bytes().to_vec(),
        DType::I64 => value.elem::<i64>().to_le_bytes().to_vec(),
        DType::Bool(_) => vec![u8::from(value.elem::<bool>())],
        _ => Vec::new(),
    };
    Ok((element(dtype)?, bytes))
}

fn bytes(values: &[i64]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

impl Nodes {
    /// One node that reads the operation's tensors in order.
    pub fn one(operator: &'static str, operands: usize) -> Self {
        Self::default().then(operator, (0..operands).map(Slot::Operand).collect())
    }

    /// With another node.
    pub fn then(mut self, operator: &'static str, inputs: Vec<Slot>) -> Self {
        self.0.push(Node {
            operator,
            inputs,
            attributes: Vec::new(),
            outputs: Outputs::Step,
        });
        self
    }

    /// With a node that reads the result of the last one first.
    pub fn apply(self, operator: &'static str, others: Vec<Slot>) -> Self {
        let inputs = std::iter::once(self.last()).chain(others).collect();
        self.then(operator, inputs)
    }

    /// The value of the last node.
    pub fn last(&self) -> Slot {
        Slot::Step(self.0.len().saturating_sub(1))
    }

    /// With something else that the last node writes.
    pub fn writes(mut self, outputs: Outputs) -> Self {
        if let Some(last) = self.0.last_mut() {
            last.outputs = outputs;
        }
        self
    }

    /// With an attribute of the last node.
    pub fn float(self, name: &str, value: f32) -> Self {
        self.attribute(name, AttributeType::FLOAT, |attribute| attribute.f = value)
    }

    /// With an attribute of the last node.
    pub fn int(self, name: &str, value: i64) -> Self {
        self.attribute(name, AttributeType::INT, |attribute| attribute.i = value)
    }

    /// With an attribute of the last node.
    pub fn ints(self, name: &str, values: impl IntoIterator<Item = usize>) -> Self {
        let values = values.into_iter().map(|value| value as i64).collect();
        self.attribute(name, AttributeType::INTS, |attribute| {
            attribute.ints = values;
        })
    }

    /// With an attribute of the last node.
    pub fn text(self, name: &str, value: &'static str) -> Self {
        self.attribute(name, AttributeType::STRING, |attribute| {
            attribute.s = value.as_bytes().to_vec().into();
        })
    }

    /// With an attribute of the last node: a tensor of one number.
    pub fn value(self, value: ScalarIr, dtype: DType) -> Result<Self, Refused> {
        let (data_type, bytes) = scalar(value, dtype)?;
        Ok(self.attribute("value", AttributeType::TENSOR, |attribute| {
            attribute.t = Some(TensorProto {
                dims: vec![1],
                data_type,
                raw_data: bytes.into(),
                ..TensorProto::default()
            })
            .into();
        }))
    }

    fn attribute(
        mut self,
        name: &str,
        kind: AttributeType,
        set: impl FnOnce(&mut AttributeProto),
    ) -> Self {
        let mut attribute = AttributeProto {
            name: name.to_owned(),
            type_: kind.into(),
            ..AttributeProto::default()
        };
        set(&mut attribute);
        if let Some(last) = self.0.last_mut() {
            last.attributes.push(attribute);
        }
        self
    }
}
