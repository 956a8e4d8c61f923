//! Ids that follow from an import alone: of its commands, and of the records
//! that its rows become. After a break nothing has to be remembered.

use sha2::{Digest as _, Sha256};
use shared::id::BatchId;
use shared::imports::Import;
use uuid::{Builder, Uuid};

/// The `n`th command of this run of an import.
pub fn batch(import: &Import, n: i64) -> BatchId {
    let hash = Sha256::new()
        .chain_update(import.id.0.as_bytes())
        .chain_update(import.run.to_be_bytes())
        .chain_update(n.to_be_bytes())
        .finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    BatchId(Builder::from_custom_bytes(bytes).into_uuid())
}

/// The command that takes another back.
pub fn reverse(batch: BatchId) -> BatchId {
    let hash = Sha256::new().chain_update(batch.0.as_bytes()).chain_update("undo").finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    BatchId(Builder::from_custom_bytes(bytes).into_uuid())
}

/// The record of a line: in the order of the lines, so that an index grows at
/// its end, and unlike that of any other import.
pub fn record_id(import: &Import, line: i64) -> Uuid {
    let hash = Sha256::new().chain_update(import.id.0.as_bytes()).chain_update(import.run.to_be_bytes()).finalize();
    let line = u32::try_from(line).unwrap_or(u32::MAX);
    let mut bytes = [0; 16];
    // The moment is that of the import; the line follows it.
    bytes[..6].copy_from_slice(&import.id.0.as_bytes()[..6]);
    bytes[6..].copy_from_slice(&hash[..10]);
    bytes[7] = u8::try_from(line >> 24).unwrap_or(0);
    let [_, high, middle, low] = line.to_be_bytes();
    bytes[9..12].copy_from_slice(&[high, middle, low]);
    let millis = bytes[..6].iter().fold(0, |ms, byte| (ms << 8) | u64::from(*byte));
    let mut random = [0; 10];
    random.copy_from_slice(&bytes[6..]);
    Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

#[cfg(test)]
mod tests {
    use shared::id::ImportId;

    use super::*;

    fn import(run: i64) -> Import {
        Import { id: ImportId(Uuid::from_u128(0x0197_0000_0000_7000_8000_0000_0000_0001)), run, ..Import::default() }
    }

    #[test]
    fn lines_become_records_in_their_order() {
        let ids: Vec<Uuid> = [2, 3, 255, 256, 65_536, 200_001].map(|line| record_id(&import(0), line)).into();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "{ids:?}");
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
    }

    #[test]
    fn a_line_becomes_the_same_record_again_but_another_after_an_undo() {
        assert_eq!(record_id(&import(0), 7), record_id(&import(0), 7));
        assert_ne!(record_id(&import(0), 7), record_id(&import(1), 7));
        assert_ne!(batch(&import(0), 1), batch(&import(0), 2));
        assert_ne!(batch(&import(0), 1), batch(&import(1), 1));
    }
}
