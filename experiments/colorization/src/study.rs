//! What a cell does: one network, trained and then measured on the test pictures; or a count of
//! colours.

use burn::module::Module;
use ndarray::{Array3, Array4, ArrayView3, Axis, stack};
use retrace_data::colour::lab_from_picture;
use retrace_lab::{Cell, Error, Result};

use crate::arm::{Answer, Setup, Weighting, Which};
use crate::batch::Teacher;
use crate::bins::Bins;
use crate::bins::targets::Targets;
use crate::bins::weights::class_weights;
use crate::colouring::{Border, Decoder, colours};
use crate::config::ColorizationConfig;
use crate::counting;
use crate::data::{FOREST, Photo, Scenes};
use crate::evaluation::{Evaluated, Evaluation, TEMPERATURES, constant_scores};
use crate::metrics::Yardstick;
use crate::model_file;
use crate::network::{Network, NetworkConfig};
use crate::outcome::{Colours, End, Outcome, Palette, Training};
use crate::patches::{Order, Patch, windows};
use crate::training::Fit;

/// Test windows that are looked at after each epoch.
const LOOKED_AT: usize = 64;
/// Best pictures that are kept, and worst ones.
const EXTREMES: usize = 3;

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

/// Counts the colours of the training pictures, and keeps the pictures that figures show as arrays
/// `all` and `forests`, `[picture, 3, height, width]`.
///
/// # Errors
/// When there are no forests, or no pictures at all.
pub fn count_colours(
    config: &ColorizationConfig,
    scenes: &Scenes,
    cell: &mut Cell<'_>,
) -> Result<Outcome> {
    let palette = |which| -> Result<Palette> {
        counting::palette(&chosen(&scenes.train, which), config.window).map_err(Error::data)
    };
    let (all, forests) = (palette(Which::All)?, palette(Which::Forests)?);
    for (name, which) in [("all", Which::All), ("forests", Which::Forests)] {
        let photos = chosen(&scenes.test, which);
        let shown = shown(&photos, config.shown);
        let pictures = shown.into_iter().map(|place| lab(photos[place]));
        keep(cell, name, &pictures.collect::<Vec<_>>());
    }
    Ok(Outcome::Colours(Box::new(Colours {
        all,
        forests,
        skipped: scenes.skipped.clone(),
    })))
}

fn lab(photo: &Photo) -> Array3<f32> {
    lab_from_picture(&photo.image.clone().into())
}

/// Keeps pictures of one size.
fn keep(cell: &mut Cell<'_>, name: &str, pictures: &[Array3<f32>]) {
    let views: Vec<ArrayView3<f32>> = pictures.iter().map(|picture| picture.view()).collect();
    // None, or of unequal sizes: nothing to show.
    if let Ok(array) = stack(Axis(0), &views) {
        cell.keep_array(name, Array4::into_dyn(array));
    }
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
            None => Some(self.measure(cell, &network)?),
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

    fn measure(&self, cell: &mut Cell<'_>, network: &Network) -> Result<End> {
        let evaluation = Evaluation {
            network,
            decoder: self.decoder(self.setup.temperature(self.config)),
            targets: self.targets(),
            yardstick: Yardstick::new(&self.bins),
        };
        let found = evaluation.run(cell, &self.test)?;
        let constant = |colour| constant_scores(&evaluation.yardstick, &self.test, colour);
        let shown = shown(&self.test, self.config.shown);
        let extremes = extremes(&found);
        self.keep(cell, network, &found, &shown, &extremes)?;
        Ok(End {
            scores: found.scores,
            cross_entropy: found.cross_entropy,
            constant_cross_entropy: found.constant_cross_entropy,
            temperatures: found.temperatures,
            grey: constant([0.0, 0.0]),
            most_frequent: constant(self.bins.centre(self.bins.most_frequent())),
            pictures: found.pictures,
            shown,
            extremes,
        })
    }

    /// Arrays for the figures: `shown`, a and b of the pictures shown; of seed 0 also `extremes`,
    /// true L, a, b and then a and b of the best and worst pictures, and `temperatures`, a and b of
    /// the first picture shown at each of [`TEMPERATURES`]; and the network itself.
    fn keep(
        &self,
        cell: &mut Cell<'_>,
        network: &Network,
        found: &Evaluated,
        shown_places: &[usize],
        extreme_places: &[usize],
    ) -> Result<()> {
        let pick = |places: &[usize]| -> Vec<Array3<f32>> {
            let places = places.iter();
            places.map(|place| found.colours[*place].clone()).collect()
        };
        keep(cell, "shown", &pick(shown_places));
        let (name, cells) = model_file::cells_array(self.bins.cells());
        cell.keep_array(name, cells);
        for (name, array) in model_file::arrays(network) {
            cell.keep_array(name, array);
        }
        let Some(first) = shown_places.first().filter(|_| cell.seed() == 0) else {
            return Ok(());
        };
        let truths = extreme_places.iter().map(|place| lab(self.test[*place]));
        keep(cell, "extremes.true", &truths.collect::<Vec<_>>());
        keep(cell, "extremes", &pick(extreme_places));
        if self.setup.answer == Answer::Bins {
            let lightness = lab(self.test[*first]).index_axis(Axis(0), 0).to_owned();
            let at = |t: f64| {
                let decoder = self.decoder(t);
                colours(
                    network,
                    &decoder,
                    &lightness,
                    Border::Reflect,
                    |_, _| Ok(()),
                )
            };
            let pictures: Result<Vec<_>> = TEMPERATURES.into_iter().map(at).collect();
            keep(cell, "temperatures", &pictures?);
        }
        Ok(())
    }
}

/// The best pictures and then the worst, the very worst last, as many of them as have one size.
fn extremes(found: &Evaluated) -> Vec<usize> {
    let mut order: Vec<usize> = (0..found.pictures.len()).collect();
    let error = |place: &usize| found.pictures[*place].rmse;
    order.sort_by(|one, other| error(one).total_cmp(&error(other)));
    let size = |place: &usize| found.colours[*place].dim();
    let first = order.first().map(size);
    order.retain(|place| Some(size(place)) == first);
    let each = EXTREMES.min(order.len() / 2);
    [&order[..each], &order[order.len() - each..]].concat()
}

fn spread(patches: &[Patch], count: usize) -> Vec<Patch> {
    let count = count.min(patches.len());
    (0..count)
        .map(|i| patches[i * patches.len() / count])
        .collect()
}
