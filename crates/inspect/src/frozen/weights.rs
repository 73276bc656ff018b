//! The weights of a frozen network: read from a file beside it, as PyTorch writes them, taken apart
//! from the structure, and put together with it again.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsStr;
use std::fs::File;
use std::io::{Error as IoError, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

use onnx_ir::{GraphProto, Message, ModelProto, NodeProto, TensorProto, ValueInfoProto};
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};

use super::{FLOAT, Frozen, MAX_BYTES, not_runnable, written};
use crate::{Error, Result};

/// The number of `EXTERNAL` in ONNX's `TensorProto.DataLocation`.
const EXTERNAL: i32 = 1;

/// Takes weights that lie in a file beside the network into it; whether there are any.
pub(super) fn read_beside(proto: &mut ModelProto, folder: Option<&Path>) -> Result<bool> {
    let mut beside = Beside {
        folder,
        found: false,
        left: MAX_BYTES,
    };
    if let Some(graph) = proto.graph.as_mut() {
        beside.fill_graph(graph)?;
    }
    for node in proto
        .functions
        .iter_mut()
        .flat_map(|function| &mut function.node)
    {
        beside.fill_settings(node)?;
    }
    Ok(beside.found)
}

struct Beside<'a> {
    folder: Option<&'a Path>,
    found: bool,
    /// Of all of them together: any number of weights may point to the same file.
    left: u64,
}

impl Beside<'_> {
    fn fill_graph(&mut self, graph: &mut GraphProto) -> Result<()> {
        let mut weights = graph.initializer.iter_mut();
        weights.try_for_each(|tensor| self.fill(tensor))?;
        let mut nodes = graph.node.iter_mut();
        nodes.try_for_each(|node| self.fill_settings(node))
    }

    fn fill_settings(&mut self, node: &mut NodeProto) -> Result<()> {
        for setting in &mut node.attribute {
            if let Some(tensor) = setting.t.as_mut() {
                self.fill(tensor)?;
            }
            if let Some(branch) = setting.g.as_mut() {
                self.fill_graph(branch)?;
            }
        }
        Ok(())
    }

    fn fill(&mut self, tensor: &mut TensorProto) -> Result<()> {
        if tensor.data_location.value() != EXTERNAL {
            return Ok(());
        }
        let values = values(tensor, self.folder, self.left)?;
        let left = self.left.checked_sub(values.len() as u64);
        self.left = left.ok_or_else(|| not_runnable("its weights take more than 2 GiB"))?;
        tensor.raw_data = values.into();
        tensor.external_data.clear();
        tensor.data_location = Default::default();
        self.found = true;
        Ok(())
    }
}

/// At most one byte more than `most`.
fn values(tensor: &TensorProto, folder: Option<&Path>, most: u64) -> Result<Vec<u8>> {
    let entry = |key: &str| tensor.external_data.iter().find(|entry| entry.key == key);
    let number = |key: &str, default: u64| {
        let number = entry(key).map_or(Ok(default), |entry| entry.value.parse());
        number.map_err(|_| not_runnable(format!("{}: {key} is no number", tensor.name)))
    };
    let file = entry("location").map_or("", |entry| entry.value.as_str());
    // A path or a link could lead anywhere.
    let (Some(folder), true) = (
        folder,
        Path::new(file).file_name() == Some(OsStr::new(file)),
    ) else {
        return Err(not_runnable(format!(
            "the weights {} lie in {file:?}: only a file in the network's own folder is read",
            tensor.name
        )));
    };
    let (offset, length) = (number("offset", 0)?, number("length", MAX_BYTES)?);
    let path = folder.join(file);
    let read = || {
        if !path.symlink_metadata()?.is_file() {
            return Err(IoError::new(ErrorKind::InvalidInput, "it is no plain file"));
        }
        let mut bytes = Vec::new();
        let mut file = File::open(&path)?;
        file.seek(SeekFrom::Start(offset))?;
        file.take(length.min(most + 1)).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    read().map_err(|source| Error::Io { path, source })
}

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
