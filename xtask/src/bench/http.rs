//! As much of an HTTP/1.1 client as measuring takes: one kept connection, one request at a time.

use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::shell::Outcome;

pub struct Connection {
    stream: BufReader<TcpStream>,
    host: SocketAddr,
}

#[derive(Clone, Debug)]
pub struct Request {
    pub method: &'static str,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

#[derive(Debug)]
pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    pub fn get(path: impl Into<String>) -> Self {
        Self { method: "GET", path: path.into(), headers: Vec::new(), body: Vec::new() }
    }

    pub fn post(path: impl Into<String>, body: &serde_json::Value) -> Self {
        let headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
        Self { method: "POST", path: path.into(), headers, body: body.to_string().into_bytes() }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

impl Response {
    pub fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(one, _)| one.eq_ignore_ascii_case(name))?;
        Some(value)
    }

    pub fn is_good(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Anything but success is an error: it would make the server look quick.
    pub fn check(&self, request: &Request) -> Outcome {
        if self.is_good() {
            return Ok(());
        }
        let why = String::from_utf8_lossy(&self.body);
        Err(format!("{} {} answers {}: {why}", request.method, request.path, self.status).into())
    }
}

impl Connection {
    pub fn open(host: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(host)?;
        // Small requests must not wait for more to send.
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_mins(1)))?;
        Ok(Self { stream: BufReader::new(stream), host })
    }

    pub fn send(&mut self, request: &Request) -> Outcome<Response> {
        self.ask(request)?;
        answer(&mut self.stream)
    }

    /// Opens an answer that goes on: its lines come as the server has something to tell.
    pub fn listen(mut self, request: &Request) -> Outcome<Lines> {
        self.ask(request)?;
        let head = head(&mut self.stream)?;
        if head.status != 200 {
            return Err(format!("{} answers {}", request.path, head.status).into());
        }
        let ending = self.stream.get_ref().try_clone()?;
        Ok(Lines { chunks: BufReader::new(Chunks { stream: self.stream, left: 0 }), ending })
    }

    fn ask(&mut self, request: &Request) -> Outcome {
        let mut head = format!("{} {} HTTP/1.1\r\nHost: {}\r\n", request.method, request.path, self.host);
        for (name, value) in &request.headers {
            write!(head, "{name}: {value}\r\n")?;
        }
        if request.method != "GET" || !request.body.is_empty() {
            write!(head, "Content-Length: {}\r\n", request.body.len())?;
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(&request.body);
        self.stream.get_mut().write_all(&bytes)?;
        Ok(())
    }
}

/// An answer that goes on.
pub struct Lines {
    chunks: BufReader<Chunks<BufReader<TcpStream>>>,
    ending: TcpStream,
}

impl Lines {
    /// Closes the connection, from whatever thread: the reader comes to its end.
    pub fn ending(&self) -> Outcome<TcpStream> {
        Ok(self.ending.try_clone()?)
    }

    /// The next line, without its end; none when the connection was closed.
    pub fn next(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.chunks.read_line(&mut line).ok()?;
        (read > 0).then(|| line.trim_end().to_owned())
    }
}

/// A body in chunks, as it comes in.
struct Chunks<R> {
    stream: R,
    left: usize,
}

impl<R: BufRead> Read for Chunks<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            let length = line(&mut self.stream).map_err(io::Error::other)?;
            self.left = usize::from_str_radix(&length, 16).map_err(io::Error::other)?;
        }
        if self.left == 0 {
            return Ok(0);
        }
        let most = into.len().min(self.left);
        let read = self.stream.read(&mut into[..most])?;
        self.left -= read;
        if self.left == 0 {
            line(&mut self.stream).map_err(io::Error::other)?;
        }
        Ok(read)
    }
}

fn answer(stream: &mut impl BufRead) -> Outcome<Response> {
    let mut response = head(stream)?;
    response.body = body(stream, &response)?;
    Ok(response)
}

fn head(stream: &mut impl BufRead) -> Outcome<Response> {
    let status = line(stream)?;
    let status = status.split(' ').nth(1).ok_or("an answer without a status")?.parse()?;
    let mut response = Response { status, headers: Vec::new(), body: Vec::new() };
    loop {
        let header = line(stream)?;
        if header.is_empty() {
            break;
        }
        let (name, value) = header.split_once(':').ok_or("a header without a colon")?;
        response.headers.push((name.to_owned(), value.trim().to_owned()));
    }
    Ok(response)
}

fn body(stream: &mut impl BufRead, response: &Response) -> Outcome<Vec<u8>> {
    let mut body = Vec::new();
    if response.header("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
        loop {
            let length = usize::from_str_radix(&line(stream)?, 16)?;
            read_more(stream, &mut body, length)?;
            line(stream)?;
            if length == 0 {
                return Ok(body);
            }
        }
    }
    let length = response.header("content-length").unwrap_or("0").parse()?;
    read_more(stream, &mut body, length)?;
    Ok(body)
}

fn read_more(stream: &mut impl BufRead, body: &mut Vec<u8>, length: usize) -> Outcome {
    let start = body.len();
    body.resize(start + length, 0);
    stream.read_exact(&mut body[start..])?;
    Ok(())
}

fn line(stream: &mut impl BufRead) -> Outcome<String> {
    let mut line = String::new();
    stream.take(64 * 1024).read_line(&mut line)?;
    let Some(line) = line.strip_suffix("\r\n") else {
        return Err("the server closed the connection in the middle of an answer".into());
    };
    Ok(line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_both_forms_are_read_to_their_end_and_no_further() {
        let mut stream: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n";

        let first = answer(&mut stream).unwrap();
        let second = answer(&mut stream).unwrap();

        assert_eq!((first.status, first.body.as_slice()), (200, b"ok".as_slice()));
        assert_eq!((second.status, second.body.as_slice()), (404, b"abcd".as_slice()));
        assert!(stream.is_empty());
    }

    #[test]
    fn an_answer_that_goes_on_is_read_over_its_chunks() {
        let stream: &[u8] = b"8\r\nevent: a\r\n3\r\nb\n\n\r\n0\r\n";
        let mut text = String::new();

        Chunks { stream, left: 0 }.read_to_string(&mut text).unwrap();

        assert_eq!(text, "event: ab\n\n");
    }

    #[test]
    fn a_cut_answer_is_an_error() {
        let mut stream: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nok";

        assert!(answer(&mut stream).is_err());
    }
}
