//! **Whose face is it?** Recognition rates against the eigenfaces that are used: the first, all but
//! the first, the last.
//!
//! Each seed splits every person's pictures anew. A test picture is given the person of the training
//! picture whose weights are nearest.

use std::ops::Range;

use ndarray::{Array2, ArrayRef1, Axis as Side, s};
use rand::seq::SliceRandom;
use rayon::prelude::*;
use retrace_figure::{Axis, Bars, Chart, Colour, Dash, Figure, Rule};
use retrace_lab::{Arrays, Cell, Claim, Drawing, Result, Single, Study, seeds};
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::data::{Faces, PERSONS_SET};
use crate::pca::{Divisor, Pca};
use crate::pictures::{Levels, grid, tiles, upright};
use crate::spectrum::{SQUARED_UNITS, WHITE_SQUARED};
use crate::{All, Eigenfaces, OURS, POST, mean_and_interval, origin};

/// The question.
pub struct Recognition;

/// Shares (0 to 1) of the test pictures that are given their person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rates {
    /// `rates[skipped][k]`: without the first `skipped` eigenfaces, with the next k + 1.
    pub rates: Vec<Vec<f64>>,
    /// Eigenfaces that reach the config's share of the variance.
    pub for_share: usize,
    /// Rate with all others, the last ones; nothing when there are none.
    pub last_only: Option<f64>,
    /// Eigenvalues above 1 with white at 255 and at 1; divisor n - 1.
    pub above_one: (usize, usize),
}

impl Rates {
    /// Rate with all eigenfaces.
    pub fn with_all(&self) -> Option<f64> {
        self.without_first(0)
    }

    /// Rate with those that reach the config's share of the variance.
    pub fn with_share(&self) -> Option<f64> {
        let count = self.for_share.checked_sub(1)?;
        self.rates.first()?.get(count).copied()
    }

    /// Rate with all but the first `skipped`.
    pub fn without_first(&self, skipped: usize) -> Option<f64> {
        self.rates.get(skipped)?.last().copied()
    }
}

/// The only arm.
const ARM: Single = Single::new("recognition", "recognition of persons");

impl Study<Eigenfaces> for Recognition {
    type Arm = Single;
    type Outcome = Rates;

    fn arms(_: &Config) -> Vec<Single> {
        vec![ARM]
    }

    fn run(_: &Single, config: &Config, faces: &Faces, cell: &mut Cell) -> Result<Rates> {
        let everyone: Vec<usize> = (0..faces.persons()).collect();
        let split = Split::draw(config, faces, cell, &everyone);
        let pca = Pca::fit(&faces.persons.select(&split.training))?;
        if cell.seed() == 0 {
            keep_eigenfaces(faces, cell, &pca);
        }
        let named = |numbers: &[usize]| -> Result<Named> {
            Ok(Named {
                weights: pca.project(&faces.persons.select(numbers))?,
                persons: numbers.iter().map(|number| number / faces.each).collect(),
            })
        };
        let (training, tests) = (named(&split.training)?, named(&split.tests)?);
        let among =
            |range: Range<usize>| rates(&training.columns(range.clone()), &tests.columns(range));
        let all = pca.eigenvalues().len();
        let for_share = pca.components_for_share(config.share);
        let skipped = 0..=config.without_first.min(all - 1);
        Ok(Rates {
            rates: skipped.map(|skipped| among(skipped..all)).collect(),
            for_share,
            last_only: among(for_share..all).last().copied(),
            above_one: (
                pca.components_above(1.0, Divisor::PicturesMinusOne),
                pca.components_above(WHITE_SQUARED, Divisor::PicturesMinusOne),
            ),
        })
    }

    fn figures(results: &All) -> Result<Vec<Drawing>> {
        let Some(cell) = results.of::<Self>().get(&ARM, 0) else {
            return Ok(Vec::new());
        };
        let figures = [
            eigenfaces_of_many(results, &cell.arrays)?,
            recognition(results),
        ];
        Ok(figures.map(Drawing::from).to_vec())
    }

    fn claims(results: &All) -> Vec<Claim> {
        claims(results)
    }
}

/// Numbers of the pictures of persons that train, and of those that test.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Split {
    /// To train with.
    pub training: Vec<usize>,
    /// Of the same persons, to test with.
    pub tests: Vec<usize>,
}

impl Split {
    /// Splits the pictures of `persons`, each person's at random: `config.training_pictures` of
    /// them train. Arms of one seed split alike.
    pub fn draw(config: &Config, faces: &Faces, cell: &Cell, persons: &[usize]) -> Self {
        let mut split = Self::default();
        for &person in persons {
            let mut numbers: Vec<usize> =
                (person * faces.each..(person + 1) * faces.each).collect();
            numbers.shuffle(&mut cell.stream("training pictures", person as u64));
            split
                .tests
                .extend(numbers.split_off(config.training_pictures));
            split.training.extend(numbers);
        }
        split
    }
}

/// Eigenfaces kept to be drawn: so many of the first, and of the last.
const FIRST_AND_LAST: (usize, usize) = (10, 5);

fn keep_eigenfaces(faces: &Faces, cell: &mut Cell, pca: &Pca) {
    let all = pca.components().nrows();
    let first = 0..FIRST_AND_LAST.0.min(all);
    let last = all.saturating_sub(FIRST_AND_LAST.1).max(first.end)..all;
    let chosen: Vec<usize> = first.chain(last).collect();
    let pictures = pca.components().select(Side(0), &chosen);
    cell.keep_array(
        "eigenfaces",
        upright(&pictures, faces.persons.size).into_dyn(),
    );
}

/// Weights of pictures and whose they are.
#[derive(Debug, Clone)]
pub struct Named {
    /// One picture per row, one eigenface per column.
    pub weights: Array2<f64>,
    /// The person in each picture.
    pub persons: Vec<usize>,
}

impl Named {
    /// The same pictures with some of the eigenfaces only.
    pub fn columns(&self, range: std::ops::Range<usize>) -> Self {
        Self {
            weights: self.weights.slice(s![.., range]).to_owned(),
            persons: self.persons.clone(),
        }
    }
}

/// The share of `tests` whose nearest picture of `training` shows the same person, with the first
/// eigenface alone, with the first two, and so on to all: one rate per eigenface.
///
/// Distances are Euclidean, each square a sum over eigenfaces, so one more eigenface is one more
/// summand.
pub fn rates(training: &Named, tests: &Named) -> Vec<f64> {
    let rows: Vec<_> = tests.weights.rows().into_iter().collect();
    let hits: Vec<Vec<bool>> = rows
        .into_par_iter()
        .zip(&tests.persons)
        .map(|(row, person)| {
            let found = nearest(training, &row);
            found
                .into_iter()
                .map(|number| training.persons[number] == *person)
                .collect()
        })
        .collect();
    let rate = |count: usize| {
        let right = hits.iter().filter(|hits| hits[count]).count();
        right as f64 / hits.len() as f64
    };
    (0..training.weights.ncols()).map(rate).collect()
}

/// The nearest training picture, with one eigenface, with two, ...; of equals the first.
fn nearest(training: &Named, weights: &ArrayRef1<f64>) -> Vec<usize> {
    let mut squares = vec![0.0; training.persons.len()];
    let columns = training.weights.columns().into_iter().zip(weights);
    columns
        .map(|(column, weight)| {
            for (square, value) in squares.iter_mut().zip(column) {
                *square += (value - weight).powi(2);
            }
            let least = squares.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1));
            least.map_or(0, |(number, _)| number)
        })
        .collect()
}

/// First and last eigenfaces of many persons.
fn eigenfaces_of_many(results: &All, arrays: &Arrays) -> Result<Figure> {
    let config = results.config();
    let all = config.persons * config.training_pictures - 1;
    let count = arrays
        .get("eigenfaces")?
        .shape()
        .first()
        .copied()
        .unwrap_or(0);
    let first = count - FIRST_AND_LAST.1.min(count);
    let label = |index: usize| {
        let rank = if index < first {
            index + 1
        } else {
            all + index + 1 - count
        };
        rank.to_string()
    };
    let pictures = tiles(arrays, "eigenfaces", Levels::SignedOwn, label)?;
    let title = "First and last eigenfaces of many persons";
    let caption = format!(
        "From {} pictures each of {} persons, the split of seed 0. Each eigenface has its own \
         scale of greys.{}",
        config.training_pictures,
        config.persons,
        origin(results, &[PERSONS_SET])
    );
    Ok(Figure::new("eigenfaces-of-many", title)
        .caption(caption)
        .panel(grid("", 5, pictures)))
}

/// Rates with the first k eigenfaces, and with chosen ones.
fn recognition(results: &All) -> Figure {
    let config = results.config();
    let cells = results.of::<Recognition>();
    let most = cells.first().map_or(0, |cell| cell.outcome.rates[0].len());
    let share = 100.0 * config.share;
    let for_share = cells.mean(&ARM, |rates| Some(rates.for_share as f64));
    let caption = format!(
        "Share of the test pictures whose nearest training picture, by the weights, shows the same \
         person: {} persons, {} training pictures each, {} random splits; mean over splits with \
         its 95 % interval, below a dot a split. {share} % of the variance need {for_share:.0} of \
         {most} eigenfaces (dotted). Chance is {:.3}.{}",
        config.persons,
        config.training_pictures,
        cells.cells().len(),
        1.0 / config.persons as f64,
        origin(results, &[PERSONS_SET])
    );
    let title = "Recognition rate against the eigenfaces that are used";
    Figure::new("recognition", title)
        .caption(caption)
        .panel_sized(by_number(results, for_share), 760, 380)
        .panel_sized(by_choice(results, share), 760, 300)
}

/// How many of the first eigenfaces are skipped, in the order of the rates: none, one, two ...
fn skipped(results: &All) -> Range<usize> {
    let first = results.of::<Recognition>().first();
    0..first.map_or(0, |cell| cell.outcome.rates.len())
}

fn by_number(results: &All, for_share: f64) -> Chart {
    let axis = Axis::new("recognition rate (0-1)");
    let place = Axis::new("number of eigenfaces").log();
    let rule = Rule::at_x("", for_share)
        .dash(Dash::Dotted)
        .colour(Colour::DARK_GREY);
    let chart = Chart::new("With more and more eigenfaces", place, axis).with(rule);
    skipped(results).fold(chart, |chart, skipped| {
        let cells = results.of::<Recognition>().cells().iter();
        let rows = cells.filter_map(|cell| cell.outcome.rates.get(skipped).cloned());
        let rows: Vec<Vec<f64>> = rows.collect();
        let count = rows.iter().map(Vec::len).min().unwrap_or(0);
        let numbers: Vec<f64> = (1..=count).map(|number| number as f64).collect();
        let label = match skipped {
            0 => "from the first".to_owned(),
            more => without(more),
        };
        let colour = Colour::series([0, 5, 2, 3][skipped % 4]);
        let (band, line) = mean_and_interval(&label, &numbers, &rows, colour);
        chart.with(band).with(line)
    })
}

fn without(first: usize) -> String {
    match first {
        1 => "without the first".to_owned(),
        more => format!("without the first {more}"),
    }
}

fn by_choice(results: &All, share: f64) -> Bars {
    let of =
        |number: &dyn Fn(&Rates) -> Option<f64>| results.of::<Recognition>().values(&ARM, number);
    let mut choices = vec![
        ("all".to_owned(), of(&Rates::with_all)),
        (format!("the first, {share} %"), of(&Rates::with_share)),
        (
            format!("only those beyond {share} %"),
            of(&|rates| rates.last_only),
        ),
    ];
    choices.extend(skipped(results).skip(1).map(|first| {
        let rates = of(&|rates| rates.without_first(first));
        (format!("all {}", without(first)), rates)
    }));
    let (names, rates): (Vec<String>, Vec<Vec<f64>>) = choices.into_iter().unzip();
    let axis = Axis::new("recognition rate (0-1)").range(0.0, 1.1);
    Bars::new("With chosen eigenfaces", names, axis)
        .series(seeds::bars("", &rates))
        .digits(3)
        .horizontal()
}

/// Rates that differ by less are as good as equal: two of the 200 test pictures of the ORL faces.
const MARGIN: f64 = 0.01;

/// How many of the first eigenfaces the cited paper leaves out.
const FIRST: usize = 3;

fn claims(results: &All) -> Vec<Claim> {
    let of =
        |number: &dyn Fn(&Rates) -> Option<f64>| results.of::<Recognition>().values(&ARM, number);
    let gained = of(&|r| Some(r.with_share()? - r.with_all()?));
    let last = of(&|r| r.last_only);
    let first = of(&|r| Some(r.without_first(FIRST)? - r.with_all()?));
    let moved = of(&|r| Some(r.above_one.0.abs_diff(r.above_one.1) as f64));
    let share = 100.0 * results.config().share;
    let chance = 1.0 / results.config().persons as f64;
    let rate = "0-1";
    vec![
        Claim::says(
            "last-eigenfaces-are-not-needed",
            POST,
            format!(
                "Leaving out the last eigenfaces, those beyond {share} % of the variance, costs no \
                 recognition."
            ),
        )
        .measured_by("recognition rate without them minus that with all", rate)
        .mean_is_above(-MARGIN, &gained)
        .shown_in("recognition"),
        Claim::says(
            "without-the-last-recognition-rises",
            POST,
            "The last eigenfaces add noise: leaving them out improves recognition.",
        )
        .measured_by("recognition rate without them minus that with all", rate)
        .mean_is_above(0.0, &gained)
        .shown_in("recognition")
        .if_contradicted(
            "Noise of so little variance hardly moves a distance between weights, so there is \
             little to gain; and what the last eigenfaces tell of persons is lost with them.",
        ),
        Claim::says(
            "last-eigenfaces-are-only-noise",
            POST,
            "The last eigenfaces add nothing but noise: by them alone nobody can be recognised \
             (less than twice as often as by chance).",
        )
        .measured_by("recognition rate with the last eigenfaces only", rate)
        .mean_is_below(2.0 * chance, &last)
        .shown_in("recognition")
        .if_contradicted(
            "Little variance is not noise: part of what is left is fine detail that all pictures \
             of a person share.",
        ),
        Claim::says(
            "without-the-first-three-recognition-rises",
            "Belhumeur, Hespanha & Kriegman 1997",
            "The first three eigenfaces tell about the light: leaving them out improves \
             recognition.",
        )
        .measured_by("recognition rate without them minus that with all", rate)
        .mean_is_above(0.0, &first)
        .shown_in("recognition")
        .if_contradicted(
            "The light changes little in these pictures, so the first eigenfaces do not tell about \
             it but about persons: hair, skin, background.",
        ),
        Claim::says(
            "above-one-ignores-the-scale-for-many-persons",
            OURS,
            "With pictures of many persons, \"eigenvalues above 1\" (divisor n - 1) keeps as many \
             eigenfaces when white is 1 as when it is 255.",
        )
        .measured_by("largest difference between the two numbers", "")
        .largest_is_at_most(
            0.0,
            moved.iter().copied().fold(f64::NAN, f64::max),
            moved.len(),
        )
        .if_contradicted(SQUARED_UNITS),
    ]
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn each_eigenface_adds_what_it_knows() {
        let training = Named {
            weights: array![[0.0, 0.0], [1.0, 9.0]],
            persons: vec![7, 8],
        };
        let tests = Named {
            weights: array![[0.9, 1.0], [0.8, 8.0], [0.1, 0.2], [0.4, 6.0]],
            persons: vec![7, 8, 7, 8],
        };
        // With the first eigenface the second and third are right, with both all.
        assert_eq!(rates(&training, &tests), [0.5, 1.0]);
        let second = rates(&training.columns(1..2), &tests.columns(1..2));
        assert_eq!(second, [1.0]);
    }
}
