//! A frozen network: loaded and run without the code that made it.

mod node;
mod parts;
mod port;
mod run;
mod summary;

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::Mutex;

use burn::tensor::TensorData;
use prost::Message;
use tract_onnx::pb::{GraphProto, ModelProto};
use tract_onnx::prelude::InferenceModel;

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
    model: InferenceModel,
    input: Port,
    output: Port,
    plan: Mutex<Option<run::Plan>>,
}

impl Frozen {
    /// Reads an ONNX file with one input and one output of 32-bit numbers.
    ///
    /// # Errors
    /// A file that cannot be read, is larger than 2 GiB, is no ONNX file, is cut off, or has other
    /// ends than that; each names the file.
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
        Self::from_bytes(bytes).map_err(|source| Error::File {
            path: path.to_owned(),
            source: Box::new(source),
        })
    }

    /// As [`load`](Self::load), from memory.
    ///
    /// # Errors
    /// As there.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self> {
        if bytes.len() as u64 > MAX_BYTES {
            return Err(not_runnable("an ONNX file has at most 2 GiB"));
        }
        let proto = ModelProto::decode(bytes.as_slice()).map_err(|error| {
            not_runnable(format!("not an ONNX file, or a damaged one ({error})"))
        })?;
        let graph = proto.graph.as_ref();
        let graph = graph.ok_or_else(|| not_runnable("an ONNX file without a network"))?;
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
        Ok(Self {
            model: run::parsed(&proto)?,
            input,
            output,
            bytes,
            proto,
            plan: Mutex::new(None),
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
    /// The first run at a shape prepares it, the next ones at the same shape are quicker.
    ///
    /// # Errors
    /// An input of another shape ([`Error::Shape`]); an operation that the runtime does not know.
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
        self.run_planned(input)
    }
}

pub(crate) fn not_runnable(reason: impl Into<String>) -> Error {
    Error::NotRunnable(reason.into())
}

/// The number of `FLOAT` in ONNX's `TensorProto.DataType`.
const FLOAT: i32 = 1;
