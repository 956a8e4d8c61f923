//! Working calendars: when a team works, in which zone, and on which days
//! otherwise.

use chrono::Datelike as _;
use serde::{Deserialize, Serialize};

use crate::access::Access::Staff;
use crate::access::Action::*;
use crate::access::Object;
use crate::api::{FieldError, FieldErrors, Page};
use crate::change::{Archive, AsOf, BulkDone, Done, New, Patch};
use crate::fields::ListKind;
use crate::id::CalendarId;
use crate::query::ListQuery;
use crate::time::{Date, Instant};

mod check;
pub mod days;
pub mod statutory;
pub mod written;

crate::endpoints! {
    ListCalendars:    GET   "/api/calendars"           (ListQuery)               -> Page<Calendar>, Staff(Object::Calendar, Read);
    GetCalendar:      GET   "/api/calendars/{id}"      [CalendarId] (AsOf)       -> Calendar,       Staff(Object::Calendar, Read);
    CreateCalendar:   POST  "/api/calendars"           (New<Calendar>)           -> Done<Calendar>, Staff(Object::Calendar, Create);
    UpdateCalendar:   PATCH "/api/calendars/{id}"      [CalendarId] (Patch)      -> Done<Calendar>, Staff(Object::Calendar, Write);
    ArchiveCalendars: POST  "/api/calendars/archive"   (Archive)                 -> BulkDone,       Staff(Object::Calendar, Archive);
    /// Takes over holidays and make-up days from a file's text, JSON or iCalendar.
    /// A day that the file names is as the file says; the others stay.
    ImportDays:       POST  "/api/calendars/{id}/days" [CalendarId] (DaysFile)   -> DaysTaken,      Staff(Object::Calendar, Write);
    /// When so much working time is over, and why then.
    TryCalendar:      POST  "/api/calendars/{id}/try"  [CalendarId] (Trial)      -> Tried,          Staff(Object::Calendar, Read);
    /// The calendar as it was and is, oldest first: what ran on a calendar keeps what it counted.
    CalendarVersions: GET   "/api/calendars/{id}/versions" [CalendarId]          -> Page<Version>,  Staff(Object::Calendar, Read);
}

/// The minutes of a day.
pub const DAY: i64 = 24 * 60;

/// Work from one minute after midnight to another; an end after 24:00 lies in
/// the next day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    pub start: i64,
    pub end: i64,
}

/// Work that comes every week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeekHours {
    /// 1 is Monday, 7 is Sunday.
    pub day: i64,
    pub start: i64,
    pub end: i64,
}

choices! {
    /// Why a day is not like its weekday.
    pub enum DayKind {
        Holiday = "holiday",
        /// 补班: a weekend that is worked for a holiday.
        Makeup = "makeup",
        Special = "special",
    }
}

/// Days on which other hours hold. What begins on such a day is replaced;
/// a night shift of the day before still ends in its morning.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpecialDays {
    pub from: Date,
    /// The last of them.
    pub to: Date,
    /// None: closed.
    #[serde(default)]
    pub hours: Vec<Hours>,
    pub name: String,
    #[serde(default)]
    pub kind: DayKind,
}

record! {
    /// When work is done.
    Calendar (CalendarId) as Calendar in "calendars", Common {
        name: String = text(80).required();
        /// IANA name of the zone whose clocks the hours are read from.
        zone: String = text(64).required();
        week: Vec<WeekHours> = list(ListKind::Parts).required();
        days: Vec<SpecialDays> = list(ListKind::Parts);
        is_default: bool = flag();
    }
}

impl Calendar {
    /// Puts hours and days in order and says what is wrong with them.
    pub fn check(&mut self) -> FieldErrors {
        let mut errors = FieldErrors::new();
        check::week(&mut self.week, &mut errors);
        check::days(&mut self.days, &mut errors);
        errors
    }

    /// The hours that begin on a day, and what the day is called when it is special.
    pub fn on(&self, day: Date) -> (Vec<Hours>, Option<&SpecialDays>) {
        if let Some(special) = self.days.iter().find(|days| days.from <= day && day <= days.to) {
            return (special.hours.clone(), Some(special));
        }
        let weekday = i64::from(day.weekday().number_from_monday());
        (self.of_weekday(weekday), None)
    }

    /// The hours of a weekday; 1 is Monday.
    pub fn of_weekday(&self, weekday: i64) -> Vec<Hours> {
        let of_day = self.week.iter().filter(|hours| hours.day == weekday);
        of_day.map(|hours| Hours { start: hours.start, end: hours.end }).collect()
    }

    /// The hours that a make-up day has: those of the first weekday that is worked.
    pub fn plain_hours(&self) -> Vec<Hours> {
        let first = self.week.iter().map(|hours| hours.day).min();
        first.map(|weekday| self.of_weekday(weekday)).unwrap_or_default()
    }

    /// The year whose holidays are not known although they are needed: this
    /// one, and from November on, when the next one's are announced, the next.
    /// A calendar that keeps no holidays at all misses none.
    pub fn missing_year(&self, today: Date) -> Option<i32> {
        if !self.days.iter().any(|days| days.kind == DayKind::Holiday) {
            return None;
        }
        let next = (today.month() >= 11).then_some(today.year() + 1);
        std::iter::once(today.year()).chain(next).find(|year| !self.knows(*year))
    }

    fn knows(&self, year: i32) -> bool {
        self.days
            .iter()
            .any(|days| days.kind == DayKind::Holiday && (days.from.year()..=days.to.year()).contains(&year))
    }
}

/// A file with holidays, as its text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DaysFile {
    pub text: String,
    /// Tells what would be taken, and writes nothing.
    #[serde(default)]
    pub is_rehearsal: bool,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DaysTaken {
    pub calendar: Calendar,
    pub taken: Vec<SpecialDays>,
    /// Entries of the file that are no whole days off or on.
    pub left_out: Vec<LeftOut>,
    pub missing_year: Option<i32>,
    pub batch: Option<crate::id::BatchId>,
}

/// An entry that was not taken over.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// The line of the file, or the entry's number in JSON.
    pub line: i64,
    pub name: String,
    pub why: Why,
}

choices! {
    /// Why an entry of a file is not taken over.
    pub enum Why {
        /// It names a time of day, not whole days.
        NotWholeDays = "not_whole_days",
        /// Its date cannot be read, or its end lies before its begin.
        BadDate = "bad_date",
        /// It comes again and again by a rule.
        Repeats = "repeats",
        /// It lacks a name, or its kind or hours cannot be read.
        Unreadable = "unreadable",
    }
}

/// From when, and how much.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trial {
    pub start: Instant,
    /// At most five years of work.
    pub seconds: i64,
}

pub const LONGEST_TRIAL: i64 = 5 * 366 * 86_400;

/// When it is over; never when the calendar does not get there in fifty years.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tried {
    pub due_at: Option<Instant>,
    pub lines: Vec<crate::worktime::Line>,
    /// Lines beyond those that are told.
    pub left_out: i64,
    /// The way there leads through a year whose holidays are not known.
    pub missing_year: Option<i32>,
}

/// A calendar as it was from a moment on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Version {
    pub version: i64,
    pub from: Instant,
    pub calendar: Calendar,
}

/// Says what is wrong with a trial.
pub fn check_trial(trial: &Trial) -> FieldErrors {
    let mut errors = FieldErrors::new();
    if !(0..=LONGEST_TRIAL).contains(&trial.seconds) {
        errors.insert("seconds".into(), FieldError::new("out_of_range").with("min", 0).with("max", LONGEST_TRIAL));
    }
    // The years that dates may lie in anywhere.
    if !(-2_208_988_800_000..=7_258_118_400_000).contains(&trial.start.0) {
        errors.insert("start".into(), FieldError::new("date_out_of_range"));
    }
    errors
}

#[cfg(test)]
mod tests;
