//! Runs of an experiment's program, each in a folder of its own, and what they leave there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde_json::Value;
use tempfile::TempDir;

use crate::{Program, Said, temporary};

/// An experiment's program, with the flags that all runs of a test have.
#[derive(Debug, Clone, Copy)]
pub struct Runs {
    program: Program,
    experiment: &'static str,
    flags: &'static [&'static str],
}

/// A run that is through; its folder goes with it.
#[derive(Debug)]
pub struct Run {
    _out: TempDir,
    path: PathBuf,
    said: Said,
}

impl Runs {
    /// Runs of this experiment by its program.
    #[must_use]
    pub const fn of(
        program: Program,
        experiment: &'static str,
        flags: &'static [&'static str],
    ) -> Self {
        Self {
            program,
            experiment,
            flags,
        }
    }

    /// Runs with these flags, too. The run folder must have this name.
    ///
    /// # Panics
    /// When it has not, and when the program fails.
    #[must_use]
    pub fn named(&self, name: &str, flags: &[&str]) -> Run {
        let run = self.run(flags);
        let found = run.path.file_name();
        assert_eq!(found, Some(name.as_ref()), "{flags:?}");
        run
    }

    /// Runs with these flags, too. A changed config gives the run folder a name of its own.
    ///
    /// # Panics
    /// When there is not one run folder in the end, and when the program fails.
    #[must_use]
    pub fn run(&self, flags: &[&str]) -> Run {
        let out = temporary();
        let said = self.program.done(out.path(), &self.arguments(flags));
        let mut folders = entries(&out.path().join(self.experiment));
        assert_eq!(folders.len(), 1, "{flags:?}: {folders:?}");
        Run {
            _out: out,
            path: folders.remove(0),
            said,
        }
    }

    /// With these flags, too, it must refuse with this code and sentence before it makes a file
    /// or folder.
    ///
    /// # Panics
    /// When it does not.
    pub fn refuses(&self, flags: &[&str], code: i32, sentence: &str) {
        let out = temporary();
        let arguments = self.arguments(flags);
        self.program
            .refused(out.path(), &arguments, code, &[sentence]);
        let made = entries(out.path());
        assert!(made.is_empty(), "{flags:?}: {made:?}");
    }

    fn arguments<'a>(&self, flags: &[&'a str]) -> Vec<&'a str> {
        [self.flags, flags, &["--out", "."]].concat()
    }
}

impl Run {
    /// The run folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the program said.
    #[must_use]
    pub fn said(&self) -> &Said {
        &self.said
    }

    /// A JSON file of the run folder.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn json(&self, file: &str) -> Value {
        let bytes = self.bytes(file);
        serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    /// What the cell of this arm and seed yielded.
    ///
    /// # Panics
    /// When there is no such cell, or its outcome is no `O`.
    #[must_use]
    pub fn outcome<O: DeserializeOwned>(&self, arm: &str, seed: u64) -> O {
        let file = outcome_of(arm, seed);
        let outcome = self.json(&file)["outcome"].take();
        serde_json::from_value(outcome).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    /// Each of these figures must be there: a PNG that can be read, with more pixels than
    /// `larger_than` on both sides (width, height), an SVG, and the numbers behind it.
    ///
    /// # Panics
    /// When it is not.
    pub fn has_figures(&self, names: &[&str], larger_than: (u32, u32)) {
        for name in names {
            let png = self.path.join(format!("figures/{name}.png"));
            let png = image::open(png).unwrap_or_else(|error| panic!("{name}: {error}"));
            let (width, height) = (png.width(), png.height());
            let large = width > larger_than.0 && height > larger_than.1;
            assert!(large, "{name}: {width}x{height}");
            let svg = String::from_utf8(self.bytes(&picture_of(name)));
            assert!(svg.is_ok_and(|svg| svg.starts_with("<svg")), "{name}");
            let numbers = self.json(&format!("figures/{name}.json"));
            assert_eq!(numbers["name"], *name);
        }
    }

    /// The claims, of which there must be so many, each answered once.
    ///
    /// # Panics
    /// When there are others.
    pub fn claims(&self, count: usize) -> Vec<Value> {
        let claims: Vec<Value> = match self.json("claims.json") {
            Value::Array(claims) => claims,
            other => panic!("claims.json: {other}"),
        };
        let id = |claim: &Value| claim["id"].as_str().map(str::to_owned);
        let ids: BTreeSet<String> = claims.iter().filter_map(id).collect();
        assert_eq!((ids.len(), claims.len()), (count, count));
        claims
    }

    /// The outcomes of these cells (arm and seed) and the pictures (SVG) of these figures must
    /// have the same bytes in both runs.
    ///
    /// # Panics
    /// When they have not.
    pub fn has_the_bytes_of<A: AsRef<str>>(
        &self,
        other: &Self,
        cells: impl IntoIterator<Item = (A, u64)>,
        figures: &[&str],
    ) {
        let cells = cells.into_iter();
        let outcomes = cells.map(|(arm, seed)| outcome_of(arm.as_ref(), seed));
        let pictures = figures.iter().map(|name| picture_of(name));
        for file in outcomes.chain(pictures) {
            assert!(self.bytes(&file) == other.bytes(&file), "{file}");
        }
    }

    fn bytes(&self, file: &str) -> Vec<u8> {
        let path = self.path.join(file);
        fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }
}

fn outcome_of(arm: &str, seed: u64) -> String {
    format!("cells/{arm}/seed-{seed}/outcome.json")
}

fn picture_of(figure: &str) -> String {
    format!("figures/{figure}.svg")
}

/// Files and folders in this one; none when it is not there.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}
