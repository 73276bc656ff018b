//! Training on wgpu beside the same training on the CPU. Compiled with `--features wgpu` only, and
//! it needs a device: `scripts/wgpu-smoke.sh` runs it on a machine without a GPU.

use std::fs;
use std::path::{Path, PathBuf};

use crate::command::say;

/// Sixteen networks, six steps each on all images and two on few.
const RUN: [&str; 18] = [
    "run",
    "rrelu",
    "--preset",
    "smoke",
    "--data",
    "synthetic",
    "--seeds",
    "1",
    "--twin-images",
    "180",
    "--images",
    "180",
    "--few-images",
    "60",
    "--few-epochs",
    "2",
    "--json",
    "--device",
];

/// Runs on `device`; the folder of its cells.
fn run(folder: &Path, device: &str) -> PathBuf {
    let arguments = [&RUN[..], &[device, "--out", device]].concat();
    let said = say(folder, &arguments);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let run = said.json()["runs"][0]["folder"]
        .as_str()
        .unwrap()
        .to_owned();
    folder.join(run).join("cells")
}

/// Each step's training and loss.
fn losses(cells: &Path, arm: &str) -> Vec<(String, f64)> {
    let log = fs::read_to_string(cells.join(arm).join("seed-0/log.csv")).unwrap();
    let row = |row: &str| {
        let fields: Vec<&str> = row.split(',').collect();
        (
            format!("{arm}, {} {}", fields[0], fields[1]),
            fields[3].parse().unwrap(),
        )
    };
    log.lines().skip(1).map(row).collect()
}

/// Losses of one step on the two devices, as a share of the CPU's, at most. Sums are taken in
/// another order on each, and a difference in the last place (6e-8) grows from step to step; up to
/// 2.4e-7 was seen within eight steps.
const TOLERANCE: f64 = 1e-5;

/// Arms whose slopes are drawn by the device while they train: each back end has a generator of its
/// own, so that their losses differ as those of two seeds do.
fn draws_on_the_device(arm: &str) -> bool {
    arm.starts_with("rrelu")
}

#[test]
fn the_first_losses_on_wgpu_are_those_on_the_cpu() {
    let folder = tempfile::tempdir().unwrap();
    let [cpu, wgpu] = ["cpu", "wgpu"].map(|device| run(folder.path(), device));
    let mut compared = 0;
    for entry in fs::read_dir(&cpu).unwrap() {
        let arm = entry.unwrap().file_name().into_string().unwrap();
        let (here, there) = (losses(&cpu, &arm), losses(&wgpu, &arm));
        assert_eq!(here.len(), there.len(), "{arm}");
        for ((step, here), (_, there)) in here.into_iter().zip(there) {
            assert!(there.is_finite(), "{step}");
            let difference = (here - there).abs() / here.abs();
            if !draws_on_the_device(&arm) {
                assert!(difference < TOLERANCE, "{step}: {here} and {there}");
                compared += 1;
            }
        }
    }
    assert!(compared >= 50, "{compared} losses");
}
