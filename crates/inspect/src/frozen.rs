//! A frozen network: loaded and run without the code that made it.

mod adapted;
mod structure;
mod weights;

use std::fmt::{self, Display};
use std::fs::File;
use std::io::{Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, LazyLock};

use burn::tensor::TensorData;
use onnx_ir::{GraphProto, Message, ModelProto, ValueInfoProto};
use rten::{Model, ModelOptions, RunOptions, ThreadPool, Value, ValueView};
use rten_tensor::Tensor;
use rten_tensor::prelude::*;

pub use structure::{Node, Nodes};
pub(crate) use weights::is_weight;

use crate::{Error, Result};

/// Largest file that is read; ONNX cannot hold more in one file (2 GiB).
const MAX_BYTES: u64 = 1 << 31;

/// One thread: the sums come out the same on any number of cores, and networks that are run side by
/// side take no cores from each other.
static POOL: LazyLock<Arc<ThreadPool>> = LazyLock::new(|| ThreadPool::with_num_threads(1).into());

/// A network read from an ONNX file or just frozen.
#[derive(Debug)]
pub struct Frozen {
    bytes: Vec<u8>,
    proto: ModelProto,
    /// The same as the runtime read it.
    model: Model,
    input: Port,
    output: Port,
}

impl Frozen {
    /// Reads an ONNX file with one input and one output of 32-bit numbers.
    ///
    /// Weights that it keeps in a file beside it are read from its own folder, and are part of the
    /// network from then on.
    ///
    /// # Errors
    /// A file that cannot be read, is larger than 2 GiB, is no ONNX file, is cut off, has other
    /// ends than that, or operations that the runtime lacks; each names the file.
    pub fn load(path: &Path) -> Result<Self> {
        let failed = |source| Error::Io {
            path: path.to_owned(),
            source,
        };
        let mut bytes = Vec::new();
        let file = File::open(path).map_err(failed)?;
        file.take(MAX_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(failed)?;
        Self::parse(bytes, path.parent()).map_err(|source| Error::File {
            path: path.to_owned(),
            source: Box::new(source),
        })
    }

    /// As [`load`](Self::load), from memory.
    ///
    /// # Errors
    /// As there; weights in another file.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self> {
        Self::parse(bytes, None)
    }

    fn parse(mut bytes: Vec<u8>, folder: Option<&Path>) -> Result<Self> {
        if bytes.len() as u64 > MAX_BYTES {
            return Err(not_runnable("an ONNX file has at most 2 GiB"));
        }
        let mut proto = ModelProto::parse_from_bytes(&bytes).map_err(|error| {
            not_runnable(format!("not an ONNX file, or a damaged one ({error})"))
        })?;
        let graph = proto.graph.as_mut();
        let graph = graph.ok_or_else(|| not_runnable("an ONNX file without a network"))?;
        let filled = weights::read_beside(graph, folder)?;
        // Old files list their weights among the inputs.
        let weight = |name: &str| graph.initializer.iter().any(|tensor| tensor.name == name);
        let inputs: Vec<_> = graph
            .input
            .iter()
            .filter(|port| !weight(&port.name))
            .collect();
        let ([input], [output]) = (inputs.as_slice(), graph.output.as_slice()) else {
            return Err(not_runnable(format!(
                "expected a network with one input and one output, found {} and {}",
                inputs.len(),
                graph.output.len()
            )));
        };
        let (input, output) = (Port::of(input)?, Port::of(output)?);
        if filled {
            bytes = written(&proto)?;
        }
        Ok(Self {
            model: loaded(&proto)?,
            input,
            output,
            bytes,
            proto,
        })
    }

    /// Writes the file; one that is there is replaced whole or not at all.
    ///
    /// # Errors
    /// A folder or a disk that cannot be written.
    pub fn save(&self, path: &Path) -> Result<()> {
        let failed = |source| Error::Io {
            path: path.to_owned(),
            source,
        };
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        file.write_all(&self.bytes).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(path).map_err(|error| failed(error.error))?;
        Ok(())
    }

    /// Nodes and weights; that there is one was seen when the file was read.
    fn graph(&self) -> &GraphProto {
        self.proto
            .graph
            .as_ref()
            .expect("a frozen network has a graph")
    }

    /// The file, and what is in it in words: `input: batch x 784, output: batch x 10; 12 nodes`.
    pub fn into_file(self) -> (Vec<u8>, String) {
        let nodes = self.nodes().nodes.len();
        let words = format!("{}, {}; {nodes} nodes", self.input(), self.output());
        (self.bytes, words)
    }

    /// The file.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The input.
    pub fn input(&self) -> &Port {
        &self.input
    }

    /// The output.
    pub fn output(&self) -> &Port {
        &self.output
    }

    /// What the file says about itself.
    pub fn metadata(&self) -> impl Iterator<Item = (&str, &str)> {
        let entries = self.proto.metadata_props.iter();
        entries.map(|entry| (entry.key.as_str(), entry.value.as_str()))
    }

    /// Program and version that wrote the file.
    pub fn producer(&self) -> String {
        let made = [&self.proto.producer_name, &self.proto.producer_version];
        made.map(String::as_str).join(" ").trim().to_owned()
    }

    /// The network's output for `input`, 32-bit numbers of the shape of [`input`](Self::input()).
    ///
    /// # Errors
    /// An input of another shape ([`Error::Shape`]); an operation that cannot work on what it gets.
    pub fn run(&self, input: &TensorData) -> Result<TensorData> {
        if !self.input.fits(input.shape()) {
            return Err(Error::Shape {
                expected: self.input.sides(),
                found: input
                    .shape()
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join(" x "),
            });
        }
        let values: Vec<f32> = input.iter::<f32>().collect();
        let output = self.values(input.shape(), &values, &[&self.output().name])?;
        let output = output.into_iter().next();
        let output: Option<Tensor<f32>> = output.and_then(Value::into_tensor);
        let output =
            output.ok_or_else(|| not_runnable("its output has another type than it says"))?;
        Ok(TensorData::new(output.to_vec(), output.shape().to_vec()))
    }

    /// The values named `names` for an input.
    fn values(&self, shape: &[usize], input: &[f32], names: &[&str]) -> Result<Vec<Value>> {
        let find = |name: &str| self.model.node_id(name);
        let run = || {
            let names = names.iter().map(|name| find(name));
            let names = names.collect::<std::result::Result<Vec<_>, _>>()?;
            let input = ValueView::from_shape(shape, input).expect("as many numbers as it says");
            let options = RunOptions::default().with_thread_pool(Some(POOL.clone()));
            let inputs = vec![(find(&self.input().name)?, input.into())];
            self.model.run(inputs, &names, Some(options))
        };
        guarded(run, "the network cannot be run")
    }
}

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

impl fmt::Display for Port {
    /// `input: batch x 1 x 28 x 28`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.sides())
    }
}

impl Port {
    fn sides(&self) -> String {
        let side = |side: &Side| match side {
            Side::Fixed(length) => length.to_string(),
            Side::Open(name) => name.clone(),
        };
        self.shape.iter().map(side).collect::<Vec<_>>().join(" x ")
    }

    fn fits(&self, shape: &[usize]) -> bool {
        let fits = |(side, &length): (&Side, &usize)| match side {
            Side::Fixed(fixed) => *fixed == length,
            Side::Open(_) => length > 0,
        };
        self.shape.len() == shape.len() && self.shape.iter().zip(shape).all(fits)
    }

    /// What the file says of an end.
    fn of(value: &ValueInfoProto) -> Result<Self> {
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
        Ok(Self { name, shape: sides })
    }
}

/// The bytes of a file.
fn written(proto: &ModelProto) -> Result<Vec<u8>> {
    let bytes = proto.write_to_bytes();
    bytes.map_err(|error| not_runnable(format!("too large for an ONNX file ({error})")))
}

pub(crate) fn not_runnable(reason: impl Into<String>) -> Error {
    Error::NotRunnable(reason.into())
}

/// The number of `FLOAT` in ONNX's `TensorProto.DataType`.
const FLOAT: i32 = 1;

/// The network as the runtime has it; an error if the graph does not hang together.
///
/// Not optimized: an optimized graph has lost values, which a summary asks for.
pub(super) fn loaded(proto: &ModelProto) -> Result<Model> {
    let bytes = written(&adapted::adapted(proto)?)?;
    // A file from anywhere may hold what the parser did not expect.
    let mut options = ModelOptions::with_all_ops();
    options.enable_optimization(false);
    guarded(|| options.load(bytes), "the network cannot be read")
}

/// The error or the panic of the runtime as a sentence.
fn guarded<T, E: Display>(
    work: impl FnOnce() -> std::result::Result<T, E>,
    what: &str,
) -> Result<T> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(not_runnable(format!("{what}: {error}"))),
        Err(_) => Err(not_runnable(format!("{what}: the runtime gave up on it"))),
    }
}
