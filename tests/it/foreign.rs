//! ONNX files that other programs wrote, before the commands for them.

use std::path::{Path, PathBuf};

use retrace_test_support::Program;

const RETRACE: Program = Program::at(env!("CARGO_BIN_EXE_retrace"));

fn case(name: &str) -> String {
    let folder = std::env::var_os("RETRACE_CASES").expect("RETRACE_CASES: a folder with onnx/");
    let file: PathBuf = Path::new(&folder).join("onnx").join(name);
    file.to_str().expect("its name is text").to_owned()
}

#[test]
#[ignore = "needs RETRACE_CASES"]
fn pictures_fit_channels_last_and_inputs_are_given_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    image::RgbImage::from_pixel(16, 16, image::Rgb([255, 0, 128]))
        .save(at("x.png"))
        .unwrap();
    image::RgbImage::new(3, 16).save(at("other.png")).unwrap();
    let network = case("nhwc.onnx");
    RETRACE.done(
        folder.path(),
        &["run-frozen", &network, "x.png", "-o", "y.npy"],
    );
    RETRACE.done(
        folder.path(),
        &[
            "run-frozen",
            &network,
            "--input",
            "x=x.png",
            "-o",
            "outputs",
        ],
    );
    let files = std::fs::read_dir(at("outputs")).unwrap();
    let files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    let [file] = files.as_slice() else {
        panic!("{files:?}");
    };
    assert_eq!(
        std::fs::read(file).unwrap(),
        std::fs::read(at("y.npy")).unwrap()
    );
    let other = ["run-frozen", &network, "other.png", "-o", "z.npy"];
    RETRACE.refused(folder.path(), &other, 3, &["3x16 does not fit"]);
}

#[test]
#[ignore = "needs RETRACE_CASES"]
fn what_is_computed_otherwise_is_said_and_what_is_not_run_can_be_looked_into() {
    let folder = tempfile::tempdir().unwrap();
    let halves = case("fp16_keep_io.onnx");
    let run = [
        "run-frozen",
        &halves,
        &case("fp16_keep_io.x.npy"),
        "-o",
        "y.npy",
    ];
    let said = RETRACE.done(folder.path(), &run);
    assert!(
        said.stderr.contains("float16 is computed as float32"),
        "{}",
        said.stderr
    );
    let clipped = case("lstm_clip.onnx");
    for command in ["summary", "nodes"] {
        let said = RETRACE.done(folder.path(), &[command, &clipped]);
        assert!(
            said.stderr.contains("LSTM rnn: its attribute clip"),
            "{}",
            said.stderr
        );
        assert!(said.stdout.contains("rnn"), "{}", said.stdout);
    }
}
