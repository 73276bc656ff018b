//! What a picture says of itself, alone in another folder.

use std::fs;

use crate::command::say;

#[test]
fn the_command_in_a_picture_makes_its_bytes_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let made = "run regularization --preset smoke --seeds 1 --lambdas 0.1,0.3 --epochs 3 --out a";
    let words = |command: &str| -> Vec<String> {
        let words = command.split(' ').filter(|word| *word != "retrace");
        words.map(str::to_owned).collect()
    };
    let run = |command: &str| {
        let words = words(command);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        say(folder.path(), &words)
    };
    assert_eq!(run(made).code, 0);
    let runs: Vec<_> = fs::read_dir(path("a/regularization")).unwrap().collect();
    let run_folder = runs[0].as_ref().unwrap().file_name();
    let figures = format!("regularization/{}/figures", run_folder.to_string_lossy());
    let mut seen = 0;
    for name in ["fits.svg", "fits.png", "weights-in-training.gif"] {
        fs::copy(path("a").join(&figures).join(name), path(name)).unwrap();
        let said = say(folder.path(), &["provenance", name, "--json"]);
        assert_eq!(said.code, 0, "{}", said.stderr);
        let source = said.json();
        assert_eq!(
            (&source["preset"], &source["seeds"]),
            (&"smoke".into(), &1.into())
        );
        let again = source["command"].as_str().unwrap().to_owned() + " --out b";
        assert_eq!(run(&again).code, 0, "{again}");
        let remade = fs::read(path("b").join(&figures).join(name)).unwrap();
        assert_eq!(remade, fs::read(path(name)).unwrap(), "{name}");
        seen += 1;
    }
    assert_eq!(seen, 3);

    // Beside its numbers, then beside others, then in a picture of somebody else's.
    let inside = format!("a/{figures}/fits.svg");
    let said = say(folder.path(), &["provenance", &inside]);
    assert!(
        said.stdout.contains("holds these numbers"),
        "{}",
        said.stdout
    );
    assert!(
        said.stdout.contains("--epochs 3 --lambdas 0.1,0.3"),
        "{}",
        said.stdout
    );
    fs::write(path(&inside).with_extension("json"), "{}").unwrap();
    let said = say(folder.path(), &["provenance", &inside]);
    assert_eq!(said.code, 1, "{}", said.stderr);
    assert!(
        said.stderr.contains("does not hold the numbers"),
        "{}",
        said.stderr
    );
    fs::write(
        path("other.svg"),
        "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
    )
    .unwrap();
    let said = say(folder.path(), &["provenance", "other.svg"]);
    assert_eq!(said.code, 2, "{}", said.stderr);
    assert!(
        said.stderr.contains("does not say what it was made from"),
        "{}",
        said.stderr
    );
}
