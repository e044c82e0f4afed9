//! Scripts for Redis 5 or newer and what speaks like it, for `EVAL` or `EVALSHA`: the leased way.
//!
//! Each takes one key: the text of an [`InboxKey`](super::InboxKey), with a prefix of yours if the database is shared. So they
//! work in a cluster. Times are those of the server alone: if its clock is set forward, leases run out early, and what was
//! under way may be handled again, as it may after a crash; if it is set back, they last longer by as much, and duplicates
//! are told [`InProgress`](super::Claim::InProgress) until then.
//!
//! Each happens whole or not at all, also if the client no longer waits for the answer: a claim whose answer is lost is
//! [`InProgress`](super::Claim::InProgress) until its lease runs out.
//!
//! Redis may forget: without `appendfsync always` a crash of the server, and with replicas a failover, loses what it
//! has answered last, and with a `maxmemory-policy` other than `noeviction` it drops keys when memory is short. What
//! is delivered again after that is handled again. Where that is not to be, use PostgreSQL.

/// Asks to handle the event for some time.
///
/// - `KEYS[1]`: the key.
/// - `ARGV[1]`: for how many milliseconds. Longer than the handling can take: give that a timeout, and this a margin.
///
/// A list: a text for [`Claim`](super::Claim), and if it is `new`, a token too. Keep that for [`COMPLETE`] and [`RELEASE`]. It is
/// the server's time in microseconds: two leases of a key that follow each other have the same one only if the clock was
/// set back meanwhile, by just that time.
///
/// A lease that has run out goes to the next who asks. What the first one does after that cannot be stopped from here:
/// the effects may then happen twice, so hand on the key as *their* idempotency key, where there is such a thing.
pub const CLAIM: &str = "\
local held = redis.call('GET', KEYS[1])
if held then return {held == 'done' and 'done' or 'in_progress'} end
local time = redis.call('TIME')
local token = time[1] .. '.' .. time[2]
redis.call('SET', KEYS[1], token, 'PX', ARGV[1])
return {'new', token}";

/// Records that the event is handled.
///
/// - `KEYS[1]`: the key.
/// - `ARGV[1]`: the token of [`CLAIM`].
/// - `ARGV[2]`: for how many milliseconds it is remembered. Longer than anything can come again: for WorkOS, which delivers
///   again for three days and hands out events for 30, some 90 days (`7776000000`). What a provider that signs no time has
///   delivered can be sent again for ever by whoever has seen it: refuse first what is old by a time in the body.
///
/// 1: it is recorded, even if the lease had run out and nobody has it now. 0: somebody else has the event, or it is handled.
pub const COMPLETE: &str = "\
local token = redis.call('GET', KEYS[1])
if token and token ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], 'done', 'PX', ARGV[2])
return 1";

/// Gives back what was not handled, so that it can be asked for at once.
///
/// - `KEYS[1]`: the key.
/// - `ARGV[1]`: the token of [`CLAIM`].
///
/// 1: it is given back. 0: the lease had run out, and somebody else may have it, or it is handled.
pub const RELEASE: &str = "\
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])";
