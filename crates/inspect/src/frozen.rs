//! A frozen network: loaded and run without the code that made it.

mod adapted;
mod counts;
mod inline;
mod port;
mod refused;
mod shapes;
mod structure;
mod types;
mod weights;
mod whole;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, LazyLock};

use burn::tensor::TensorData;
use onnx_ir::{GraphProto, Message, ModelProto};
use rten::{LoadError, Model, ModelOptions, RunError, RunErrorKind, RunOptions, ThreadPool, Value};

pub use port::{Element, Port, Side};
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
    /// What is in them, functions of the file's own replaced by their nodes.
    proto: ModelProto,
    /// The same as the runtime read it, or why it cannot be run.
    model: std::result::Result<Model, String>,
    inputs: Vec<Port>,
    outputs: Vec<Port>,
}

impl Frozen {
    /// Reads an ONNX file to run it.
    ///
    /// Weights that it keeps in a file beside it are read from its own folder, and are part of the
    /// network from then on.
    ///
    /// # Errors
    /// Those of [`read`](Self::read); operations that the runtime lacks or computes otherwise than ONNX
    /// says, and constants that it does not hold.
    pub fn load(path: &Path) -> Result<Self> {
        let frozen = Self::read(path)?;
        match frozen.runtime() {
            Ok(_) => Ok(frozen),
            Err(source) => Err(in_file(path, source)),
        }
    }

    /// Reads an ONNX file to look into it: as [`load`](Self::load), but one that cannot be run is
    /// refused only when it is run.
    ///
    /// # Errors
    /// A file that cannot be read, is larger than 2 GiB, is no ONNX file, is cut off, or has inputs or
    /// outputs that are no tensors of numbers; each names the file.
    pub fn read(path: &Path) -> Result<Self> {
        let failed = |source| Error::Io {
            path: path.to_owned(),
            source,
        };
        let mut bytes = Vec::new();
        let file = File::open(path).map_err(failed)?;
        if file.metadata().map_err(failed)?.is_dir() {
            return Err(in_file(path, not_runnable("a folder; name the file in it")));
        }
        file.take(MAX_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(failed)?;
        Self::parse(bytes, path.parent()).map_err(|source| in_file(path, source))
    }

    /// As [`load`](Self::load), from memory.
    ///
    /// # Errors
    /// As there; weights in another file.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self> {
        let frozen = Self::parse(bytes, None)?;
        frozen.runtime()?;
        Ok(frozen)
    }

    fn parse(mut bytes: Vec<u8>, folder: Option<&Path>) -> Result<Self> {
        if bytes.is_empty() {
            return Err(not_runnable("the file is empty"));
        }
        if bytes.len() as u64 > MAX_BYTES {
            return Err(not_runnable("an ONNX file has at most 2 GiB"));
        }
        if let Some(what) = OTHERS.iter().find(|other| bytes.starts_with(other.0)) {
            return Err(not_runnable(what.1));
        }
        let mut proto = ModelProto::parse_from_bytes(&bytes)
            .map_err(|_| not_runnable("not an ONNX file, or a damaged one"))?;
        if weights::read_beside(&mut proto, folder)? {
            bytes = written(&proto)?;
        }
        inline::inline(&mut proto)?;
        let graph = proto.graph.as_ref();
        let graph = graph.ok_or_else(|| not_runnable("an ONNX file without a network"))?;
        // Old files list their weights among the inputs.
        let weight = |name: &str| graph.initializer.iter().any(|tensor| tensor.name == name);
        let inputs = graph.input.iter().filter(|port| !weight(&port.name));
        let inputs = inputs.map(Port::of).collect::<Result<Vec<_>>>()?;
        let outputs = graph.output.iter().map(Port::of);
        let outputs = outputs.collect::<Result<Vec<_>>>()?;
        if outputs.is_empty() {
            return Err(not_runnable("an ONNX file without an output"));
        }
        for ports in [&inputs, &outputs] {
            let mut names = BTreeSet::new();
            if let Some(port) = ports.iter().find(|port| !names.insert(&port.name)) {
                return Err(not_runnable(format!(
                    "two of its inputs or outputs are called {:?}",
                    port.name
                )));
            }
        }
        let model = adapted::adapted(&proto).and_then(|adapted| loaded(&adapted));
        Ok(Self {
            model: model.map_err(|error| error.to_string()),
            inputs,
            outputs,
            bytes,
            proto,
        })
    }

    /// Why it cannot be run, if that is so.
    pub fn refusal(&self) -> Option<&str> {
        self.model.as_ref().err().map(String::as_str)
    }

    /// How its numbers differ from what ONNX says, a sentence each: floating-point numbers of 16 and of 64
    /// bits are computed in 32.
    pub fn notes(&self) -> Vec<String> {
        let held = types::held(self.graph());
        let said = [
            (
                Element::Float16,
                "differ in the third or fourth digit, and do not overflow at 65504",
            ),
            (Element::Float64, "differ in the seventh digit"),
        ];
        let said = said.iter().filter(|(element, _)| held.contains(element));
        said.map(|(element, how)| format!("{element} is computed as float32: results may {how}"))
            .collect()
    }

    /// # Errors
    /// Why it cannot be run.
    fn runtime(&self) -> Result<&Model> {
        self.model.as_ref().map_err(not_runnable)
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
        let ports: Vec<String> = self.ports().map(ToString::to_string).collect();
        let words = format!("{}; {nodes} nodes", ports.join(", "));
        (self.bytes, words)
    }

    /// The file.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What it takes, in the file's order.
    pub fn inputs(&self) -> &[Port] {
        &self.inputs
    }

    /// What it makes, in the file's order.
    pub fn outputs(&self) -> &[Port] {
        &self.outputs
    }

    fn ports(&self) -> impl Iterator<Item = &Port> {
        self.inputs.iter().chain(&self.outputs)
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

    /// The output of a network with one input and one output.
    ///
    /// # Errors
    /// A network with more of them; those of [`run_named`](Self::run_named).
    pub fn run(&self, input: &TensorData) -> Result<TensorData> {
        let ([port], [_]) = (self.inputs(), self.outputs()) else {
            let count = (self.inputs.len(), self.outputs.len());
            return Err(not_runnable(format!(
                "expected a network with one input and one output, found {} and {}",
                count.0, count.1
            )));
        };
        let outputs = self.run_named(&[(&port.name, input)])?;
        let output = outputs.into_iter().next();
        Ok(output.expect("as many as the network has").1)
    }

    /// All outputs with their names, in the file's order, for a tensor for each input, each in the
    /// type of its [`Port`]; numbers are given in any type that holds them.
    ///
    /// # Errors
    /// A name that no input has, or an input without a tensor; a tensor of another shape
    /// ([`Error::Shape`]); numbers that its type does not hold; an operation that cannot work on
    /// what it gets.
    pub fn run_named(&self, inputs: &[(&str, &TensorData)]) -> Result<Vec<(String, TensorData)>> {
        let known = || self.inputs.iter().map(|port| port.name.as_str());
        if let Some((name, _)) = inputs.iter().find(|(name, _)| !known().any(|n| n == *name)) {
            let known: Vec<&str> = known().collect();
            let known = known.join(", ");
            return Err(not_runnable(format!(
                "no input is called {name:?}; its inputs are {known}"
            )));
        }
        let mut values = Vec::new();
        for port in &self.inputs {
            let mut given = inputs.iter().filter(|(name, _)| *name == port.name);
            let (Some((_, data)), None) = (given.next(), given.next()) else {
                return Err(not_runnable(format!("expected one tensor for {port}")));
            };
            values.push(port.value(data)?);
        }
        let names: Vec<&str> = self.outputs.iter().map(|port| port.name.as_str()).collect();
        let values = self.values(values, &names)?;
        let ports = self.outputs.iter().zip(values);
        ports
            .map(|(port, value)| Ok((port.name.clone(), port.data(value)?)))
            .collect()
    }

    /// The values named `names` for the inputs.
    fn values(&self, inputs: Vec<Value>, names: &[&str]) -> Result<Vec<Value>> {
        let ports = self.inputs.iter().map(|port| port.name.as_str());
        let model = self.runtime()?;
        values(model, ports.zip(inputs).collect(), names).map_err(not_runnable)
    }
}

/// The values named `names` of a network as the runtime has it.
fn values(
    model: &Model,
    inputs: Vec<(&str, Value)>,
    names: &[&str],
) -> std::result::Result<Vec<Value>, Failed> {
    let run = || {
        let names = names.iter().map(|name| model.node_id(name));
        let names = names.collect::<std::result::Result<Vec<_>, _>>()?;
        let options = RunOptions::default().with_thread_pool(Some(POOL.clone()));
        let inputs = inputs.into_iter();
        let inputs = inputs.map(|(name, value)| Ok((model.node_id(name)?, value.into())));
        let inputs = inputs.collect::<std::result::Result<Vec<_>, RunError>>()?;
        model.run(inputs, &names, Some(options))
    };
    guarded(run, not_run)
}

/// Why the runtime did not do something.
struct Failed {
    /// In words of ours.
    words: String,
    /// The node of the network itself that it was about, by its name in there.
    node: Option<String>,
}

impl From<Failed> for String {
    fn from(failed: Failed) -> Self {
        failed.words
    }
}

fn in_file(path: &Path, source: Error) -> Error {
    Error::File {
        path: path.to_owned(),
        source: Box::new(source),
    }
}

/// What other files begin with that are given for a network, and what to do.
const OTHERS: [(&[u8], &str); 5] = [
    (
        b"version https://git-lfs",
        "a pointer of git-lfs; `git lfs pull` fetches the network itself",
    ),
    (
        b"PK\x03\x04",
        "a ZIP archive, such as PyTorch's own files; export the model to ONNX",
    ),
    (b"\x93NUMPY", "a NumPy file, no network"),
    (b"\x89PNG", "a picture, no network"),
    (
        b"\x89HDF",
        "an HDF5 file, such as Keras's; convert the model to ONNX",
    ),
];

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

/// An adapted network as the runtime has it; an error if the graph does not hang together.
///
/// Not optimized: an optimized graph has lost values, which a summary asks for, and what is not
/// rearranged is not rearranged wrongly.
pub(super) fn loaded(adapted: &ModelProto) -> Result<Model> {
    let bytes = written(adapted)?;
    // A file from anywhere may hold what the parser did not expect.
    let mut options = ModelOptions::with_all_ops();
    options.enable_optimization(false);
    guarded(|| options.load(bytes), not_loaded).map_err(not_runnable)
}

/// Why a network cannot be loaded, in words of ours: the runtime's speak of what is inside of it.
fn not_loaded(error: &LoadError) -> Failed {
    let text = error.to_string();
    let quoted = |before: &str| {
        let (_, rest) = text.split_once(before)?;
        Some(rest.split_once('"')?.0.to_owned())
    };
    let listed = text.split_once("duplicated attributes: ");
    let attribute = quoted("attribute \"").or(listed.map(|(_, names)| names.to_owned()));
    let what = match attribute {
        Some(name) => format!("its attribute {name}"),
        None if text.contains("inputs but maximum") => "its last input".into(),
        None if text.contains("outputs but maximum") => "its last output".into(),
        None => "it".into(),
    };
    let words = match error.node() {
        Some(node) => format!("{node}: {what} is not supported by the runtime"),
        None => "its graph does not hang together".into(),
    };
    Failed {
        words,
        node: error.node().map(str::to_owned),
    }
}

/// What the runtime's reason for stopping at a node means, by how it begins.
const REASONS: [(&str, &str); 8] = [
    ("unsupported input type", "on numbers of these types"),
    (
        "conversion error",
        "on tensors of these types or so many axes",
    ),
    (
        "expected tensor",
        "on tensors of these types or so many axes",
    ),
    (
        "incompatible input shapes",
        "as the shapes do not fit each other",
    ),
    (
        "required inputs",
        "without some of the inputs that it leaves out",
    ),
    (
        "input or attribute has invalid",
        "with these values or settings",
    ),
    ("unsupported input or", "with these values or settings"),
    (
        "unsupported output",
        "with all the outputs that are asked for",
    ),
];

/// Why a network cannot be run.
fn not_run(error: &RunError) -> Failed {
    let path = error.node_path();
    let node = path.last().copied().flatten();
    let words = match (error.kind(), node) {
        (RunErrorKind::OperatorError, Some(node)) => match node.strip_suffix(whole::BEYOND) {
            Some(node) => format!("{node}: its result has a whole number beyond 32 bits"),
            None => format!("{node}: the runtime cannot compute it {}", reason(error)),
        },
        (RunErrorKind::InvalidInput, Some(name)) => {
            format!("the input {name} does not fit what the network does with it")
        }
        (RunErrorKind::NodeNotFound, Some(name)) => format!("nothing computes {name}"),
        _ => "its graph does not hang together".into(),
    };
    Failed {
        words,
        node: path.first().copied().flatten().map(str::to_owned),
    }
}

/// `on numbers of these types: its inputs are float32 [2, 3], int32 [3]`.
fn reason(error: &RunError) -> String {
    let text = error.to_string();
    let why = text.rsplit_once(" failed: ").map_or("", |(_, why)| why);
    let known = REASONS.iter().find(|(begin, _)| why.starts_with(begin));
    let known = known.map_or("with what it gets and is to make", |(_, words)| words);
    let inputs = why.rsplit_once("Inputs were (").map(|(_, inputs)| inputs);
    let inputs = inputs.and_then(|inputs| inputs.strip_suffix(')'));
    let Some(inputs) = inputs else {
        return known.into();
    };
    let types = [
        ("f32", "float32"),
        ("i32", "int32"),
        ("i8", "int8"),
        ("u8", "uint8"),
    ];
    let named = types.iter().fold(inputs.to_owned(), |text, (short, name)| {
        text.replace(&format!("tensor({short})"), name)
    });
    format!("{known}: its inputs are {named}")
}

/// The error or the panic of the runtime as a sentence.
fn guarded<T, E>(
    work: impl FnOnce() -> std::result::Result<T, E>,
    words: fn(&E) -> Failed,
) -> std::result::Result<T, Failed> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(done) => done.map_err(|error| words(&error)),
        Err(_) => Err(Failed {
            words: "the runtime gave up on it".into(),
            node: None,
        }),
    }
}
