//! What to ask next, and what an answer means.

use alloc::{borrow::Cow, string::String, vec::Vec};
use core::{slice, time::Duration};

use time::OffsetDateTime;

use super::{
    position::{Position, whole},
    query::{Query, Selection, Start},
    retry_after,
};
use crate::{
    DecodeError,
    event::json::{self, Lossy},
    json::text,
    workos::{EventPage, PageEntry},
};

/// Reads the Events API from where it was left, so that what no webhook delivered is handled too.
///
/// See the [module](super) for an example and the rules.
#[derive(Clone, Debug)]
#[must_use]
pub struct Reconciler {
    selection: Selection,
    position: Position,
    overlap: time::Duration,
    run: Run,
    /// Whether the cursor was refused, and none was taken since.
    has_lost: bool,
    /// Requests since the last page.
    failures: u32,
}

/// What an answer means.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub enum Step {
    /// Events to handle. Then call [`Reconciler::handled`], and ask for the next page.
    Entries(Entries),
    /// There are no more for now. Ask again later: by a timer, or 10 seconds after a webhook.
    Done,
    /// WorkOS is out of order (408, 5xx), or has been asked too often (429). Ask again after this time: that of its
    /// `Retry-After`, or one that doubles from 1 second to 5 minutes; for a 429 without the header a minute. At least
    /// 1 second, at most 1 hour.
    Wait(Duration),
    /// 401 or 403: the API key is wrong, or may not read events. Asking again does not help.
    Unauthorized,
    /// WorkOS does not know the cursor any more, or keeps no events from that long ago. The next query asks from a time on.
    ///
    /// If `since` is later than `handled`, tell an operator: what happened in between cannot be read any more.
    Lost {
        /// Up to when events were handled.
        handled: OffsetDateTime,
        /// From when on events are asked for now.
        since: OffsetDateTime,
    },
    /// WorkOS does not know an event of this name, which is one of the [`Selection`]. The next query leaves it out.
    UnknownName(String),
    /// The request was refused with this status, for no reason that asking again would mend: a `range_start` that WorkOS does
    /// not take, an organization that does not exist, a status that is none of the API's.
    Refused {
        /// The status of the answer.
        status: u16,
    },
    /// The answer is 200, but its body is no page of events, as when a proxy answers. Ask again after this time.
    NotAPage {
        /// What is wrong with it.
        error: DecodeError,
        /// How long to wait: as for a 5xx.
        wait: Duration,
    },
    /// The page does not lead on: it ends where the run has been before, or its entries have no ids and are the last of the
    /// list, and they have been handed out. The next query begins a new run. Ask again later, as if this were
    /// [`Done`](Self::Done), and tell an operator.
    Stuck,
}

/// The events of a page, until they are [handled](Reconciler::handled).
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Entries {
    entries: Vec<PageEntry>,
    position: Position,
    run: Run,
    /// Whether to begin a new run behind them.
    is_over: bool,
}

/// What is known of a run: the requests from one `Done` to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Run {
    /// From when on to ask, should it turn out that the list is not in order.
    base: OffsetDateTime,
    /// Where it goes on: the last id handled in it, or what a page without an id has for that.
    cursor: Option<String>,
    newest: Option<OffsetDateTime>,
    is_ascending: bool,
    /// When it came to an event that is younger than the overlap, or the time of that, if that is later.
    ahead: Option<OffsetDateTime>,
    /// Whether the last page handled did not lead on.
    is_stalled: bool,
    mark: Mark,
}

/// A cursor of before, by which a run that goes in circles is noticed: that of page 1, 3, 7, 15 and so on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Mark {
    cursor: Option<String>,
    pages: u64,
    until: u64,
}

impl Reconciler {
    /// Goes on at this position.
    pub fn new(position: Position, selection: Selection) -> Self {
        Self {
            selection,
            run: Run::new(position.time),
            position,
            overlap: time::Duration::ZERO,
            has_lost: false,
            failures: 0,
        }
        .with_overlap(OVERLAP)
    }

    /// How old an event is before the position moves past it, which is 5 minutes unless this is called: as late as an event
    /// may come into the list, and as far as your clock may be ahead of the provider's. What is younger is read again.
    ///
    /// Zero trusts WorkOS never to put an event into the list before one that has been read.
    pub fn with_overlap(mut self, overlap: Duration) -> Self {
        self.overlap = overlap.try_into().unwrap_or(time::Duration::MAX);
        self.begin_run();
        self
    }

    /// What to ask now. The same until [`handled`](Self::handled) is called, or a [`Step`] says otherwise.
    pub fn next(&self) -> Query {
        Query::new(self.start(), self.selection.clone())
    }

    fn start(&self) -> Start {
        match self.run.cursor.as_ref().or(self.position.id.as_ref()) {
            Some(id) => Start::After(id.clone()),
            None => Start::Since(self.position.time),
        }
    }

    /// What the answer to [`next`](Self::next) means: its status, the value of its header `Retry-After`, its body, and the
    /// time at which it came.
    pub fn page(
        &mut self,
        status: u16,
        retry_after: Option<&[u8]>,
        body: &[u8],
        now: OffsetDateTime,
    ) -> Step {
        let asked = retry_after.and_then(|value| retry_after::parse(value, now));
        let bounded = |wait: Duration| wait.clamp(FIRST_WAIT, LONGEST_WAIT);
        match status {
            200 => match EventPage::from_json(body) {
                Ok(page) => self.entries(page, whole(now)),
                Err(error) => Step::NotAPage {
                    error,
                    wait: self.unanswered(),
                },
            },
            401 | 403 => Step::Unauthorized,
            429 => Step::Wait(bounded(asked.unwrap_or(WINDOW_OF_THE_LIMIT))),
            408 | 500..=599 => {
                let doubled = self.unanswered();
                Step::Wait(asked.map_or(doubled, bounded))
            }
            400..=499 => self.refused(status, body, whole(now)),
            _ => Step::Refused { status },
        }
    }

    /// The request was not answered: no connection, a timeout, half a body. How long to wait before the next.
    #[must_use]
    pub fn unanswered(&mut self) -> Duration {
        let wait = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(self.failures));
        self.failures = self.failures.saturating_add(1);
        wait.min(LONGEST_BACKOFF)
    }

    fn entries(&mut self, page: EventPage, now: OffsetDateTime) -> Step {
        self.failures = 0;
        if matches!(self.start(), Start::After(_)) {
            self.has_lost = false;
        }
        if page.data.is_empty() {
            self.begin_run();
            return Step::Done;
        }
        let mut entries = Entries {
            entries: page.data,
            position: self.position.clone(),
            run: self.run.clone(),
            is_over: false,
        };
        entries.see(now, self.overlap);
        if entries.leads_on(page.list_metadata.after) {
            Step::Entries(entries)
        } else {
            self.begin_run();
            Step::Stuck
        }
    }

    /// The 4xx that the request can be the reason of.
    fn refused(&mut self, status: u16, body: &[u8], now: OffsetDateTime) -> Step {
        if let Some(name) = unknown_name(body, &mut self.selection) {
            return Step::UnknownName(name);
        }
        let oldest = Position::oldest(now).time;
        let since = match self.start() {
            Start::After(_) if !self.has_lost => self.base().max(oldest),
            Start::Since(time) if time < oldest => oldest,
            _ => {
                self.begin_run();
                return Step::Refused { status };
            }
        };
        let handled = self.position.time;
        self.position = Position::since(since);
        self.has_lost = true;
        self.begin_run();
        Step::Lost { handled, since }
    }

    fn begin_run(&mut self) {
        self.run = Run::new(self.base());
    }

    /// From when on to ask without a cursor.
    fn base(&self) -> OffsetDateTime {
        match self.position.id {
            Some(_) => whole(self.position.time.saturating_sub(self.overlap)),
            None => self.position.time,
        }
    }

    /// The entries are handled, and their [position](Entries::position) is stored. The next query asks for those behind them.
    pub fn handled(&mut self, entries: Entries) {
        let is_over = entries.is_over;
        self.position = entries.position;
        self.run = entries.run;
        if is_over {
            self.begin_run();
        }
    }

    /// Up to where events are handled.
    pub fn position(&self) -> &Position {
        &self.position
    }
}

impl Entries {
    /// The entries, in the order of the page, which is the oldest first.
    pub fn iter(&self) -> slice::Iter<'_, PageEntry> {
        self.entries.iter()
    }

    /// What to store once these are handled, in the same transaction.
    pub fn position(&self) -> &Position {
        &self.position
    }

    /// Whether the run has gone forward in time so far, as is documented. If not, nothing is missed, but the position stays
    /// and the next run reads again all that this one does: tell an operator.
    #[must_use]
    pub fn is_ascending(&self) -> bool {
        self.run.is_ascending
    }
}

impl<'a> IntoIterator for &'a Entries {
    type Item = &'a PageEntry;
    type IntoIter = slice::Iter<'a, PageEntry>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Entries {
    /// Moves the position to the last entry before the first that is too young.
    fn see(&mut self, now: OffsetDateTime, overlap: time::Duration) {
        let settled = now.saturating_sub(overlap);
        let mut times = Vec::new();
        for entry in &self.entries {
            let Ok(envelope) = entry.envelope() else {
                continue;
            };
            let time = whole(envelope.created_at);
            times.push(time);
            let newest = self.run.newest.map_or(time, |newest| newest.max(time));
            self.run.newest = Some(newest);
            self.run.is_ascending &= newest <= time.saturating_add(overlap);
            if time > settled {
                self.run.ahead.get_or_insert(time.max(now));
            }
            if self.run.ahead.is_none() {
                self.position = Position::after(envelope.id, time);
            }
        }
        self.run.is_ascending &= times.first() <= times.last();
        if !self.run.is_ascending {
            self.position = Position::since(self.run.base);
        }
        self.is_over = self.run.ahead.is_some_and(|since| since <= settled);
    }

    /// Goes on behind the last id, or tells that the list does not.
    fn leads_on(&mut self, after: Option<String>) -> bool {
        let last = self.entries.iter().rev().find_map(PageEntry::id);
        // Past a page without an id there is no other way.
        let next = last.map(Cow::into_owned).or(after);
        let was_stalled = self.run.is_stalled;
        self.run.is_stalled = next.is_none() || next == self.run.cursor;
        if self.run.is_stalled {
            return !was_stalled;
        }
        if next == self.run.mark.cursor {
            return false;
        }
        self.run.mark.pass(next.clone());
        self.run.cursor = next;
        true
    }
}

impl Run {
    fn new(base: OffsetDateTime) -> Self {
        Self {
            base,
            cursor: None,
            newest: None,
            is_ascending: true,
            ahead: None,
            is_stalled: false,
            mark: Mark::default(),
        }
    }
}

impl Mark {
    fn pass(&mut self, cursor: Option<String>) {
        self.pages = self.pages.saturating_add(1);
        if self.pages > self.until {
            *self = Self {
                cursor,
                pages: 0,
                until: self.until.saturating_mul(2).saturating_add(1),
            };
        }
    }
}

/// The name that the body of a refusal quotes, which is taken out of the selection:
/// `{"message":"Invalid name parameter, received: 'a.b'. ...","code":"invalid_events_request"}`.
fn unknown_name(body: &[u8], selection: &mut Selection) -> Option<String> {
    let body = text(body).ok()?;
    let ([message], code) = json::fields::<Lossy<'_>, 1>(body, ["message"], "code").ok()?;
    let Lossy(message) = json::required("message", message).ok()?;
    code.filter(|Lossy(code)| code == "invalid_events_request")?;
    selection.take_quoted_in(&message)
}

const OVERLAP: Duration = Duration::from_secs(5 * 60);
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_BACKOFF: Duration = Duration::from_secs(5 * 60);
const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);
const WINDOW_OF_THE_LIMIT: Duration = Duration::from_secs(60);
