//! How a run was made, and how to make it again.

use retrace_lab::{DeviceName, InputKind, StoredRun};

use crate::moment::{duration, moment};
use crate::shelf::Volume;

/// The command that repeats a run.
pub(super) fn command(volume: &Volume<'_>, run: &StoredRun) -> String {
    let name = volume.entry.name();
    let start = format!("cargo run --release -- run {name}");
    let as_preset = volume
        .entry
        .preset(run.run.preset)
        .is_ok_and(|p| p == run.config);
    let files = run
        .run
        .inputs
        .iter()
        .any(|input| input.kind == InputKind::File);
    if !as_preset || files {
        let config = run.dir.config();
        return format!("{start} --config {}", config.display());
    }
    let mut command = format!(
        "{start} --preset {} --seeds {}",
        run.run.preset, run.run.seeds
    );
    if run.run.device != DeviceName::Cpu {
        command.push_str(&format!(" --device {}", run.run.device));
    }
    if let Some(input) = run.run.inputs.first() {
        let kind = match input.kind {
            InputKind::Real => "real",
            _ => "synthetic",
        };
        command.push_str(&format!(" --data {kind}"));
    }
    command
}

/// `retrace 0.1.0, burn 0.22.1, commit 3f9a1c2`.
pub(super) fn versions(run: &StoredRun) -> String {
    let manifest = &run.manifest;
    let commit = match (&manifest.git_commit, manifest.git_dirty) {
        (Some(commit), dirty) => {
            let short: String = commit.chars().take(10).collect();
            let changed = if dirty == Some(true) {
                " with changes"
            } else {
                ""
            };
            format!(", commit {short}{changed}")
        }
        (None, _) => String::new(),
    };
    let (retrace, burn) = (&manifest.retrace_version, &manifest.burn_version);
    format!("retrace {retrace}, burn {burn}{commit}")
}

pub(super) fn made(run: &StoredRun) -> Vec<(&'static str, String)> {
    let manifest = &run.manifest;
    let mut made = vec![
        ("finished", moment(manifest.finished_unix_s)),
        ("versions", versions(run)),
        (
            "Cargo.lock",
            format!("SHA-256 {}", manifest.cargo_lock_sha256),
        ),
        ("device", run.run.device.to_string()),
        ("platform", manifest.platform.clone()),
        ("threads", format!("{} a process", manifest.threads)),
        (
            "time",
            format!(
                "{} of work in {} cells, {} at a time when it was finished",
                duration(run.work_time_s()),
                manifest.cell_time_s.len(),
                manifest.jobs
            ),
        ),
    ];
    let inputs = run.run.inputs.iter();
    made.extend(inputs.map(|input| ("data", format!("{input}, SHA-256 {}", input.sha256))));
    made
}
