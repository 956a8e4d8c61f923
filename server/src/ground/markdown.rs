//! Markdown for people to write: as sanitised HTML, as plain text, and the
//! links in it. What comes out holds no script, handler or foreign image.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

fn parser(text: &str) -> Parser<'_> {
    Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS)
}

/// As a page may show it.
pub fn html(text: &str) -> String {
    let mut html = String::with_capacity(text.len() * 3 / 2);
    pulldown_cmark::html::push_html(&mut html, parser(text));
    cleaner().clean(&html).to_string()
}

/// What survives is named here; everything else goes.
fn cleaner() -> &'static Builder<'static> {
    static CLEANER: OnceLock<Builder<'static>> = OnceLock::new();
    CLEANER.get_or_init(|| {
        let tags = [
            "a",
            "b",
            "blockquote",
            "br",
            "code",
            "dd",
            "del",
            "dl",
            "dt",
            "em",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "hr",
            "i",
            "img",
            "kbd",
            "li",
            "mark",
            "ol",
            "p",
            "pre",
            "s",
            "span",
            "strong",
            "sub",
            "sup",
            "table",
            "tbody",
            "td",
            "th",
            "thead",
            "tr",
            "u",
            "ul",
        ];
        let attributes: HashMap<&str, HashSet<&str>> = HashMap::from([
            ("a", HashSet::from(["href", "title"])),
            ("img", HashSet::from(["src", "alt", "title", "width", "height"])),
            ("ol", HashSet::from(["start"])),
            ("th", HashSet::from(["align"])),
            ("td", HashSet::from(["align"])),
        ]);
        let mut builder = Builder::empty();
        builder
            .tags(HashSet::from(tags))
            .tag_attributes(attributes)
            .generic_attributes(HashSet::new())
            .clean_content_tags(HashSet::from(["script", "style", "title", "textarea", "noscript", "template"]))
            .url_schemes(HashSet::from(["https", "http", "mailto", "tel"]))
            .url_relative(UrlRelative::PassThrough)
            .link_rel(Some("noopener noreferrer"))
            .attribute_filter(|element, attribute, value| match (element, attribute) {
                ("img", "src") if !is_own(value) => None,
                ("a", "href") if value.trim_start().starts_with("//") => None,
                _ => Some(value.into()),
            });
        builder
    })
}

/// A picture from elsewhere would tell its server who reads, and when.
fn is_own(address: &str) -> bool {
    address.starts_with('/') && !address.starts_with("//") && !address.contains('\\')
}

/// What a reader reads, block by block on lines of their own.
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for event in parser(text) {
        match event {
            Event::Text(part) | Event::Code(part) => plain.push_str(&part),
            Event::SoftBreak | Event::HardBreak => plain.push('\n'),
            Event::End(TagEnd::TableCell) => plain.push(' '),
            Event::End(
                TagEnd::Paragraph
                | TagEnd::Heading(_)
                | TagEnd::Item
                | TagEnd::CodeBlock
                | TagEnd::TableRow
                | TagEnd::TableHead,
            ) => plain.push('\n'),
            _ => {}
        }
    }
    plain.truncate(plain.trim_end().len());
    plain
}

/// Where its links lead.
pub fn links(text: &str) -> Vec<String> {
    let link = |event| match event {
        Event::Start(Tag::Link { dest_url, .. }) => Some(dest_url.to_string()),
        _ => None,
    };
    parser(text).filter_map(link).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_tables_code_and_links_are_shown() {
        let shown = html("# 标题\n\n| a | b |\n|---|:-:|\n| 1 | 2 |\n\n`x < 1` [文档](https://kith.example/a?b=1)");
        assert!(shown.starts_with("<h1>标题</h1>"), "{shown}");
        assert!(shown.contains("<td>1</td>") && shown.contains("<code>x &lt; 1</code>"), "{shown}");
        assert!(
            shown.contains(r#"<a href="https://kith.example/a?b=1" rel="noopener noreferrer">文档</a>"#),
            "{shown}"
        );
    }

    #[test]
    fn pictures_of_the_house_are_shown_and_no_others() {
        assert_eq!(html("![图](/files/1)"), "<p><img src=\"/files/1\" alt=\"图\"></p>\n");
        for foreign in ["https://spy.example/a.png", "//spy.example/a.png", "data:image/png;base64,AA"] {
            assert!(!html(&format!("![图]({foreign})")).contains("src="), "{foreign}");
            assert!(!html(&format!("<img src='{foreign}'>")).contains("src="), "{foreign}");
        }
        // Browsers read a backslash as a slash.
        assert!(!html("<img src='/\\spy.example/a.png'>").contains("src="));
    }

    #[test]
    fn plain_text_has_no_marks() {
        assert_eq!(plain("# 标题\n\n**粗** [链接](https://a.example)\n- 一\n- 二"), "标题\n粗 链接\n一\n二");
    }
}
