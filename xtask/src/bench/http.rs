//! As much of an HTTP/1.1 client as measuring takes: one kept connection, one request at a time.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
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
        answer(&mut self.stream)
    }
}

fn answer(stream: &mut impl BufRead) -> Outcome<Response> {
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
    response.body = body(stream, &response)?;
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
    fn a_cut_answer_is_an_error() {
        let mut stream: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nok";

        assert!(answer(&mut stream).is_err());
    }
}
