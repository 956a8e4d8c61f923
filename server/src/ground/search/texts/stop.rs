//! Words of a question that say nothing about its subject. They are looked for
//! with their neighbours all the same; only whether they were found does not count.

/// Ways to begin or end a question, the longer first.
const PHRASES: &[&str] = &[
    "可不可以",
    "能不能够",
    "应该怎么",
    "怎么回事",
    "是不是",
    "能不能",
    "有没有",
    "要不要",
    "为什么",
    "怎么办",
    "怎么样",
    "怎么弄",
    "怎么做",
    "想知道",
    "想问下",
    "想请问",
    "请问下",
    "咨询下",
    "帮我看",
    "怎么",
    "怎样",
    "如何",
    "什么",
    "哪里",
    "哪儿",
    "哪些",
    "哪个",
    "哪种",
    "多少",
    "多久",
    "请问",
    "请教",
    "咨询",
    "麻烦",
    "帮忙",
    "帮我",
    "想要",
    "我要",
    "我想",
    "我的",
    "我们",
    "你们",
    "您们",
    "咱们",
    "他们",
    "自己",
    "可以",
    "能否",
    "可否",
    "是否",
    "能够",
    "一下",
    "一直",
    "已经",
    "现在",
    "为啥",
    "干嘛",
    "咋办",
    "谢谢",
    "您好",
    "你好",
    "这个",
    "那个",
    "这种",
    "那种",
];

/// Particles, which stand in few words.
const PARTICLES: &str = "的了吗呢啊吧呀哦嘛么啦咋我你您他她它们";

const ENGLISH: &[&str] = &[
    "a", "an", "and", "any", "are", "as", "at", "be", "by", "can", "could", "did", "do", "does", "for", "from", "get",
    "got", "has", "have", "help", "how", "i", "if", "in", "is", "it", "its", "me", "my", "of", "on", "or", "our",
    "please", "should", "so", "that", "the", "their", "there", "this", "to", "want", "was", "we", "what", "when",
    "where", "which", "who", "why", "will", "with", "would", "you", "your",
];

/// Which characters of a run tell nothing.
pub fn in_cjk(run: &[char]) -> Vec<bool> {
    let mut stopped: Vec<bool> = run.iter().map(|c| PARTICLES.contains(*c)).collect();
    for phrase in PHRASES {
        let phrase: Vec<char> = phrase.chars().collect();
        for start in 0..=run.len().saturating_sub(phrase.len()) {
            if run[start..].starts_with(&phrase) {
                stopped[start..start + phrase.len()].fill(true);
            }
        }
    }
    stopped
}

pub fn is_english(word: &str) -> bool {
    ENGLISH.binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str) -> String {
        let run: Vec<char> = text.chars().collect();
        run.iter().zip(in_cjk(&run)).filter(|(_, stopped)| !stopped).map(|(c, _)| *c).collect()
    }

    #[test]
    fn what_a_question_is_about_remains() {
        assert_eq!(kept("请问怎么修改密码呢"), "修改密码");
        assert_eq!(kept("我的订单为什么还没到"), "订单还没到");
        assert_eq!(kept("怎么办"), "");
    }

    #[test]
    fn english_stop_words_are_in_order() {
        assert!(ENGLISH.is_sorted());
        assert!(is_english("how") && !is_english("invoice"));
    }
}
