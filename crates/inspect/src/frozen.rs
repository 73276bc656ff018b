//! A frozen network: loaded and run without the code that made it.

mod adapted;
mod external;
mod node;
mod parts;
mod port;
mod run;
mod summary;

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use burn::tensor::TensorData;
use onnx_ir::{GraphProto, Message, ModelProto};

pub use node::{Node, Nodes};
pub(crate) use parts::is_weight;
pub use port::{Port, Side};

use crate::{Error, Result};

/// Largest file that is read; ONNX cannot hold more in one file (2 GiB).
const MAX_BYTES: u64 = 1 << 31;

/// A network read from an ONNX file or just frozen.
#[derive(Debug)]
pub struct Frozen {
    bytes: Vec<u8>,
    proto: ModelProto,
    /// The same as the runtime read it.
    model: rten::Model,
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
        let filled = external::read(graph, folder)?;
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
        let (input, output) = (port::of(input)?, port::of(output)?);
        if filled {
            bytes = written(&proto)?;
        }
        Ok(Self {
            model: run::loaded(&proto)?,
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
        self.run_fitting(input)
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
