//! `homography rectify`: a plane in a photo, seen from the front.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use image::DynamicImage;
use retrace_data::PictureError;
use retrace_lab::cli::{print, print_json};
use retrace_lab::{Error, Result};

use super::coordinates::{Corner, Points, Size};
use super::drawn::Drawn;
use super::{error_of, matrix_file};
use crate::dlt::{Method, estimate};
use crate::homography::Homography;
use crate::point::{Pair, Point};
use crate::warp::{Frame, Sampling, WarpError, warp_picture};

/// The flags of `rectify`.
#[derive(Debug, Args)]
pub struct Rectify {
    /// The photo: PNG, JPEG, PGM, PPM or GIF; 16 bits a channel become 8
    photo: PathBuf,
    /// Points of the photo, at least four, of which no three on one line
    #[arg(
        long,
        value_name = "X,Y,X,Y,...",
        requires = "to",
        allow_hyphen_values = true
    )]
    #[arg(required_unless_present = "matrix", conflicts_with = "matrix")]
    from: Option<Points>,
    /// Where they are to go, in the same order
    #[arg(
        long,
        value_name = "X,Y,X,Y,...",
        requires = "from",
        allow_hyphen_values = true
    )]
    to: Option<Points>,
    /// How the homography is computed from the points
    #[arg(long, value_enum, default_value_t = Method::Normalized, conflicts_with = "matrix")]
    method: Method,
    /// A JSON file with the homography, as `estimate --json` prints it
    #[arg(long, value_name = "FILE")]
    matrix: Option<PathBuf>,
    /// Which part of the target plane to draw
    #[arg(long, value_enum, default_value_t = View::Whole, conflicts_with = "size")]
    frame: View,
    /// Draw a part of this size, in pixels
    #[arg(long, value_name = "WxH")]
    size: Option<Size>,
    /// Coordinates of the top-left pixel of that part [default: 0,0]
    #[arg(
        long,
        value_name = "X,Y",
        requires = "size",
        allow_hyphen_values = true
    )]
    corner: Option<Corner>,
    /// How the photo is read between its pixels
    #[arg(long, value_enum, default_value_t = Sampling::Bilinear)]
    sampling: Sampling,
    /// The picture to write: .png, .jpg, .pgm or .ppm; replaced if it exists
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Print what was drawn as JSON on standard output
    ///
    /// Keys: `output`, `width`, `height`, `left` and `top` (coordinates of the top-left pixel),
    /// `matrix` (three rows), `residuals_px` (how far each point misses its target; empty with
    /// `--matrix`).
    #[arg(long)]
    json: bool,
}

/// Which part of the target plane is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum View {
    /// All of the mapped photo
    Whole,
    /// The place and size of the photo itself
    Input,
    /// The rectangle around the points of `--to`
    Targets,
}

impl Rectify {
    pub(super) fn run(self) -> Result<()> {
        let pairs = self.pairs()?;
        self.check_output()?;
        let homography = self.homography(&pairs)?;
        let photo = retrace_data::read_picture(&self.photo)
            .map_err(Error::data)?
            .image;
        let frame = self.frame(&homography, &photo, &pairs)?;
        let picture = warp_picture(&photo, &homography, frame, self.sampling);
        let picture = picture.map_err(|error| Error::Numerics(error.to_string()))?;
        self.write(&picture)?;
        let drawn = Drawn::new(&self.output, frame, homography, &pairs);
        if self.json {
            print_json(&drawn)
        } else {
            print(&drawn.text())
        }
    }

    /// The points of the flags in pairs; none with a matrix.
    fn pairs(&self) -> Result<Vec<Pair>> {
        let (Some(Points(from)), Some(Points(to))) = (&self.from, &self.to) else {
            return Ok(Vec::new());
        };
        if from.len() != to.len() {
            return Err(Error::Usage(format!(
                "`--from` has {} points and `--to` has {}: expected as many",
                from.len(),
                to.len()
            )));
        }
        let pairs = from.iter().zip(to);
        Ok(pairs.map(|(from, to)| Pair::new(*from, *to)).collect())
    }

    fn homography(&self, pairs: &[Pair]) -> Result<Homography> {
        if let Some(path) = &self.matrix {
            return matrix_file::read_matrix(path).map_err(Error::data);
        }
        let homography = estimate(pairs, self.method);
        homography.map_err(|error| {
            error_of(error, |error| {
                Error::Usage(format!("`--from` and `--to` give no homography: {error}"))
            })
        })
    }

    /// Refuses to write onto the photo, which exists only once.
    fn check_output(&self) -> Result<()> {
        let same = match (self.photo.canonicalize(), self.output.canonicalize()) {
            (Ok(photo), Ok(output)) => photo == output,
            _ => false,
        };
        if same {
            return Err(Error::Usage(format!(
                "`--output` {} is the photo itself: choose another name",
                self.output.display()
            )));
        }
        Ok(())
    }

    fn frame(
        &self,
        homography: &Homography,
        photo: &DynamicImage,
        pairs: &[Pair],
    ) -> Result<Frame> {
        let (width, height) = (photo.width(), photo.height());
        let frame = match (self.size, self.frame) {
            (Some(size), _) => {
                let corner = self.corner.unwrap_or(Corner { x: 0, y: 0 });
                Frame::new(corner.x, corner.y, size.width, size.height)
            }
            (None, View::Whole) => Frame::of_mapped(homography, width, height),
            (None, View::Input) => Frame::of_size(width, height),
            (None, View::Targets) => around_targets(pairs)?,
        };
        frame.map_err(|error| Error::Usage(self.advice(&error)))
    }

    /// The sentence of an error about the frame, and the flags that help.
    fn advice(&self, error: &WarpError) -> String {
        let photo = self.photo.display();
        match error {
            WarpError::Horizon | WarpError::TooLarge { .. } => {
                format!("{photo}: {error} (`--frame input`, `--frame targets`, `--size WxH`)")
            }
            error => format!("{photo}: {error}"),
        }
    }

    fn write(&self, picture: &DynamicImage) -> Result<()> {
        let bytes = retrace_data::encode_picture(picture, &self.output);
        let bytes = bytes.map_err(|error| match error {
            PictureError::Extension { .. } => Error::Usage(format!("`--output` {error}")),
            error => Error::data(error),
        })?;
        retrace_lab::write_atomically(Path::new(&self.output), &bytes)
    }
}

/// The frame around the targets; a pixel counts when its centre is within.
fn around_targets(pairs: &[Pair]) -> Result<Result<Frame, WarpError>> {
    if pairs.is_empty() {
        let message = "`--frame targets` needs the points of `--to`; with `--matrix` use `--size`";
        return Err(Error::Usage(message.to_owned()));
    }
    let targets: Vec<Point> = pairs.iter().map(|pair| pair.to).collect();
    Ok(Frame::around(&targets))
}
