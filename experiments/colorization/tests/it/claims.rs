//! Figures and claims of outcomes made by hand, without any training.

use colorization::Colorization;
use colorization::arm::{Output, Variant};
use colorization::colours::{Colours, Counts, Palette, Palettes, Used};
use colorization::config::ColorizationConfig;
use colorization::evaluation::{AtTemperature, Evaluation, PictureScore, TEMPERATURES};
use colorization::metrics::Scores;
use colorization::training::{Snapshot, Trained, Training};
use ndarray::{ArrayD, IxDyn};
use retrace_lab::{
    Arrays, Claim, Config, DeviceName, Drawing, Experiment, Finished, Preset, Results, RunTable,
    Single, Study, Verdict,
};

/// Whether everybody is right in this world, or the opposite holds.
#[derive(Clone, Copy, PartialEq)]
enum World {
    AsTheySay,
    AsTheyDoNot,
}

use World::{AsTheyDoNot, AsTheySay};

/// Scores of an arm: errors, chroma and accuracies change sides where everybody is wrong.
fn scores(world: World, arm: Variant, seed: u64) -> Scores {
    let off = (seed as f64).sin() * 0.01;
    let method = arm.method();
    // The author's code depends on the seed; in the other world all the rest does.
    let is_written = method.same_patches && method.before_relu;
    let is_wild = is_written == (world == AsTheySay);
    let wild = if is_wild {
        3.0 * (seed % 2) as f64
    } else {
        0.0
    };
    let error = match arm {
        Variant::AsDescribed => 15.0,
        Variant::AsWritten => 20.0,
        Variant::SamePatches => 17.0,
        Variant::RawCounts => 18.0,
        Variant::BeforeRelu => 16.0,
        Variant::Forests => 10.0,
        Variant::ForestsAsWritten => 13.0,
        _ => 14.0,
    };
    let pick = |is: bool, yes: f64, no: f64| if is { yes } else { no };
    let is_euclidean = method.output == Output::Plane;
    let is_unweighted = arm == Variant::Unweighted;
    let chroma = pick(is_euclidean, 0.4, 0.9) + off;
    let accuracy = pick(is_euclidean, 0.92, 0.88) + off;
    let rebalanced = pick(is_unweighted, 0.75, 0.8) + 0.1 * off;
    let rare = pick(is_unweighted, 0.1, 0.9) + off;
    let turned = |right: f64, sum: f64| pick(world == AsTheySay, right, sum - right);
    Scores {
        rmse: turned(error, 40.0) + off + wild,
        psnr: Some(20.0),
        chroma_ratio: Some(turned(chroma, 2.0)),
        accuracy: turned(accuracy, 1.5),
        rebalanced_accuracy: turned(rebalanced, 1.4),
        rare_ratio: Some(turned(rare, 2.0)),
    }
}

fn trained(world: World, arm: Variant, seed: u64) -> Trained {
    let method = arm.method();
    let sign = if world == AsTheySay { 1.0 } else { -1.0 };
    let off = (seed as f64).cos() * 0.001;
    let pale = if method.nearest { 0.3 } else { 0.0 };
    let at = |temperature: f64| AtTemperature {
        temperature,
        chroma_ratio: Some(0.8 + sign * (pale - 0.3 * temperature) + off * temperature),
        rmse: 15.0,
    };
    let constant = Scores {
        rebalanced_accuracy: 0.7,
        rmse: 19.0,
        chroma_ratio: Some(0.0),
        ..scores(world, arm, seed)
    };
    let picture = |category: &str| PictureScore {
        category: category.to_owned(),
        name: "a".to_owned(),
        rmse: 12.0 + off,
        psnr: None,
        chroma: 9.0,
        true_chroma: 14.0,
    };
    let snapshot = |epoch: u64| Snapshot {
        epoch,
        train: Some(4.0 - 0.1 * epoch as f64),
        test: (epoch < 2).then_some(3.9),
    };
    let has_bins = method.output == Output::Bins;
    Trained {
        bins: 60,
        parameters: 7_000,
        patches: 100,
        snapshots: (0..3).map(snapshot).collect(),
        evaluation: Some(Evaluation {
            scores: scores(world, arm, seed),
            cross_entropy: has_bins.then_some(3.5 + off),
            constant_cross_entropy: has_bins.then_some(3.5 + sign * 0.2),
            temperatures: TEMPERATURES.map(at)[..if has_bins { 6 } else { 0 }].to_vec(),
            grey: constant,
            most_frequent: constant,
            pictures: vec![picture("coast"), picture("forest")],
            examples: vec![0, 1],
            extremes: vec![0, 1],
        }),
        diverged_at: None,
    }
}

fn palette(world: World, is_forest: bool) -> Palette {
    let is_right = world == AsTheySay;
    let mut coarse = vec![0; 22 * 22];
    let mut fine = vec![0; 88 * 88];
    for place in 40..48 {
        fine[place * 88 + place] = 10 + place as u64;
        coarse[place / 4 * 22 + place / 4] += 10 + place as u64;
    }
    let counts = |window, pixels| Counts { window, pixels };
    let used = |window, bins| Used { window, bins };
    Palette {
        pictures: 8,
        pixels: 428,
        fine: counts(2.5, fine),
        coarse: counts(10.0, coarse),
        used: vec![used(10.0, 60), used(5.0, if is_right { 200 } else { 60 })],
        pink_red: if is_forest == is_right { 0.01 } else { 0.05 },
        most_used_chroma: if is_right { 7.071 } else { 29.0 },
    }
}

/// Two pictures of 8x8 under each name.
fn pictures(names: &[&str], planes: usize) -> Arrays {
    let mut arrays = Arrays::default();
    for name in names {
        arrays.insert(*name, ArrayD::from_elem(IxDyn(&[2, planes, 8, 8]), 30.0));
    }
    arrays
}

fn results(world: World, seeds: u64, change: impl Fn(Trained) -> Trained) -> Results<Colorization> {
    let config = ColorizationConfig::preset(Preset::Smoke);
    let run = RunTable {
        experiment: "colorization".to_owned(),
        preset: Preset::Smoke,
        seeds,
        device: DeviceName::Cpu,
        threads: 1,
        inputs: Vec::new(),
    };
    let arms: Vec<Single> = Colours::arms(&config);
    let palettes = |_| {
        let palettes = Palettes {
            all: palette(world, false),
            forests: palette(world, true),
            skipped: Vec::new(),
        };
        Finished {
            arrays: pictures(&["all", "forests"], 3),
            ..Finished::new(arms[0], 0, palettes)
        }
    };
    let cells = Variant::ALL.into_iter().flat_map(|arm| {
        let change = &change;
        (0..seeds).map(move |seed| Finished {
            arrays: pictures(&["shown", "temperatures", "extremes"], 2),
            ..Finished::new(arm, seed, change(trained(world, arm, seed)))
        })
    });
    Results::new(config, run)
        .with::<Colours>((0..seeds.min(1)).map(palettes).collect())
        .with::<Training>(cells.collect())
}

fn claims(results: &Results<Colorization>) -> Vec<Claim> {
    Colorization::studies().claims(results)
}

/// The names of all figures, each of which can be drawn.
fn figures(results: &Results<Colorization>) -> Vec<String> {
    let drawings = Colorization::studies().figures(results).unwrap();
    let names = drawings.into_iter().map(|drawing| {
        let Drawing::Figure(figure) = drawing else {
            panic!("all are figures");
        };
        assert!(!figure.render().unwrap().png.is_empty(), "{}", figure.name);
        figure.name
    });
    names.collect()
}

#[test]
fn claims_follow_the_numbers() {
    for (world, verdict) in [
        (AsTheySay, Verdict::Reproduced),
        (AsTheyDoNot, Verdict::Contradicted),
    ] {
        for claim in claims(&results(world, 6, |trained| trained)) {
            assert_eq!(claim.verdict, verdict, "{claim:?}");
        }
    }
}

#[test]
fn one_seed_decides_nothing_but_what_has_no_chance_in_it() {
    for claim in claims(&results(AsTheySay, 1, |trained| trained)) {
        let is_exact = claim.rule.contains("the largest value");
        let decided = claim.verdict == Verdict::Reproduced;
        assert_eq!(decided, is_exact, "{claim:?}");
    }
}

#[test]
fn every_seed_counts_for_the_spread() {
    let claims = claims(&results(AsTheySay, 5, |trained| trained));
    let varies = claims.iter().filter(|claim| claim.id.contains("varies"));
    assert!(varies.into_iter().all(|claim| claim.n == 5));
}

#[test]
fn figures_are_drawn_from_outcomes_alone() {
    for seeds in [0, 1, 3] {
        let drawn = figures(&results(AsTheySay, seeds, |trained| trained));
        assert!(drawn.len() >= 2, "{seeds} seeds");
        let cover = Colorization::COVER.to_owned();
        assert_eq!(drawn.contains(&cover), seeds > 0, "{seeds} seeds");
    }
    let diverged = results(AsTheySay, 3, |mut trained| {
        trained.evaluation = None;
        trained.snapshots.truncate(1);
        trained.diverged_at = Some(7);
        trained
    });
    assert!(figures(&diverged).len() >= 2);
    for claim in claims(&diverged) {
        let is_exact = claim.rule.contains("the largest value");
        assert!(claim.n == 0 || is_exact, "{claim:?}");
    }
}

#[test]
fn the_blanks_of_the_post_are_filled_with_what_was_counted() {
    let rows = Colorization::reported(&results(AsTheySay, 1, |trained| trained)).into_iter();
    let rows: Vec<_> = rows.map(|row| (row.reported, row.measured)).collect();
    let row = |reported: &str, bins| (reported.to_owned(), format!("{bins} (8 training pictures)"));
    assert_eq!(rows, [row("", 60), row("", 200), row("313", 60)]);
}
