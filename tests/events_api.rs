//! The Events API: what is asked, and what each answer means.
#![cfg(feature = "workos")]

#[expect(dead_code, unreachable_pub, reason = "others use all of it")]
#[path = "support/events_api.rs"]
mod events_api;

use std::time::Duration;

use countersign::{
    DecodeError,
    workos::{
        EventData,
        events_api::{Entries, Position, Query, Reconciler, Selection, Step},
    },
};
use events_api::asked;
use proptest::prelude::*;
use time::{OffsetDateTime, macros::datetime};

const NOW: OffsetDateTime = datetime!(2026-11-27 12:00 UTC);
const SECOND: Duration = Duration::from_secs(1);

fn selection() -> Selection {
    Selection::of(["role.deleted", "group.deleted"])
}

fn at_cursor() -> Reconciler {
    let handled = NOW - time::Duration::days(1);
    Reconciler::new(Position::after("event_1", handled), selection())
}

/// `after=..` or `range_start=..`.
fn start(reconciler: &Reconciler) -> String {
    let query = reconciler.next().to_string();
    let (name, value) = asked(&query).pop().expect("a parameter");
    format!("{name}={value}")
}

fn event(id: &str, created_at: &str) -> String {
    format!(
        r#"{{"object":"event","id":"{id}","event":"role.deleted","created_at":"{created_at}","data":{{"slug":"admin"}}}}"#
    )
}

fn page_then(entries: &[&str], after: &str) -> Vec<u8> {
    let data = entries.join(",");
    format!(r#"{{"object":"list","data":[{data}],"list_metadata":{{"after":{after}}}}}"#).into()
}

fn page(entries: &[&str]) -> Vec<u8> {
    page_then(entries, "null")
}

#[track_caller]
fn entries(reconciler: &mut Reconciler, body: &[u8]) -> Entries {
    match reconciler.page(200, None, body, NOW) {
        Step::Entries(entries) => entries,
        step => panic!("{step:?}"),
    }
}

/// Handles a page, and tells what is stored with it.
#[track_caller]
fn handle(reconciler: &mut Reconciler, body: &[u8]) -> String {
    let entries = entries(reconciler, body);
    let stored = entries.position().to_string();
    reconciler.handled(entries);
    assert_eq!(reconciler.position().to_string(), stored);
    stored
}

fn status(reconciler: &mut Reconciler, status: u16, retry_after: Option<&str>) -> Step {
    let retry_after = retry_after.map(str::as_bytes);
    reconciler.page(status, retry_after, b"{}", NOW)
}

#[test]
fn all_events_are_named() {
    let query = Query::since(NOW, Selection::all()).to_string();
    let parameters = asked(&query);
    let names: Vec<&str> = parameters[0].1.split(',').collect();
    assert_eq!(names, EventData::NAMES);
    assert_eq!(query.len(), 3541);
    let more = Selection::all().and(["robot.created", "user.created"]);
    let (first, rest) = query.split_once('&').expect("a parameter");
    let expected = format!("{first},robot.created&{rest}");
    assert_eq!(Query::since(NOW, more).to_string(), expected);
}

#[test]
fn what_is_asked_is_encoded() {
    let selection = Selection::of(["a b", "ä,+&=%"]).of_organization("org/1?#");
    assert_eq!(
        Query::after("event 1&limit=7", selection.with_limit(3)).to_string(),
        "/events?events=a%20b,%C3%A4%2C%2B%26%3D%25&order=asc&limit=3&organization_id=org%2F1%3F%23\
         &after=event%201%26limit%3D7",
    );
    assert_eq!(
        Query::since(
            datetime!(2026-01-02 03:04:05.678_9 +2),
            Selection::of(["a"])
        )
        .to_string(),
        "/events?events=a&order=asc&limit=100&range_start=2026-01-02T01%3A04%3A05.678Z",
    );
    assert_eq!(
        Query::since(datetime!(1812-01-01 0:00 UTC), Selection::of([""; 0])).to_string(),
        "/events?events=&order=asc&limit=100&range_start=1970-01-01T00%3A00%3A00.000Z",
    );
    assert_eq!(
        Query::since(datetime!(9999-12-31 23:59:59 -12), Selection::of(["a"])).to_string(),
        "/events?events=a&order=asc&limit=100&range_start=9999-12-31T23%3A59%3A59.999999999Z",
    );
    for (limit, expected) in [(0, "1"), (1, "1"), (100, "100"), (101, "100"), (255, "100")] {
        let query = Query::since(NOW, selection_of(limit)).to_string();
        assert_eq!(asked(&query)[2], ("limit".into(), expected.into()));
    }
}

fn selection_of(limit: u8) -> Selection {
    selection().with_limit(limit)
}

proptest! {
    #[test]
    fn a_query_has_one_start_and_is_read_back(
        names in proptest::collection::vec("[^,]{1,20}", 1..5),
        organization in proptest::option::of(".{0,20}"),
        limit in 1_u8..=100,
        start in prop_oneof![".{1,40}".prop_map(Ok), (0_i64..=253_402_300_799).prop_map(Err)],
    ) {
        let mut selection = Selection::of(names.clone()).with_limit(limit);
        if let Some(id) = &organization {
            selection = selection.of_organization(id);
        }
        let (query, last) = match start {
            Ok(id) => (Query::after(&id, selection), ("after".to_owned(), id)),
            Err(seconds) => {
                let time = OffsetDateTime::from_unix_timestamp(seconds).expect("a time");
                let text = Position::since(time).to_string();
                (Query::since(time, selection), ("range_start".to_owned(), text))
            }
        };
        let mut unique = Vec::new();
        for name in names {
            if !unique.contains(&name) {
                unique.push(name);
            }
        }
        let mut expected = vec![
            ("events".to_owned(), unique.join(",")),
            ("order".to_owned(), "asc".to_owned()),
            ("limit".to_owned(), limit.to_string()),
        ];
        expected.extend(organization.map(|id| ("organization_id".to_owned(), id)));
        expected.push(last);
        let text = query.to_string();
        prop_assert!(text.is_ascii() && !text.contains(' '));
        prop_assert_eq!(asked(&text), expected);
    }

    #[test]
    fn a_position_is_read_back(id in "[^ ].{0,40}", millis in 0_i64..=253_402_300_799_999) {
        let time = OffsetDateTime::UNIX_EPOCH + time::Duration::milliseconds(millis);
        for position in [Position::since(time), Position::after(id, time)] {
            prop_assert_eq!(position.to_string().parse(), Ok(position));
        }
    }

    #[test]
    fn no_answer_panics_or_waits_for_ever(
        status in any::<u16>(),
        retry_after in proptest::option::of(proptest::collection::vec(any::<u8>(), 0..40)),
        body in proptest::collection::vec(any::<u8>(), 0..200),
        seconds in -377_705_116_800_i64..=253_402_300_799,
    ) {
        let now = OffsetDateTime::from_unix_timestamp(seconds).expect("a time");
        match at_cursor().page(status, retry_after.as_deref(), &body, now) {
            Step::Wait(wait) => prop_assert!((SECOND..=SECOND * 3600).contains(&wait)),
            Step::NotAPage { wait, .. } => prop_assert_eq!(wait, SECOND),
            Step::Entries(_) | Step::Done => prop_assert_eq!(status, 200),
            _ => {}
        }
    }
}

#[test]
fn what_is_no_position_is_refused() {
    for text in [
        "",
        "event_01",
        "yesterday",
        " event_01",
        "2026-01-02T03:04:05.678Z ",
        "2026-01-02 event_01",
        "2026-01-02T03:04:05.678Zevent_01",
    ] {
        let error = text.parse::<Position>().map_err(|error| error.to_string());
        let expected = "not a time, nor a time, a blank and an id";
        assert_eq!(error, Err(expected.into()), "{text:?}");
    }
    let empty = Position::after("", NOW);
    assert_eq!((empty.id(), empty.time()), (None, NOW));
}

#[test]
fn the_cursor_is_the_last_event_that_is_old_enough() {
    let mut reconciler = Reconciler::new(Position::oldest(NOW), selection());
    assert_eq!(start(&reconciler), "range_start=2026-10-28T12:01:00.000Z");
    let old = page(&[
        &event("event_2", "2026-11-27T11:00:00.000Z"),
        &event("event_1", "2026-11-27T11:55:00.000Z"),
    ]);
    let stored = handle(&mut reconciler, &old);
    assert_eq!(stored, "2026-11-27T11:55:00.000Z event_1");
    assert_eq!(start(&reconciler), "after=event_1");
    let young = page(&[
        &event("event_3", "2026-11-27T11:55:00.001Z"),
        &event("event_4", "2026-11-27T11:59:00.000Z"),
    ]);
    assert_eq!(handle(&mut reconciler, &young), stored);
    assert_eq!(start(&reconciler), "after=event_4");
    // The metadata says that there are more.
    assert_eq!(
        reconciler.page(200, None, &page_then(&[], r#""x""#), NOW),
        Step::Done
    );
    assert_eq!(start(&reconciler), "after=event_1");
    let restarted = Reconciler::new(stored.parse().expect("it was stored"), selection());
    assert_eq!(start(&restarted), "after=event_1");
}

#[test]
fn without_overlap_the_cursor_is_the_last_event() {
    let mut reconciler = at_cursor().with_overlap(Duration::ZERO);
    let last = page(&[&event("event_2", "2026-11-27T12:00:00.000Z")]);
    assert_eq!(
        handle(&mut reconciler, &last),
        "2026-11-27T12:00:00.000Z event_2"
    );
    // By a clock that is slow, the next is of the future.
    let future = page(&[&event("event_3", "2026-11-27T12:00:01.000Z")]);
    let stored = handle(&mut reconciler, &future);
    assert_eq!(stored, "2026-11-27T12:00:00.000Z event_2");
    assert_eq!(start(&reconciler), "after=event_3");
}

#[test]
fn what_is_not_handled_is_asked_for_again() {
    let mut reconciler = at_cursor();
    let body = page(&[&event("event_2", "2026-11-27T11:00:00.000Z")]);
    for _ in 0..3 {
        let entries = entries(&mut reconciler, &body);
        assert_eq!(entries.iter().count(), 1);
        assert_eq!(start(&reconciler), "after=event_1");
        assert_eq!(reconciler.position().id(), Some("event_1"));
    }
}

#[test]
fn a_run_that_does_not_end_begins_anew() {
    let mut reconciler = at_cursor();
    let young = |id: &str| page(&[&event(id, "2026-11-27T11:56:00.000Z")]);
    handle(&mut reconciler, &young("event_2"));
    let later = |seconds| NOW + time::Duration::seconds(seconds);
    let mut handle_at = |id: &str, now| match reconciler.page(200, None, &young(id), now) {
        Step::Entries(entries) => {
            reconciler.handled(entries);
            start(&reconciler)
        }
        step => panic!("{step:?}"),
    };
    assert_eq!(handle_at("event_3", later(299)), "after=event_3");
    assert_eq!(handle_at("event_4", later(300)), "after=event_1");
    // And passes what it has read before.
    assert_eq!(handle_at("event_2", later(300)), "after=event_2");
    assert_eq!(reconciler.position().id(), Some("event_2"));
}

#[test]
fn what_does_not_decode_is_handed_out_and_passed() {
    let mut reconciler = at_cursor();
    let odd = [
        r#"{"object":"event","id":"event_2","event":"role.deleted","created_at":"2026-11-27T11:00:00Z","data":[]}"#,
        r#"{"id":"event_3"}"#,
        r#"{"id":"event_4","event":"role.deleted","created_at":"yesterday","data":{}}"#,
        r#"{"id":"event_5","id":"event_5"}"#,
        r#"{"id":""}"#,
        r#"{"id":7}"#,
        "null",
        "7",
    ];
    let entries = entries(&mut reconciler, &page(&odd));
    let json: Vec<&str> = entries.iter().map(|entry| entry.json().get()).collect();
    assert_eq!(json, odd);
    assert!(entries.is_ascending());
    // The time of the others cannot be read, or their id.
    assert_eq!(entries.position().id(), Some("event_2"));
    reconciler.handled(entries);
    assert_eq!(start(&reconciler), "after=event_4");
}

#[test]
fn a_page_without_ids_is_handed_out_once() {
    let mut reconciler = at_cursor();
    let (last, not_last) = (page(&["7", "{}"]), page_then(&["7"], r#""event_9""#));
    // There are more, and only the metadata says where.
    assert_eq!(
        handle(&mut reconciler, &not_last),
        "2026-11-26T12:00:00.000Z event_1"
    );
    assert_eq!(start(&reconciler), "after=event_9");
    // There are no more.
    assert_eq!(
        handle(&mut reconciler, &last),
        "2026-11-26T12:00:00.000Z event_1"
    );
    assert_eq!(start(&reconciler), "after=event_9");
    assert_eq!(reconciler.page(200, None, &last, NOW), Step::Stuck);
    assert_eq!(start(&reconciler), "after=event_1");
}

#[test]
fn a_list_without_ids_from_its_beginning_is_handed_out_once() {
    let mut reconciler = Reconciler::new(Position::since(NOW), selection());
    assert_eq!(
        handle(&mut reconciler, &page(&["7"])),
        "2026-11-27T12:00:00.000Z"
    );
    assert_eq!(reconciler.page(200, None, &page(&["7"]), NOW), Step::Stuck);
    assert_eq!(start(&reconciler), "range_start=2026-11-27T12:00:00.000Z");
}

#[test]
fn a_page_that_repeats_is_noticed() {
    let mut reconciler = at_cursor();
    let same = page(&[&event("event_2", "2026-11-27T11:00:00.000Z")]);
    handle(&mut reconciler, &same);
    handle(&mut reconciler, &same);
    assert_eq!(reconciler.page(200, None, &same, NOW), Step::Stuck);
}

#[test]
fn pages_that_go_in_circles_are_noticed() {
    for length in 2..40 {
        let mut reconciler = at_cursor();
        let circle = (0..length).cycle().take(5 * length).position(|number| {
            let time = format!("2026-11-27T11:00:00.{number:03}Z");
            let body = page(&[&event(&format!("event_{number}_"), &time)]);
            match reconciler.page(200, None, &body, NOW) {
                Step::Entries(entries) => {
                    reconciler.handled(entries);
                    false
                }
                step => step == Step::Stuck,
            }
        });
        assert!(
            circle.is_some_and(|pages| pages <= 3 * length),
            "{length}: {circle:?}"
        );
    }
}

#[test]
fn pages_that_go_back_in_time_are_noticed_and_do_not_move_the_position() {
    let two =
        |first: &str, second: &str| page(&[&event("event_2", first), &event("event_3", second)]);
    for (first, second, is_ascending, stored) in [
        (
            "11:10:00.000Z",
            "11:10:00.000Z",
            true,
            "2026-11-27T11:10:00.000Z event_3",
        ),
        (
            "11:10:00.001Z",
            "11:10:00.000Z",
            false,
            "2026-11-26T11:55:00.000Z",
        ),
        (
            "11:59:59.999Z",
            "11:00:00.000Z",
            false,
            "2026-11-26T11:55:00.000Z",
        ),
    ] {
        let mut reconciler = at_cursor();
        let body = two(
            &format!("2026-11-27T{first}"),
            &format!("2026-11-27T{second}"),
        );
        let entries = entries(&mut reconciler, &body);
        assert_eq!(entries.is_ascending(), is_ascending, "{first}");
        assert_eq!(entries.position().to_string(), stored);
        reconciler.handled(entries);
        assert_eq!(start(&reconciler), "after=event_3");
    }
    // From page to page.
    let mut reconciler = at_cursor();
    handle(
        &mut reconciler,
        &page(&[&event("event_2", "2026-11-27T11:10:00.000Z")]),
    );
    let back = page(&[&event("event_3", "2026-11-27T11:05:00.000Z")]);
    assert_eq!(
        handle(&mut reconciler, &back),
        "2026-11-27T11:05:00.000Z event_3"
    );
    let back = page(&[&event("event_4", "2026-11-27T11:04:59.999Z")]);
    assert_eq!(handle(&mut reconciler, &back), "2026-11-26T11:55:00.000Z");
    assert_eq!(start(&reconciler), "after=event_4");
    assert_eq!(reconciler.page(200, None, &page(&[]), NOW), Step::Done);
    assert_eq!(start(&reconciler), "range_start=2026-11-26T11:55:00.000Z");
}

#[test]
fn a_list_whose_newest_event_comes_first_is_read_to_its_end() {
    // As if `order` were obeyed one day, and `asc` were not what it is.
    let list: Vec<String> = (0..60)
        .rev()
        .map(|minute| {
            event(
                &format!("event_{minute}_"),
                &format!("2026-11-27T11:{minute:02}:00.000Z"),
            )
        })
        .collect();
    let mut reconciler =
        Reconciler::new(Position::since(NOW - time::Duration::hours(1)), selection());
    let mut handled = Vec::new();
    for crashes in [true, false] {
        for two in list.chunks(2) {
            let entries = entries(&mut reconciler, &page(&[&two[0], &two[1]]));
            assert!(!entries.is_ascending());
            handled.extend(entries.iter().map(|entry| entry.json().get().to_owned()));
            let stored = entries.position().to_string();
            assert_eq!(stored, "2026-11-27T11:00:00.000Z");
            reconciler.handled(entries);
            if crashes && handled.len() == 20 {
                reconciler = Reconciler::new(stored.parse().expect("it was stored"), selection());
                handled.clear();
                break;
            }
        }
    }
    assert_eq!(handled, list);
    assert_eq!(reconciler.page(200, None, &page(&[]), NOW), Step::Done);
    assert_eq!(start(&reconciler), "range_start=2026-11-27T11:00:00.000Z");
}

#[test]
fn a_lost_cursor_is_told_and_goes_on_by_time() {
    for refused in [400, 404, 410, 418, 422, 499] {
        let mut reconciler = at_cursor();
        let handled = NOW - time::Duration::days(1);
        let since = handled - time::Duration::minutes(5);
        assert_eq!(
            status(&mut reconciler, refused, None),
            Step::Lost { handled, since }
        );
        assert_eq!(start(&reconciler), "range_start=2026-11-26T11:55:00.000Z");
        // This is of our making.
        assert_eq!(
            status(&mut reconciler, refused, None),
            Step::Refused { status: refused }
        );
        // So is this, as no cursor was taken since.
        let stored = handle(
            &mut reconciler,
            &page(&[&event("event_2", "2026-11-27T11:00:00.000Z")]),
        );
        assert_eq!(stored, "2026-11-27T11:00:00.000Z event_2");
        assert_eq!(
            status(&mut reconciler, refused, None),
            Step::Refused { status: refused }
        );
        assert_eq!(reconciler.page(200, None, &page(&[]), NOW), Step::Done);
        assert!(matches!(
            status(&mut reconciler, refused, None),
            Step::Lost { .. }
        ));
    }
}

#[test]
fn a_cursor_older_than_the_provider_keeps_events_loses_those_between() {
    let handled = NOW - time::Duration::days(40);
    let since = NOW - time::Duration::days(30) + time::Duration::minutes(1);
    for position in [
        Position::after("event_1", handled),
        Position::since(handled),
    ] {
        let mut reconciler = Reconciler::new(position, selection());
        assert_eq!(
            status(&mut reconciler, 400, None),
            Step::Lost { handled, since }
        );
        assert_eq!(start(&reconciler), "range_start=2026-10-28T12:01:00.000Z");
        assert_eq!(
            status(&mut reconciler, 400, None),
            Step::Refused { status: 400 }
        );
    }
}

#[test]
fn a_name_that_is_refused_is_left_out() {
    let body = br#"{"message":"Invalid name parameter, received: 'group.deleted'. You must pass in valid event names","code":"invalid_events_request"}"#;
    let mut reconciler = at_cursor();
    let step = reconciler.page(400, None, body, NOW);
    assert_eq!(step, Step::UnknownName("group.deleted".into()));
    assert_eq!(
        reconciler.next().to_string(),
        "/events?events=role.deleted&order=asc&limit=100&after=event_1"
    );
    // The same again names none that is asked for.
    assert!(matches!(
        reconciler.page(400, None, body, NOW),
        Step::Lost { .. }
    ));
    // The first that is quoted is the one that was received.
    let with_names = br#"{"message":"received: 'group.deleted'. Valid names are 'role.deleted' and 'user.created'","code":"invalid_events_request"}"#;
    let step = at_cursor().page(400, None, with_names, NOW);
    assert_eq!(step, Step::UnknownName("group.deleted".into()));
    let others: [&[u8]; 4] = [
        br#"{"message":"received: 'role.deleted'","code":"other"}"#,
        br#"{"message":"received: 'role.deleted'","code":7}"#,
        br#"{"message":"received: role.deleted","code":"invalid_events_request"}"#,
        b"'role.deleted' invalid_events_request",
    ];
    for body in others {
        assert!(matches!(
            at_cursor().page(400, None, body, NOW),
            Step::Lost { .. }
        ));
    }
}

#[test]
fn a_wrong_key_and_what_is_no_answer_of_the_api() {
    for refused in [401, 403] {
        let mut reconciler = at_cursor();
        assert_eq!(status(&mut reconciler, refused, None), Step::Unauthorized);
        assert_eq!(start(&reconciler), "after=event_1");
    }
    for refused in [0, 100, 201, 204, 301, 304, 600, u16::MAX] {
        let mut reconciler = at_cursor();
        assert_eq!(
            status(&mut reconciler, refused, None),
            Step::Refused { status: refused }
        );
        assert_eq!(start(&reconciler), "after=event_1");
    }
}

#[test]
fn too_many_requests_wait_as_they_are_told() {
    for (retry_after, seconds) in [
        (None, 60),
        (Some("7"), 7),
        (Some("0"), 1),
        (Some("3600"), 3600),
        (Some("99999999999999999999999"), 3600),
        (Some("Fri, 27 Nov 2026 12:00:09 GMT"), 9),
        (Some("Fri, 27 Nov 2026 11:00:00 GMT"), 1),
        (Some("Fri, 27 Nov 2099 12:00:00 GMT"), 3600),
        (Some("soon"), 60),
        (Some("-1"), 60),
        (Some(""), 60),
    ] {
        let mut reconciler = at_cursor();
        for _ in 0..3 {
            let step = status(&mut reconciler, 429, retry_after);
            assert_eq!(step, Step::Wait(SECOND * seconds), "{retry_after:?}");
        }
        assert_eq!(start(&reconciler), "after=event_1");
    }
}

#[test]
fn a_provider_out_of_order_is_asked_more_and_more_seldom() {
    for refused in [408, 500, 502, 503, 599] {
        let mut reconciler = at_cursor();
        for seconds in [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300] {
            let step = status(&mut reconciler, refused, None);
            assert_eq!(step, Step::Wait(SECOND * seconds));
        }
        let step = status(&mut reconciler, refused, Some("7"));
        assert_eq!(step, Step::Wait(SECOND * 7));
        assert_eq!(reconciler.page(200, None, &page(&[]), NOW), Step::Done);
        assert_eq!(status(&mut reconciler, refused, None), Step::Wait(SECOND));
        assert_eq!(reconciler.unanswered(), SECOND * 2);
        assert_eq!(start(&reconciler), "after=event_1");
    }
}

#[test]
fn what_is_no_page_is_told() {
    let mut reconciler = at_cursor();
    let bodies: [(&[u8], DecodeError); 3] = [
        (b"", DecodeError::NotJson { line: 1, column: 0 }),
        (b"<html>", DecodeError::NotJson { line: 1, column: 1 }),
        (b"{}", DecodeError::MissingField { field: "data" }),
    ];
    for ((body, error), seconds) in bodies.into_iter().zip([1, 2, 4]) {
        let wait = SECOND * seconds;
        assert_eq!(
            reconciler.page(200, None, body, NOW),
            Step::NotAPage { error, wait }
        );
    }
    assert_eq!(start(&reconciler), "after=event_1");
}

#[test]
fn a_clock_at_either_end_of_time_does_no_harm() {
    let body = page(&[&event("event_2", "2026-11-27T11:00:00.000Z")]);
    let (first, last) = (
        datetime!(-9999-01-01 0:00 UTC),
        datetime!(9999-12-31 23:59:59 UTC),
    );
    for (now, stored) in [(first, "event_1"), (last, "event_2")] {
        for overlap in [Duration::ZERO, Duration::from_secs(300), Duration::MAX] {
            let mut reconciler = at_cursor().with_overlap(overlap);
            let Step::Entries(entries) = reconciler.page(200, None, &body, now) else {
                panic!("not a page");
            };
            let stored = if overlap == Duration::MAX {
                "event_1"
            } else {
                stored
            };
            assert_eq!(entries.position().id(), Some(stored), "{now} {overlap:?}");
            reconciler.handled(entries);
            assert_eq!(start(&reconciler), "after=event_2");
        }
    }
}
