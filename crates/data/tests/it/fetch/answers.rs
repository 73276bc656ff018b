//! Mirrors that answer with something else: nothing wrong stays.

use std::fs;

use super::made_up::{Cache, NAME, file, names, noise, set, set_of_one};
use super::server::Server;

#[test]
fn a_wrong_body_with_status_200_never_stays() {
    let content = noise(10, 5000);
    let page = b"<!DOCTYPE html><title>Welcome to our hotel network</title>".to_vec();
    let wrong = noise(11, 5000);
    for (body, expected) in [
        (page, "expected a file of 5000 bytes, found one of 58"),
        (wrong, "expected content with SHA-256"),
        (noise(12, 5001), "found one of 5001"),
        (Vec::new(), "found one of 0"),
    ] {
        let bad = Server::of(&body);
        let cache = Cache::new();
        let failure = cache.fails(&set_of_one(&content, &[&bad.address("a")]));
        assert!(failure.contains(expected), "{failure}");
        assert_eq!(bad.requests().len(), 1);
        assert!(names(&cache.root().join(NAME)).is_empty());
        let good = Server::of(&content);
        cache.fetches(&set_of_one(
            &content,
            &[&bad.address("a"), &good.address("a")],
        ));
    }
}

/// Right bytes of the wrong file: it gets its own place, and the mirror is still one that failed.
#[test]
fn a_mirror_that_mixes_up_two_files_is_found_out() {
    let (a, b) = (noise(16, 1000), noise(17, 1000));
    let files: [(&str, &[u8]); 2] = [("a.bin", &a), ("b.bin", &b)];
    let server = Server::of(&b);
    let set = set(&files, &[file("a.bin", &[&server.address("a")])]);
    let cache = Cache::new();
    let fetched = cache.fetch(&set);
    assert_eq!(
        (fetched.came.len(), fetched.missing),
        (1, vec!["a.bin".to_owned()])
    );
    let failure = fetched.tried[0].failure.to_string();
    assert!(
        failure.contains("expected content with SHA-256"),
        "{failure}"
    );
    assert_eq!(names(&cache.path("")), ["b.bin"]);
}

#[test]
fn redirections_are_followed_up_to_the_limit_and_keep_the_range() {
    let content = noise(13, 5000);
    let body = content.clone();
    let server = Server::start(move |request, reply| match request.path.as_str() {
        "0" => reply.file(request, &body),
        hops => {
            let next = hops.parse::<u32>().unwrap() - 1;
            reply.head(
                "302 Found",
                &format!("Location: /{next}\r\nContent-Length: 0\r\n"),
            );
        }
    });
    let cache = Cache::new();
    fs::create_dir_all(cache.path("")).unwrap();
    fs::write(cache.path("a.bin.part"), &content[..1234]).unwrap();
    cache.fetches(&set_of_one(&content, &[&server.address("3")]));
    assert_eq!(server.ranges(), [Some(1234); 4]);
    let failure = Cache::new().fails(&set_of_one(&content, &[&server.address("4")]));
    assert!(failure.contains("3 redirections"), "{failure}");
}

#[test]
fn a_circle_of_redirections_ends() {
    let server = Server::start(|_, reply| {
        reply.head("301 Moved", "Location: /again\r\nContent-Length: 6\r\n");
        reply.send("moved!");
    });
    let set = set_of_one(&noise(14, 5000), &[&server.address("a")]);
    let failure = Cache::new().fails(&set);
    assert!(failure.contains("redirections"), "{failure}");
    assert_eq!(server.requests().len(), 4);
}

#[test]
fn what_is_not_http_is_said_to_be_so() {
    for noise in [
        "SSH-2.0-OpenSSH_9.6\r\n",
        "HTTP/1.1 OK\r\n\r\n",
        "HTTP/1.1 200",
    ] {
        let server = Server::start(move |_, reply| reply.send(noise));
        let set = set_of_one(b"content", &[&server.address("a")]);
        let failure = Cache::new().fails(&set);
        assert!(
            failure.contains("HTTP") || failure.contains("broke off"),
            "{failure}"
        );
    }
}

#[test]
fn headers_without_end_are_cut_off() {
    let server = Server::start(|_, reply| {
        reply.send("HTTP/1.1 200 OK\r\n");
        for _ in 0..100_000 {
            reply.send("X-Padding: 0123456789012345678901234567890123456789\r\n");
        }
    });
    let failure = Cache::new().fails(&set_of_one(b"content", &[&server.address("a")]));
    assert!(failure.contains("HTTP"), "{failure}");
}
