use super::*;

fn e164(text: &str, home: Region) -> Result<String, TextError> {
    phone(text, home).map(|phone| phone.e164)
}

#[test]
fn chinese_numbers_are_read_in_every_usual_form() {
    for (text, expected) in [
        ("13800138000", "+8613800138000"),
        ("138 0013 8000", "+8613800138000"),
        ("138-0013-8000", "+8613800138000"),
        ("+86 138 0013 8000", "+8613800138000"),
        ("(+86)13800138000", "+8613800138000"),
        ("0086-13800138000", "+8613800138000"),
        ("86 13800138000", "+8613800138000"),
        ("013800138000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"),
        ("13800138000.0", "+8613800138000"),
        ("tel:+8613800138000", "+8613800138000"),
        ("010-62345678", "+861062345678"),
        ("（010）6234 5678", "+861062345678"),
        ("010-6234-5678", "+861062345678"),
        ("021 62345678", "+862162345678"),
        ("0755-82345678", "+8675582345678"),
        ("0477-8234567", "+864778234567"),
        ("+86 (0)10 6234 5678", "+861062345678"),
        ("400-800-1234", "+864008001234"),
    ] {
        assert_eq!(e164(text, Region::Cn).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn an_extension_is_kept_apart() {
    for text in [
        "010-62345678转801",
        "010-62345678 转 801",
        "010-62345678分机801",
        "010-62345678 ext. 801",
        "010-62345678x801",
        "010-62345678#801",
        "010-62345678-801",
    ] {
        let phone = phone(text, Region::Cn).unwrap();
        assert_eq!(phone.e164, "+861062345678", "{text}");
        assert_eq!(phone.extension.as_deref(), Some("801"), "{text}");
    }
}

#[test]
fn numbers_of_other_regions_follow_their_plan() {
    for (text, home, expected) in [
        ("(415) 555-2671", Region::Us, "+14155552671"),
        ("1-415-555-2671", Region::Us, "+14155552671"),
        ("011 86 10 6234 5678", Region::Us, "+861062345678"),
        ("020 7946 0958", Region::Gb, "+442079460958"),
        ("2079460958", Region::Gb, "+442079460958"),
        ("+44 (0)20 7946 0958", Region::Cn, "+442079460958"),
        ("030/12345678", Region::De, "+493012345678"),
        ("0151 23456789", Region::De, "+4915123456789"),
        ("03-1234-5678", Region::Jp, "+81312345678"),
        ("90-1234-5678", Region::Jp, "+819012345678"),
        ("2123 4567", Region::Hk, "+85221234567"),
        ("0912-345-678", Region::Tw, "+886912345678"),
        ("02-2345-6789", Region::Tw, "+886223456789"),
        ("6123 4567", Region::Sg, "+6561234567"),
    ] {
        assert_eq!(e164(text, home).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn the_region_is_that_of_the_number_not_of_the_reader() {
    assert_eq!(phone("+49 30 12345678", Region::Cn).unwrap().region, Some(Region::De));
    assert_eq!(phone("13800138000", Region::Cn).unwrap().region, Some(Region::Cn));
    let french = phone("+33 1 42 68 53 00", Region::Cn).unwrap();
    assert_eq!((french.e164.as_str(), french.region), ("+33142685300", None));
}

#[test]
fn nonsense_is_refused_with_its_reason() {
    for (text, reason) in [
        ("", TextError::PhoneShape),
        ("12345", TextError::PhoneShape),
        ("1380013800", TextError::PhoneShape),
        ("138001380001", TextError::PhoneShape),
        ("+86 12800138000", TextError::PhoneShape),
        ("+1 415 155 2671", TextError::PhoneShape),
        ("+33 1234 5678 9012 3456", TextError::PhoneShape),
        ("62345678", TextError::PhoneAreaCode),
        ("+999", TextError::PhoneShape),
        ("+0 138 0013 8000", TextError::PhoneCountry),
        ("call me", TextError::PhoneCharacters),
        ("138*013*8000", TextError::PhoneCharacters),
        ("微信同号", TextError::PhoneCharacters),
        ("1.38E+10", TextError::PhoneScientific),
        ("13800138000/13900139000", TextError::PhoneSeveral),
        ("13800138000、010-62345678", TextError::PhoneSeveral),
        ("13800138000;13900139000", TextError::PhoneSeveral),
    ] {
        assert_eq!(e164(text, Region::Cn), Err(reason), "{text}");
    }
}

#[test]
fn what_was_read_is_read_the_same_again() {
    for text in ["13800138000", "+33142685300", "0477-8234567"] {
        let once = e164(text, Region::Cn).unwrap();
        assert_eq!(e164(&once, Region::Gb), Ok(once.clone()));
    }
}

#[test]
fn a_number_falls_into_country_code_and_rest() {
    assert_eq!(split_code("+8613800138000"), Some(("86", "13800138000")));
    assert_eq!(split_code("+85221234567"), Some(("852", "21234567")));
    assert_eq!(split_code("+14155552671"), Some(("1", "4155552671")));
    assert_eq!(split_code("13800138000"), None);
}
