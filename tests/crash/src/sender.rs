//! Delivers as WorkOS does.

use std::{
    collections::HashMap,
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant, SystemTime},
};

use countersign::workos;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
    time::{interval, sleep, timeout},
};

use crate::checks::Checks;

pub(crate) const SECRET: &str = "a secret for the crash test";
/// How long the provider waits for an answer.
const ANSWER: Duration = Duration::from_secs(5);
/// WorkOS delivers up to 12 times within 3 days, and waits twice as long each time. Here it is 102 s: 1 to 2500.
const ATTEMPTS: u32 = 12;
const FIRST_WAIT: Duration = Duration::from_millis(50);

#[derive(Clone)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) body: String,
}

impl Event {
    /// What happened to this user at that millisecond.
    pub(crate) fn new(id: &str, name: &str, user: &str, at: u64) -> Self {
        let (minute, second, millisecond) = (at / 60_000, at / 1000 % 60, at % 1000);
        let created_at = format!("2026-01-02T03:{minute:02}:{second:02}.{millisecond:03}Z");
        let data = format!(r#"{{"object":"user","id":"{user}","email":"{at}@example.com"}}"#);
        Self {
            id: id.into(),
            body: format!(
                r#"{{"id":"{id}","event":"{name}","data":{data},"created_at":"{created_at}"}}"#
            ),
        }
    }

    pub(crate) fn key(&self) -> String {
        format!("workos//{}", self.id)
    }
}

pub(crate) struct Sender {
    signer: workos::Signer,
    instances: [SocketAddr; 2],
    /// Whether the event of this key may be answered 200 now.
    may_be_done: Box<dyn Fn(&str) -> bool + Send + Sync>,
    done: Mutex<HashMap<String, Instant>>,
    counts: Counts,
}

#[derive(Default)]
struct Counts {
    deliveries: AtomicU64,
    unavailable: AtomicU64,
    cut_off: AtomicU64,
    late: AtomicU64,
    /// Answers that a genuine delivery should never get.
    other: AtomicU64,
    too_early: AtomicU64,
    given_up: AtomicU64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Answer {
    Status { code: u16, retry_after: bool },
    CutOff,
    Late,
}

pub(crate) const UNAVAILABLE: Answer = Answer::Status {
    code: 503,
    retry_after: true,
};

impl Sender {
    pub(crate) fn new(
        instances: [SocketAddr; 2],
        may_be_done: impl Fn(&str) -> bool + Send + Sync + 'static,
    ) -> Result<Arc<Self>, countersign::SecretError> {
        Ok(Arc::new(Self {
            signer: workos::Signer::new(workos::Secret::new(SECRET)?),
            instances,
            may_be_done: Box::new(may_be_done),
            done: Mutex::default(),
            counts: Counts::default(),
        }))
    }

    /// Delivers them evenly over this time, one in five twice at once. Returns when all are answered or given up.
    pub(crate) async fn deliver_all(self: &Arc<Self>, events: &[Event], over: Duration) {
        let every = over / u32::try_from(events.len()).expect("not so many");
        let mut timer = interval(every);
        let mut deliveries = JoinSet::new();
        for (at, event) in events.iter().enumerate() {
            timer.tick().await;
            deliveries.spawn(self.clone().deliver(event.clone(), at));
            if at % 5 == 0 {
                deliveries.spawn(self.clone().deliver(event.clone(), at + 1));
            }
        }
        deliveries.join_all().await;
    }

    /// Delivers each once, all at the same time, and tells the answers and how long the last of them took.
    pub(crate) async fn attempt_all(self: &Arc<Self>, events: &[Event]) -> (Vec<Answer>, Duration) {
        let started = Instant::now();
        let mut attempts = JoinSet::new();
        for (at, event) in events.iter().cloned().enumerate() {
            let sender = self.clone();
            attempts.spawn(async move { sender.attempt(&event, at).await });
        }
        (attempts.join_all().await, started.elapsed())
    }

    /// When each event was answered 2xx for the first time, by its key.
    pub(crate) fn done(&self) -> HashMap<String, Instant> {
        self.done.lock().unwrap().clone()
    }

    pub(crate) fn report(&self, checks: &mut Checks, events: usize) {
        let of = |count: &AtomicU64| count.load(Relaxed);
        let counts = &self.counts;
        checks.figure("events", events);
        checks.figure("deliveries, each with its retries", of(&counts.deliveries));
        checks.figure("retries after 503", of(&counts.unavailable));
        checks.figure(
            "retries after no connection, or one cut off",
            of(&counts.cut_off),
        );
        checks.figure("retries after no answer in 5 s", of(&counts.late));
        checks.exactly("retries after any other answer", of(&counts.other), 0);
        checks.exactly("deliveries given up", of(&counts.given_up), 0);
        checks.exactly(
            "deliveries answered 200 too early",
            of(&counts.too_early),
            0,
        );
    }

    /// Until it is answered 2xx, or 12 times. Each time it goes to the other instance.
    pub(crate) async fn deliver(self: Arc<Self>, event: Event, first: usize) {
        self.counts.deliveries.fetch_add(1, Relaxed);
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                sleep(FIRST_WAIT * 2_u32.pow(attempt - 1)).await;
            }
            let count = match self.attempt(&event, first + attempt as usize).await {
                Answer::Status {
                    code: 200..=299, ..
                } => {
                    let mut done = self.done.lock().unwrap();
                    done.entry(event.key()).or_insert_with(Instant::now);
                    if !(self.may_be_done)(&event.key()) {
                        self.counts.too_early.fetch_add(1, Relaxed);
                    }
                    return;
                }
                UNAVAILABLE => &self.counts.unavailable,
                Answer::Status { .. } => &self.counts.other,
                Answer::CutOff => &self.counts.cut_off,
                Answer::Late => &self.counts.late,
            };
            count.fetch_add(1, Relaxed);
        }
        self.counts.given_up.fetch_add(1, Relaxed);
    }

    /// Once, signed now.
    pub(crate) async fn attempt(&self, event: &Event, instance: usize) -> Answer {
        let address = self.instances[instance % self.instances.len()];
        match timeout(ANSWER, self.post(event, address)).await {
            Ok(Ok(response)) => {
                let code = response.get(9..12).and_then(|code| code.parse().ok());
                let retry_after = response
                    .to_ascii_lowercase()
                    .contains("\r\nretry-after: 5\r\n");
                code.map_or(Answer::CutOff, |code| Answer::Status { code, retry_after })
            }
            Ok(Err(_)) => Answer::CutOff,
            Err(_) => Answer::Late,
        }
    }

    async fn post(&self, event: &Event, address: SocketAddr) -> io::Result<String> {
        let signature = self
            .signer
            .sign(event.body.as_bytes(), SystemTime::now().into());
        let request = format!(
            "POST /webhooks/workos HTTP/1.1\r\nHost: {address}\r\nWorkOS-Signature: {signature}\r\nContent-Length: {}\r\n\r\n{}",
            event.body.len(),
            event.body
        );
        let mut connection = TcpStream::connect(address).await?;
        connection.write_all(request.as_bytes()).await?;
        let mut response = String::new();
        connection.read_to_string(&mut response).await?;
        Ok(response)
    }
}
