//! Figures that show pictures: the training set, the mean, eigenfaces, faces put together again.

use retrace_figure::{Figure, Images, Picture};
use retrace_lab::{Arrays, Result};

use super::tile::{Levels, reach, tiles};
use super::{All, origin};
use crate::data::{PERSONS_SET, POST_SET, TESTS};
use crate::distances::Criterion;
use crate::outcome::{PostSet, Seen};
use crate::work::{SHOWN_EIGENFACES, SHOWN_PICTURE};

/// Pictures of the post a row.
const COLUMNS: usize = 4;

/// The training set.
pub fn training(outcomes: &All, arrays: &Arrays) -> Result<Figure> {
    let pictures = tiles(arrays, "training", Levels::Natural, |i| {
        format!("im{}", i + 1)
    })?;
    Ok(
        Figure::new("training-set", "Training set: one man, 16 expressions")
            .caption(format!(
                "The pictures that all eigenfaces of the post are made of.{}",
                origin(outcomes, &[POST_SET])
            ))
            .panel(grid("", COLUMNS, pictures)),
    )
}

/// The mean face, and what it leaves of each picture.
pub fn centred(outcomes: &All, arrays: &Arrays) -> Result<Figure> {
    let mean = tiles(arrays, "mean", Levels::Natural, |_| "mean of 16".to_owned())?;
    let reach = reach(arrays, "centred")?;
    let centred = tiles(arrays, "centred", Levels::Signed(reach), |i| {
        format!("im{}", i + 1)
    })?;
    Ok(Figure::new(
        "mean-and-centred",
        "What all faces share, and what each has of its own",
    )
    .caption(format!(
        "The mean face, and each picture minus the mean: middle grey is no difference, black \
             and white are {reach:.0} grey levels or more below and above it.{}",
        origin(outcomes, &[POST_SET])
    ))
    .panel(grid("Mean face", 1, mean))
    .panel(grid("Training pictures minus the mean", COLUMNS, centred)))
}

/// The 16 eigenfaces of the post, with their shares of the variance.
pub fn eigenfaces(outcomes: &All, arrays: &Arrays, post: &PostSet) -> Result<Figure> {
    let total: f64 = post.eigenvalues.iter().sum();
    let last = post.eigenvalues.len() - 1;
    let label = |index: usize| {
        if index == last {
            return format!("{}: null direction", index + 1);
        }
        let share = 100.0 * post.eigenvalues[index] / total;
        format!("{}: {share:.1} %", index + 1)
    };
    let pictures = tiles(arrays, "eigenfaces", Levels::SignedOwn, label)?;
    Ok(Figure::new(
        "eigenfaces",
        "The 16 eigenfaces, and their shares of the variance",
    )
    .caption(format!(
        "Each has its own scale of greys; middle grey is 0. The pictures minus their mean add \
             up to nothing, so the sixteenth eigenvalue is 0 and its eigenface is rounding noise, \
             brought to length 1 like the others. It looks like a face because the noise is a \
             mixture of the pictures: {:.4} of its length lies within the space of the other \
             fifteen.{}",
        post.last_within_others,
        origin(outcomes, &[POST_SET])
    ))
    .panel(grid("", COLUMNS, pictures)))
}

/// One face put together from more and more eigenfaces.
pub fn rebuilt(outcomes: &All, arrays: &Arrays, post: &PostSet) -> Result<Figure> {
    let label = |index: usize| {
        post.rebuilt.get(index).map_or_else(String::new, |rebuilt| {
            format!("{}: error {}", rebuilt.components, level(rebuilt.shown))
        })
    };
    let together = tiles(arrays, "rebuilt", Levels::Natural, label)?;
    let name = format!("im{} itself", SHOWN_PICTURE + 1);
    let original = tiles(arrays, "training", Levels::Natural, |_| name.clone())?;
    let pictures = original
        .into_iter()
        .skip(SHOWN_PICTURE)
        .take(1)
        .chain(together);
    Ok(Figure::new(
        "rebuilt",
        "One face put together from more and more eigenfaces",
    )
    .caption(format!(
        "Mean face plus weights times eigenfaces, by their number; errors are roots of the \
             mean squared error in grey levels. With 16, as in the post, the null direction \
             is added, too, and counts twice what others have said.{}",
        origin(outcomes, &[POST_SET])
    ))
    .panel(grid("", COLUMNS, pictures.collect())))
}

/// Grey levels for people: three digits where it is not rounding.
fn level(value: f64) -> String {
    if value < 1e-3 {
        format!("{value:.0e}")
    } else {
        format!("{value:.1}")
    }
}

/// The test pictures, and what the eigenfaces make of them.
pub fn tests(outcomes: &All, arrays: &Arrays, post: &PostSet) -> Result<Figure> {
    let name = |index: usize| TESTS.get(index).map_or("", |test| test.0).to_owned();
    let seen = post.examined.iter().filter(|one| one.seen == Seen::Test);
    let errors: Vec<f64> = seen
        .map(|one| one.distances.by(Criterion::FromFaceSpace) / (post.pixels as f64).sqrt())
        .collect();
    let error = |index: usize| {
        errors
            .get(index)
            .map_or_else(String::new, |e| format!("error {e:.1}"))
    };
    let originals = tiles(arrays, "tests", Levels::Natural, name)?;
    let together = tiles(arrays, "tests-rebuilt", Levels::Natural, error)?;
    let pairs = originals.into_iter().zip(together);
    let pictures: Vec<Picture> = pairs
        .flat_map(|(original, rebuilt)| [original, rebuilt])
        .collect();
    Ok(Figure::new(
        "test-pictures",
        "Test pictures, and what the eigenfaces of one man make of them",
    )
    .caption(format!(
        "Left each picture, right the nearest picture in face space ({} eigenfaces). The error \
             is the distance from face space as root of the mean squared error, in grey \
             levels.{}",
        outcomes.config().components,
        origin(outcomes, &[POST_SET])
    ))
    .panel(grid("", 6, pictures)))
}

/// First and last eigenfaces of many persons.
pub fn of_many_persons(outcomes: &All, arrays: &Arrays) -> Result<Figure> {
    let config = outcomes.config();
    let all = config.persons * config.training_pictures - 1;
    let count = tiles(arrays, "eigenfaces", Levels::SignedOwn, |_| String::new())?.len();
    let first = count - SHOWN_EIGENFACES.1.min(count);
    let label = |index: usize| {
        let rank = if index < first {
            index + 1
        } else {
            all + index + 1 - count
        };
        rank.to_string()
    };
    let pictures = tiles(arrays, "eigenfaces", Levels::SignedOwn, label)?;
    Ok(Figure::new(
        "eigenfaces-of-many",
        "First and last eigenfaces of many persons",
    )
    .caption(format!(
        "From {} pictures each of {} persons, the split of seed 0. Each eigenface has its own \
             scale of greys.{}",
        config.training_pictures,
        config.persons,
        origin(outcomes, &[PERSONS_SET])
    ))
    .panel(grid("", 5, pictures)))
}

fn grid(title: &str, columns: usize, pictures: Vec<Picture>) -> Images {
    let images = Images::new(title, columns);
    pictures.into_iter().fold(images, Images::with)
}
