//! What was missed: the events of the Events API, `GET /events`, without a connection of its own.
//!
//! A webhook that no attempt delivered is lost, unless somebody asks for it. The [`Reconciler`] says what to ask and what
//! an answer means. It opens no connection and reads no clock: both are yours, so it works with any client, async or not,
//! and without std.
//!
//! # An example
//!
//! It asks for everything that is still there, as a program does that starts for the first time. With
//! [`Position`]`::from_str` it goes on where it was.
//!
#![cfg_attr(feature = "std", doc = "```no_run")]
#![cfg_attr(not(feature = "std"), doc = "```ignore")]
//! use std::{env, thread::sleep, time::{Duration, SystemTime}};
//!
//! use countersign::workos::events_api::{Position, Reconciler, Selection, Step};
//!
//! let key = format!("Bearer {}", env::var("WORKOS_API_KEY")?);
//! let now = || SystemTime::now().into();
//! let mut reconciler = Reconciler::new(Position::oldest(now()), Selection::all());
//! loop {
//!     let request = ureq::get(format!("https://api.workos.com{}", reconciler.next()));
//!     let request = request.header("authorization", &key).config().http_status_as_error(false).build();
//!     let Ok(mut answer) = request.call() else {
//!         sleep(reconciler.unanswered());
//!         continue;
//!     };
//!     // All of it: what a client does not read of a page is never handled, nor what comes behind it.
//!     let body = answer.body_mut().with_config().limit(256 << 20).read_to_vec()?;
//!     let status = answer.status().as_u16();
//!     let retry_after = answer.headers().get("retry-after").map(|value| value.as_bytes());
//!     match reconciler.page(status, retry_after, &body, now()) {
//!         Step::Entries(entries) => {
//!             // In one transaction: each entry by its inbox key, and `entries.position()`.
//!             for entry in entries.iter() {
//!                 println!("{entry:?}");
//!             }
//!             reconciler.handled(entries);
//!         }
//!         Step::Wait(time) | Step::NotAPage { wait: time, .. } => sleep(time),
//!         Step::Done => sleep(Duration::from_secs(60)),
//!         Step::Lost { handled, since } => eprintln!("asks anew from {since}, has handled up to {handled}"),
//!         Step::UnknownName(name) => eprintln!("WorkOS has no event {name}"),
//!         step => return Err(format!("{step:?}").into()),
//!     }
//! }
//! # #[expect(unreachable_code)]
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! `cargo run --example reconcile --features reconcile` in the repository does the same with PostgreSQL.
//!
//! # The rules
//!
//! Each is the reconciler's, unless it says "you".
//!
//! 1. **You** handle an entry as you do a webhook, by the same inbox key: the event's id is the same in both. (The
//!    feature `inbox` has that key, and the statements.) Entries do come more than once.
//! 2. **You** write [`Entries::position`] in the transaction of the effects, and call [`Reconciler::handled`] once that has
//!    committed. Until then the same page is asked for, in this process and after a crash.
//! 3. The cursor is the id of the last event that was *handled*, and that is 5 minutes old. It is never an id out of a
//!    webhook: WorkOS holds an event back from the list for some seconds, so behind such a cursor there would be events that
//!    nobody ever reads. It is never `list_metadata.after` either, which is null at the end of the list.
//! 4. From one [`Done`](Step::Done) to the next is a run. It begins at the cursor, so it reads once more what is younger. An
//!    event that came into the list late, before one that had been read, is read by the next run.
//! 5. An empty page is the end of a run, not of history. **You** begin the next run by a timer, and may do so after a
//!    webhook: 10 seconds after it, as the event is held back until then.
//! 6. An entry that does not decode is handed out like any other, and passed. **You** keep its JSON, and go on.
//! 7. A cursor that WorkOS refuses is [`Lost`](Step::Lost): the next run begins by time, 5 minutes before the event of the
//!    cursor, but no longer ago than WorkOS keeps events.
//! 8. A name that WorkOS refuses is left out: [`UnknownName`](Step::UnknownName). One such name refuses the request, and the
//!    next release of WorkOS can retire a name.
//! 9. Each page leads to another, or a [`Step`] says that it does not: [`Stuck`](Step::Stuck). Pages that are not in order
//!    are [noticed](Entries::is_ascending), and cost a second reading.
//!
//! One reconciler reads at a time: two that share a position do everything twice.
//!
//! # What is known, and from where
//!
//! - [Reference](https://workos.com/docs/reference/events): `events` is required, `limit` is 1 to 100 and 10 without one,
//!   `after` and `range_start` exclude each other. 6000 requests a minute for each key.
//! - [Guide](https://workos.com/docs/events/data-syncing/events-api): the cursor is the id of the latest event that was
//!   processed. Events are there for 30 days; an older page says 90, which nobody should count on.
//! - [workos-node#1610](https://github.com/workos/workos-node/issues/1610): `order` is ignored, the oldest event always comes
//!   first; the reference says that the newest does unless `order` is `asc`. So `asc` is asked for, and the order is checked.
//! - [workos-authkit#73](https://github.com/get-convex/workos-authkit/pull/73), by WorkOS: events are held back from
//!   ascending reads by a cursor "for a few seconds", so that an event that becomes visible late is not skipped. Whether that
//!   holds for a read by `range_start` is said nowhere. That is why runs overlap.
//! - [workos-node#1391](https://github.com/workos/workos-node/issues/1391): what a refused name is answered.
//! - What a lost cursor is answered is documented nowhere. Any 4xx to `after` is taken for it, but 401, 403, 408 and 429.

mod position;
mod query;
mod reconciler;
mod retry_after;

pub use self::{
    position::{ParsePositionError, Position},
    query::{Query, Selection},
    reconciler::{Entries, Reconciler, Step},
};
