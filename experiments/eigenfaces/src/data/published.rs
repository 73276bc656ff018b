//! Reads the published sets.

use std::path::{Path, PathBuf};

use image::DynamicImage;
use image::imageops::FilterType;
use ndarray::Array2;
use rayon::prelude::*;
use retrace_data::{PictureFile, grey, picture_files, read_picture, read_scenes};
use retrace_lab::{Error, Result, sha256};

use super::album::Album;
use crate::config::Config;

/// What can be wrong with a set whose files can all be read.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// Pictures of unequal size.
    #[error(
        "{}: expected a picture of {}x{} pixels like the others, found one of {}x{}",
        path.display(), expected.0, expected.1, found.0, found.1
    )]
    Size {
        /// The odd picture.
        path: PathBuf,
        /// Width and height of the first one.
        expected: (u32, u32),
        /// Its own.
        found: (u32, u32),
    },
    /// Persons with unequal numbers of pictures.
    #[error("{}: expected {expected} pictures as in the first folder, found {found}", folder.display())]
    Number {
        /// The odd folder.
        folder: PathBuf,
        /// Pictures of the first person.
        expected: usize,
        /// Pictures here.
        found: usize,
    },
    /// Fewer persons or pictures than the run needs.
    #[error("{}: expected at least {expected} {what}, found {found}", folder.display())]
    TooFew {
        /// The data set.
        folder: PathBuf,
        /// Persons or pictures.
        what: &'static str,
        /// How many are needed.
        expected: usize,
        /// How many there are.
        found: usize,
    },
}

/// The post's training and test pictures, and the checksum over all files.
pub fn post(folder: &Path, shrink: usize) -> Result<((Album, Album), String)> {
    let training = (1..=16).map(|number| folder.join(format!("im{number}.png")));
    let tests = (1..=9).map(|number| folder.join(format!("test{number}.png")));
    let (mut pictures, sum) = read(&training.chain(tests).collect::<Vec<_>>(), shrink)?;
    let tests = pictures.split_off(16);
    Ok(((Album::of(&pictures), Album::of(&tests)), sum))
}

/// The first persons of the set one after the other, the number of pictures of each, and the
/// checksum over all files.
pub fn persons(folder: &Path, config: &Config) -> Result<(Album, usize, String)> {
    let mut persons: Vec<Vec<PathBuf>> = Vec::new();
    for file in picture_files(folder).map_err(Error::data)? {
        match persons.last_mut() {
            Some(person) if person[0].parent() == file.parent() => person.push(file),
            _ => persons.push(vec![file]),
        }
    }
    let too_few = |what, expected, found| {
        Err(Error::data(DataError::TooFew {
            folder: folder.to_path_buf(),
            what,
            expected,
            found,
        }))
    };
    if persons.len() < config.persons {
        return too_few("persons (folders)", config.persons, persons.len());
    }
    persons.truncate(config.persons);
    let each = persons[0].len();
    if each <= config.training_pictures {
        return too_few("pictures of a person", config.training_pictures + 1, each);
    }
    if let Some(odd) = persons.iter().find(|person| person.len() != each) {
        return Err(Error::data(DataError::Number {
            folder: odd[0].parent().unwrap_or(folder).to_path_buf(),
            expected: each,
            found: odd.len(),
        }));
    }
    let (pictures, sum) = read(&persons.concat(), config.shrink)?;
    Ok((Album::of(&pictures), each, sum))
}

/// `count` photographs, evenly spread over the set, brought to `size` (rows, columns), and the
/// checksum over their files.
pub fn things(folder: &Path, count: usize, size: (usize, usize)) -> Result<(Album, String)> {
    let (photographs, sum) = read_scenes(folder, count).map_err(Error::data)?;
    let pictures = photographs.par_iter().map(|image| cut(image, size));
    Ok((Album::of(&pictures.collect::<Vec<_>>()), sum))
}

/// Grey pictures that have one size, their sides divided by `shrink`.
fn read(files: &[PathBuf], shrink: usize) -> Result<(Vec<Array2<f64>>, String)> {
    let read = |file: &PathBuf| read_picture(file).map_err(Error::data);
    let decoded: Vec<PictureFile> = files.par_iter().map(read).collect::<Result<_>>()?;
    let sums: String = decoded.iter().map(|file| file.sha256.as_str()).collect();
    let size = |file: &PictureFile| (file.image.width(), file.image.height());
    let expected = decoded.first().map_or((0, 0), size);
    let odd = decoded.iter().position(|file| size(file) != expected);
    if let Some(odd) = odd {
        return Err(Error::data(DataError::Size {
            path: files[odd].clone(),
            expected,
            found: size(&decoded[odd]),
        }));
    }
    let small = (expected.1 as usize / shrink, expected.0 as usize / shrink);
    let pictures = decoded.par_iter().map(|file| cut(&file.image, small));
    Ok((pictures.collect(), sha256(sums.as_bytes())))
}

/// The middle of a picture with the proportions of `size` (rows, columns), brought to this size.
/// A picture that has it already keeps its values.
pub fn cut(image: &DynamicImage, (rows, columns): (usize, usize)) -> Array2<f64> {
    let (width, height) = (image.width() as usize, image.height() as usize);
    if (height, width) == (rows, columns) {
        return grey(image);
    }
    let wide = width.min(height * columns / rows).max(1);
    let high = height.min(width * rows / columns).max(1);
    let (left, top) = ((width - wide) / 2, (height - high) / 2);
    let part = image.crop_imm(left as u32, top as u32, wide as u32, high as u32);
    grey(&part.resize_exact(columns as u32, rows as u32, FilterType::Triangle))
}

#[cfg(test)]
mod tests {
    use retrace_lab::{Config as _, Preset};

    use super::*;

    /// Writes a small picture.
    fn write(folder: &Path, file: &str, (width, height): (u32, u32)) {
        let path = folder.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let grey = |x: u32, y: u32| image::Luma([(x * 7 + y * 13 + file.len() as u32) as u8]);
        let picture = image::GrayImage::from_fn(width, height, grey);
        picture.save(path).unwrap();
    }

    #[test]
    fn pictures_that_do_not_fit_together_are_named() {
        let config = Config::preset(Preset::Smoke);
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let refused = |named: &str| {
            let message = persons(folder, &config).unwrap_err().chain();
            assert!(message.contains(named), "expected {named} in: {message}");
        };
        for person in 1..=8 {
            for picture in 1..=4 {
                write(folder, &format!("s{person}/{picture}.png"), (40, 48));
            }
        }
        write(folder, "s3/4.png", (40, 44));
        refused("s3/4.png");
        std::fs::remove_file(folder.join("s3/4.png")).unwrap();
        refused("s3: expected 4 pictures");
        std::fs::remove_dir_all(folder.join("s3")).unwrap();
        refused("expected at least 8 persons");
    }

    #[test]
    fn a_picture_of_the_post_that_is_missing_is_named() {
        let folder = tempfile::tempdir().unwrap();
        for picture in (1..=16).filter(|picture| *picture != 2) {
            write(folder.path(), &format!("im{picture}.png"), (47, 47));
        }
        let message = post(folder.path(), 1).unwrap_err().chain();
        assert!(message.contains("im2.png"), "{message}");
    }
}
