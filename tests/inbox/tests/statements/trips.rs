//! Each claim is one question and one answer, whatever comes of it.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering::Relaxed},
};

use ::redis::{Script, cmd};
use countersign::inbox::{
    Claim::{Done, InProgress, New},
    postgres::{CLAIM, RECORD},
    redis,
};
use countersign_inbox::{Error, Redis, Schema, address};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// Stands between a client and its server, and counts how often the server is asked after it has answered.
async fn counted(address: &str) -> Result<(String, Arc<AtomicU32>), Error> {
    let rest = address.rsplit('@').next().unwrap_or(address);
    let rest = rest.trim_start_matches("redis://");
    let server = rest.split('/').next().unwrap_or(rest).to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let instead = address.replace(&server, &listener.local_addr()?.to_string());
    let trips = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&trips);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(forward(client, server.clone(), Arc::clone(&count)));
        }
    });
    Ok((instead, trips))
}

async fn forward(
    mut client: TcpStream,
    server: String,
    trips: Arc<AtomicU32>,
) -> std::io::Result<()> {
    let mut server = TcpStream::connect(server).await?;
    let (mut asked, mut answered) = ([0; 65536], [0; 65536]);
    let mut is_answered = true;
    loop {
        tokio::select! {
            length = client.read(&mut asked) => match length? {
                0 => return Ok(()),
                length => {
                    if std::mem::take(&mut is_answered) {
                        trips.fetch_add(1, Relaxed);
                    }
                    server.write_all(&asked[..length]).await?;
                }
            },
            length = server.read(&mut answered) => match length? {
                0 => return Ok(()),
                length => {
                    is_answered = true;
                    client.write_all(&answered[..length]).await?;
                }
            },
        }
    }
}

#[tokio::test]
async fn of_postgresql() -> crate::Result {
    let (address, trips) = counted(&address("DATABASE_URL")).await?;
    let inbox = Schema::at(address).await?.connect().await?;
    let (record, claim) = (inbox.prepare(RECORD).await?, inbox.prepare(CLAIM).await?);
    for (key, affected) in [("recorded", 1), ("recorded", 0)] {
        let before = trips.load(Relaxed);
        assert_eq!(inbox.execute(&record, &[&key]).await?, affected);
        assert_eq!(trips.load(Relaxed) - before, 1);
    }
    for (key, answer) in [
        ("claimed", New),
        ("claimed", InProgress),
        ("recorded", Done),
    ] {
        let before = trips.load(Relaxed);
        let row = inbox.query_one(&claim, &[&key, &60.0]).await?;
        assert_eq!(trips.load(Relaxed) - before, 1, "{answer:?}");
        assert_eq!(row.get::<_, &str>("claim").parse(), Ok(answer));
    }
    Ok(())
}

#[tokio::test]
async fn of_redis() -> crate::Result {
    let (address, trips) = counted(&address("REDIS_URL")).await?;
    let mut inbox = Redis::at(address).await?;
    let _: String = cmd("SCRIPT")
        .arg("LOAD")
        .arg(redis::CLAIM)
        .query_async(&mut inbox.connection)
        .await?;
    let hash = Script::new(redis::CLAIM).get_hash().to_owned();
    let key = inbox.key("a");
    for (answer, complete) in [("new", false), ("in_progress", true), ("done", false)] {
        let before = trips.load(Relaxed);
        let claim = cmd("EVALSHA")
            .arg(&hash)
            .arg(1)
            .arg(&key)
            .arg(60_000)
            .to_owned();
        let got: Vec<String> = claim.query_async(&mut inbox.connection).await?;
        assert_eq!(trips.load(Relaxed) - before, 1, "{answer}");
        assert_eq!(got[0], answer);
        if complete {
            let token: String = cmd("GET")
                .arg(&key)
                .query_async(&mut inbox.connection)
                .await?;
            assert_eq!(inbox.complete("a", &token, 60_000).await?, 1);
        }
    }
    Ok(())
}
