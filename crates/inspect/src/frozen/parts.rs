//! A frozen network taken apart: its structure, its weights, and both together again.

use std::collections::{BTreeMap, HashMap};

use onnx_ir::{Message, ModelProto, TensorProto, ValueInfoProto};
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};

use super::{FLOAT, Frozen, not_runnable, written};
use crate::Result;

impl Frozen {
    /// The structure alone: an ONNX file whose weights are inputs without values.
    pub fn structure(&self) -> Vec<u8> {
        let mut proto = self.proto.clone();
        if let Some(graph) = proto.graph.as_mut() {
            let (weights, others) = std::mem::take(&mut graph.initializer)
                .into_iter()
                .partition(is_weight);
            graph.initializer = others;
            let weights: Vec<TensorProto> = weights;
            graph.input.extend(weights.iter().map(declared));
        }
        written(&proto).expect("it is smaller than the file it was read from")
    }

    /// The weights alone: a safetensors file with a tensor for each, by its name.
    ///
    /// # Errors
    /// Weights that do not lie in the file as plain numbers.
    pub fn weights(&self) -> Result<Vec<u8>> {
        let tensors = self.graph().initializer.iter();
        let mut views = BTreeMap::new();
        for tensor in tensors.filter(|tensor| is_weight(tensor)) {
            let view = TensorView::new(Dtype::F32, sides(tensor), &tensor.raw_data);
            let view = view.map_err(|error| not_runnable(format!("{}: {error}", tensor.name)))?;
            views.insert(tensor.name.clone(), view);
        }
        safetensors::serialize(views, None).map_err(|error| not_runnable(error.to_string()))
    }

    /// Puts a structure and weights together.
    ///
    /// # Errors
    /// Bytes that are not what [`structure`](Self::structure) and [`weights`](Self::weights) make;
    /// a weight that is missing, has another shape, or belongs to another network.
    pub fn join(structure: &[u8], weights: &[u8]) -> Result<Self> {
        let mut proto = ModelProto::parse_from_bytes(structure)
            .map_err(|error| not_runnable(format!("not the structure of a network ({error})")))?;
        let weights = SafeTensors::deserialize(weights)
            .map_err(|error| not_runnable(format!("not the weights of a network ({error})")))?;
        let graph = proto.graph.mut_or_insert_default();
        let mut left: HashMap<String, TensorView<'_>> = weights.tensors().into_iter().collect();
        let mut inputs = std::mem::take(&mut graph.input).into_iter();
        // The network's own input stands first.
        graph.input.extend(inputs.next());
        let mut filled = Vec::new();
        for input in inputs {
            let view = left.remove(&input.name);
            let view =
                view.ok_or_else(|| not_runnable(format!("no weights for {}", input.name)))?;
            filled.push(with_values(&input, &view)?);
        }
        if let Some(name) = left.keys().min() {
            return Err(not_runnable(format!(
                "the structure has no place for the weights {name}"
            )));
        }
        filled.append(&mut graph.initializer);
        graph.initializer = filled;
        Self::from_bytes(written(&proto)?)
    }
}

/// Whether training made it; integers, such as shapes, are part of the structure, and so is a
/// number without axes.
pub(crate) fn is_weight(tensor: &TensorProto) -> bool {
    tensor.data_type == FLOAT && !tensor.dims.is_empty()
}

fn sides(tensor: &TensorProto) -> Vec<usize> {
    tensor.dims.iter().map(|&side| side as usize).collect()
}

fn declared(tensor: &TensorProto) -> ValueInfoProto {
    let mut value = ValueInfoProto {
        name: tensor.name.clone(),
        ..ValueInfoProto::default()
    };
    let kind = value.type_.mut_or_insert_default().mut_tensor_type();
    kind.elem_type = tensor.data_type;
    let shape = &mut kind.shape.mut_or_insert_default().dim;
    shape.resize_with(tensor.dims.len(), Default::default);
    for (side, &length) in shape.iter_mut().zip(&tensor.dims) {
        side.set_dim_value(length);
    }
    value
}

fn with_values(input: &ValueInfoProto, view: &TensorView<'_>) -> Result<TensorProto> {
    let filled = TensorProto {
        name: input.name.clone(),
        dims: view.shape().iter().map(|&side| side as i64).collect(),
        data_type: FLOAT,
        raw_data: view.data().to_vec().into(),
        ..TensorProto::default()
    };
    if view.dtype() != Dtype::F32 || declared(&filled).type_ != input.type_ {
        return Err(not_runnable(format!(
            "the weights {} have the shape {:?}, which does not fit the structure",
            input.name,
            view.shape()
        )));
    }
    Ok(filled)
}
