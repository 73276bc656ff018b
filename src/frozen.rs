//! `retrace summary`, `nodes` and `run-frozen`: what is in an ONNX file, and what it computes.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use burn::tensor::{DType, TensorData};
use clap::Args;
use npyz::WriterBuilder;
use retrace_data::{PictureFile, grey, read_npy, read_picture};
use retrace_inspect::{Frozen, Port, Side};
use retrace_lab::cli::{print, print_json};
use retrace_lab::{Error, Result, shown, write_atomically};

/// Print the nodes of an ONNX file with shapes, parameters, multiply-adds and memory
///
/// What cannot be known of a file, such as how often a loop runs, is "unknown". A file that cannot be run
/// here can be looked into all the same.
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
/// channel, red, green and blue for one of three, channels first or last; a network that takes a row of
/// numbers gets the pixels row by row.
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
    /// What a white pixel is [default: 1, and 255 for a network that takes integers]
    #[arg(long, value_name = "NUMBER")]
    white: Option<f32>,
}

/// Reads a file to look into it, and says so if it cannot be run.
fn read(file: &Path) -> Result<Frozen> {
    let frozen = Frozen::read(file).map_err(Error::data)?;
    let refusal = frozen
        .refusal()
        .map(|why| format!("it cannot be run here: {why}"));
    retrace_lab::cli::notes(refusal.as_slice());
    Ok(frozen)
}

impl FileSummary {
    /// Prints it.
    ///
    /// # Errors
    /// A file that is no network, or whose shapes cannot be found.
    pub fn run(&self) -> Result<()> {
        let summary = read(&self.file)?
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
        let frozen = read(&self.file)?;
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
        let frozen = Frozen::load(&self.file).map_err(Error::data)?;
        retrace_lab::cli::notes(&frozen.notes());
        if let Some(path) = &self.input {
            let [port] = frozen.inputs() else {
                let names: Vec<String> = frozen.inputs().iter().map(Port::to_string).collect();
                return Err(Error::data(SeveralInputs(names.join(", "))));
            };
            let input = numbers(path, port, self.white)?;
            let output = frozen.run(&input).map_err(Error::data)?;
            return report(&self.output, &output);
        }
        let mut given = Vec::new();
        for (name, path) in &self.inputs {
            let port = frozen.inputs().iter().find(|port| port.name == *name);
            let port = port.ok_or_else(|| Error::data(UnknownInput(name.clone())))?;
            given.push((name.as_str(), numbers(path, port, self.white)?));
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
#[error("{}: {what}; expected a NumPy file (.npy) or a picture", path.display())]
struct OtherKind {
    path: PathBuf,
    what: &'static str,
}

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

/// What else people give for an input, by how it begins, and what to do.
const OTHERS: [(&[u8], &str); 4] = [
    (
        b"version https://git-lfs",
        "a pointer of git-lfs; `git lfs pull` fetches the file itself",
    ),
    (
        b"PK\x03\x04",
        "an archive (.npz); save one array of it with np.save",
    ),
    (b"{", "text; save an array with np.save"),
    (b"[", "text; save an array with np.save"),
];

/// The numbers of a NumPy file or a picture, as an input takes them.
fn numbers(path: &Path, port: &Port, white: Option<f32>) -> Result<TensorData> {
    let start = start(path).map_err(|source| {
        let path = path.to_owned();
        Error::data(NoInput { path, source })
    })?;
    let is = |kind: &str| path.extension().is_some_and(|extension| extension == kind);
    let what = match start.as_deref() {
        None => Some("a folder"),
        Some([]) => Some("an empty file"),
        Some(_) if is("csv") || is("txt") => Some("text; save an array with np.save"),
        Some(bytes) => {
            let other = OTHERS.iter().find(|other| bytes.starts_with(other.0));
            other.map(|other| other.1)
        }
    };
    if let Some(what) = what {
        let path = path.to_owned();
        return Err(Error::data(OtherKind { path, what }));
    }
    if is("npy") || start.is_some_and(|bytes| bytes.starts_with(b"\x93NUMPY")) {
        let array = read_npy(path).map_err(Error::data)?;
        return Ok(TensorData::new(array.values, array.shape));
    }
    picture(path, port, white)
}

/// The first bytes of a file; `None` for a folder.
fn start(path: &Path) -> std::io::Result<Option<Vec<u8>>> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    file.take(32).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// An input that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {}", path.display())]
struct NoInput {
    path: PathBuf,
    source: std::io::Error,
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

fn picture(path: &Path, port: &Port, white: Option<f32>) -> Result<TensorData> {
    let PictureFile { image, notes, .. } = read_picture(path).map_err(Error::data)?;
    retrace_lab::cli::notes(&notes);
    let (width, height) = (image.width() as usize, image.height() as usize);
    let scaled = |value: f64| match white {
        // Integers have the values that the file has.
        None | Some(255.0) if !port.element.is_float() => value.round() as f32,
        white => (value / 255.0) as f32 * white.unwrap_or(1.0),
    };
    let takes = |side: &Side, length: usize| match side {
        Side::Fixed(fixed) => *fixed == length,
        Side::Open(_) => true,
    };
    let fits = |rows, columns| takes(rows, height) && takes(columns, width);
    let (shape, last) = match port.shape.as_deref().unwrap_or_default() {
        [_, channels, rows, columns] if fits(rows, columns) && takes(channels, 1) => {
            (vec![1, 1, height, width], false)
        }
        [_, channels, rows, columns] if fits(rows, columns) && takes(channels, 3) => {
            (vec![1, 3, height, width], false)
        }
        [_, rows, columns, channels] if fits(rows, columns) && takes(channels, 1) => {
            (vec![1, height, width, 1], true)
        }
        [_, rows, columns, channels] if fits(rows, columns) && takes(channels, 3) => {
            (vec![1, height, width, 3], true)
        }
        [_, rows, columns] if fits(rows, columns) => (vec![1, height, width], false),
        [_, Side::Fixed(count)] if *count == width * height => (vec![1, *count], false),
        _ => {
            return Err(Error::data(NoFit {
                path: path.to_owned(),
                width: image.width(),
                height: image.height(),
                port: port.to_string(),
            }));
        }
    };
    let count: usize = shape.iter().product();
    let values: Vec<f64> = if count == width * height {
        grey(&image).iter().copied().collect()
    } else {
        // Eight bits become sixteen by 257, so that this is exact for both.
        let picture = image.to_rgb16();
        let bytes = |value: u16| f64::from(value) / 257.0;
        if last {
            let pixels = picture.pixels();
            pixels.flat_map(|pixel| pixel.0.map(bytes)).collect()
        } else {
            let plane = |channel: usize| picture.pixels().map(move |pixel| pixel.0[channel]);
            (0..3).flat_map(plane).map(bytes).collect()
        }
    };
    let values: Vec<f32> = values.into_iter().map(scaled).collect();
    Ok(TensorData::new(values, shape))
}

#[cfg(test)]
mod tests {
    use retrace_inspect::Element;

    use super::*;

    #[test]
    fn each_output_has_a_file_of_its_own_in_the_folder() {
        let names = ["y", "../y", "a/y", "", "0", "a y", "é"];
        let files: Vec<String> = names
            .iter()
            .enumerate()
            .map(|(at, name)| file_name(at, name))
            .collect();
        let plain = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
        assert!(
            files.iter().all(|file| file.chars().all(plain)),
            "{files:?}"
        );
        let mut different = files.clone();
        different.sort();
        different.dedup();
        assert_eq!(different.len(), names.len(), "{files:?}");
    }

    #[test]
    fn a_picture_takes_the_places_and_the_type_of_the_input() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.png");
        let colours = |x, _| image::Rgb([255, 0, [51, 102][x as usize]]);
        image::RgbImage::from_fn(2, 1, colours).save(&path).unwrap();
        let read = |element, shape: &[usize]| {
            let port = Port {
                name: "x".into(),
                element,
                shape: Some(shape.iter().map(|&side| Side::Fixed(side)).collect()),
            };
            let data = numbers(&path, &port, None)?;
            let shape = data.shape().as_slice().to_vec();
            Ok::<_, Error>((shape, data.iter::<f32>().collect::<Vec<_>>()))
        };
        let first = read(Element::Float32, &[1, 3, 1, 2]).unwrap();
        assert_eq!(
            first,
            (vec![1, 3, 1, 2], vec![1.0, 1.0, 0.0, 0.0, 0.2, 0.4])
        );
        let last = read(Element::Uint8, &[1, 1, 2, 3]).unwrap();
        assert_eq!(
            last,
            (vec![1, 1, 2, 3], vec![255.0, 0.0, 51.0, 255.0, 0.0, 102.0])
        );
        for shape in [&[1, 1, 2][..], &[1, 2], &[1, 1, 2, 1], &[1, 1, 1, 2]] {
            assert_eq!(read(Element::Float32, shape).unwrap().0, shape);
        }
        assert!(read(Element::Float32, &[1, 3, 2, 1]).is_err());
    }
}
