//! A training that crashes and goes on ends with the bits of one that did not: weights, Adam's
//! moments, dropout's draws, what was noted and filmed.

use autoencoder::arm::{DROPOUT_BETWEEN, Settings};
use autoencoder::config::Config;
use autoencoder::data::Circles;
use autoencoder::probe::Film;
use autoencoder::training::{Fit, Metrics};
use burn::module::Module;
use retrace_lab::{Cell, Result, train};
use retrace_test_support::resume::{CrashingTask, Resume, Subject, TrainingAlone};

const STEPS: u64 = 24;

/// Dropout between the layers draws in every step.
struct Dropping;

impl Subject for Dropping {
    const ARMS: &'static [&'static str] = &["dropping"];
    type Config = Config;
    type Data = ();
    type Outcome = (Vec<f32>, Metrics);

    fn data(_: &Config) {}

    fn run_cell(config: &Config, _: &(), cell: &mut Cell) -> Result<Self::Outcome> {
        let settings = Settings {
            steps: STEPS,
            ..DROPOUT_BETWEEN.settings(config)
        };
        let circles = |purpose| Circles {
            seed: cell.seed(),
            purpose,
            count: 10,
            size: config.size(),
            radius: config.radius_pixels(),
            levels: Circles::ONE,
        };
        let examples = [circles("training"), circles("validation")];
        let examples = (&examples[0] as _, &examples[1] as _);
        let fit = Fit::new(&settings, config, examples, Film::Maps, cell);
        let network = fit.network(cell)?;
        let trained = train(cell, &CrashingTask(fit), network, settings.optimizer.init())?;
        let kernels = trained.model.valid().first_kernels().into_data();
        Ok((kernels.iter::<f32>().collect(), trained.metrics))
    }
}

#[test]
fn a_training_that_died_continues_with_the_same_bits() {
    Resume::<TrainingAlone<Dropping>>::every(4).ends_with_the_same_bits(&[1, 6, 13, STEPS]);
}
