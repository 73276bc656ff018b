//! The table of layers.

use burn::module::Module;
use burn::nn::conv::{Conv1dConfig, Conv2dConfig};
use burn::nn::{Linear, LinearConfig};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};
use retrace_inspect::{Labels, Summary, freeze, trace};

use crate::{Digits, Residual, numbers};

fn digits(batch: usize) -> Summary {
    let model = Digits::new(&Device::flex());
    trace(&model, &numbers([batch, 1, 28, 28]), Digits::forward)
        .expect("it can be recorded")
        .summary()
}

fn residual() -> (Residual, Summary) {
    let model = Residual::new(&Device::flex().autodiff());
    let summary = trace(&model, &numbers([2, 2, 4, 5]), Residual::forward)
        .expect("it can be recorded")
        .summary();
    (model, summary)
}

#[test]
fn the_table_of_the_debugging_post() {
    let summary = digits(1);
    let rows: Vec<_> = summary
        .rows
        .iter()
        .map(|row| {
            (
                row.layer.as_str(),
                row.kind.as_str(),
                row.output_shape.clone(),
                row.parameters(),
            )
        })
        .collect();
    let expected = [
        ("conv1", "Conv2d + Relu", vec![1, 32, 26, 26], 320),
        ("conv2", "Conv2d + Relu", vec![1, 64, 24, 24], 18_496),
        ("max_pool2d", "MaxPool2d", vec![1, 64, 12, 12], 0),
        ("reshape", "Reshape", vec![1, 9216], 0),
        ("dense1", "Linear + Relu", vec![1, 128], 1_179_776),
        ("dense2", "Linear + Softmax", vec![1, 10], 1_290),
    ];
    assert_eq!(rows, expected);
    let totals = summary.totals;
    assert_eq!(
        (totals.parameters, totals.trainable, totals.fixed),
        (1_199_882, 1_199_882, 0)
    );
}

#[test]
fn multiply_adds_are_the_products_of_the_formulas() {
    let products: Vec<u64> = digits(3)
        .rows
        .iter()
        .filter_map(|row| row.multiply_adds)
        .collect();
    let one = [
        26 * 26 * 32 * 9,
        24 * 24 * 64 * 9 * 32,
        0,
        0,
        9216 * 128,
        128 * 10,
    ];
    assert_eq!(products, one.map(|products: u64| 3 * products));
    let (_, summary) = residual();
    let up = summary.rows.iter().find(|row| row.layer == "up").unwrap();
    // Each of the 2x4x4x5 inputs is multiplied with 3 kernels of 4x4.
    assert_eq!(up.multiply_adds, Some(160 * 3 * 16));
    // Groups: an output sees a third of the channels.
    let grouped = Conv2dConfig::new([6, 9], [3, 3])
        .with_groups(3)
        .init(&Device::flex());
    let forward = |layer: &burn::nn::conv::Conv2d, x| layer.forward(x);
    let summary = trace(&grouped, &numbers([1, 6, 5, 5]), forward)
        .unwrap()
        .summary();
    assert_eq!(summary.totals.multiply_adds, Some(9 * 3 * 3 * (2 * 9)));
    let line = Conv1dConfig::new(2, 4, 3).init(&Device::flex());
    let forward = |layer: &burn::nn::conv::Conv1d, x| layer.forward(x);
    let summary = trace(&line, &numbers([1, 2, 10]), forward)
        .unwrap()
        .summary();
    assert_eq!(summary.totals.multiply_adds, Some(4 * 8 * (2 * 3)));
}

#[test]
fn running_statistics_are_not_trainable_and_all_add_up_to_burns_count() {
    let (model, summary) = residual();
    let norm = summary.rows.iter().find(|row| row.layer == "norm").unwrap();
    assert_eq!((norm.trainable, norm.fixed), (8, 8));
    assert_eq!(summary.totals.parameters, model.num_params() as u64);
    assert_eq!(summary.totals.fixed, 8);
    // On a device without autodiff the answer is the same.
    let plain = trace(&model.valid(), &numbers([2, 2, 4, 5]), Residual::forward).unwrap();
    assert_eq!(plain.summary(), summary);
}

#[test]
fn frozen_parameters_are_not_trainable() {
    let model = Digits::new(&Device::flex().autodiff());
    let model = Digits {
        conv1: model.conv1.clone().no_grad(),
        ..model
    };
    let summary = trace(&model, &numbers([1, 1, 28, 28]), Digits::forward)
        .unwrap()
        .summary();
    assert_eq!((summary.rows[0].trainable, summary.rows[0].fixed), (0, 320));
    assert_eq!(summary.totals.fixed, 320);
}

#[test]
fn what_the_forward_pass_leaves_out_is_counted_and_said() {
    let (_, summary) = residual();
    let last = summary.rows.last().unwrap();
    assert_eq!(
        (last.layer.as_str(), last.parameters(), last.is_unused()),
        ("unused", 8, true)
    );
    assert!(summary.to_string().contains("not used"), "{summary}");
    assert!(!summary.to_svg().contains("unused"));
}

#[test]
fn a_layer_used_twice_is_counted_once() {
    let layer = LinearConfig::new(4, 4).init(&Device::flex());
    let twice = |layer: &Linear, x: Tensor<2>| layer.forward(relu(layer.forward(x)));
    #[derive(Module, Debug)]
    struct Holder {
        shared: Linear,
    }
    let holder = Holder { shared: layer };
    let summary = trace(&holder, &numbers([1, 4]), |h: &Holder, x| {
        twice(&h.shared, x)
    })
    .unwrap()
    .summary();
    let rows: Vec<_> = summary
        .rows
        .iter()
        .map(|row| (row.layer.as_str(), row.parameters()))
        .collect();
    assert_eq!(rows, [("shared", 20), ("shared_2", 0)]);
    assert_eq!(summary.totals.parameters, 20);
    assert_eq!(summary.totals.multiply_adds, Some(32));
}

#[test]
fn memory_is_what_a_hand_counts() {
    // 4 -> 8 -> 2 at batch 10: input 40 numbers, then 80 (linear), 80 (relu), 20.
    #[derive(Module, Debug)]
    struct Two {
        a: Linear,
        b: Linear,
    }
    let device = Device::flex();
    let linear = |from, to| LinearConfig::new(from, to).init(&device);
    let model = Two {
        a: linear(4, 8),
        b: linear(8, 2),
    };
    let forward = |m: &Two, x: Tensor<2>| m.b.forward(relu(m.a.forward(x)));
    let memory = trace(&model, &numbers([10, 4]), forward)
        .unwrap()
        .summary()
        .memory;
    let parameters = 4 * 8 + 8 + 8 * 2 + 2;
    assert_eq!(memory.parameters, 4 * parameters);
    // A linear layer is recorded as product and sum, so its product is there, too.
    assert_eq!(memory.activations % 4, 0);
    assert!(
        memory.activations >= 4 * 180 && memory.activations <= 4 * 280,
        "{memory:?}"
    );
    // Two results of 80 numbers alive at the same time.
    assert_eq!(memory.inference_peak, 4 * 160);
    assert!(memory.training.unwrap() > memory.activations + 4 * memory.parameters);
}

#[test]
fn memory_grows_with_the_batch_and_parameters_do_not() {
    let (one, eight) = (digits(1), digits(8));
    assert_eq!(one.memory.parameters, eight.memory.parameters);
    assert_eq!(8 * one.memory.activations, eight.memory.activations);
    assert_eq!(8 * one.memory.inference_peak, eight.memory.inference_peak);
    let products = one.totals.multiply_adds.map(|products| 8 * products);
    assert_eq!(products, eight.totals.multiply_adds);
}

#[test]
fn a_shortcut_is_an_edge_of_its_own() {
    let (_, summary) = residual();
    let at = |name: &str| {
        summary
            .rows
            .iter()
            .position(|row| row.layer == name)
            .unwrap()
    };
    assert_eq!(
        summary.rows[at("add")].from,
        [at("act.Prelu"), at("second")]
    );
    assert!(summary.rows[0].reads_input && summary.rows[1..].iter().all(|row| !row.reads_input));
}

#[test]
fn text_json_and_picture_say_the_same() {
    let summary = digits(1);
    let text = summary.to_string();
    assert!(
        text.contains("Parameters: 1,199,882 (1,199,882 trainable, 0 not), 4.6 MiB"),
        "{text}"
    );
    let json = serde_json::to_value(&summary).unwrap();
    assert_eq!(json["totals"]["parameters"], 1_199_882);
    assert_eq!(json["rows"][0]["operations"][0], "conv1/conv2d");
    let svg = summary.to_svg();
    let document = roxmltree::Document::parse(&svg).unwrap();
    let boxes = document
        .descendants()
        .filter(|node| node.has_tag_name("rect"))
        .count();
    assert_eq!(boxes, summary.rows.len());
    assert!(svg.contains("1,179,776 parameters"));
}

#[test]
fn a_frozen_network_has_the_same_summary_as_the_model() {
    let model = Residual::new(&Device::flex());
    let traced = trace(&model, &numbers([3, 2, 4, 5]), Residual::forward)
        .unwrap()
        .summary();
    let frozen = freeze(
        &model,
        &numbers([4, 2, 4, 5]),
        Residual::forward,
        &Labels::default(),
    );
    let frozen = frozen.unwrap().summary(3).unwrap();
    assert_eq!(frozen.totals.multiply_adds, traced.totals.multiply_adds);
    // What the forward pass leaves out is not in the file.
    assert_eq!(frozen.totals.parameters, traced.totals.parameters - 8);
    assert_eq!((frozen.totals.trainable, frozen.memory.training), (0, None));
    assert_eq!(frozen.memory.activations, traced.memory.activations);
    assert_eq!(frozen.memory.inference_peak, traced.memory.inference_peak);
    assert_eq!(frozen.rows.last().unwrap().output_shape, [3, 3, 7, 10]);
}
