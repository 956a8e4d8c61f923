//! The days off of mainland China that are known: 国务院办公厅关于部分节假日
//! 安排的通知, published each November on gov.cn for the year after.

use super::{DayKind, Hours, SpecialDays};
use crate::time::Date;

/// Name, first and last day, as month and day.
type Days = (&'static str, (u32, u32), (u32, u32));

/// What one of them says.
struct Notice {
    year: i32,
    off: &'static [Days],
    /// Weekends that are worked, with the holiday they are worked for.
    makeup: &'static [Days],
}

const NOTICES: &[Notice] = &[
    // 国务院办公厅关于2025年部分节假日安排的通知
    Notice {
        year: 2025,
        off: &[
            ("元旦", (1, 1), (1, 1)),
            ("春节", (1, 28), (2, 4)),
            ("清明节", (4, 4), (4, 6)),
            ("劳动节", (5, 1), (5, 5)),
            ("端午节", (5, 31), (6, 2)),
            ("国庆节、中秋节", (10, 1), (10, 8)),
        ],
        makeup: &[
            ("春节补班", (1, 26), (1, 26)),
            ("春节补班", (2, 8), (2, 8)),
            ("劳动节补班", (4, 27), (4, 27)),
            ("国庆节补班", (9, 28), (9, 28)),
            ("国庆节补班", (10, 11), (10, 11)),
        ],
    },
    // 国务院办公厅关于2026年部分节假日安排的通知
    Notice {
        year: 2026,
        off: &[
            ("元旦", (1, 1), (1, 3)),
            ("春节", (2, 15), (2, 23)),
            ("清明节", (4, 4), (4, 6)),
            ("劳动节", (5, 1), (5, 5)),
            ("端午节", (6, 19), (6, 21)),
            ("中秋节", (9, 25), (9, 27)),
            ("国庆节", (10, 1), (10, 7)),
        ],
        makeup: &[
            ("元旦补班", (1, 4), (1, 4)),
            ("春节补班", (2, 14), (2, 14)),
            ("春节补班", (2, 28), (2, 28)),
            ("劳动节补班", (5, 9), (5, 9)),
            ("国庆节补班", (9, 20), (9, 20)),
            ("国庆节补班", (10, 10), (10, 10)),
        ],
    },
];

/// The days of all years that are known; `hours` are worked on make-up days.
pub fn days(hours: &[Hours]) -> Vec<SpecialDays> {
    let mut days: Vec<SpecialDays> = NOTICES
        .iter()
        .flat_map(|notice| {
            let off = notice.off.iter().filter_map(|days| special(notice.year, days, DayKind::Holiday, &[]));
            off.chain(notice.makeup.iter().filter_map(|days| special(notice.year, days, DayKind::Makeup, hours)))
        })
        .collect();
    crate::order::sort_by(&mut days, |a, b| a.from.cmp(&b.from));
    days
}

fn special(year: i32, (name, from, to): &Days, kind: DayKind, hours: &[Hours]) -> Option<SpecialDays> {
    let date = |(month, day): (u32, u32)| Date::from_ymd_opt(year, month, day);
    Some(SpecialDays { from: date(*from)?, to: date(*to)?, hours: hours.to_vec(), name: (*name).into(), kind })
}
