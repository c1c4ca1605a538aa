//! What the server answers: how much is safe, and whether to wait.

use prost::Message;

use crate::VERSION;
use crate::error::WireError;
use crate::limits::MAX_RECEIPT_BYTES;

/// The answer to a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Receipt {
    /// Every record of this device and boot up to this number is safe; 0 when the first is not.
    /// Records behind a hole may be safe as well: a frame that was answered with success is.
    pub accepted_through: u64,
    /// All of the frame was safe before it came.
    pub duplicate: bool,
    /// Seconds to wait before the frame is sent again; 0 when it need not be.
    pub retry_after: u32,
}

#[derive(Clone, PartialEq, Message)]
struct ReceiptMessage {
    #[prost(uint32, tag = "1")]
    version: u32,
    #[prost(uint64, tag = "2")]
    accepted_through: u64,
    #[prost(bool, tag = "3")]
    duplicate: bool,
    #[prost(uint32, tag = "4")]
    retry_after: u32,
}

impl Receipt {
    /// As bytes for the way.
    pub fn encode(&self) -> Vec<u8> {
        let Receipt { accepted_through, duplicate, retry_after } = *self;
        let message = ReceiptMessage { version: VERSION, accepted_through, duplicate, retry_after };
        message.encode_to_vec()
    }

    /// From bytes of an answer.
    ///
    /// # Errors
    /// When they are no receipt of a form that is spoken here.
    pub fn decode(bytes: &[u8]) -> Result<Receipt, WireError> {
        if bytes.len() > MAX_RECEIPT_BYTES {
            return Err(WireError::TooLarge { limit: MAX_RECEIPT_BYTES });
        }
        let message =
            ReceiptMessage::decode(bytes).map_err(|error| WireError::Message(error.to_string()))?;
        if message.version != VERSION {
            return Err(WireError::Version { found: message.version, known: VERSION });
        }
        let ReceiptMessage { accepted_through, duplicate, retry_after, .. } = message;
        Ok(Receipt { accepted_through, duplicate, retry_after })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn comes_back_as_it_was_sent(through in any::<u64>(), duplicate in any::<bool>(), wait in any::<u32>()) {
            let receipt = Receipt { accepted_through: through, duplicate, retry_after: wait };
            prop_assert_eq!(Receipt::decode(&receipt.encode()), Ok(receipt));
        }

        #[test]
        fn never_panics(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = Receipt::decode(&bytes);
        }
    }

    #[test]
    fn another_form_is_said() {
        let newer = ReceiptMessage { version: 2, ..Default::default() }.encode_to_vec();
        assert_eq!(Receipt::decode(&newer), Err(WireError::Version { found: 2, known: 1 }));
        assert_eq!(Receipt::decode(b""), Err(WireError::Version { found: 0, known: 1 }));
    }
}
