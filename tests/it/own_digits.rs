//! One's own images in place of MNIST: IDX files of any name, with any number of classes.

use std::fs;
use std::path::Path;

use crate::command::say;

/// An IDX file of bytes.
fn idx(sizes: &[u32], values: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, sizes.len() as u8];
    bytes.extend(sizes.iter().flat_map(|size| size.to_be_bytes()));
    bytes.extend(values);
    bytes
}

/// So many images of a side, each a bright column whose place tells its label, which begins at 1.
fn write(folder: &Path, name: &str, (count, side): (u32, u32), classes: u8) {
    let label = |image: u32| 1 + (image * 7 % u32::from(classes)) as u8;
    let pixel = |place: u32| {
        let (image, column) = (place / (side * side), place % side);
        let ink = if column == u32::from(label(image)) {
            250
        } else {
            5
        };
        ink + (place % 5) as u8
    };
    let pixels: Vec<u8> = (0..count * side * side).map(pixel).collect();
    let labels: Vec<u8> = (0..count).map(label).collect();
    fs::write(
        folder.join(format!("{name} images")),
        idx(&[count, side, side], &pixels),
    )
    .unwrap();
    fs::write(
        folder.join(format!("{name} labels")),
        idx(&[count], &labels),
    )
    .unwrap();
}

const TRAIN: [&str; 2] = ["--images-file=my images", "--labels-file=my labels"];
const TEST: [&str; 2] = [
    "--test-images-file=other images",
    "--test-labels-file=other labels",
];

#[test]
fn networks_have_an_output_for_each_class_and_all_pages_say_whose_data_it_was() {
    for (experiment, classes) in [("rrelu", 26), ("debugging", 2), ("freezing", 12)] {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "my", (140, 28), classes);
        write(folder.path(), "other", (40, 28), classes);
        let run = ["run", experiment, "--preset=smoke", "--json", "--seeds=1"];
        // In this process, then by workers.
        for flags in [
            [&TRAIN[..], &["--jobs=1"]].concat(),
            [&TRAIN[..], &TEST, &["--jobs=2"]].concat(),
        ] {
            let said = say(folder.path(), &[&run[..], &flags].concat());
            assert_eq!(said.code, 0, "{experiment}: {}", said.stderr);
            let outputs = usize::from(classes) + 1;
            let note = format!("{outputs} classes, of which these have no training image: 0");
            assert!(said.stderr.contains(&note), "{experiment}: {}", said.stderr);
            let report = &said.json()["runs"][0];
            let input = &report["inputs"][0];
            assert_eq!(
                (&input["kind"], report["inputs"].as_array().unwrap().len()),
                (&"file".into(), 1)
            );
            let hash = input["sha256"].as_str().unwrap();
            let name = input["name"].as_str().unwrap();
            assert!(name.starts_with("own data my images, my labels"), "{name}");
            let run = folder.path().join(report["folder"].as_str().unwrap());
            let manifest = fs::read_to_string(run.join("manifest.json")).unwrap();
            assert!(
                manifest.contains(hash) && manifest.contains(name),
                "{experiment}"
            );
            let stem = run.file_name().unwrap().to_str().unwrap().to_owned();
            let page = folder
                .path()
                .join(format!("out/book/{experiment}/{stem}.html"));
            let page = fs::read_to_string(page).unwrap();
            // Below each figure, and in how it was made.
            let figures = page.matches("<figure").count();
            let told = page.matches(hash).count();
            assert!(told > figures && page.contains(name), "{experiment}");
            assert!(
                !page.contains("mnist (") && !page.contains("(synthetic)"),
                "{experiment}"
            );
        }
        // The whole config repeats it.
        let config = fs::read_dir(folder.path().join("out").join(experiment)).unwrap();
        let config = config
            .map(|run| run.unwrap().path().join("config.toml"))
            .next()
            .unwrap();
        let said = say(
            folder.path(),
            &[
                "run",
                experiment,
                "--json",
                "--config",
                config.to_str().unwrap(),
            ],
        );
        assert_eq!(said.json()["runs"][0]["cells_run"], 0, "{}", said.stderr);
    }
}

#[test]
fn a_network_learns_classes_that_are_not_ten() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "my", (420, 28), 12);
    let run = [
        "run",
        "freezing",
        "--preset=smoke",
        "--steps=150",
        "--seeds=1",
        "--test-images=1000",
    ];
    let said = say(folder.path(), &[&run[..], &TRAIN].concat());
    assert_eq!(said.code, 0, "{}", said.stderr);
    let runs = fs::read_dir(folder.path().join("out/freezing")).unwrap();
    let run = runs.map(|run| run.unwrap().path()).next().unwrap();
    let outcome = fs::read_to_string(run.join("cells/plain/seed-0/outcome.json")).unwrap();
    let outcome: serde_json::Value = serde_json::from_str(&outcome).unwrap();
    let agreement = &outcome["outcome"]["frozen"]["agreement"];
    // The last seventh.
    assert_eq!(agreement["images"], 60);
    assert!(agreement["accuracy"].as_f64().unwrap() > 0.9, "{agreement}");
    let plan = ["plan", "freezing", "--network=plain", "--json"];
    let planned = say(folder.path(), &[&plan[..], &TRAIN].concat());
    assert!(planned.stdout.contains("13"), "{}", planned.stdout);
}

#[test]
fn files_that_do_not_fit_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "my", (140, 28), 3);
    write(folder.path(), "other", (59, 28), 3);
    write(folder.path(), "small", (140, 27), 3);
    let cases: [(&[&str], i32, &str); 7] = [
        (
            &TRAIN[..1],
            2,
            "config `images_file` (flag --images-file): expected together with labels_file",
        ),
        (
            &TRAIN[1..],
            2,
            "config `labels_file` (flag --labels-file): expected together with images_file",
        ),
        (
            &TEST,
            2,
            "config `test_images_file` (flag --test-images-file): expected together with images_file",
        ),
        (
            &["--images-file=other images", "--labels-file=other labels"],
            3,
            "other images: expected at least 60 images, found 59",
        ),
        (
            &["--images-file=my images", "--labels-file=other labels"],
            3,
            "other labels: expected as many labels",
        ),
        (
            &["--images-file=small images", "--labels-file=small labels"],
            3,
            "small images: expected images of 28 x 28",
        ),
        (
            &["--images-file=my labels", "--labels-file=my images"],
            3,
            "my labels: expected images of 28 x 28",
        ),
    ];
    for (flags, code, sentence) in cases {
        let run = ["run", "freezing", "--preset=smoke"];
        let said = say(folder.path(), &[&run[..], flags].concat());
        assert_eq!(said.code, code, "{flags:?}: {}", said.stderr);
        assert!(
            said.complaint().contains(sentence),
            "{flags:?}: {}",
            said.stderr
        );
        assert!(!folder.path().join("out").exists(), "{flags:?}");
    }
}
