//! A web server whose every answer is written by the test.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A request, as far as tests look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
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

    pub fn address(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/{path}", self.port)
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// First bytes that were asked for, request by request.
    pub fn ranges(&self) -> Vec<Option<usize>> {
        self.requests()
            .iter()
            .map(|request| request.range)
            .collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        // Wakes the listener, which then sees that it is over.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

/// The address of a port that nobody listens at.
pub fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}/nobody", listener.local_addr().unwrap())
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

    /// The head of an answer; `headers` are lines, each with its end.
    pub fn head(&mut self, status: &str, headers: &str) {
        self.send(format!(
            "HTTP/1.1 {status}\r\nConnection: close\r\n{headers}\r\n"
        ));
    }

    pub fn status(&mut self, status: &str) {
        self.head(status, "Content-Length: 5\r\n");
        self.send("sorry");
    }

    pub fn whole(&mut self, body: &[u8]) {
        self.promise(body.len());
        self.send(body);
    }

    /// The head of an answer of that many bytes.
    pub fn promise(&mut self, bytes: usize) {
        self.head("200 OK", &format!("Content-Length: {bytes}\r\n"));
    }

    /// The head of an answer with the rest of a file.
    pub fn promise_rest(&mut self, first: usize, bytes: usize) {
        let (rest, last) = (bytes - first, bytes - 1);
        let headers =
            format!("Content-Length: {rest}\r\nContent-Range: bytes {first}-{last}/{bytes}\r\n");
        self.head("206 Partial Content", &headers);
    }

    /// What a good server answers.
    pub fn file(&mut self, request: &Request, body: &[u8]) {
        match request.range {
            None => self.whole(body),
            Some(first) if first >= body.len() => {
                let headers = format!("Content-Range: bytes */{}\r\n", body.len());
                self.head("416 Range Not Satisfiable", &headers);
            }
            Some(first) => {
                self.promise_rest(first, body.len());
                self.send(&body[first..]);
            }
        }
    }

    /// As a good server, up to that place in the file; then the connection is closed.
    pub fn file_up_to(&mut self, request: &Request, body: &[u8], end: usize) {
        match request.range {
            None => self.promise(body.len()),
            Some(first) => self.promise_rest(first, body.len()),
        }
        self.send(&body[request.range.unwrap_or(0)..end]);
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
