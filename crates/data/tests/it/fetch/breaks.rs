//! Downloads that break off or stall: what has come is not asked for again.

use std::time::{Duration, Instant};

use super::made_up::{Cache, noise, set_of_one};
use super::server::Server;

const BYTES: usize = 200_000;

#[test]
fn a_drop_at_any_place_is_resumed_there() {
    let content = noise(20, BYTES);
    for place in [
        0,
        1,
        2,
        1000,
        65_535,
        65_536,
        65_537,
        BYTES / 2,
        BYTES - 2,
        BYTES - 1,
    ] {
        let body = content.clone();
        let server = Server::start(move |request, reply| match request.number {
            0 => reply.file_up_to(request, &body, place),
            _ => reply.file(request, &body),
        });
        Cache::new().fetches(&set_of_one(&content, &[&server.address("a")]));
        let rest = (place > 0).then_some(place);
        assert_eq!(server.ranges(), [None, rest], "dropped at {place}");
    }
}

#[test]
fn a_drop_within_the_head_is_retried() {
    let content = noise(21, BYTES);
    for head in ["", "H", "HTTP/1.1 200 OK\r\nContent-Le"] {
        let body = content.clone();
        let server = Server::start(move |request, reply| match request.number {
            0 => reply.send(head),
            _ => reply.file(request, &body),
        });
        Cache::new().fetches(&set_of_one(&content, &[&server.address("a")]));
    }
}

#[test]
fn a_body_without_a_length_that_ends_early_is_resumed() {
    let content = noise(22, BYTES);
    let body = content.clone();
    let server = Server::start(move |request, reply| match request.number {
        0 => {
            reply.head("200 OK", "");
            reply.send(&body[..70_000]);
        }
        _ => reply.file(request, &body),
    });
    Cache::new().fetches(&set_of_one(&content, &[&server.address("a")]));
    assert_eq!(server.ranges(), [None, Some(70_000)]);
}

#[test]
fn a_chunked_body_that_ends_early_is_resumed() {
    let content = noise(23, BYTES);
    let body = content.clone();
    let server = Server::start(move |request, reply| match request.number {
        0 => {
            reply.head("200 OK", "Transfer-Encoding: chunked\r\n");
            reply.send("11170\r\n"); // 70,000 in hexadecimal
            reply.send(&body[..60_000]);
        }
        _ => reply.file(request, &body),
    });
    Cache::new().fetches(&set_of_one(&content, &[&server.address("a")]));
    assert_eq!(server.ranges(), [None, Some(60_000)]);
}

#[test]
fn drops_that_each_bring_much_are_not_counted() {
    const PIECE: usize = 1024 * 1024;
    let content = noise(24, 6 * PIECE);
    let body = content.clone();
    let server = Server::start(move |request, reply| {
        let end = request.range.unwrap_or(0) + PIECE;
        reply.file_up_to(request, &body, end);
    });
    Cache::new().fetches(&set_of_one(&content, &[&server.address("a")]));
    assert_eq!(
        server.requests().len(),
        6,
        "more than the two retries that are allowed"
    );
}

#[test]
fn a_stall_is_noticed_and_the_rest_asked_for() {
    let content = noise(25, BYTES);
    let body = content.clone();
    let server = Server::start(move |request, reply| match request.number {
        0 => reply.stall(),
        1 => {
            reply.file_up_to(request, &body, 1000);
            reply.stall();
        }
        _ => reply.file(request, &body),
    });
    let start = Instant::now();
    Cache::new().fetches(&set_of_one(&content, &[&server.address("a")]));
    assert_eq!(server.ranges(), [None, None, Some(1000)]);
    assert!(start.elapsed() < Duration::from_secs(4));
}
