//! What a cell does: one network, trained and then measured on the test pictures; or a count of
//! colours.

mod count;
mod kept;
mod measure;

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};
use ndarray::Axis;
use retrace_data::colour::lab_from_picture;
use retrace_lab::{Cell, Error, PlannedNetwork, Result};

use crate::arm::{Answer, Setup, Weighting, Which};
use crate::batch::Teacher;
use crate::bins::Bins;
use crate::bins::targets::Targets;
use crate::bins::weights::class_weights;
use crate::colouring::Decoder;
use crate::config::ColorizationConfig;
use crate::counting;
use crate::data::{FOREST, Photo, Scenes};
use crate::network::{Network, NetworkConfig};
use crate::outcome::{Outcome, Training};
use crate::patches::{INPUT, Order, Patch, windows};
use crate::training::Fit;

pub use count::count_colours;

/// Test windows that are looked at after each epoch.
const LOOKED_AT: usize = 64;

/// The pictures of a training or a test, which may be those of one category.
pub fn chosen(photos: &[Photo], which: Which) -> Vec<&Photo> {
    let all = photos.iter();
    all.filter(|photo| which == Which::All || photo.category == FOREST)
        .collect()
}

/// The test pictures that figures show, evenly spread.
pub fn shown(photos: &[&Photo], count: usize) -> Vec<usize> {
    let all = photos.len();
    let count = count.min(all);
    let places = (0..count).map(|i| (2 * i + 1) * all / (2 * count));
    let first = photos.first().map(|photo| photo.size());
    places
        .filter(|place| Some(photos[*place].size()) == first)
        .collect()
}

/// The networks to plan, with as many filters as the data have colours: that of 32x32 patches, and
/// the same on a whole picture.
///
/// # Errors
/// Those of [`Study::new`].
pub fn networks(config: &ColorizationConfig, scenes: &Scenes) -> Result<Vec<PlannedNetwork>> {
    let network = Study::new(config, scenes, Setup::ALL[0])?.network();
    let sides = [("patch", INPUT), ("picture", config.side)];
    let planned = |(name, side): (&str, usize)| {
        let fresh = network.init(&Device::flex());
        PlannedNetwork::new(name, fresh, &[1, side, side], Network::forward)
    };
    Ok(sides.map(planned).into())
}

/// A cell's work.
pub struct Study<'a> {
    config: &'a ColorizationConfig,
    setup: Setup,
    train: Vec<&'a Photo>,
    test: Vec<&'a Photo>,
    bins: Bins,
}

impl<'a> Study<'a> {
    /// The work of this arm.
    ///
    /// # Errors
    /// When there are no pictures for it.
    pub fn new(config: &'a ColorizationConfig, scenes: &'a Scenes, setup: Setup) -> Result<Self> {
        let train = chosen(&scenes.train, setup.which);
        let test = chosen(&scenes.test, setup.which);
        let bins = counting::bins(&train, config.window).map_err(Error::data)?;
        for (photos, part) in [(&train, "training"), (&test, "test")] {
            if windows(photos).is_empty() {
                let name = setup.name;
                let message = format!("{name}: no {part} picture is as large as 32x32 pixels");
                return Err(Error::Data(message.into()));
            }
        }
        Ok(Self {
            config,
            setup,
            train,
            test,
            bins,
        })
    }

    /// Does it.
    ///
    /// # Errors
    /// As [`Fit::run`].
    pub fn run(&self, cell: &mut Cell<'_>) -> Result<Outcome> {
        let network = self.network();
        let start = cell.network("weights", 0, |device| Ok::<_, Error>(network.init(device)))?;
        let fit = self.fit(cell);
        let trained = fit.run(cell, start)?;
        let network = trained.model.valid();
        let end = match trained.diverged_at {
            None => {
                let device = cell.device().clone();
                cell.offer(&network, || self.example(&device), Network::forward)?;
                Some(self.measure(cell, &network)?)
            }
            Some(_) => None,
        };
        Ok(Outcome::Training(Box::new(Training {
            bins: self.bins.len(),
            parameters: network.parameters(),
            patches: fit.order.distinct(fit.epochs * fit.order.steps_an_epoch()),
            looks: trained.tally.looks,
            end,
            diverged_at: trained.diverged_at,
        })))
    }

    /// L of the first test picture that has a window, whose size a frozen network keeps.
    ///
    /// # Shapes
    /// - output: `[1, 1, height, width]`
    fn example(&self, device: &Device) -> Tensor<4> {
        let first = windows(&self.test)[0].photo;
        let lab = lab_from_picture(&self.test[first].image.clone().into());
        let lightness = lab.index_axis(Axis(0), 0);
        let shape = [1, 1, lightness.nrows(), lightness.ncols()];
        let values: Vec<f32> = lightness.iter().copied().collect();
        Tensor::from_data(TensorData::new(values, shape), device)
    }

    fn network(&self) -> NetworkConfig {
        NetworkConfig {
            bins: self.bins.len(),
            outputs: match self.setup.answer {
                Answer::Bins => self.bins.len(),
                Answer::Plane => 2,
            },
            before_relu: self.setup.before_relu,
        }
    }

    fn targets(&self) -> Option<Targets<'_>> {
        let targets = || Targets::new(&self.bins, self.setup.target(self.config));
        (self.setup.answer == Answer::Bins).then(targets)
    }

    fn teacher(&self, weights: &[f64]) -> Teacher<'_> {
        let weights = weights.iter().map(|w| *w as f32).collect();
        let bins = |targets| Teacher::Bins(targets, weights);
        self.targets().map_or(Teacher::Plane, bins)
    }

    /// Of each bin.
    fn weights(&self) -> Vec<f64> {
        let counts = self.bins.counts().iter().map(|n| *n as f64);
        match self.setup.weighting {
            Weighting::Shares => class_weights(&self.bins.shares(), self.config.lambda),
            Weighting::Counts => class_weights(&counts.collect::<Vec<_>>(), self.config.lambda),
            Weighting::None => vec![1.0; self.bins.len()],
        }
    }

    fn fit(&self, cell: &Cell<'_>) -> Fit<'_> {
        let config = self.config;
        let (batch, steps) = (config.batch, config.steps_an_epoch);
        let all = windows(&self.train);
        let order = Order::new(all, batch, steps, cell.seed(), self.setup.same_patches);
        Fit {
            photos: &self.train,
            order,
            teacher: self.teacher(&self.weights()),
            unweighted: self.teacher(&vec![1.0; self.bins.len()]),
            test: (&self.test, spread(&windows(&self.test), LOOKED_AT)),
            epochs: config.epochs,
            learning_rate: config.learning_rate,
            device: cell.device().clone().autodiff(),
        }
    }

    fn decoder(&self, temperature: f64) -> Decoder {
        match self.setup.answer {
            Answer::Plane => Decoder::Plane,
            Answer::Bins => Decoder::Bins {
                centres: self.bins.centres(),
                temperature,
            },
        }
    }
}

fn spread(patches: &[Patch], count: usize) -> Vec<Patch> {
    let count = count.min(patches.len());
    (0..count)
        .map(|i| patches[i * patches.len() / count])
        .collect()
}
