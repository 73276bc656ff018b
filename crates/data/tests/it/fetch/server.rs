//! A web server whose every answer is written by the test.

use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use super::reply::Reply;

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
                        answer(&request, &mut Reply::new(stream, ended));
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
