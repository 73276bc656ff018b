//! Records, initial weights, display and the traits of a module: all as Burn's layer.

use burn::module::{Module, Param};
use burn::nn::conv::{Conv2d as BurnConv2d, Conv2dConfig};
use burn::store::ModuleRecord;
use burn::tensor::{Device, Tensor};
use retrace_conv::{Algorithm, Conv2d};

use super::{autodiff, config, pictures};
use crate::alone;
use crate::comparison::values;

#[test]
fn records_of_this_layer_and_of_burns_load_into_each_other() {
    let _alone = alone();
    let device = Device::flex();
    for bias in [true, false] {
        let config = config().with_bias(bias);
        let (burns, ours) = (config.init(&device), Conv2d::new(&config, &device));
        let from_burn = Conv2d::new(&config, &device).load_record(burns.clone().into_record());
        assert_same_parameters(&from_burn, &burns);
        let to_burn = config.init(&device).load_record(ours.clone().into_record());
        assert_same_parameters(&ours, &to_burn);

        let bytes = burns.clone().into_record().into_bytes().unwrap();
        let record = ModuleRecord::from_bytes(bytes).unwrap();
        assert_same_parameters(&Conv2d::new(&config, &device).load_record(record), &burns);
    }
}

fn assert_same_parameters(ours: &Conv2d, burns: &BurnConv2d) {
    assert_eq!(ours.weight.id, burns.weight.id);
    assert_eq!(values(ours.weight.val()), values(burns.weight.val()));
    let bias = |bias: &Option<Param<Tensor<1>>>| bias.as_ref().map(|b| (b.id, values(b.val())));
    assert_eq!(bias(&ours.bias), bias(&burns.bias));
}

#[test]
fn both_layers_write_the_same_record() {
    let _alone = alone();
    let device = Device::flex();
    let burns = config().init(&device);
    let bytes = |record: ModuleRecord| record.into_bytes().unwrap().to_vec();
    let ours = bytes(Conv2d::from(burns.clone()).into_record());
    assert_eq!(ours, bytes(burns.into_record()));
}

#[test]
fn initial_weights_are_those_that_burn_draws_from_the_same_seed() {
    let _alone = alone();
    let devices = [
        Device::flex(),
        #[cfg(feature = "ndarray")]
        crate::ndarray(),
    ];
    for device in devices {
        device.seed(4);
        let burns = config().init(&device);
        let burns = (
            values(burns.weight.val()),
            values(burns.bias.unwrap().val()),
        );
        device.seed(4);
        let ours = Conv2d::new(&config(), &device);
        assert_eq!(
            (values(ours.weight.val()), values(ours.bias.unwrap().val())),
            burns
        );
    }
}

#[test]
fn the_layer_displays_as_burns() {
    let _alone = alone();
    let device = Device::flex();
    for config in [
        config(),
        Conv2dConfig::new([4, 6], [2, 1])
            .with_groups(2)
            .with_bias(false),
    ] {
        let ours = Conv2d::new(&config, &device);
        assert_eq!(ours.to_string(), config.init(&device).to_string());
    }
}

#[test]
fn the_layer_is_a_module_like_burns() {
    let _alone = alone();
    let ours = Conv2d::new(&config(), &autodiff()).with_algorithm(Algorithm::Exact);
    assert_eq!(ours.num_params(), 5 * 3 * 3 * 3 + 5);
    assert_eq!(ours.clone().algorithm, Algorithm::Exact);
    assert_eq!(ours.clone().into_record().len(), 2);
    let valid = ours.valid();
    assert_eq!(valid.algorithm, Algorithm::Exact);
    assert!(!valid.weight.val().is_autodiff());
    let x = pictures(&autodiff());
    assert_eq!(
        values(valid.forward(x.clone().inner())),
        values(ours.forward(x))
    );
    #[cfg(feature = "ndarray")]
    {
        let there = crate::ndarray();
        let moved = valid.to_device(&there);
        assert_eq!(moved.weight.val().device(), there);
        assert_eq!(moved.forward(pictures(&there)).dims(), [2, 5, 7, 6]);
    }
}
