//! What a cell does: one training, and questions to the finished network.
//!
//! Arrays of seed 0, in its `arrays.safetensors`: `input`, `truth` and `output` of up to three
//! validation pictures `[3, channels, height, width]`, `film` and `maps-1`, `maps-4` over the looks,
//! `kernels` of the first layer, `response` to a bright pixel, `unseen-input` and `unseen-output`,
//! a picture of each kind.

mod questions;

use burn::module::Module;
use retrace_lab::{Cell, Error, Result, Trained};

pub use questions::response;

use crate::arm::{self, SOUND, Setup, Subject};
use crate::config::AutoencoderConfig;
use crate::data::{Circles, Examples, Part, Scenes, tensors};
use crate::film::{self, Film};
use crate::network::{Network, NetworkConfig};
use crate::outcome::Outcome;
use crate::plan::Plan;
use crate::training::{Fit, Tally};
use questions::Asked;

/// A cell's work.
pub struct Study<'a> {
    config: &'a AutoencoderConfig,
    setup: Setup,
    training: Box<dyn Examples + 'a>,
    validation: Box<dyn Examples + 'a>,
}

impl<'a> Study<'a> {
    /// The work of the cell's arm.
    ///
    /// # Errors
    /// When there is no such arm.
    pub fn of(config: &'a AutoencoderConfig, scenes: &'a Scenes, cell: &Cell<'_>) -> Result<Self> {
        let name = &cell.arm().name;
        let setup =
            arm::of(config, name).ok_or_else(|| Error::Usage(format!("there is no arm {name}")))?;
        let circles = |purpose, count, levels| -> Box<dyn Examples + 'a> {
            Box::new(Circles {
                seed: cell.seed(),
                purpose,
                count,
                size: config.size(),
                radius: config.radius_pixels(),
                levels,
            })
        };
        let both = |levels| {
            (
                circles("training circles", config.circles, levels),
                circles("validation circles", config.validation, levels),
            )
        };
        let (training, validation): (Box<dyn Examples + 'a>, Box<dyn Examples + 'a>) =
            match setup.subject {
                Subject::Circles => both(Circles::ONE),
                Subject::TwoCircles => both(Circles::TWO),
                Subject::Scenes => (
                    Box::new(scenes.grey(Part::Training)),
                    Box::new(scenes.grey(Part::Validation)),
                ),
                Subject::Colours => (
                    Box::new(scenes.colour(Part::Training)),
                    Box::new(scenes.colour(Part::Validation)),
                ),
            };
        Ok(Self {
            config,
            setup,
            training,
            validation,
        })
    }

    /// Does it.
    ///
    /// # Errors
    /// As [`Fit::run`].
    pub fn run(&self, cell: &mut Cell<'_>) -> Result<Outcome> {
        let measured = self.config.validation.min(self.validation.count());
        let shown = cell.seed() == 0;
        let film = if self.setup.name == SOUND {
            Film::Maps
        } else {
            Film::Answer
        };
        let fit = Fit {
            setup: &self.setup,
            steps: self.setup.steps(self.config),
            batch: self.config.batch,
            training: &*self.training,
            validation: &*self.validation,
            measured: (0..measured).collect(),
            seed: cell.seed(),
            device: cell.device().clone().autodiff(),
            film: shown.then_some(film),
            constant: 0.0.into(),
        };
        let trained = fit.run(cell, self.start(cell)?)?;
        self.outcome(cell, trained, shown)
    }

    /// The network before its training: the same weights for all arms of a seed that have the
    /// same layers and initial weights.
    fn start(&self, cell: &Cell<'_>) -> Result<Network> {
        let network = NetworkConfig {
            architecture: self.setup.architecture,
            initial: self.setup.initial,
            answer: self.setup.answer,
            erase: self.setup.erase.map(|place| (place, self.config.dropout)),
            scale: self.setup.loss.scale(),
            config: self.config,
        };
        cell.network("weights", 0, |device| Ok(network.init(device)))
    }

    fn outcome(
        &self,
        cell: &mut Cell<'_>,
        trained: Trained<Network, Tally>,
        shown: bool,
    ) -> Result<Outcome> {
        let plan = Plan::of(self.setup.architecture, self.config);
        let tally = trained.tally;
        let mut end = None;
        if trained.diverged_at.is_none() {
            let network = trained.model.valid();
            let asked = Asked {
                network: &network,
                device: cell.device().clone(),
                size: self.validation.size(),
            };
            end = Some(self.end(&asked));
            let some: Vec<usize> = (0..self.config.batch.min(self.validation.count())).collect();
            let device = cell.device().clone();
            let example = || tensors(&*self.validation, &some, &device).0;
            cell.offer(&network, example, Network::forward)?;
            if shown {
                let mut arrays = self.arrays(&asked);
                arrays.extend(film::arrays(&tally.frames));
                for (name, array) in arrays {
                    cell.keep_array(name, array);
                }
            }
        }
        Ok(Outcome {
            looks: tally.looks,
            losses: tally.losses,
            windows: tally.windows,
            probes: tally.probes,
            diverged_at: trained.diverged_at,
            end,
            parameters: plan.parameters(),
            multiplications: plan.multiplications(),
        })
    }
}
