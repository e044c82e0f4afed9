use std::{collections::HashSet, time::Duration};

use countersign::inbox::{
    Claim::{Done, InProgress, New},
    redis::{CLAIM, COMPLETE, RELEASE},
};
use countersign_inbox::Redis;
use futures_util::future::try_join_all;
use redis::{Script, cmd, pipe};
use tokio::time::sleep;

const MINUTE: u64 = 60_000;

#[tokio::test]
async fn in_each_state() -> crate::Result {
    let mut inbox = Redis::new().await?;
    let first = inbox.claim_new("a", MINUTE).await?;
    assert_eq!(inbox.claim("a", MINUTE).await?, (InProgress, None));
    assert_eq!(inbox.complete("a", "another", MINUTE).await?, 0);
    assert_eq!(inbox.release("a", "another").await?, 0);
    assert_eq!(inbox.release("b", &first).await?, 0);
    assert_eq!(inbox.claim("a", MINUTE).await?, (InProgress, None));

    assert_eq!(inbox.release("a", &first).await?, 1);
    assert_eq!(inbox.release("a", &first).await?, 0);
    let second = inbox.claim_new("a", MINUTE).await?;
    assert_ne!(first, second);
    assert_eq!(inbox.complete("a", &first, MINUTE).await?, 0);
    assert_eq!(inbox.release("a", &first).await?, 0);
    assert_eq!(inbox.complete("a", &second, MINUTE).await?, 1);
    assert_eq!(inbox.claim("a", MINUTE).await?, (Done, None));
    assert_eq!(inbox.complete("a", &second, MINUTE).await?, 0);
    assert_eq!(inbox.release("a", &second).await?, 0);
    assert_eq!(inbox.claim("a", MINUTE).await?, (Done, None));
    Ok(())
}

#[tokio::test]
async fn keys_of_any_text() -> crate::Result {
    let mut inbox = Redis::new().await?;
    let longest = "k".repeat(770);
    for key in [&longest, "it's", "\"", "\\", "ä", "%", "A", "a", "{a}"] {
        let token = inbox.claim_new(key, MINUTE).await?;
        assert_eq!(inbox.complete(key, &token, MINUTE).await?, 1, "{key}");
        assert_eq!(inbox.claim(key, MINUTE).await?, (Done, None), "{key}");
    }
    Ok(())
}

#[tokio::test]
async fn a_lease_that_has_run_out() -> crate::Result {
    let mut inbox = Redis::new().await?;
    let first = inbox.claim_new("a", 1).await?;
    gone(&mut inbox, "a").await?;
    let second = inbox.claim_new("a", MINUTE).await?;
    assert_ne!(first, second);
    assert_eq!(inbox.complete("a", &first, MINUTE).await?, 0);
    assert_eq!(inbox.release("a", &first).await?, 0);
    assert_eq!(inbox.claim("a", MINUTE).await?, (InProgress, None));
    assert_eq!(inbox.complete("a", &second, MINUTE).await?, 1);

    // Nobody has asked for it meanwhile.
    let late = inbox.claim_new("b", 1).await?;
    gone(&mut inbox, "b").await?;
    assert_eq!(inbox.complete("b", &late, MINUTE).await?, 1);
    assert_eq!(inbox.claim("b", MINUTE).await?, (Done, None));
    let late = inbox.claim_new("c", 1).await?;
    gone(&mut inbox, "c").await?;
    assert_eq!(inbox.release("c", &late).await?, 0);
    inbox.claim_new("c", MINUTE).await?;
    Ok(())
}

/// Returns when the key is gone.
async fn gone(inbox: &mut Redis, key: &str) -> crate::Result {
    while inbox.command::<bool>("EXISTS", key).await? {
        sleep(Duration::from_millis(1)).await;
    }
    Ok(())
}

#[tokio::test]
async fn the_times_are_as_told() -> crate::Result {
    let mut inbox = Redis::new().await?;
    let token = inbox.claim_new("a", 90_500).await?;
    let left: u64 = inbox.command("PTTL", "a").await?;
    assert!((80_000..=90_500).contains(&left), "{left}");
    assert_eq!(inbox.complete("a", &token, 7_776_000_000).await?, 1);
    let left: u64 = inbox.command("PTTL", "a").await?;
    assert!((7_775_990_000..=7_776_000_000).contains(&left), "{left}");
    // A duplicate does not make it last longer, nor shorter.
    let token = inbox.claim_new("b", MINUTE).await?;
    assert_eq!(inbox.claim("b", 2 * MINUTE).await?, (InProgress, None));
    let left: u64 = inbox.command("PTTL", "b").await?;
    assert!((50_000..=60_000).contains(&left), "{left}");
    assert_eq!(inbox.complete("b", &token, 1).await?, 1);
    gone(&mut inbox, "b").await?;
    inbox.claim_new("b", MINUTE).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn by_fifty_at_once() -> crate::Result {
    let first = Redis::new().await?;
    let mut connections = try_join_all((0..50).map(|_| first.connect())).await?;
    for round in 0..100 {
        let key = format!("round {round}");
        let claims = try_join_all(
            connections
                .iter_mut()
                .map(|inbox| inbox.claim(&key, MINUTE)),
        )
        .await?;
        let tokens: Vec<_> = claims
            .iter()
            .filter_map(|(_, token)| token.as_deref())
            .collect();
        assert_eq!(
            claims.iter().filter(|(claim, _)| *claim == New).count(),
            1,
            "{key}"
        );
        assert_eq!(
            claims
                .iter()
                .filter(|(claim, _)| *claim == InProgress)
                .count(),
            49,
            "{key}"
        );
        assert_eq!(tokens.len(), 1, "{key}");
        assert_eq!(connections[1].complete(&key, tokens[0], MINUTE).await?, 1);
        let claims = try_join_all(
            connections
                .iter_mut()
                .map(|inbox| inbox.claim(&key, MINUTE)),
        )
        .await?;
        assert!(claims.iter().all(|claim| *claim == (Done, None)), "{key}");
    }
    Ok(())
}

/// A lease runs out while fifty ask for it again and again: one of them gets it.
#[tokio::test(flavor = "multi_thread")]
async fn by_fifty_when_it_runs_out() -> crate::Result {
    let mut first = Redis::new().await?;
    let mut connections = try_join_all((0..50).map(|_| first.connect())).await?;
    first.claim_new("a", 300).await?;
    let got = try_join_all(connections.iter_mut().map(|inbox| async {
        loop {
            match inbox.claim("a", MINUTE).await? {
                (New, _) => return Ok::<_, countersign_inbox::Error>(1),
                (InProgress, None) => {}
                other => panic!("{other:?}"),
            }
            if inbox.command::<i64>("PTTL", "a").await? > 5000 {
                return Ok(0);
            }
        }
    }))
    .await?;
    assert_eq!(got.iter().sum::<i32>(), 1);
    Ok(())
}

#[tokio::test]
async fn by_eval() -> crate::Result {
    let mut inbox = Redis::new().await?;
    let key = inbox.key("a");
    let eval = |script: &str| cmd("EVAL").arg(script).arg(1).arg(&key).to_owned();
    let answer: Vec<String> = eval(CLAIM)
        .arg(MINUTE)
        .query_async(&mut inbox.connection)
        .await?;
    let [claim, token] = &answer[..] else {
        panic!("{answer:?}")
    };
    assert_eq!(claim, "new");
    let answer: Vec<String> = eval(CLAIM)
        .arg(MINUTE)
        .query_async(&mut inbox.connection)
        .await?;
    assert_eq!(answer, ["in_progress"]);
    let answer: u64 = eval(RELEASE)
        .arg(token)
        .query_async(&mut inbox.connection)
        .await?;
    assert_eq!(answer, 1);
    let answer: Vec<String> = eval(CLAIM)
        .arg(MINUTE)
        .query_async(&mut inbox.connection)
        .await?;
    let answer: u64 = eval(COMPLETE)
        .arg(&answer[1])
        .arg(MINUTE)
        .query_async(&mut inbox.connection)
        .await?;
    assert_eq!(answer, 1);
    let answer: Vec<String> = eval(CLAIM)
        .arg(MINUTE)
        .query_async(&mut inbox.connection)
        .await?;
    assert_eq!(answer, ["done"]);
    Ok(())
}

/// Nothing is faster than a pipeline: no two claims that follow each other have the same token.
#[tokio::test]
async fn tokens_differ() -> crate::Result {
    let mut inbox = Redis::new().await?;
    let key = inbox.key("a");
    let (claim, load) = (
        Script::new(CLAIM),
        cmd("SCRIPT").arg("LOAD").arg(CLAIM).to_owned(),
    );
    let _: String = load.query_async(&mut inbox.connection).await?;
    let mut tokens = HashSet::new();
    for _ in 0..20 {
        let mut pipeline = pipe();
        for _ in 0..500 {
            pipeline
                .cmd("EVALSHA")
                .arg(claim.get_hash())
                .arg(1)
                .arg(&key)
                .arg(MINUTE);
            pipeline.cmd("DEL").arg(&key).ignore();
        }
        let answers: Vec<Vec<String>> = pipeline.query_async(&mut inbox.connection).await?;
        tokens.extend(answers.into_iter().map(|answer| answer[1].clone()));
    }
    assert_eq!(tokens.len(), 10_000);
    Ok(())
}

/// What a cluster asks of a script: that it touches the keys that it is told, here one.
#[tokio::test]
async fn of_one_key() {
    for script in [CLAIM, COMPLETE, RELEASE] {
        assert_eq!(
            script.matches("KEYS[").count(),
            script.matches("KEYS[1]").count()
        );
        let calls: Vec<_> = script
            .match_indices("redis.call(")
            .map(|(at, _)| &script[at..])
            .collect();
        for call in calls {
            assert!(
                call.starts_with("redis.call('TIME')") || call.contains("', KEYS[1]"),
                "{call}"
            );
        }
    }
}
