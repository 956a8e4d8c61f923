//! Texts that hold all of what was asked, for lists with an order of their own.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use shared::access::Object;

use super::ask::{Slot, ask};
use super::blocks::{self, BLOCK};
use super::meant::{self, Docs};
use crate::error::Result;
use crate::ground::db::name;

/// Places of a question that are looked up, the rarest first: who writes more than a line has said it by then.
const MAX_SLOTS: usize = 16;
const WORDS: usize = 16;

/// The documents of one block, a bit for each.
type Bits = [u64; WORDS];
type Found = HashMap<i64, Bits>;

/// The numbers of the documents that hold every word of a question, the latest
/// first. The last word may be unfinished.
pub async fn holding(db: &impl ConnectionTrait, object: Object, question: &str) -> Result<Vec<i64>> {
    let mut question = ask(question, &[]);
    let docs = meant::as_typed(db, object, &mut question).await?;
    let mut slots = question.slots;
    slots.sort_by_key(|slot| count(slot, &docs));
    slots.truncate(MAX_SLOTS);
    if slots.first().is_none_or(|rarest| count(rarest, &docs) == 0) {
        return Ok(Vec::new());
    }
    let terms = slots.iter().flat_map(|slot| &slot.probes).map(|probe| probe.term.as_str());
    let held = read(db, object, terms.filter(|term| docs.contains_key(*term))).await?;
    let found = slots.iter().map(|slot| of_slot(slot, &held)).reduce(|all, one| both(&all, &one));
    Ok(numbers(&found.unwrap_or_default()))
}

/// In how many documents one of its terms stands, at most.
fn count(slot: &Slot, docs: &Docs) -> i64 {
    slot.probes.iter().filter_map(|probe| docs.get(&probe.term)).sum()
}

/// The documents of each term.
async fn read<'t>(
    db: &impl ConnectionTrait,
    object: Object,
    terms: impl Iterator<Item = &'t str>,
) -> Result<HashMap<String, Found>> {
    let select = Query::select()
        .columns(["term", "block", "data"].map(name))
        .from(name("text_postings"))
        .and_where(Expr::col(name("object")).eq(object.word()))
        .and_where(Expr::col(name("term")).is_in(terms))
        .take();
    let mut held: HashMap<String, Found> = HashMap::new();
    for row in db.query_all(&select).await? {
        let data: Vec<u8> = row.try_get_by_index(2)?;
        held.entry(row.try_get_by_index(0)?).or_default().insert(row.try_get_by_index(1)?, bits(&data));
    }
    Ok(held)
}

fn bits(data: &[u8]) -> Bits {
    let mut bits = Bits::default();
    for posting in blocks::decode(data) {
        if let Some(word) = bits.get_mut(usize::from(posting.at / 64)) {
            *word |= 1 << (posting.at % 64);
        }
    }
    bits
}

/// The documents that hold any of its terms.
fn of_slot(slot: &Slot, held: &HashMap<String, Found>) -> Found {
    let mut all = Found::new();
    for (block, bits) in slot.probes.iter().filter_map(|probe| held.get(&probe.term)).flatten() {
        let sum = all.entry(*block).or_default();
        sum.iter_mut().zip(bits).for_each(|(sum, word)| *sum |= word);
    }
    all
}

fn both(all: &Found, one: &Found) -> Found {
    let shared = all.iter().filter_map(|(block, bits)| Some((*block, (bits, one.get(block)?))));
    shared.map(|(block, (a, b))| (block, std::array::from_fn(|at| a[at] & b[at]))).collect()
}

fn numbers(found: &Found) -> Vec<i64> {
    let of_block = |(block, bits): (&i64, &Bits)| {
        let (block, bits) = (*block, *bits);
        (0..BLOCK).filter(move |at| has(&bits, *at)).map(move |at| block * BLOCK + at)
    };
    let mut numbers: Vec<i64> = found.iter().flat_map(of_block).collect();
    numbers.sort_unstable_by(|a, b| b.cmp(a));
    numbers
}

fn has(bits: &Bits, at: i64) -> bool {
    usize::try_from(at / 64).ok().and_then(|word| bits.get(word)).is_some_and(|word| word >> (at % 64) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::super::blocks::{Posting, encode};
    use super::*;

    fn found(docs: &[i64]) -> Found {
        let mut found = Found::new();
        for doc in docs {
            let posting = Posting { at: u16::try_from(doc % BLOCK).unwrap(), title: 0, body: 1, length: 9 };
            let sum = found.entry(doc / BLOCK).or_default();
            sum.iter_mut().zip(bits(&encode(&[posting]))).for_each(|(sum, word)| *sum |= word);
        }
        found
    }

    #[test]
    fn what_holds_both_is_found_the_latest_first() {
        let (one, other) = (found(&[3, 63, 64, 1_023, 1_024, 5_000]), found(&[64, 63, 1_024, 7_000, 5_001]));
        assert_eq!(numbers(&both(&one, &other)), [1_024, 64, 63]);
        assert_eq!(numbers(&found(&[])), [] as [i64; 0]);
    }
}
