//! Claims from outcomes made by hand.

use debugging::config::DebuggingConfig;
use debugging::network::TAPS;
use debugging::outcome::{
    Agreement, Check, Layer, Ones, Outcome, Phases, Split, StageDifference, Structure, Trained,
};
use debugging::post::{LINES, channels_first};
use debugging::stage::Stage;
use debugging::{Debugging, arm};
use retrace_lab::{
    Arrays, Claim, Config, DeviceName, Experiment, Finished, Outcomes, Preset, RunTable, Verdict,
};

/// A world in which everything is as it is said, or nothing is.
#[derive(Clone, Copy, PartialEq)]
enum World {
    AsSaid,
    Otherwise,
}

impl World {
    fn pick<T>(self, said: T, otherwise: T) -> T {
        if self == Self::AsSaid {
            said
        } else {
            otherwise
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
        let layer = |line: &debugging::post::Line| Layer {
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
        let six = [
            "conv1/after",
            "conv2/after",
            "pool",
            "flatten",
            "dense1/after",
            "dense2/after",
        ];
        Ones {
            ink: 100,
            checks: six.map(|stage| self.check(stage)).to_vec(),
            flatten_keras: self.check("flatten"),
            orders_differ: 9,
            logit_spread: 0.0,
            logit: 1e9,
            logit_found: 1e9,
            softmax_plain32: self.pick(None, Some(0.1)),
            softmax_plain64: None,
            softmax_divided: self.pick(0.1, 0.2),
            softmax_subtracted: 0.1,
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
            let twofold = Stage::TWOFOLD.contains(&stage);
            let differs = twofold == (self == Self::AsSaid);
            let size = if differs { 0.5 + noise } else { noise * 1e-7 };
            StageDifference {
                stage: stage.name().to_owned(),
                phases: size,
                draws: size,
                others: Some(size),
            }
        };
        Phases {
            stages: Stage::ALL.map(stage).to_vec(),
            whole: 0.5,
            erased: [0.25, 0.5],
            scaled: self.pick(0.0, 0.5),
            norm_training: self.pick(0.0, 0.5),
            norm_testing: 0.0,
            moved: self.pick(1.0, 0.0),
            moved_in_testing: self.pick(0.0, 1.0),
            trainable: 9,
            fixed: self.pick(64, 0),
        }
    }

    fn outcome(self, arm: &str, seed: u64) -> Outcome {
        let noise = 0.01 * (seed as f64 + 1.0);
        match arm {
            arm::SUMMARY => Outcome::Summary(self.structure()),
            arm::ONES => Outcome::Ones(self.ones()),
            arm::SPLIT => Outcome::Split(self.split()),
            arm::TRAINED => Outcome::Trained(self.trained(noise)),
            _ => Outcome::Phases(self.phases(noise)),
        }
    }
}

fn outcomes(world: World, seeds: u64) -> Outcomes<Debugging> {
    let cells = arm::all().into_iter().flat_map(|arm| {
        let finished = |seed| Finished {
            times: Default::default(),
            arm: arm.name.clone(),
            seed,
            outcome: world.outcome(&arm.name, seed),
            arrays: Arrays::default(),
        };
        arm.seeds(seeds).map(finished).collect::<Vec<_>>()
    });
    let run = RunTable {
        experiment: "debugging".to_owned(),
        preset: Preset::Smoke,
        seeds,
        device: DeviceName::Cpu,
        threads: 1,
        inputs: Vec::new(),
    };
    Outcomes::new(DebuggingConfig::preset(Preset::Smoke), run, cells.collect())
}

fn claims(world: World) -> Vec<Claim> {
    Debugging::claims(&outcomes(world, 4))
}

#[test]
fn claims_follow_the_numbers() {
    let right = claims(World::AsSaid);
    let wrong = claims(World::Otherwise);
    assert_eq!((right.len(), wrong.len()), (41, 41));
    for (right, wrong) in right.iter().zip(&wrong) {
        assert_eq!(right.verdict, Verdict::Reproduced, "{right:?}");
        assert_eq!(wrong.verdict, Verdict::Contradicted, "{wrong:?}");
    }
}

#[test]
fn the_table_is_as_keras_printed_it() {
    let rows = Debugging::reported(&outcomes(World::AsSaid, 1));
    let row = |quantity: &str| {
        let row = rows.iter().find(|row| row.quantity.starts_with(quantity));
        row.map(|row| (row.reported.as_str(), row.measured.as_str()))
    };
    assert_eq!(rows.len(), 15);
    let dense = row("parameters of dense_1");
    assert_eq!(dense, Some(("1179776", "1179776")));
    assert_eq!(row("all"), Some(("1,199,882", "1,199,882")));
    let shapes = row("shapes of conv2d_2");
    let printed = "(None, 26, 26, 32) to (None, 24, 24, 64)";
    assert_eq!(shapes, Some((printed, "32 x 26 x 26 to 64 x 24 x 24")));
    let otherwise = Debugging::reported(&outcomes(World::Otherwise, 1));
    assert_eq!(otherwise[0].measured, "321");
}

#[test]
fn nothing_is_reproduced_without_outcomes() {
    for claim in Debugging::claims(&outcomes(World::AsSaid, 0)) {
        assert_ne!(claim.verdict, Verdict::Reproduced, "{claim:?}");
        assert_eq!(claim.n, 0, "{claim:?}");
    }
    assert!(Debugging::reported(&outcomes(World::AsSaid, 0)).is_empty());
    assert!(
        Debugging::figures(&outcomes(World::AsSaid, 0))
            .unwrap()
            .is_empty()
    );
}
