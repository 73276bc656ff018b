//! `colorization colorize`: colours for pictures of one's own: which pictures are read, what is
//! written for each, and one picture coloured.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use image::{DynamicImage, ImageFormat, RgbImage, RgbaImage};
use indicatif::{ProgressBar, ProgressStyle};
use ndarray::Axis;
use retrace_data::colour::{PictureFromLab, lab_from_picture};
use retrace_data::{
    PICTURE_FORMATS, check_extension, encode_picture, picture_files_below, read_picture_up_to,
    shown,
};
use retrace_lab::cli::{note, notes, print, print_json};
use retrace_lab::{Error, Result, write_atomically};
use serde::Serialize;

use super::MODEL;
use crate::colouring::{Border, Decoder, colours, painted};
use crate::model_file::Model;

/// The flags of `colorize`.
#[derive(Debug, Args)]
pub struct Colorize {
    #[arg(
        value_name = "PICTURE|DIR",
        help = format!("A picture ({PICTURE_FORMATS}), or a folder of pictures with all its subfolders")
    )]
    input: PathBuf,
    /// A model that `train` made
    #[arg(long, value_name = "FILE", default_value = MODEL)]
    model: PathBuf,
    /// Temperature of the annealed mean: near 0 vivid, 1 pale
    #[arg(
        long,
        value_name = "T",
        default_value_t = 0.38,
        allow_negative_numbers = true
    )]
    temperature: f64,
    /// The 8 pixels at the border, which the network sees no full window of
    #[arg(long, value_enum, default_value_t = Border::Reflect)]
    border: Border,
    /// The picture to write (.png, .jpg or .ppm), replaced if it exists; or a folder, where
    /// pictures get the subfolders and names of the originals, as PNG; it may lie within the
    /// folder of pictures
    #[arg(short, long, value_name = "PICTURE|DIR")]
    output: PathBuf,
    /// Exit with 0, not 3, where some pictures of a folder cannot be coloured
    #[arg(long)]
    skip_damaged: bool,
    /// Print what was coloured as JSON on standard output
    ///
    /// A list with the keys `input`, `output`, `width`, `height`, `clipped` (pixels whose colour
    /// sRGB does not have), `seconds`, `error` (null, or why it could not be coloured). In names, what
    /// is not Unicode is replaced.
    #[arg(long)]
    json: bool,
}

/// Pictures of a folder that could not be coloured, each with its reason.
#[derive(Debug, thiserror::Error)]
#[error("{} of {of} pictures could not be coloured:\n  {}", reasons.len(), reasons.join("\n  "))]
struct NotColoured {
    of: usize,
    reasons: Vec<String>,
}

/// What became of a picture, as `--json` prints it.
#[derive(Debug, Serialize)]
struct Row {
    input: String,
    output: String,
    width: u32,
    height: u32,
    clipped: usize,
    seconds: f64,
    error: Option<String>,
}

impl Colorize {
    pub(super) fn run(self) -> Result<()> {
        if !(0.001..=10.0).contains(&self.temperature) {
            return Err(Error::Usage(format!(
                "`--temperature` takes a number from 0.001 to 10, found {}",
                self.temperature
            )));
        }
        let jobs = jobs(&self.input, &self.output)?;
        let model = Model::read(&self.model).map_err(Error::data)?;
        if self.input.is_dir() {
            make_folders(&jobs)?;
        }
        let colouring = Colouring {
            decoder: model.decoder(self.temperature),
            border: self.border,
            model,
        };
        let mut rows = Vec::new();
        let of = jobs.len();
        for (index, (from, to)) in jobs.into_iter().enumerate() {
            let done = self.one(&colouring, &from, &to)?;
            if !self.json {
                print(&format!("[{}/{of}] {}\n", index + 1, done.text()))?;
            }
            rows.push(done);
        }
        if self.json {
            print_json(&rows)?;
        }
        let reasons: Vec<String> = rows.into_iter().filter_map(|row| row.error).collect();
        if reasons.is_empty() || self.skip_damaged {
            return Ok(());
        }
        Err(Error::data(NotColoured { of, reasons }))
    }

    /// A picture of a folder that cannot be coloured does not keep the others from it.
    fn one(&self, colouring: &Colouring, from: &Path, to: &Path) -> Result<Row> {
        let started = Instant::now();
        let (coloured, error) = match colouring.file(from, to) {
            Ok(coloured) => (coloured, None),
            Err(error) if self.input.is_dir() => (Coloured::default(), Some(of_picture(error)?)),
            Err(error) => return Err(error),
        };
        Ok(Row {
            input: from.to_string_lossy().into_owned(),
            output: to.to_string_lossy().into_owned(),
            width: coloured.width,
            height: coloured.height,
            clipped: coloured.clipped,
            seconds: started.elapsed().as_secs_f64(),
            error,
        })
    }
}

/// What is wrong with one picture and with no other.
///
/// # Errors
/// What stops the others as well, such as a full disk.
fn of_picture(error: Error) -> Result<String> {
    match error {
        Error::Data(source) => Ok(in_one_line(&*source)),
        // Too long, with the end that it gets.
        Error::Io { ref source, .. } if source.kind() == ErrorKind::InvalidFilename => {
            Ok(in_one_line(&error))
        }
        _ => Err(error),
    }
}

/// An error with its causes, but for those that say the same once more.
fn in_one_line(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}

impl Row {
    fn text(&self) -> String {
        let [input, output] = [&self.input, &self.output].map(|name| shown(name.as_ref()));
        match &self.error {
            Some(error) => format!("not coloured: {error}"),
            None => format!(
                "{input} -> {output}: {}x{}, {} pixels clipped to sRGB, {:.1} s",
                self.width, self.height, self.clipped, self.seconds
            ),
        }
    }
}

/// What is read, and what is written for it; nothing is made yet.
///
/// # Errors
/// A folder without pictures, an output that cannot be written or would take the place of a picture
/// that is read.
fn jobs(input: &Path, output: &Path) -> Result<Vec<(PathBuf, PathBuf)>> {
    if !input.is_dir() {
        check_extension(output).map_err(|error| Error::Usage(format!("`--output` {error}")))?;
        check_output(input, output)?;
        return Ok(vec![(input.to_path_buf(), output.to_path_buf())]);
    }
    check_output(input, output)?;
    let mut jobs: Vec<(PathBuf, PathBuf)> = Vec::new();
    for file in pictures(input, output)? {
        let relative = file.strip_prefix(input).unwrap_or(&file);
        let to = output.join(as_png(relative));
        check_output(&file, &to)?;
        if let Some((other, _)) = jobs.iter().find(|(_, output)| *output == to) {
            return Err(Error::Usage(format!(
                "{} and {} would both become {}: rename one",
                shown(other),
                shown(&file),
                shown(&to)
            )));
        }
        jobs.push((file, to));
    }
    Ok(jobs)
}

/// The name of a PNG; what stands after a dot is left where it names no format, as in Yale's
/// `subject01.glasses`.
fn as_png(name: &Path) -> PathBuf {
    if ImageFormat::from_path(name).is_ok() {
        return name.with_extension("png");
    }
    let mut name = name.as_os_str().to_owned();
    name.push(".png");
    name.into()
}

/// Makes the folders that the pictures go to.
///
/// # Errors
/// Names the folder.
fn make_folders(jobs: &[(PathBuf, PathBuf)]) -> Result<()> {
    for folder in jobs.iter().filter_map(|(_, to)| to.parent()) {
        fs::create_dir_all(folder).map_err(Error::io("create the folder", folder))?;
    }
    Ok(())
}

/// All pictures of a folder, but for those that an earlier start may have coloured.
fn pictures(input: &Path, output: &Path) -> Result<Vec<PathBuf>> {
    // An output that is not there yet holds nothing.
    let output = output.canonicalize().ok();
    let other = |folder: &Path| output.is_none() || folder.canonicalize().ok() != output;
    let found = picture_files_below(input, other).map_err(Error::data)?;
    notes(&found.notes);
    Ok(found.files)
}

/// Refuses to write onto what is read, which exists only once.
fn check_output(from: &Path, to: &Path) -> Result<()> {
    let same = match (from.canonicalize(), to.canonicalize()) {
        (Ok(from), Ok(to)) => from == to,
        _ => false,
    };
    if same {
        let what = if from.is_dir() {
            "folder of pictures"
        } else {
            "picture"
        };
        return Err(Error::Usage(format!(
            "`--output` {} is the {what} itself: choose another name",
            shown(to)
        )));
    }
    Ok(())
}

/// The largest picture that is coloured, in pixels. Colouring needs about 50 bytes per pixel: 3 GB
/// for this.
const MAX_PIXELS: u64 = 60_000_000;

/// How a picture is coloured.
#[derive(Debug)]
struct Colouring {
    model: Model,
    decoder: Decoder,
    border: Border,
}

/// What was coloured.
#[derive(Debug, Default)]
struct Coloured {
    width: u32,
    height: u32,
    /// Pixels outside sRGB.
    clipped: usize,
}

impl Colouring {
    /// Colours the picture `from` and writes it to `to`.
    fn file(&self, from: &Path, to: &Path) -> Result<Coloured> {
        let file = read_picture_up_to(from, MAX_PIXELS).map_err(Error::data)?;
        notes(&file.notes);
        file.depth_note(from).iter().for_each(|text| note(text));
        let image = file.image;
        let (width, height) = (image.width(), image.height());
        let picture = self.picture(&image)?;
        let bytes = encode_picture(&with_alpha(picture.image, &image), to).map_err(Error::data)?;
        write_atomically(to, &bytes)?;
        Ok(Coloured {
            width,
            height,
            clipped: picture.clipped,
        })
    }

    fn picture(&self, image: &DynamicImage) -> Result<PictureFromLab> {
        let lab = lab_from_picture(image);
        let lightness = lab.index_axis(Axis(0), 0).to_owned();
        let bar = ProgressBar::new(0).with_style(style());
        let tile_done = |done, of| {
            bar.set_length(of);
            bar.set_position(done);
            Ok(())
        };
        let network = &self.model.network;
        let found = colours(network, &self.decoder, &lightness, self.border, tile_done);
        bar.finish_and_clear();
        Ok(painted(&lightness, &found?))
    }
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{wide_bar} tile {pos} of {len}, {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// With the transparency of the picture it was made from.
fn with_alpha(coloured: RgbImage, from: &DynamicImage) -> DynamicImage {
    if !from.color().has_alpha() {
        return coloured.into();
    }
    let from = from.to_rgba8();
    let pairs = coloured.pixels().zip(from.pixels());
    let bytes = pairs.flat_map(|(rgb, rgba)| [rgb.0[0], rgb.0[1], rgb.0[2], rgba.0[3]]);
    let image = RgbaImage::from_raw(coloured.width(), coloured.height(), bytes.collect());
    image.expect("four bytes per pixel").into()
}
