//! Resuming with mirrors that have their own idea of it, and with parts from before.

use std::fs;

use super::made_up::{Cache, noise, set_of_one};
use super::server::Server;

const BYTES: usize = 200_000;

#[test]
fn a_mirror_that_ignores_ranges_sends_everything_again() {
    let content = noise(28, BYTES);
    let body = content.clone();
    let server = Server::start(move |request, reply| match request.number {
        0 => reply.file_up_to(request, &body, 100_000),
        _ => reply.whole(&body),
    });
    Cache::new().fetches(&set_of_one(&content, &[&server.address("a")]));
    assert_eq!(server.ranges(), [None, Some(100_000)]);
}

#[test]
fn a_wrong_range_is_not_taken_for_the_right_one() {
    let content = noise(29, BYTES);
    for range in [
        "0-9/200000",
        "999-1999/200000",
        "1001-199999/200000",
        "1000-1999/2000",
        "nonsense",
    ] {
        let body = content.clone();
        let server = Server::start(move |request, reply| match request.range {
            Some(_) => {
                let headers = format!("Content-Range: bytes {range}\r\nContent-Length: 10\r\n");
                reply.head("206 Partial Content", &headers);
                reply.send("0123456789");
            }
            None if request.number == 0 => reply.file_up_to(request, &body, 1000),
            None => reply.whole(&body),
        });
        Cache::new().fetches(&set_of_one(&content, &[&server.address("a")]));
        assert_eq!(server.ranges(), [None, Some(1000), None], "{range}");
    }
}

#[test]
fn a_range_that_cannot_be_had_makes_the_download_start_over() {
    let content = noise(30, BYTES);
    let body = content.clone();
    let server = Server::start(move |request, reply| match request.range {
        Some(_) => reply.head("416 Range Not Satisfiable", "Content-Range: bytes */7\r\n"),
        None => reply.whole(&body),
    });
    let cache = Cache::new();
    fs::create_dir_all(cache.path("")).unwrap();
    fs::write(cache.path("a.bin.part"), &content[..1000]).unwrap();
    cache.fetches(&set_of_one(&content, &[&server.address("a")]));
    assert_eq!(server.ranges(), [Some(1000), None]);
}

#[test]
fn a_wrong_part_from_before_is_thrown_away() {
    let content = noise(31, BYTES);
    for part in [noise(32, 1000), noise(32, BYTES), noise(32, BYTES + 1)] {
        let server = Server::of(&content);
        let cache = Cache::new();
        fs::create_dir_all(cache.path("")).unwrap();
        fs::write(cache.path("a.bin.part"), &part).unwrap();
        cache.fetches(&set_of_one(&content, &[&server.address("a")]));
        assert_eq!(*server.ranges().last().unwrap(), None);
    }
}

#[test]
fn a_whole_part_from_before_needs_no_request() {
    let content = noise(33, BYTES);
    let server = Server::of(&content);
    let cache = Cache::new();
    fs::create_dir_all(cache.path("")).unwrap();
    fs::write(cache.path("a.bin.part"), &content).unwrap();
    cache.fetches(&set_of_one(&content, &[&server.address("a")]));
    assert!(server.requests().is_empty());
}

#[test]
fn the_second_mirror_continues_where_the_first_one_stopped() {
    let content = noise(34, BYTES);
    let body = content.clone();
    let first = Server::start(move |request, reply| reply.file_up_to(request, &body, 50_000));
    let second = Server::of(&content);
    let set = set_of_one(&content, &[&first.address("a"), &second.address("a")]);
    Cache::new().fetches(&set);
    assert_eq!(second.ranges(), [Some(50_000)]);
}

/// A mirror that sends wrong bytes and drops, time and again, must not keep the client for ever.
#[test]
fn wrong_bytes_in_pieces_come_to_an_end() {
    let (content, wrong) = (noise(35, BYTES), noise(36, BYTES));
    let bad = Server::start(move |request, reply| {
        let end = if request.range.is_none() {
            BYTES / 2
        } else {
            BYTES
        };
        reply.file_up_to(request, &wrong, end);
    });
    let good = Server::of(&content);
    let set = set_of_one(&content, &[&bad.address("a"), &good.address("a")]);
    Cache::new().fetches(&set);
    assert_eq!(bad.ranges(), [None, Some(BYTES / 2), None, Some(BYTES / 2)]);
}
