//! An Events API of WorkOS over loopback HTTP, with a clock that is set and faults that are drawn.

use std::{
    io::{self, BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard},
    thread,
};

use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

/// What happened, and when the list has it.
#[derive(Clone)]
pub struct Listed {
    /// The JSON may have none that can be read.
    pub id: String,
    pub name: &'static str,
    pub json: String,
    pub created_at: OffsetDateTime,
    pub listed_at: OffsetDateTime,
}

pub struct Provider {
    pub now: OffsetDateTime,
    pub events: Vec<Listed>,
    /// Names for which a request is refused.
    pub retired: Vec<String>,
    /// Of a hundred requests, how many are answered otherwise: 429, 5xx, a cursor lost, a page that ends early.
    pub faults: u64,
    pub random: Random,
    /// The `authorization` to have, if any.
    pub key: Option<String>,
    pub requests: u64,
}

pub struct Answer {
    pub status: u16,
    pub retry_after: Option<String>,
    pub body: String,
}

impl Provider {
    pub fn new(now: OffsetDateTime, random: Random) -> Self {
        Self {
            now,
            events: Vec::new(),
            retired: Vec::new(),
            faults: 0,
            random,
            key: None,
            requests: 0,
        }
    }

    /// The list is in the order of creation.
    pub fn add(&mut self, event: Listed) {
        let at = self
            .events
            .partition_point(|it| it.created_at <= event.created_at);
        self.events.insert(at, event);
    }

    pub fn answer(&mut self, target: &str, authorization: Option<&str>) -> Answer {
        self.requests += 1;
        if self.key.is_some() && self.key.as_deref() != authorization {
            return refusal(401, "Unauthorized", "unauthorized");
        }
        if self.random.percent(self.faults) {
            let status = [429, 500, 503, 408][self.random.below(4)];
            let seconds = self.random.below(90).to_string();
            return Answer {
                retry_after: Some(seconds).filter(|_| status == 429),
                ..refusal(status, "out of order", "fault")
            };
        }
        self.list(&asked(target))
    }

    fn list(&mut self, asked: &[(String, String)]) -> Answer {
        let value = |name: &str| {
            let mut values = asked.iter().filter(|(it, _)| it == name);
            let first = values.next().map(|(_, value)| value.as_str());
            assert!(values.next().is_none(), "{name} twice: {asked:?}");
            first
        };
        let limit: usize = value("limit").unwrap_or("10").parse().unwrap_or(0);
        let names: Vec<&str> = value("events").unwrap_or("").split(',').collect();
        if let Some(name) = self.retired.iter().find(|it| names.contains(&it.as_str())) {
            let message = format!(
                "Invalid name parameter, received: '{name}'. You must pass in valid event names"
            );
            return refusal(400, &message, "invalid_events_request");
        }
        let oldest = self.now - Duration::days(30);
        let (first, is_held_back) = match (value("after"), value("range_start")) {
            (Some(id), None) => {
                let is_lost = self.random.percent(self.faults);
                let at = self.events.iter().position(|it| it.id == id);
                let Some(at) = at.filter(|_| !is_lost) else {
                    return refusal(404, "Event not found", "entity_not_found");
                };
                (at + 1, true)
            }
            (None, Some(time)) => {
                let time = OffsetDateTime::parse(time, &Rfc3339).expect("RFC 3339");
                if time < oldest {
                    return refusal(400, "range_start is too old", "invalid_date_range");
                }
                let later = |it: &Listed| it.created_at < time;
                (self.events.partition_point(later), false)
            }
            both => panic!("after and range_start: {both:?}"),
        };
        assert_eq!(value("order"), Some("asc"));
        assert!((1..=100).contains(&limit), "{limit}");
        let limit = match self.random.percent(self.faults) {
            true => self.random.below(limit),
            false => limit,
        };
        let is_visible = |it: &&Listed| {
            let held_back = if is_held_back {
                HELD_BACK
            } else {
                Duration::ZERO
            };
            let visible = it.listed_at.max(it.created_at + held_back);
            visible <= self.now && it.created_at >= oldest && names.contains(&it.name)
        };
        let rest: Vec<&Listed> = self.events[first..].iter().filter(is_visible).collect();
        let page = &rest[..limit.min(rest.len())];
        let next = page.last().filter(|_| page.len() < rest.len());
        let after = next.map_or("null".into(), |it| format!("{:?}", it.id));
        let json: Vec<&str> = page.iter().map(|it| it.json.as_str()).collect();
        Answer {
            status: 200,
            retry_after: None,
            body: format!(
                r#"{{"object":"list","data":[{}],"list_metadata":{{"before":null,"after":{after}}}}}"#,
                json.join(",")
            ),
        }
    }
}

/// How long a read by `after` does not show an event.
pub const HELD_BACK: Duration = Duration::seconds(5);

fn refusal(status: u16, message: &str, code: &str) -> Answer {
    Answer {
        status,
        retry_after: None,
        body: format!(r#"{{"message":{message:?},"code":{code:?}}}"#),
    }
}

/// The parameters of a path and query, decoded.
pub fn asked(target: &str) -> Vec<(String, String)> {
    let query = target.strip_prefix("/events?").expect("the path");
    let pairs = query.split('&').map(|pair| {
        let (name, value) = pair.split_once('=').expect("a value");
        (decoded(name), decoded(value))
    });
    pairs.collect()
}

fn decoded(text: &str) -> String {
    let mut pieces = text.split('%');
    let mut bytes = pieces.next().unwrap_or("").as_bytes().to_vec();
    for piece in pieces {
        let (hex, rest) = piece.split_at(2);
        bytes.push(u8::from_str_radix(hex, 16).expect("hex"));
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).expect("UTF-8")
}

/// Serves a provider until the test ends.
#[derive(Clone)]
pub struct Server {
    pub address: SocketAddr,
    provider: Arc<Mutex<Provider>>,
}

impl Server {
    pub fn start(provider: Provider) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let server = Self {
            address: listener.local_addr().expect("an address"),
            provider: Arc::new(Mutex::new(provider)),
        };
        let accepting = server.clone();
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let server = accepting.clone();
                thread::spawn(move || server.serve(connection));
            }
        });
        server
    }

    pub fn provider(&self) -> MutexGuard<'_, Provider> {
        self.provider.lock().expect("no panic while it was locked")
    }

    fn serve(&self, connection: TcpStream) -> io::Result<()> {
        connection.set_nodelay(true)?;
        let mut lines = BufReader::new(connection.try_clone()?).lines();
        let mut connection = connection;
        while let Some(request) = lines.next().transpose()? {
            let mut authorization = None;
            for line in lines.by_ref() {
                let line = line?;
                match line.split_once(": ") {
                    Some((name, value)) if name.eq_ignore_ascii_case("authorization") => {
                        authorization = Some(value.to_owned());
                    }
                    Some(_) => {}
                    None => break,
                }
            }
            let target = request.split(' ').nth(1).unwrap_or("");
            let answer = self.provider().answer(target, authorization.as_deref());
            let retry_after = answer.retry_after.iter();
            let retry_after: String = retry_after
                .map(|it| format!("Retry-After: {it}\r\n"))
                .collect();
            let (status, body) = (answer.status, answer.body);
            let length = body.len();
            write!(
                connection,
                "HTTP/1.1 {status} -\r\nContent-Length: {length}\r\n{retry_after}\r\n{body}"
            )?;
        }
        Ok(())
    }
}

/// SplitMix64.
#[derive(Clone)]
pub struct Random(pub u64);

impl Random {
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        (self.draw() % bound.max(1) as u64) as usize
    }

    pub fn percent(&mut self, of_a_hundred: u64) -> bool {
        self.draw() % 100 < of_a_hundred
    }

    pub fn seconds(&mut self, below: usize) -> Duration {
        Duration::milliseconds(self.below(below * 1000) as i64)
    }
}
