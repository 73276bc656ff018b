//! Fetching data sets from mirrors that do whatever mirrors can do, into caches that do whatever
//! file systems can do.

mod archives;
mod made_up;
mod server;

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use retrace_data::sets::{Event, FetchError, FetchOptions, FileState, fetch, glance, verify};

use made_up::{Cache, NAME, archive, file, names, noise, output, quick, set, set_of_one, start};
use server::{Reply, Request, Server};

const BYTES: usize = 200_000;
/// An address that nobody listens at.
const NOBODY: &str = "http://127.0.0.1:1/";

#[test]
fn a_good_mirror_gives_each_file_with_one_request_and_only_what_is_missing() {
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
    assert_eq!(names(cache.folder.path()), ["cache"]);
    assert_eq!(cache.report(&set).already, 3);
    assert_eq!((first.ranges(), second.ranges()), (vec![None], vec![None]));
    for wrong in [&a[..99_999], &noise(3, 100_000), b""] {
        fs::write(cache.path("deep/er/a.bin"), wrong).unwrap();
        let fetched = cache.report(&set);
        assert_eq!((fetched.already, fetched.came.len()), (2, 1));
    }
}

/// Mirrors that do not help, beside one that does: nothing wrong stays, the sentence says what was
/// wrong, and no mirror is asked too often or for too long.
#[test]
fn of_a_mirror_that_does_not_help_it_is_said_why_and_the_next_one_is_asked() {
    type Answer = Box<dyn Fn(&Request, &mut Reply) + Send + Sync>;
    fn whole(status: &'static str, body: impl AsRef<[u8]> + Send + Sync + 'static) -> Answer {
        Box::new(move |_, reply| reply.whole(status, body.as_ref()))
    }
    fn raw(start: &'static str) -> Answer {
        Box::new(move |_, reply| reply.send(start))
    }
    fn endless(start: &'static str, rest: &'static str, pause: u64) -> Answer {
        let pause = Duration::from_millis(pause);
        Box::new(move |_, reply| {
            reply.send(start);
            reply.send_without_end(rest.as_bytes(), pause);
        })
    }
    let ok = "HTTP/1.1 200 OK\r\n\r\n";
    let head = "HTTP/1.1 200 OK\r\nX-More: ";
    let circle =
        "HTTP/1.1 301 Moved\r\nConnection: close\r\nLocation: /a\r\nContent-Length: 0\r\n\r\n";
    // What comes with a redirection is of no use, and has no size in the manifest.
    let redirection = "HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: /a\r\n\r\n";
    let table: [(Answer, &str, usize); 17] = [
        (whole("403 Forbidden", "sorry"), "status 403", 1),
        (whole("404 Not Found", "sorry"), "status 404", 1),
        (whole("206 Partial Content", "part"), "status 206", 1),
        (whole("503 Busy", "sorry"), "status 503", 3),
        (whole("200 OK", "<!DOCTYPE html>"), "found one of 15", 1),
        (whole("200 OK", noise(11, 5000)), "expected content with", 1),
        (whole("200 OK", noise(12, 5001)), "found one of 5001", 1),
        (whole("200 OK", ""), "5000 bytes, found one of 0", 1),
        (endless(ok, "endless", 0), "sent more than 5000 bytes", 1),
        (endless(ok, "x", 10), "next to nothing", 3),
        (endless(head, "x", 10), "next to nothing", 3),
        (endless(head, "more\r\nX-More: ", 0), "HTTP", 1),
        (raw(circle), "8 redirections", 9),
        (endless(redirection, "endless", 0), "", 3),
        (raw("SSH-2.0-OpenSSH_9.6\r\n"), "HTTP", 1),
        (raw(""), "broke off", 3),
        (Box::new(|_, reply| reply.stall()), "next to nothing", 3),
    ];
    let content = noise(10, 5000);
    thread::scope(|scope| {
        for (row, (answer, expected, most_requests)) in table.into_iter().enumerate() {
            let content = &content;
            scope.spawn(move || {
                let (bad, good) = (Server::start(answer), Server::of(content));
                let cache = Cache::new();
                let begin = Instant::now();
                let set = set_of_one(content, &[&bad.address("a"), &good.address("a")]);
                let fetched = cache.report(&set);
                let failure = &fetched.tried[0].failure;
                assert!(failure.contains(expected), "{row}: {failure}");
                assert!(bad.requests().len() <= most_requests, "{row}");
                assert!(begin.elapsed() < Duration::from_secs(25), "{row}");
            });
        }
    });
}

#[test]
fn a_mirror_in_trouble_is_asked_again_after_a_growing_wait_and_one_that_is_not_there_is_not() {
    let content = noise(7, 5000);
    for status in ["500 Oops", "503 Busy", "429 Slowly", "408 Timeout"] {
        let body = content.clone();
        let server = Server::start(move |request, reply| match request.number {
            0 | 1 => reply.whole(status, b"sorry"),
            _ => reply.file(request, &body),
        });
        let set = set_of_one(&content, &[NOBODY, &server.address("a")]);
        let mut waits = Vec::new();
        let mut on_event = |event: Event<'_>| {
            if let Event::Retrying { wait, .. } = event {
                waits.push(wait.as_millis());
            }
        };
        let fetched = fetch(&set, &Cache::new().root(), &quick(), &mut on_event).unwrap();
        assert!(fetched.is_complete(), "{fetched:?}");
        let failure = &fetched.tried[0].failure;
        assert!(failure.contains("cannot be reached"), "{failure}");
        assert_eq!(waits, [1, 2]);
    }
}

#[test]
fn offline_opens_no_connection_and_who_was_asked_for_what_is_told() {
    let gone = Server::start(|_, reply| reply.whole("410 Gone", b""));
    let (a, x) = (gone.address("a"), gone.address("x"));
    let archive = archive(&[&x]).replace("nested", "under = \"in\"\nnested");
    let set = set(
        &[("a", b"1"), ("in/b", b"2"), ("c", b"3")],
        &[file("a", &[&a]), archive],
    );
    let offline = FetchOptions {
        offline: true,
        ..quick()
    };
    for (options, expected, requests) in [(offline, "not asked: offline", 0), (quick(), "410", 2)] {
        let fetched = Cache::new().fetch_with(&set, &options);
        assert_eq!(fetched.missing, ["a", "in/b", "c"]);
        let tried = |place: usize| {
            (
                &fetched.tried[place].address,
                &fetched.tried[place].asked_for,
            )
        };
        assert_eq!(
            [tried(0), tried(1)],
            [(&a, &"a".into()), (&x, &"in".into())]
        );
        assert!(
            fetched
                .tried
                .iter()
                .all(|tried| tried.failure.contains(expected))
        );
        assert_eq!(gone.requests().len(), requests);
    }
}

/// Right bytes of the wrong file: it gets its own place, and the mirror is still one that failed.
#[test]
fn a_mirror_that_mixes_up_two_files_is_found_out() {
    let (a, b) = (noise(16, 1000), noise(17, 1000));
    let server = Server::of(&b);
    let set = set(
        &[("a.bin", &a), ("b.bin", &b)],
        &[file("a.bin", &[&server.address("a")])],
    );
    let cache = Cache::new();
    let fetched = cache.fetch_with(&set, &quick());
    assert_eq!(
        (fetched.came, fetched.missing),
        (vec!["b.bin".into()], vec!["a.bin".into()])
    );
    assert!(
        fetched.tried[0]
            .failure
            .contains("expected content with the SHA-256")
    );
    assert_eq!(names(&cache.path("")), ["b.bin"]);
}

#[test]
fn a_download_that_breaks_off_goes_on_where_it_stopped() {
    let content = noise(20, BYTES);
    let resumes = |server: &Server, rest: &[Option<usize>]| {
        Cache::new().fetches(&set_of_one(&content, &[&server.address("a")]));
        assert_eq!(server.ranges(), [&[None], rest].concat());
    };
    for place in [0, 1, 1000, 65_535, 65_536, 65_537, BYTES / 2, BYTES - 1] {
        let body = content.clone();
        let server = Server::at_first(&content, move |request, reply| {
            reply.file_up_to(request, &body, place);
        });
        resumes(&server, &[(place > 0).then_some(place)]);
    }
    for head in ["", "H", "HTTP/1.1 200 OK\r\nContent-Le"] {
        resumes(
            &Server::at_first(&content, move |_, reply| reply.send(head)),
            &[None],
        );
    }
    // Without a length, and in chunks; 11170 is 70,000 in hexadecimal.
    for (headers, start) in [("", ""), ("Transfer-Encoding: chunked\r\n", "11170\r\n")] {
        let body = content.clone();
        let server = Server::at_first(&content, move |_, reply| {
            reply.head("200 OK", headers);
            reply.send(start);
            reply.send(&body[..60_000]);
        });
        resumes(&server, &[Some(60_000)]);
    }
    let body = content.clone();
    let stalls = Server::start(move |request, reply| match request.number {
        0 => reply.stall(),
        1 => {
            reply.file_up_to(request, &body, 1000);
            reply.stall();
        }
        _ => reply.file(request, &body),
    });
    resumes(&stalls, &[None, Some(1000)]);
}

#[test]
fn drops_that_each_bring_much_are_not_counted() {
    const PIECE: usize = 1024 * 1024;
    let content = noise(24, 6 * PIECE);
    let body = content.clone();
    let server = Server::start(move |request, reply| {
        reply.file_up_to(request, &body, request.range.unwrap_or(0) + PIECE);
    });
    Cache::new().fetches(&set_of_one(&content, &[&server.address("a")]));
    assert_eq!(
        server.requests().len(),
        6,
        "more than the two retries that are allowed"
    );
}

#[test]
fn a_mirror_that_cannot_continue_sends_everything_again() {
    let content = noise(28, BYTES);
    for (status, range, requests) in [
        ("200 OK", "", 2),
        ("206 Partial Content", "", 3),
        ("206 Partial Content", "0-9/200000", 3),
        ("206 Partial Content", "999-1999/200000", 3),
        ("206 Partial Content", "1001-199999/200000", 3),
        ("206 Partial Content", "1000-1999/2000", 3),
        ("206 Partial Content", "nonsense", 3),
        ("416 Range Not Satisfiable", "*/7", 3),
    ] {
        let body = content.clone();
        let server = Server::start(move |request, reply| match request.range {
            None if request.number == 0 => reply.file_up_to(request, &body, 1000),
            Some(_) if status != "200 OK" => {
                let range = format!("Content-Range: bytes {range}\r\n");
                reply.head(status, &format!("{range}Content-Length: 10\r\n"));
                reply.send("0123456789");
            }
            _ => reply.whole("200 OK", &body),
        });
        Cache::new().fetches(&set_of_one(&content, &[&server.address("a")]));
        let expected = [None, Some(1000), None];
        assert_eq!(server.ranges(), expected[..requests], "{status} {range}");
    }
}

#[test]
fn a_part_from_before_is_continued_if_it_is_right_and_thrown_away_if_not() {
    let content = noise(31, BYTES);
    let wrong = |bytes| noise(32, bytes);
    for (part, ranges) in [
        (content.clone(), vec![]),
        (content[..1000].to_vec(), vec![Some(1000)]),
        (wrong(1000), vec![Some(1000), None]),
        (wrong(BYTES), vec![None]),
        (wrong(BYTES + 1), vec![Some(BYTES + 1), None]),
    ] {
        let server = Server::of(&content);
        let cache = Cache::with("a.bin.part", &part);
        cache.fetches(&set_of_one(&content, &[&server.address("a")]));
        assert_eq!(server.ranges(), ranges);
    }
}

#[test]
fn the_second_mirror_continues_where_the_first_one_stopped_also_behind_redirections() {
    let content = noise(34, BYTES);
    let body = content.clone();
    let first = Server::start(move |request, reply| reply.file_up_to(request, &body, 50_000));
    let body = content.clone();
    let second = Server::start(move |request, reply| match request.path.as_str() {
        "0" => reply.file(request, &body),
        hops => {
            let next = hops.parse::<u32>().unwrap() - 1;
            let headers = format!("Location: /{next}\r\nContent-Length: 0\r\n");
            reply.head("302 Found", &headers);
        }
    });
    let set = set_of_one(&content, &[&first.address("a"), &second.address("8")]);
    Cache::new().fetches(&set);
    assert_eq!(second.ranges(), [Some(50_000); 9]);
}

/// A mirror that sends wrong bytes and drops, time and again, must not keep the client for ever.
#[test]
fn wrong_bytes_in_pieces_come_to_an_end() {
    let (content, wrong) = (noise(35, BYTES), noise(36, BYTES));
    let bad = Server::start(move |request, reply| {
        let end = [BYTES, BYTES / 2][usize::from(request.range.is_none())];
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
        if request.number == 3 {
            return reply.file(request, &body);
        }
        reply.file_up_to(request, &body, request.range.unwrap_or(0) + STEP);
        reply.stall();
    });
    let cache = Cache::new();
    let sources = [file("a.bin", &[&server.address("a")])];
    let child = || start(&cache, &[("a.bin", &content)], &sources, "");
    for killed in 1..=3 {
        let mut child = child();
        let (part, begin) = (cache.path("a.bin.part"), Instant::now());
        while fs::metadata(&part).map_or(0, |part| part.len()) < (killed * STEP) as u64 {
            assert!(begin.elapsed() < Duration::from_secs(20), "waited in vain");
            thread::sleep(Duration::from_millis(2));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!cache.path("a.bin").exists());
    }
    assert!(output(child()).0);
    cache.is_whole(&set_of_one(&content, &[NOBODY]));
    let steps = [STEP, 2 * STEP, 3 * STEP].map(Some);
    assert_eq!(server.ranges(), [&[None][..], &steps].concat());
}

#[test]
fn sixteen_processes_and_sixteen_threads_download_once() {
    let content = noise(40, 300_000);
    let body = content.clone();
    let server = Server::start(move |request, reply| {
        // Slow enough for all to come while the first one downloads.
        thread::sleep(Duration::from_millis(300));
        reply.file(request, &body);
    });
    let address = server.address("a");
    let (files, sources) = ([("a.bin", &content[..])], [file("a.bin", &[&address])]);
    let set = set(&files, &sources);
    let cache = Cache::new();
    let children = [(); 16].map(|()| start(&cache, &files, &sources, ""));
    let waited = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                let mut on_event = |event: Event<'_>| {
                    let waits = matches!(event, Event::Waiting { .. });
                    waited.fetch_add(usize::from(waits), Ordering::SeqCst);
                };
                let fetched = fetch(&set, &cache.root(), &quick(), &mut on_event);
                assert!(fetched.unwrap().is_complete());
            });
        }
    });
    assert!(waited.into_inner() >= 15, "who waits says so");
    for child in children {
        let (complete, printed) = output(child);
        assert!(complete, "{printed}");
    }
    cache.is_whole(&set);
    assert_eq!(server.requests().len(), 1);
    let lock = format!(".{NAME}.lock");
    assert_eq!(names(&cache.root()), [lock, NAME.to_owned()]);
}

#[test]
fn verify_tells_what_is_wrong_with_each_file_and_a_glance_all_but_content() {
    let content = noise(50, 1000);
    let names = ["fine", "missing", "short", "other", "folder", "sub/fine"];
    let set = set(
        &names.map(|name| (name, &content[..])),
        &[file("fine", &[NOBODY])],
    );
    let cache = Cache::with("fine", &content);
    assert_eq!(verify(&set, &cache.root()).wrong.len(), 5);
    let other = noise(51, 1000);
    for (name, bytes) in [
        ("short", &content[..999]),
        ("other", &other),
        ("sub/fine", &content),
        ("extra", b"one"),
        ("folder/extra", b"two"),
    ] {
        fs::create_dir_all(cache.path(name).parent().unwrap()).unwrap();
        fs::write(cache.path(name), bytes).unwrap();
    }
    let (root, sum) = (cache.root(), retrace_data::sha256(&other));
    let mut verified = verify(&set, &root);
    assert_eq!(verified.extra, 2);
    let states = verified
        .wrong
        .iter()
        .map(|(file, state)| format!("{}: {state}", file.path));
    assert_eq!(
        states.collect::<Vec<_>>(),
        [
            "missing: missing",
            "short: another size, 999 bytes",
            &format!("other: other content, SHA-256 {sum}"),
            "folder: cannot be read: not a plain file",
        ]
    );
    verified
        .wrong
        .retain(|(_, state)| !matches!(state, FileState::OtherContent(_)));
    assert_eq!(glance(&set, &root).collect::<Vec<_>>(), verified.wrong);
}

#[test]
fn a_cache_that_cannot_be_written_is_named_before_anything_is_downloaded() {
    let content = noise(54, 1000);
    let server = Server::of(&content);
    let set = set_of_one(&content, &[&server.address("a")]);
    let cannot_write = |root: &Path| {
        let error = fetch(&set, root, &quick(), &mut |_| {}).unwrap_err();
        assert!(matches!(error, FetchError::Write(..)), "{error}");
        assert!(
            error.to_string().contains(root.to_str().unwrap()),
            "{error}"
        );
        assert!(server.requests().is_empty());
    };
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("cache");
    fs::write(&root, "a file").unwrap();
    cannot_write(&root);
    fs::remove_file(&root).unwrap();
    fs::create_dir(&root).unwrap();
    fs::write(root.join(NAME), "a file").unwrap();
    cannot_write(&root);
    // Nobody can make folders in there, not even root.
    #[cfg(target_os = "linux")]
    cannot_write(Path::new("/proc/retrace"));
    // Where all is there, nothing has to be written. A folder in place of the lock file:
    let cache = Cache::with("a.bin", &content);
    fs::create_dir(cache.root().join(format!(".{NAME}.lock"))).unwrap();
    assert_eq!(cache.fetch_with(&set, &quick()).already, 1);
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_named_and_the_mirror_is_not_blamed() {
    let content = noise(56, 400_000);
    let server = Server::of(&content);
    let sources = [file("a.bin", &[&server.address("a")])];
    let cache = Cache::new();
    // Files of at most 64 blocks: the next write is an error instead of a signal.
    let limits = "trap '' XFSZ; ulimit -f 64;";
    let (complete, printed) = output(start(&cache, &[("a.bin", &content)], &sources, limits));
    assert!(!complete && printed.contains("Err(Write") && printed.contains("a.bin.part"));
    assert_eq!(server.requests().len(), 1, "{printed}");
    // With space again, the rest comes.
    let before = fs::metadata(cache.path("a.bin.part")).unwrap().len() as usize;
    cache.fetches(&set_of_one(&content, &[&server.address("a")]));
    assert_eq!(server.ranges(), [None, Some(before)]);
}
