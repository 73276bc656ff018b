//! `retrace`: the one binary, with every experiment and the book of their runs.

use std::process::ExitCode;

use retrace_book::Book;

fn main() -> ExitCode {
    retrace_lab::cli::main::<Book>(&retrace::experiments())
}
