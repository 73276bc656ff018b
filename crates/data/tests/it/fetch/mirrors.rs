//! Mirrors that help, refuse, or are not there: the next one is asked.

use std::fs;
use std::time::{Duration, Instant};

use retrace_data::sets::{Event, FetchOptions, fetch};

use super::made_up::{Cache, archive, file, names, noise, quick, set, set_of_one};
use super::server::{Server, nobody};

#[test]
fn a_good_mirror_gives_each_file_with_one_request() {
    let (a, b) = (noise(1, 100_000), noise(2, 1));
    let (first, second) = (Server::of(&a), Server::of(&b));
    let set = set(
        &[("deep/er/a.bin", &a), ("b.bin", &b), ("empty", b"")],
        &[
            file("deep/er/a.bin", &[&first.address("a")]),
            file("b.bin", &[&second.address("b")]),
            file("empty", &["http://127.0.0.1:1/never-asked"]),
        ],
    );
    let cache = Cache::new();
    let fetched = cache.report(&set);
    assert_eq!(fetched.came, ["deep/er/a.bin", "b.bin", "empty"]);
    assert_eq!((first.ranges(), second.ranges()), (vec![None], vec![None]));
    assert_eq!(names(cache.folder.path()), ["cache"]);
}

#[test]
fn what_is_there_and_right_is_left_alone() {
    let content = noise(3, 5000);
    let server = Server::of(&content);
    let set = set_of_one(&content, &[&server.address("a")]);
    let cache = Cache::new();
    cache.fetches(&set);
    let fetched = cache.report(&set);
    assert_eq!((fetched.already, fetched.came.len()), (1, 0));
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_file_with_wrong_bytes_is_replaced() {
    let content = noise(4, 5000);
    let server = Server::of(&content);
    let set = set_of_one(&content, &[&server.address("a")]);
    let cache = Cache::new();
    for wrong in [&content[..4999], &noise(5, 5000), b""] {
        fs::create_dir_all(cache.path("")).unwrap();
        fs::write(cache.path("a.bin"), wrong).unwrap();
        assert_eq!(cache.report(&set).came, ["a.bin"]);
    }
}

#[test]
fn a_mirror_that_refuses_is_asked_once_and_the_next_one_helps() {
    let content = noise(6, 5000);
    for status in [
        "400 Bad Request",
        "403 Forbidden",
        "404 Not Found",
        "410 Gone",
    ] {
        let bad = Server::start(move |_, reply| reply.status(status));
        let good = Server::of(&content);
        let set = set_of_one(&content, &[&bad.address("a"), &good.address("a")]);
        let fetched = Cache::new().report(&set);
        let failure = fetched.why("a.bin").next().unwrap();
        assert!(
            failure.failure.to_string().contains(&status[..3]),
            "{failure:?}"
        );
        assert_eq!((bad.requests().len(), good.requests().len()), (1, 1));
    }
}

#[test]
fn a_mirror_in_trouble_is_asked_again_after_a_growing_wait() {
    let content = noise(7, 5000);
    for status in [
        "500 Oops",
        "502 Bad Gateway",
        "503 Busy",
        "429 Slowly",
        "408 Timeout",
    ] {
        let body = content.clone();
        let server = Server::start(move |request, reply| match request.number {
            0 | 1 => reply.status(status),
            _ => reply.file(request, &body),
        });
        let set = set_of_one(&content, &[&server.address("a")]);
        let mut waits = Vec::new();
        let cache = Cache::new();
        let mut on_event = |event: Event<'_>| {
            if let Event::Retrying { wait, .. } = event {
                waits.push(wait.as_millis());
            }
        };
        let fetched = fetch(&set, &cache.root(), &quick(), &mut on_event).unwrap();
        assert!(fetched.is_complete(), "{fetched:?}");
        assert_eq!(waits, [1, 2]);
    }
}

#[test]
fn trouble_without_end_is_given_up_and_the_next_mirror_helps() {
    let content = noise(8, 5000);
    let bad = Server::start(|_, reply| reply.status("503 Busy"));
    let good = Server::of(&content);
    let set = set_of_one(&content, &[&bad.address("a"), &good.address("a")]);
    Cache::new().fetches(&set);
    assert_eq!((bad.requests().len(), good.requests().len()), (3, 1));
}

#[test]
fn a_mirror_that_is_not_there_costs_no_time() {
    let content = noise(9, 5000);
    let good = Server::of(&content);
    let set = set_of_one(&content, &[&nobody(), &good.address("a")]);
    let patient = FetchOptions {
        backoff: Duration::from_secs(60),
        ..quick()
    };
    let start = Instant::now();
    let fetched = Cache::new().fetch_with(&set, &patient);
    assert!(fetched.is_complete());
    assert!(
        fetched.tried[0]
            .failure
            .to_string()
            .contains("cannot be reached")
    );
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[test]
fn of_each_missing_file_it_is_told_who_was_asked_for_it() {
    let gone = Server::start(|_, reply| reply.status("410 Gone"));
    let (a, b, x) = (gone.address("a"), gone.address("b"), gone.address("x"));
    let archive = archive(&[&x]).replace("nested", "under = \"in\"\nnested");
    let set = set(
        &[("a", b"1"), ("in/b", b"2"), ("c", b"3")],
        &[file("a", &[&a]), file("in/b", &[&b]), archive],
    );
    let fetched = Cache::new().fetch(&set);
    let asked = |path| {
        fetched
            .why(path)
            .map(|tried| tried.address.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(asked("a"), [&a]);
    assert_eq!(asked("in/b"), [&b, &x]);
    assert_eq!(asked("c"), Vec::<&str>::new());
}

#[test]
fn offline_opens_no_connection_and_says_so() {
    let content = noise(15, 5000);
    let server = Server::of(&content);
    let set = set_of_one(&content, &[&server.address("a"), &server.address("b")]);
    let offline = FetchOptions {
        offline: true,
        ..quick()
    };
    let fetched = Cache::new().fetch_with(&set, &offline);
    assert_eq!(fetched.missing, ["a.bin"]);
    let why: Vec<_> = fetched
        .why("a.bin")
        .map(|tried| tried.failure.to_string())
        .collect();
    assert_eq!(why, ["not asked: offline", "not asked: offline"]);
    assert!(server.requests().is_empty());
}
