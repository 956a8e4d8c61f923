//! What a question may mean beside what it says: unfinished words, slips of
//! the pen, homophones, pinyin and its initials, each looked up among the
//! terms that there are.

use std::collections::{HashMap, HashSet};

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait as _, Order, Query, SelectStatement};
use shared::access::Object;
use shared::import::choices::distance;
use shared::knowledge::WhyKind;

use super::ask::{Ask, MAX_UNITS, Probe, Shape, Slot, Unit};
use super::{sound, words};
use crate::error::Result;
use crate::ground::db::name;

/// What a slip, a homophone or pinyin counts beside the word itself.
const TYPO: f32 = 0.6;
const PINYIN: f32 = 0.8;
const UNFINISHED: f32 = 0.8;
/// Ways to finish a word, the most frequent first.
const MAX_ENDINGS: u64 = 12;
/// Terms that a slip is looked for among.
const MAX_NEIGHBOURS: u64 = 2_000;
/// Terms with one of the sounds.
const MAX_HOMOPHONES: u64 = 200;
/// Words of a question that are looked up in more than one way.
const MAX_LOOKED_UP: usize = 4;
/// Shorter words have too many neighbours.
const MIN_SLIP: usize = 4;

/// How many documents hold each term.
pub type Docs = HashMap<String, i64>;

/// Adds what the question may mean; the number of documents of each term.
pub async fn add(db: &impl ConnectionTrait, object: Object, ask: &mut Ask) -> Result<Docs> {
    let mut docs = as_typed(db, object, ask).await?;
    slips(db, object, ask, &mut docs).await?;
    homophones(db, object, ask, &mut docs).await?;
    initials(db, object, ask, &mut docs).await?;
    Ok(docs)
}

/// What the question says, its last word as far as it was typed; the number of documents of each term.
pub async fn as_typed(db: &impl ConnectionTrait, object: Object, ask: &mut Ask) -> Result<Docs> {
    let terms: HashSet<&str> =
        ask.slots.iter().flat_map(|slot| &slot.probes).map(|probe| probe.term.as_str()).collect();
    let exact = terms_where(object).and_where(Expr::col(name("term")).is_in(terms)).take();
    let mut docs: Docs = read(db, &exact).await?.into_iter().collect();
    endings(db, object, ask, &mut docs).await?;
    Ok(docs)
}

fn terms_where(object: Object) -> SelectStatement {
    Query::select()
        .columns(["term", "docs"].map(name))
        .from(name("text_terms"))
        .and_where(Expr::col(name("object")).eq(object.word()))
        .take()
}

async fn read(db: &impl ConnectionTrait, select: &SelectStatement) -> Result<Vec<(String, i64)>> {
    let found = db.query_all(select).await?;
    found.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

fn beginning(object: Object, start: &str) -> SelectStatement {
    // `\u{10FFFF}` follows every character that a term can hold.
    terms_where(object)
        .and_where(Expr::col(name("term")).gte(start))
        .and_where(Expr::col(name("term")).lt(format!("{start}\u{10FFFF}")))
        .take()
}

fn is_unknown(slot: &Slot, docs: &Docs) -> bool {
    !slot.probes.iter().any(|probe| docs.contains_key(&probe.term))
}

/// A character alone, and a word that is typed last, begin longer terms.
async fn endings(db: &impl ConnectionTrait, object: Object, ask: &mut Ask, docs: &mut Docs) -> Result<()> {
    let is_begun = |slot: &&mut Slot| matches!(slot.shape, Shape::Single | Shape::Word { is_last: true });
    for slot in ask.slots.iter_mut().filter(is_begun).take(MAX_LOOKED_UP) {
        // The stem of an unfinished word is no beginning of the whole one's.
        let begun = slot.asked.clone();
        if begun.is_ascii() && begun.len() < 2 {
            continue;
        }
        let select = beginning(object, &begun).order_by(name("docs"), Order::Desc).limit(MAX_ENDINGS).take();
        for (term, count) in read(db, &select).await? {
            add_probe(slot, docs, term, count, WhyKind::Term, UNFINISHED);
        }
    }
    Ok(())
}

fn add_probe(slot: &mut Slot, docs: &mut Docs, term: String, count: i64, kind: WhyKind, weight: f32) {
    if slot.probes.iter().any(|probe| probe.term == term) {
        return;
    }
    docs.insert(term.clone(), count);
    slot.probes.push(Probe { term, kind, weight });
}

/// Latin words that stand nowhere, with one letter too many, too few, changed or swapped.
async fn slips(db: &impl ConnectionTrait, object: Object, ask: &mut Ask, docs: &mut Docs) -> Result<()> {
    let mut looked_up = 0;
    for slot in &mut ask.slots {
        let is_word = matches!(slot.shape, Shape::Word { .. }) && slot.asked.len() >= MIN_SLIP;
        if !is_word || !is_unknown(slot, docs) || looked_up == MAX_LOOKED_UP {
            continue;
        }
        looked_up += 1;
        let typed: Vec<char> = words::stem(&slot.asked).chars().collect();
        let start: String = typed.iter().take(2).collect();
        let select = beginning(object, &start).order_by(name("docs"), Order::Desc).limit(MAX_NEIGHBOURS).take();
        for (term, count) in read(db, &select).await? {
            let letters: Vec<char> = term.chars().collect();
            if typed.len().abs_diff(letters.len()) <= 1 && distance(&typed, &letters) == 1 {
                add_probe(slot, docs, term, count, WhyKind::Typo, TYPO);
            }
        }
    }
    Ok(())
}

/// Pairs that stand nowhere may be homophones of some that do; a Latin word
/// that stands nowhere may be pinyin.
async fn homophones(db: &impl ConnectionTrait, object: Object, ask: &mut Ask, docs: &mut Docs) -> Result<()> {
    let mut sounds: Vec<(usize, String)> = Vec::new();
    for (at, slot) in ask.slots.iter().enumerate() {
        if slot.shape == Shape::Pair && is_unknown(slot, docs) {
            sounds.extend(sound::of_pair(&slot.asked).map(|sound| (at, sound)));
        }
    }
    let spelt: Vec<(usize, Vec<String>)> = (0..ask.slots.len())
        .filter(|at| matches!(ask.slots[*at].shape, Shape::Word { .. }) && is_unknown(&ask.slots[*at], docs))
        .filter_map(|at| {
            let syllables = sound::syllables(&ask.slots[at].asked)?;
            let pairs = syllables.windows(2).map(|pair| sound::of_syllables(pair[0], pair[1]));
            Some((at, pairs.collect::<Vec<_>>())).filter(|(_, pairs)| !pairs.is_empty())
        })
        .collect();
    let wanted: HashSet<&String> =
        sounds.iter().map(|(_, sound)| sound).chain(spelt.iter().flat_map(|(_, pairs)| pairs)).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let known = terms_by_sound(db, object, &wanted).await?;
    for (at, sound) in sounds {
        for (term, count) in known.get(&sound).into_iter().flatten() {
            add_probe(&mut ask.slots[at], docs, term.clone(), *count, WhyKind::Typo, TYPO);
        }
    }
    for (at, pairs) in spelt.iter().filter(|(_, pairs)| pairs.iter().any(|pair| known.contains_key(pair))) {
        let slots = spell(ask, *at, pairs.len() + 1, 1.0, Shape::Pair);
        for (slot, pair) in slots.into_iter().zip(pairs) {
            for (term, count) in known.get(pair).into_iter().flatten() {
                add_probe(&mut ask.slots[slot], docs, term.clone(), *count, WhyKind::Pinyin, PINYIN);
            }
        }
    }
    Ok(())
}

async fn terms_by_sound(
    db: &impl ConnectionTrait,
    object: Object,
    sounds: &HashSet<&String>,
) -> Result<HashMap<String, Vec<(String, i64)>>> {
    let select = terms_where(object)
        .column(name("sound"))
        .and_where(Expr::col(name("sound")).is_in(sounds.iter().map(|sound| sound.as_str())))
        .order_by(name("docs"), Order::Desc)
        .limit(MAX_HOMOPHONES)
        .take();
    let mut known: HashMap<String, Vec<(String, i64)>> = HashMap::new();
    for row in db.query_all(&select).await? {
        let term = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        known.entry(row.try_get_by_index(2)?).or_default().push(term);
    }
    Ok(known)
}

/// A Latin word that is spelt Chinese becomes as many units as it has
/// characters, and a slot for each two of them; the places of the slots.
fn spell(ask: &mut Ask, at: usize, characters: usize, size: f32, shape: Shape) -> Vec<usize> {
    let first = ask.units.len();
    if first + characters > MAX_UNITS {
        return Vec::new();
    }
    let asked = ask.slots[at].asked.clone();
    let unit = ask.slots[at].covers.trailing_zeros() as usize;
    if let Some(unit) = ask.units.get_mut(unit) {
        unit.is_stopped = true;
    }
    ask.units.extend((0..characters).map(|_| Unit { text: String::new(), size, is_stopped: false }));
    let start = ask.slots.len();
    for index in 0..characters - 1 {
        let covers = 0b11 << (first + index);
        ask.slots.push(Slot { asked: asked.clone(), covers, shape, probes: Vec::new() });
    }
    (start..ask.slots.len()).collect()
}

#[expect(clippy::cast_precision_loss, reason = "a few letters")]
fn size_of_letter(letters: usize) -> f32 {
    2.0 / letters as f32
}

/// A Latin word that means nothing else may be the initials of a title's words.
async fn initials(db: &impl ConnectionTrait, object: Object, ask: &mut Ask, docs: &mut Docs) -> Result<()> {
    let is_open = |ask: &Ask, slot: &Slot| {
        let unit = slot.covers.trailing_zeros() as usize;
        let is_spelt = ask.units.get(unit).is_some_and(|unit| unit.is_stopped);
        matches!(slot.shape, Shape::Word { .. }) && !is_spelt && is_unknown(slot, docs)
    };
    let open: Vec<usize> = (0..ask.slots.len())
        .filter(|at| is_open(ask, &ask.slots[*at]))
        .filter(|at| {
            let word = &ask.slots[*at].asked;
            (2..=8).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_lowercase())
        })
        .collect();
    for at in open {
        let letters: Vec<char> = ask.slots[at].asked.chars().collect();
        // Together the letters count for the word that they may after all be.
        let slots = spell(ask, at, letters.len(), size_of_letter(letters.len()), Shape::Initials);
        for (slot, pair) in slots.into_iter().zip(letters.windows(2)) {
            let term = String::from_iter([words::INITIALS, pair[0], pair[1]]);
            ask.slots[slot].probes.push(Probe { term, kind: WhyKind::Pinyin, weight: PINYIN });
        }
    }
    let terms: HashSet<&str> = ask
        .slots
        .iter()
        .filter(|slot| slot.shape == Shape::Initials)
        .flat_map(|slot| &slot.probes)
        .map(|probe| probe.term.as_str())
        .collect();
    if !terms.is_empty() {
        let select = terms_where(object).and_where(Expr::col(name("term")).is_in(terms)).take();
        docs.extend(read(db, &select).await?);
    }
    Ok(())
}
