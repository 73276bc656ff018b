//! Which pictures `colorize` reads, and what it writes for each.

use std::fs;
use std::path::{Path, PathBuf};

use retrace_data::{check_extension, picture_files_below};
use retrace_lab::{Error, Result};

/// What is read, and what is written for it; nothing is made yet.
///
/// # Errors
/// A folder without pictures, an output that cannot be written or would take the place of a picture
/// that is read.
pub(super) fn jobs(input: &Path, output: &Path) -> Result<Vec<(PathBuf, PathBuf)>> {
    if !input.is_dir() {
        check_extension(output).map_err(|error| Error::Usage(format!("`--output` {error}")))?;
        check_output(input, output)?;
        return Ok(vec![(input.to_path_buf(), output.to_path_buf())]);
    }
    check_output(input, output)?;
    let mut jobs: Vec<(PathBuf, PathBuf)> = Vec::new();
    for file in pictures(input, output)? {
        let relative = file.strip_prefix(input).unwrap_or(&file);
        let to = output.join(relative).with_extension("png");
        check_output(&file, &to)?;
        if let Some((other, _)) = jobs.iter().find(|(_, taken)| *taken == to) {
            return Err(Error::Usage(format!(
                "{} and {} would both become {}: rename one",
                other.display(),
                file.display(),
                to.display()
            )));
        }
        jobs.push((file, to));
    }
    Ok(jobs)
}

/// Makes the folders that the pictures go to.
///
/// # Errors
/// Names the folder.
pub(super) fn make_folders(jobs: &[(PathBuf, PathBuf)]) -> Result<()> {
    for folder in jobs.iter().filter_map(|(_, to)| to.parent()) {
        fs::create_dir_all(folder).map_err(Error::io("create the folder", folder))?;
    }
    Ok(())
}

/// All pictures of a folder, but for those that an earlier start may have coloured.
fn pictures(input: &Path, output: &Path) -> Result<Vec<PathBuf>> {
    // An output that is not there yet holds nothing.
    let output = output.canonicalize().ok();
    let other = |folder: &Path| output.is_none() || folder.canonicalize().ok() != output;
    picture_files_below(input, other).map_err(Error::data)
}

/// Refuses to write onto what is read, which exists only once.
fn check_output(from: &Path, to: &Path) -> Result<()> {
    let same = match (from.canonicalize(), to.canonicalize()) {
        (Ok(from), Ok(to)) => from == to,
        _ => false,
    };
    if same {
        let what = if from.is_dir() {
            "folder of pictures"
        } else {
            "picture"
        };
        return Err(Error::Usage(format!(
            "`--output` {} is the {what} itself: choose another name",
            to.display()
        )));
    }
    Ok(())
}
