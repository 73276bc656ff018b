//! Runs the program and looks at what it says.

#![allow(dead_code)] // each test file uses another part

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What a command printed, and its exit code.
pub struct Said {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// The program, in a folder of its own, without the caller's settings and data sets.
pub fn retrace(folder: &Path) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("retrace"));
    command
        .current_dir(folder)
        .env_remove("RETRACE_OUT")
        .env_remove("RETRACE_DATA")
        .env("XDG_CACHE_HOME", folder.join("no-cache"));
    command
}

/// Runs the program to its end.
pub fn say(folder: &Path, arguments: &[&str]) -> Said {
    retrace(folder)
        .args(arguments)
        .output()
        .expect("the program starts")
        .into()
}

/// All files below `folder`, relative to it, in order.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(
                    path.strip_prefix(folder)
                        .expect("it lies below")
                        .to_path_buf(),
                );
            }
        }
    }
    found.sort();
    found
}
