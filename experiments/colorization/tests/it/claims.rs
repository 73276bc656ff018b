//! Figures and claims from outcomes made by hand, without any training.

use colorization::Colorization;
use colorization::arm::{self, Setup};
use colorization::config::ColorizationConfig;
use colorization::evaluation::TEMPERATURES;
use colorization::outcome::{
    AtTemperature, Colours, Counts, End, Look, Outcome, Palette, PictureScore, Scores, Training,
    Used,
};
use ndarray::{ArrayD, IxDyn};
use retrace_lab::{
    Arrays, Claim, Config, DeviceName, Drawing, Experiment, Finished, Outcomes, Preset, RunTable,
    Verdict,
};

/// Numbers of an arm in a world in which everybody is right.
fn as_they_say(setup: Setup, seed: u64) -> Scores {
    let off = (seed as f64).sin() * 0.01;
    // The author's code depends on the seed.
    let wild = if setup.same_patches && setup.before_relu {
        3.0
    } else {
        0.0
    };
    let rmse = match setup.name {
        "as-described" => 15.0,
        "as-written" => 20.0,
        "same-patches" => 17.0,
        "raw-counts" => 18.0,
        "before-relu" => 16.0,
        "forests" => 10.0,
        "forests-as-written" => 13.0,
        _ => 14.0,
    };
    Scores {
        rmse: rmse + off + wild * (seed % 2) as f64,
        psnr: Some(20.0),
        chroma_ratio: Some(if setup.name == "euclidean" { 0.4 } else { 0.9 } + off),
        accuracy: if setup.name == "euclidean" {
            0.92
        } else {
            0.88
        } + off,
        rebalanced_accuracy: if setup.name == "unweighted" {
            0.75
        } else {
            0.8
        } + 0.1 * off,
        rare_ratio: Some(if setup.name == "unweighted" { 0.1 } else { 0.9 } + off),
    }
}

/// The opposite: errors, chroma and accuracies change sides.
fn as_they_do_not(setup: Setup, seed: u64) -> Scores {
    let right = as_they_say(setup, seed);
    let calm = setup.same_patches && setup.before_relu;
    let wild = if calm { 0.0 } else { 3.0 * (seed % 2) as f64 };
    let steady = as_they_say(setup, 2 * (seed / 2));
    Scores {
        rmse: 40.0 - steady.rmse + wild,
        chroma_ratio: right.chroma_ratio.map(|ratio| 2.0 - ratio),
        accuracy: 1.5 - right.accuracy,
        rebalanced_accuracy: 1.4 - right.rebalanced_accuracy,
        rare_ratio: right.rare_ratio.map(|ratio| 2.0 - ratio),
        ..right
    }
}

type World = fn(Setup, u64) -> Scores;

fn training(world: World, setup: Setup, seed: u64) -> Outcome {
    let right = world(setup, seed).rmse == as_they_say(setup, seed).rmse;
    let sign = if right { 1.0 } else { -1.0 };
    let off = (seed as f64).cos() * 0.001;
    let pale = if setup.nearest { 0.3 } else { 0.0 };
    let at = |temperature: f64| AtTemperature {
        temperature,
        chroma_ratio: Some(0.8 + sign * (pale - 0.3 * temperature) + off * temperature),
        rmse: 15.0,
    };
    let constant = |accuracy: f64, rmse: f64| Scores {
        rebalanced_accuracy: accuracy,
        rmse,
        chroma_ratio: Some(0.0),
        ..world(setup, seed)
    };
    let picture = |category: &str| PictureScore {
        category: category.to_owned(),
        name: "a".to_owned(),
        rmse: 12.0 + off,
        psnr: None,
        chroma: 9.0,
        true_chroma: 14.0,
    };
    let bins = setup.name != "euclidean";
    Outcome::Training(Box::new(Training {
        bins: 60,
        parameters: 7_000,
        patches: 100,
        looks: (0..3)
            .map(|epoch| Look {
                epoch,
                train: Some(4.0 - 0.1 * epoch as f64),
                test: (epoch < 2).then_some(3.9),
            })
            .collect(),
        end: Some(End {
            scores: world(setup, seed),
            cross_entropy: bins.then_some(3.5 + off),
            constant_cross_entropy: bins.then_some(3.5 + sign * 0.2),
            temperatures: if bins {
                TEMPERATURES.map(at).to_vec()
            } else {
                Vec::new()
            },
            grey: constant(0.7, 19.0),
            most_frequent: constant(0.7, 19.0),
            pictures: vec![picture("coast"), picture("forest")],
            shown: vec![0, 1],
            extremes: vec![0, 1],
        }),
        diverged_at: None,
    }))
}

fn palette(right: bool, forests: bool) -> Palette {
    let (window, fine) = (10.0, 2.5);
    let mut coarse = vec![0; 22 * 22];
    let mut counts = vec![0; 88 * 88];
    for place in 40..48 {
        counts[place * 88 + place] = 10 + place as u64;
        coarse[place / 4 * 22 + place / 4] += 10 + place as u64;
    }
    let used = |window, bins| Used { window, bins };
    Palette {
        pictures: 8,
        pixels: 428,
        fine: Counts {
            window: fine,
            pixels: counts,
        },
        coarse: Counts {
            window,
            pixels: coarse,
        },
        used: vec![used(10.0, 60), used(5.0, if right { 200 } else { 60 })],
        pink_red: if forests == right { 0.01 } else { 0.05 },
        most_used_chroma: if right { 7.071 } else { 29.0 },
    }
}

/// Two pictures of 8x8: the truth of the arm that counts, the colours of all others.
fn pictures(setup: Option<Setup>) -> Arrays {
    let mut arrays = Arrays::default();
    let (names, planes) = match setup {
        Some(_) => (&["shown"][..], 2),
        None => (&["all", "forests"][..], 3),
    };
    for name in names {
        arrays.insert(*name, ArrayD::from_elem(IxDyn(&[2, planes, 8, 8]), 30.0));
    }
    arrays
}

fn run_of(seeds: u64, right: bool, change: impl Fn(Outcome) -> Outcome) -> Outcomes<Colorization> {
    let config = ColorizationConfig::preset(Preset::Smoke);
    let world: World = if right { as_they_say } else { as_they_do_not };
    let colours = Outcome::Colours(Box::new(Colours {
        all: palette(right, false),
        forests: palette(right, true),
        skipped: Vec::new(),
    }));
    let cells = arm::all().into_iter().flat_map(|arm| {
        let finished = |seed| Finished {
            times: Default::default(),
            arm: arm.name.clone(),
            seed,
            outcome: match Setup::of(&arm.name) {
                Some(setup) => change(training(world, setup, seed)),
                None => colours.clone(),
            },
            arrays: pictures(Setup::of(&arm.name)),
        };
        arm.seeds(seeds).map(finished).collect::<Vec<_>>()
    });
    let run = RunTable {
        experiment: "colorization".to_owned(),
        preset: Preset::Smoke,
        seeds,
        device: DeviceName::Cpu,
        threads: 1,
        inputs: Vec::new(),
    };
    Outcomes::new(config, run, cells.collect())
}

fn claims_in(right: bool, seeds: u64) -> Vec<Claim> {
    Colorization::claims(&run_of(seeds, right, |outcome| outcome))
}

#[test]
fn claims_follow_the_numbers() {
    let (right, wrong) = (claims_in(true, 6), claims_in(false, 6));
    assert_eq!(right.len(), wrong.len());
    for (right, wrong) in right.iter().zip(&wrong) {
        assert_eq!(right.verdict, Verdict::Reproduced, "{right:?}");
        assert_eq!(wrong.verdict, Verdict::Contradicted, "{wrong:?}");
    }
}

#[test]
fn one_seed_decides_nothing_but_what_has_no_chance_in_it() {
    for claim in claims_in(true, 1) {
        let exact = claim.rule.contains("the largest value");
        let expected = if exact {
            Verdict::Reproduced
        } else {
            Verdict::Undecided
        };
        assert_eq!(claim.verdict, expected, "{claim:?}");
    }
}

#[test]
fn every_seed_counts_for_the_spread() {
    let claims = claims_in(true, 5);
    let varies = claims
        .iter()
        .find(|claim| claim.id == "as-written-varies-more")
        .unwrap();
    assert_eq!(varies.n, 5);
}

#[test]
fn figures_are_drawn_from_outcomes_alone() {
    for seeds in [0, 1, 3] {
        let drawn = draw(&run_of(seeds, true, |outcome| outcome));
        assert!(drawn.len() >= 2, "{seeds} seeds");
        let cover = Colorization::COVER.to_owned();
        assert_eq!(drawn.contains(&cover), seeds > 0, "{seeds} seeds");
    }
    let diverged = run_of(3, true, |mut outcome| {
        if let Outcome::Training(training) = &mut outcome {
            training.end = None;
            training.looks.truncate(1);
            training.diverged_at = Some(7);
        }
        outcome
    });
    assert!(draw(&diverged).len() >= 2);
    for claim in Colorization::claims(&diverged) {
        assert!(
            claim.n == 0 || claim.rule.contains("the largest value"),
            "{claim:?}"
        );
    }
}

#[test]
fn the_blanks_of_the_post_are_filled_with_what_was_counted() {
    let rows = Colorization::reported(&run_of(1, true, |outcome| outcome)).into_iter();
    let rows: Vec<_> = rows.map(|row| (row.reported, row.measured)).collect();
    let row = |reported: &str, bins| (reported.to_owned(), format!("{bins} (8 training pictures)"));
    assert_eq!(rows, [row("", 60), row("", 200), row("313", 60)]);
}

/// The names of all figures.
fn draw(outcomes: &Outcomes<Colorization>) -> Vec<String> {
    let drawings = Colorization::figures(outcomes).unwrap().into_iter();
    let names = drawings.map(|drawing| {
        let Drawing::Figure(figure) = drawing else {
            panic!("all are figures");
        };
        assert!(!figure.caption.is_empty(), "{}", figure.name);
        assert!(!figure.render().unwrap().png.is_empty(), "{}", figure.name);
        figure.name
    });
    names.collect()
}
