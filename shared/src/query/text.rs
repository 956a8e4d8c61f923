//! A filter as a line of text, short enough for a URL:
//! `all(owner_id.is.@me,any(amount.ge.100000,close_date.during.@this_quarter))`.
//!
//! A value stands bare when it holds none of `,()~'` and does not begin with
//! `@`; else in single quotes, a quote doubled. Several values are joined by `~`.

use std::fmt::Write as _;

use super::{Arg, Filter, Op, SortKey, Test};

/// Why a text is no filter: the byte where reading stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadFilter {
    pub at: usize,
}

/// Deeper trees are refused, so that nobody can exhaust the stack.
const MAX_DEPTH: usize = 16;
const MAX_LENGTH: usize = 8_000;

pub fn parse(text: &str) -> Result<Filter, BadFilter> {
    if text.len() > MAX_LENGTH {
        return Err(BadFilter { at: MAX_LENGTH });
    }
    let mut reader = Reader { text, at: 0 };
    if text.is_empty() {
        return Ok(Filter::default());
    }
    let filter = reader.filter(0)?;
    if reader.at < text.len() { Err(reader.bad()) } else { Ok(filter) }
}

pub fn print(filter: &Filter) -> String {
    let mut out = String::new();
    write(filter, &mut out);
    out
}

/// Reads `-amount,name`.
pub fn parse_sort(text: &str) -> Vec<SortKey> {
    text.split(',')
        .filter(|part| !part.is_empty())
        .map(|part| match part.strip_prefix('-') {
            Some(key) => SortKey { key: key.into(), descending: true },
            None => SortKey { key: part.into(), descending: false },
        })
        .collect()
}

pub fn print_sort(keys: &[SortKey]) -> String {
    let part = |key: &SortKey| format!("{}{}", if key.descending { "-" } else { "" }, key.key);
    keys.iter().map(part).collect::<Vec<_>>().join(",")
}

fn write(filter: &Filter, out: &mut String) {
    let (word, parts) = match filter {
        Filter::All(parts) => ("all", parts.as_slice()),
        Filter::Any(parts) => ("any", parts.as_slice()),
        Filter::Not(inner) => ("not", std::slice::from_ref(inner.as_ref())),
        Filter::Test(test) => return write_test(test, out),
    };
    out.push_str(word);
    out.push('(');
    for (n, part) in parts.iter().enumerate() {
        if n > 0 {
            out.push(',');
        }
        write(part, out);
    }
    out.push(')');
}

fn write_test(test: &Test, out: &mut String) {
    if let Some(via) = &test.via {
        out.push_str(via);
        out.push('>');
    }
    out.push_str(&test.key);
    out.push('.');
    out.push_str(test.op.word());
    for (n, arg) in test.args.iter().enumerate() {
        out.push(if n == 0 { '.' } else { '~' });
        write_arg(arg, out);
    }
}

fn write_arg(arg: &Arg, out: &mut String) {
    match arg {
        Arg::Me => out.push_str("@me"),
        Arg::MyTeam => out.push_str("@my_team"),
        Arg::Today(0) => out.push_str("@today"),
        Arg::Today(days) => {
            let _ = write!(out, "@today{days:+}");
        }
        Arg::Period(period) => {
            out.push('@');
            out.push_str(period.word());
        }
        Arg::Literal(text) => {
            let quoted = text.is_empty() || text.starts_with('@') || text.contains([',', '(', ')', '~', '\'']);
            if quoted {
                out.push('\'');
                out.push_str(&text.replace('\'', "''"));
                out.push('\'');
            } else {
                out.push_str(text);
            }
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn bad(&self) -> BadFilter {
        BadFilter { at: self.at }
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn filter(&mut self, depth: usize) -> Result<Filter, BadFilter> {
        if depth > MAX_DEPTH {
            return Err(self.bad());
        }
        if self.eat("all(") {
            return self.parts(depth).map(Filter::All);
        }
        if self.eat("any(") {
            return self.parts(depth).map(Filter::Any);
        }
        if self.eat("not(") {
            let inner = self.filter(depth + 1)?;
            return if self.eat(")") { Ok(Filter::Not(Box::new(inner))) } else { Err(self.bad()) };
        }
        self.test().map(Filter::Test)
    }

    fn parts(&mut self, depth: usize) -> Result<Vec<Filter>, BadFilter> {
        let mut parts = Vec::new();
        if self.eat(")") {
            return Ok(parts);
        }
        loop {
            parts.push(self.filter(depth + 1)?);
            if self.eat(")") {
                return Ok(parts);
            }
            if !self.eat(",") {
                return Err(self.bad());
            }
        }
    }

    fn word(&mut self) -> Result<String, BadFilter> {
        let end = self.rest().find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(self.rest().len());
        if end == 0 {
            return Err(self.bad());
        }
        let word = self.rest()[..end].to_owned();
        self.at += end;
        Ok(word)
    }

    fn test(&mut self) -> Result<Test, BadFilter> {
        let first = self.word()?;
        let (via, key) = if self.eat(">") { (Some(first), self.word()?) } else { (None, first) };
        if !self.eat(".") {
            return Err(self.bad());
        }
        let start = self.at;
        let op: Op = self.word()?.parse().map_err(|_| BadFilter { at: start })?;
        let mut args = Vec::new();
        if self.eat(".") {
            args.push(self.arg()?);
            while self.eat("~") {
                args.push(self.arg()?);
            }
        }
        let expected = match op {
            Op::Is => 1..=200,
            Op::Empty => 0..=0,
            _ => 1..=1,
        };
        if expected.contains(&args.len()) { Ok(Test { via, key, op, args }) } else { Err(self.bad()) }
    }

    fn arg(&mut self) -> Result<Arg, BadFilter> {
        if self.eat("'") {
            return self.quoted().map(Arg::Literal);
        }
        let end = self.rest().find([',', '(', ')', '~', '\'']).unwrap_or(self.rest().len());
        let bare = self.rest()[..end].to_owned();
        let arg = match bare.strip_prefix('@') {
            None if bare.is_empty() => return Err(self.bad()),
            None => Arg::Literal(bare),
            Some(name) => special(name).ok_or_else(|| self.bad())?,
        };
        self.at += end;
        Ok(arg)
    }

    fn quoted(&mut self) -> Result<String, BadFilter> {
        let mut text = String::new();
        loop {
            let Some(end) = self.rest().find('\'') else { return Err(self.bad()) };
            text.push_str(&self.rest()[..end]);
            self.at += end + 1;
            if !self.eat("'") {
                return Ok(text);
            }
            text.push('\'');
        }
    }
}

fn special(name: &str) -> Option<Arg> {
    match name {
        "me" => Some(Arg::Me),
        "my_team" => Some(Arg::MyTeam),
        "today" => Some(Arg::Today(0)),
        _ => match name.strip_prefix("today") {
            Some(days) => days.parse().ok().filter(|days| (-40_000..=40_000).contains(days)).map(Arg::Today),
            None => name.parse().ok().map(Arg::Period),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::Period;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_filter_reads_as_it_is_written() {
        let text = "all(owner_id.is.@me,any(amount.ge.100000,close_date.during.@this_quarter),not(name.has.'a,b'''),account_id>industry.is.retail~零售,next_step.empty)";
        assert_eq!(print(&parse(text).unwrap()), text);
    }

    #[test]
    fn what_is_no_filter_is_refused_where_it_breaks() {
        assert_eq!(parse("all(name.is.x"), Err(BadFilter { at: 13 }));
        assert_eq!(parse("name.like.x"), Err(BadFilter { at: 5 }));
        assert_eq!(parse("name.is.@nobody"), Err(BadFilter { at: 8 }));
        assert_eq!(parse("name.empty.x"), Err(BadFilter { at: 12 }));
        assert!(parse(&"not(".repeat(40)).is_err());
    }

    fn any_filter() -> impl Strategy<Value = Filter> {
        let arg = prop_oneof![
            ".{0,12}".prop_map(Arg::Literal),
            Just(Arg::Me),
            (-400..400i32).prop_map(Arg::Today),
            prop::sample::select(Period::ALL).prop_map(Arg::Period),
        ];
        let leaf = (prop::option::of("[a-z_]{1,8}"), "[a-z_]{1,8}", prop::collection::vec(arg, 1..4))
            .prop_map(|(via, key, args)| Filter::Test(Test { via, key, op: Op::Is, args }));
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Filter::All),
                prop::collection::vec(inner.clone(), 0..4).prop_map(Filter::Any),
                inner.prop_map(|inner| Filter::Not(Box::new(inner))),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_filter_survives_the_url(filter in any_filter()) {
            prop_assert_eq!(parse(&print(&filter)), Ok(filter));
        }

        #[test]
        fn any_text_is_read_without_panic(text in ".{0,80}") {
            let _ = parse(&text);
        }
    }
}
