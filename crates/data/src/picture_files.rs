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
    in_order(files, folder)
}

/// The same with subfolders at any depth, but for those of which `enter` says no, and what lies in
/// them. Where a link leads back to a folder that it lies in, it is not followed.
///
/// # Errors
/// As [`picture_files`].
pub fn picture_files_below(
    folder: &Path,
    enter: impl Fn(&Path) -> bool,
) -> Result<Vec<PathBuf>, PictureError> {
    let mut files = Vec::new();
    walk(folder, &enter, &mut Vec::new(), &mut files)?;
    in_order(files, folder)
}

/// `way`: the true places of the folders that lead to this one.
fn walk(
    folder: &Path,
    enter: &impl Fn(&Path) -> bool,
    way: &mut Vec<PathBuf>,
    files: &mut Vec<PathBuf>,
) -> Result<(), PictureError> {
    let place = folder
        .canonicalize()
        .map_err(|source| cannot_read(folder, source))?;
    if way.contains(&place) {
        return Ok(());
    }
    way.push(place);
    for entry in entries(folder)? {
        if !entry.is_dir() {
            files.extend(is_picture(&entry).then_some(entry));
        } else if enter(&entry) {
            walk(&entry, enter, way, files)?;
        }
    }
    way.pop();
    Ok(())
}

fn in_order(mut files: Vec<PathBuf>, folder: &Path) -> Result<Vec<PathBuf>, PictureError> {
    if files.is_empty() {
        return Err(PictureError::NoPictures(folder.to_path_buf()));
    }
    alphanumeric_sort::sort_path_slice(&mut files);
    Ok(files)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, PictureError> {
    let mut paths = Vec::new();
    for entry in folder
        .read_dir()
        .map_err(|source| cannot_read(folder, source))?
    {
        let entry = entry.map_err(|source| cannot_read(folder, source))?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            paths.push(entry.path());
        }
    }
    Ok(paths)
}

fn cannot_read(folder: &Path, source: std::io::Error) -> PictureError {
    PictureError::Io(folder.to_path_buf(), source)
}

fn is_picture(path: &Path) -> bool {
    let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    path.is_file() && extension.is_some_and(|extension| EXTENSIONS.contains(&extension.as_str()))
}
