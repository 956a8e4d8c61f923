//! Which encoding a file has. The browser's `TextDecoder` then decodes it.

/// What `TextDecoder` is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    /// And with it GBK and GB2312, its subsets.
    Gb18030,
    Utf16Le,
    Utf16Be,
    /// Western European, as old spreadsheets save it.
    Windows1252,
}

impl Encoding {
    pub const ALL: [Self; 5] = [Self::Utf8, Self::Gb18030, Self::Utf16Le, Self::Utf16Be, Self::Windows1252];

    /// Its label in the Encoding Standard.
    pub fn label(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Gb18030 => "gb18030",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Windows1252 => "windows-1252",
        }
    }
}

/// The encoding, and whether it is more than a good guess. Ask when it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Detected {
    pub encoding: Encoding,
    pub sure: bool,
}

/// Decides from the bytes of a file. They may be cut anywhere, but the more
/// the better: a long file in GB18030 may begin with nothing but ASCII.
pub fn detect(bytes: &[u8]) -> Detected {
    let found = |encoding, sure| Detected { encoding, sure };
    match bytes {
        [0xef, 0xbb, 0xbf, ..] => return found(Encoding::Utf8, true),
        [0xff, 0xfe, ..] => return found(Encoding::Utf16Le, true),
        [0xfe, 0xff, ..] => return found(Encoding::Utf16Be, true),
        _ => {}
    }
    if is_utf8(bytes) {
        return found(Encoding::Utf8, true);
    }
    let pairs = gb_pairs(bytes);
    // Western text has few letters beyond ASCII, each followed by a plain one.
    if pairs.usual * 2 > pairs.all + pairs.broken {
        let sure = pairs.broken == 0 && pairs.usual * 10 >= pairs.all * 9;
        found(Encoding::Gb18030, sure)
    } else {
        found(Encoding::Windows1252, false)
    }
}

/// Valid, or valid up to a character cut at the end.
fn is_utf8(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).map_or_else(|e| e.error_len().is_none(), |_| true)
}

/// The characters beyond ASCII, if the bytes were GB18030.
#[derive(Default)]
struct Pairs {
    all: usize,
    /// Within GB 2312: the characters and marks of everyday text.
    usual: usize,
    /// Bytes that cannot be.
    broken: usize,
}

fn gb_pairs(bytes: &[u8]) -> Pairs {
    let mut pairs = Pairs::default();
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        rest = tail;
        if first.is_ascii() {
            continue;
        }
        match (*first, tail) {
            (_, []) => {}
            (0xa1..=0xa9 | 0xb0..=0xf7, [0xa1..=0xfe, after @ ..]) => {
                pairs.all += 1;
                pairs.usual += 1;
                rest = after;
            }
            (
                0x81..=0xfe,
                [0x40..=0x7e | 0x80..=0xfe, after @ ..] | [0x30..=0x39, 0x81..=0xfe, 0x30..=0x39, after @ ..],
            ) => {
                pairs.all += 1;
                rest = after;
            }
            _ => pairs.broken += 1,
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(bytes: &[u8]) -> (&'static str, bool) {
        let detected = detect(bytes);
        (detected.encoding.label(), detected.sure)
    }

    /// 「客户名称,城市\n张伟,北京\n」
    const GBK: &[u8] = b"\xbf\xcd\xbb\xa7\xc3\xfb\xb3\xc6,\xb3\xc7\xca\xd0\n\xd5\xc5\xce\xb0,\xb1\xb1\xbe\xa9\n";

    #[test]
    fn marks_at_the_start_decide() {
        assert_eq!(found(b"\xef\xbb\xbfa"), ("utf-8", true));
        assert_eq!(found(b"\xff\xfea\0"), ("utf-16le", true));
        assert_eq!(found(b"\xfe\xff\0a"), ("utf-16be", true));
    }

    #[test]
    fn valid_utf8_is_utf8_even_when_cut() {
        let text = "name,客户名称".as_bytes();
        for length in 0..=text.len() {
            assert_eq!(found(&text[..length]), ("utf-8", true), "{length}");
        }
    }

    #[test]
    fn chinese_text_that_is_not_utf8_is_gb18030_even_when_cut() {
        for length in 2..=GBK.len() {
            assert_eq!(found(&GBK[..length]), ("gb18030", true), "{length}");
        }
        let mut late = b"plain,ascii\n".repeat(1000);
        late.extend_from_slice(GBK);
        assert_eq!(found(&late), ("gb18030", true));
    }

    #[test]
    fn rare_characters_of_four_bytes_are_gb18030() {
        let mut text = GBK.to_vec();
        text.extend_from_slice(b"\x82\x30\x81\x30");
        assert_eq!(found(&text).0, "gb18030");
    }

    #[test]
    fn western_text_is_a_guess() {
        for text in [
            &b"M\xfcller,Stra\xdfe 5\nJos\xe9,Caf\xe9\n"[..],
            // Two accents side by side could be one Chinese character.
            b"cr\xe9\xe9e,M\xfcller\nJos\xe9,Caf\xe9\n",
        ] {
            assert_eq!(found(text), ("windows-1252", false));
        }
    }
}
