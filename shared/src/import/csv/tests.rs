use proptest::prelude::*;

use super::*;

fn read_with(text: &str, delimiter: char) -> Result<Vec<Record>, CsvError> {
    let mut reader = Reader::new(delimiter);
    let mut records = Vec::new();
    reader.push(text, &mut records)?;
    records.extend(reader.finish()?);
    Ok(records)
}

fn read(text: &str) -> Vec<Vec<String>> {
    cells(&read_with(text, ',').unwrap())
}

fn cells(records: &[Record]) -> Vec<Vec<String>> {
    records.iter().map(|record| record.iter().map(String::from).collect()).collect()
}

fn write(rows: &[Vec<String>], delimiter: char) -> String {
    let mut writer = Writer::new(delimiter);
    for row in rows {
        writer.record(row);
    }
    writer.take()
}

#[test]
fn lines_end_as_any_system_ends_them() {
    let expected = [["a", "b"], ["1", "2"], ["3", "4"]];
    assert_eq!(read("a,b\n1,2\n3,4"), expected);
    assert_eq!(read("a,b\r\n1,2\r\n3,4\r\n"), expected);
    assert_eq!(read("a,b\r1,2\r3,4\r"), expected);
    assert_eq!(read("\u{feff}a,b\n\n1,2\r\n\r\n3,4\n\n"), expected);
}

#[test]
fn quotes_hold_delimiters_quotes_and_lines() {
    assert_eq!(read("\"a,b\",\"say \"\"hi\"\"\",\"two\r\nlines\"\n"), [["a,b", "say \"hi\"", "two\r\nlines"]]);
    assert_eq!(read("6\" pipe,\"a\"b,\"\"\n"), [["6\" pipe", "ab", ""]]);
}

#[test]
fn an_empty_cell_is_a_cell_and_a_blank_line_is_none() {
    assert_eq!(read("a,,\n,,\n\n"), [["a", "", ""], ["", "", ""]]);
    assert_eq!(read("\"\"\n\n\"\"\n"), [[""], [""]]);
    assert_eq!(read(""), Vec::<Vec<String>>::new());
}

#[test]
fn a_record_knows_its_line_and_whether_it_fits() {
    let records = read_with("a,b\r\n\"1\r\n1\",2\r\n\r\n3\r\n4,5,6\n", ',').unwrap();

    let lines: Vec<_> = records.iter().map(|r| (r.line, r.len(), r.fits())).collect();

    assert_eq!(lines, [(1, 2, true), (2, 2, true), (5, 1, false), (6, 3, false)]);
    assert_eq!(records[1].get(0), Some("1\r\n1"));
    assert_eq!(records[2].get(1), None);
}

#[test]
fn an_unclosed_quote_is_told_with_its_line() {
    let error = read_with("a,b\n1,\"2\n3,4\n", ',').unwrap_err();

    assert_eq!(error, CsvError::UnclosedQuote { line: 2 });
    let endless = format!("a\n\"{}", "x\n".repeat(MAX_CELL));
    assert_eq!(read_with(&endless, ','), Err(CsvError::UnclosedQuote { line: 2 }));
    let long = format!("a\nb,{}\n", "x".repeat(MAX_CELL + 1));
    assert_eq!(read_with(&long, ','), Err(CsvError::CellTooLong { line: 2 }));
}

#[test]
fn formulas_are_disarmed_and_numbers_are_not() {
    for formula in ["=1+1", "+1", "-1+1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "－1", "'=1", "--5", "-", "-1-2"] {
        assert!(guard(formula).starts_with('\''), "{formula}");
        assert_eq!(unguard(&guard(formula)), formula);
    }
    for plain in ["-5", "-5.20", "5", "a=b", "'tis", "", "–5"] {
        assert_eq!(guard(plain), plain);
    }
    assert_eq!(read("'=1+1,'tis,'-5\n"), [["=1+1", "'tis", "-5"]]);
}

#[test]
fn a_file_for_spreadsheets_begins_with_the_mark_of_utf8() {
    let mut writer = Writer::for_spreadsheets();
    writer.record(["名称", "\u{feff}x", ""]);

    let text = writer.take();

    assert_eq!(text, "\u{feff}名称,\"\u{feff}x\",\r\n");
    assert_eq!(read(&text), [["名称", "\u{feff}x", ""]]);
}

#[test]
fn the_delimiter_is_found() {
    assert_eq!(sniff("name,city\nAcme,Berlin\n"), ',');
    assert_eq!(sniff("name;revenue\nAcme;1,5\nBeta;2,5\n"), ';');
    assert_eq!(sniff("name\tcity\nAcme, Inc.\tBerlin\n"), '\t');
    assert_eq!(sniff("name|city\nAcme|Berlin"), '|');
    assert_eq!(sniff("name,note\nAcme,\"a;b;c\nd;e;f\"\nBeta,\"cut he"), ',');
    assert_eq!(sniff("name\nAcme\n"), ',');
    assert_eq!(sniff(""), ',');
}

#[test]
fn the_delimiter_of_a_sample_cut_within_a_row_is_found() {
    let file = include_str!("../../../../tests/data/maven-crm/accounts.csv");
    for length in 60..file.len().min(600) {
        assert_eq!(sniff(&file[..length]), ',', "{length}");
    }
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof!["[ -~\r\n\t]{0,12}", "['=+@\t\r\n＝＋－＠\"-]{0,4}[0-9a,;]{0,3}", any::<String>(),]
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        rows in prop::collection::vec(prop::collection::vec(cell(), 1..5), 0..6),
        delimiter in prop::sample::select(vec![',', ';', '\t', '|']),
    ) {
        let text = write(&rows, delimiter);

        prop_assert_eq!(cells(&read_with(&text, delimiter).unwrap()), rows);
    }

    #[test]
    fn pieces_give_what_the_whole_gives(text in "(\u{feff})?[a,\"\r\n'=知]{0,40}", cuts in prop::collection::vec(0usize..60, 0..8)) {
        let mut reader = Reader::new(',');
        let mut pieces = Vec::new();
        let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.min(text.len())).collect();
        crate::order::sort_by(&mut cuts, Ord::cmp);
        let mut done = Ok(());
        let mut from = 0;
        for cut in cuts.into_iter().chain([text.len()]) {
            if text.is_char_boundary(cut) && done.is_ok() {
                done = reader.push(&text[from..cut], &mut pieces);
                from = cut;
            }
        }
        let pieces = done.and_then(|()| reader.finish()).map(|last| {
            pieces.extend(last);
            pieces
        });

        prop_assert_eq!(pieces, read_with(&text, ','));
    }
}
