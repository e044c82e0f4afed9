//! Statements for PostgreSQL, 13 or newer, for any client.
//!
//! Parameters are texts, integers, doubles and bytes, and so are the columns of the answers, so that a client needs no
//! feature for them. Times are those of the database alone: the clocks of your machines play no part. If its clock is set
//! forward, leases run out early, and what was under way may be handled again, as it may after a crash; if it is set back,
//! they last longer by as much, and duplicates are told [`InProgress`](super::Claim::InProgress) until then.
//!
//! Each happens whole or not at all. One that the server has ended, as by `statement_timeout`, has not happened; one that the
//! client no longer waits for may yet. So set `statement_timeout`, and answer 503 when it ends a statement: what is not known to be
//! handled has to be delivered again.
//!
//! What is committed is kept as the server keeps it. With `synchronous_commit` or `fsync` off a crash of the server loses what it
//! has committed last, and so does a failover to a replica that is behind, unless replication is synchronous. An event that was
//! stored or handled, and answered 200, can be lost so: nobody delivers it again.
//!
//! The tables are found by the `search_path`. A row is used in one of the three ways: name an endpoint in the key
//! ([`InboxKey::at_endpoint`](super::InboxKey::at_endpoint)) if you handle one event in two. [`RECORD`] and [`STORE`] take for a
//! duplicate what was claimed or stored, also if it was given back or its lease has run out: before a service changes from one
//! way to another, no row may be without a `done_at`.

/// Makes the tables, where they are missing. It takes no parameters and is several statements: `batch_execute`, `raw_sql` or
/// `psql --single-transaction` run them, also on many machines at once. Or put it into your migrations.
///
/// - `webhook_inbox` has a row for each event: when it was received (`received_at`) and handled (`done_at`), who handles it
///   (`token`) and until when (`lease_until`); if it is queued, its place (`position`), its object (`subject`), its `body` until it
///   is handled, how often that was begun (`attempts`) and why it failed last (`error`).
/// - `webhook_watermark` has a row for each object of [`APPLY_IF_NEWER`].
pub const CREATE: &str = "\
SELECT pg_advisory_xact_lock(hashtext('webhook_inbox'));
CREATE SEQUENCE IF NOT EXISTS webhook_inbox_queue;
CREATE TABLE IF NOT EXISTS webhook_inbox (
    key text COLLATE \"C\" PRIMARY KEY,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    done_at timestamptz,
    token text,
    lease_until timestamptz NOT NULL DEFAULT '-infinity',
    position bigint,
    subject text COLLATE \"C\",
    body bytea,
    attempts integer NOT NULL DEFAULT 0,
    error text
);
DO $$ BEGIN
    -- To ask for an index that is there waits for every open transaction, and holds up all others meanwhile.
    IF to_regclass('webhook_inbox_subject') IS NULL THEN
        CREATE INDEX webhook_inbox_position ON webhook_inbox (position) WHERE body IS NOT NULL;
        CREATE INDEX webhook_inbox_subject ON webhook_inbox (subject, position) WHERE body IS NOT NULL;
    END IF;
END $$;
CREATE TABLE IF NOT EXISTS webhook_watermark (
    subject text COLLATE \"C\" PRIMARY KEY,
    occurred_at timestamptz NOT NULL,
    is_deleted boolean NOT NULL,
    applied_at timestamptz NOT NULL
);
";

/// *In one transaction*: records that the event is handled, within the transaction of its effects.
///
/// - `$1`, text: the key.
///
/// One row is affected: it is the first, go on. None: it is a duplicate, end the transaction and answer 200. While another
/// transaction has recorded the same key and is still open, this waits; if that one commits, this is a duplicate, and if it
/// rolls back or its machine dies, this is the first.
///
/// It has to come before the effects, and at the isolation level `READ COMMITTED`, which is the default. At a higher one a
/// duplicate may end in error 40001 in place of no row, and no effect is done twice there either.
pub const RECORD: &str = "\
INSERT INTO webhook_inbox (key, done_at) VALUES ($1, clock_timestamp())
ON CONFLICT (key) DO NOTHING";

/// *Leased*: asks to handle the event for some time.
///
/// - `$1`, text: the key.
/// - `$2`, double: for how many seconds. Longer than the handling can take: give that a timeout, and this a margin.
///
/// One row, always: `claim`, a text for [`Claim`](super::Claim), and `token`, a text that only a `new` one has: the number of its
/// transaction. Keep it for [`COMPLETE`] and [`RELEASE`].
///
/// It is to be committed before the work begins, or others wait for it in place of being told
/// [`InProgress`](super::Claim::InProgress). They are told so too if the event is done in the same moment. As [`RECORD`], it is for
/// `READ COMMITTED`.
///
/// A lease that has run out goes to the next who asks. What the first one does after that cannot be stopped from here:
/// effects elsewhere may then happen twice, so hand on the key as *their* idempotency key, where there is such a thing.
pub const CLAIM: &str = "\
WITH known AS (
    SELECT CASE WHEN done_at IS NULL THEN 'in_progress' ELSE 'done' END AS claim FROM webhook_inbox
    WHERE key = $1 AND (done_at IS NOT NULL OR body IS NOT NULL OR lease_until >= statement_timestamp())
), claimed AS (
    INSERT INTO webhook_inbox AS inbox (key, token, lease_until)
    SELECT $1, pg_current_xact_id()::text, clock_timestamp() + $2::float8 * interval '1 second'
    WHERE NOT EXISTS (SELECT FROM known)
    ON CONFLICT (key) DO UPDATE SET token = excluded.token, lease_until = excluded.lease_until
    WHERE inbox.done_at IS NULL AND inbox.body IS NULL AND inbox.lease_until < statement_timestamp()
    RETURNING token
)
SELECT
    coalesce((SELECT 'new' FROM claimed), (SELECT claim FROM known), 'in_progress') AS claim,
    (SELECT token FROM claimed) AS token";

/// *Leased* and *queued*: records that the event is handled. Its body is removed from the queue.
///
/// - `$1`, text: the key.
/// - `$2`, text: the token of [`CLAIM`] or [`TAKE`].
///
/// One row is affected: it is recorded, even if the lease had run out and nobody has asked since. None: somebody else has the
/// event, or it is handled or given back already. Within the transaction of the effects, roll that back then: so they happen
/// once.
pub const COMPLETE: &str = "\
UPDATE webhook_inbox SET done_at = clock_timestamp(), token = NULL, body = NULL, error = NULL
WHERE key = $1 AND token = $2";

/// *Leased* and *queued*: gives back what was not handled, so that it can be asked for at once. In the queue the attempt is
/// not counted.
///
/// - `$1`, text: the key.
/// - `$2`, text: the token of [`CLAIM`] or [`TAKE`].
///
/// One row is affected: it is given back. None: somebody else has it, or it is handled or given back already.
pub const RELEASE: &str = "\
UPDATE webhook_inbox SET token = NULL, lease_until = '-infinity', attempts = greatest(attempts - 1, 0)
WHERE key = $1 AND token = $2";

/// *Queued*: stores a verified delivery, before it is answered.
///
/// - `$1`, text: the key.
/// - `$2`, text or `NULL`: the object that it is about, the same text as for [`APPLY_IF_NEWER`]. What is about the same object
///   is taken one after the other.
/// - `$3`, bytea: the body.
///
/// One row is affected: it is stored. None: it was before, and may have been handled. Answer 200 to both, and anything that
/// makes the provider deliver it again, such as 503, to an error.
pub const STORE: &str = "\
INSERT INTO webhook_inbox (key, position, subject, body)
VALUES ($1, nextval('webhook_inbox_queue'), $2, $3)
ON CONFLICT (key) DO NOTHING";

/// *Queued*: takes what waits, the oldest first, for some time. It is to be committed before the work begins.
///
/// - `$1`, double: for how many seconds, as in [`CLAIM`].
/// - `$2`, integer of 8 bytes: how many at most.
/// - `$3`, integer of 4 bytes: how often an event is tried before it is a dead letter.
///
/// A row for each: `key`, `token`, `subject`, `body`, and `attempts`, which counts this one. Then [`COMPLETE`], [`FAIL`] or
/// [`RELEASE`]. Any number of workers may ask at once, on any number of machines; what one has, the others pass over without
/// waiting.
///
/// Of one object, only the oldest event is taken, and the next when that is handled or dead. The order is that in which they
/// were stored; two that are stored at the same moment can come in either. Two can be under way at once in one case: the earlier one
/// is committed, or a dead letter is revived, in the moment in which another worker takes the later one. The provider's own
/// order is for [`APPLY_IF_NEWER`].
///
/// Who is stopped in the middle, loses no event: it is taken again when the lease has run out. As each start is counted, an
/// event that kills its worker becomes a dead letter too.
pub const TAKE: &str = "\
WITH next AS (
    SELECT key FROM webhook_inbox AS waiting
    WHERE body IS NOT NULL AND attempts < $3::int4 AND lease_until < statement_timestamp()
        AND NOT EXISTS (
            SELECT FROM webhook_inbox AS other
            WHERE other.subject = waiting.subject AND other.body IS NOT NULL AND other.key <> waiting.key
                AND (
                    other.position < waiting.position AND other.attempts < $3::int4
                    OR other.token IS NOT NULL AND other.lease_until >= statement_timestamp()
                )
        )
    ORDER BY position
    LIMIT $2::int8
    FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE webhook_inbox AS inbox
    SET token = pg_current_xact_id()::text,
        lease_until = clock_timestamp() + $1::float8 * interval '1 second',
        attempts = attempts + 1
    FROM next WHERE inbox.key = next.key
    RETURNING inbox.key, inbox.token, inbox.subject, inbox.body, inbox.attempts, inbox.position
)
SELECT key, token, subject, body, attempts FROM taken ORDER BY position";

/// *Queued*: gives back what failed, to be tried again later.
///
/// - `$1`, text: the key.
/// - `$2`, text: the token of [`TAKE`].
/// - `$3`, text: why, for [`DEAD`]. It stays in the table until the event is handled: no secrets, please.
/// - `$4`, double: after how many seconds for the first time. That doubles each time, up to an hour; of the result, half is
///   left to chance, so that what failed together is not tried together.
///
/// One row is affected: it is given back. None: somebody else has it, or it is handled or given back already.
///
/// Meanwhile the later events of the same object wait. After the last attempt nothing is tried again: it is a dead letter, and
/// they go on.
pub const FAIL: &str = "\
UPDATE webhook_inbox
SET token = NULL,
    lease_until = clock_timestamp() + least($4::float8 * power(2, least(attempts, 30) - 1), 3600)
        * (0.5 + random() / 2) * interval '1 second',
    error = $3
WHERE key = $1 AND token = $2";

/// *Queued*: the dead letters, the oldest first. They stay until somebody revives or deletes them.
///
/// - `$1`, integer of 4 bytes: how often an event is tried, as in [`TAKE`].
///
/// A row for each: `key`, `subject`, `body`, `attempts`, and `error`, which is `NULL` if its worker never told.
pub const DEAD: &str = "\
SELECT key, subject, body, attempts, error FROM webhook_inbox
WHERE body IS NOT NULL AND attempts >= $1::int4 AND (token IS NULL OR lease_until < statement_timestamp())
ORDER BY position";

/// *Queued*: lets a dead letter be tried again, as often as a new event.
///
/// - `$1`, text: the key.
///
/// One row is affected: it waits again. None: there is no such event in the queue, or somebody has it.
pub const REVIVE: &str = "\
UPDATE webhook_inbox SET token = NULL, lease_until = '-infinity', attempts = 0
WHERE key = $1 AND body IS NOT NULL AND (token IS NULL OR lease_until < statement_timestamp())";

/// Forgets what is over for long enough, to be run once a day. What waits and the dead letters stay, and with them what
/// [`APPLY_IF_NEWER`] remembers of their objects, so that one which is revived after years is still told to be late.
///
/// - `$1`, double: for how many seconds. Longer than anything can come again: for WorkOS, which delivers again for three days
///   and hands out events for 30, some 90 days (`7_776_000.0`). What a provider that signs no time has delivered can be sent
///   again for ever by whoever has seen it: there, do not purge, or refuse first what is old by a time in the body.
///
/// As many rows are affected as events are forgotten.
pub const PURGE: &str = "\
WITH old AS (
    DELETE FROM webhook_watermark AS watermark
    WHERE applied_at < statement_timestamp() - $1::float8 * interval '1 second'
        AND NOT EXISTS (SELECT FROM webhook_inbox WHERE subject = watermark.subject AND body IS NOT NULL)
)
DELETE FROM webhook_inbox
WHERE body IS NULL
    AND greatest(coalesce(done_at, lease_until), received_at) < statement_timestamp() - $1::float8 * interval '1 second'";

/// Asks whether an event tells something newer of its object than what was applied before, and remembers it if so. It
/// belongs in the transaction of the effects.
///
/// - `$1`, text: the object, such as the text of a `workos::Subject`. If the table is for several endpoints, environments
///   or tenants, the name of that first, such as `staging/role:admin`: two of them can have an object of the same name.
/// - `$2`, integer of 8 bytes: when the event happened, in microseconds since 1970.
/// - `$3`, boolean: whether it tells that the object is deleted.
///
/// One row is affected: apply it. None: it is late, and the object has changed or is deleted since. Count it as handled.
///
/// Of two events of the same time the deletion counts, and otherwise the one that arrives last. An object that is made again
/// under the same id after a deletion is newer than that, and is applied.
pub const APPLY_IF_NEWER: &str = "\
INSERT INTO webhook_watermark AS watermark (subject, occurred_at, is_deleted, applied_at)
VALUES ($1, timestamptz 'epoch' + $2::int8 * interval '1 microsecond', $3, clock_timestamp())
ON CONFLICT (subject) DO UPDATE
SET occurred_at = excluded.occurred_at, is_deleted = excluded.is_deleted, applied_at = excluded.applied_at
WHERE (watermark.occurred_at, watermark.is_deleted) <= (excluded.occurred_at, excluded.is_deleted)";
