//! Writes figures to disk: SVG and PNG, or GIF, and the numbers beside them as JSON and CSV.

use std::path::{Path, PathBuf};

use retrace_figure::stamp;
use serde::{Deserialize, Serialize, Serializer};

use crate::error::{Error, Result};
use crate::files;
use crate::progress::Progress;
use crate::provenance::Provenance;

/// A figure or an animation.
#[derive(Debug, Clone)]
pub enum Drawing {
    /// Written as SVG, PNG and JSON, and its numbers as CSV where it has any.
    Figure(retrace_figure::Figure),
    /// Written as GIF, PNG (the last frame) and JSON.
    Animation(retrace_figure::Animation),
}

impl Drawing {
    /// The same without panels in which there is nothing to see.
    pub(crate) fn without_empty_panels(self) -> Self {
        match self {
            Self::Figure(figure) => Self::Figure(figure.without_empty_panels()),
            Self::Animation(mut animation) => {
                let frames = animation.frames.into_iter();
                animation.frames = frames
                    .map(retrace_figure::Figure::without_empty_panels)
                    .collect();
                Self::Animation(animation)
            }
        }
    }

    /// The same with a sentence more in its caption.
    pub(crate) fn also(mut self, sentence: &str) -> Self {
        let caption = match &mut self {
            Self::Figure(figure) => &mut figure.caption,
            Self::Animation(animation) => &mut animation.caption,
        };
        caption.push(' ');
        caption.push_str(sentence);
        self
    }
}

impl From<retrace_figure::Figure> for Drawing {
    fn from(figure: retrace_figure::Figure) -> Self {
        Self::Figure(figure)
    }
}

impl From<retrace_figure::Animation> for Drawing {
    fn from(animation: retrace_figure::Animation) -> Self {
        Self::Animation(animation)
    }
}

/// A figure on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    /// The stem of its files.
    pub name: String,
    /// The question that it is about, by the name of its module: `ranking`.
    #[serde(default)]
    pub question: String,
    /// What is compared.
    pub title: String,
    /// What to see.
    pub caption: String,
    /// What the picture shows, in words and numbers, for those who do not see it.
    pub alt: String,
    /// Its files; the one to look at first.
    #[serde(serialize_with = "lossy_paths")]
    pub files: Vec<PathBuf>,
}

/// JSON is text: bytes of a path that are no UTF-8 become the replacement character.
fn lossy_paths<S: Serializer>(
    paths: &[PathBuf],
    serializer: S,
) -> std::result::Result<S::Ok, S::Error> {
    serializer.collect_seq(paths.iter().map(|path| path.to_string_lossy()))
}

impl Drawn {
    /// The same with its files as they are found from `folder`.
    #[must_use]
    pub fn seen_from(&self, folder: &Path) -> Self {
        let below = |file: &PathBuf| file.strip_prefix(folder).unwrap_or(file).to_path_buf();
        Self {
            files: self.files.iter().map(below).collect(),
            ..self.clone()
        }
    }

    /// The other way round: the same with its files below `folder`.
    #[must_use]
    pub fn below(self, folder: &Path) -> Self {
        let files = self.files.iter().map(|file| folder.join(file)).collect();
        Self { files, ..self }
    }

    /// Its file of that kind: `svg`, `png`, `json` or `gif`.
    pub fn file(&self, extension: &str) -> Option<&Path> {
        let mut files = self.files.iter().map(PathBuf::as_path);
        files.find(|file| file.extension().is_some_and(|found| found == extension))
    }
}

/// Draws all of `drawings`, each with the name of its question, into `folder`, while the caller holds the run's lock; each picture says in
/// itself that it was made from `source`. Where `lacks` says
/// why a run lacks numbers, as after a divergence, a figure without any is left out, with a note.
///
/// # Errors
/// When one cannot be drawn or written.
pub fn write(
    drawings: &[(&'static str, Drawing)],
    folder: &Path,
    source: &Provenance,
    lacks: Option<&str>,
) -> Result<Vec<Drawn>> {
    files::create_folder(folder)?;
    files::remove_leftovers(folder)?;
    let mut drawn = Vec::new();
    for (question, drawing) in drawings {
        match write_one((question, drawing), folder, source) {
            Ok(one) => drawn.push(one),
            Err(error) => match (error, lacks) {
                (Error::Figure(reason), Some(why)) => {
                    Progress::note(&format!("left out, since {why}: {reason}"));
                }
                (error, _) => return Err(error),
            },
        }
    }
    Ok(drawn)
}

fn write_one(
    (question, drawing): (&str, &Drawing),
    folder: &Path,
    source: &Provenance,
) -> Result<Drawn> {
    let question = question.to_owned();
    let mut drawn = match drawing {
        Drawing::Figure(figure) => Drawn {
            name: figure.name.clone(),
            question,
            title: figure.title.clone(),
            caption: figure.caption.clone(),
            alt: figure.alt_text(),
            files: Vec::new(),
        },
        Drawing::Animation(animation) => Drawn {
            name: animation.name.clone(),
            question,
            title: animation.title.clone(),
            caption: animation.caption.clone(),
            alt: animation
                .frames
                .last()
                .map(retrace_figure::Figure::alt_text)
                .unwrap_or_default(),
            files: Vec::new(),
        },
    };
    for (extension, bytes) in render(drawing, source)? {
        let path = folder.join(format!("{}.{extension}", drawn.name));
        files::write_unless_same(&path, &bytes)?;
        drawn.files.push(path);
    }
    Ok(drawn)
}

fn render(drawing: &Drawing, source: &Provenance) -> Result<Vec<(&'static str, Vec<u8>)>> {
    Ok(match drawing {
        Drawing::Figure(figure) => {
            let drawn = figure.render()?;
            let json = drawn.json.into_bytes();
            let text = source.text(&json)?;
            let mut files = vec![
                ("png", stamp(drawn.png, &text)),
                ("svg", stamp(drawn.svg.into_bytes(), &text)),
                ("json", json),
            ];
            files.extend(figure.csv().map(|table| ("csv", table.into_bytes())));
            files
        }
        Drawing::Animation(animation) => {
            let drawn = animation.render()?;
            let json = drawn.json.into_bytes();
            let text = source.text(&json)?;
            vec![
                ("gif", stamp(drawn.gif, &text)),
                ("png", stamp(drawn.png, &text)),
                ("json", json),
            ]
        }
    })
}
