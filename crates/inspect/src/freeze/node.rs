//! Nodes of an ONNX graph that are still to be written.

use burn::backend::DType;
use burn::backend::ir::ScalarIr;
use onnx_ir::{AttributeProto, AttributeType, TensorProto};

/// What stands for one operation of Burn; the last node writes its result.
#[derive(Debug, Clone, Default)]
pub(super) struct Nodes(pub Vec<Node>);

/// One node.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub operator: &'static str,
    pub inputs: Vec<Slot>,
    pub attributes: Vec<AttributeProto>,
}

/// What a node reads.
#[derive(Debug, Clone)]
pub(super) enum Slot {
    /// A tensor that the operation reads, counted from 0.
    Operand(usize),
    /// The result of an earlier node of the same operation.
    Step(usize),
    /// A number, as a tensor without axes.
    Scalar(ScalarIr, DType),
    /// Integers, as a tensor of one axis.
    Integers(Vec<i64>),
}

impl Slot {
    /// The tensor of a constant.
    pub fn constant(&self, name: &str) -> Option<TensorProto> {
        let (dims, data_type, raw_data) = match self {
            Self::Operand(_) | Self::Step(_) => return None,
            Self::Integers(values) => {
                let bytes = values
                    .iter()
                    .flat_map(|value| value.to_le_bytes())
                    .collect();
                (vec![values.len() as i64], 7, bytes)
            }
            // Only these two kinds come here: see `native`.
            Self::Scalar(value, DType::I64) => {
                (Vec::new(), 7, value.elem::<i64>().to_le_bytes().to_vec())
            }
            Self::Scalar(value, _) => (Vec::new(), 1, value.elem::<f32>().to_le_bytes().to_vec()),
        };
        Some(TensorProto {
            name: name.to_owned(),
            dims,
            data_type,
            raw_data: raw_data.into(),
            ..TensorProto::default()
        })
    }
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
        });
        self
    }

    /// With a node that reads the result of the last one first.
    pub fn apply(self, operator: &'static str, others: Vec<Slot>) -> Self {
        let last = Slot::Step(self.0.len() - 1);
        let inputs = std::iter::once(last).chain(others).collect();
        self.then(operator, inputs)
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
