//! All that can be set, with the author's values as the defaults of preset `post`.

use clap::Args;
use retrace_lab::{Invalid, Preset};
use serde::{Deserialize, Serialize};

/// Settings of the experiment. "The author" means: as in the code that came with the post.
#[derive(Debug, Clone, PartialEq, Args, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Divide the sides of all pictures by this whole number, 1 to keep them (the author: 1)
    #[arg(long)]
    pub shrink: usize,

    /// Eigenfaces that weights and distances of the post's pictures use, 1 to 15 (the author: 8)
    #[arg(long)]
    pub components: usize,
    /// Share of the variance that is enough, 0 to 1 (the author's second heuristic: 0.95)
    #[arg(long)]
    pub share: f64,
    /// Numbers of eigenfaces to put a face together from, rising, at most 16 (ours)
    #[arg(long, value_delimiter = ',')]
    pub rebuilt_from: Vec<usize>,

    /// Persons to recognise (ours: 40, all of the ORL faces)
    #[arg(long)]
    pub persons: usize,
    /// Pictures of each person where they are drawn; the published set has 10 (ours: 10)
    #[arg(long)]
    pub pictures: usize,
    /// Pictures of each person to train with; the others test (ours: 5, as usual with these faces)
    #[arg(long)]
    pub training_pictures: usize,
    /// Persons that a detector is not trained with (ours: 10)
    #[arg(long)]
    pub unknown_persons: usize,
    /// Pictures without a face that a detector must refuse (ours: 400)
    #[arg(long)]
    pub things: usize,
    /// Share of the unseen faces that a threshold accepts, 0 to 1 (ours: 0.95)
    #[arg(long)]
    pub accepted: f64,
    /// Leave out up to this many of the first eigenfaces (3, as Belhumeur et al. 1997)
    #[arg(long)]
    pub without_first: usize,
}

impl retrace_lab::Config for Config {
    const SEEDS: [u64; 3] = [2, 10, 40];

    fn preset(preset: Preset) -> Self {
        let post = Self {
            shrink: 1,
            components: 8,
            share: 0.95,
            rebuilt_from: vec![1, 2, 4, 8, 15, 16],
            persons: 40,
            pictures: 10,
            training_pictures: 5,
            unknown_persons: 10,
            things: 400,
            accepted: 0.95,
            without_first: 3,
        };
        match preset {
            Preset::Post => post,
            Preset::Quick => Self {
                things: 200,
                ..post
            },
            Preset::Smoke => Self {
                shrink: 4,
                persons: 8,
                pictures: 6,
                training_pictures: 3,
                unknown_persons: 3,
                things: 18,
                ..post
            },
        }
    }

    fn validate(&self) -> Result<(), Invalid> {
        self.validate_post_pictures()?;
        self.validate_persons()
    }
}

impl Config {
    /// Persons that a detector is trained with.
    pub fn known_persons(&self) -> usize {
        self.persons - self.unknown_persons
    }

    fn validate_post_pictures(&self) -> Result<(), Invalid> {
        // The smaller side of the ORL faces is 92 pixels; a face needs a few.
        number("shrink", self.shrink, 1, 10)?;
        number("components", self.components, 1, 15)?;
        share("share", self.share)?;
        let counts = &self.rebuilt_from;
        let rise = counts.windows(2).all(|pair| pair[0] < pair[1]);
        let within = counts.iter().all(|count| (1..=16).contains(count));
        let holds = !counts.is_empty() && rise && within;
        let found = format!("{counts:?}");
        Invalid::unless(holds, "rebuilt_from", "rising numbers from 1 to 16", found)
    }

    fn validate_persons(&self) -> Result<(), Invalid> {
        number("persons", self.persons, 4, 1000)?;
        number("pictures", self.pictures, 2, 100)?;
        let most = self.pictures - 1;
        number("training_pictures", self.training_pictures, 1, most)?;
        number("unknown_persons", self.unknown_persons, 1, self.persons - 2)?;
        number("things", self.things, 2, 10_000)?;
        share("accepted", self.accepted)?;
        // At least one eigenface must be left of the fewest that a split can have.
        let fewest = self.persons * self.training_pictures - 1;
        number("without_first", self.without_first, 0, fewest.min(100) - 1)
    }
}

fn number(key: &'static str, value: usize, least: usize, most: usize) -> Result<(), Invalid> {
    let holds = (least..=most).contains(&value);
    Invalid::unless(
        holds,
        key,
        &format!("a number from {least} to {most}"),
        value,
    )
}

fn share(key: &'static str, value: f64) -> Result<(), Invalid> {
    let holds = value > 0.0 && value < 1.0;
    Invalid::unless(holds, key, "a number between 0 and 1", value)
}
