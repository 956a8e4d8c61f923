//! Addresses of articles: made from the title, unique among all that are or
//! were published.

use std::collections::HashSet;

use pinyin::ToPinyin as _;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, LikeExpr, Query};
use shared::id::ArticleId;
use shared::knowledge::{ArticleVersion, RESERVED};

use crate::error::Result;
use crate::ground::db::name;

const MAX: usize = 80;

/// A title as people type it into an address: `如何改密码` is `ru-he-gai-mi-ma`.
pub fn of_title(title: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut is_open = false;
    for c in title.chars() {
        match c.to_pinyin() {
            Some(syllable) => words.push(syllable.plain().replace('ü', "v")),
            None if c.is_ascii_alphanumeric() => match words.last_mut().filter(|_| is_open) {
                Some(word) => word.push(c.to_ascii_lowercase()),
                None => words.push(c.to_ascii_lowercase().to_string()),
            },
            None => {}
        }
        is_open = c.is_ascii_alphanumeric();
    }
    let mut address = String::new();
    for word in words {
        if address.len() + word.len() >= MAX {
            break;
        }
        if !address.is_empty() {
            address.push('-');
        }
        address.push_str(&word);
    }
    if address.is_empty() { "article".into() } else { address }
}

pub fn is_good(address: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !address.is_empty() && address.bytes().all(fits) && !address.starts_with('-') && !address.ends_with('-')
}

/// Whether another article is, or once was, to be found there: its readers
/// would end up here. Pages of the library itself stay where they are.
pub async fn is_taken(db: &impl ConnectionTrait, address: &str, article: ArticleId) -> Result<bool> {
    if RESERVED.contains(&address) {
        return Ok(true);
    }
    let select = Query::select()
        .expr(Expr::cust("1"))
        .from(name(ArticleVersion::SCHEMA.table))
        .and_where(Expr::col(name("slug")).eq(address))
        .and_where(Expr::col(name("article_id")).ne(article.0))
        .and_where(Expr::col(name("published_at")).is_not_null())
        .limit(1)
        .take();
    Ok(db.query_one(&select).await?.is_some())
}

/// The address, or the first of its kind that no other text has.
pub async fn free(db: &impl ConnectionTrait, wanted: String, article: ArticleId, locale: &str) -> Result<String> {
    let others =
        Condition::any().add(Expr::col(name("article_id")).ne(article.0)).add(Expr::col(name("locale")).ne(locale));
    let select = Query::select()
        .column(name("slug"))
        .from(name(ArticleVersion::SCHEMA.table))
        .and_where(Expr::col(name("slug")).like(LikeExpr::new(format!("{wanted}%"))))
        .cond_where(others)
        .limit(1_000)
        .take();
    let mut taken: HashSet<String> = RESERVED.iter().map(|word| (*word).to_owned()).collect();
    for found in db.query_all(&select).await? {
        taken.insert(found.try_get_by_index::<String>(0)?);
    }
    if !taken.contains(&wanted) {
        return Ok(wanted);
    }
    let next = (2..taken.len() + 3).map(|n| format!("{wanted}-{n}")).find(|address| !taken.contains(address));
    Ok(next.unwrap_or(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_an_address() {
        assert_eq!(of_title("如何修改登录密码?"), "ru-he-xiu-gai-deng-lu-mi-ma");
        assert_eq!(of_title("VPN连接不上 (Error 809)"), "vpn-lian-jie-bu-shang-error-809");
        assert_eq!(of_title("女士"), "nv-shi");
        assert_eq!(of_title("？！"), "article");
        assert!(of_title(&"很长".repeat(100)).len() <= MAX && is_good(&of_title(&"很长".repeat(100))));
    }

    #[test]
    fn an_address_is_lower_case_letters_digits_and_hyphens() {
        assert!(is_good("reset-password-2"));
        for bad in ["", "-a", "a-", "A", "a b", "a/b", "密码"] {
            assert!(!is_good(bad), "{bad}");
        }
    }
}
