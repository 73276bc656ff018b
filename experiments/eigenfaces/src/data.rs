//! The pictures: the post's own, the ORL faces, and photographs without faces; or their twins.
//!
//! - `faces-laid`: the post's 16 training and 9 test pictures.
//! - `faces-orl`: 40 persons, 10 pictures each (F. Samaria, A. Harter, "Parameterisation of a
//!   stochastic model for human face identification", WACV 1994), for what one man cannot tell.
//! - `scenes`: outdoor photographs (A. Oliva, A. Torralba, "Modeling the shape of the scene",
//!   IJCV 42, 2001), as pictures that are no faces.

mod album;
mod published;

use retrace_lab::{DataSets, Input, InputKind, Loaded, Result, sha256};
use serde::{Deserialize, Serialize};

pub use album::{Album, upright};
pub use published::DataError;

use crate::config::Config;
use crate::twin;

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

/// Side of the post's pictures, and rows and columns of the ORL ones: the twins have them too.
const POST_SIDE: usize = 235;
const PERSONS_SIZE: (usize, usize) = (112, 92);

impl Faces {
    /// How many persons there are.
    pub fn persons(&self) -> usize {
        self.persons.len() / self.each
    }
}

/// Reads or draws all three sets.
///
/// # Errors
/// A file that is missing or damaged, pictures of unequal size, persons with unequal numbers of
/// pictures: names the file or folder.
pub fn load(config: &Config, sets: &DataSets) -> Result<Loaded<Faces>> {
    let mut inputs = Vec::new();
    let mut note = |name: &str, kind, sha256| {
        inputs.push(Input {
            name: name.to_owned(),
            kind,
            sha256,
        });
    };
    let (training, tests) = match sets.folder(POST_SET)? {
        Some(folder) => {
            let (albums, sum) = published::post(&folder, config.shrink)?;
            note(POST_SET, InputKind::Real, sum);
            albums
        }
        None => {
            let drawn = twin::posted(shrunk(POST_SIDE, config));
            let albums = (Album::of(drawn.training), Album::of(drawn.tests));
            let bytes = [albums.0.bytes(), albums.1.bytes()].concat();
            note(POST_SET, InputKind::Synthetic, sha256(&bytes));
            albums
        }
    };
    let (persons, each) = match sets.folder(PERSONS_SET)? {
        Some(folder) => {
            let (persons, each, sum) = published::persons(&folder, config)?;
            note(PERSONS_SET, InputKind::Real, sum);
            (persons, each)
        }
        None => {
            let each = config.pictures;
            let size = (
                shrunk(PERSONS_SIZE.0, config),
                shrunk(PERSONS_SIZE.1, config),
            );
            let drawn = twin::persons(config.persons, each, size);
            let persons = Album::of(drawn.into_iter().flatten().collect());
            note(PERSONS_SET, InputKind::Synthetic, sha256(&persons.bytes()));
            (persons, each)
        }
    };
    let things = match sets.folder(THINGS_SET)? {
        Some(folder) => {
            let (things, sum) = published::things(&folder, config.things, persons.size)?;
            note(THINGS_SET, InputKind::Real, sum);
            things
        }
        None => {
            let things = Album::of(twin::things(config.things, persons.size));
            note(THINGS_SET, InputKind::Synthetic, sha256(&things.bytes()));
            things
        }
    };
    let data = Faces {
        training,
        tests,
        persons,
        each,
        things,
    };
    Ok(Loaded { data, inputs })
}

fn shrunk(side: usize, config: &Config) -> usize {
    side / config.shrink
}
