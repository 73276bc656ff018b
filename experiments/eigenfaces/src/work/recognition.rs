//! Whose face is it? Recognition rates against the eigenfaces that are used.

use retrace_lab::Cell;

use super::split;
use crate::config::Config;
use crate::data::{Faces, upright};
use crate::outcome::Recognition;
use crate::pca::{Divisor, Pca, PcaError};
use crate::recognition::{Named, rates};

/// Eigenfaces kept to be shown: so many of the first, and of the last.
pub const SHOWN: (usize, usize) = (10, 5);

/// A grey level in units of white, squared: what eigenvalues are divided by when white is 1.
const WHITE_SQUARED: f64 = 255.0 * 255.0;

/// Splits every person's pictures, fits, and recognises the test pictures.
pub fn run(config: &Config, faces: &Faces, cell: &mut Cell) -> Result<Recognition, PcaError> {
    let everyone: Vec<usize> = (0..faces.persons()).collect();
    let split = split::pictures(config, faces, cell, &everyone);
    let pictures = faces.persons.select(&split.training);
    let pca = Pca::fit(&pictures)?;
    let named = |numbers: &[usize]| {
        Ok(Named {
            weights: pca.project(&faces.persons.select(numbers))?,
            persons: numbers.iter().map(|number| number / faces.each).collect(),
        })
    };
    let (training, tests) = (named(&split.training)?, named(&split.tests)?);
    let all = pca.eigenvalues().len();
    let among = |range: std::ops::Range<usize>| {
        rates(&training.columns(range.clone()), &tests.columns(range))
    };
    let for_share = pca.components_for_share(config.share);
    if cell.seed() == 0 {
        keep_eigenfaces(faces, cell, &pca);
    }
    let skipped = 0..=config.without_first.min(all - 1);
    Ok(Recognition {
        rates: skipped.map(|skipped| among(skipped..all)).collect(),
        for_share,
        last_only: among(for_share..all).last().copied(),
        above_one: (
            pca.components_above(1.0, Divisor::PicturesMinusOne),
            pca.components_above(WHITE_SQUARED, Divisor::PicturesMinusOne),
        ),
    })
}

fn keep_eigenfaces(faces: &Faces, cell: &mut Cell, pca: &Pca) {
    let all = pca.components().nrows();
    let first = 0..SHOWN.0.min(all);
    let last = all.saturating_sub(SHOWN.1).max(first.end)..all;
    let chosen: Vec<usize> = first.chain(last).collect();
    let shown = pca.components().select(ndarray::Axis(0), &chosen);
    cell.keep_array("eigenfaces", upright(&shown, faces.persons.size).into_dyn());
}
