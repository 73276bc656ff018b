//! Which pictures train and which test.

use rand::seq::SliceRandom;
use retrace_lab::Cell;

use crate::config::Config;
use crate::data::Faces;

/// Numbers of pictures in the album of persons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// To train with.
    pub training: Vec<usize>,
    /// Of the same persons, to test with.
    pub tests: Vec<usize>,
}

/// Splits the pictures of `persons`, each person's at random: `config.training_pictures` of them
/// train. Arms of one seed split alike.
pub fn pictures(config: &Config, faces: &Faces, cell: &Cell, persons: &[usize]) -> Split {
    let mut split = Split {
        training: Vec::new(),
        tests: Vec::new(),
    };
    for &person in persons {
        let mut numbers: Vec<usize> = (person * faces.each..(person + 1) * faces.each).collect();
        numbers.shuffle(&mut cell.stream("training pictures", person as u64));
        split
            .tests
            .extend(numbers.split_off(config.training_pictures));
        split.training.extend(numbers);
    }
    split
}

/// All persons, in an order drawn for this seed.
pub fn shuffled_persons(faces: &Faces, cell: &Cell) -> Vec<usize> {
    let mut persons: Vec<usize> = (0..faces.persons()).collect();
    persons.shuffle(&mut cell.stream("known persons", 0));
    persons
}
