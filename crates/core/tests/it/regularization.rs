//! Penalties: their gradients by autodiff, what they reach, their plain-number forms.

use burn::module::{Module, Param};
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{BatchNorm, BatchNormConfig, Linear, LinearConfig};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor};
use proptest::prelude::*;
use retrace_core::activation::{Activation, ActivationConfig};
use retrace_core::regularization::{L2Convention, Penalty, soft_threshold};

use crate::autodiff_devices;

/// One of each kind of parameter.
#[derive(Module, Debug)]
struct Mixed {
    conv: Conv2d,
    norm: BatchNorm,
    activation: Activation,
    out: Linear,
}

impl Mixed {
    fn init(device: &Device) -> Self {
        let mut out = LinearConfig::new(2, 3).init(device);
        out.weight = Param::from_data(OUT, device);
        out.bias = Some(Param::from_data([9.0, 9.0, 9.0], device));
        let mut conv = Conv2dConfig::new([1, 2], [1, 2]).init(device);
        conv.weight = Param::from_data([[[[-2.0, 1.0]]], [[[0.0, 3.0]]]], device);
        conv.bias = Some(Param::from_data([9.0, 9.0], device)); // Drawn, if it were Burn's.
        let norm = BatchNormConfig::new(2).init(device);
        Self {
            conv,
            norm,
            activation: ActivationConfig::PRELU.init(2, device),
            out,
        }
    }
}

const OUT: [[f64; 3]; 2] = [[1.0, -0.5, 0.0], [2.0, -4.0, 0.25]];
const CONV: [f64; 4] = [-2.0, 1.0, 0.0, 3.0];

/// All weights of [`Mixed`], in order.
fn all_weights() -> Vec<f64> {
    CONV.iter().chain(OUT.as_flattened()).copied().collect()
}

fn penalties() -> [Penalty; 4] {
    let (halved, whole) = (L2Convention::Halved, L2Convention::Whole);
    [
        Penalty::L1 { lambda: 0.3 },
        Penalty::L2 {
            lambda: 0.3,
            convention: halved,
        },
        Penalty::L2 {
            lambda: 0.3,
            convention: whole,
        },
        Penalty::ElasticNet {
            lambda: 0.3,
            l1_share: 0.7,
            convention: whole,
        },
    ]
}

/// The value of the term and its gradient on the weights of the convolution and of `out`.
fn term_and_gradient(penalty: Penalty, device: &Device) -> (f64, Vec<f64>, usize) {
    let module = Mixed::init(device);
    let term = penalty.term(&module).expect("a penalty on weights");
    let value = term.clone().into_scalar::<f64>();
    let gradients = GradientsParams::from_grads(term.backward(), &module);
    let list = |data: burn::tensor::TensorData| data.iter::<f64>().collect::<Vec<_>>();
    let conv = gradients
        .get::<4>(module.conv.weight.id)
        .expect("conv is penalised");
    let out = gradients
        .get::<2>(module.out.weight.id)
        .expect("out is penalised");
    let both = [list(conv.into_data()), list(out.into_data())].concat();
    (value, both, gradients.len())
}

fn assert_close(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() < 1e-6 * expected.abs().max(1.0),
        "{found}, not {expected}"
    );
}

#[test]
fn terms_and_gradients_agree_with_the_formulas_at_zero_too() {
    for device in autodiff_devices() {
        for penalty in penalties() {
            let (value, gradient, _) = term_and_gradient(penalty, &device);
            assert_close(value, penalty.value(&all_weights()));
            for (found, w) in gradient.into_iter().zip(all_weights()) {
                assert_close(found, penalty.derivative(w));
            }
        }
    }
}

#[test]
fn derivatives_by_hand() {
    let [l1, halved, whole, net] = penalties();
    assert_eq!(
        [-2.0, 0.0, -0.0, 4.0].map(|w| l1.derivative(w)),
        [-0.3, 0.0, 0.0, 0.3]
    );
    assert_close(halved.derivative(-2.0), -0.6);
    assert_close(whole.derivative(-2.0), -1.2);
    assert_close(net.derivative(-2.0), -0.3 * 0.7 - 2.0 * 0.3 * 0.3 * 2.0);
    assert_close(l1.value(&[3.0, -4.0]), 2.1);
    assert_close(halved.value(&[3.0, -4.0]), 3.75);
    assert_close(whole.value(&[3.0, -4.0]), 7.5);
}

#[test]
fn only_the_two_weights_get_a_gradient() {
    for device in autodiff_devices() {
        for penalty in penalties() {
            assert_eq!(term_and_gradient(penalty, &device).2, 2, "{penalty:?}");
        }
    }
}

#[test]
fn an_elastic_net_is_the_sum_of_its_parts() {
    let device = Device::flex().autodiff();
    let net = Penalty::ElasticNet {
        lambda: 0.4,
        l1_share: 0.25,
        convention: L2Convention::Halved,
    };
    let l1 = Penalty::L1 { lambda: 0.1 };
    let l2 = Penalty::L2 {
        lambda: 0.3,
        convention: L2Convention::Halved,
    };
    let (whole, gradient, _) = term_and_gradient(net, &device);
    let (of_l1, gradient_of_l1, _) = term_and_gradient(l1, &device);
    let (of_l2, gradient_of_l2, _) = term_and_gradient(l2, &device);
    assert_close(whole, of_l1 + of_l2);
    let parts = gradient_of_l1
        .into_iter()
        .zip(gradient_of_l2)
        .map(|(a, b)| a + b);
    gradient
        .into_iter()
        .zip(parts)
        .for_each(|(found, expected)| assert_close(found, expected));
}

#[test]
fn no_penalty_no_strength_or_no_weight_gives_no_term() {
    let device = Device::flex().autodiff();
    let module = Mixed::init(&device);
    assert!(Penalty::None.term(&module).is_none());
    for penalty in penalties() {
        assert!(penalty.with_lambda(0.0).term(&module).is_none());
        assert!(penalty.term(&module.norm).is_none());
        assert!(penalty.term(&module.clone().freeze()).is_none());
    }
    let loss = Tensor::<1>::from_data([2.0], &device);
    assert_eq!(
        Penalty::None
            .add_to(loss.clone(), &module)
            .into_scalar::<f32>(),
        2.0
    );
    let with_l1 = Penalty::L1 { lambda: 1.0 }
        .add_to(loss, &module.out)
        .into_scalar::<f32>();
    assert_eq!(with_l1, 2.0 + 7.75);
}

#[test]
fn a_plain_device_gives_the_same_value() {
    for penalty in penalties() {
        let (value, ..) = term_and_gradient(penalty, &Device::flex().autodiff());
        let evaluated = penalty.term(&Mixed::init(&Device::flex()).valid());
        assert_eq!(evaluated.expect("a term").into_scalar::<f64>(), value);
    }
}

/// The numbers of `scripts/core_oracles.py`, by scipy's minimiser.
#[test]
fn proximal_steps_agree_with_scipy() {
    let table = [
        (-1.3, -0.923729),
        (-0.2, 0.0),
        (0.0, 0.0),
        (0.5, 0.245763),
        (2.0, 1.516949),
    ];
    let [l1, halved, whole, net] = penalties();
    for (w, best) in table {
        assert!((net.proximal(w, 1.0) - best).abs() < 1e-6, "{w}");
    }
    assert_close(l1.proximal(1.0, 0.5), 0.85);
    assert_close(l1.proximal(-1.0, 0.5), soft_threshold(-1.0, 0.15));
    assert_close(halved.proximal(1.0, 0.5), 1.0 / 1.15);
    assert_close(whole.proximal(1.0, 0.5), 1.0 / 1.3);
    assert_eq!(Penalty::None.proximal(1.5, 1.0), 1.5);
}

proptest! {
    #[test]
    fn a_proximal_step_is_no_worse_than_its_neighbours(
        w in -5.0..5.0_f64,
        lambda in 0.0..2.0_f64,
        l1_share in 0.0..=1.0_f64,
        step in 0.01..2.0_f64,
    ) {
        let convention = L2Convention::Halved;
        let penalty = Penalty::ElasticNet { lambda, l1_share, convention };
        let objective = |v: f64| (v - w).powi(2) / 2.0 + step * penalty.value(&[v]);
        let best = penalty.proximal(w, step);
        for nearby in [-1e-2, -1e-4, 1e-4, 1e-2] {
            prop_assert!(objective(best) <= objective(best + nearby));
        }
    }

    #[test]
    fn derivatives_agree_with_finite_differences(w in -5.0..5.0_f64) {
        prop_assume!(w.abs() > 1e-3);
        let h = 1e-6;
        for penalty in penalties() {
            let slope = (penalty.value(&[w + h]) - penalty.value(&[w - h])) / (2.0 * h);
            prop_assert!((slope - penalty.derivative(w)).abs() < 1e-8);
        }
    }
}
