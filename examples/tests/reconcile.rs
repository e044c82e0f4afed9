//! The example `reconcile` against an Events API with faults and a PostgreSQL: ended at any point, it handles each event once.

#[path = "support/cargo.rs"]
mod cargo;
#[expect(dead_code, unreachable_pub, reason = "others use all of it")]
#[path = "../../tests/support/events_api.rs"]
mod events_api;

use std::{
    env,
    process::{Command, ExitStatus},
    thread::sleep,
    time::Duration,
};

use cargo::cargo;
use countersign::inbox::postgres::{CREATE, RECORD};
use events_api::{Listed, Provider, Random, Server};
use postgres::{Client, NoTls};
use time::OffsetDateTime;

const EVENTS: usize = 450;
const UNDECODABLE: [usize; 3] = [7, 99, 300];
/// It makes its page larger than what a client reads unless it is told to.
const LARGE: usize = 5;

/// Empties the tables of the example in the database of `DATABASE_URL`.
#[test]
#[ignore = "needs PostgreSQL, by DATABASE_URL"]
fn each_event_is_handled_once() {
    build();
    let url = env::var("DATABASE_URL").expect("DATABASE_URL");
    let mut database = Client::connect(&url, NoTls).expect("PostgreSQL");
    let drop =
        "DROP TABLE IF EXISTS webhook_inbox, workos_position, workos_events, workos_undecodable";
    database.batch_execute(drop).expect("to drop tables");

    let now = OffsetDateTime::now_utc();
    let mut provider = Provider::new(now, Random(1));
    provider.key = Some("Bearer sk_test".into());
    provider.retired = vec!["vault.kek.deleted".into()];
    for number in 0..EVENTS {
        // The last hundred are younger than the overlap.
        let age = (EVENTS - number) * if number + 100 < EVENTS { 600 } else { 2 };
        let created_at = now - Duration::from_secs(10 + age as u64);
        provider.add(listed(number, created_at));
    }
    let server = Server::start(provider);

    // A webhook was first.
    database.batch_execute(CREATE).expect("tables");
    let recorded = database.execute(RECORD, &[&"workos//event_3"]);
    assert_eq!(recorded.expect("to record one"), 1);

    for milliseconds in [60, 90, 120] {
        let mut example = example(&server).spawn().expect("the example");
        sleep(Duration::from_millis(milliseconds));
        example.kill().expect("to kill it");
        example.wait().expect("to wait for it");
    }
    assert!(run(&server).success());
    let expected: Vec<String> = (0..EVENTS)
        .filter(|number| *number != 3 && !UNDECODABLE.contains(number))
        .map(|number| format!("event_{number}"))
        .collect();
    assert_eq!(handled(&mut database), expected);
    let undecodable = "SELECT count(*) FROM workos_undecodable";
    let count: i64 = database
        .query_one(undecodable, &[])
        .expect("a count")
        .get(0);
    assert_eq!(count, 3);

    // One more, and one that comes late, before many that are handled.
    let late = now - Duration::from_secs(100);
    server.provider().add(listed(
        EVENTS,
        OffsetDateTime::now_utc() - Duration::from_secs(6),
    ));
    server.provider().add(listed(EVENTS + 1, late));
    server.provider().now = OffsetDateTime::now_utc();
    assert!(run(&server).success());
    assert_eq!(handled(&mut database).len(), expected.len() + 2);

    // And a key that is wrong is told.
    server.provider().key = Some("Bearer another".into());
    assert_eq!(run(&server).code(), Some(1));
}

fn listed(number: usize, created_at: OffsetDateTime) -> Listed {
    let id = format!("event_{number}");
    let time = created_at.format(&time::format_description::well_known::Rfc3339);
    let time = time.expect("a time");
    let data = match number {
        LARGE => format!(r#"{{"slug":"admin","name":"{}"}}"#, "x".repeat(11 << 20)),
        _ if UNDECODABLE.contains(&number) => "[]".into(),
        _ => r#"{"slug":"admin"}"#.into(),
    };
    Listed {
        json: format!(
            r#"{{"object":"event","id":"{id}","event":"role.deleted","created_at":"{time}","data":{data}}}"#
        ),
        id,
        name: "role.deleted",
        created_at,
        listed_at: created_at,
    }
}

fn example(server: &Server) -> Command {
    // Tests are beside the directory of the examples.
    let test = env::current_exe().expect("a path");
    let built = test.ancestors().nth(2).expect("a directory");
    let mut example = Command::new(built.join("examples/reconcile"));
    example
        .env("WORKOS_API_URL", format!("http://{}", server.address))
        .env("WORKOS_API_KEY", "sk_test");
    example
}

fn build() {
    let arguments = [
        "build",
        "--locked",
        "--example=reconcile",
        "--features=reconcile",
    ];
    let directory = env!("CARGO_MANIFEST_DIR");
    let built = cargo().args(arguments).current_dir(directory).status();
    assert!(built.expect("cargo runs").success());
}

fn run(server: &Server) -> ExitStatus {
    example(server).status().expect("the example")
}

/// In the order of their numbers.
fn handled(database: &mut Client) -> Vec<String> {
    let select = "SELECT id FROM workos_events ORDER BY substr(id, 7)::int";
    let rows = database.query(select, &[]).expect("rows");
    rows.iter().map(|row| row.get(0)).collect()
}
