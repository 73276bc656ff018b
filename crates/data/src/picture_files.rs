//! The pictures of a folder.

use std::path::{Path, PathBuf};

use crate::picture::PictureError;

/// What the names of pictures end in.
const EXTENSIONS: [&str; 7] = ["png", "jpg", "jpeg", "pgm", "ppm", "pnm", "gif"];

/// The picture files in a folder and in its subfolders, one level deep, in natural order: `im2.png`
/// before `im10.png`, `s2/1.pgm` before `s10/1.pgm`. Hidden files and folders are left out.
///
/// # Errors
/// A folder that cannot be read, or that holds no picture.
pub fn picture_files(folder: &Path) -> Result<Vec<PathBuf>, PictureError> {
    let mut files = Vec::new();
    for entry in entries(folder)? {
        if entry.is_dir() {
            files.extend(entries(&entry)?.into_iter().filter(|path| is_picture(path)));
        } else if is_picture(&entry) {
            files.push(entry);
        }
    }
    if files.is_empty() {
        return Err(PictureError::NoPictures {
            path: folder.to_path_buf(),
        });
    }
    alphanumeric_sort::sort_path_slice(&mut files);
    Ok(files)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, PictureError> {
    let io = |source| PictureError::Io {
        path: folder.to_path_buf(),
        source,
    };
    let mut paths = Vec::new();
    for entry in folder.read_dir().map_err(io)? {
        let entry = entry.map_err(io)?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            paths.push(entry.path());
        }
    }
    Ok(paths)
}

fn is_picture(path: &Path) -> bool {
    let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    path.is_file() && extension.is_some_and(|extension| EXTENSIONS.contains(&extension.as_str()))
}
