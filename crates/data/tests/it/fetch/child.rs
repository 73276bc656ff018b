//! Fetching in another process: this test program again, with one test that is none.

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use retrace_data::sets::{DataSet, fetch};

use super::made_up::{NAME, quick};

const FOLDER: &str = "RETRACE_TEST_CHILD";

/// Starts a process that fetches the set with this manifest into `<folder>/cache`. `limits` is
/// shell that runs before it.
pub fn start(folder: &Path, manifest: &str, table: &str, limits: &str) -> Child {
    for (name, text) in [("manifest.toml", manifest), ("files.csv", table)] {
        // Not again for each of several children: others may be reading it.
        if !fs::read_to_string(folder.join(name)).is_ok_and(|there| there == text) {
            fs::write(folder.join(name), text).unwrap();
        }
    }
    Command::new("sh")
        .arg("-c")
        .arg(format!(
            "{limits} exec \"$0\" --exact fetch::child::process --nocapture"
        ))
        .arg(env::current_exe().unwrap())
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// What a child does. Without its variable this is an empty test.
#[test]
fn process() {
    let Ok(folder) = env::var(FOLDER) else { return };
    let folder = Path::new(&folder);
    let text = |name| fs::read_to_string(folder.join(name)).unwrap();
    let set = DataSet::parse(NAME, &text("manifest.toml"), &text("files.csv"), &[]).unwrap();
    let mut options = quick();
    // The parent kills a child that waits for bytes; it must not lose patience before.
    options.stall_timeout = Duration::from_secs(60);
    // A local archive beside the manifest is taken instead of asking mirrors.
    let local = folder.join("local");
    options.from = local.exists().then_some(local);
    let fetched = fetch(&set, &folder.join("cache"), &options, &mut |_| {});
    #[allow(clippy::print_stdout)] // The parent reads it.
    {
        println!("{fetched:?}");
    }
    assert!(fetched.unwrap().is_complete());
}
