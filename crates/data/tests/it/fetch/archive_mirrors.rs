//! Archives that mirrors send: unpacked, removed, and good for whatever they hold.

use std::fs;

use retrace_data::sets::{FetchOptions, Limits};

use super::hostile::{gzip, tar, zip};
use super::made_up::{Cache, archive, file, names, noise, quick, set};
use super::server::Server;

#[test]
fn archives_of_mirrors_are_unpacked_and_removed() {
    let (a, b, c) = (noise(70, 1000), noise(71, 2000), noise(72, 3000));
    let files: [(&str, &[u8]); 3] = [("a.bin", &a), ("x/b.bin", &b), ("c.bin", &c)];
    // The first mirror has one file, the second one another, the third one all.
    let first = Server::of(&zip(&[("other/name", &b)]));
    let second = Server::of(&gzip(&tar(&[("a.bin", &a), ("c.bin", &noise(73, 3000))])));
    let third = Server::of(&tar(&files));
    let never = Server::of(b"");
    let mirrors = [&first, &second, &third, &never].map(|server| server.address("x"));
    let mirrors = mirrors.each_ref().map(String::as_str);
    let set = set(&files, &[archive(&mirrors)]);
    let cache = Cache::new();
    let fetched = cache.report(&set);
    assert_eq!(fetched.came, ["x/b.bin", "a.bin", "c.bin"]);
    let why: Vec<_> = fetched
        .tried
        .iter()
        .map(|tried| tried.failure.to_string())
        .collect();
    assert_eq!(why, ["some files are not there, or have other bytes"; 2]);
    assert!(never.requests().is_empty());
}

/// Parts of downloads that are of no use any more, and contents that were none.
#[test]
fn nothing_is_left_over_once_a_set_is_whole() {
    let a = noise(70, 1000);
    let body = a.clone();
    let drops = Server::start(move |request, reply| reply.file_up_to(request, &body, 10));
    let archive_body = zip(&[("x", &a)]);
    let broken = Server::start(move |request, reply| reply.file_up_to(request, &archive_body, 20));
    let good = Server::of(&tar(&[("wrong", &noise(77, 1000)), ("a", &a)]));
    let sources = [
        file("a.bin", &[&drops.address("a")]),
        archive(&[&broken.address("x"), &good.address("x")]),
    ];
    let cache = Cache::new();
    let once = FetchOptions {
        retries: 0,
        ..quick()
    };
    let lacking = set(&[("a.bin", &a)], &sources[..1]);
    assert!(!cache.fetch_with(&lacking, &once).is_complete());
    assert_eq!(
        names(&cache.path("")),
        ["a.bin.part"],
        "kept for the next time"
    );
    fs::write(cache.path(".incoming.part"), "as after a kill").unwrap();
    fs::write(cache.path(".copy.part"), "as after a kill").unwrap();
    let whole = set(&[("a.bin", &a)], &sources);
    assert!(cache.fetch_with(&whole, &once).is_complete());
    assert_eq!(names(&cache.path("")), ["a.bin"]);
}

#[test]
fn a_mirror_with_a_hostile_archive_is_passed_over() {
    let a = noise(70, 1000);
    let bad = Server::of(&tar(&[("../../a.bin", &a)]));
    let page = Server::of(b"<!DOCTYPE html>");
    let large = Server::of(&noise(74, 200_000));
    let good = Server::of(&zip(&[("a", &a)]));
    let mirrors = [&bad, &page, &large, &good].map(|server| server.address("x"));
    let mirrors = mirrors.each_ref().map(String::as_str);
    let set = set(&[("a.bin", &a)], &[archive(&mirrors)]);
    let limits = Limits {
        archive_bytes: 100_000,
        ..Limits::default()
    };
    let cache = Cache::new();
    let fetched = cache.fetch_with(&set, &FetchOptions { limits, ..quick() });
    cache.is_whole(&set);
    let why: Vec<_> = fetched
        .tried
        .iter()
        .map(|tried| tried.failure.to_string())
        .collect();
    assert!(
        why[0].starts_with("its archive is refused: expected relative names"),
        "{why:?}"
    );
    assert!(why[1].ends_with("found something else"), "{why:?}");
    assert_eq!(why[2], "sent more than 100000 bytes");
}

#[test]
fn an_archive_that_changed_between_two_starts_is_downloaded_anew() {
    let a = noise(70, 1000);
    let whole = gzip(&tar(&[("b", &noise(75, 50_000)), ("a", &a)]));
    let body = whole.clone();
    let server = Server::start(move |request, reply| match request.number {
        0 => {
            let mut other = body.clone();
            other[100..1000].fill(7);
            reply.file_up_to(request, &other, 20_000);
        }
        _ => reply.file(request, &body),
    });
    let set = set(&[("a.bin", &a)], &[archive(&[&server.address("x")])]);
    Cache::new().fetches(&set);
    assert_eq!(server.ranges(), [None, Some(20_000), None]);
}

/// As after a kill between download and unpacking.
#[test]
fn a_whole_archive_from_before_is_used_after_a_question() {
    let a = noise(70, 1000);
    let whole = zip(&[("a", &a)]);
    let body = whole.clone();
    let server = Server::start(move |request, reply| match request.number {
        0 => reply.file_up_to(request, &body, 10),
        _ => reply.file(request, &body),
    });
    let set = set(&[("a.bin", &a)], &[archive(&[&server.address("x")])]);
    let cache = Cache::new();
    let once = FetchOptions {
        retries: 0,
        ..quick()
    };
    assert!(!cache.fetch_with(&set, &once).is_complete());
    let parts = names(&cache.path(""));
    fs::write(cache.path(&parts[0]), &whole).unwrap();
    cache.fetches(&set);
    assert_eq!(server.ranges(), [None, Some(whole.len())]);
}
