//! The pictures: the post's own, the ORL faces, and photographs without faces; or their twins.
//!
//! - `faces-laid`: the post's 16 training and 9 test pictures.
//! - `faces-orl`: 40 persons, 10 pictures each (F. Samaria, A. Harter, "Parameterisation of a
//!   stochastic model for human face identification", WACV 1994), for what one man cannot tell.
//! - `scenes`: outdoor photographs (A. Oliva, A. Torralba, "Modeling the shape of the scene",
//!   IJCV 42, 2001), as pictures that are no faces.
//!
//! The synthetic twins, for machines without the sets, are stored pictures of drawn faces and things.
//! They have the form of the published sets, not their difficulty: whatever is measured on them
//! says that the code works, and nothing of photographs. Each set is there at the size of the
//! published one and, as many as preset `smoke` takes, drawn anew with a quarter of its sides;
//! pictures of other sizes are made from the large ones.

use std::path::{Path, PathBuf};

use image::imageops::FilterType;
use image::{DynamicImage, GrayImage};
use ndarray::Array2;
use rayon::prelude::*;
use retrace_data::{
    PictureFile, grey, picture_files, read_scenes, read_stored_values, shown, stored_picture,
};
use retrace_lab::{DataSets, Error, Input, InputKind, Loaded, Result, sha256};
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::pictures::Album;

/// All that the cells work on.
#[derive(Debug, Clone)]
pub struct Faces {
    /// The post's training pictures, `im1` first.
    pub training: Album,
    /// The post's test pictures, as [`TESTS`] names them.
    pub tests: Album,
    /// Persons one after the other, each with as many pictures.
    pub persons: Album,
    /// Pictures of each person.
    pub each: usize,
    /// Pictures without a face, of the persons' size.
    pub things: Album,
}

/// What a test picture of the post shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shows {
    /// The man of the training pictures.
    TheMan,
    /// Another man.
    AnotherMan,
    /// A drawing of a face, neither face nor thing.
    Drawing,
    /// Something else.
    Thing,
}

/// The post's test pictures in order, published and drawn alike.
pub const TESTS: [(&str, Shows); 9] = [
    ("the man, 1", Shows::TheMan),
    ("the man, 2", Shows::TheMan),
    ("another man", Shows::AnotherMan),
    ("drawing", Shows::Drawing),
    ("dog", Shows::Thing),
    ("computer", Shows::Thing),
    ("interior", Shows::Thing),
    ("houses", Shows::Thing),
    ("bicycle", Shows::Thing),
];

/// Names of the data sets.
pub const POST_SET: &str = "faces-laid";
/// The faces of many persons.
pub const PERSONS_SET: &str = "faces-orl";
/// The pictures without faces.
pub const THINGS_SET: &str = "scenes";

impl Faces {
    /// How many persons there are.
    pub fn persons(&self) -> usize {
        self.persons.len() / self.each
    }
}

/// Reads all three sets, or their twins.
///
/// # Errors
/// A file that is missing or damaged, pictures of unequal size, persons with unequal numbers of
/// pictures: names the file or folder. More pictures than a twin has: names the settings.
pub fn load(config: &Config, sets: &DataSets) -> Result<Loaded<Faces>> {
    let ((training, tests), post) = post_pictures(config, sets)?;
    let ((persons, each), many) = persons(config, sets)?;
    let (things, others) = things(config, sets, persons.size)?;
    Ok(Loaded {
        data: Faces {
            training,
            tests,
            persons,
            each,
            things,
        },
        inputs: vec![post, many, others],
        notes: Vec::new(),
    })
}

/// What can be wrong with a set whose files can all be read.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// Pictures of unequal size.
    #[error(
        "{}: expected a picture of {}x{} pixels like the others, found one of {}x{}",
        shown(path), expected.0, expected.1, found.0, found.1
    )]
    Size {
        /// The odd picture.
        path: PathBuf,
        /// Width and height of the first one.
        expected: (u32, u32),
        /// Its own.
        found: (u32, u32),
    },
    /// Persons with unequal numbers of pictures.
    #[error(
        "{}: expected {expected} pictures as in the first folder, found {found}",
        shown(folder)
    )]
    Number {
        /// The odd folder.
        folder: PathBuf,
        /// Pictures of the first person.
        expected: usize,
        /// Pictures here.
        found: usize,
    },
    /// Fewer persons or pictures than the run needs.
    #[error(
        "{}: expected at least {expected} {what}, found {found}",
        shown(folder)
    )]
    TooFew {
        /// The data set.
        folder: PathBuf,
        /// Persons or pictures.
        what: &'static str,
        /// How many are needed.
        expected: usize,
        /// How many there are.
        found: usize,
    },
}

/// Training and test pictures of the post.
fn post_pictures(config: &Config, sets: &DataSets) -> Result<((Album, Album), Input)> {
    let (mut pictures, input) = match sets.folder(POST_SET)? {
        Some(folder) => {
            let training = (1..=16).map(|number| folder.join(format!("im{number}.png")));
            let tests = (1..=9).map(|number| folder.join(format!("test{number}.png")));
            let files: Vec<PathBuf> = training.chain(tests).collect();
            let (pictures, sum) = read(&files, config.shrink)?;
            (pictures, real(POST_SET, sum))
        }
        None => {
            let size = POST[0].shrunk(config.shrink);
            let pictures = sheet(&POST, size, 1, POST[0].each).pictures(size);
            let input = synthetic(POST_SET, &pictures);
            (pictures, input)
        }
    };
    let tests = pictures.split_off(16);
    Ok(((Album::new(&pictures), Album::new(&tests)), input))
}

/// Many persons, and how many pictures of each there are.
fn persons(config: &Config, sets: &DataSets) -> Result<((Album, usize), Input)> {
    if let Some(folder) = sets.folder(PERSONS_SET)? {
        let (pictures, each, sum) = published_persons(&folder, config)?;
        return Ok(((Album::new(&pictures), each), real(PERSONS_SET, sum)));
    }
    let pictures = drawn_persons(config)?;
    let input = synthetic(PERSONS_SET, &pictures);
    Ok(((Album::new(&pictures), config.pictures), input))
}

/// Pictures of this size without a face.
fn things(config: &Config, sets: &DataSets, size: (usize, usize)) -> Result<(Album, Input)> {
    if let Some(folder) = sets.folder(THINGS_SET)? {
        // Evenly spread over the set.
        let (photographs, sum) = read_scenes(&folder, config.things).map_err(Error::data)?;
        let pictures = photographs.par_iter().map(|image| cut(image, size));
        let pictures: Vec<_> = pictures.collect();
        return Ok((Album::new(&pictures), real(THINGS_SET, sum)));
    }
    let pictures = drawn_things(config.things, size)?;
    let input = synthetic(THINGS_SET, &pictures);
    Ok((Album::new(&pictures), input))
}

fn real(name: &str, sha256: String) -> Input {
    Input {
        name: name.to_owned(),
        kind: InputKind::Real,
        sha256,
    }
}

/// The checksum is that of the grey levels.
fn synthetic(name: &str, pictures: &[Array2<f64>]) -> Input {
    let level = |value: &f64| value.round().clamp(0.0, 255.0) as u8;
    let levels: Vec<u8> = pictures.iter().flatten().map(level).collect();
    Input {
        name: name.to_owned(),
        kind: InputKind::Synthetic,
        sha256: sha256(&levels),
    }
}

/// The first persons of the set one after the other, the number of pictures of each, and the
/// checksum over all files.
fn published_persons(folder: &Path, config: &Config) -> Result<(Vec<Array2<f64>>, usize, String)> {
    let mut persons: Vec<Vec<PathBuf>> = Vec::new();
    for file in picture_files(folder).map_err(Error::data)?.files {
        match persons.last_mut() {
            Some(person) if person[0].parent() == file.parent() => person.push(file),
            _ => persons.push(vec![file]),
        }
    }
    let too_few = |what, expected, found| {
        Err(Error::data(DataError::TooFew {
            folder: folder.to_path_buf(),
            what,
            expected,
            found,
        }))
    };
    if persons.len() < config.persons {
        return too_few("persons (folders)", config.persons, persons.len());
    }
    persons.truncate(config.persons);
    let each = persons[0].len();
    if each <= config.training_pictures {
        return too_few("pictures of a person", config.training_pictures + 1, each);
    }
    if let Some(odd) = persons.iter().find(|person| person.len() != each) {
        return Err(Error::data(DataError::Number {
            folder: odd[0].parent().unwrap_or(folder).to_path_buf(),
            expected: each,
            found: odd.len(),
        }));
    }
    let (pictures, sum) = read(&persons.concat(), config.shrink)?;
    Ok((pictures, each, sum))
}

/// Grey pictures that have one size, their sides divided by `shrink`.
fn read(files: &[PathBuf], shrink: usize) -> Result<(Vec<Array2<f64>>, String)> {
    // As the author's program read them, which knew no profiles: his pictures have one of inks.
    let read = |file: &PathBuf| read_stored_values(file).map_err(Error::data);
    let decoded: Vec<PictureFile> = files.par_iter().map(read).collect::<Result<_>>()?;
    let sums: String = decoded.iter().map(|file| file.sha256.as_str()).collect();
    let size = |file: &PictureFile| (file.image.width(), file.image.height());
    let expected = decoded.first().map_or((0, 0), size);
    let odd = decoded.iter().position(|file| size(file) != expected);
    if let Some(odd) = odd {
        return Err(Error::data(DataError::Size {
            path: files[odd].clone(),
            expected,
            found: size(&decoded[odd]),
        }));
    }
    let small = (expected.1 as usize / shrink, expected.0 as usize / shrink);
    let pictures = decoded.par_iter().map(|file| cut(&file.image, small));
    Ok((pictures.collect(), sha256(sums.as_bytes())))
}

/// The middle of a picture with the proportions of `size` (rows, columns), brought to this size.
/// A picture that has it already keeps its values.
fn cut(image: &DynamicImage, (rows, columns): (usize, usize)) -> Array2<f64> {
    let (width, height) = (image.width() as usize, image.height() as usize);
    if (height, width) == (rows, columns) {
        return grey(image);
    }
    let wide = width.min(height * columns / rows).max(1);
    let high = height.min(width * rows / columns).max(1);
    let (left, top) = ((width - wide) / 2, (height - high) / 2);
    let part = image.crop_imm(left as u32, top as u32, wide as u32, high as u32);
    grey(&part.resize_exact(columns as u32, rows as u32, FilterType::Triangle))
}

/// Stored pictures of one size, in rows from the top left.
struct Sheet {
    webp: &'static [u8],
    /// Rows and columns of a picture.
    size: (usize, usize),
    /// How many persons or kinds of pictures there are, and how many pictures of each.
    groups: usize,
    each: usize,
}

/// The twins, large and small. The post's pictures: one man with sixteen expressions; the same man
/// twice, another man, a drawing of a face, a dog, a computer, an interior, houses, a bicycle.
static POST: [Sheet; 2] = [
    Sheet {
        webp: include_bytes!("../assets/post.webp"),
        size: (235, 235),
        groups: 1,
        each: 25,
    },
    Sheet {
        webp: include_bytes!("../assets/post-small.webp"),
        size: (58, 58),
        groups: 1,
        each: 25,
    },
];

/// Many persons.
static PERSONS: [Sheet; 2] = [
    Sheet {
        webp: include_bytes!("../assets/persons.webp"),
        size: (112, 92),
        groups: 40,
        each: 10,
    },
    Sheet {
        webp: include_bytes!("../assets/persons-small.webp"),
        size: (28, 23),
        groups: 8,
        each: 6,
    },
];

/// Things, in turn of nine kinds.
static THINGS: [Sheet; 2] = [
    Sheet {
        webp: include_bytes!("../assets/things.webp"),
        size: (112, 92),
        groups: 1,
        each: 200,
    },
    Sheet {
        webp: include_bytes!("../assets/things-small.webp"),
        size: (28, 23),
        groups: 1,
        each: 18,
    },
];

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
        let count = self.groups * self.each;
        (0..count as u32).map(picture).collect()
    }

    /// Rows and columns divided by `shrink`.
    fn shrunk(&self, shrink: usize) -> (usize, usize) {
        (self.size.0 / shrink, self.size.1 / shrink)
    }

    /// Whether it has so many pictures of this size.
    fn holds(&self, size: (usize, usize), groups: usize, each: usize) -> bool {
        size == self.size && groups <= self.groups && each <= self.each
    }
}

/// The smaller of two sheets that holds so many pictures of this size, else the larger one.
fn sheet(
    [large, small]: &'static [Sheet; 2],
    size: (usize, usize),
    groups: usize,
    each: usize,
) -> &'static Sheet {
    if small.holds(size, groups, each) {
        small
    } else {
        large
    }
}

/// As many persons as the config says, with as many pictures each, one person after the other.
fn drawn_persons(config: &Config) -> Result<Vec<Array2<f64>>> {
    let (persons, pictures) = (config.persons, config.pictures);
    let [large, _] = &PERSONS;
    if persons > large.groups || pictures > large.each {
        return Err(Error::Usage(format!(
            "the twin of the faces has {} persons with {} pictures each, expected at most these, \
             found `--persons {persons} --pictures {pictures}`",
            large.groups, large.each
        )));
    }
    let size = large.shrunk(config.shrink);
    let sheet = sheet(&PERSONS, size, persons, pictures);
    let stored = sheet.pictures(size);
    let chosen = stored.chunks(sheet.each).take(persons);
    let chosen = chosen.flat_map(|person| &person[..pictures]);
    Ok(chosen.cloned().collect())
}

/// `count` pictures without a face, of this size (rows, columns); those after the stored ones are
/// the same seen in a mirror.
fn drawn_things(count: usize, size: (usize, usize)) -> Result<Vec<Array2<f64>>> {
    let most = 2 * THINGS[0].each;
    if count > most {
        return Err(Error::Usage(format!(
            "the twin of the scenes has {most} pictures, expected at most these, found `--things \
             {count}`"
        )));
    }
    let mut things = sheet(&THINGS, size, 1, count).pictures(size);
    let mirrored = |thing: &Array2<f64>| {
        Array2::from_shape_fn(size, |(row, column)| thing[[row, size.1 - 1 - column]])
    };
    let mirrored: Vec<_> = things.iter().map(mirrored).collect();
    things.extend(mirrored);
    things.truncate(count);
    Ok(things)
}

#[cfg(test)]
mod tests {
    use retrace_lab::{Config as _, Preset};

    use super::*;

    /// Writes a small picture.
    fn write(folder: &Path, file: &str, (width, height): (u32, u32)) {
        let path = folder.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let grey = |x: u32, y: u32| image::Luma([(x * 7 + y * 13 + file.len() as u32) as u8]);
        let picture = image::GrayImage::from_fn(width, height, grey);
        picture.save(path).unwrap();
    }

    #[test]
    fn pictures_that_do_not_fit_together_are_named() {
        let config = Config::preset(Preset::Smoke);
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let refused = |named: &str| {
            let message = published_persons(folder, &config).unwrap_err().chain();
            assert!(message.contains(named), "expected {named} in: {message}");
        };
        for person in 1..=8 {
            for picture in 1..=4 {
                write(folder, &format!("s{person}/{picture}.png"), (40, 48));
            }
        }
        write(folder, "s3/4.png", (40, 44));
        refused("s3/4.png");
        std::fs::remove_file(folder.join("s3/4.png")).unwrap();
        refused("s3: expected 4 pictures");
        std::fs::remove_dir_all(folder.join("s3")).unwrap();
        refused("expected at least 8 persons");
    }
}
