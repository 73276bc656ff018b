//! Ridge and lasso against scikit-learn 1.9.1 and against what must hold for any data.

use proptest::prelude::*;
use regularization::oracle::{Linear, lasso, ridge};

/// The points of `scripts/oracle_ridge_lasso.py`, by the same formula.
fn points() -> (Vec<Vec<f64>>, Vec<f64>) {
    let k: Vec<f64> = (0..30_u8).map(f64::from).collect();
    let x: Vec<f64> = k.iter().map(|k| 0.5 + 0.3 * k).collect();
    let column = |f: fn(f64) -> f64| x.iter().map(|x| f(*x)).collect::<Vec<f64>>();
    let columns = vec![
        x.clone(),
        column(|x| (3.0 * x).sin()),
        column(|x| 0.1 * x * x),
        column(|x| x.cos() + 0.5 * (3.0 * x).sin()),
    ];
    let lift = |k: f64| if k % 5.0 == 2.0 { 6.0 } else { 0.0 };
    let y = k
        .iter()
        .zip(&x)
        .map(|(k, x)| 2.0 * x + 1.0 + (12.9898 * k).sin() + lift(*k))
        .collect();
    (columns, y)
}

/// scikit-learn's numbers are printed with twelve digits after the point.
fn assert_near(fit: &Linear, weights: &[f64], intercept: f64) {
    assert_eq!(fit.weights.len(), weights.len());
    let weights = fit.weights.iter().zip(weights);
    for (ours, theirs) in weights.chain([(&fit.intercept, &intercept)]) {
        assert!((ours - theirs).abs() < 1e-9, "{fit:?}, expected {theirs}");
    }
}

/// Strength, weights and intercept.
type Expected = (f64, &'static [f64], f64);

#[rustfmt::skip]
const RIDGE: [Expected; 8] = [
    (0.0, &[1.896570888143], 2.700084460717),
    (0.03, &[1.888169688195], 2.740830280463),
    (0.3, &[1.815779795996], 3.091921257629),
    (3.0, &[1.312561376782], 5.532530590815),
    (0.0, &[1.986295940787, -0.060953230861, -0.094854871053, 0.613011289948], 2.556477217485),
    (0.03, &[1.837506869824, -0.067581717204, 0.050319780773, 0.585509485224], 2.839060383254),
    (0.3, &[1.324314489297, -0.036570404753, 0.527639021366, 0.399325303271], 3.881370575201),
    (3.0, &[0.834908277216, 0.014170656695, 0.710875240937, 0.098129735591], 5.697051439654),
];

#[rustfmt::skip]
const LASSO: [Expected; 6] = [
    (0.03, &[1.892121499934], 2.721663993532),
    (0.3, &[1.852077006052], 2.915879788860),
    (3.0, &[1.451632067231], 4.858037742141),
    (0.03, &[1.889529547633, 0.0, 0.0, 0.536986916387], 2.735147607830),
    (0.3, &[1.851690724583, 0.0, 0.0, 0.080027743907], 2.917889266557),
    (3.0, &[1.451632067231, 0.0, 0.0, 0.0], 4.858037742141),
];

#[test]
fn ridge_and_lasso_are_those_of_scikit_learn() {
    let (columns, y) = points();
    for (lambda, weights, intercept) in RIDGE {
        let fit = ridge(&columns[..weights.len()], &y, lambda).unwrap();
        assert_near(&fit, weights, intercept);
    }
    for (lambda, weights, intercept) in LASSO {
        let fit = lasso(&columns[..weights.len()], &y, lambda);
        assert_near(&fit, weights, intercept);
    }
}

#[test]
fn without_a_penalty_both_are_least_squares() {
    let (columns, y) = points();
    let ridge = ridge(&columns, &y, 0.0).unwrap();
    let lasso = lasso(&columns, &y, 0.0);
    for (a, b) in ridge.weights.iter().zip(&lasso.weights) {
        // The columns are correlated, and coordinate descent ends when it creeps.
        assert!((a - b).abs() < 1e-6, "{ridge:?} {lasso:?}");
    }
}

#[test]
fn dependent_columns_have_no_least_squares_solution_but_a_ridge_one() {
    let x = vec![1.0, 2.0, 3.0];
    assert!(ridge(&[vec![0.0; 3]], &x, 0.0).is_none());
    assert_eq!(ridge(&[vec![0.0; 3]], &x, 0.1).unwrap().weights, [0.0]);
    assert_eq!(lasso(&[vec![0.0; 3]], &x, 0.0).weights, [0.0]);
}

proptest! {
    #[test]
    fn above_lambda_max_the_lasso_is_zero_and_just_below_it_is_not(
        y in prop::collection::vec(-10.0..10.0_f64, 30),
    ) {
        let (columns, _) = points();
        // The largest |x_j'y| / n of centred columns.
        let mean = y.iter().sum::<f64>() / 30.0;
        let pull = |x: &Vec<f64>| x.iter().zip(&y).map(|(x, y)| x * (y - mean)).sum::<f64>();
        let most = columns.iter().map(|x| pull(x).abs() / 30.0).fold(0.0, f64::max);
        prop_assume!(most > 1e-3);
        let above = lasso(&columns, &y, most * 1.000_001);
        prop_assert!(above.weights.iter().all(|w| *w == 0.0));
        let below = lasso(&columns, &y, most * 0.99);
        prop_assert!(below.weights.iter().any(|w| *w != 0.0));
    }

    #[test]
    fn ridge_solves_its_equations(
        y in prop::collection::vec(-10.0..10.0_f64, 30),
        lambda in 0.0..5.0_f64,
    ) {
        // The gradient of sum e^2 / 2n + lambda sum w^2 / 2 vanishes in every weight.
        let (columns, _) = points();
        let fit = ridge(&columns, &y, lambda).unwrap();
        let error = |row: usize| {
            let explained: f64 = columns.iter().zip(&fit.weights).map(|(c, w)| c[row] * w).sum();
            y[row] - fit.intercept - explained
        };
        for (column, weight) in columns.iter().zip(&fit.weights) {
            let pull: f64 = column.iter().enumerate().map(|(row, x)| x * error(row)).sum();
            prop_assert!((pull / 30.0 - lambda * weight).abs() < 1e-8);
        }
    }
}
