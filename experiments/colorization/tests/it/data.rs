//! The photographs: in small made-up folders, drawn, and the published ones.

use std::fs;
use std::path::Path;

use colorization::colours;
use colorization::config::ColorizationConfig;
use colorization::data::{FOREST, MAX_CACHE_BYTES, Photo, load, read_scenes};
use colorization::twin;
use image::{DynamicImage, GrayImage, Luma, Rgb, RgbImage, Rgba, RgbaImage};
use retrace_data::{encode_picture, sha256};
use retrace_lab::{Config, DataSets, InputKind, Preset};
use tempfile::TempDir;

fn config() -> ColorizationConfig {
    ColorizationConfig::preset(Preset::Post)
}

fn skipping() -> ColorizationConfig {
    ColorizationConfig {
        skip_damaged: true,
        ..config()
    }
}

/// A picture that differs from those with another number.
fn picture(number: u8) -> RgbImage {
    RgbImage::from_fn(48, 40, |x, y| {
        Rgb([(5 * x) as u8, (3 * y) as u8 + number, 7 * number])
    })
}

fn write(folder: &Path, name: &str, image: &DynamicImage) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, encode_picture(image, &path).unwrap()).unwrap();
}

/// Two categories of four pictures, one of which is there twice.
fn set() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..4 {
        let name = |category: &str| format!("{category}/{number}.jpg");
        write(folder.path(), &name("coast"), &picture(number).into());
        let other = if number == 3 { 0 } else { number + 10 };
        write(folder.path(), &name("forest"), &picture(other).into());
    }
    let train = "coast/0.jpg\ncoast/1.jpg\n\nforest/0.jpg\nforest/1.jpg\n";
    let test = "coast/2.jpg\r\ncoast/3.jpg\r\nforest/2.jpg\r\nforest/3.jpg";
    fs::write(folder.path().join("mit_split_train.txt"), train).unwrap();
    fs::write(folder.path().join("mit_split_test.txt"), test).unwrap();
    folder
}

fn names(photos: &[Photo]) -> Vec<String> {
    let name = |photo: &Photo| format!("{}/{}", photo.category, photo.name);
    photos.iter().map(name).collect()
}

fn refused(folder: &Path, config: &ColorizationConfig, words: &[&str]) {
    let error = read_scenes(folder, config, MAX_CACHE_BYTES).unwrap_err();
    assert_eq!(error.exit_code(), 3);
    let error = error.chain();
    let has_all = words.iter().all(|word| error.contains(word));
    assert!(has_all, "{words:?}: {error}");
}

#[test]
fn lists_decide_the_parts_and_a_file_that_was_read_before_is_left_out() {
    let folder = set();
    let read = |config: &ColorizationConfig| read_scenes(folder.path(), config, MAX_CACHE_BYTES);
    let (scenes, sum) = read(&config()).unwrap();
    let train = ["coast/0.jpg", "coast/1.jpg", "forest/0.jpg", "forest/1.jpg"];
    assert_eq!(names(&scenes.train), train);
    // forest/3 is coast/0 once more.
    let test = ["coast/2.jpg", "coast/3.jpg", "forest/2.jpg"];
    assert_eq!(names(&scenes.test), test);
    assert_eq!(scenes.train[0].size(), (40, 48));
    assert_eq!(read(&config()).unwrap().1, sum);
    let fewer = ColorizationConfig {
        pictures: 2,
        ..config()
    };
    let (scenes, other) = read(&fewer).unwrap();
    assert_eq!(names(&scenes.train), ["coast/0.jpg", "forest/0.jpg"]);
    assert_ne!(sum, other);
}

#[test]
fn a_truncated_picture_is_named_and_left_out_only_when_asked_to() {
    let folder = set();
    let path = folder.path().join("coast/1.jpg");
    let whole = fs::read(&path).unwrap();
    for length in [0, 1, 20, whole.len() / 3, whole.len() / 2, whole.len() - 40] {
        fs::write(&path, &whole[..length]).unwrap();
        refused(folder.path(), &config(), &["coast/1.jpg", "--skip-damaged"]);
        let (scenes, _) = read_scenes(folder.path(), &skipping(), MAX_CACHE_BYTES).unwrap();
        assert_eq!(scenes.skipped, ["coast/1.jpg"], "{length}");
        assert_eq!(scenes.train.len(), 3);
    }
}

#[test]
fn what_is_missing_is_an_error_even_where_damaged_pictures_are_left_out() {
    let folder = set();
    for file in ["coast/2.jpg", "mit_split_test.txt"] {
        fs::remove_file(folder.path().join(file)).unwrap();
        refused(folder.path(), &skipping(), &[file]);
    }
}

#[test]
fn lists_that_lead_elsewhere_or_nowhere_are_refused() {
    let folder = set();
    let list = folder.path().join("mit_split_train.txt");
    for line in [
        "coast",
        "../secret/1.jpg",
        "coast/../1.jpg",
        "/etc/1.jpg",
        "a/b/c.jpg",
        "a/.b",
    ] {
        fs::write(&list, format!("coast/0.jpg\n{line}\n")).unwrap();
        refused(folder.path(), &config(), &["line 2", line]);
    }
    fs::write(&list, "\n\n").unwrap();
    refused(folder.path(), &config(), &["no pictures"]);
}

#[test]
fn grey_pictures_transparent_ones_and_ones_of_a_pixel_are_taken_for_what_they_show() {
    let folder = set();
    let glass = RgbaImage::from_fn(48, 40, |x, y| Rgba([5 * x as u8, 6 * y as u8, 9, x as u8]));
    for (name, image) in [
        ("coast/0.jpg", glass.clone().into()),
        (
            "coast/1.jpg",
            GrayImage::from_pixel(1, 1, Luma([77])).into(),
        ),
    ] {
        let png = encode_picture(&image, "a.png".as_ref()).unwrap();
        fs::write(folder.path().join(name), png).unwrap();
    }
    let (scenes, _) = read_scenes(folder.path(), &config(), MAX_CACHE_BYTES).unwrap();
    let pixels = scenes.train[0].image.pixels().zip(glass.pixels());
    assert!(pixels.into_iter().all(|(rgb, rgba)| rgb.0 == rgba.0[..3]));
    assert_eq!(scenes.train[1].size(), (1, 1));
    assert_eq!(scenes.train[1].image.get_pixel(0, 0).0, [77; 3]);
    let [_, a, b] = scenes.train[1].lab(0, 0);
    assert!(a.abs() < 0.01 && b.abs() < 0.01);
}

#[test]
fn decoded_pictures_are_bounded_to_the_byte() {
    let folder = set();
    // Four and three different pictures of 48x40.
    let all = 7 * 3 * 48 * 40;
    assert!(read_scenes(folder.path(), &config(), all).is_ok());
    let error = read_scenes(folder.path(), &config(), all - 1).unwrap_err();
    assert_eq!(error.exit_code(), 3);
    let text = error.chain();
    for word in [folder.path().to_str().unwrap(), "`--pictures`", "`--side`"] {
        assert!(text.contains(word), "{text}");
    }
    let fewer = ColorizationConfig {
        pictures: 3,
        ..config()
    };
    assert!(read_scenes(folder.path(), &fewer, all - 1).is_ok());
}

#[test]
fn a_twin_that_is_too_large_is_refused_before_it_is_drawn() {
    let most = (MAX_CACHE_BYTES / (3 * 1_024 * 1_024)) as usize;
    let large = ColorizationConfig {
        twin_pictures: most - 8 + 1,
        test_pictures: 8,
        side: 1_024,
        ..config()
    };
    let error = load(&large, &DataSets::synthetic()).unwrap_err();
    assert_eq!(error.exit_code(), 2);
    let text = error.chain();
    let size = "683 drawn pictures of 1024x1024 take 2049 MiB";
    assert!(text.contains(size), "{text}");
    assert!(text.contains("`--twin-pictures`"), "{text}");
}

#[test]
fn the_checksum_of_a_twin_is_that_of_its_pixels_in_order() {
    let smoke = ColorizationConfig::preset(Preset::Smoke);
    let loaded = load(&smoke, &DataSets::synthetic()).unwrap();
    let photos = loaded.data.train.iter().chain(&loaded.data.test);
    let pixels: Vec<u8> = photos
        .flat_map(|photo| photo.image.as_raw().clone())
        .collect();
    assert_eq!(pixels.len(), (16 + 8) * 3 * 40 * 40);
    assert_eq!(loaded.inputs[0].sha256, sha256(&pixels));
    assert!(loaded.notes.is_empty());
}

#[test]
fn the_twin_is_the_same_each_time_and_no_two_of_its_pictures_are() {
    let photos = twin::draw("train", 24, 40);
    assert_eq!(photos, twin::draw("train", 24, 40));
    let test = twin::draw("test", 24, 40);
    for (index, one) in photos.iter().enumerate() {
        assert_eq!(one.size(), (40, 40));
        let others = photos[index + 1..].iter().chain(&test);
        assert!(others.into_iter().all(|other| other.image != one.image));
    }
    let forests = photos.iter().filter(|photo| photo.category == FOREST);
    assert_eq!(forests.count(), 3);
}

#[test]
fn forests_use_fewer_colours_than_all_scenes() {
    let photos = twin::draw("train", 80, 48);
    let all: Vec<&Photo> = photos.iter().collect();
    let forests = all.iter().copied().filter(|p| p.category == FOREST);
    let forests = colours::palette(&forests.collect::<Vec<_>>(), 10.0).unwrap();
    let all = colours::palette(&all, 10.0).unwrap();
    assert!(forests.used[0].bins < all.used[0].bins);
    let [tens, fives] = [0, 1].map(|index| all.used[index].bins);
    assert!(tens < fives, "smaller windows, more bins");
    assert_eq!(all.pixels, 80 * 48 * 48);
    assert_eq!(all.fine.pixels.iter().sum::<u64>(), all.pixels);
    assert_eq!(all.coarse.pixels.iter().sum::<u64>(), all.pixels);
    // The bins of 10 put together from fine cells are those that are counted.
    let counted = all.coarse.pixels.iter().filter(|n| **n > 0).count();
    assert_eq!(tens, counted);
}

#[test]
#[ignore = "needs RETRACE_DATA"]
fn the_two_pairs_of_equal_files_are_read_once() {
    let folder = std::env::var_os("RETRACE_DATA").expect("the folder of the data sets");
    let config = ColorizationConfig {
        test_pictures: 1_000,
        ..config()
    };
    let loaded = load(&config, &DataSets::real(folder)).unwrap();
    assert_eq!(loaded.inputs[0].kind, InputKind::Real);
    let scenes = loaded.data;
    assert!(scenes.skipped.is_empty());
    assert_eq!(scenes.train.len() + scenes.test.len(), 2_688 - 2);
    let all = || scenes.train.iter().chain(&scenes.test);
    assert!(all().all(|photo| photo.size() == (256, 256)));
    let named = |name: &str| all().filter(|photo| photo.name.contains(name)).count();
    assert_eq!(named("sharp59.") + named("sclos4."), 1);
    assert_eq!(named("urb992."), 1);
    let forest = |photo: &&Photo| photo.category == FOREST;
    assert_eq!(all().filter(forest).count(), 328);
}
