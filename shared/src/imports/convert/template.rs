//! Values put together from others: `{product} · {account}`.

use super::super::ColumnPlan;
use crate::text::{collapse_spaces, fold};

/// What the names in braces stand for.
pub struct Source<'a> {
    pub columns: &'a [ColumnPlan],
    pub cells: &'a [String],
    /// The record's name, for `{first}` and `{last}`.
    pub name: Option<&'a str>,
}

impl Source<'_> {
    fn get(&self, key: &str) -> String {
        let at = self.columns.iter().position(|column| column.header == key);
        if let Some((column, cell)) = at.and_then(|at| Some((&self.columns[at], self.cells.get(at)?))) {
            return collapse_spaces(column.words.get(&fold(cell)).unwrap_or(cell));
        }
        let mut words = self.name.unwrap_or_default().split_whitespace();
        let word = match key {
            "name" => return self.name.unwrap_or_default().to_owned(),
            "first" => words.next(),
            "last" => words.next_back(),
            _ => None,
        };
        word.map(|word| {
            word.chars().filter(|c| c.is_alphanumeric() || *c == '-').flat_map(char::to_lowercase).collect()
        })
        .unwrap_or_default()
    }
}

/// The template with its names filled in. What parts two values goes with the
/// value that is missing: no `GTX Pro · ` without an account.
pub fn filled(template: &str, source: &Source) -> String {
    let mut out = String::new();
    // What stands before the first name begins the text, the rest parts values.
    let mut beginning = None;
    let mut between = "";
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((key, tail)) = after.split_once('}') else { break };
        match beginning {
            None => beginning = Some(before),
            Some(_) => between = before,
        }
        let value = source.get(key);
        if !value.is_empty() {
            out.push_str(if out.is_empty() { beginning.unwrap_or_default() } else { between });
            out.push_str(&value);
        }
        rest = tail;
    }
    // An ending is part of the text, unless nothing stands before it.
    if !out.is_empty() {
        out.push_str(rest);
    }
    collapse_spaces(&out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(template: &str, cells: &[&str]) -> String {
        let column = |header: &str| ColumnPlan { header: header.into(), ..ColumnPlan::default() };
        let columns = [column("product"), column("account")];
        let cells: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
        filled(template, &Source { columns: &columns, cells: &cells, name: Some("Mei-Mei Johns") })
    }

    #[test]
    fn a_separator_goes_with_the_value_that_is_missing() {
        assert_eq!(fill("{product} · {account}", &["GTX Pro", "Isdom"]), "GTX Pro · Isdom");
        assert_eq!(fill("{product} · {account}", &["GTX Pro", ""]), "GTX Pro");
        assert_eq!(fill("{product} · {account}", &["", "Isdom"]), "Isdom");
        assert_eq!(fill("{product} · {account}", &["", ""]), "");
    }

    #[test]
    fn an_address_is_made_of_the_name() {
        assert_eq!(fill("{first}.{last}@maven.example", &[]), "mei-mei.johns@maven.example");
    }
}
