//! How Chinese names are read, in the letters of a keyboard.

use pinyin::ToPinyin;

use super::cut::is_han;

/// Ways of reading one name that are kept.
const MAX_READINGS: usize = 4;
/// Characters of a name that are read.
const MAX_CHARS: usize = 20;

/// Characters whose reading depends on the name; the likelier one first. As
/// a surname 单 is shan, 仇 qiu, 解 xie.
const POLYPHONES: &[(char, &[&str])] = &[
    ('艾', &["ai", "yi"]),
    ('柏', &["bai", "bo"]),
    ('薄', &["bo", "bao"]),
    ('卜', &["bu", "bo"]),
    ('蚌', &["beng", "bang"]),
    ('参', &["can", "shen"]),
    ('藏', &["cang", "zang"]),
    ('曾', &["zeng", "ceng"]),
    ('查', &["cha", "zha"]),
    ('长', &["chang", "zhang"]),
    ('朝', &["chao", "zhao"]),
    ('车', &["che", "ju"]),
    ('晟', &["sheng", "cheng"]),
    ('盛', &["sheng", "cheng"]),
    ('乘', &["cheng", "sheng"]),
    ('重', &["zhong", "chong"]),
    ('种', &["zhong", "chong"]),
    ('仇', &["qiu", "chou"]),
    ('褚', &["chu", "zhu"]),
    ('传', &["chuan", "zhuan"]),
    ('单', &["dan", "shan"]),
    ('弹', &["dan", "tan"]),
    ('调', &["diao", "tiao"]),
    ('都', &["du", "dou"]),
    ('佛', &["fo", "fu"]),
    ('盖', &["gai", "ge"]),
    ('行', &["hang", "xing"]),
    ('会', &["hui", "kuai"]),
    ('系', &["xi", "ji"]),
    ('降', &["jiang", "xiang"]),
    ('强', &["qiang", "jiang"]),
    ('校', &["xiao", "jiao"]),
    ('觉', &["jue", "jiao"]),
    ('角', &["jiao", "jue"]),
    ('解', &["jie", "xie"]),
    ('隽', &["jun", "juan"]),
    ('浚', &["jun", "xun"]),
    ('卡', &["ka", "qia"]),
    ('乐', &["le", "yue"]),
    ('靓', &["liang", "jing"]),
    ('率', &["shuai", "lv"]),
    ('露', &["lu", "lou"]),
    ('绿', &["lv", "lu"]),
    ('缪', &["miao", "mou"]),
    ('模', &["mo", "mu"]),
    ('牟', &["mou", "mu"]),
    ('娜', &["na", "nuo"]),
    ('朴', &["pu", "piao"]),
    ('便', &["bian", "pian"]),
    ('泊', &["bo", "po"]),
    ('奇', &["qi", "ji"]),
    ('区', &["qu", "ou"]),
    ('色', &["se", "shai"]),
    ('厦', &["xia", "sha"]),
    ('莎', &["sha", "suo"]),
    ('杉', &["shan", "sha"]),
    ('折', &["zhe", "she"]),
    ('什', &["shi", "shen"]),
    ('石', &["shi", "dan"]),
    ('宿', &["su", "xiu"]),
    ('覃', &["qin", "tan"]),
    ('拓', &["tuo", "ta"]),
    ('尉', &["wei", "yu"]),
    ('蔚', &["wei", "yu"]),
    ('圩', &["wei", "xu"]),
    ('洗', &["xi", "xian"]),
    ('殷', &["yin", "yan"]),
    ('员', &["yuan", "yun"]),
    ('载', &["zai", "zhan"]),
    ('翟', &["zhai", "di"]),
    ('粘', &["zhan", "nian"]),
    ('召', &["zhao", "shao"]),
    ('仔', &["zi", "zai"]),
];

/// Places that stand before the name by which people call a company.
const PLACES: &[&str] = &[
    "中国",
    "北京",
    "上海",
    "天津",
    "重庆",
    "香港",
    "澳门",
    "台湾",
    "深圳",
    "广州",
    "杭州",
    "南京",
    "苏州",
    "成都",
    "武汉",
    "西安",
    "青岛",
    "济南",
    "大连",
    "沈阳",
    "宁波",
    "厦门",
    "福州",
    "长沙",
    "郑州",
    "合肥",
    "无锡",
    "佛山",
    "东莞",
    "昆明",
    "哈尔滨",
    "长春",
    "石家庄",
    "太原",
    "南昌",
    "南宁",
    "贵阳",
    "兰州",
    "乌鲁木齐",
    "海口",
    "温州",
    "珠海",
    "常州",
    "广东",
    "浙江",
    "江苏",
    "山东",
    "四川",
    "湖北",
    "湖南",
    "河南",
    "河北",
    "福建",
    "安徽",
    "江西",
    "陕西",
    "山西",
    "辽宁",
    "吉林",
    "黑龙江",
    "云南",
    "贵州",
    "广西",
    "海南",
    "内蒙古",
    "新疆",
    "西藏",
    "宁夏",
    "青海",
    "甘肃",
];

/// What may be typed for a run: initials and full readings of the whole, of a
/// company without its place, and of a person without the surname.
pub fn readings(run: &str) -> Vec<String> {
    let mut out = Vec::new();
    read(run, true, &mut out);
    let core = without_place(run);
    if core.len() < run.len() {
        read(core, true, &mut out);
    }
    if (2..=4).contains(&run.chars().count()) {
        let surname = run.chars().next().map_or(0, char::len_utf8);
        read(&run[surname..], false, &mut out);
    }
    out
}

/// Adds the full readings, and the initials where they tell something.
fn read(name: &str, with_initials: bool, out: &mut Vec<String>) {
    let mut ways: Vec<Vec<&str>> = vec![Vec::new()];
    for c in name.chars().filter(|c| is_han(*c)).take(MAX_CHARS) {
        let mut readings = syllables(c);
        if ways.len() * readings.len() > MAX_READINGS {
            readings.truncate(1);
        }
        if readings.is_empty() {
            continue;
        }
        ways = readings
            .iter()
            .flat_map(|reading| {
                ways.iter().map(move |way| {
                    let mut way = way.clone();
                    way.push(*reading);
                    way
                })
            })
            .collect();
    }
    let mut add = |text: String| {
        if !text.is_empty() && !out.contains(&text) {
            out.push(text);
        }
    };
    // `ü` is typed as `v`.
    for way in ways.iter().filter(|way| with_initials && way.len() > 1) {
        add(way.iter().filter_map(|s| s.chars().next()).collect());
    }
    for way in &ways {
        add(way.concat().replace('ü', "v"));
    }
}

fn syllables(c: char) -> Vec<&'static str> {
    let known = POLYPHONES.iter().find(|(polyphone, _)| *polyphone == c);
    match known {
        Some((_, readings)) => readings.to_vec(),
        None => c.to_pinyin().map(pinyin::Pinyin::plain).into_iter().collect(),
    }
}

/// `广东省深圳市星辰科技` is called 星辰科技.
fn without_place(run: &str) -> &str {
    let mut rest = run;
    while let Some(tail) = PLACES.iter().find_map(|place| rest.strip_prefix(place)) {
        let tail = tail.strip_prefix(['省', '市']).unwrap_or(tail);
        if tail.chars().count() < 2 {
            break;
        }
        rest = tail;
    }
    rest
}
