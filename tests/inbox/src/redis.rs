//! The scripts for Redis.

use std::time::Duration;

use countersign::inbox::{
    Claim,
    redis::{CLAIM, COMPLETE, RELEASE},
};
use redis::{AsyncConnectionConfig, Client, RedisResult, Script, aio::MultiplexedConnection};

use crate::Error;

/// A connection, and a prefix for the keys of one test.
#[derive(Clone, Debug)]
pub struct Redis {
    /// The connection.
    pub connection: MultiplexedConnection,
    address: String,
    prefix: String,
}

impl Redis {
    /// A connection to the server that all tests share.
    pub async fn new() -> Result<Self, Error> {
        Self::at(crate::address("REDIS_URL")).await
    }

    /// A connection to the server of this address.
    pub async fn at(address: String) -> Result<Self, Error> {
        let connection = connect(&address).await?;
        let prefix = crate::name();
        Ok(Self {
            connection,
            address,
            prefix,
        })
    }

    /// Another connection, with the same keys.
    pub async fn connect(&self) -> Result<Self, Error> {
        let connection = connect(&self.address).await?;
        Ok(Self {
            connection,
            ..self.clone()
        })
    }

    /// The key, with the prefix.
    #[must_use]
    pub fn key(&self, key: &str) -> String {
        format!("{}:{key}", self.prefix)
    }

    /// The claim, and the token of a new one.
    pub async fn claim(&mut self, key: &str, millis: u64) -> RedisResult<(Claim, Option<String>)> {
        let answer: Vec<String> = Script::new(CLAIM)
            .key(self.key(key))
            .arg(millis)
            .invoke_async(&mut self.connection)
            .await?;
        let (claim, token) = match &answer[..] {
            [claim] => (claim, None),
            [claim, token] => (claim, Some(token.clone())),
            _ => panic!("neither one nor two: {answer:?}"),
        };
        Ok((claim.parse().expect("one of the three"), token))
    }

    /// The token of a claim that has to be new.
    pub async fn claim_new(&mut self, key: &str, millis: u64) -> RedisResult<String> {
        match self.claim(key, millis).await? {
            (Claim::New, Some(token)) => Ok(token),
            other => panic!("not new: {other:?}"),
        }
    }

    pub async fn complete(&mut self, key: &str, token: &str, millis: u64) -> RedisResult<u64> {
        Script::new(COMPLETE)
            .key(self.key(key))
            .arg(token)
            .arg(millis)
            .invoke_async(&mut self.connection)
            .await
    }

    pub async fn release(&mut self, key: &str, token: &str) -> RedisResult<u64> {
        Script::new(RELEASE)
            .key(self.key(key))
            .arg(token)
            .invoke_async(&mut self.connection)
            .await
    }

    /// Moves the time when the key is gone, as if the clock had been set by so many seconds.
    pub async fn is_later_by(&mut self, key: &str, seconds: i64) -> RedisResult<()> {
        let left: i64 = self.command("PTTL", key).await?;
        redis::cmd("PEXPIRE")
            .arg(self.key(key))
            .arg(left - 1000 * seconds)
            .query_async(&mut self.connection)
            .await
    }

    /// What the server answers to any other command for this key.
    pub async fn command<T: redis::FromRedisValue>(
        &mut self,
        name: &str,
        key: &str,
    ) -> RedisResult<T> {
        let key = self.key(key);
        redis::cmd(name)
            .arg(key)
            .query_async(&mut self.connection)
            .await
    }
}

async fn connect(address: &str) -> Result<MultiplexedConnection, Error> {
    // The machine may be busy, and the server writes to its disk.
    let patience = Some(Duration::from_secs(30));
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(patience)
        .set_response_timeout(patience);
    let client = Client::open(address)?;
    Ok(client
        .get_multiplexed_async_connection_with_config(&config)
        .await?)
}
