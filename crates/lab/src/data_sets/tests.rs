use std::fs;

use super::*;

fn choose(data: Choice, folder: &Path) -> DataSets {
    DataSets {
        data,
        dir: DataDir {
            data_dir: Some(folder.to_path_buf()),
        },
    }
}

#[test]
fn auto_takes_what_is_there_and_twins_for_the_rest() {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join("faces")).unwrap();
    let auto = choose(Choice::Auto, root.path());
    assert_eq!(
        auto.folder("faces").unwrap(),
        Some(root.path().join("faces"))
    );
    assert_eq!(auto.folder("digits").unwrap(), None);
    let synthetic = choose(Choice::Synthetic, root.path());
    assert_eq!(synthetic.folder("faces").unwrap(), None);
}

#[test]
fn real_data_that_are_missing_are_named_with_what_to_do() {
    let root = tempfile::tempdir().unwrap();
    let error = DataSets::real(root.path()).folder("digits").unwrap_err();
    assert_eq!(error.exit_code(), 3);
    let text = error.chain();
    assert!(
        text.contains(&root.path().join("digits").display().to_string()),
        "{text}"
    );
    assert!(text.contains("--data synthetic"), "{text}");
}

/// A folder of data sets with the files of `name`, each of its size and without content.
fn whole(name: &str) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for file in &sets::find(name).unwrap().files {
        let path = root.path().join(name).join(&file.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::File::create(path).unwrap().set_len(file.bytes).unwrap();
    }
    root
}

#[test]
fn a_set_that_is_not_complete_is_an_error_even_where_twins_would_do() {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join("mnist")).unwrap();
    let error = choose(Choice::Auto, root.path())
        .folder("mnist")
        .unwrap_err()
        .chain();
    assert!(error.contains("retrace data fetch mnist"), "{error}");
    let missing = "t10k-images-idx3-ubyte.gz: missing (expected 1648877 bytes)";
    assert!(error.contains(missing), "{error}");
    assert!(error.contains("and 3 more files are wrong"), "{error}");
}

#[test]
fn the_first_file_of_another_size_is_named_with_both_sizes() {
    let root = whole("mnist");
    let sets = choose(Choice::Real, root.path());
    assert!(sets.folder("mnist").unwrap().is_some());
    let labels = root.path().join("mnist/train-labels-idx1-ubyte.gz");
    let cut = |bytes| fs::File::create(&labels).unwrap().set_len(bytes).unwrap();
    cut(28_000);
    let error = sets.folder("mnist").unwrap_err().chain();
    let named = "train-labels-idx1-ubyte.gz: another size, 28000 bytes (expected 28881 bytes)";
    assert!(error.contains(named) && !error.contains("more"), "{error}");
    fs::remove_file(root.path().join("mnist/train-images-idx3-ubyte.gz")).unwrap();
    let error = sets.folder("mnist").unwrap_err().chain();
    assert!(
        error.contains("train-images-idx3-ubyte.gz: missing"),
        "{error}"
    );
    assert!(error.contains("and 1 more file is wrong"), "{error}");
}

#[test]
fn only_files_that_may_differ_may_have_another_size_and_none_may_be_missing() {
    let root = whole("mnist");
    let sets = choose(Choice::Real, root.path());
    let folder = |part: &'static str| sets.folder_but_for("mnist", move |p| p.contains(part));
    let labels = root.path().join("mnist/train-labels-idx1-ubyte.gz");
    fs::write(&labels, "short").unwrap();
    assert_eq!(folder("labels").unwrap(), Some(root.path().join("mnist")));
    let error = folder("images").unwrap_err().chain();
    assert!(error.contains("another size, 5 bytes"), "{error}");
    fs::remove_file(labels).unwrap();
    let error = folder("labels").unwrap_err().chain();
    assert!(
        error.contains("train-labels-idx1-ubyte.gz: missing"),
        "{error}"
    );
}

#[test]
fn a_folder_that_is_not_there_is_an_error_even_where_twins_would_do() {
    let error = choose(Choice::Auto, "no/such/folder".as_ref())
        .folder("digits")
        .unwrap_err();
    assert!(
        error.chain().contains("no/such/folder"),
        "{}",
        error.chain()
    );
}
