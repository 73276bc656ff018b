//! Downloads that break off: what has come is not asked for again, and the whole is right.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use retrace_data::sets::FetchOptions;

use crate::child;
use crate::made_up::{Cache, NAME, file, manifest, names, noise, quick, set_of_one, table};
use crate::server::Server;

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
        "sent nothing for too long"
    );
    assert!(start.elapsed() < Duration::from_secs(4));
}

#[test]
fn an_endless_body_is_cut_off_at_the_size_in_the_manifest() {
    let server = Server::start(|request, reply| {
        match request.path.as_str() {
            "file" => reply.head("200 OK", ""),
            _ => reply.head("302 Found", "Location: /file\r\n"),
        }
        for _ in 0..100_000 {
            reply.send([0; 65_536]);
        }
    });
    let cache = Cache::new();
    let failure = cache.fails(&set_of_one(&noise(27, BYTES), &[&server.address("file")]));
    assert_eq!(failure, format!("sent more than {BYTES} bytes"));
    assert!(names(&cache.root().join(NAME)).is_empty());
    // The body of a redirection is of no use to anybody, and has no size in the manifest.
    let hasty = FetchOptions {
        body_timeout: Duration::from_millis(200),
        retries: 1,
        ..quick()
    };
    let set = set_of_one(&noise(27, BYTES), &[&server.address("elsewhere")]);
    assert!(!cache.fetch_with(&set, &hasty).is_complete());
}

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

#[test]
fn a_killed_process_has_the_next_one_ask_for_the_rest_only() {
    const STEP: usize = 30_000;
    let content = noise(37, BYTES);
    let body = content.clone();
    let server = Server::start(move |request, reply| {
        if request.number == 5 {
            return reply.file(request, &body);
        }
        reply.file_up_to(request, &body, request.range.unwrap_or(0) + STEP);
        reply.stall();
    });
    let cache = Cache::new();
    let manifest = manifest(&[file("a.bin", &[&server.address("a")])]);
    let table = table(&[("a.bin", &content)]);
    for killed in 1..=5 {
        let mut child = child::start(cache.folder.path(), &manifest, &table, "");
        let part = cache.path("a.bin.part");
        wait_until(|| fs::metadata(&part).is_ok_and(|part| part.len() == (killed * STEP) as u64));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!cache.path("a.bin").exists());
    }
    let last = child::start(cache.folder.path(), &manifest, &table, "");
    assert!(last.wait_with_output().unwrap().status.success());
    let set = set_of_one(&content, &[&server.address("a")]);
    cache.is_whole(&set);
    let steps = [1, 2, 3, 4, 5].map(|step| Some(step * STEP));
    assert_eq!(server.ranges(), [&[None][..], &steps].concat());
}

fn wait_until(condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_secs(20), "waited in vain");
        thread::sleep(Duration::from_millis(2));
    }
}
