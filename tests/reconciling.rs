//! Runs of a receiver that reconciles against an Events API full of faults, drawn by seed: nothing is missed, and nothing is
//! handled twice. And those that break a rule do miss something.
#![cfg(feature = "workos")]

#[expect(unreachable_pub, reason = "others have it too")]
#[path = "support/events_api.rs"]
mod events_api;

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    net::SocketAddr,
};

use countersign::workos::{
    EventPage, PageEntry,
    events_api::{Position, Query, Reconciler, Selection, Step},
};
use events_api::{Listed, Provider, Random, Server};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339, macros::datetime};

const RUNS: u64 = 200;
const START: OffsetDateTime = datetime!(2026-11-01 12:00 UTC);
const NAMES: [&str; 3] = ["role.deleted", "robot.created", "group.deleted"];

/// `SEED=17 cargo test --test reconciling` is one run.
#[test]
fn nothing_is_missed_and_nothing_is_handled_twice() {
    let seeds = match env::var("SEED") {
        Ok(seed) => vec![seed.parse().expect("SEED is a number")],
        Err(_) => (0..RUNS).collect(),
    };
    let failed = failures(seeds, Rule::None);
    assert!(failed.is_empty(), "by seed: {failed:#?}");
}

const RUNS_THAT_BREAK: u64 = 40;

macro_rules! breaks {
    ($($name:ident: $rule:ident),* $(,)?) => {$(
        #[test]
        fn $name() {
            let failed = failures((0..RUNS_THAT_BREAK).collect(), Rule::$rule);
            println!("{}: {} runs of {RUNS_THAT_BREAK}", stringify!($rule), failed.len());
            assert!(!failed.is_empty());
        }
    )*};
}

breaks! {
    no_overlap_misses: NoOverlap,
    a_cursor_of_a_webhook_misses: CursorOfWebhook,
    a_cursor_of_the_metadata_misses: CursorOfMetadata,
    an_end_at_an_empty_page_misses: EndAtEmptyPage,
    a_position_stored_before_the_effects_misses: PositionFirst,
    an_inbox_apart_from_the_effects_handles_twice: InboxApart,
    a_stop_at_what_does_not_decode_misses: StopAtUndecodable,
}

/// A rule that the receiver breaks.
#[derive(Clone, Copy, PartialEq)]
enum Rule {
    None,
    NoOverlap,
    CursorOfWebhook,
    CursorOfMetadata,
    EndAtEmptyPage,
    PositionFirst,
    InboxApart,
    StopAtUndecodable,
}

fn failures(seeds: Vec<u64>, broken: Rule) -> BTreeMap<u64, String> {
    let failed = |seed| Some((seed, run(seed, broken).err()?));
    seeds.into_iter().filter_map(failed).collect()
}

/// What the receiver's database has. A transaction is a copy, and its commit puts the copy in place.
#[derive(Clone)]
struct Database {
    position: String,
    inbox: BTreeSet<String>,
    effects: Vec<String>,
}

impl Database {
    fn once(&mut self, key: &str) {
        if self.inbox.insert(key.into()) {
            self.effects.push(key.into());
        }
    }
}

/// The id, or the JSON of what has none.
fn key(entry: &PageEntry) -> String {
    let envelope = entry.envelope().ok();
    envelope.map_or_else(|| entry.json().get().into(), |it| it.id.into_owned())
}

struct Receiver {
    random: Random,
    broken: Rule,
    database: Database,
    reconciler: Reconciler,
    selection: Selection,
    overlap: std::time::Duration,
    agent: ureq::Agent,
    address: SocketAddr,
    ended: bool,
    requests: u64,
    is_endless: bool,
}

fn run(seed: u64, broken: Rule) -> Result<(), String> {
    let mut random = Random(seed);
    let mut provider = Provider::new(START, Random(random.draw()));
    provider.faults = [0, 5, 20][random.below(3)];
    let selection = match random.below(10) {
        0 => Selection::all().and(NAMES),
        _ => Selection::of(NAMES),
    };
    if random.percent(20) {
        provider.retired = vec!["robot.created".into()];
    }
    let selection = selection.with_limit(1 + random.below(20) as u8);
    let names: Vec<_> = NAMES
        .into_iter()
        .filter(|it| !provider.retired.iter().any(|retired| retired == it))
        .collect();

    // What will happen, and the webhooks of it.
    let mut webhooks = Vec::new();
    let mut at = START;
    for number in 0..120 {
        at += match random.below(20) {
            0 => random.seconds(400),
            1..10 => random.seconds(2),
            _ => random.seconds(20),
        };
        let lag = match random.below(20) {
            0 => random.seconds(200),
            _ => random.seconds(4),
        };
        let kind = random.below(20);
        let event = happens(
            &mut random,
            number,
            kind,
            names[number % names.len()],
            at,
            lag,
        );
        if kind > 2 && !random.percent(34) {
            let delay = random.seconds(3);
            webhooks.push((at + delay, event.id.clone(), at));
        }
        provider.add(event);
    }
    let expected: BTreeSet<String> = provider
        .events
        .iter()
        .map(|it| match it.json.contains(&it.id) {
            true => it.id.clone(),
            false => it.json.clone(),
        })
        .collect();
    webhooks.sort();

    let server = Server::start(provider);
    let position = Position::since(START);
    let overlap = match broken {
        Rule::NoOverlap => std::time::Duration::ZERO,
        _ => std::time::Duration::from_secs(300),
    };
    let mut receiver = Receiver {
        broken,
        database: Database {
            position: position.to_string(),
            inbox: BTreeSet::new(),
            effects: Vec::new(),
        },
        reconciler: Reconciler::new(position, selection.clone()).with_overlap(overlap),
        selection,
        overlap,
        agent: ureq::Agent::new_with_config(
            ureq::Agent::config_builder()
                .http_status_as_error(false)
                .build(),
        ),
        address: server.address,
        ended: false,
        requests: 0,
        is_endless: false,
        random,
    };

    let mut webhooks = webhooks.into_iter().peekable();
    let end = at + Duration::minutes(15);
    let mut now = START;
    while now < end {
        while let Some((_, id, created_at)) = webhooks.next_if(|(at, ..)| *at <= now) {
            receiver.webhook(&id, created_at);
        }
        // The last is without faults, as one day there are none.
        if now >= at + Duration::minutes(8) {
            server.provider().faults = 0;
        }
        server.provider().now = now;
        let wait = receiver.poll(now).unwrap_or(Duration::seconds(60));
        now += wait.min(Duration::minutes(2)).max(Duration::SECOND);
        if receiver.is_endless {
            return Err("asks without end".into());
        }
    }

    let handled: BTreeSet<String> = receiver.database.effects.iter().cloned().collect();
    let missed: Vec<_> = expected.difference(&handled).collect();
    let twice = receiver.database.effects.len() - handled.len();
    match (missed.as_slice(), twice) {
        ([], 0) => Ok(()),
        _ => Err(format!("missed {missed:?}, {twice} twice")),
    }
}

fn happens(
    random: &mut Random,
    number: usize,
    kind: usize,
    name: &'static str,
    created_at: OffsetDateTime,
    lag: Duration,
) -> Listed {
    // Ids of later events are not greater than those of earlier ones.
    let id = format!("event_{:016X}", random.draw());
    let time = created_at.format(&Rfc3339).expect("a time");
    let json = match kind {
        0 => format!(
            r#"{{"object":"event","id":"{id}","event":"role.deleted","created_at":"{time}","data":[]}}"#
        ),
        1 => format!(
            r#"{{"object":"event","event":"{name}","created_at":"{time}","data":{{}},"number":{number}}}"#
        ),
        2 => format!("{number}"),
        _ => format!(
            r#"{{"object":"event","id":"{id}","event":"{name}","created_at":"{time}","data":{{"id":"x","slug":"y","name":"z"}}}}"#
        ),
    };
    Listed {
        id,
        name,
        json,
        created_at,
        listed_at: created_at + lag,
    }
}

impl Receiver {
    fn webhook(&mut self, id: &str, created_at: OffsetDateTime) {
        let mut transaction = self.database.clone();
        transaction.once(id);
        if self.broken == Rule::CursorOfWebhook {
            let position = Position::after(id, created_at);
            transaction.position = position.to_string();
            let reconciler = Reconciler::new(position, self.selection.clone());
            self.reconciler = reconciler.with_overlap(std::time::Duration::ZERO);
        }
        self.database = transaction;
    }

    /// After a crash. How long that takes.
    fn restart(&mut self) -> Option<Duration> {
        let position = self.database.position.parse().expect("what was stored");
        self.reconciler =
            Reconciler::new(position, self.selection.clone()).with_overlap(self.overlap);
        Some(Duration::seconds(5))
    }

    /// Asks until there is nothing more, or a crash. Returns how long to wait, if it was told.
    fn poll(&mut self, now: OffsetDateTime) -> Option<Duration> {
        let most = self.requests + 2_000;
        while !self.ended {
            if self.requests == most {
                self.is_endless = true;
                return None;
            }
            let query = self.reconciler.next();
            let Some((status, retry_after, body)) = self.get(&query) else {
                return self.reconciler.unanswered().try_into().ok();
            };
            let step = self
                .reconciler
                .page(status, retry_after.as_deref(), &body, now);
            match step {
                Step::Entries(entries) => {
                    if self.random.percent(5) {
                        return self.restart();
                    }
                    let mut transaction = self.database.clone();
                    let stops = |entry: &&PageEntry| {
                        self.broken != Rule::StopAtUndecodable || entry.event().is_ok()
                    };
                    let undecodable = entries.iter().any(|entry| entry.event().is_err());
                    for entry in entries.iter().take_while(stops) {
                        transaction.once(&key(entry));
                    }
                    transaction.position = match self.broken {
                        Rule::CursorOfMetadata => after_of_the_metadata(&body, now).to_string(),
                        _ => entries.position().to_string(),
                    };
                    if self.random.percent(5) {
                        match self.broken {
                            Rule::PositionFirst => self.database.position = transaction.position,
                            Rule::InboxApart => self.database.effects = transaction.effects,
                            _ => {}
                        }
                        return self.restart();
                    }
                    if self.broken == Rule::StopAtUndecodable && undecodable {
                        transaction.position.clone_from(&self.database.position);
                        self.database = transaction;
                        return None;
                    }
                    self.database = transaction;
                    if self.random.percent(5) || self.broken == Rule::CursorOfMetadata {
                        return self.restart();
                    }
                    self.reconciler.handled(entries);
                }
                Step::Wait(wait) => return wait.try_into().ok(),
                Step::Done => {
                    self.ended = self.broken == Rule::EndAtEmptyPage;
                    return Some(Duration::seconds(10) + self.random.seconds(50));
                }
                Step::Stuck | Step::Refused { .. } => return None,
                Step::Lost { .. } | Step::UnknownName(_) => {}
                step => panic!("{step:?}"),
            }
        }
        None
    }

    fn get(&mut self, query: &Query) -> Option<(u16, Option<Vec<u8>>, Vec<u8>)> {
        self.requests += 1;
        let url = format!("http://{}{query}", self.address);
        let mut answer = self.agent.get(url).call().ok()?;
        let retry_after = answer.headers().get("retry-after");
        let retry_after = retry_after.map(|value| value.as_bytes().to_vec());
        let body = answer.body_mut().read_to_vec().ok()?;
        Some((answer.status().as_u16(), retry_after, body))
    }
}

/// Where the metadata says to go on, and from now on where it says nothing.
fn after_of_the_metadata(body: &[u8], now: OffsetDateTime) -> Position {
    let page = EventPage::from_json(body).expect("a page");
    match page.list_metadata.after {
        Some(id) => Position::after(id, now),
        None => Position::since(now),
    }
}
