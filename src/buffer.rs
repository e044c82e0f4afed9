//! The body of a request, as long as nobody knows whether it is genuine: bounded by itself, and together with all others that
//! are being read.

use core::{
    mem,
    sync::atomic::{AtomicUsize, Ordering},
};

use bytes::{Buf, BufMut, Bytes, BytesMut};

use crate::Rejection;

/// How large a body may be unless the service says otherwise, in bytes.
pub(crate) const DEFAULT_LIMIT: usize = 1024 * 1024;

/// How much of a body every request may have in memory. What is larger draws on [`SHARED`]: so small deliveries, which
/// nearly all are, come through while somebody sends large bodies.
const OWN: usize = 64 * 1024;

/// How much all bodies of the process may have in memory at once beyond [`OWN`]. One of them may have more, where there is no other.
const SHARED: usize = 16 * 1024 * 1024;

/// What is drawn of [`SHARED`].
static DRAWN: AtomicUsize = AtomicUsize::new(0);

/// What has come in of a body. If that is one piece, it is not copied.
pub(crate) struct Buffer {
    limit: usize,
    first: Bytes,
    joined: BytesMut,
    drawn: Drawn,
}

impl Buffer {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            first: Bytes::new(),
            joined: BytesMut::new(),
            drawn: Drawn(0),
        }
    }

    /// Fails if so many bytes are to come that it would be too many, before any of them is read. Not every body counts down what is
    /// to come, so what has come in is not added.
    pub(crate) fn announce(&self, announced: u64) -> Result<(), Rejection> {
        match usize::try_from(announced) {
            Ok(announced) if announced <= self.limit => Ok(()),
            _ => Err(Rejection::BodyTooLarge),
        }
    }

    pub(crate) fn push(&mut self, mut piece: impl Buf) -> Result<(), Rejection> {
        let length = self.len().saturating_add(piece.remaining());
        if length > self.limit {
            return Err(Rejection::BodyTooLarge);
        }
        self.drawn.raise_to(length.saturating_sub(OWN))?;
        if self.len() == 0 {
            self.first = piece.copy_to_bytes(piece.remaining()); // which copies no `Bytes`
            return Ok(());
        }
        let first = mem::take(&mut self.first);
        self.joined.extend_from_slice(&first);
        self.joined.put(piece);
        Ok(())
    }

    /// The whole body. It counts until the buffer is dropped.
    pub(crate) fn take(&mut self) -> Bytes {
        let first = mem::take(&mut self.first);
        if self.joined.is_empty() {
            first
        } else {
            mem::take(&mut self.joined).freeze()
        }
    }

    fn len(&self) -> usize {
        self.first.len().max(self.joined.len())
    }
}

/// What one body has drawn of [`SHARED`], and gives back in the end.
struct Drawn(usize);

impl Drawn {
    fn raise_to(&mut self, amount: usize) -> Result<(), Rejection> {
        let more = amount.saturating_sub(self.0);
        if more == 0 {
            return Ok(());
        }
        let is_alone = |all: usize| all == self.0;
        let draw = |all: usize| {
            let after = all.checked_add(more)?;
            (after <= SHARED || is_alone(all)).then_some(after)
        };
        DRAWN
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, draw)
            .map_err(|_all| Rejection::Overloaded)?;
        self.0 = amount;
        Ok(())
    }
}

impl Drop for Drawn {
    fn drop(&mut self) {
        // Most have not, and need not wait for other threads.
        if self.0 > 0 {
            DRAWN.fetch_sub(self.0, Ordering::Relaxed);
        }
    }
}
