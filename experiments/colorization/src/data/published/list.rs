//! The lists of file names.

use std::fs;
use std::path::Path;

use super::ScenesError;

/// The lines of a list; each must stay within the folder of the set.
pub(super) fn names(list: &Path) -> Result<Vec<String>, ScenesError> {
    let path = || list.to_path_buf();
    let text = fs::read_to_string(list).map_err(|source| ScenesError::List {
        path: path(),
        source,
    })?;
    let mut names = Vec::new();
    for (index, line) in text.lines().map(str::trim).enumerate() {
        let parts: Vec<&str> = line.split('/').collect();
        let plain = |part: &&str| !part.is_empty() && !part.starts_with('.');
        match parts.len() {
            _ if line.is_empty() => {}
            2 if parts.iter().all(plain) => names.push(line.to_owned()),
            _ => {
                return Err(ScenesError::Line {
                    path: path(),
                    line: index + 1,
                    found: line.to_owned(),
                });
            }
        }
    }
    if names.is_empty() {
        return Err(ScenesError::Nothing { path: path() });
    }
    Ok(names)
}

/// At most `count` of `names`, evenly spread.
pub(super) fn spread(names: Vec<String>, count: usize) -> Vec<String> {
    let all = names.len();
    if count >= all {
        return names;
    }
    (0..count).map(|i| names[i * all / count].clone()).collect()
}
