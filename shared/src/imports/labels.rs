//! What the columns and their words are called, from the catalogues.

use crate::access::Object;
use crate::api::FieldError;
use crate::i18n::{self, Key, Locale};

use super::Target;

/// What a reader calls a column.
pub fn label(object: Object, target: &Target, locale: Locale) -> String {
    let part = format!("import.target.{}", target.key.replace('.', "_"));
    let field = format!("field.{object}.{}", target.key);
    let record = format!("field.record.{}", target.key);
    named(&part, locale)
        .or_else(|| named(&field, locale))
        .or_else(|| named(&record, locale))
        .unwrap_or(target.key)
        .to_owned()
}

/// What a reader calls a word of a field.
pub fn word(field: &str, word: &str, locale: Locale) -> &'static str {
    let name = format!("choice.{field}.{}", word.to_ascii_lowercase().replace('-', "_"));
    named(&name, locale).unwrap_or_default()
}

/// What is wrong, in a reader's words.
pub fn error_text(error: &FieldError, locale: Locale) -> String {
    if !error.message.is_empty() {
        return error.message.clone();
    }
    let names = [format!("import.error.{}", error.code), format!("error.field.{}", error.code)];
    let key = names.iter().find_map(|name| Key::from_name(name));
    let params: Vec<(&str, &str)> = error.params.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    key.map_or_else(|| error.code.clone(), |key| i18n::fill(locale, key, &params))
}

fn named(name: &str, locale: Locale) -> Option<&'static str> {
    Key::from_name(name).map(|key| key.text(locale))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{dates::DateError, numbers::NumberError};
    use crate::imports::{Holds, OBJECTS, targets};

    #[test]
    fn every_way_to_be_wrong_has_its_words() {
        let codes = DateError::ALL.map(DateError::code).into_iter().chain(NumberError::ALL.map(NumberError::code));
        for code in codes.chain(crate::text::TextError::ALL.map(crate::text::TextError::code)) {
            for locale in Locale::ALL {
                assert_ne!(error_text(&FieldError::new(code), locale), code, "{locale}");
            }
        }
    }

    #[test]
    fn every_column_and_every_word_is_called_something_in_both_languages() {
        for object in OBJECTS {
            for target in targets(*object) {
                for locale in Locale::ALL {
                    assert_ne!(label(*object, &target, locale), target.key, "{object} {locale}");
                    if let Holds::Word(words) = target.holds {
                        for choice in words {
                            assert_ne!(word(target.key, choice, locale), "", "{} {choice} {locale}", target.key);
                        }
                    }
                }
            }
        }
    }
}
