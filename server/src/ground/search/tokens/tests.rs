use super::*;

/// As the store does: every piece by one of its terms.
fn finds(query: &str, title: &str, extra: &[&str]) -> bool {
    let tokens = index_tokens(title, extra);
    let query = query_tokens(query);
    let has = |wanted: &Match| {
        tokens.iter().any(|token| match wanted {
            Match::Exact(text) => token.text == *text,
            Match::Prefix(text) => token.text.starts_with(text),
        })
    };
    !query.pieces.is_empty() && query.pieces.iter().all(|piece| piece.matches.iter().any(has))
}

fn texts(tokens: &[Token]) -> Vec<&str> {
    tokens.iter().map(|token| token.text.as_str()).collect()
}

#[test]
fn a_person_is_found_by_characters_and_pinyin() {
    for query in
        ["张", "伟", "张伟", "張偉", "张 伟", "zw", "z", "zhangw", "zhangwei", "ZhangWei", "zhang wei", "wei", "ＺＷ"]
    {
        assert!(finds(query, "张伟", &[]), "{query}");
    }
    for query in ["李", "伟张", "wz", "zwx", "hang", "zhangwu", "wei wu"] {
        assert!(!finds(query, "张伟", &[]), "{query}");
    }
}

#[test]
fn a_traditional_name_is_found_in_simplified_characters() {
    assert!(finds("张伟", "張偉", &[]));
    assert!(finds("乾隆", "乾隆實業", &[]));
    assert!(finds("乾", "乾隆實業", &[]));
}

#[test]
fn a_company_is_found_by_words_parts_and_initials() {
    let title = "北京星辰科技有限公司";
    for query in ["星辰", "星辰科技", "科技", "北京 星辰", "bjxc", "beijing", "xckj", "xingchen"] {
        assert!(finds(query, title, &[]), "{query}");
    }
    assert!(!finds("辰星", title, &[]));
    assert!(finds("xckj", "广东省深圳市星辰科技有限公司", &[]));
}

#[test]
fn latin_words_are_found_whatever_their_case_and_width() {
    let title = "ACME Corporation (上海)";
    for query in ["acme", "ＡＣＭＥ", "acm", "corp", "acme corp", "上海 acme", "acme上海", "shanghai", "sh"] {
        assert!(finds(query, title, &[]), "{query}");
    }
    for query in ["cme", "acm corp", "acme beta"] {
        assert!(!finds(query, title, &[]), "{query}");
    }
    assert!(finds("muller", "Müller & Söhne", &[]));
    assert!(finds("müller", "Muller", &[]));
    assert!(finds("3m", "3M公司", &[]) && finds("3", "3M公司", &[]));
    assert!(finds("gtx500", "GTX500", &[]));
}

#[test]
fn a_phone_is_found_by_its_end_its_start_and_its_whole() {
    let extra = ["+8613800138000", "li@acme.cn"];
    for query in [
        "8000",
        "00138000",
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "+86 138 0013 8000",
        "8613800138000",
        "008613800138000",
        "013800138000",
        "138001",
        "1380013",
    ] {
        assert!(finds(query, "李娜", &extra), "{query}");
    }
    for query in ["13900138000", "80000", "0138", "23800138000"] {
        assert!(!finds(query, "李娜", &extra), "{query}");
    }
    assert!(finds("010-62345678", "李娜", &["+861062345678"]));
    assert!(finds("62345678", "李娜", &["+861062345678"]));
    assert!(finds("020 7946 0958", "Anna", &["+442079460958"]));
    assert!(finds("01062345678", "李娜", &["010-62345678"]));
}

#[test]
fn mail_addresses_and_numbers_are_found_by_their_parts() {
    let extra = ["wang.fang@acme.com.cn", "合同 20260042"];
    for query in ["wang.fang@acme.com.cn", "fang", "acme", "20260042", "0042", "2026", "合同"] {
        assert!(finds(query, "王芳", &extra), "{query}");
    }
}

#[test]
fn names_of_several_readings_are_found_by_each() {
    for (title, queries) in [
        ("曾志伟", ["zzw", "zengzhiwei", "czw"]),
        ("单田芳", ["stf", "shantianfang", "dtf"]),
        ("重庆银行", ["cqyh", "chongqingyinhang", "zqyh"]),
        ("吕布", ["lb", "lvbu", "lvb"]),
        ("厦门航空", ["xmhk", "xiamenhangkong", "hangkong"]),
    ] {
        for query in queries {
            assert!(finds(query, title, &[]), "{query} for {title}");
        }
    }
    let readings = index_tokens("曾单重长乐行", &[]);
    let initials = readings.iter().filter(|t| t.text.starts_with("p:") && t.text.len() == 8).count();
    assert_eq!(initials, 4, "{readings:?}");
}

#[test]
fn japanese_and_korean_names_are_found_by_their_syllables() {
    assert!(finds("トヨ", "トヨタ自動車", &[]) && finds("自动车", "トヨタ自動車", &[]));
    assert!(finds("삼성", "삼성전자", &[]));
}

#[test]
fn tokens_have_a_class_a_weight_and_no_repetition() {
    assert_eq!(
        index_tokens("张伟 Acme", &["+14155552671", "Acme 张伟 bay"]),
        [
            ("c:张伟", 5),
            ("w:acme", 4),
            ("p:zw", 3),
            ("p:zhangwei", 3),
            ("p:wei", 3),
            ("c:伟", 4),
            ("d:14155552671", 2),
            ("d:4155552671", 2),
            ("d:55552671", 2),
            ("d:2671", 2),
            ("w:bay", 1),
        ]
        .map(|(text, weight)| Token { text: text.into(), weight })
    );
}

#[test]
fn a_query_says_what_is_whole_and_what_is_a_start() {
    let piece = |matches: &[Match]| Piece { matches: matches.to_vec() };
    assert_eq!(
        query_tokens("张伟明 acme zw").pieces,
        [
            piece(&[exact("c:", "张伟")]),
            piece(&[exact("c:", "伟明")]),
            piece(&[exact("w:", "acme"), prefix("p:", "acme")]),
            piece(&[prefix("w:", "zw"), prefix("p:", "zw")]),
        ]
    );
    assert_eq!(query_tokens("5678").pieces, [piece(&[prefix("d:", "5678"), prefix("w:", "5678")])]);
    assert_eq!(query_tokens("acme 5678 张").pieces[1], piece(&[exact("d:", "5678")]));
    for empty in ["", "  ", "，。!?", "'\"*%_"] {
        assert_eq!(query_tokens(empty), Query::default(), "{empty}");
    }
}

#[test]
fn nothing_grows_without_bound() {
    let long = "张伟明曾重 Acme 13800138000 ".repeat(500);
    let tokens = index_tokens(&long, &[&long, "+8613900139000", &long]);
    let distinct: std::collections::HashSet<_> = texts(&tokens).into_iter().collect();
    assert!(tokens.len() <= MAX_TOKENS && distinct.len() == tokens.len());

    let name: String = ('一'..).filter(|c| c.is_alphanumeric()).take(300).collect();
    let tokens = index_tokens(&name, &["+8613900139000"]);
    assert!(tokens.len() <= MAX_TOKENS);
    assert!(texts(&tokens).contains(&"d:9000"), "a long name leaves room for a phone");
    assert!(query_tokens(&long).pieces.len() <= MAX_PIECES);

    let word = "x".repeat(1000);
    assert!(finds(&word, &word, &[]));
    assert!(index_tokens(&word, &[]).iter().all(|token| token.text.len() <= 42));
}
