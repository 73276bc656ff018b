//! The deep network's pass against numbers from NumPy, and softmax against SciPy's:
//! `scripts/activations_oracle.py` prints them. Last run with numpy 2.4.6 and scipy 1.17.1.

use activations::depth::{Signal, signal};
use activations::softmax::PUBLISHED;
use burn::module::Param;
use burn::tensor::{Device, Tensor, TensorData};
use retrace_core::activation::ActivationConfig;
use retrace_core::layer::{Mlp, MlpConfig};

const LAYERS: usize = 20;
const WIDTH: usize = 8;
const BATCH: usize = 4;

/// Gradient norm of layers 1, 10, 20; error norm of the same; share of zeros in hidden layers 1
/// and 19; silent units in 19; mean in 1 and 19; root mean square in 19.
#[rustfmt::skip]
const NUMPY: [(&str, [f64; 12]); 5] = [
    ("sigmoid", [1.186000554e-09, 2.820646133e-05, 2.588723615e+00, 1.613698562e-09, 3.046168579e-05, 2.719158401e+00, 0.0, 0.0, 0.0, 4.719276647e-01, 4.268713649e-01, 4.427377767e-01]),
    ("relu", [1.607181244e-02, 3.009948498e-02, 1.458490812e-02, 9.895838856e-03, 1.425355665e-01, 2.004535626e+00, 5.312500000e-01, 4.062500000e-01, 3.750000000e-01, 6.270497804e-01, 2.027497902e-03, 4.915791788e-03]),
    ("lrelu", [9.153295214e-03, 4.521721267e-02, 1.762167990e-02, 6.641713897e-03, 9.643320748e-02, 2.004926175e+00, 0.0, 0.0, 0.0, 6.201850213e-01, 2.376975585e-03, 5.958937541e-03]),
    ("prelu", [4.728827759e-01, 4.752973221e-01, 2.663671964e-01, 3.105768274e-01, 6.079770493e-01, 2.053201049e+00, 0.0, 0.0, 0.0, 4.554308036e-01, 1.075219173e-02, 1.019921864e-01]),
    ("elu", [8.668862171e+00, 2.329155391e+01, 8.392463177e+00, 5.618567254e+00, 1.030870457e+01, 4.018375079e+00, 0.0, 0.0, 0.0, 2.925177241e-01, 2.220631518e-01, 9.454465347e-01]),
];

fn tensor(shape: [usize; 2], f: impl Fn(f64, f64) -> f64, device: &Device) -> Tensor<2> {
    let [rows, columns] = shape;
    let values: Vec<f32> = (0..rows * columns)
        .map(|at| f((at / columns) as f64, (at % columns) as f64) as f32)
        .collect();
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// The script's network: weights from a formula.
fn network(activation: ActivationConfig, device: &Device) -> Mlp {
    let config = MlpConfig::new(vec![WIDTH; LAYERS + 1], activation);
    let mut network = config.init(device).unwrap();
    for (l, layer) in network.layers.iter_mut().enumerate() {
        let weight = |i: f64, j: f64| {
            let l = l as f64;
            0.7 * (1.0 + 7.3 * l * l + 3.7 * (i + 1.0) * (j + 2.0) + 5.1 * j * j).sin()
        };
        layer.weight = Param::from_tensor(tensor([WIDTH, WIDTH], weight, device));
    }
    network
}

fn numbers(signal: &Signal) -> [f64; 12] {
    let (gradient, error) = (&signal.gradient_norm, &signal.error_norm);
    [
        gradient[0],
        gradient[9],
        gradient[19],
        error[0],
        error[9],
        error[19],
        signal.zero_share[0],
        signal.zero_share[18],
        signal.silent_share[18],
        signal.mean[0],
        signal.mean[18],
        signal.rms[18],
    ]
}

#[test]
fn the_pass_agrees_with_numpy() {
    let device = Device::flex().autodiff();
    for (name, expected) in NUMPY {
        let inputs = tensor(
            [BATCH, WIDTH],
            |n, i| 1.5 * (2.0 * n + 1.3 * i).cos(),
            &device,
        );
        let targets = tensor([BATCH, WIDTH], |n, i| (n + 2.0 * i).sin(), &device);
        let network = network(name.parse().unwrap(), &device);
        let signal = signal(&network, inputs, targets);
        assert_eq!(signal.gradient_norm.len(), LAYERS);
        assert_eq!(signal.mean.len(), LAYERS - 1);
        for (index, (found, expected)) in numbers(&signal).into_iter().zip(expected).enumerate() {
            // 20 layers in 32 bits: about 20 roundings of 6e-8, amplified where terms cancel.
            let tolerance = 1e-4 * expected.abs();
            assert!(
                (found - expected).abs() <= tolerance,
                "{name}, number {index}: {found}, not {expected}"
            );
        }
    }
}

#[test]
fn the_posts_softmax_numbers_are_scipys_to_three_places() {
    // scipy.special.softmax of the three cases; in the last, classes 2 to 10 are alike.
    let mut unsure = vec![0.096_619_68; 10];
    unsure[0] = 0.130_422_92;
    let scipy = [
        vec![0.845_777_65, 0.084_796_69, 0.069_425_66],
        vec![0.315_597_83, 0.258_389_65, 0.426_012_51],
        unsure,
    ];
    for (case, scipy) in PUBLISHED.iter().zip(scipy) {
        assert_eq!(case.probabilities.len(), scipy.len());
        for (published, exact) in case.probabilities.iter().zip(&scipy) {
            assert!((published - exact).abs() < 5e-4, "{published}, {exact}");
        }
    }
}
