//! Homographies of pictures and pairs of one's own: `homography rectify` and
//! `homography estimate`.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use image::{DynamicImage, ImageFormat};
use retrace_data::{PICTURE_FORMATS, PictureError, PictureFile, is_deep, shown};
use retrace_lab::cli::{Tool, note, notes, print, print_json};
use retrace_lab::{Arm as _, Error, Result, number};
use serde::Serialize;

use crate::data::read_matrix;
use crate::dlt::{self, DltError, FEWEST_PAIRS, Method, backward_error, forward_error};
use crate::homography::{Homography, HomographyError, Pair, Point};
use crate::ransac::{Consensus, Ransac, RansacError, Threshold, ransac};
use crate::warp::{Frame, Sampling, WarpError, warp_picture};

/// What the method does with pictures and pairs of one's own.
#[derive(Debug, Subcommand)]
pub enum Tools {
    /// Redraw a photo so that a plane in it is seen from the front
    ///
    /// Four or more points of the photo and where they are to go give a homography; every pixel of
    /// the new picture is mapped back by its inverse and read there. Pixels that come from outside
    /// the photo are black, or transparent if it has an alpha channel.
    ///
    /// Coordinates are x to the right and y down, in pixels, from the centre of the top-left
    /// pixel. A photo is turned upright first if its EXIF tag says so.
    #[command(after_long_help = "Example, with the points of the post:\n  \
            homography rectify photo.jpg --from 448,67,602,129,362,392,483,494 \
            --to 386,78,552,78,386,453,552,453 --sampling bicubic -o out.png")]
    Rectify(Rectify),
    /// Compute the homography of pairs of points in a CSV file
    ///
    /// The file has the columns `from_x`, `from_y`, `to_x` and `to_y`, in any order. The unit is yours,
    /// and may be another one in each of the two planes; a matrix for `rectify` needs pixels, x to
    /// the right and y down, from the centre of the top-left pixel. With `--ransac` some of the
    /// pairs may be wrong; a pair that stands there more than once counts once.
    #[command(after_long_help = "Example:\n  \
            homography estimate --pairs pairs.csv --ransac --threshold 3 --json > h.json\n  \
            homography rectify photo.jpg --matrix h.json -o out.png")]
    Estimate(Estimate),
}

impl Tool for Tools {
    fn run(self) -> Result<()> {
        match self {
            Self::Rectify(rectify) => rectify.run(),
            Self::Estimate(estimate) => estimate.run(),
        }
    }
}

/// A decomposition that fails is a matter of numbers; whatever else is wrong with pairs is one of
/// where they came from.
fn error_of(error: DltError, otherwise: impl FnOnce(DltError) -> Error) -> Error {
    match error {
        DltError::NoConvergence => Error::Numerics(error.to_string()),
        error => otherwise(error),
    }
}

/// The flags of `rectify`.
#[derive(Debug, Args)]
pub struct Rectify {
    #[arg(help = format!("The photo ({PICTURE_FORMATS})"))]
    photo: PathBuf,
    /// Points of the photo, at least four, of which no three on one line
    #[arg(long, value_name = "X,Y,X,Y,...", value_parser = points)]
    #[arg(requires = "to", allow_hyphen_values = true)]
    #[arg(required_unless_present = "matrix", conflicts_with = "matrix")]
    from: Option<Points>,
    /// Where they are to go, in the same order
    #[arg(long, value_name = "X,Y,X,Y,...", value_parser = points)]
    #[arg(requires = "from", allow_hyphen_values = true)]
    to: Option<Points>,
    /// How the homography is computed from the points
    #[arg(long, value_enum, default_value_t = Method::Normalized, conflicts_with = "matrix")]
    method: Method,
    /// A file with the homography: JSON as `estimate --json` prints it, nine numbers, or an OpenCV
    /// matrix in XML
    #[arg(long, value_name = "FILE")]
    matrix: Option<PathBuf>,
    /// Which part of the target plane to draw
    #[arg(long, value_enum, default_value_t = View::Whole, conflicts_with = "size")]
    frame: View,
    /// Draw a part of this size, in pixels
    #[arg(long, value_name = "WxH", value_parser = size)]
    size: Option<(u32, u32)>,
    /// Coordinates of the top-left pixel of that part [default: 0,0]
    #[arg(long, value_name = "X,Y", value_parser = corner)]
    #[arg(requires = "size", allow_hyphen_values = true)]
    corner: Option<(i32, i32)>,
    /// How the photo is read between its pixels
    #[arg(long, value_enum, default_value_t = Sampling::Bilinear)]
    sampling: Sampling,
    /// The picture to write: .png, .jpg, .pgm or .ppm; replaced if it exists
    ///
    /// A photo of 16 bits a channel keeps them, but not in a JPEG, which has 8.
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

/// The points of one flag.
type Points = Vec<Point>;

/// A list of points: `x,y,x,y,...`.
fn points(text: &str) -> std::result::Result<Points, String> {
    let values = text.split(',').map(|value| {
        let number = value.trim().parse().ok();
        number
            .filter(|number: &f64| number.is_finite())
            .ok_or_else(|| format!("expected finite numbers, found \"{}\"", value.trim()))
    });
    let values: Vec<f64> = values.collect::<std::result::Result<_, _>>()?;
    if values.len() % 2 == 1 {
        return Err(format!(
            "expected x,y,x,y,... with two numbers per point, found {} numbers",
            values.len()
        ));
    }
    let points = values.chunks_exact(2);
    Ok(points.map(|xy| Point::new(xy[0], xy[1])).collect())
}

/// A corner of a picture: `x,y`, whole numbers.
fn corner(text: &str) -> std::result::Result<(i32, i32), String> {
    let corner = text.split_once(',').and_then(|(x, y)| {
        let (x, y) = (x.trim().parse().ok()?, y.trim().parse().ok()?);
        Some((x, y))
    });
    corner.ok_or_else(|| "expected two whole numbers, such as -20,35".to_owned())
}

/// The size of a picture: `WIDTHxHEIGHT`.
fn size(text: &str) -> std::result::Result<(u32, u32), String> {
    let size = text.split_once(['x', 'X']).and_then(|(width, height)| {
        let (width, height) = (width.trim().parse().ok()?, height.trim().parse().ok()?);
        (width > 0 && height > 0).then_some((width, height))
    });
    size.ok_or_else(|| "expected a width and a height in pixels, such as 640x480".to_owned())
}

impl Rectify {
    fn run(self) -> Result<()> {
        let pairs = self.pairs()?;
        self.check_output()?;
        let homography = self.homography(&pairs)?;
        if let Some(sentence) = crossed(&homography, &pairs) {
            let from_and_to = "`--from` and `--to`";
            return Err(Error::Usage(format!("{from_and_to}: {sentence}")));
        }
        let photo = retrace_data::read_picture(&self.photo);
        let PictureFile {
            image: photo,
            notes: told,
            ..
        } = photo.map_err(Error::data)?;
        notes(&told);
        let frame = self.frame(&homography, &photo, &pairs)?;
        let picture = warp_picture(&photo, &homography, frame, self.sampling);
        let picture = picture.map_err(|error| Error::Numerics(error.to_string()))?;
        self.write(&picture)?;
        let residuals = pairs.iter().map(|pair| forward_error(&homography, pair));
        let rectified = Rectified {
            output: self.output.display().to_string(),
            width: frame.width(),
            height: frame.height(),
            left: frame.left(),
            top: frame.top(),
            matrix: homography,
            residuals_px: residuals.collect(),
        };
        if self.json {
            print_json(&rectified)
        } else {
            print(&rectified.text())
        }
    }

    /// The points of the flags in pairs; none with a matrix.
    fn pairs(&self) -> Result<Vec<Pair>> {
        let (Some(from), Some(to)) = (&self.from, &self.to) else {
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
            return Ok(read_matrix(path).map_err(Error::data)?.homography);
        }
        let homography = dlt::estimate(pairs, self.method);
        homography.map_err(|error| {
            error_of(error, |error| {
                Error::Usage(format!("`--from` and `--to` give no homography: {error}"))
            })
        })
    }

    /// Refuses to write onto the photo, which exists only once.
    fn check_output(&self) -> Result<()> {
        let paths = (self.photo.canonicalize(), self.output.canonicalize());
        if matches!(paths, (Ok(photo), Ok(output)) if photo == output) {
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
            (Some((width, height)), _) => {
                let (left, top) = self.corner.unwrap_or((0, 0));
                Frame::new(left, top, width, height)
            }
            (None, View::Whole) => Frame::of_mapped(homography, width, height),
            (None, View::Input) => Frame::of_size(width, height),
            (None, View::Targets) if pairs.is_empty() => {
                return Err(Error::Usage(
                    "`--frame targets` needs the points of `--to`; with `--matrix` use `--size`"
                        .to_owned(),
                ));
            }
            (None, View::Targets) => {
                let targets: Vec<Point> = pairs.iter().map(|pair| pair.to).collect();
                Frame::around(&targets)
            }
        };
        frame.map_err(|error| Error::Usage(self.advice(&error)))
    }

    /// The sentence of an error about the frame, and the flags that help.
    fn advice(&self, error: &WarpError) -> String {
        let photo = shown(&self.photo);
        match error {
            WarpError::Horizon | WarpError::TooLarge { .. } => {
                format!("{photo}: {error} (`--frame input`, `--frame targets`, `--size WxH`)")
            }
            error => format!("{photo}: {error}"),
        }
    }

    fn write(&self, picture: &DynamicImage) -> Result<()> {
        let output = &self.output;
        let is_jpeg = ImageFormat::from_path(output).is_ok_and(|f| f == ImageFormat::Jpeg);
        if is_jpeg && is_deep(picture) {
            note(&format!(
                "{}: the photo's 16 bits a channel were reduced to 8, which is what a JPEG holds; a \
                 PNG would keep them",
                shown(output)
            ));
        }
        let bytes = retrace_data::encode_picture(picture, output);
        let bytes = bytes.map_err(|error| match error {
            PictureError::Extension { .. } => Error::Usage(format!("`--output` {error}")),
            error => Error::data(error),
        })?;
        retrace_lab::write_atomically(output, &bytes)
    }
}

/// What `rectify` drew.
#[derive(Debug, Serialize)]
struct Rectified {
    /// As on the command line.
    output: String,
    width: u32,
    height: u32,
    left: i32,
    top: i32,
    matrix: Homography,
    residuals_px: Vec<f64>,
}

impl Rectified {
    fn text(&self) -> String {
        let mut text = format!(
            "{}: {} x {} pixels, the top-left one at ({}, {}) of the target plane\n",
            self.output, self.width, self.height, self.left, self.top
        );
        if self.residuals_px.len() > FEWEST_PAIRS {
            let rms = number(root_mean_square(self.residuals_px.iter().copied()));
            text.push_str(&format!(
                "the points miss their targets by {rms} pixels (RMS)\n"
            ));
        }
        text
    }
}

/// The flags of `estimate`.
#[derive(Debug, Args)]
pub struct Estimate {
    /// A CSV file with the columns `from_x`, `from_y`, `to_x`, `to_y`
    #[arg(long, value_name = "FILE")]
    pairs: PathBuf,
    /// How the homography is computed from all pairs
    #[arg(long, value_enum, default_value_t = Method::Normalized)]
    method: Method,
    /// Expect wrong pairs: take the homography that most pairs agree with, by robust least squares
    #[arg(long, conflicts_with = "method")]
    ransac: bool,
    /// Largest error of a pair that agrees, in the unit of the points; two numbers if those of the
    /// two planes differ [default: 3, or a hundredth of what the points span if that is less than 60]
    ///
    /// The error is Sampson's: how far the two points of a pair would have to be moved, to first
    /// order, to be mapped exactly. (OpenCV bounds the forward error alone.)
    #[arg(long, value_name = "NUMBER|FROM,TO", value_parser = threshold, requires = "ransac")]
    threshold: Option<Threshold>,
    /// The wanted chance, above 0 and below 1, that a sample of right pairs alone was drawn
    #[arg(long, requires = "ransac", default_value_t = Ransac::default().confidence)]
    confidence: f64,
    /// Trials after which the search ends at the latest
    #[arg(long, value_name = "NUMBER", requires = "ransac")]
    #[arg(default_value_t = Ransac::default().most_trials)]
    max_trials: u64,
    /// Names the random samples
    #[arg(long, requires = "ransac", default_value_t = Ransac::default().seed)]
    seed: u64,
    /// Print the homography and each pair as JSON on standard output
    ///
    /// Keys: `matrix` (three rows), `method` (plain, normalized, eigenvector or ransac), `pairs`
    /// and `inliers` (numbers), `forward_rms` (of the inliers, in the unit of the `to` points),
    /// `backward_rms` (in that of the `from` points), `warnings` (sentences), `residuals`; of each
    /// pair `from`, `to`, `mapped` (where the matrix sends `from`; null at infinity), `forward`,
    /// `backward`, `inlier`.
    ///
    /// With `--ransac` also `error` (the error that decides, "sampson"; of each pair it is `sampson`,
    /// in the unit of the `to` points), `threshold` (`from` and `to`), `confidence`, `seed`,
    /// `trials`, `max_trials`, `witnesses` (different places among the inliers) and `by_chance` (how
    /// many homographies as many would agree with if all pairs were wrong).
    #[arg(long)]
    json: bool,
}

/// One threshold for both planes, or one for each.
fn threshold(text: &str) -> std::result::Result<Threshold, String> {
    let number = |text: &str| {
        let number = text.trim().parse().ok();
        let number = number.filter(|number: &f64| *number > 0.0 && number.is_finite());
        number.ok_or_else(|| format!("the threshold must be a positive number, found \"{text}\""))
    };
    match text.split_once(',') {
        None => Ok(Threshold::both(number(text)?)),
        Some((from, to)) => Ok(Threshold {
            from: number(from)?,
            to: number(to)?,
        }),
    }
}

/// The pairs of a file that give no homography.
#[derive(Debug, thiserror::Error)]
#[error("{file}: the pairs give no homography; pair 1 is the first line below the header")]
struct NoHomography<E: std::error::Error + 'static> {
    file: String,
    source: E,
}

impl Estimate {
    fn run(self) -> Result<()> {
        let pairs = self.read()?;
        let estimated = if self.ransac {
            self.by_consensus(&pairs)?
        } else {
            let homography = dlt::estimate(&pairs, self.method);
            let homography = homography.map_err(|e| error_of(e, |e| self.bad_pairs(e)))?;
            Estimated::new(
                homography,
                self.method.name(),
                &pairs,
                &vec![true; pairs.len()],
            )
            .map_err(|error| self.bad_pairs(DltError::from(error)))?
        };
        for warning in &estimated.warnings {
            note(warning);
        }
        if self.json {
            print_json(&estimated)
        } else {
            print(&estimated.text())
        }
    }

    fn read(&self) -> Result<Vec<Pair>> {
        let names = ["from_x", "from_y", "to_x", "to_y"];
        let columns = retrace_data::read_columns(&self.pairs, names, FEWEST_PAIRS);
        let [x, y, u, v] = columns.map_err(Error::data)?.values;
        let from = x.into_iter().zip(y).map(|(x, y)| Point::new(x, y));
        let to = u.into_iter().zip(v).map(|(x, y)| Point::new(x, y));
        Ok(from.zip(to).map(|(from, to)| Pair::new(from, to)).collect())
    }

    fn by_consensus(&self, pairs: &[Pair]) -> Result<Estimated> {
        let settings = Ransac {
            threshold: self
                .threshold
                .unwrap_or_else(|| Threshold::of_points(pairs)),
            confidence: self.confidence,
            most_trials: self.max_trials,
            seed: self.seed,
        };
        let consensus = ransac(pairs, &settings).map_err(|error| match error {
            RansacError::Confidence { .. } | RansacError::Trials => Error::Usage(error.to_string()),
            RansacError::Pairs(error) => error_of(error, |e| self.bad_pairs(e)),
            error => self.bad_pairs(error),
        })?;
        let (map, name) = (consensus.homography, "ransac".to_owned());
        let estimated = Estimated::new(map, name, pairs, &consensus.inliers);
        let estimated = estimated.map_err(|error| self.bad_pairs(DltError::from(error)))?;
        Ok(estimated.with_search(&settings, &consensus))
    }

    fn bad_pairs<E: std::error::Error + Send + Sync + 'static>(&self, source: E) -> Error {
        Error::data(NoHomography {
            file: self.pairs.display().to_string(),
            source,
        })
    }
}

/// What `estimate` found.
#[derive(Debug, Serialize)]
struct Estimated {
    matrix: Homography,
    method: String,
    pairs: usize,
    inliers: usize,
    /// Root mean square of the inliers' errors.
    forward_rms: f64,
    backward_rms: f64,
    warnings: Vec<String>,
    #[serde(flatten)]
    search: Option<Searched>,
    residuals: Vec<Residual>,
}

/// How RANSAC searched.
#[derive(Debug, Serialize)]
struct Searched {
    /// The error that decides who agrees.
    error: &'static str,
    threshold: Threshold,
    confidence: f64,
    seed: u64,
    trials: u64,
    max_trials: u64,
    witnesses: usize,
    by_chance: f64,
}

/// How the homography treats one pair. An infinite error is null in JSON.
#[derive(Debug, Serialize)]
struct Residual {
    from: Point,
    to: Point,
    mapped: Option<Point>,
    forward: f64,
    backward: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    sampson: Option<f64>,
    inlier: bool,
}

/// Pairs that the text lists; a file can have thousands.
const LISTED: usize = 20;

impl Estimated {
    fn new(
        matrix: Homography,
        method: String,
        pairs: &[Pair],
        inliers: &[bool],
    ) -> std::result::Result<Self, HomographyError> {
        let inverse = matrix.inverse()?;
        let residual = |(pair, inlier): (&Pair, &bool)| Residual {
            from: pair.from,
            to: pair.to,
            mapped: matrix.apply(pair.from),
            forward: forward_error(&matrix, pair),
            backward: backward_error(&inverse, pair),
            sampson: None,
            inlier: *inlier,
        };
        let residuals: Vec<Residual> = pairs.iter().zip(inliers).map(residual).collect();
        let of_inliers = || residuals.iter().filter(|residual| residual.inlier);
        let agreeing: Vec<Pair> = of_inliers().map(|r| Pair::new(r.from, r.to)).collect();
        Ok(Self {
            matrix,
            method,
            pairs: pairs.len(),
            inliers: agreeing.len(),
            forward_rms: root_mean_square(of_inliers().map(|r| r.forward)),
            backward_rms: root_mean_square(of_inliers().map(|r| r.backward)),
            warnings: crossed(&matrix, &agreeing).into_iter().collect(),
            search: None,
            residuals,
        })
    }

    fn with_search(mut self, settings: &Ransac, consensus: &Consensus) -> Self {
        let threshold = settings.threshold;
        for residual in &mut self.residuals {
            let pair = Pair::new(residual.from, residual.to);
            residual.sampson = Some(threshold.error(&self.matrix, &pair));
        }
        if consensus.is_weak() {
            self.warnings.push(format!(
                "a weak consensus: {} different places agree, and wrong pairs alone would bring {} \
                 such homographies; look at the answer before you use it",
                consensus.witnesses,
                number(consensus.by_chance)
            ));
        }
        if consensus.is_capped() {
            self.warnings.push(format!(
                "the search ended after {} trials, and a confidence of {} asks for {}: there may be \
                 a better consensus; raise `--max-trials`",
                consensus.trials,
                settings.confidence,
                number(consensus.needed)
            ));
        }
        self.search = Some(Searched {
            error: "sampson",
            threshold,
            confidence: settings.confidence,
            seed: settings.seed,
            trials: consensus.trials,
            max_trials: settings.most_trials,
            witnesses: consensus.witnesses,
            by_chance: consensus.by_chance,
        });
        self
    }

    // Writing to a String cannot fail.
    fn text(&self) -> String {
        let mut text = String::new();
        for [a, b, c] in self.matrix.matrix() {
            let _ = writeln!(text, "{a:>17.9e} {b:>17.9e} {c:>17.9e}");
        }
        let _ = writeln!(
            text,
            "{} of {} pairs, {}; errors (RMS), each in the unit of its points: {} forward, {} backward",
            self.inliers,
            self.pairs,
            self.method,
            number(self.forward_rms),
            number(self.backward_rms)
        );
        if let Some(search) = &self.search {
            let Threshold { from, to } = search.threshold;
            let _ = writeln!(
                text,
                "a pair agrees when its Sampson error is at most {}{}; {} trials",
                number(to),
                if from == to {
                    String::new()
                } else {
                    format!(" ({} among the sources)", number(from))
                },
                search.trials
            );
        }
        let decides = if self.search.is_some() {
            "Sampson"
        } else {
            "forward"
        };
        let _ = writeln!(text, "{:5}  {:44}{decides:>10}", "pair", "");
        for (number, residual) in (1..).zip(&self.residuals).take(LISTED) {
            let _ = writeln!(text, "{number:5}  {}", residual.text());
        }
        if self.residuals.len() > LISTED {
            let more = self.residuals.len() - LISTED;
            let _ = writeln!(
                text,
                "{:5}  {more} more pairs; `--json` has them all",
                "..."
            );
        }
        text
    }
}

impl Residual {
    /// The pair and the error that decides about it.
    fn text(&self) -> String {
        let Self { from, to, .. } = self;
        let place = format!("({}, {}) -> ({}, {})", from.x, from.y, to.x, to.y);
        let error = number(self.sampson.unwrap_or(self.forward));
        let outlier = if self.inlier { "" } else { "  outlier" };
        format!("{place:44}{error:>10}{outlier}")
    }
}

/// What is wrong when the horizon passes between the points, which no camera sees.
fn crossed(homography: &Homography, pairs: &[Pair]) -> Option<String> {
    if !homography.parts(pairs.iter().map(|pair| pair.from)) {
        return None;
    }
    let advice = match untangled(pairs) {
        Some((first, second)) => format!(
            "the corners are crossed, as in a bow tie: points {first} and {second} of one picture \
             seem to be exchanged"
        ),
        None => "a point may be wrong, or stand in another order than its partner".to_owned(),
    };
    Some(format!(
        "the horizon of this homography passes between the points, which no camera sees; {advice}"
    ))
}

/// Two of four pairs whose targets, exchanged, give a homography that a camera could see; one that
/// does not mirror if there is any.
fn untangled(pairs: &[Pair]) -> Option<(usize, usize)> {
    let four: [Pair; FEWEST_PAIRS] = pairs.try_into().ok()?;
    let exchanges = [(0, 1), (1, 2), (2, 3), (3, 0), (0, 2), (1, 3)];
    let mut cures = exchanges.into_iter().filter_map(|(first, second)| {
        let mut four = four;
        (four[first].to, four[second].to) = (four[second].to, four[first].to);
        let homography = dlt::normalized(&four).ok()?;
        let cures = !homography.parts(four.iter().map(|pair| pair.from));
        cures.then(|| {
            (
                homography.mirrors(four[0].from),
                (first.min(second) + 1, first.max(second) + 1),
            )
        })
    });
    let first = cures.next()?;
    let upright = std::iter::once(first)
        .chain(cures)
        .find(|(mirrors, _)| !mirrors);
    Some(upright.unwrap_or(first).1)
}

fn root_mean_square(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let squares: f64 = values.clone().map(|value| value * value).sum();
    (squares / values.count() as f64).sqrt()
}
