//! Rules, and what a claim says of itself.

use super::*;

fn claim() -> Statement {
    Claim::says("id", "the post", "it is so").measured_by("it", "")
}

#[test]
fn the_interval_decides_not_the_mean() {
    assert_eq!(
        claim().mean_is_above(0.0, &[1.0, 1.1, 0.9]).verdict,
        Verdict::Reproduced
    );
    assert_eq!(
        claim().mean_is_above(0.0, &[-1.0, -1.1, -0.9]).verdict,
        Verdict::Contradicted
    );
    assert_eq!(
        claim().mean_is_above(0.0, &[-1.0, 3.0, 1.0]).verdict,
        Verdict::Undecided
    );
    assert_eq!(
        claim().mean_is_below(0.0, &[1.0, 1.1, 0.9]).verdict,
        Verdict::Contradicted
    );
    assert_eq!(
        claim()
            .mean_is_within((0.8, 1.2), &[1.0, 1.01, 0.99])
            .verdict,
        Verdict::Reproduced
    );
    assert_eq!(
        claim()
            .mean_is_within((2.0, 3.0), &[1.0, 1.01, 0.99])
            .verdict,
        Verdict::Contradicted
    );
    assert_eq!(
        claim()
            .median_is_above(0.0, &[1.0, 2.0, 3.0, 900.0])
            .verdict,
        Verdict::Reproduced
    );
}

#[test]
fn statements_look_alike_and_symbols_stay() {
    let said = |text: &str| Claim::says("id", "", text).measured_by("", "").statement;
    assert_eq!(said("it holds."), "It holds");
    assert_eq!(said("a mean trains"), "A mean trains");
    assert_eq!(said("x' is 2"), "x' is 2");
    assert_eq!(
        said("conv2d_1 has 320 parameters"),
        "conv2d_1 has 320 parameters"
    );
    assert_eq!(
        said("max-pool, as here, leaves one"),
        "Max-pool, as here, leaves one"
    );
    assert_eq!(said("PReLU learns."), "PReLU learns");
    assert_eq!(said(""), "");
}

#[test]
fn what_was_measured_is_said_with_its_interval_where_it_has_one() {
    let claim = |values: &[f64]| {
        let claim = Claim::says("id", "", "").measured_by("time", "s");
        claim.mean_is_above(0.0, values).measured()
    };
    assert_eq!(claim(&[1.0, 3.0]), "2.000 s [-10.71, 14.71], n = 2");
    assert_eq!(claim(&[2.0]), "2.000 s, n = 1");
    assert_eq!(claim(&[]), "no value s, n = 0");
}

#[test]
fn a_reason_is_told_where_the_opposite_holds_only() {
    let told = |values: &[f64]| claim().mean_is_above(0.0, values).if_contradicted("so");
    assert_eq!(told(&[-1.0, -1.1]).reason.as_deref(), Some("so"));
    assert_eq!(told(&[1.0, 1.1]).reason, None);
    assert_eq!(told(&[1.0]).reason, None);
}

#[test]
fn the_side_of_the_post_is_kept_beside_the_verdict() {
    let side = |claim: Claim| (claim.holds_from, claim.holds_to);
    assert_eq!(side(claim().mean_is_above(2.0, &[1.0])), (Some(2.0), None));
    assert_eq!(side(claim().mean_is_below(2.0, &[1.0])), (None, Some(2.0)));
    let within = claim().mean_is_within((1.0, 2.0), &[1.0]);
    assert_eq!(side(within), (Some(1.0), Some(2.0)));
    assert_eq!(
        side(claim().largest_is_at_most(0.5, 0.0, 3)),
        (None, Some(0.5))
    );
}

#[test]
fn one_seed_or_none_decides_nothing() {
    let one = claim().mean_is_above(0.0, &[5.0]);
    assert_eq!(
        (one.verdict, one.estimate, one.low),
        (Verdict::Undecided, Some(5.0), None)
    );
    assert_eq!(claim().mean_is_above(0.0, &[]).verdict, Verdict::Undecided);
}

#[test]
fn a_number_that_is_not_finite_never_decides() {
    let values = [f64::NAN, 1.0, 2.0];
    assert_eq!(
        claim().mean_is_above(0.0, &values).verdict,
        Verdict::Undecided
    );
    assert_eq!(
        claim().mean_is_below(0.0, &values).verdict,
        Verdict::Undecided
    );
    assert_eq!(
        claim().largest_is_at_most(1.0, f64::NAN, 3).verdict,
        Verdict::Contradicted
    );
}

#[test]
fn an_exact_claim_is_never_undecided() {
    assert_eq!(
        claim().largest_is_at_most(0.0, 0.0, 3).verdict,
        Verdict::Reproduced
    );
    assert_eq!(
        claim().largest_is_at_most(0.0, 1e-9, 3).verdict,
        Verdict::Contradicted
    );
}

#[test]
fn values_of_all_seeds_and_the_figure_are_kept_and_read_again() {
    let claim = claim().mean_is_above(0.0, &[1.0, f64::NAN, 3.0]);
    let claim = claim.shown_in("curves");
    assert_eq!(claim.values, [1.0, 3.0]);
    let json = serde_json::to_string(&claim).unwrap();
    assert_eq!(serde_json::from_str::<Claim>(&json).unwrap(), claim);
    let exact = self::claim().largest_is_at_most(1.0, 0.5, 3);
    assert!(exact.values.is_empty() && exact.figure.is_none());
}
