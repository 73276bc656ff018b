//! A training that crashes and goes on ends with the bits of one that did not: weights, Adam's
//! moments, dropout's draws, what was noted and filmed.

use autoencoder::arm::{self, Setup};
use autoencoder::config::AutoencoderConfig;
use autoencoder::data::Circles;
use autoencoder::film::Film;
use autoencoder::network::{Erase, NetworkConfig};
use autoencoder::training::{Fit, Tally};
use burn::module::Module;
use retrace_lab::{Cell, Error, Result, train};
use retrace_test_support::resume::{CrashingTask, Resume, Subject, TrainingAlone};

const STEPS: u64 = 24;

struct Erasing;

/// The sound setting with dropout between the layers, which draws in every step.
fn setup(config: &AutoencoderConfig) -> Setup {
    Setup {
        erase: Some(Erase::Between),
        ..arm::of(config, arm::SOUND).unwrap()
    }
}

impl Subject for Erasing {
    const ARMS: &'static [&'static str] = &["erasing"];
    type Config = AutoencoderConfig;
    type Data = ();
    type Outcome = (Vec<f32>, Tally);

    fn data(_: &AutoencoderConfig) {}

    fn run_cell(config: &AutoencoderConfig, _: &(), cell: &mut Cell) -> Result<Self::Outcome> {
        let setup = setup(config);
        let circles = |purpose| Circles {
            seed: cell.seed(),
            purpose,
            count: 10,
            size: config.size(),
            radius: config.radius_pixels(),
            levels: Circles::ONE,
        };
        let (training, validation) = (circles("training"), circles("validation"));
        let network = NetworkConfig {
            architecture: setup.architecture,
            initial: setup.initial,
            answer: setup.answer,
            erase: setup.erase.map(|place| (place, 0.3)),
            scale: 1.0,
            config,
        };
        let network = cell.network("weights", 0, |device| Ok::<_, Error>(network.init(device)))?;
        let fit = CrashingTask(Fit {
            setup: &setup,
            steps: STEPS,
            batch: 2,
            training: &training,
            validation: &validation,
            measured: vec![0, 1],
            seed: cell.seed(),
            device: cell.device().clone().autodiff(),
            film: Some(Film::Maps),
            constant: 0.0.into(),
        });
        let trained = train(cell, &fit, network, setup.optimizer.init())?;
        let kernels = trained.model.valid().first_kernels().into_data();
        Ok((kernels.iter::<f32>().collect(), trained.tally))
    }
}

#[test]
fn a_training_that_died_continues_with_the_same_bits() {
    Resume::<TrainingAlone<Erasing>>::every(4).ends_with_the_same_bits(&[1, 6, 13, STEPS]);
}
