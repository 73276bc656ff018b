//! Softmax: the post's three cases, scipy's numbers, the laws of a distribution.

use burn::tensor::{Device, Tensor};
use proptest::prelude::*;
use retrace_core::activation::softmax::{self, Softmax};

use crate::devices;

fn module_values(z: &[f64], temperature: f64, device: &Device) -> Vec<f64> {
    let row = Tensor::<1>::from_data(z, device);
    Softmax { temperature }
        .forward(row)
        .into_data()
        .iter::<f64>()
        .collect()
}

fn rounded_to_3(values: &[f64]) -> Vec<f64> {
    values
        .iter()
        .map(|s| (s * 1000.0).round() / 1000.0)
        .collect()
}

/// The third case: 1.5 and nine times 1.2.
const TEN: [f64; 10] = [1.5, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2];

#[test]
fn the_posts_three_cases_come_out_exactly() {
    let ten = [
        0.13, 0.097, 0.097, 0.097, 0.097, 0.097, 0.097, 0.097, 0.097, 0.097,
    ];
    let cases: [(&[f64], &[f64]); 3] = [
        (&[3.0, 0.7, 0.5], &[0.846, 0.085, 0.069]),
        (&[1.2, 1.0, 1.5], &[0.316, 0.258, 0.426]),
        (&TEN, &ten),
    ];
    for (z, published) in cases {
        assert_eq!(rounded_to_3(&softmax::values(z, 1.0)), published);
        for device in devices() {
            assert_eq!(
                rounded_to_3(&module_values(z, 1.0, &device)),
                published,
                "{device:?}"
            );
        }
    }
}

/// The numbers of `scripts/core_oracles.py`.
#[test]
fn temperatures_agree_with_scipy() {
    let table = [
        (
            0.38,
            [
                0.9962729665219684,
                0.002342900528491508,
                0.0013841329495400951,
            ],
        ),
        (
            1.0,
            [0.8457776529839336, 0.08479668953475593, 0.06942565748131053],
        ),
        (
            5.0,
            [0.4468646025130699, 0.2820983153224542, 0.271037082164476],
        ),
    ];
    for (temperature, expected) in table {
        let z = [3.0, 0.7, 0.5];
        let pairs = |found: Vec<f64>| found.into_iter().zip(expected);
        assert!(pairs(softmax::values(&z, temperature)).all(|(s, e)| (s - e).abs() < 1e-15));
        for device in devices() {
            let found = module_values(&z, temperature, &device);
            assert!(
                pairs(found.clone()).all(|(s, e)| (s - e).abs() < 1e-6),
                "{found:?}"
            );
        }
    }
}

#[test]
fn low_temperatures_pick_the_largest_and_high_ones_level() {
    let z = [3.0, 0.7, 0.5];
    assert!(softmax::values(&z, 0.05)[0] > 1.0 - 1e-15);
    assert!(
        softmax::values(&z, 1e6)
            .iter()
            .all(|s| (s - 1.0 / 3.0).abs() < 1e-5)
    );
}

#[test]
fn nothing_overflows_at_ten_thousand() {
    for device in devices() {
        for z in [[1e4, 0.0, -1e4], [-1e4, -1e4 - 1000.0, -2e4]] {
            for device in [device.clone(), device.clone().autodiff()] {
                assert_eq!(module_values(&z, 1.0, &device), [1.0, 0.0, 0.0]);
            }
            assert_eq!(softmax::values(&z, 1.0), [1.0, 0.0, 0.0]);
        }
    }
}

#[test]
fn each_row_of_the_last_axis_sums_to_one() {
    let z = Tensor::<2>::from_data([[1.0, 2.0, 3.0], [1.0, 0.0, -1.0]], &Device::flex());
    let sums = Softmax::PLAIN.forward(z).sum_dim(1).into_data();
    assert!(
        sums.iter::<f64>().all(|sum| (sum - 1.0).abs() < 1e-6),
        "{sums}"
    );
}

#[test]
fn autodiff_agrees_with_the_closed_jacobian() {
    let z = [3.0, 0.7, 0.5];
    for device in devices() {
        for temperature in [0.5, 1.0, 2.0] {
            let jacobian = softmax::jacobian(&z, temperature);
            for (i, expected) in jacobian.iter().enumerate() {
                let x = Tensor::<1>::from_data(z, &device.clone().autodiff()).require_grad();
                let s_i = Softmax { temperature }.forward(x.clone()).slice(i..i + 1);
                let row = x
                    .grad(&s_i.backward())
                    .expect("x requires a gradient")
                    .into_data();
                let close = |(found, e): (f64, &f64)| (found - e).abs() < 1e-6;
                assert!(
                    row.iter::<f64>().zip(expected).all(close),
                    "{row}, not {expected:?}"
                );
            }
        }
    }
}

proptest! {
    #[test]
    fn a_distribution_that_a_shift_leaves_alone(
        z in prop::collection::vec(-50.0..50.0_f64, 1..12),
        shift in -1000.0..1000.0_f64,
        temperature in 0.1..10.0_f64,
    ) {
        let s = softmax::values(&z, temperature);
        prop_assert!((s.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        prop_assert!(s.iter().all(|s| (0.0..=1.0).contains(s)));
        let shifted: Vec<f64> = z.iter().map(|z| z + shift).collect();
        let pairs = s.iter().zip(softmax::values(&shifted, temperature));
        for (s, moved) in pairs {
            prop_assert!((s - moved).abs() < 1e-9);
        }
    }
}
