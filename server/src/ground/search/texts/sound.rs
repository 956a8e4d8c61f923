//! How Chinese text sounds: what homophones and pinyin have in common.

use std::collections::HashSet;
use std::sync::OnceLock;

use pinyin::ToPinyin as _;

/// The longest syllable, as of 床, has six letters.
const LONGEST: usize = 6;

/// How two characters sound together, for those who hear no difference between
/// `zh` and `z` or `ng` and `n`; input methods forgive them too.
pub fn of_pair(pair: &str) -> Option<String> {
    let syllables: Option<Vec<&str>> = pair.chars().map(syllable).collect();
    let syllables = syllables.filter(|syllables| syllables.len() == 2)?;
    Some(of_syllables(syllables[0], syllables[1]))
}

pub fn of_syllables(first: &str, second: &str) -> String {
    format!("{} {}", fold(first), fold(second))
}

/// The first letter of a character's syllable.
pub fn initial(c: char) -> Option<char> {
    syllable(c)?.chars().next()
}

fn syllable(c: char) -> Option<&'static str> {
    c.to_pinyin().map(pinyin::Pinyin::plain)
}

fn fold(syllable: &str) -> String {
    let syllable = syllable.replace('ü', "v");
    let syllable = match syllable.strip_suffix("ng") {
        Some(rest) if !rest.ends_with('o') => format!("{rest}n"),
        _ => syllable,
    };
    match syllable.as_bytes() {
        [b'z' | b'c' | b's', b'h', ..] => syllable.replacen('h', "", 1),
        _ => syllable,
    }
}

/// A word typed in pinyin as its syllables, as few as will do.
pub fn syllables(word: &str) -> Option<Vec<&str>> {
    let mut best: Vec<Option<(usize, usize)>> = vec![None; word.len() + 1];
    best[0] = Some((0, 0));
    for end in 1..=word.len() {
        for start in end.saturating_sub(LONGEST)..end {
            let Some((count, _)) = best[start] else { continue };
            let is_better = best[end].is_none_or(|(known, _)| count + 1 < known);
            if is_better && word.get(start..end).is_some_and(|part| all().contains(part)) {
                best[end] = Some((count + 1, start));
            }
        }
    }
    let (mut end, mut parts) = (word.len(), Vec::new());
    while end > 0 {
        let (_, start) = best[end]?;
        parts.push(&word[start..end]);
        end = start;
    }
    parts.reverse();
    Some(parts)
}

/// Every syllable there is, as it is typed.
fn all() -> &'static HashSet<String> {
    static ALL: OnceLock<HashSet<String>> = OnceLock::new();
    ALL.get_or_init(|| ('\u{4e00}'..='\u{9fa5}').filter_map(syllable).map(|plain| plain.replace('ü', "v")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn homophones_sound_alike() {
        assert_eq!(of_pair("密码"), of_pair("蜜马"));
        assert_eq!(of_pair("账户"), of_pair("帐护"));
        assert_eq!(of_pair("登录"), of_pair("登陆"));
        assert_eq!(of_pair("该正"), of_pair("改整"));
        assert_eq!(of_pair("人民"), of_pair("仍名"), "front and back n");
        assert_ne!(of_pair("密码"), of_pair("买卖"));
        assert_eq!(of_pair("密a"), None);
    }

    #[test]
    fn pinyin_is_cut_into_syllables() {
        assert_eq!(syllables("xiugaimima"), Some(vec!["xiu", "gai", "mi", "ma"]));
        assert_eq!(syllables("zhuangshuang"), Some(vec!["zhuang", "shuang"]));
        assert_eq!(syllables("xian"), Some(vec!["xian"]));
        assert_eq!(syllables("nvshi"), Some(vec!["nv", "shi"]));
        assert_eq!(syllables("vpn"), None);
        assert_eq!(syllables("password"), None);
    }
}
