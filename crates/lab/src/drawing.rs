//! Writes figures to disk: SVG and PNG, or GIF, and the numbers beside them.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::error::Result;
use crate::experiment::Drawing;
use crate::files;

/// A figure on disk.
#[derive(Debug, Clone, Serialize)]
pub struct Drawn {
    /// What is compared.
    pub title: String,
    /// What to see.
    pub caption: String,
    /// What the picture shows, in words and numbers, for those who do not see it.
    pub alt: String,
    /// Its files; the one to look at first.
    pub files: Vec<PathBuf>,
}

/// Draws all of `drawings` into `folder`, while the caller holds the run's lock.
///
/// # Errors
/// When one cannot be drawn or written.
pub fn write(drawings: &[Drawing], folder: &Path) -> Result<Vec<Drawn>> {
    files::create_folder(folder)?;
    files::remove_leftovers(folder)?;
    drawings
        .iter()
        .map(|drawing| write_one(drawing, folder))
        .collect()
}

fn write_one(drawing: &Drawing, folder: &Path) -> Result<Drawn> {
    let mut drawn = match drawing {
        Drawing::Figure(figure) => Drawn {
            title: figure.title.clone(),
            caption: figure.caption.clone(),
            alt: figure.alt_text(),
            files: Vec::new(),
        },
        Drawing::Animation(animation) => Drawn {
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
    for (extension, bytes) in render(drawing)? {
        let path = folder.join(format!("{}.{extension}", name(drawing)));
        files::write_atomically(&path, &bytes)?;
        drawn.files.push(path);
    }
    Ok(drawn)
}

fn name(drawing: &Drawing) -> &str {
    match drawing {
        Drawing::Figure(figure) => &figure.name,
        Drawing::Animation(animation) => &animation.name,
    }
}

fn render(drawing: &Drawing) -> Result<Vec<(&'static str, Vec<u8>)>> {
    Ok(match drawing {
        Drawing::Figure(figure) => {
            let drawn = figure.render()?;
            vec![
                ("png", drawn.png),
                ("svg", drawn.svg.into_bytes()),
                ("json", drawn.json.into_bytes()),
            ]
        }
        Drawing::Animation(animation) => {
            let drawn = animation.render()?;
            vec![
                ("gif", drawn.gif),
                ("png", drawn.png),
                ("json", drawn.json.into_bytes()),
            ]
        }
    })
}
