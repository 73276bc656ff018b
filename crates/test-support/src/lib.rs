//! Runs a program of this workspace in a test, and looks at what it says and leaves behind
//! ([`run`]); cuts a training short ([`resume`]) and looks where it ends when it goes on.
//!
//! For tests only: what does not go as a test expects is a panic that shows the program's words.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use retrace_lab::cli::config_from;
use retrace_lab::{Claim, Drawing, Experiment, Results};

pub mod explorable;
pub mod resume;
pub mod run;

/// Each of these arguments must be refused, at the smoke preset, with the sentence beside it: flags
/// of the experiment's config, checked in this process.
///
/// # Panics
/// When one is accepted, or refused with other words.
pub fn refuses<E: Experiment>(cases: &[(&str, &str)]) {
    for (argument, sentence) in cases {
        match config_from::<E>(&["--preset", "smoke", argument]) {
            Ok(_) => panic!("{argument} is accepted"),
            Err(error) => {
                let said = error.chain();
                assert_eq!(error.exit_code(), 2, "{argument}: {said}");
                assert!(said.contains(sentence), "{argument}: {said}");
            }
        }
    }
}

/// The claims of all questions of an experiment.
pub fn claims<E: Experiment>(results: &Results<E>) -> Vec<Claim> {
    E::studies().claims(results)
}

/// Draws all figures of an experiment and renders them; their names, the cover among them.
///
/// # Panics
/// When one cannot be drawn, has no caption, or the cover is missing.
pub fn draw<E: Experiment>(results: &Results<E>) -> Vec<String> {
    let drawings = E::studies().figures(results);
    let drawings = drawings.unwrap_or_else(|error| panic!("{}", error.chain()));
    let names = drawings.iter().map(|drawing| {
        let (name, caption, is_drawn) = match drawing {
            Drawing::Figure(figure) => {
                let drawn = figure.render().map(|drawn| drawn.png.is_empty());
                (
                    &figure.name,
                    &figure.caption,
                    drawn.is_ok_and(|empty| !empty),
                )
            }
            Drawing::Animation(animation) => {
                let drawn = animation.render().map(|drawn| drawn.gif.is_empty());
                let is_drawn = drawn.is_ok_and(|empty| !empty);
                (&animation.name, &animation.caption, is_drawn)
            }
        };
        assert!(is_drawn && !caption.is_empty(), "{name}");
        name.clone()
    });
    let names: Vec<String> = names.collect();
    assert!(names.iter().any(|name| name == E::COVER), "{names:?}");
    names
}

/// A program that cargo has built for a test: `Program::at(env!("CARGO_BIN_EXE_retrace"))`.
#[derive(Debug, Clone, Copy)]
pub struct Program {
    path: &'static str,
}

/// What a program printed, and its exit code.
#[derive(Debug, Clone)]
pub struct Said {
    /// The exit code; -1 when a signal ended the program.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Said {
    /// Standard output as JSON.
    ///
    /// # Panics
    /// When it is something else.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}{}", self.stdout, self.stderr))
    }

    /// Standard error on one line: a terminal's width decides where its lines end.
    #[must_use]
    pub fn complaint(&self) -> String {
        let words: Vec<&str> = self.stderr.split_whitespace().collect();
        words.join(" ")
    }
}

impl Program {
    /// The program at this path.
    #[must_use]
    pub const fn at(path: &'static str) -> Self {
        Self { path }
    }

    /// The program, to be run in `folder` without the caller's settings and data sets.
    #[must_use]
    pub fn command(&self, folder: &Path) -> Command {
        let mut command = Command::new(self.path);
        command
            .current_dir(folder)
            .env_remove("RETRACE_OUT")
            .env_remove("RETRACE_DATA")
            .env("XDG_CACHE_HOME", folder.join("no-cache"));
        command
    }

    /// Runs it to its end.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn say(&self, folder: &Path, arguments: &[&str]) -> Said {
        match self.command(folder).args(arguments).output() {
            Ok(output) => output.into(),
            Err(error) => panic!("{} does not start: {error}", self.path),
        }
    }

    /// Runs it; it must succeed.
    ///
    /// # Panics
    /// When it does not.
    pub fn done(&self, folder: &Path, arguments: &[&str]) -> Said {
        let said = self.say(folder, arguments);
        assert_eq!(said.code, 0, "{arguments:?}: {}", said.stderr);
        said
    }

    /// Runs it; it must refuse with this code and these words, print nothing and change no file.
    ///
    /// # Panics
    /// When it does not.
    pub fn refused(&self, folder: &Path, arguments: &[&str], code: i32, words: &[&str]) {
        let before = contents(folder);
        let said = self.say(folder, arguments);
        assert_eq!(said.code, code, "{arguments:?}: {}", said.stderr);
        assert_eq!(said.stdout, "", "{arguments:?}");
        let complaint = said.complaint();
        for word in words {
            assert!(
                complaint.contains(word),
                "{arguments:?}, `{word}`: {complaint}"
            );
        }
        assert!(!complaint.contains("panicked"), "{}", said.stderr);
        assert!(contents(folder) == before, "{arguments:?} changed a file");
    }
}

/// All files below `folder`, relative to it, in order.
///
/// # Panics
/// When a folder lists what does not lie in it, which no file system does.
#[must_use]
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).into_iter().flatten().flatten() {
            let path = entry.path();
            match path.strip_prefix(folder) {
                _ if path.is_dir() => folders.push(path),
                Ok(relative) => found.push(relative.to_path_buf()),
                Err(error) => panic!("{}: {error}", path.display()),
            }
        }
    }
    found.sort();
    found
}

fn temporary() -> tempfile::TempDir {
    match tempfile::tempdir() {
        Ok(folder) => folder,
        Err(error) => panic!("no temporary folder: {error}"),
    }
}

/// Names and contents of all files, in order.
#[must_use]
pub fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let read = |file: PathBuf| {
        let bytes = fs::read(folder.join(&file)).unwrap_or_default();
        (file, bytes)
    };
    files(folder).into_iter().map(read).collect()
}
