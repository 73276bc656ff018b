//! The page of a run: question, method, figures, claims, settings, networks.

use askama::Template;
use retrace_inspect::Summary;
use retrace_lab::cli::Entry;
use retrace_lab::{Claim, Error, Post, Reported, Result, StoredRun, Verdict};

use super::front::{seeds, verdicts};
use super::made::{command, made};
use super::{data, page_of};
use crate::ink;
use crate::markdown::html_from_markdown;
use crate::picture::{Body, Picture};
use crate::shelf::Volume;
use crate::strip::strip;

#[derive(Template)]
#[template(path = "run.html")]
pub(crate) struct RunPage<'a> {
    root: &'static str,
    experiment: &'static str,
    post: Post,
    run: &'a StoredRun,
    name: String,
    seeds: String,
    data: String,
    verdicts: Vec<(Verdict, usize)>,
    method: String,
    /// Rules for the figures' colours in the dark.
    inks: String,
    figures: Vec<Picture>,
    claims: Vec<Evidence<'a>>,
    reported: &'a [Reported],
    settings: Vec<Setting>,
    networks: Vec<Network<'a>>,
    command: String,
    made: Vec<(&'static str, String)>,
    /// Names and pages of the experiment's other runs.
    others: Vec<(String, String)>,
}

/// A claim with its picture.
struct Evidence<'a> {
    claim: &'a Claim,
    strip: Option<String>,
}

/// A value of the config.
struct Setting {
    key: String,
    value: String,
    origin: String,
    help: String,
}

struct Network<'a> {
    name: &'a str,
    summary: &'a Summary,
    /// Address of its picture.
    picture: String,
}

impl<'a> RunPage<'a> {
    /// # Errors
    /// A method with an equation that is none, a config that cannot be written as TOML.
    pub(crate) fn of(
        volume: &'a Volume<'_>,
        run: &'a StoredRun,
        figures: Vec<Picture>,
        networks: Vec<String>,
    ) -> Result<Self> {
        let entry = volume.entry;
        let method = html_from_markdown(entry.method());
        let others = volume
            .runs
            .iter()
            .filter(|other| other.name() != run.name());
        let networks = run.networks.iter().zip(networks);
        Ok(Self {
            root: "../../",
            experiment: entry.name(),
            post: entry.listed().post,
            run,
            name: run.name(),
            seeds: seeds(run.run.seeds),
            data: data(run),
            verdicts: verdicts(run),
            method: method.map_err(|error| Error::Other(Box::new(error)))?,
            inks: ink::rules(figures.iter().filter_map(|figure| match &figure.body {
                Body::Inline(svg) => Some(svg.as_str()),
                _ => None,
            })),
            figures,
            claims: run.claims.iter().map(evidence).collect(),
            reported: &run.reported,
            settings: settings(entry, run)?,
            networks: networks
                .map(|(network, picture)| Network {
                    name: &network.network,
                    summary: &network.summary,
                    picture,
                })
                .collect(),
            command: command(volume, run),
            made: made(run),
            others: others
                .map(|o| (o.name(), format!("../{}", page_of(o))))
                .collect(),
        })
    }

    /// The figure that shows a claim, where it is on the page.
    fn shown_in(&self, claim: &Claim) -> Option<&Picture> {
        let name = claim.figure.as_ref()?;
        self.figures.iter().find(|figure| figure.name == *name)
    }
}

fn evidence(claim: &Claim) -> Evidence<'_> {
    Evidence {
        claim,
        strip: strip(claim),
    }
}

fn settings(entry: &dyn Entry, run: &StoredRun) -> Result<Vec<Setting>> {
    let help = entry.help();
    let preset = entry.preset(run.run.preset)?;
    let origin = |key: &str, value: &toml::Value| match run.manifest.origins.get(key) {
        Some(origin) => origin.clone(),
        None if preset.get(key) == Some(value) => format!("preset {}", run.run.preset),
        None => "changed".to_owned(),
    };
    let settings = run.config.iter().map(|(key, value)| Setting {
        key: key.clone(),
        value: value.to_string(),
        origin: origin(key, value),
        help: help.get(key).cloned().unwrap_or_default(),
    });
    Ok(settings.collect())
}
