//! The pictures in a folder.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use image::ImageFormat;

use super::PictureError;
use super::kind::{Kind, kind_of};
use crate::name::shown;

/// As much of a file as tells what it is: of a camera's RAW file, the tags of its first picture.
const HEAD_BYTES: u64 = 64 * 1024;

/// What was found in a folder.
#[derive(Debug, Clone)]
pub struct PictureFolder {
    /// The pictures, in natural order.
    pub files: Vec<PathBuf>,
    /// What should be known: which pictures were passed over since their format is not read.
    pub notes: Vec<String>,
}

/// The picture files in a folder and in its subfolders, one level deep, in natural order: `im2.png`
/// before `im10.png`, `s2/1.pgm` before `s10/1.pgm`. Hidden files and folders are left out.
///
/// A file is one if its name ends as those of pictures do, or if it begins as they do.
///
/// # Errors
/// A folder that cannot be read, or that holds no picture.
pub fn picture_files(folder: &Path) -> Result<PictureFolder, PictureError> {
    picture_files_below(folder, |subfolder| subfolder.parent() == Some(folder))
}

/// The same with subfolders at any depth, but for those of which `enter` says no, and what lies in
/// them. Where a link leads back to a folder that it lies in, it is not followed.
///
/// # Errors
/// As [`picture_files`].
pub fn picture_files_below(
    folder: &Path,
    enter: impl Fn(&Path) -> bool,
) -> Result<PictureFolder, PictureError> {
    let mut walk = Walk {
        enter,
        way: Vec::new(),
        files: Vec::new(),
        unread: BTreeMap::new(),
        others: BTreeMap::new(),
    };
    walk.visit(folder)?;
    if walk.files.is_empty() {
        let path = folder.to_path_buf();
        return Err(PictureError::NoPictures {
            path,
            found: walk.found(),
        });
    }
    alphanumeric_sort::sort_path_slice(&mut walk.files);
    let passed_over = format!(
        "{}: passed over {}: not read here; convert to PNG or JPEG",
        shown(folder),
        listed(&walk.unread)
    );
    Ok(PictureFolder {
        files: walk.files,
        notes: (!walk.unread.is_empty())
            .then_some(passed_over)
            .into_iter()
            .collect(),
    })
}

struct Walk<E> {
    enter: E,
    /// The true places of the folders that lead to where it is.
    way: Vec<PathBuf>,
    files: Vec<PathBuf>,
    /// How many files of each kind that is not read.
    unread: BTreeMap<&'static str, usize>,
    /// How many of each other kind.
    others: BTreeMap<&'static str, usize>,
}

impl<E: Fn(&Path) -> bool> Walk<E> {
    fn visit(&mut self, folder: &Path) -> Result<(), PictureError> {
        let cannot_read = |source| PictureError::Io(folder.to_path_buf(), source);
        let place = folder.canonicalize().map_err(cannot_read)?;
        if self.way.contains(&place) {
            return Ok(());
        }
        self.way.push(place);
        for entry in folder.read_dir().map_err(cannot_read)? {
            let entry = entry.map_err(cannot_read)?;
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let path = entry.path();
            if path.is_file() {
                self.file(path);
            } else if path.is_dir() && (self.enter)(&path) {
                self.visit(&path)?;
            }
        }
        self.way.pop();
        Ok(())
    }

    fn file(&mut self, path: PathBuf) {
        let named = ImageFormat::from_path(&path).is_ok_and(|format| format.reading_enabled());
        let kind = match named {
            true => None,
            false => head(&path).ok().map(|head| kind_of(&head)),
        };
        let (kinds, name) = match kind {
            Some(Kind::Unread(name)) => (&mut self.unread, name),
            Some(Kind::Other(name)) => (&mut self.others, name),
            None if !named => (&mut self.others, "unreadable"),
            _ => return self.files.push(path),
        };
        *kinds.entry(name).or_default() += 1;
    }

    /// What there is in place of pictures.
    fn found(&self) -> String {
        let count: usize = self.unread.values().chain(self.others.values()).sum();
        match count {
            0 => "and no other file".to_owned(),
            1 => format!("but 1 file: {}", self.kinds()),
            _ => format!("but {count} files: {}", self.kinds()),
        }
    }

    fn kinds(&self) -> String {
        let both = [&self.unread, &self.others].map(listed);
        let some: Vec<_> = both.into_iter().filter(|kinds| !kinds.is_empty()).collect();
        some.join(", ")
    }
}

fn listed(kinds: &BTreeMap<&str, usize>) -> String {
    let each: Vec<_> = kinds
        .iter()
        .map(|(name, count)| format!("{count} {name}"))
        .collect();
    each.join(", ")
}

fn head(path: &Path) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    File::open(path)?.take(HEAD_BYTES).read_to_end(&mut head)?;
    Ok(head)
}
