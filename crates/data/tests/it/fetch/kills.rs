//! Processes that are killed in the middle of a download.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use super::child;
use super::made_up::{Cache, file, manifest, noise, set_of_one, table};
use super::server::Server;

const BYTES: usize = 200_000;

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
