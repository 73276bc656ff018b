//! Writes figures to disk: SVG and PNG, or GIF, and the numbers beside them.

use std::path::{Path, PathBuf};

use crate::error::Result;
use crate::experiment::Drawing;
use crate::files;

/// Draws all of `drawings` into `folder`; returns the files, the picture to open of each first.
///
/// # Errors
/// When one cannot be drawn or written.
pub fn write(drawings: &[Drawing], folder: &Path) -> Result<Vec<PathBuf>> {
    files::create_folder(folder)?;
    files::remove_leftovers(folder)?;
    let mut written = Vec::new();
    for drawing in drawings {
        for (extension, bytes) in render(drawing)? {
            let path = folder.join(format!("{}.{extension}", name(drawing)));
            files::write_atomically(&path, &bytes)?;
            written.push(path);
        }
    }
    Ok(written)
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
