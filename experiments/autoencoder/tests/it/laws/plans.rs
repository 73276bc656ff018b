//! What is said before anything is built, and when a training is looked at.

use autoencoder::arm;
use autoencoder::config::AutoencoderConfig;
use autoencoder::network::{Answer, Architecture, planned};
use autoencoder::plan::{Plan, bytes, dense_weights};
use autoencoder::training::milestones;
use burn::module::Module;
use burn::tensor::{Device, Tensor};
use retrace_lab::{Config, Preset};
use retrace_test_support::resume::alone;

use super::{SIZE, config, network};

#[test]
fn plans_say_what_is_built() {
    let _alone = alone();
    let config = config();
    let device = Device::flex().autodiff();
    for architecture in [
        Architecture::SixLayers,
        Architecture::Small,
        Architecture::Bottleneck(5),
        Architecture::Colour,
    ] {
        let plan = Plan::of(architecture, &config);
        let network = network(architecture, Answer::Open, None);
        assert_eq!(plan.parameters(), network.num_params(), "{architecture:?}");
        let size = match architecture {
            Architecture::Colour => config.colour_size(),
            _ => config.size(),
        };
        let x = Tensor::zeros([2, 1, size.height, size.width], &device);
        let values = network.values(x);
        let built: Vec<usize> = values
            .hidden
            .iter()
            .map(|h| h.dims().iter().product())
            .collect();
        // Plans count dense layers, too; hidden ones are those with a ReLU.
        let code = matches!(architecture, Architecture::Bottleneck(_));
        let planned = plan.layers.iter().enumerate();
        let planned = planned.filter(|(index, _)| !(code && *index == 2));
        let planned: Vec<usize> = planned.map(|(_, layer)| 2 * layer.numbers()).collect();
        assert_eq!(built, planned[..planned.len() - 1], "{architecture:?}");
        let channels = if architecture == Architecture::Colour {
            2
        } else {
            1
        };
        assert_eq!(values.output.dims(), [2, channels, size.height, size.width]);
    }
}

/// The plan knows sizes only, so that it can speak of networks that no memory holds; the recorded
/// forward pass is that of a network that was built.
#[test]
fn plans_count_what_a_recorded_forward_pass_counts() {
    let _alone = alone();
    let config = config();
    for (planned, architecture) in planned(&config).iter().zip([
        Architecture::SixLayers,
        Architecture::Small,
        Architecture::Bottleneck(config.codes[0]),
    ]) {
        let plan = Plan::of(architecture, &config);
        let totals = planned.trace(1).unwrap().summary().totals;
        assert_eq!(
            totals.parameters,
            plan.parameters() as u64,
            "{architecture:?}"
        );
        assert_eq!(
            totals.multiply_adds,
            plan.multiplications() as u64,
            "{architecture:?}"
        );
    }
}

#[test]
fn the_authors_dense_layer_takes_54_gigabytes() {
    assert_eq!(dense_weights(SIZE, &[30, 30]), 13_500_000_000);
    assert_eq!(bytes(4 * dense_weights(SIZE, &[30, 30])), "54.0 GB");
    let post = AutoencoderConfig::preset(Preset::Post);
    let six = Plan::of(Architecture::SixLayers, &post);
    // By hand: 1600 + 25104 + 12560 + 6280 + 3144 + 129.
    assert_eq!(six.parameters(), 48_817);
    // 15,000 pixels times the 48,737 weights.
    assert_eq!(six.multiplications(), 15_000 * 48_736);
    // 2 x 8 pictures x 81 maps of 60 kB, and four times 195 kB.
    assert_eq!(six.training_bytes(8), 4 * (4 * 48_817 + 16 * 81 * 15_000));
}

#[test]
fn milestones_hold_the_ends_and_the_middle() {
    for (steps, count) in [(4, 10), (60, 8), (1_200, 10)] {
        let all = milestones(steps, count);
        assert!(all.is_sorted_by(|a, b| a < b));
        assert_eq!((all[0], *all.last().unwrap()), (0, steps));
        assert!(all.contains(&(steps / 2)) && all.len() <= count as usize + 3);
    }
}

#[test]
fn every_arm_has_a_name_of_its_own_and_is_found_by_it() {
    for preset in [Preset::Smoke, Preset::Quick, Preset::Post] {
        let config = AutoencoderConfig::preset(preset);
        let setups = arm::setups(&config);
        let names: std::collections::BTreeSet<&str> =
            setups.iter().map(|setup| setup.name.as_str()).collect();
        assert_eq!(names.len(), setups.len());
        for setup in &setups {
            assert_eq!(arm::of(&config, &setup.name).as_ref(), Some(setup));
        }
        for name in [arm::SOUND, arm::INVERSE_LONG, arm::INVERSE_LONG_RECTIFIED] {
            assert!(names.contains(name));
        }
    }
}
