//! The pictures: the post's own, the ORL faces, and photographs without faces; or their twins.
//!
//! - `faces-laid`: the post's 16 training and 9 test pictures.
//! - `faces-orl`: 40 persons, 10 pictures each (F. Samaria, A. Harter, "Parameterisation of a
//!   stochastic model for human face identification", WACV 1994), for what one man cannot tell.
//! - `scenes`: outdoor photographs (A. Oliva, A. Torralba, "Modeling the shape of the scene",
//!   IJCV 42, 2001), as pictures that are no faces.

mod album;
mod published;
mod twin;

use retrace_lab::{DataSets, Input, InputKind, Loaded, Result, sha256};
use serde::{Deserialize, Serialize};

pub use album::{Album, upright};
pub use published::DataError;

use crate::config::Config;

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

/// Training and test pictures of the post.
fn post_pictures(config: &Config, sets: &DataSets) -> Result<((Album, Album), Input)> {
    if let Some(folder) = sets.folder(POST_SET)? {
        let (albums, sum) = published::post(&folder, config.shrink)?;
        return Ok((albums, input(POST_SET, InputKind::Real, sum)));
    }
    let (training, tests) = twin::post(config.shrink);
    let albums = (Album::of(&training), Album::of(&tests));
    let bytes = [albums.0.bytes(), albums.1.bytes()].concat();
    let input = input(POST_SET, InputKind::Synthetic, sha256(&bytes));
    Ok((albums, input))
}

/// Many persons, and how many pictures of each there are.
fn persons(config: &Config, sets: &DataSets) -> Result<((Album, usize), Input)> {
    if let Some(folder) = sets.folder(PERSONS_SET)? {
        let (persons, each, sum) = published::persons(&folder, config)?;
        return Ok(((persons, each), input(PERSONS_SET, InputKind::Real, sum)));
    }
    let persons = Album::of(&twin::persons(config)?);
    let input = input(PERSONS_SET, InputKind::Synthetic, sha256(&persons.bytes()));
    Ok(((persons, config.pictures), input))
}

/// Pictures of this size without a face.
fn things(config: &Config, sets: &DataSets, size: (usize, usize)) -> Result<(Album, Input)> {
    if let Some(folder) = sets.folder(THINGS_SET)? {
        let (things, sum) = published::things(&folder, config.things, size)?;
        return Ok((things, input(THINGS_SET, InputKind::Real, sum)));
    }
    let things = Album::of(&twin::things(config.things, size)?);
    let input = input(THINGS_SET, InputKind::Synthetic, sha256(&things.bytes()));
    Ok((things, input))
}

fn input(name: &str, kind: InputKind, sha256: String) -> Input {
    Input {
        name: name.to_owned(),
        kind,
        sha256,
    }
}
