//! A training that crashes and goes on ends with the bits of one that did not.

use burn::module::Module;
use burn::optim::AdamConfig;
use colorization::batch::Teacher;
use colorization::bins::targets::{Kind, Targets};
use colorization::config::ColorizationConfig;
use colorization::counting;
use colorization::data::{Photo, Scenes};
use colorization::network::NetworkConfig;
use colorization::patches::{Order, windows};
use colorization::training::{Fit, Tally};
use colorization::twin;
use retrace_lab::{Cell, Error, Result, train};
use retrace_test_support::resume::{CrashingTask, Resume, Subject, TrainingAlone};

struct Colours;

impl Subject for Colours {
    const ARMS: &'static [&'static str] = &["same", "other"];
    type Config = ColorizationConfig;
    type Data = Scenes;
    type Outcome = (Vec<f32>, Tally);

    fn data(_: &ColorizationConfig) -> Scenes {
        Scenes {
            train: twin::draw("train", 8, 64),
            ..Scenes::default()
        }
    }

    fn run_cell(_: &ColorizationConfig, scenes: &Scenes, cell: &mut Cell) -> Result<Self::Outcome> {
        let photos: Vec<&Photo> = scenes.train.iter().collect();
        let bins = counting::bins(&photos, 40.0).unwrap();
        let teacher = || {
            let targets = Targets::new(&bins, Kind::Gaussian(2.0));
            Teacher::Bins(targets, vec![1.0; bins.len()])
        };
        let same = cell.arm().name == "same";
        let fit = CrashingTask(Fit {
            photos: &photos,
            order: Order::new(windows(&photos), 4, 5, cell.seed(), same),
            teacher: teacher(),
            unweighted: teacher(),
            test: (&photos, windows(&photos)[..4].to_vec()),
            epochs: 2,
            learning_rate: 1e-2,
            device: cell.device().clone().autodiff(),
        });
        let config = NetworkConfig {
            bins: bins.len(),
            outputs: bins.len(),
            before_relu: false,
        };
        let start = cell.network("weights", 0, |device| Ok::<_, Error>(config.init(device)))?;
        let trained = train(cell, &fit, start, retrace_optim::adam(&AdamConfig::new()))?;
        let network = trained.model.valid();
        let layers = network.layers.iter();
        let weights = layers.flat_map(|layer| {
            layer
                .weight
                .val()
                .into_data()
                .iter::<f32>()
                .collect::<Vec<_>>()
        });
        Ok((weights.collect(), trained.tally))
    }
}

#[test]
fn a_training_that_died_continues_with_the_same_bits() {
    let resume = Resume::<TrainingAlone<Colours>>::every(3);
    let results = resume.ends_with_the_same_bits(&[2, 4, 7, 10]);
    let outcomes = results.iter().map(|(_, bytes)| {
        let file: serde_json::Value = serde_json::from_slice(bytes).unwrap();
        // Beside it stands the arm's name, which always differs.
        file["outcome"].clone()
    });
    let outcomes: Vec<_> = outcomes.collect();
    assert_ne!(outcomes[0], outcomes[1]);
}
