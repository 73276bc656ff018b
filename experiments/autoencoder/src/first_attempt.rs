//! **Did the post's first attempt have a chance?** From lightness to colour by two convolutions and a
//! dense layer, at a size that fits into memory: as it was, with Adam, and scaled.

use retrace_data::colour::rgb_from_lab;
use retrace_figure::{Axis, Chart, Colour, Figure, Images, Picture, Rule};
use retrace_lab::{Arm, Cell, Claim, Drawing, Reported, Result, Study, statistics};
use serde::{Deserialize, Serialize};

use crate::arm::{Optimizer, SCENES, Settings};
use crate::config::{Config, bytes, dense_weights, digit};
use crate::data::{Examples, variance};
use crate::initial::Initial;
use crate::loss::{Extent, Loss, WHITE};
use crate::network::{Architecture, NetworkConfig};
use crate::pictures::{array, at, clipped, of_training, row};
use crate::plan::{AUTHORS, AUTHORS_FEATURES, FLOAT};
use crate::probe::Film;
use crate::scenes::{Part, Scenes};
use crate::score::mean_square;
use crate::training::{Fit, LEFT, Outcome, SHARES, share_curve};
use crate::{All, Autoencoder, DOES_NOT, OURS, POST};

/// Trains networks from L to a and b.
pub struct FirstAttempt;

/// A training of a network from L to a and b.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Attempt {
    /// The sum of squares, or the mean with pictures scaled to 0..1.
    pub loss: Loss,
    /// How it is made small.
    pub optimizer: Optimizer,
    /// Learning rate.
    pub rate: f64,
}

impl Attempt {
    /// As it was, with Adam, and scaled, with Xavier's weights.
    pub fn all(config: &Config) -> [Self; 3] {
        let (middle, adam) = (config.middle_rate(), config.sound_rate);
        [
            (Loss::Sum, Optimizer::Sgd, middle),
            (Loss::Sum, Optimizer::Adam, adam),
            (Loss::Unit, Optimizer::Adam, adam),
        ]
        .map(|(loss, optimizer, rate)| Self {
            loss,
            optimizer,
            rate,
        })
    }

    /// What it trains, and how.
    pub fn settings(&self, config: &Config) -> Settings {
        Settings {
            loss: self.loss,
            optimizer: self.optimizer,
            rate: self.rate,
            network: NetworkConfig {
                initial: match self.loss {
                    Loss::Unit => Initial::Xavier,
                    _ => Initial::Truncated,
                },
                scale: self.loss.scale(),
                ..NetworkConfig::plain(Architecture::Colour)
            },
            steps: config.long_steps,
        }
    }
}

impl Arm for Attempt {
    fn name(&self) -> String {
        match self.loss {
            Loss::Unit => "colour-sound".to_owned(),
            loss => format!("colour-{}-{}", loss.name(), self.optimizer.name()),
        }
    }

    fn label(&self) -> String {
        let (optimizer, rate) = (self.optimizer.label(), digit(self.rate));
        match self.loss {
            Loss::Unit => format!("mean, input 0..1, {optimizer} {rate}, Xavier"),
            _ => format!("sum of squares, {optimizer} {rate}"),
        }
    }
}

/// What is measured of a network from L to a and b.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Coloured {
    /// Error of the answer "no colour" over that of the best constant one.
    pub grey_share: f64,
}

impl Study<Autoencoder> for FirstAttempt {
    type Arm = Attempt;
    type Outcome = Outcome<Coloured>;

    fn arms(config: &Config) -> Vec<Attempt> {
        Attempt::all(config).into()
    }

    fn run(
        attempt: &Attempt,
        config: &Config,
        scenes: &Scenes,
        cell: &mut Cell<'_>,
    ) -> Result<Outcome<Coloured>> {
        let [training, validation] =
            [Part::Training, Part::Validation].map(|part| scenes.colour(part));
        let settings = attempt.settings(config);
        let coloured = Coloured {
            grey_share: grey_share(&validation, config.validation),
        };
        Fit::new(
            &settings,
            config,
            (&training, &validation),
            Film::Answer,
            cell,
        )
        .finish(cell, |_| coloured, |_| Vec::new())
    }

    fn figures(results: &All) -> Result<Vec<Drawing>> {
        let pictures = pictures(results).map(Drawing::from);
        Ok([curves(results).into()]
            .into_iter()
            .chain(pictures)
            .collect())
    }

    fn claims(results: &All) -> Vec<Claim> {
        claims(results)
    }
}

/// What "no colour" leaves of the first scenes, over what the best constant answer leaves.
fn grey_share(scenes: &dyn Examples, count: usize) -> f64 {
    let count = count.min(scenes.count());
    let truth: Vec<f32> = (0..count).flat_map(|n| scenes.example(n).target).collect();
    let grey = mean_square(&vec![0.0; truth.len()], &truth);
    grey / variance(&truth, scenes.channels(), scenes.size().pixels())
}

fn curves(results: &All) -> Figure {
    let y = Axis::new(LEFT).log().range(SHARES.0 * 10.0, SHARES.1);
    let mut chart =
        Chart::new("", Axis::new("step").log(), y).with(Rule::at_y("best constant answer", 1.0));
    let attempts = results.of::<FirstAttempt>();
    let [.., scaled] = Attempt::all(results.config());
    let grey = attempts.values(&scaled, |outcome| Some(outcome.end?.grey_share));
    if !grey.is_empty() {
        let grey = Rule::at_y("no colour", statistics::mean(&grey));
        chart = chart.with(grey.colour(Colour::GREY));
    }
    let curves = attempts.arms().iter().zip(0..).map(|(arm, index)| {
        let (x, curve) = share_curve(attempts, arm);
        let (colour, label) = (Colour::series(index), arm.label());
        let band = curve.band(&label, &x).colour(colour).opacity(0.12);
        (band, curve.line(label, &x).colour(colour))
    });
    let (bands, lines): (Vec<_>, Vec<_>) = curves.unzip();
    Figure::new(
        "first-attempt",
        "The first attempt, from L to a and b: error on new scenes",
    )
    .caption(
        "Mean of squares of a and b over that of the best constant answer, mean over seeds, the \
         band from the smallest to the largest. A line that ends early diverged; more than 100 is \
         off the chart.",
    )
    .panel_sized(chart.with_all(bands).with_all(lines), 720, 440)
}

/// Scenes in colour, and in L.
fn pictures(results: &All) -> Option<Figure> {
    let attempts = results.of::<FirstAttempt>();
    let [.., scaled] = Attempt::all(results.config());
    let input = array(attempts, &scaled, "input")?;
    let truth = array(attempts, &scaled, "truth")?;
    let outputs = attempts.arms().iter().filter_map(|arm| {
        let output = array(attempts, arm, "output")?;
        Some((arm.label(), output))
    });
    let mut images = Images::new("The first attempt", input.shape()[0]);
    for (label, ab) in std::iter::once(("true".to_owned(), truth)).chain(outputs) {
        for index in 0..input.shape()[0] {
            let (l, ab) = (at(input, index), at(ab, index));
            images = images.with(coloured(results, &label, &l, &ab));
        }
    }
    let figure = Figure::new("scenes", "Scenes: the first attempt, and the autoencoder")
        .columns(1)
        .caption(
            "Seed 0, scenes that were not trained on. Above: L as given, a and b as answered; a \
             training that diverged has no row. Below: L as input, L as answer.",
        )
        .panel(images);
    Some(match autoencoded(results) {
        Some(grey) => figure.panel(grey),
        None => figure,
    })
}

fn coloured(results: &All, label: &str, l: &[f32], ab: &[f32]) -> Picture {
    let size = results.config().colour_size();
    let (a, b) = ab.split_at(size.pixels());
    let pixels = l.iter().zip(a.iter().zip(b));
    let rgb = pixels
        .flat_map(|(l, (a, b))| rgb_from_lab([*l, *a, *b]))
        .collect();
    Picture::rgb(label, size.width as u32, size.height as u32, rgb)
}

fn autoencoded(results: &All) -> Option<Images> {
    let size = results.config().size();
    let input = of_training(results, SCENES, "input")?;
    let output = of_training(results, SCENES, "output")?;
    let images = Images::new("Six layers", input.shape()[0]);
    let images = row(images, input, |values| clipped("input", values, size));
    Some(row(images, output, |values| {
        clipped("answer", values, size)
    }))
}

fn claims(results: &All) -> Vec<Claim> {
    let attempts = results.of::<FirstAttempt>();
    let [sgd, adam, scaled] = Attempt::all(results.config())
        .map(|attempt| attempts.values(&attempt, |outcome| Some(outcome.left())));
    let statistic = "share of the constant answer's error on new scenes that is left";
    [
        Claim::says(
            "first-attempt-does-not-train-by-sgd",
            POST,
            "the first attempt does not learn: sum of squares, SGD",
        )
        .measured_by(statistic, "")
        .mean_is_above(DOES_NOT, &sgd),
        Claim::says(
            "first-attempt-does-not-train-by-adam",
            POST,
            "the first attempt does not learn: sum of squares, Adam",
        )
        .measured_by(statistic, "")
        .mean_is_above(DOES_NOT, &adam)
        .if_contradicted(
            "Adam's steps do not depend on the size of the sum, and pictures that fit into memory \
             are small: the dense layer learns what colours have in common. On the synthetic twin \
             they follow from height and brightness.",
        ),
        Claim::says(
            "first-attempt-learns-when-scaled",
            OURS,
            "with the mean of squares, pictures scaled to 0..1 and Xavier's weights it learns \
             something",
        )
        .measured_by(statistic, "")
        .mean_is_below(DOES_NOT, &scaled),
    ]
    .map(|claim| claim.shown_in("first-attempt"))
    .into()
}

/// The post's numbers that can be worked out; of its results it prints none: what it takes for the
/// largest distance of two pictures, and the memory of the card on which its first attempt ran.
pub fn reported() -> Vec<Reported> {
    let picture = Extent {
        batch: 1,
        channels: 1,
        pixels: AUTHORS.pixels(),
    };
    let squares = picture.numbers() * WHITE.powi(2);
    let more = squares / picture.constant();
    let weights = FLOAT * dense_weights(AUTHORS, &AUTHORS_FEATURES);
    vec![
        Reported::text(
            "largest sum of squares of a black and a white picture of 150x100",
            POST,
            "150x100x100",
            format!("{squares}, as differences are squared: {more} times as much"),
        ),
        Reported::text(
            "memory of the first attempt's dense layer at 150x100",
            POST,
            "within 4GB",
            format!(
                "{} of weights, {} with their gradient and Adam's moments",
                bytes(weights),
                bytes(4 * weights)
            ),
        ),
    ]
}
