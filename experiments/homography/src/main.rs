//! The experiment's own command line, as `retrace run homography`, and the tools of its method:
//! `homography rectify` and `homography estimate`.

use std::process::ExitCode;

use homography::HomographyPost;
use homography::tools::Tools;

fn main() -> ExitCode {
    retrace_lab::cli::main_with_tools::<HomographyPost, Tools>()
}
