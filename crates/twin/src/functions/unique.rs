//! The thirteen characters that Azure's `uniqueString` makes of some texts.
//!
//! A MurmurHash of 64 bits over the texts with hyphens between, in an alphabet of 32 letters. azapi computes it as Azure does,
//! but for one step in the rest of the data, where it takes the amount of a negative number. Source: azapi's own test and
//! public reimplementations.

const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
const FIRST: u32 = 0x239b_961b;
const SECOND: u32 = 0xab0e_9789;

/// The characters that follow from some texts.
pub(super) fn string(texts: &[&str]) -> String {
    let hash = hash(texts.join("-").as_bytes());
    let letters = (0..13).map(|place| {
        let index = match place {
            // Sixty-four bits are twelve times five and four, which stand in front of a zero.
            12 => hash << 1,
            place => hash >> (59 - 5 * place),
        };
        char::from(LETTERS[(index & 31) as usize])
    });
    letters.collect()
}

fn hash(data: &[u8]) -> u64 {
    let little = |bytes: &[u8]| {
        let bytes = bytes.iter().rev();
        bytes.fold(0, |sum, byte| sum << 8 | u32::from(*byte))
    };
    let near = |word: u32| {
        word.wrapping_mul(FIRST)
            .rotate_left(15)
            .wrapping_mul(SECOND)
    };
    let far = |word: u32| word.rotate_left(17).wrapping_mul(FIRST);
    let (mut low, mut high) = (0_u32, 0_u32);
    let chunks = data.chunks_exact(8);
    let rest = chunks.remainder();
    for chunk in chunks {
        low = (low ^ near(little(&chunk[..4])))
            .rotate_left(19)
            .wrapping_add(high);
        low = low.wrapping_mul(5).wrapping_add(0x561c_cd1b);
        high = (high ^ far(little(&chunk[4..]).wrapping_mul(SECOND)))
            .rotate_left(13)
            .wrapping_add(low);
        high = high.wrapping_mul(5).wrapping_add(0x0bca_a747);
    }
    if !rest.is_empty() {
        low ^= near(little(&rest[..rest.len().min(4)]));
    }
    if let Some(rest) = rest.get(4..).filter(|rest| !rest.is_empty()) {
        let word = little(rest).wrapping_mul(SECOND);
        high ^= far(word.cast_signed().unsigned_abs());
    }
    let length = data.len() as u32;
    (low, high) = (low ^ length, high ^ length);
    low = low.wrapping_add(high);
    high = high.wrapping_add(low);
    let mixed = |word: u32| {
        let word = (word ^ word >> 16).wrapping_mul(0x85eb_ca6b);
        let word = (word ^ word >> 13).wrapping_mul(0xc2b2_ae35);
        word ^ word >> 16
    };
    (low, high) = (mixed(low), mixed(high));
    low = low.wrapping_add(high);
    high = high.wrapping_add(low);
    u64::from(high) << 32 | u64::from(low)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::string;

    #[test]
    fn the_string_is_azures() {
        assert_eq!(string(&["hello", "world"]), "a7wkljktk6wne");
        let subscription = "/subscriptions/00000000-0000-0000-0000-000000000000";
        assert_eq!(string(&[subscription, "resource-id"]), "cwvxuqg24sifi");
    }
}
