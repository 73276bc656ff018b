//! A web server on the loopback interface whose every answer is written by the test.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// A request, as far as tests look at it.
#[derive(Debug, Clone)]
pub struct Request {
    pub path: String,
    /// The first byte that is asked for.
    pub range: Option<usize>,
    /// Requests that came before this one.
    pub number: usize,
}

/// Runs until it is dropped, with a thread for each connection.
pub struct Server {
    port: u16,
    requests: Arc<Mutex<Vec<Request>>>,
    ended: Arc<AtomicBool>,
}

impl Server {
    /// Lets `answer` write to the connection, which is closed afterwards.
    pub fn start(answer: impl Fn(&Request, &mut Reply) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            port: listener.local_addr().unwrap().port(),
            requests: Arc::default(),
            ended: Arc::default(),
        };
        let (requests, ended) = (Arc::clone(&server.requests), Arc::clone(&server.ended));
        let answer = Arc::new(answer);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if ended.load(Ordering::SeqCst) {
                    break;
                }
                let (requests, ended) = (Arc::clone(&requests), Arc::clone(&ended));
                let answer = Arc::clone(&answer);
                thread::spawn(move || {
                    if let Some(request) = read_request(&stream, &requests) {
                        answer(&request, &mut Reply { stream, ended });
                    }
                });
            }
        });
        server
    }

    /// A server that gives the body in full, or the rest that is asked for.
    pub fn of(body: &[u8]) -> Self {
        let body = body.to_vec();
        Self::start(move |request, reply| reply.file(request, &body))
    }

    /// A server whose first answer is that one; all others are right.
    pub fn at_first(
        body: &[u8],
        answer: impl Fn(&Request, &mut Reply) + Send + Sync + 'static,
    ) -> Self {
        let body = body.to_vec();
        Self::start(move |request, reply| match request.number {
            0 => answer(request, reply),
            _ => reply.file(request, &body),
        })
    }

    pub fn address(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/{path}", self.port)
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// First bytes that were asked for, request by request.
    pub fn ranges(&self) -> Vec<Option<usize>> {
        let requests = self.requests();
        requests.iter().map(|request| request.range).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        // Wakes the listener, which then sees that it is over.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn read_request(stream: &TcpStream, requests: &Mutex<Vec<Request>>) -> Option<Request> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next()?.ok()?;
    let mut range = None;
    for line in lines {
        let line = line.ok()?.to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("range: bytes=") {
            range = Some(value.strip_suffix('-')?.parse().ok()?);
        }
    }
    let mut requests = requests.lock().unwrap();
    let request = Request {
        path: first.split(' ').nth(1)?.trim_start_matches('/').to_owned(),
        range,
        number: requests.len(),
    };
    requests.push(request.clone());
    Some(request)
}

/// A connection that wants its answer. A client that is gone makes writing fail, which is
/// nothing that a test looks at.
pub struct Reply {
    stream: TcpStream,
    ended: Arc<AtomicBool>,
}

impl Reply {
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = self.stream.write_all(bytes.as_ref());
    }

    /// Sends these bytes again and again until the client is gone, or the test would have noticed.
    pub fn send_without_end(&mut self, bytes: &[u8], pause: Duration) {
        let start = Instant::now();
        while self.stream.write_all(bytes).is_ok()
            && !self.ended.load(Ordering::SeqCst)
            && start.elapsed() < Duration::from_secs(30)
        {
            thread::sleep(pause);
        }
    }

    /// The head of an answer; `headers` are lines, each with its end.
    pub fn head(&mut self, status: &str, headers: &str) {
        self.send(format!(
            "HTTP/1.1 {status}\r\nConnection: close\r\n{headers}\r\n"
        ));
    }

    /// An answer with a length.
    pub fn whole(&mut self, status: &str, body: &[u8]) {
        self.head(status, &format!("Content-Length: {}\r\n", body.len()));
        self.send(body);
    }

    /// What a good server answers.
    pub fn file(&mut self, request: &Request, body: &[u8]) {
        self.file_up_to(request, body, body.len());
    }

    /// As a good server, up to that place in the file; then the connection is closed.
    pub fn file_up_to(&mut self, request: &Request, body: &[u8], end: usize) {
        let (first, bytes) = (request.range.unwrap_or(0), body.len());
        if request.range.is_none() {
            self.head("200 OK", &format!("Content-Length: {bytes}\r\n"));
        } else if first >= bytes {
            let range = format!("Content-Range: bytes */{bytes}\r\n");
            return self.head("416 Range Not Satisfiable", &range);
        } else {
            let (rest, last) = (bytes - first, bytes - 1);
            let range = format!("Content-Range: bytes {first}-{last}/{bytes}\r\n");
            let headers = format!("Content-Length: {rest}\r\n{range}");
            self.head("206 Partial Content", &headers);
        }
        self.send(&body[first..end]);
    }

    /// Holds the connection open and sends nothing, until the client or the test is gone.
    pub fn stall(&mut self) {
        let _ = self.stream.set_read_timeout(Some(Duration::from_millis(5)));
        for _ in 0..2000 {
            let gone = matches!(self.stream.peek(&mut [0]), Ok(0));
            if gone || self.ended.load(Ordering::SeqCst) {
                break;
            }
        }
    }
}
