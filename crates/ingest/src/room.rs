//! The memory that all requests and connections share, so that many at once cannot take it all.
//!
//! In: how many bytes somebody is about to hold. Out: yes, or no room. What is held is given back
//! when the holder is dropped.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes that one permit stands for.
const PERMIT_BYTES: usize = 1_024;

/// There is no memory for this at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too much is on its way at once: try again later")]
pub(crate) struct NoRoom;

/// What may be held together.
#[derive(Debug, Clone)]
pub(crate) struct Room {
    permits: Arc<Semaphore>,
}

impl Room {
    /// Room for so many bytes.
    pub(crate) fn new(bytes: usize) -> Self {
        let permits = (bytes / PERMIT_BYTES).clamp(1, Semaphore::MAX_PERMITS);
        Room { permits: Arc::new(Semaphore::new(permits)) }
    }

    /// A holder of nothing yet.
    pub(crate) fn holder(&self) -> Held {
        Held { room: self.clone(), permits: None, bytes: 0, covered: 0 }
    }
}

/// What one request or connection holds.
#[derive(Debug)]
pub(crate) struct Held {
    room: Room,
    permits: Option<OwnedSemaphorePermit>,
    bytes: usize,
    covered: usize,
}

impl Held {
    /// Holds so many bytes more.
    pub(crate) fn grow(&mut self, bytes: usize) -> Result<(), NoRoom> {
        let bytes = self.bytes.saturating_add(bytes);
        if bytes > self.covered {
            let wanted = (bytes - self.covered).div_ceil(PERMIT_BYTES);
            let count = u32::try_from(wanted).map_err(|_| NoRoom)?;
            let more = self.room.permits.clone().try_acquire_many_owned(count);
            let more = more.map_err(|_| NoRoom)?;
            self.covered += wanted * PERMIT_BYTES;
            match &mut self.permits {
                Some(permits) => permits.merge(more),
                None => self.permits = Some(more),
            }
        }
        self.bytes = bytes;
        Ok(())
    }

    /// Holds exactly so many bytes from now on.
    pub(crate) fn resize(&mut self, bytes: usize) -> Result<(), NoRoom> {
        if bytes < self.bytes {
            *self = self.room.holder();
        }
        self.grow(bytes - self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_shared_and_given_back() {
        let room = Room::new(4 * PERMIT_BYTES);
        let (mut one, mut other) = (room.holder(), room.holder());
        assert_eq!(one.grow(3_000), Ok(()));
        assert_eq!(one.grow(72), Ok(()), "within what is covered already");
        assert_eq!(other.grow(1_025), Err(NoRoom));
        assert_eq!(other.grow(1_024), Ok(()));
        assert_eq!(one.resize(10), Ok(()));
        assert_eq!(other.grow(2_048), Ok(()));
        drop((one, other));
        assert_eq!(room.holder().grow(4 * PERMIT_BYTES), Ok(()));
    }
}
