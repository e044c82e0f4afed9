//! Handles what no webhook delivered: reads the Events API of WorkOS from where it was left, into PostgreSQL.
//!
//! ```text
//! cargo run --example reconcile --features reconcile
//! ```
//!
//! Reads `WORKOS_API_KEY` and `DATABASE_URL` from the environment, and `WORKOS_API_URL` if it is not
//! `https://api.workos.com`. Ends when there is nothing more, to be run by a timer; with `FOLLOW_SECONDS` it asks again after
//! so many. The position, what is done and what it did are one transaction: end it at any point, and run it again.

use std::{env, error::Error, thread::sleep, time::Duration};

use countersign::{
    inbox::{
        InboxKey,
        postgres::{CREATE, RECORD},
    },
    workos::{
        Event,
        events_api::{Entries, Position, Reconciler, Selection, Step},
    },
};
use postgres::{Client, NoTls, Transaction};
use time::OffsetDateTime;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// An example of yours, but for the first.
const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS workos_position (id int PRIMARY KEY, position text NOT NULL);
    CREATE TABLE IF NOT EXISTS workos_events (id text NOT NULL, name text NOT NULL);
    CREATE TABLE IF NOT EXISTS workos_undecodable (json text NOT NULL);";
/// Most bytes of a page, which has up to 100 events. The client has a limit too, which a page can exceed: then it would be asked
/// for again and again.
const PAGE: u64 = 256 * 1024 * 1024;
const MOVE: &str = "INSERT INTO workos_position VALUES (1, $1) \
    ON CONFLICT (id) DO UPDATE SET position = excluded.position";

fn main() -> Outcome<()> {
    let key = format!("Bearer {}", env::var("WORKOS_API_KEY")?);
    let url = env::var("WORKOS_API_URL").unwrap_or_else(|_| "https://api.workos.com".into());
    let follow = env::var("FOLLOW_SECONDS").ok();
    let follow = follow.map(|it| it.parse()).transpose()?;
    let mut database = Client::connect(&env::var("DATABASE_URL")?, NoTls)?;
    database.batch_execute(&[CREATE, TABLES].concat())?;
    let stored = database.query_opt("SELECT position FROM workos_position", &[])?;
    let position = match stored {
        Some(row) => row.try_get::<_, &str>(0)?.parse()?,
        None => Position::oldest(OffsetDateTime::now_utc()),
    };

    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(30)))
        .build()
        .new_agent();
    let mut reconciler = Reconciler::new(position, Selection::all());
    loop {
        let url = format!("{url}{}", reconciler.next());
        let answer = agent.get(url).header("authorization", &key).call();
        let answer = answer.and_then(|mut answer| {
            let body = answer.body_mut().with_config().limit(PAGE);
            Ok((body.read_to_vec()?, answer))
        });
        let (body, answer) = match answer {
            Ok(answer) => answer,
            Err(error) => {
                eprintln!("no answer: {error}");
                sleep(reconciler.unanswered());
                continue;
            }
        };
        let status = answer.status().as_u16();
        let retry_after = answer.headers().get("retry-after");
        let retry_after = retry_after.map(|value| value.as_bytes());
        match reconciler.page(status, retry_after, &body, OffsetDateTime::now_utc()) {
            Step::Entries(entries) => {
                let mut transaction = database.transaction()?;
                handle_page(&mut transaction, &entries)?;
                transaction.commit()?;
                reconciler.handled(entries);
            }
            Step::Wait(time) => sleep(time),
            Step::Done | Step::Stuck => match follow {
                Some(seconds) => sleep(Duration::from_secs(seconds)),
                None => return Ok(()),
            },
            Step::NotAPage { error, wait } => {
                eprintln!("not a page: {error}");
                sleep(wait);
            }
            Step::Lost { handled, since } if since > handled => {
                eprintln!("what happened from {handled} to {since} is lost");
            }
            Step::Lost { .. } => {}
            Step::UnknownName(name) => eprintln!("WorkOS has no event {name}"),
            step => return Err(format!("{step:?}").into()),
        }
    }
}

fn handle_page(transaction: &mut Transaction<'_>, entries: &Entries) -> Outcome<()> {
    if !entries.is_ascending() {
        eprintln!("the events are not in order");
    }
    for entry in entries {
        // The key of the webhook of this event, so that each is handled once whichever way it came.
        let key = InboxKey::from(entry);
        if transaction.execute(RECORD, &[&key.as_str()])? == 0 {
            continue;
        }
        match entry.event() {
            Ok(event) => handle(transaction, &event)?,
            Err(error) => {
                eprintln!("kept: {error}");
                let keep = "INSERT INTO workos_undecodable VALUES ($1)";
                transaction.execute(keep, &[&entry.json().get()])?;
            }
        }
    }
    transaction.execute(MOVE, &[&entries.position().to_string()])?;
    Ok(())
}

/// What a webhook of this event does too.
fn handle(transaction: &mut Transaction<'_>, event: &Event) -> Outcome<()> {
    let insert = "INSERT INTO workos_events VALUES ($1, $2)";
    transaction.execute(insert, &[&event.id, &event.data.name()])?;
    Ok(())
}
