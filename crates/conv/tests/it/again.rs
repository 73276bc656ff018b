//! A test program that starts itself again with fewer vector instructions.
//!
//! `RETRACE_CONV` is read once in a process, so that each choice needs a process of its own.

#![allow(dead_code, reason = "each user uses a part")]

use std::process::Command;

/// Runs this test program with `RETRACE_CONV` set, or not set for `None`, and these arguments and
/// variables; gives back how many tests passed.
///
/// # Panics
/// With all that it wrote, when a test of it failed.
pub fn again(instructions: Option<&str>, arguments: &[&str], variables: &[(&str, &str)]) -> usize {
    let mut program = Command::new(std::env::current_exe().expect("the path of this program"));
    match instructions {
        Some(instructions) => program.env("RETRACE_CONV", instructions),
        None => program.env_remove("RETRACE_CONV"),
    };
    let output = program
        .args(arguments)
        .envs(variables.iter().copied())
        .output()
        .expect("this program starts again");
    let told = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "with {instructions:?}:\n{told}\n{complaints}"
    );
    let passed = told
        .lines()
        .find_map(|line| line.strip_prefix("test result: ok. "))
        .and_then(|line| line.split(' ').next())
        .and_then(|count| count.parse().ok());
    passed.unwrap_or_else(|| panic!("no result in {told}"))
}

/// Runs one ignored test of this program, by its whole name.
pub fn one(instructions: Option<&str>, name: &str, variables: &[(&str, &str)]) {
    let passed = again(instructions, &[name, "--exact", "--ignored"], variables);
    assert_eq!(passed, 1, "tests called {name}");
}

/// Says on the terminal (`--nocapture`) what was not tested, and why.
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
pub fn not_tested(what: &str) {
    eprintln!("not tested: {what}");
}
