//! The synthetic twins: stored pictures of drawn faces and things, for machines without the sets.
//!
//! They have the form of the published sets, not their difficulty: whatever is measured on them
//! says that the code works, and nothing of photographs. Each set is there at the size of the
//! published one and, as many as preset `smoke` takes, drawn anew with a quarter of its sides;
//! pictures of other sizes are made from the large ones.

use image::{DynamicImage, GrayImage};
use ndarray::Array2;
use retrace_data::stored_picture;
use retrace_lab::{Error, Result};

use super::published::cut;
use crate::config::Config;

/// Stored pictures of one size, in rows from the top left.
struct Sheet {
    webp: &'static [u8],
    /// Rows and columns of a picture.
    size: (usize, usize),
    /// How many pictures there are.
    count: usize,
}

/// The post's 16 training and 9 test pictures.
const POST: Sheet = Sheet {
    webp: include_bytes!("../../assets/post.webp"),
    size: (235, 235),
    count: 25,
};
const POST_SMALL: Sheet = Sheet {
    webp: include_bytes!("../../assets/post-small.webp"),
    size: (58, 58),
    count: 25,
};

/// Persons and pictures of each.
const PERSONS: (usize, usize) = (40, 10);
const PERSONS_SHEET: Sheet = Sheet {
    webp: include_bytes!("../../assets/persons.webp"),
    size: (112, 92),
    count: PERSONS.0 * PERSONS.1,
};
const PERSONS_SMALL: (usize, usize) = (8, 6);
const PERSONS_SMALL_SHEET: Sheet = Sheet {
    webp: include_bytes!("../../assets/persons-small.webp"),
    size: (28, 23),
    count: PERSONS_SMALL.0 * PERSONS_SMALL.1,
};

/// Things of nine kinds in turn.
const THINGS: Sheet = Sheet {
    webp: include_bytes!("../../assets/things.webp"),
    size: (112, 92),
    count: 200,
};
const THINGS_SMALL: Sheet = Sheet {
    webp: include_bytes!("../../assets/things-small.webp"),
    size: (28, 23),
    count: 18,
};

impl Sheet {
    /// All pictures, brought to `size` (rows, columns).
    fn pictures(&self, size: (usize, usize)) -> Vec<Array2<f64>> {
        let sheet = DynamicImage::from(stored_picture(self.webp)).into_luma8();
        let (rows, columns) = (self.size.0 as u32, self.size.1 as u32);
        let across = sheet.width() / columns;
        let picture = |index: u32| {
            let corner = (index % across * columns, index / across * rows);
            let level = |x, y| *sheet.get_pixel(corner.0 + x, corner.1 + y);
            cut(&GrayImage::from_fn(columns, rows, level).into(), size)
        };
        (0..self.count as u32).map(picture).collect()
    }

    /// Rows and columns divided by `shrink`.
    fn shrunk(&self, shrink: usize) -> (usize, usize) {
        (self.size.0 / shrink, self.size.1 / shrink)
    }
}

/// The post's 16 training and 9 test pictures: one man with sixteen expressions; the same man
/// twice, another man, a drawing of a face, a dog, a computer, an interior, houses, a bicycle.
pub fn post(shrink: usize) -> (Vec<Array2<f64>>, Vec<Array2<f64>>) {
    let size = POST.shrunk(shrink);
    let small = size == POST_SMALL.size;
    let mut training = if small { POST_SMALL } else { POST }.pictures(size);
    let tests = training.split_off(16);
    (training, tests)
}

/// As many persons as the config says, with as many pictures each, one person after the other.
///
/// # Errors
/// More persons or pictures than are stored.
pub fn persons(config: &Config) -> Result<Vec<Array2<f64>>> {
    let (persons, pictures) = (config.persons, config.pictures);
    if persons > PERSONS.0 || pictures > PERSONS.1 {
        return Err(Error::Usage(format!(
            "the twin of the faces has {} persons with {} pictures each, expected at most these, \
             found `--persons {persons} --pictures {pictures}`",
            PERSONS.0, PERSONS.1
        )));
    }
    let size = PERSONS_SHEET.shrunk(config.shrink);
    let small = size == PERSONS_SMALL_SHEET.size
        && persons <= PERSONS_SMALL.0
        && pictures <= PERSONS_SMALL.1;
    let (sheet, each) = if small {
        (PERSONS_SMALL_SHEET, PERSONS_SMALL.1)
    } else {
        (PERSONS_SHEET, PERSONS.1)
    };
    let stored = sheet.pictures(size);
    let chosen = stored
        .chunks(each)
        .take(persons)
        .flat_map(|of| &of[..pictures]);
    Ok(chosen.cloned().collect())
}

/// `count` pictures without a face, of this size (rows, columns); those after the stored ones are
/// the same seen in a mirror.
///
/// # Errors
/// More than are stored, mirrored ones counted.
pub fn things(count: usize, size: (usize, usize)) -> Result<Vec<Array2<f64>>> {
    let most = 2 * THINGS.count;
    if count > most {
        return Err(Error::Usage(format!(
            "the twin of the scenes has {most} pictures, expected at most these, found `--things \
             {count}`"
        )));
    }
    let small = size == THINGS_SMALL.size && count <= THINGS_SMALL.count;
    let mut things = if small { THINGS_SMALL } else { THINGS }.pictures(size);
    let mirrored = |thing: &Array2<f64>| {
        Array2::from_shape_fn(size, |(row, column)| thing[[row, size.1 - 1 - column]])
    };
    let mirrored: Vec<_> = things.iter().map(mirrored).collect();
    things.extend(mirrored);
    things.truncate(count);
    Ok(things)
}
