//! Many who fetch the same set at once: one downloads, the others wait.

use std::thread;
use std::time::Duration;

use retrace_data::sets::{Event, fetch};

use super::child;
use super::made_up::{Cache, NAME, file, manifest, names, noise, quick, set, table};
use super::server::Server;

#[test]
fn sixteen_processes_and_sixteen_threads_download_once() {
    let (a, b) = (noise(40, 300_000), noise(41, 10));
    let (body_a, body_b) = (a.clone(), b.clone());
    let server = Server::start(move |request, reply| {
        // Slow enough for all to come while the first one downloads.
        thread::sleep(Duration::from_millis(200));
        match request.path.as_str() {
            "a" => reply.file(request, &body_a),
            _ => reply.file(request, &body_b),
        }
    });
    let files: [(&str, &[u8]); 2] = [("a.bin", &a), ("b.bin", &b)];
    let sources = [
        file("a.bin", &[&server.address("a")]),
        file("b.bin", &[&server.address("b")]),
    ];
    let set = set(&files, &sources);
    let cache = Cache::new();
    let start = || child::start(cache.folder.path(), &manifest(&sources), &table(&files), "");
    let children: Vec<_> = (0..16).map(|_| start()).collect();
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| assert!(cache.fetch(&set).is_complete()));
        }
    });
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stdout)
        );
    }
    cache.is_whole(&set);
    let mut asked: Vec<_> = server
        .requests()
        .into_iter()
        .map(|request| request.path)
        .collect();
    asked.sort();
    assert_eq!(asked, ["a", "b"]);
    assert_eq!(
        names(&cache.root()),
        [format!(".{NAME}.lock"), NAME.to_owned()]
    );
}

#[test]
fn who_waits_says_for_what() {
    let content = noise(42, 1000);
    let server = Server::of(&content);
    let set = set(
        &[("a.bin", &content)],
        &[file("a.bin", &[&server.address("a")])],
    );
    let cache = Cache::new();
    std::fs::create_dir_all(cache.root()).unwrap();
    let lock = cache.root().join(format!(".{NAME}.lock"));
    let held = std::fs::File::create(&lock).unwrap();
    held.lock().unwrap();
    let mut waited_for = Vec::new();
    let mut held = Some(held);
    let mut on_event = |event: Event<'_>| {
        if let Event::Waiting { lock } = event {
            waited_for.push(lock.to_path_buf());
            held = None;
        }
    };
    let fetched = fetch(&set, &cache.root(), &quick(), &mut on_event).unwrap();
    assert!(fetched.is_complete());
    assert_eq!(waited_for, [lock]);
}
