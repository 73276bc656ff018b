//! Answers that would take for ever.

use std::thread;
use std::time::{Duration, Instant};

use retrace_data::sets::FetchOptions;

use super::made_up::{Cache, NAME, names, noise, quick, set_of_one};
use super::server::Server;

const BYTES: usize = 200_000;

#[test]
fn a_mirror_that_drips_is_one_that_stalls() {
    let server = Server::start(|_, reply| {
        reply.promise(BYTES);
        for _ in 0..500 {
            reply.send("x");
            thread::sleep(Duration::from_millis(10));
        }
    });
    let once = FetchOptions {
        retries: 0,
        ..quick()
    };
    let start = Instant::now();
    let set = set_of_one(&noise(26, BYTES), &[&server.address("a")]);
    let fetched = Cache::new().fetch_with(&set, &once);
    assert_eq!(
        fetched.tried[0].failure.to_string(),
        "sent nothing, or next to nothing, for too long"
    );
    assert!(start.elapsed() < Duration::from_secs(4));
}

#[test]
fn a_head_that_drips_is_cut_off_in_time() {
    let server = Server::start(|_, reply| {
        reply.send("HTTP/1.1 200 OK\r\nX-More: ");
        for _ in 0..1000 {
            reply.send("x");
            thread::sleep(Duration::from_millis(10));
        }
    });
    let once = FetchOptions {
        retries: 0,
        ..quick()
    };
    let start = Instant::now();
    let set = set_of_one(&noise(26, BYTES), &[&server.address("a")]);
    assert!(!Cache::new().fetch_with(&set, &once).is_complete());
    assert!(
        start.elapsed() < Duration::from_secs(8),
        "ten seconds it would have taken"
    );
}

#[test]
fn an_endless_body_is_cut_off_at_the_size_in_the_manifest() {
    let server = Server::start(|_, reply| {
        reply.head("200 OK", "");
        reply.send_without_end();
    });
    let cache = Cache::new();
    let failure = cache.fails(&set_of_one(&noise(27, BYTES), &[&server.address("a")]));
    assert_eq!(failure, format!("sent more than {BYTES} bytes"));
    assert!(names(&cache.root().join(NAME)).is_empty());
}

/// What comes with a redirection is of no use to anybody, and has no size in the manifest.
#[test]
fn an_endless_redirection_is_cut_off_in_time() {
    let server = Server::start(|_, reply| {
        reply.head("302 Found", "Location: /elsewhere\r\n");
        reply.send_without_end();
    });
    let hasty = FetchOptions {
        body_timeout: Duration::from_millis(200),
        ..quick()
    };
    let start = Instant::now();
    let set = set_of_one(&noise(27, BYTES), &[&server.address("a")]);
    assert!(!Cache::new().fetch_with(&set, &hasty).is_complete());
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[test]
fn an_answer_that_takes_too_long_is_continued_in_another_one() {
    let content = noise(38, BYTES);
    let body = content.clone();
    let server = Server::start(move |request, reply| {
        let first = request.range.unwrap_or(0);
        reply.file_up_to(request, &body, first);
        for piece in body[first..].chunks(4096) {
            reply.send(piece);
            thread::sleep(Duration::from_millis(10));
        }
    });
    let hasty = FetchOptions {
        body_timeout: Duration::from_millis(200),
        retries: 50,
        ..quick()
    };
    let cache = Cache::new();
    let set = set_of_one(&content, &[&server.address("a")]);
    assert!(cache.fetch_with(&set, &hasty).is_complete());
    let ranges = server.ranges();
    assert!(ranges.len() > 1 && ranges.is_sorted(), "{ranges:?}");
}
