//! Photographs of outdoor scenes, spread over the whole set.
//!
//! A. Oliva, A. Torralba, "Modeling the shape of the scene", IJCV 42 (2001): 2,688 pictures of
//! 256x256 in folders of eight categories. Two photographs are there twice under other names
//! (`insidecity_urb992` is `tallbuilding_urb992`, `mountain_sclos4` is `mountain_sharp59`).

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use image::DynamicImage;
use rayon::prelude::*;

use crate::{PictureError, PictureFile, picture_files, read_picture, sha256};

/// Why scenes cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ScenesError {
    /// A folder or a file that cannot be read, or that holds no picture.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// Fewer pictures than were asked for.
    #[error("{}: expected at least {expected} pictures, found {found}", folder.display())]
    TooFew {
        /// The data set.
        folder: PathBuf,
        /// How many are needed.
        expected: usize,
        /// How many there are.
        found: usize,
    },
}

/// `count` photographs of the folder's subfolders, evenly spread over them in natural order, and
/// the SHA-256 over the checksums of their files. Of equal files the first one is taken, so that
/// there can be fewer.
///
/// # Errors
/// See [`ScenesError`]; each names the file or folder.
pub fn read_scenes(
    folder: &Path,
    count: usize,
) -> Result<(Vec<DynamicImage>, String), ScenesError> {
    let files = picture_files(folder)?.files;
    if files.len() < count {
        return Err(ScenesError::TooFew {
            folder: folder.to_path_buf(),
            expected: count,
            found: files.len(),
        });
    }
    let chosen = (0..count).map(|index| &files[index * files.len() / count]);
    let chosen: Vec<&PathBuf> = chosen.collect();
    let read = chosen.par_iter().map(|file| read_picture(file));
    let mut read: Vec<PictureFile> = read.collect::<Result<_, _>>()?;
    let mut seen = HashSet::new();
    read.retain(|file| seen.insert(file.sha256.clone()));
    let sums: String = read.iter().map(|file| file.sha256.as_str()).collect();
    let pictures = read.into_iter().map(|file| file.image).collect();
    Ok((pictures, sha256(sums.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_equal_files_the_first_is_taken_and_too_few_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        for (name, grey) in [("coast/1.png", 1), ("coast/2.png", 2), ("street/1.png", 1)] {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            let picture = image::GrayImage::from_pixel(3, 2, image::Luma([grey]));
            picture.save(path).unwrap();
        }
        let (pictures, all) = read_scenes(folder.path(), 3).unwrap();
        let greys: Vec<u8> = pictures
            .iter()
            .map(|picture| picture.as_bytes()[0])
            .collect();
        assert_eq!(greys, [1, 2]);
        // Evenly spread, one picture is the first.
        let (one, other) = read_scenes(folder.path(), 1).unwrap();
        assert_eq!((one.len(), one[0].as_bytes()[0]), (1, 1));
        assert_ne!(all, other);
        let error = read_scenes(folder.path(), 4).unwrap_err().to_string();
        assert!(
            error.ends_with("expected at least 4 pictures, found 3"),
            "{error}"
        );
    }
}
