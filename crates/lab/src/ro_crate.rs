//! `ro-crate-metadata.json`: what a run's folder holds and what made it, for archives and for search
//! engines. The format is [RO-Crate 1.1](https://w3id.org/ro/crate/1.1) with the profile
//! [Process Run Crate 0.5](https://w3id.org/ro/wfrun/process/0.5): files, the action that made them,
//! the program that acted, what it read.

use std::path::Path;

use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::drawing::Drawn;
use crate::error::Result;
use crate::experiment::Experiment;
use crate::files::write_unless_same;
use crate::manifest::Manifest;
use crate::run_dir::RunDir;
use crate::seal;

/// The profile that the folder follows.
const PROFILE: &str = "https://w3id.org/ro/wfrun/process/0.5";
/// SPDX has an address for each licence, and none for the choice.
const LICENCE: &str = "#licence";

/// Files of a run besides its figures: name, what it is, media type.
const FILES: [(&str, &str, &str); 6] = [
    (
        "config.toml",
        "All settings; given back with --config it repeats the run",
        "application/toml",
    ),
    (
        "manifest.json",
        "Command, versions, device, times",
        "application/json",
    ),
    (
        "claims.json",
        "The claims of the post, measured and answered",
        "application/json",
    ),
    (
        "reported.json",
        "The numbers of the post beside those measured",
        "application/json",
    ),
    (
        "sources.json",
        "The Rust modules that measured, drew and judged",
        "application/json",
    ),
    (
        "networks.json",
        "Layers, parameters and memory of the networks",
        "application/json",
    ),
];

/// Writes the file into the folder of a run, from its manifest and what was drawn of it, its files as
/// paths below the folder.
///
/// # Errors
/// A manifest that cannot be read, a file that cannot be written.
pub(crate) fn write<E: Experiment>(dir: &RunDir, figures: &[Drawn]) -> Result<()> {
    let manifest: Manifest = seal::read_json(&dir.manifest())?;
    let mut graph = vec![
        json!({
            "@id": "ro-crate-metadata.json",
            "@type": "CreativeWork",
            "about": {"@id": "./"},
            "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        }),
        json!({
            "@id": PROFILE,
            "@type": "CreativeWork",
            "name": "Process Run Crate",
            "version": "0.5",
        }),
        json!({
            "@id": LICENCE,
            "@type": "CreativeWork",
            "name": "MIT OR Apache-2.0",
            "description": "At your choice the MIT licence or the Apache licence 2.0",
        }),
    ];
    let parts = parts(figures);
    graph.push(whole::<E>(&manifest, &parts));
    graph.extend(action(&manifest, &parts));
    graph.extend(parts);
    let document = json!({"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph});
    write_unless_same(&dir.ro_crate(), format!("{document:#}\n").as_bytes())
}

/// The folder itself.
fn whole<E: Experiment>(manifest: &Manifest, parts: &[Value]) -> Value {
    let post = E::POST;
    let run = &manifest.run;
    json!({
        "@id": "./",
        "@type": "Dataset",
        "name": format!("{}: the blog post \"{}\" run again, preset {}, seeds {}", E::NAME, post.title, run.preset, run.seeds),
        "description": post.question,
        "datePublished": moment(manifest.finished_unix_s),
        "license": {"@id": LICENCE},
        "conformsTo": {"@id": PROFILE},
        "isBasedOn": {"@id": format!("#{}", E::NAME)},
        "hasPart": ids(parts),
        "mentions": {"@id": "#run"},
    })
}

/// What was done, by which program, with what.
fn action(manifest: &Manifest, parts: &[Value]) -> Vec<Value> {
    let run = &manifest.run;
    let inputs: Vec<Value> = run
        .inputs
        .iter()
        .map(|input| {
            json!({
                "@id": format!("#input-{}", input.sha256),
                "@type": "CreativeWork",
                "name": input.to_string(),
                "identifier": format!("sha256:{}", input.sha256),
            })
        })
        .collect();
    let mut object = ids(&inputs);
    object.push(json!({"@id": "config.toml"}));
    // The specification wants a list of one as that one.
    let object = match object.as_slice() {
        [one] => one.clone(),
        several => json!(several),
    };
    let results = parts.iter().filter(|part| part["@id"] != "config.toml");
    let results: Vec<Value> = results.cloned().collect();
    // An unfinished run is drawn, too; the profile knows no other word for it.
    let status = match manifest.missing.is_empty() {
        true => "CompletedActionStatus",
        false => "FailedActionStatus",
    };
    let software = format!("#retrace-{}", manifest.retrace_version);
    let mut made = vec![
        json!({
            "@id": "#run",
            "@type": "CreateAction",
            "name": format!("retrace run {} --preset {}", run.experiment, run.preset),
            "description": manifest.command.join(" "),
            "endTime": moment(manifest.finished_unix_s),
            "actionStatus": format!("http://schema.org/{status}"),
            "instrument": {"@id": software},
            "object": object,
            "result": ids(&results),
        }),
        json!({
            "@id": software,
            "@type": "SoftwareApplication",
            "name": "Retrace",
            "softwareVersion": manifest.retrace_version,
            "softwareRequirements": format!("Burn {}, {}", manifest.burn_version, manifest.platform),
            "identifier": manifest.git_commit.as_ref().map(|commit| format!("commit {commit}")),
        }),
    ];
    made.extend(inputs);
    made
}

/// All files and folders that it describes and that are there.
fn parts(figures: &[Drawn]) -> Vec<Value> {
    let files = FILES.iter().map(|(name, what, kind)| {
        json!({"@id": name, "@type": "File", "name": what, "encodingFormat": kind})
    });
    let cells =
        json!({"@id": "cells/", "@type": "Dataset", "name": "What each arm came to at each seed"});
    let drawn = figures.iter().flat_map(|figure| {
        figure.files.iter().map(|file| {
            json!({
                "@id": file.to_string_lossy(),
                "@type": "File",
                "name": figure.title,
                "description": figure.caption,
                "encodingFormat": media_type(file),
            })
        })
    });
    files.chain([cells]).chain(drawn).collect()
}

fn media_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("gif") => "image/gif",
        Some("csv") => "text/csv",
        _ => "application/json",
    }
}

fn ids(entities: &[Value]) -> Vec<Value> {
    entities
        .iter()
        .map(|entity| json!({"@id": entity["@id"]}))
        .collect()
}

/// `2026-11-22T09:05:00+00:00`.
fn moment(unix_s: u64) -> Option<String> {
    let time = OffsetDateTime::from_unix_timestamp(i64::try_from(unix_s).ok()?).ok()?;
    let (hour, minute, second) = time.to_hms();
    Some(format!(
        "{}T{hour:02}:{minute:02}:{second:02}+00:00",
        time.date()
    ))
}
