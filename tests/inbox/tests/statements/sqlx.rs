//! The same statements through another client, with the types that the documentation tells and nothing else.

use countersign::inbox::{Claim, postgres::*};
use countersign_inbox::{Schema, address};
use sqlx::{
    PgPool, Row,
    postgres::{PgConnectOptions, PgPoolOptions},
    query, query_as, raw_sql,
};

async fn pool(schema: &Schema) -> Result<PgPool, sqlx::Error> {
    let search_path = schema
        .options()
        .trim_start_matches("-c search_path=")
        .to_owned();
    let options: PgConnectOptions = address("DATABASE_URL").parse()?;
    PgPoolOptions::new()
        .max_connections(2)
        .connect_with(options.options([("search_path", search_path)]))
        .await
}

#[tokio::test]
async fn every_statement() -> crate::Result {
    let schema = Schema::without_tables(address("DATABASE_URL")).await?;
    let pool = pool(&schema).await?;
    raw_sql(CREATE).execute(&pool).await?;

    let mut tx = pool.begin().await?;
    assert_eq!(
        query(RECORD)
            .bind("a")
            .execute(&mut *tx)
            .await?
            .rows_affected(),
        1
    );
    assert_eq!(
        query(APPLY_IF_NEWER)
            .bind("x")
            .bind(1_i64)
            .bind(false)
            .execute(&mut *tx)
            .await?
            .rows_affected(),
        1
    );
    tx.commit().await?;
    assert_eq!(
        query(RECORD)
            .bind("a")
            .execute(&pool)
            .await?
            .rows_affected(),
        0
    );

    let claim = async |key: &str| -> Result<(Claim, Option<String>), countersign_inbox::Error> {
        let row = query(CLAIM).bind(key).bind(60.0).fetch_one(&pool).await?;
        Ok((row.get::<String, _>("claim").parse()?, row.get("token")))
    };
    assert_eq!(claim("a").await?, (Claim::Done, None));
    let (Claim::New, Some(token)) = claim("b").await? else {
        panic!("not new")
    };
    assert_eq!(claim("b").await?, (Claim::InProgress, None));
    assert_eq!(
        query(RELEASE)
            .bind("b")
            .bind(&token)
            .execute(&pool)
            .await?
            .rows_affected(),
        1
    );
    let (Claim::New, Some(token)) = claim("b").await? else {
        panic!("not new")
    };
    assert_eq!(
        query(COMPLETE)
            .bind("b")
            .bind(&token)
            .execute(&pool)
            .await?
            .rows_affected(),
        1
    );

    let store = query(STORE).bind("c").bind(None::<String>).bind(&b"{}"[..]);
    assert_eq!(store.execute(&pool).await?.rows_affected(), 1);
    type Taken = (String, String, Option<String>, Vec<u8>, i32);
    let taken: Vec<Taken> = query_as(TAKE)
        .bind(60.0)
        .bind(10_i64)
        .bind(1_i32)
        .fetch_all(&pool)
        .await?;
    let [(key, token, None, body, 1)] = &taken[..] else {
        panic!("{taken:?}")
    };
    assert_eq!((key.as_str(), &body[..]), ("c", &b"{}"[..]));
    let fail = query(FAIL).bind(key).bind(token).bind("why").bind(10.0);
    assert_eq!(fail.execute(&pool).await?.rows_affected(), 1);
    type Dead = (String, Option<String>, Vec<u8>, i32, Option<String>);
    let dead: Vec<Dead> = query_as(DEAD).bind(1_i32).fetch_all(&pool).await?;
    assert_eq!(
        dead,
        [("c".into(), None, b"{}".into(), 1, Some("why".into()))]
    );
    assert_eq!(
        query(REVIVE)
            .bind("c")
            .execute(&pool)
            .await?
            .rows_affected(),
        1
    );
    assert_eq!(
        query(PURGE)
            .bind(-1.0)
            .execute(&pool)
            .await?
            .rows_affected(),
        2
    );
    Ok(())
}
