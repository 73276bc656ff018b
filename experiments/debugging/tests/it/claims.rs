//! Claims and the table of Keras from outcomes made by hand.

use debugging::Debugging;
use debugging::config::DebuggingConfig;
use debugging::layers::{LINES, Layer, Layers, Line, SUMMARY, Structure, channels_first};
use debugging::network::TAPS;
use debugging::ones::{AllOnes, ONES, Ones, Softmaxes};
use debugging::phased::Stage;
use debugging::phases::{BothPhases, PHASES, Phases, StageDifference};
use debugging::split::{SPLIT, Split, SplitOff};
use debugging::training::{TRAINED, Trained, Training};
use debugging::values::{Agreement, Check};
use retrace_lab::{Config, Experiment, Finished, Preset, Results, RunTable, Single, Verdict};
use retrace_test_support::claims;

/// A world in which everything is as it is said, or nothing is.
#[derive(Clone, Copy, PartialEq)]
enum World {
    AsSaid,
    Otherwise,
}

impl World {
    fn pick<T>(self, said: T, otherwise: T) -> T {
        match self {
            Self::AsSaid => said,
            Self::Otherwise => otherwise,
        }
    }

    fn check(self, stage: &str) -> Check {
        Check {
            stage: stage.to_owned(),
            values: 4,
            largest: Some(2.0),
            difference: self.pick(Some(0.0), None),
        }
    }

    fn agreement(self) -> Agreement {
        Agreement {
            compared: 9,
            differing: self.pick(0, 1),
        }
    }

    fn structure(self) -> Structure {
        let layer = |line: &Line| Layer {
            name: line.name.to_owned(),
            kind: "Conv2d".to_owned(),
            input: channels_first(line.input),
            output: self.pick(channels_first(line.output), vec![7]),
            parameters: line.parameters + self.pick(0, 1),
            multiply_adds: 0,
        };
        Structure {
            layers: LINES.iter().map(layer).collect(),
            trainable: 1_199_882,
            fixed: self.pick(0, 64),
            multiply_adds: 0,
        }
    }

    fn ones(self) -> Ones {
        Ones {
            ink: 100,
            checks: TAPS.map(|tap| self.check(tap)).to_vec(),
            flatten_keras: self.check("flatten"),
            orders_differ: 9,
            logit_spread: 0.0,
            logit: 1e9,
            logit_found: 1e9,
            softmax: Softmaxes {
                plain32: self.pick(None, Some(0.1)),
                plain64: None,
                divided: self.pick(0.1, 0.2),
                subtracted: 0.1,
            },
            agreement: self.agreement(),
        }
    }

    fn split(self) -> Split {
        Split {
            checks: TAPS.map(|tap| self.check(tap)).to_vec(),
            flatten_keras: self.check("flatten"),
            orders_differ: 9,
            through: self.agreement(),
            agreement: self.agreement(),
        }
    }

    fn trained(self, noise: f64) -> Trained {
        Trained {
            diverged_at: None,
            accuracy: 0.9,
            accuracy_before: 0.1,
            label: 5,
            probabilities: vec![0.9 + noise, 0.1 - noise],
            divided: self.pick(vec![0.6, 0.4], vec![0.9 + 2.0 * noise, 0.1]),
            histograms: Vec::new(),
            checks: TAPS.map(|tap| self.check(tap)).to_vec(),
            agreement: self.agreement(),
        }
    }

    fn phases(self, noise: f64) -> Phases {
        let stage = |stage: Stage| {
            let differs = Stage::TWOFOLD.contains(&stage) == (self == Self::AsSaid);
            let size = if differs { 0.5 + noise } else { noise * 1e-7 };
            StageDifference {
                stage,
                phases: size,
                draws: size,
                others: Some(size),
            }
        };
        Phases {
            stages: Stage::ALL.map(stage).to_vec(),
            whole: 0.5,
            dropped: [0.25, 0.5],
            scaled: self.pick(0.0, 0.5),
            norm_training: self.pick(0.0, 0.5),
            norm_testing: 0.0,
            moved: self.pick(1.0, 0.0),
            moved_in_testing: self.pick(0.0, 1.0),
            trainable: 9,
            fixed: self.pick(64, 0),
        }
    }
}

/// The results of so many seeds, which differ by a little noise.
fn results(world: World, seeds: u64) -> Results<Debugging> {
    fn cells<O>(arm: Single, seeds: u64, outcome: impl Fn(f64) -> O) -> Vec<Finished<Single, O>> {
        let noise = |seed: u64| 0.01 * (seed as f64 + 1.0);
        (0..seeds)
            .map(|seed| Finished::new(arm, seed, outcome(noise(seed))))
            .collect()
    }
    let config = DebuggingConfig::preset(Preset::Smoke);
    let first = seeds.min(1);
    Results::new(config, RunTable::new("debugging", Preset::Smoke, seeds))
        .with::<Layers>(cells(SUMMARY, first, |_| world.structure()))
        .with::<AllOnes>(cells(ONES, first, |_| world.ones()))
        .with::<SplitOff>(cells(SPLIT, seeds, |_| world.split()))
        .with::<Training>(cells(TRAINED, seeds, |noise| world.trained(noise)))
        .with::<BothPhases>(cells(PHASES, seeds, |noise| world.phases(noise)))
}

#[test]
fn claims_follow_the_numbers() {
    let [right, wrong] = [World::AsSaid, World::Otherwise].map(|w| claims(&results(w, 4)));
    for (right, wrong) in right.iter().zip(&wrong) {
        assert_eq!(right.verdict, Verdict::Reproduced, "{right:?}");
        assert_eq!(wrong.verdict, Verdict::Contradicted, "{wrong:?}");
    }
}

#[test]
fn the_table_is_as_keras_printed_it() {
    let rows = Debugging::reported(&results(World::AsSaid, 1));
    let row = |quantity: &str| {
        let row = rows.iter().find(|row| row.quantity.starts_with(quantity));
        row.map(|row| (row.reported.as_str(), row.measured.as_str()))
    };
    let dense = row("parameters of dense_1");
    assert_eq!(dense, Some(("1179776", "1179776")));
    assert_eq!(row("all"), Some(("1,199,882", "1,199,882")));
    let shapes = row("shapes of conv2d_2");
    let printed = "(None, 26, 26, 32) to (None, 24, 24, 64)";
    assert_eq!(shapes, Some((printed, "32 x 26 x 26 to 64 x 24 x 24")));
    let otherwise = Debugging::reported(&results(World::Otherwise, 1));
    assert_eq!(otherwise[0].measured, "321");
}

#[test]
fn nothing_is_reproduced_or_drawn_without_outcomes() {
    let nothing = results(World::AsSaid, 0);
    for claim in claims(&nothing) {
        assert_ne!(claim.verdict, Verdict::Reproduced, "{claim:?}");
        assert_eq!(claim.n, 0, "{claim:?}");
    }
    assert!(Debugging::reported(&nothing).is_empty());
    assert!(Debugging::studies().figures(&nothing).unwrap().is_empty());
}
