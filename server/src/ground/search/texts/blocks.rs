//! Posting lists as they are stored: blocks of neighbouring documents, a few
//! bytes for each. A common word costs a block of a thousand documents no more
//! than a page of the database.

/// Documents of one block.
pub const BLOCK: i64 = 1024;
/// More repetitions tell nothing more.
const MAX_TITLE: u8 = 3;
const MAX_BODY: u8 = 31;

/// A term in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posting {
    /// The document's place in its block.
    pub at: u16,
    /// How often it stands in the title.
    pub title: u8,
    /// How often it stands in the text.
    pub body: u8,
    /// How long the document is, as a code.
    pub length: u8,
}

pub fn encode(postings: &[Posting]) -> Vec<u8> {
    let mut data = Vec::with_capacity(postings.len() * 4);
    let mut last = 0;
    for posting in postings {
        // Gaps below 128 take one byte, all others two.
        match (posting.at - last).to_be_bytes() {
            [0, low] if low < 0x80 => data.push(low),
            [high, low] => data.extend([0x80 | high, low]),
        }
        last = posting.at;
        data.push((posting.title.min(MAX_TITLE) << 5) | posting.body.min(MAX_BODY));
        data.push(posting.length);
    }
    data
}

/// The postings of a block, by their place. Ends early where the data do.
pub fn decode(data: &[u8]) -> impl Iterator<Item = Posting> + '_ {
    let mut bytes = data.iter().copied();
    let mut last = 0;
    std::iter::from_fn(move || {
        let first = bytes.next()?;
        let gap = if first < 0x80 { u16::from(first) } else { u16::from_be_bytes([first & 0x7f, bytes.next()?]) };
        last = u16::saturating_add(last, gap);
        let (counts, length) = (bytes.next()?, bytes.next()?);
        Some(Posting { at: last, title: counts >> 5, body: counts & 0x1f, length })
    })
}

/// The block with this posting in its place.
pub fn with(data: &[u8], posting: Posting) -> Vec<u8> {
    let mut postings: Vec<Posting> = decode(data).filter(|other| other.at != posting.at).collect();
    let place = postings.partition_point(|other| other.at < posting.at);
    postings.insert(place, posting);
    encode(&postings)
}

/// The block without the posting of a document.
pub fn without(data: &[u8], at: u16) -> Vec<u8> {
    encode(&decode(data).filter(|other| other.at != at).collect::<Vec<_>>())
}

/// Lengths are kept to within a few percent.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 255")]
pub fn length_code(words: f32) -> u8 {
    (words.ln_1p() * 20.0).round().min(255.0) as u8
}

pub fn length_of(code: u8) -> f32 {
    (f32::from(code) / 20.0).exp_m1()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn posting(at: u16) -> Posting {
        Posting { at, title: 1, body: 7, length: 90 }
    }

    #[test]
    fn a_posting_comes_and_goes() {
        let data = encode(&[posting(3), posting(900)]);
        let more = with(&data, posting(4));
        assert_eq!(decode(&more).map(|one| one.at).collect::<Vec<_>>(), [3, 4, 900]);
        assert_eq!(without(&more, 4), data);
        assert_eq!(with(&more, posting(4)), more, "twice is once");
        assert_eq!(without(&encode(&[posting(0)]), 0), Vec::<u8>::new());
    }

    #[test]
    fn a_length_is_kept_within_a_few_percent() {
        for words in [1.0, 10.0, 137.0, 5_000.0, 100_000.0_f32] {
            let kept = length_of(length_code(words));
            assert!((kept - words).abs() <= words * 0.06, "{words} became {kept}");
        }
    }

    proptest! {
        #[test]
        fn what_is_stored_is_read_back(
            places in proptest::collection::btree_map(0_u16..1024, (0_u8..=3, 0_u8..=31, any::<u8>()), 0..200),
        ) {
            let postings: Vec<Posting> =
                places.iter().map(|(at, (title, body, length))| Posting { at: *at, title: *title, body: *body, length: *length }).collect();
            prop_assert_eq!(decode(&encode(&postings)).collect::<Vec<_>>(), postings);
        }

        #[test]
        fn no_data_make_it_stumble(data in proptest::collection::vec(any::<u8>(), 0..64)) {
            prop_assert!(decode(&data).count() <= data.len());
        }
    }
}
