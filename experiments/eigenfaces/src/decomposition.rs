//! **What do the post's steps take a face apart into?** The 16 pictures of one man, step by step as
//! the post takes them, and by principal components that leave rounding noise out.
//!
//! There is no chance in it. What the eigenvalues say of the number of eigenfaces is the subject of
//! [`spectrum`], what the distances say of other pictures that of [`one_man`].

use ndarray::{Array1, Array2, ArrayRef1, ArrayRef2, Axis, s};
use retrace_figure::{ColourMap, Figure, HeatMap};
use retrace_lab::{Arrays, Cell, Claim, Drawing, Reported, Result, Single, Study};
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::data::{Faces, POST_SET};
use crate::one_man::{self, Measured};
use crate::pca::{Centred, Eigen, Pca, PcaError, eigenfaces, principal_angles, small_covariance};
use crate::pictures::{Levels, grid, reach, tiles, upright};
use crate::spectrum::{self, AboveOne};
use crate::{All, Eigenfaces, POST, ROUNDING, origin};

/// The question.
pub struct Decomposition;

/// The post's 16 pictures taken apart, and its test pictures measured with them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decomposed {
    /// Pixels of a picture.
    pub pixels: usize,
    /// Eigenvalues of A A^T, divided by nothing, falling: one per picture.
    pub eigenvalues: Vec<f64>,
    /// How many eigenvalues are above 1, by what they are divided and the pixels' white.
    pub above_one: Vec<AboveOne>,
    /// Eigenfaces that reach the config's share of the variance.
    pub for_share: usize,
    /// Largest principal angle between the face spaces of the small covariance and of the singular
    /// value decomposition, radians.
    pub space_angle: f64,
    /// Largest angle between an eigenface and its partner of the same rank there, radians.
    pub eigenface_angle: f64,
    /// Length of the last of the post's eigenfaces within the space of the others, 0 to 1: the last
    /// one has no direction of its own, and rounding makes it a mixture of the pictures.
    pub last_within_others: f64,
    /// Weights of the training pictures: one row per picture, one column per eigenface that
    /// `Pca::fit` leaves.
    pub weights: Vec<Vec<f64>>,
    /// Errors of pictures put together from some eigenfaces.
    pub rebuilt: Vec<Rebuilt>,
    /// Largest error of any pixel when all pictures are put together from all weights.
    pub largest_error: f64,
    /// Every picture, measured with the config's number of eigenfaces.
    #[serde(rename = "examined")]
    pub measured: Vec<Measured>,
}

/// Errors of pictures that are put together from their weights, in grey levels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rebuilt {
    /// Number of eigenfaces.
    pub components: usize,
    /// Root of the mean square error over the pixels of the example, [`EXAMPLE`].
    #[serde(rename = "shown")]
    pub example: f64,
    /// The same over all training pictures.
    pub all: f64,
}

/// The training picture that is put together from eigenfaces: `im6`, the widest open mouth.
pub const EXAMPLE: usize = 5;

/// An eigenvalue that is a smaller share of the largest is 0 but for rounding.
const NO_VARIANCE: f64 = 1e-12;

impl Decomposed {
    /// Eigenfaces of the post along which the pictures do not vary.
    pub fn without_variance(&self) -> usize {
        let largest = self.eigenvalues.first().copied().unwrap_or(f64::NAN);
        let values = self.eigenvalues.iter();
        values.filter(|v| **v <= NO_VARIANCE * largest).count()
    }
}

/// What steps 2 to 6 of the post leave, with every eigenvector, also the null one.
///
/// Centred pictures sum to zero, so A A^T (1, ..., 1) = 0: one of its n eigenvectors has
/// eigenvalue 0 and its eigenface A^T v is rounding noise, brought to length 1 like the others.
/// [`Pca::fit`] leaves it out; the post's 16 pictures have 16 eigenfaces.
#[derive(Debug, Clone)]
pub struct AuthorSteps {
    /// Step 2: the mean face, p.
    pub mean: Array1<f64>,
    /// Step 3: the pictures without it, A, n x p.
    pub centred: Array2<f64>,
    /// Step 4: the eigenvalues of A A^T, n, falling; the last one is 0 but for rounding and may be
    /// negative. A A^T is divided by nothing.
    pub eigenvalues: Array1<f64>,
    /// Step 5: its eigenvectors, one per row, n x n.
    pub eigenvectors: Array2<f64>,
    /// Step 6: A^T v of each, brought to length 1, n x p. Signs are as they came. A row of
    /// zeros, which has no direction, stays as it is.
    pub eigenfaces: Array2<f64>,
}

impl AuthorSteps {
    /// Takes the steps on pictures, n x p.
    ///
    /// # Errors
    /// As [`Pca::fit`].
    pub fn take(pictures: &ArrayRef2<f64>) -> Result<Self, PcaError> {
        let Centred { mean, rows, .. } = Centred::new(pictures)?;
        let eigen = Eigen::new(&small_covariance(&rows))?;
        Ok(Self {
            mean,
            eigenfaces: eigenfaces(&eigen.vectors, &rows),
            centred: rows,
            eigenvalues: eigen.values,
            eigenvectors: eigen.vectors,
        })
    }
}

impl Study<Eigenfaces> for Decomposition {
    type Arm = Single;
    type Outcome = Decomposed;

    fn arms(_: &Config) -> Vec<Single> {
        vec![Single::deterministic("post", "the post's pictures")]
    }

    fn run(_: &Single, config: &Config, faces: &Faces, cell: &mut Cell) -> Result<Decomposed> {
        let pictures = &faces.training.pictures;
        let steps = AuthorSteps::take(pictures)?;
        let pca = Pca::fit(pictures)?;
        let by_svd = Pca::fit_svd(pictures)?;
        let weights = pca.project(pictures)?;
        let chosen = pca.truncated(config.components);
        let (rebuilt, example) = rebuilt(config, pictures, &steps);
        keep(faces, cell, &steps, &example, &chosen)?;
        let errors = pca.reconstruct(&weights)? - pictures;
        Ok(Decomposed {
            pixels: pca.pixels(),
            eigenvalues: steps.eigenvalues.to_vec(),
            above_one: spectrum::above_one(&pca),
            for_share: pca.components_for_share(config.share),
            space_angle: largest(&principal_angles(pca.components(), by_svd.components())?),
            eigenface_angle: eigenface_angle(&pca, &by_svd)?,
            last_within_others: last_within(&steps.eigenfaces, &pca),
            weights: weights.rows().into_iter().map(|row| row.to_vec()).collect(),
            rebuilt,
            largest_error: largest(&errors.flatten()),
            measured: one_man::measured(config, faces, &chosen)?,
        })
    }

    fn figures(results: &All) -> Result<Vec<Drawing>> {
        let Some(cell) = results.of::<Self>().first() else {
            return Ok(Vec::new());
        };
        let (arrays, decomposed) = (&cell.arrays, &cell.outcome);
        let figures = [
            training_set(results, arrays)?,
            mean_and_centred(results, arrays)?,
            sixteen_eigenfaces(results, arrays, decomposed)?,
            weights(results, decomposed),
            example(results, arrays, decomposed)?,
        ];
        Ok(figures.map(Drawing::from).to_vec())
    }

    fn claims(results: &All) -> Vec<Claim> {
        let cell = results.of::<Self>().first();
        cell.map_or_else(Vec::new, |cell| claims(&cell.outcome))
    }
}

fn largest(values: &ArrayRef1<f64>) -> f64 {
    values.iter().fold(0.0, |most, value| most.max(value.abs()))
}

/// Length of the last eigenface within the space of those that `Pca::fit` leaves.
fn last_within(eigenfaces: &Array2<f64>, pca: &Pca) -> f64 {
    let Some(last) = eigenfaces.rows().into_iter().next_back() else {
        return 0.0;
    };
    let within = pca.components().dot(&last);
    within.dot(&within).sqrt()
}

/// Largest angle between two eigenfaces of the same rank, whatever their signs.
fn eigenface_angle(a: &Pca, b: &Pca) -> Result<f64, PcaError> {
    let ranks = 0..a.components().nrows().min(b.components().nrows());
    let angles = ranks.map(|rank| {
        let one = s![rank..=rank, ..];
        let pair = principal_angles(&a.components().slice(one), &b.components().slice(one));
        pair.map(|angles| angles[0])
    });
    let angles = angles.collect::<Result<Array1<f64>, _>>()?;
    Ok(largest(&angles))
}

/// Errors with some of the 16 eigenfaces of the post, and the example put together from each.
///
/// Step 8 of the post adds up weight times eigenface, for the sixteenth too.
fn rebuilt(
    config: &Config,
    pictures: &Array2<f64>,
    steps: &AuthorSteps,
) -> (Vec<Rebuilt>, Array2<f64>) {
    let mut errors = Vec::new();
    let mut examples = Array2::zeros((0, pictures.ncols()));
    for &components in &config.rebuilt_from {
        let eigenfaces = steps.eigenfaces.slice(s![..components, ..]);
        let weights = steps.centred.dot(&eigenfaces.t());
        let together = weights.dot(&eigenfaces) + &steps.mean;
        let squares = (&together - pictures).mapv(|error| error * error);
        let root = |mean: Option<f64>| mean.unwrap_or(0.0).sqrt();
        errors.push(Rebuilt {
            components,
            example: root(squares.row(EXAMPLE).mean()),
            all: root(squares.mean()),
        });
        // Widths agree, so a row can always be appended.
        let _ = examples.push_row(together.row(EXAMPLE));
    }
    (errors, examples)
}

/// Keeps the pictures that figures show.
fn keep(
    faces: &Faces,
    cell: &mut Cell,
    steps: &AuthorSteps,
    example: &Array2<f64>,
    chosen: &Pca,
) -> Result<(), PcaError> {
    let size = faces.training.size;
    let mut keep = |name: &str, pictures: &Array2<f64>| {
        cell.keep_array(name, upright(pictures, size).into_dyn());
    };
    let (training, tests) = (&faces.training.pictures, &faces.tests.pictures);
    keep("training", training);
    keep("mean", &steps.mean.clone().insert_axis(Axis(0)));
    keep("centred", &steps.centred);
    keep("eigenfaces", &steps.eigenfaces);
    keep("rebuilt", example);
    keep("tests", tests);
    keep(
        "tests-rebuilt",
        &chosen.reconstruct(&chosen.project(tests)?)?,
    );
    Ok(())
}

/// Pictures in a row of a figure.
const COLUMNS: usize = 4;

/// The name of a training picture.
pub fn name(index: usize) -> String {
    format!("im{}", index + 1)
}

fn training_set(results: &All, arrays: &Arrays) -> Result<Figure> {
    let pictures = tiles(arrays, "training", Levels::Natural, name)?;
    Ok(
        Figure::new("training-set", "Training set: one man, 16 expressions")
            .caption(format!(
                "The pictures that all eigenfaces of the post are made of.{}",
                origin(results, &[POST_SET])
            ))
            .panel(grid("", COLUMNS, pictures)),
    )
}

/// The mean face, and what it leaves of each picture.
fn mean_and_centred(results: &All, arrays: &Arrays) -> Result<Figure> {
    let mean = tiles(arrays, "mean", Levels::Natural, |_| "mean of 16".to_owned())?;
    let reach = reach(arrays, "centred")?;
    let centred = tiles(arrays, "centred", Levels::Signed(reach), name)?;
    let title = "What all faces share, and what each has of its own";
    let caption = format!(
        "The mean face, and each picture minus the mean: middle grey is no difference, black \
         and white are {reach:.0} grey levels or more below and above it.{}",
        origin(results, &[POST_SET])
    );
    Ok(Figure::new("mean-and-centred", title)
        .caption(caption)
        .panel(grid("Mean face", 1, mean))
        .panel(grid("Training pictures minus the mean", COLUMNS, centred)))
}

/// The 16 eigenfaces of the post, with their shares of the variance.
fn sixteen_eigenfaces(results: &All, arrays: &Arrays, decomposed: &Decomposed) -> Result<Figure> {
    let total: f64 = decomposed.eigenvalues.iter().sum();
    let last = decomposed.eigenvalues.len() - 1;
    let label = |index: usize| {
        if index == last {
            return format!("{}: null direction", index + 1);
        }
        let share = 100.0 * decomposed.eigenvalues[index] / total;
        format!("{}: {share:.1} %", index + 1)
    };
    let pictures = tiles(arrays, "eigenfaces", Levels::SignedOwn, label)?;
    let title = "The 16 eigenfaces, and their shares of the variance";
    let caption = format!(
        "Each has its own scale of greys; middle grey is 0. The pictures minus their mean add \
         up to nothing, so the sixteenth eigenvalue is 0 and its eigenface is rounding noise, \
         brought to length 1 like the others. It looks like a face because the noise is a \
         mixture of the pictures: {:.4} of its length lies within the space of the other \
         fifteen.{}",
        decomposed.last_within_others,
        origin(results, &[POST_SET])
    );
    Ok(Figure::new("eigenfaces", title)
        .caption(caption)
        .panel(grid("", COLUMNS, pictures)))
}

/// Weights as a heat map: one row per picture, one column per eigenface.
fn weights(results: &All, decomposed: &Decomposed) -> Figure {
    // In units of a typical pixel: a weight is a sum over all of them.
    let pixel = (decomposed.pixels as f64).sqrt();
    let rows = decomposed.weights.iter();
    let rows: Vec<Vec<f64>> = rows
        .map(|row| row.iter().map(|weight| weight / pixel).collect())
        .collect();
    let (count, columns) = (rows.len(), rows.first().map_or(0, Vec::len));
    let map = HeatMap::new("", rows)
        .rows("training picture", (0..count).map(name))
        .columns("eigenface", (1..=columns).map(|i| i.to_string()))
        .map(ColourMap::Diverging)
        .bar_label("weight / root of the number of pixels (grey levels)");
    Figure::new("weights", "Weights of the training pictures")
        .caption(format!(
            "Each picture is the mean face plus these weights times the eigenfaces. Divided by the \
             root of the number of pixels, a weight is the root of the mean squared change that its \
             eigenface makes.{}",
            origin(results, &[POST_SET])
        ))
        .panel(map)
}

/// One face put together from more and more eigenfaces.
fn example(results: &All, arrays: &Arrays, decomposed: &Decomposed) -> Result<Figure> {
    let label = |index: usize| {
        let rebuilt = decomposed.rebuilt.get(index);
        rebuilt.map_or_else(String::new, |rebuilt| {
            format!("{}: error {}", rebuilt.components, level(rebuilt.example))
        })
    };
    let together = tiles(arrays, "rebuilt", Levels::Natural, label)?;
    let original = tiles(arrays, "training", Levels::Natural, |_| {
        format!("{} itself", name(EXAMPLE))
    })?;
    let original = original.into_iter().skip(EXAMPLE).take(1);
    let pictures = original.chain(together).collect();
    let title = "One face put together from more and more eigenfaces";
    let caption = format!(
        "Mean face plus weights times eigenfaces, by their number; errors are roots of the \
         mean squared error in grey levels. With 16, as in the post, the null direction \
         is added, too, and counts twice what others have said.{}",
        origin(results, &[POST_SET])
    );
    Ok(Figure::new("rebuilt", title)
        .caption(caption)
        .panel(grid("", COLUMNS, pictures)))
}

/// Grey levels for people: three digits where it is not rounding.
fn level(value: f64) -> String {
    if value < 1e-3 {
        format!("{value:.0e}")
    } else {
        format!("{value:.1}")
    }
}

fn claims(decomposed: &Decomposed) -> Vec<Claim> {
    let n = decomposed.eigenvalues.len();
    let angle = decomposed.space_angle.max(decomposed.eigenface_angle);
    vec![
        Claim::says(
            "small-covariance-gives-the-eigenfaces",
            POST,
            "The eigenvectors of the 16 x 16 covariance, times the pictures, are the eigenfaces of \
             the full covariance of 55,225 x 55,225.",
        )
        .measured_by(
            "largest angle to the eigenfaces by singular value decomposition, of each eigenface \
             and of the space of all",
            "rad",
        )
        .largest_is_at_most(ROUNDING, angle, n - 1),
        Claim::says(
            "weights-and-eigenfaces-give-the-pictures",
            POST,
            "Each training picture is the mean face plus weights times eigenfaces.",
        )
        .measured_by("largest error of a pixel", "grey levels")
        .largest_is_at_most(ROUNDING, decomposed.largest_error, n)
        .shown_in("rebuilt"),
    ]
}

/// The numbers that the post prints, beside ours.
pub fn reported(results: &All) -> Vec<Reported> {
    let Some(cell) = results.of::<Decomposition>().first() else {
        return Vec::new();
    };
    let (n, pixels) = (cell.outcome.eigenvalues.len(), cell.outcome.pixels);
    let row = |quantity: &str, reported: &str, measured: String| {
        Reported::text(quantity, POST, reported, measured)
    };
    vec![
        row(
            "training pictures as a matrix, pixels by pictures",
            "55225\u{d7}16",
            format!("{pixels}\u{d7}{n}"),
        ),
        row(
            "covariance that is taken apart",
            "16\u{d7}16",
            format!("{n}\u{d7}{n}"),
        ),
        row(
            "important eigenfaces (ours: those along which the pictures vary)",
            "16",
            (n - cell.outcome.without_variance()).to_string(),
        ),
    ]
}
