//! `retrace summary`, `nodes` and `run-frozen`: what is in an ONNX file, and what it computes.

use std::path::{Path, PathBuf};

use burn::tensor::{DType, TensorData};
use clap::Args;
use npyz::WriterBuilder;
use retrace_data::{PictureFile, grey, read_npy, read_picture};
use retrace_inspect::{Frozen, Port, Side};
use retrace_lab::cli::{print, print_json};
use retrace_lab::{Error, Result, shown, write_atomically};

/// Print the nodes of an ONNX file with shapes, parameters, multiply-adds and memory
#[derive(Debug, Args)]
pub struct FileSummary {
    /// An ONNX file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Examples in a batch
    #[arg(long, value_name = "N", default_value = "1",
          value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    batch: u32,
    /// Draw the network, too
    #[arg(long, value_name = "SVG")]
    svg: Option<PathBuf>,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

/// Print the readable form of an ONNX file: every input, constant and node by name
#[derive(Debug, Args)]
pub struct Nodes {
    /// An ONNX file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

/// Run an ONNX file on an input, without the code that made it
///
/// A picture becomes numbers from 0 (black) to 1 (white), or to --white: grey for a network of one
/// channel, red, green and blue for one of three; a network that takes a row of numbers gets the
/// pixels row by row.
#[derive(Debug, Args)]
pub struct RunFrozen {
    /// An ONNX file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// A NumPy file (.npy) of numbers, batch first, or a picture; for a network with one input
    #[arg(
        value_name = "INPUT",
        required_unless_present = "inputs",
        conflicts_with = "inputs"
    )]
    input: Option<PathBuf>,
    /// The same for the input of that name, once for each input of the network
    #[arg(long = "input", value_name = "NAME=FILE", value_parser = named)]
    inputs: Vec<(String, PathBuf)>,
    /// NumPy file to write; with --input a folder, for a file for each output, called as the output
    #[arg(short, long, value_name = "OUT.npy")]
    output: PathBuf,
    /// What a white pixel is
    #[arg(long, value_name = "NUMBER", default_value = "1")]
    white: f32,
}

fn load(file: &std::path::Path) -> Result<Frozen> {
    Frozen::load(file).map_err(Error::data)
}

impl FileSummary {
    /// Prints it.
    ///
    /// # Errors
    /// A file that is no network, or whose shapes cannot be found.
    pub fn run(&self) -> Result<()> {
        let summary = load(&self.file)?
            .summary(self.batch as usize)
            .map_err(Error::data)?;
        if let Some(path) = &self.svg {
            write_atomically(path, summary.to_svg().as_bytes())?;
        }
        if self.json {
            print_json(&summary)
        } else {
            print(&summary.to_string())
        }
    }
}

impl Nodes {
    /// Prints them.
    ///
    /// # Errors
    /// A file that is no network.
    pub fn run(&self) -> Result<()> {
        let frozen = load(&self.file)?;
        let nodes = frozen.nodes();
        if self.json {
            return print_json(&nodes);
        }
        let producer = match frozen.producer() {
            said if said.is_empty() => "an unnamed program".to_owned(),
            said => said,
        };
        let mut text = format!("written by {producer}\n");
        for (key, value) in frozen.metadata() {
            for line in value.lines() {
                text.push_str(&format!("about {key}: {line}\n"));
            }
        }
        print(&format!("{text}{nodes}"))
    }
}

impl RunFrozen {
    /// Runs the file and writes what comes out.
    ///
    /// # Errors
    /// Files that cannot be read or written, an input that does not fit.
    pub fn run(&self) -> Result<()> {
        let frozen = load(&self.file)?;
        if let Some(path) = &self.input {
            let [port] = frozen.inputs() else {
                let names: Vec<String> = frozen.inputs().iter().map(Port::to_string).collect();
                return Err(Error::data(SeveralInputs(names.join(", "))));
            };
            let input = read(path, port, self.white)?;
            let output = frozen.run(&input).map_err(Error::data)?;
            return report(&self.output, &output);
        }
        let mut given = Vec::new();
        for (name, path) in &self.inputs {
            let port = frozen.inputs().iter().find(|port| port.name == *name);
            let port = port.ok_or_else(|| Error::data(UnknownInput(name.clone())))?;
            given.push((name.as_str(), read(path, port, self.white)?));
        }
        let inputs: Vec<(&str, &TensorData)> = given.iter().map(|(n, data)| (*n, data)).collect();
        let outputs = frozen.run_named(&inputs).map_err(Error::data)?;
        std::fs::create_dir_all(&self.output).map_err(|source| {
            let path = self.output.clone();
            Error::data(NoFolder { path, source })
        })?;
        for (at, (name, output)) in outputs.iter().enumerate() {
            report(&self.output.join(file_name(at, name)), output)?;
        }
        Ok(())
    }
}

/// `name=file`.
fn named(text: &str) -> std::result::Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((name, file)) if !name.is_empty() && !file.is_empty() => {
            Ok((name.to_owned(), PathBuf::from(file)))
        }
        _ => Err("expected the name of an input, = and a file".into()),
    }
}

/// The file of an output in its folder. A name may hold anything, such as `/` or `..`, and two may
/// become one: then the output's number stands before it.
fn file_name(at: usize, name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !name.is_empty() && name.len() <= 100 && name.chars().all(plain) {
        return format!("{name}.npy");
    }
    let safe = name.chars().take(100);
    let safe: String = safe.map(|c| if plain(c) { c } else { '_' }).collect();
    format!("{at}.{safe}.npy")
}

/// Writes an output and says so.
fn report(path: &Path, output: &TensorData) -> Result<()> {
    write_numbers(path, output)?;
    print(&format!(
        "{}: {:?}\n",
        shown(path),
        output.shape().as_slice()
    ))
}

/// One file for a network that takes more.
#[derive(Debug, thiserror::Error)]
#[error("the network has other than one input ({0}): give each as --input NAME=FILE")]
struct SeveralInputs(String);

/// A folder that cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("no folder can be made at {}", path.display())]
struct NoFolder {
    path: PathBuf,
    source: std::io::Error,
}

/// A file of another kind than an input's.
#[derive(Debug, thiserror::Error)]
#[error("{}: expected a NumPy file (.npy) or a picture; save one array with np.save", .0.display())]
struct OtherKind(PathBuf);

/// A name that is not among the network's inputs.
#[derive(Debug, thiserror::Error)]
#[error("the network has no input {0:?}; `retrace nodes` shows their names")]
struct UnknownInput(String);

/// A picture for a network that takes something else.
#[derive(Debug, thiserror::Error)]
#[error("{}: a picture of {width}x{height} does not fit the input {port}", path.display())]
struct NoFit {
    path: PathBuf,
    width: u32,
    height: u32,
    port: String,
}

/// The numbers of a NumPy file or a picture, as an input takes them.
fn read(path: &Path, port: &Port, white: f32) -> Result<TensorData> {
    let is = |kind: &str| path.extension().is_some_and(|extension| extension == kind);
    if is("npz") || is("csv") || is("txt") {
        return Err(Error::data(OtherKind(path.to_owned())));
    }
    if is("npy") {
        let array = read_npy(path).map_err(Error::data)?;
        Ok(TensorData::new(array.values, array.shape))
    } else {
        picture(path, port, white)
    }
}

/// Writes a NumPy file, whose numbers have the tensor's type; those of 16 bits become 32.
fn write_numbers(path: &Path, tensor: &TensorData) -> Result<()> {
    let shape: Vec<u64> = tensor.shape().iter().map(|&side| side as u64).collect();
    let bytes = match tensor.dtype() {
        DType::F64 => npy::<f64>(&shape, tensor.iter()),
        DType::I64 => npy::<i64>(&shape, tensor.iter()),
        DType::I32 => npy::<i32>(&shape, tensor.iter()),
        DType::I8 => npy::<i8>(&shape, tensor.iter()),
        DType::U8 => npy::<u8>(&shape, tensor.iter()),
        DType::Bool(_) => npy::<bool>(&shape, tensor.iter()),
        _ => npy::<f32>(&shape, tensor.iter()),
    };
    let bytes = bytes.map_err(|error| Error::Other(Box::new(error)))?;
    write_atomically(path, &bytes)
}

fn npy<T: npyz::AutoSerialize>(
    shape: &[u64],
    values: impl Iterator<Item = T>,
) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let options = npyz::WriteOptions::new().default_dtype().shape(shape);
    let mut writer = options.writer(&mut bytes).begin_nd()?;
    writer.extend(values)?;
    writer.finish()?;
    Ok(bytes)
}

fn picture(path: &Path, port: &Port, white: f32) -> Result<TensorData> {
    let PictureFile { image, notes, .. } = read_picture(path).map_err(Error::data)?;
    retrace_lab::cli::notes(&notes);
    let (width, height) = (image.width() as usize, image.height() as usize);
    let scaled = |value: f64| (value / 255.0) as f32 * white;
    let pixels = || {
        grey(&image)
            .iter()
            .map(|&value| scaled(value))
            .collect::<Vec<f32>>()
    };
    let takes = |side: &Side, length: usize| match side {
        Side::Fixed(fixed) => *fixed == length,
        Side::Open(_) => true,
    };
    match port.shape.as_deref().unwrap_or_default() {
        [_, channels, rows, columns] if takes(rows, height) && takes(columns, width) => {
            if takes(channels, 1) {
                return Ok(TensorData::new(pixels(), vec![1, 1, height, width]));
            }
            if takes(channels, 3) {
                // Eight bits become sixteen by 257, so that this is exact for both.
                let picture = image.to_rgb16();
                let plane = |channel| picture.pixels().map(move |pixel| pixel.0[channel]);
                let values = (0..3)
                    .flat_map(plane)
                    .map(|value| scaled(f64::from(value) / 257.0));
                return Ok(TensorData::new(values.collect(), vec![1, 3, height, width]));
            }
        }
        [_, Side::Fixed(count)] if *count == width * height => {
            return Ok(TensorData::new(pixels(), vec![1, *count]));
        }
        _ => {}
    }
    Err(Error::data(NoFit {
        path: path.to_owned(),
        width: image.width(),
        height: image.height(),
        port: port.to_string(),
    }))
}
