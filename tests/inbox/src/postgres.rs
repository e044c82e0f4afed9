//! The statements for PostgreSQL, as a client without any feature runs them.

use std::{ops::Deref, time::Duration};

use countersign::inbox::{Claim, postgres::*};
use tokio::time::sleep;
use tokio_postgres::{Client, Config, NoTls, Row};

use crate::Error;

/// The tables of one test.
#[derive(Clone, Debug)]
pub struct Schema {
    address: String,
    name: String,
}

impl Schema {
    /// New tables on the server that all tests share.
    pub async fn new() -> Result<Self, Error> {
        Self::at(crate::address("DATABASE_URL")).await
    }

    /// New tables on the server of this address.
    pub async fn at(address: String) -> Result<Self, Error> {
        let schema = Self::without_tables(address).await?;
        schema.connect().await?.batch_execute(CREATE).await?;
        Ok(schema)
    }

    /// A place for tables on the server of this address.
    pub async fn without_tables(address: String) -> Result<Self, Error> {
        let name = crate::name();
        let schema = Self { address, name };
        let create = format!("CREATE SCHEMA {}", schema.name);
        schema.connect().await?.batch_execute(&create).await?;
        Ok(schema)
    }

    /// What the parameter `options` of a connection has to be to find the tables.
    #[must_use]
    pub fn options(&self) -> String {
        format!("-c search_path={}", self.name)
    }

    /// A connection of its own.
    pub async fn connect(&self) -> Result<Postgres, Error> {
        let mut config: Config = self.address.parse()?;
        let (client, connection) = config.options(self.options()).connect(NoTls).await?;
        tokio::spawn(connection);
        Ok(Postgres(client))
    }
}

/// A connection.
#[derive(Debug)]
pub struct Postgres(Client);

impl Deref for Postgres {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.0
    }
}

/// What [`TAKE`] answers for an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub key: String,
    pub token: String,
    pub subject: Option<String>,
    pub body: Vec<u8>,
    pub attempts: i32,
}

/// What [`DEAD`] answers for an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dead {
    pub key: String,
    pub subject: Option<String>,
    pub body: Vec<u8>,
    pub attempts: i32,
    pub error: Option<String>,
}

type Result<T, E = tokio_postgres::Error> = std::result::Result<T, E>;

impl Postgres {
    pub async fn record(&self, key: &str) -> Result<u64> {
        self.execute(RECORD, &[&key]).await
    }

    /// The claim, and the token of a new one.
    pub async fn claim(&self, key: &str, seconds: f64) -> Result<(Claim, Option<String>)> {
        let row = self.query_one(CLAIM, &[&key, &seconds]).await?;
        let claim: &str = row.get("claim");
        let claim = claim.parse().expect("one of the three");
        Ok((claim, row.get("token")))
    }

    /// The token of a claim that has to be new.
    pub async fn claim_new(&self, key: &str, seconds: f64) -> Result<String> {
        match self.claim(key, seconds).await? {
            (Claim::New, Some(token)) => Ok(token),
            other => panic!("not new: {other:?}"),
        }
    }

    pub async fn complete(&self, key: &str, token: &str) -> Result<u64> {
        self.execute(COMPLETE, &[&key, &token]).await
    }

    pub async fn release(&self, key: &str, token: &str) -> Result<u64> {
        self.execute(RELEASE, &[&key, &token]).await
    }

    pub async fn store(&self, key: &str, subject: Option<&str>, body: &[u8]) -> Result<u64> {
        self.execute(STORE, &[&key, &subject, &body]).await
    }

    pub async fn take(&self, seconds: f64, most: i64, tries: i32) -> Result<Vec<Taken>> {
        let rows = self.query(TAKE, &[&seconds, &most, &tries]).await?;
        let taken = |row: &Row| Taken {
            key: row.get("key"),
            token: row.get("token"),
            subject: row.get("subject"),
            body: row.get("body"),
            attempts: row.get("attempts"),
        };
        Ok(rows.iter().map(taken).collect())
    }

    pub async fn fail(&self, key: &str, token: &str, why: &str, seconds: f64) -> Result<u64> {
        self.execute(FAIL, &[&key, &token, &why, &seconds]).await
    }

    pub async fn dead(&self, tries: i32) -> Result<Vec<Dead>> {
        let rows = self.query(DEAD, &[&tries]).await?;
        let dead = |row: &Row| Dead {
            key: row.get("key"),
            subject: row.get("subject"),
            body: row.get("body"),
            attempts: row.get("attempts"),
            error: row.get("error"),
        };
        Ok(rows.iter().map(dead).collect())
    }

    pub async fn revive(&self, key: &str) -> Result<u64> {
        self.execute(REVIVE, &[&key]).await
    }

    pub async fn purge(&self, seconds: f64) -> Result<u64> {
        self.execute(PURGE, &[&seconds]).await
    }

    pub async fn apply(&self, subject: &str, micros: i64, is_deleted: bool) -> Result<u64> {
        self.execute(APPLY_IF_NEWER, &[&subject, &micros, &is_deleted])
            .await
    }

    /// The number of the process that serves this connection.
    pub async fn pid(&self) -> Result<i32> {
        Ok(self.query_one("SELECT pg_backend_pid()", &[]).await?.get(0))
    }

    /// Returns when the process `waiting` waits for a lock that the process `holding` has.
    pub async fn until_blocked(&self, waiting: i32, holding: i32) -> Result<()> {
        for _ in 0..1000 {
            let row = self
                .query_one(
                    "SELECT $2 = ANY (pg_blocking_pids($1))",
                    &[&waiting, &holding],
                )
                .await?;
            if row.get(0) {
                return Ok(());
            }
            sleep(Duration::from_millis(10)).await;
        }
        panic!("it does not wait");
    }

    /// Sets when the events of objects were applied, as if the clock had been set by an hour.
    pub async fn watermarks_are_later_by_an_hour(&self) -> Result<()> {
        let update = "UPDATE webhook_watermark SET applied_at = applied_at - interval '1 hour'";
        self.execute(update, &[]).await.map(drop)
    }

    /// Sets all times of the rows, as if the clock had been set by that much the other way.
    pub async fn is_later_by(&self, seconds: f64) -> Result<()> {
        let update =
            "UPDATE webhook_inbox SET received_at = received_at - $1::float8 * interval '1 second',
            done_at = done_at - $1::float8 * interval '1 second',
            lease_until = lease_until - $1::float8 * interval '1 second'";
        self.execute(update, &[&seconds]).await.map(drop)
    }
}
