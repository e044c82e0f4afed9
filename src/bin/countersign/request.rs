//! A request of HTTP/1.1, as it comes from a connection or stands in a file that a proxy has saved.

use std::{
    fmt,
    io::{self, BufRead, Read},
};

/// Names and values of headers, as received.
pub(crate) type Headers = Vec<(String, Vec<u8>)>;

pub(crate) struct Head {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Headers,
}

#[derive(Debug)]
pub(crate) enum Fault {
    /// There is not a single byte.
    Empty,
    NotHttp(&'static str),
    BodyTooLarge,
    /// The body ends before it should.
    Incomplete {
        len: usize,
        of: usize,
    },
    Io(io::Error),
}

/// Where a body ends that has no length.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum End {
    /// At once, as HTTP has it.
    AtOnce,
    /// With the file. There, what is said to be in chunks may have been put together by what saved it, and what came by HTTP/2 is
    /// written in another way.
    OfFile,
}

/// Whether this is how a request begins.
pub(crate) fn begins_with_request_line(bytes: &[u8]) -> bool {
    let line = bytes.split(|byte| *byte == b'\n').next();
    line.is_some_and(|it| it.starts_with(b":") || request_line(it).is_some())
}

fn request_line(line: &[u8]) -> Option<(String, String)> {
    let line = str::from_utf8(line).ok()?.trim_end();
    let (method, rest) = line.split_once(' ')?;
    let (target, version) = rest.split_once(' ')?;
    let is_method = !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_uppercase());
    (is_method && !target.is_empty() && version.starts_with("HTTP/"))
        .then(|| (method.into(), target.into()))
}

/// Reads up to the empty line after the headers.
pub(crate) fn read_head(reader: &mut impl BufRead, end: End) -> Result<Head, Fault> {
    let mut reader = reader.take(MAX_HEAD);
    if reader.fill_buf()?.first() == Some(&TLS_HANDSHAKE) {
        return Err(Fault::NotHttp("TLS, and not HTTP: send it to http://"));
    }
    let mut line = Vec::new();
    while matches!(line.as_slice(), b"" | b"\r\n" | b"\n") {
        line.clear();
        if reader.read_until(b'\n', &mut line)? == 0 {
            return Err(Fault::Empty);
        }
    }
    let mut lines = Vec::new();
    let (mut method, mut target) = match request_line(&line) {
        Some(it) => it,
        None if end == End::OfFile && line.starts_with(b":") => {
            lines.append(&mut line);
            Default::default()
        }
        None => return Err(Fault::NotHttp("does not begin with a request line")),
    };
    loop {
        let before = lines.len();
        reader.read_until(b'\n', &mut lines)?;
        match lines.get(before..) {
            Some(b"\r\n" | b"\n") => break,
            Some(line) if line.ends_with(b"\n") => {}
            _ if reader.limit() == 0 => {
                return Err(Fault::NotHttp("headers are longer than 64 KiB"));
            }
            _ => return Err(Fault::NotHttp("no empty line after the headers")),
        }
    }
    if end == End::OfFile {
        lines = without_pseudo_headers(&lines, &mut method, &mut target);
    }
    let mut room = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let headers = match httparse::parse_headers(&lines, &mut room) {
        Ok(httparse::Status::Complete((_, headers))) => headers,
        Err(httparse::Error::TooManyHeaders) => {
            return Err(Fault::NotHttp("more than 128 headers"));
        }
        Ok(httparse::Status::Partial) | Err(_) => {
            return Err(Fault::NotHttp("headers are malformed"));
        }
    };
    let headers = headers.iter();
    Ok(Head {
        method,
        target,
        headers: headers
            .map(|it| (it.name.into(), it.value.trim_ascii().into()))
            .collect(),
    })
}

/// Of HTTP/2, which has them in the place of a request line, tools show them as lines.
fn without_pseudo_headers(lines: &[u8], method: &mut String, target: &mut String) -> Vec<u8> {
    let mut others = Vec::new();
    for line in lines.split_inclusive(|byte| *byte == b'\n') {
        let Some(pseudo) = line.strip_prefix(b":") else {
            others.extend(line);
            continue;
        };
        let pseudo = String::from_utf8_lossy(pseudo);
        match pseudo.split_once(':') {
            Some(("method", value)) => *method = value.trim().into(),
            Some(("path", value)) => *target = value.trim().into(),
            _ => {}
        }
    }
    others
}

impl Head {
    pub(crate) fn expects_continue(&self) -> bool {
        self.only("expect")
            .is_some_and(|it| it.eq_ignore_ascii_case(b"100-continue"))
    }

    /// Reads the body, of at most `limit` bytes.
    pub(crate) fn read_body(
        &self,
        reader: &mut impl BufRead,
        end: End,
        limit: usize,
    ) -> Result<Vec<u8>, Fault> {
        if let Some(coding) = self.only("transfer-encoding") {
            if !coding.eq_ignore_ascii_case(b"chunked") {
                return Err(Fault::NotHttp("transfer-encoding is not chunked"));
            }
            return match end {
                End::AtOnce => read_chunks(reader, limit),
                End::OfFile => {
                    let bytes = read_up_to(reader, limit)?;
                    let first_line = bytes.split_inclusive(|byte| *byte == b'\n').next();
                    match first_line.and_then(chunk_size) {
                        Some(_) => read_chunks(&mut bytes.as_slice(), limit),
                        None => Ok(bytes),
                    }
                }
            };
        }
        let Some(length) = self.only("content-length") else {
            return match end {
                End::AtOnce => Ok(Vec::new()),
                End::OfFile => read_up_to(reader, limit),
            };
        };
        // Otherwise it could have a plus sign.
        let digits = Some(length).filter(|it| it.iter().all(u8::is_ascii_digit));
        let digits = digits.and_then(|it| str::from_utf8(it).ok());
        let length = digits.and_then(|it| it.parse().ok());
        let length = length.ok_or(Fault::NotHttp("content-length is not a number"))?;
        if length > limit {
            return Err(Fault::BodyTooLarge);
        }
        read_exactly(reader, length)
    }

    /// The value of a header of which two would be ambiguous: the last one.
    fn only(&self, name: &str) -> Option<&[u8]> {
        let mut named = self.headers.iter().rev();
        let found = named.find(|(it, _)| it.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_slice())
    }
}

fn read_up_to(reader: &mut impl BufRead, limit: usize) -> Result<Vec<u8>, Fault> {
    let mut body = Vec::new();
    let more = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    reader.take(more).read_to_end(&mut body)?;
    match body.len() > limit {
        true => Err(Fault::BodyTooLarge),
        false => Ok(body),
    }
}

fn read_exactly(reader: &mut impl BufRead, length: usize) -> Result<Vec<u8>, Fault> {
    let mut body = Vec::new();
    let wanted = u64::try_from(length).unwrap_or(u64::MAX);
    reader.take(wanted).read_to_end(&mut body)?;
    match body.len() {
        len if len < length => Err(Fault::Incomplete { len, of: length }),
        _ => Ok(body),
    }
}

fn read_chunks(reader: &mut impl BufRead, limit: usize) -> Result<Vec<u8>, Fault> {
    const MALFORMED: Fault = Fault::NotHttp("chunks are malformed");
    let mut body = Vec::new();
    loop {
        let size = chunk_size(&read_line(reader)?).ok_or(MALFORMED)?;
        if size == 0 {
            // Then come trailers, which nobody asks for.
            while !matches!(read_line(reader)?.as_slice(), b"\r\n" | b"\n" | b"") {}
            return Ok(body);
        }
        let room = limit.saturating_sub(body.len());
        match usize::try_from(size) {
            Ok(size) if size <= room => {
                body.extend(read_exactly(reader, size).map_err(|fault| match fault {
                    Fault::Incomplete { .. } => Fault::NotHttp("a chunk breaks off"),
                    fault => fault,
                })?);
            }
            _ => return Err(Fault::BodyTooLarge),
        }
        if !matches!(read_line(reader)?.as_slice(), b"\r\n" | b"\n") {
            return Err(MALFORMED);
        }
    }
}

/// Of the line before a chunk, which may end as the lines of the head do.
fn chunk_size(line: &[u8]) -> Option<u64> {
    let line = line.strip_suffix(b"\n")?;
    let line = [line.strip_suffix(b"\r").unwrap_or(line), b"\r\n"].concat();
    match httparse::parse_chunk_size(&line) {
        Ok(httparse::Status::Complete((_, size))) => Some(size),
        _ => None,
    }
}

fn read_line(reader: &mut impl BufRead) -> Result<Vec<u8>, Fault> {
    let mut line = Vec::new();
    reader.take(MAX_LINE).read_until(b'\n', &mut line)?;
    Ok(line)
}

/// The first byte of whoever takes it for https.
const TLS_HANDSHAKE: u8 = 0x16;
const MAX_HEAD: u64 = 64 * 1024;
const MAX_HEADERS: usize = 128;
const MAX_LINE: u64 = 4096;

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("nothing in it"),
            Self::NotHttp(why) => f.write_str(why),
            Self::BodyTooLarge => f.write_str("body is larger than the limit"),
            Self::Incomplete { len, of } => {
                write!(f, "body has {len} bytes, and should have {of}")
            }
            Self::Io(error) => error.fmt(f),
        }
    }
}
