//! What customers think on average: by agent, team, category or month, and
//! each number opens to its tickets.

use std::sync::Arc;

use leptos::prelude::*;
use shared::access::Object;
use shared::i18n::{Key, Locale};
use shared::query::{Arg, Filter, Op, Period, text as filter_text};
use shared::surveys::{OVERALL, Satisfaction, SatisfactionLine, SurveyBy, SurveyTotals, SurveyTotalsQuery};
use uuid::Uuid;

use crate::i18n::{self, fill, t, text};
use crate::ui::{Choice, EmptyState, Glyph, SegmentedControl, Select, Skeleton, SkeletonKind, format};
use crate::{links, store, words};

/// The stretches one asks about; none is all of it.
const PERIODS: [Period; 4] = [Period::ThisMonth, Period::LastMonth, Period::ThisQuarter, Period::ThisYear];

#[component]
pub fn Averages() -> impl IntoView {
    let by = Memo::new(|_| links::param("by").and_then(|word| word.parse::<SurveyBy>().ok()).unwrap_or_default());
    let period = Memo::new(|_| links::param("period").and_then(|word| word.parse::<Period>().ok()));
    let totals = store::query::<SurveyTotals>(
        move || {
            let within = |period| Filter::test("rated_at", Op::During, [Arg::Period(period)]);
            let filter = period.get().map(|period| filter_text::print(&within(period)));
            Some(((), SurveyTotalsQuery { filter, by: Some(by.get()) }))
        },
        &[Object::Ticket, Object::SurveyAnswer],
    );
    view! {
        <div class="content">
            <div class="column wide">
                <Asked by period/>
                {move || match totals.data() {
                    None => view! { <Skeleton kind=SkeletonKind::Rows count=4/> }.into_any(),
                    Some(answer) if answer.lines.is_empty() => {
                        view! { <EmptyState glyph=Glyph::Star title=Key::SurveyNoAnswer text=Key::SurveyNoAnswerText/> }.into_any()
                    }
                    Some(answer) => table(by.get(), &answer),
                }}
            </div>
        </div>
    }
}

#[component]
fn Asked(by: Memo<SurveyBy>, period: Memo<Option<Period>>) -> impl IntoView {
    let groups = Signal::derive(|| SurveyBy::ALL.iter().map(|by| Choice::new(by.word(), group_label(*by))).collect());
    let value = Signal::derive(move || by.get().word().to_owned());
    let choose = |word: String| links::set_params(&[("by", Some(&word))]);
    let chosen = RwSignal::new(period.get_untracked().map(|period| period.word().to_owned()).unwrap_or_default());
    let periods = Signal::derive(|| {
        PERIODS.iter().map(|one| Choice::new(one.word(), words::choice("period", one.word()))).collect::<Vec<_>>()
    });
    let whole = Signal::derive(|| text(Key::SurveyAlways).to_owned());
    let label = Signal::derive(|| text(Key::SurveyPeriod).to_owned());
    let within = |word: String| links::set_params(&[("period", Some(word.as_str()).filter(|word| !word.is_empty()))]);
    view! {
        <div class="row wrap">
            <SegmentedControl label=Key::SurveyBy options=groups value on_choose=choose/>
            <span class="grow"></span>
            <Select value=chosen options=periods empty=whole label on_commit=Callback::new(within)/>
        </div>
    }
}

fn group_label(by: SurveyBy) -> &'static str {
    text(match by {
        SurveyBy::Whole => Key::SurveyByWhole,
        SurveyBy::Agent => Key::SurveyByAgent,
        SurveyBy::Team => Key::FieldTicketTeamId,
        SurveyBy::Category => Key::FieldTicketCategoryId,
        SurveyBy::Month => Key::SurveyByMonth,
    })
}

/// A row for each group, a column for each dimension. Tracked.
fn table(by: SurveyBy, answer: &Arc<Satisfaction>) -> AnyView {
    let (mut groups, mut keys) = (Vec::<Option<String>>::new(), Vec::<String>::new());
    for line in &answer.lines {
        if !groups.contains(&line.group) {
            groups.push(line.group.clone());
        }
        if !keys.contains(&line.key) {
            keys.push(line.key.clone());
        }
    }
    let heads = keys.iter().map(|key| view! { <th scope="col" class="figures">{label(key)}</th> }).collect_view();
    let row = |group: Option<String>| {
        let cell = |key: &String| {
            let line = answer.lines.iter().find(|line| line.group == group && line.key == *key);
            view! { <td class="figures">{line.map(cell)}</td> }
        };
        let cells = keys.iter().map(cell).collect_view();
        view! { <tr><th scope="row">{name(by, group.as_deref())}</th>{cells}</tr> }
    };
    let rows = groups.iter().cloned().map(row).collect_view();
    view! {
        <p class="muted small">{t(Key::SurveyAveragesText)}</p>
        <div class="table-room" tabindex="0" role="group" aria-label=t(Key::SurveyTab)>
            <table class="table admin-table">
                <thead><tr><th scope="col">{group_label(by)}</th>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The mean, how many it is of, and how sure; a link to the tickets. Tracked.
fn cell(line: &SatisfactionLine) -> AnyView {
    let href = filter_text::parse(&line.filter).map(|filter| links::filtered(Object::Ticket, &filter));
    let mean = line.mean.map_or_else(|| text(Key::SurveyTooFew).to_owned(), |mean| format::decimal(mean, 2));
    let n = format::number(line.n);
    let sure = match (line.low, line.high) {
        (Some(low), Some(high)) => {
            let (low, high) = (format::decimal(low, 2), format::decimal(high, 2));
            fill(Key::SurveyInterval, &[("n", &n), ("low", &low), ("high", &high)])
        }
        _ => fill(Key::SurveyCount, &[("n", &n)]),
    };
    view! { <a class="value-link survey-mean" href=href.unwrap_or_default()><b>{mean}</b><small class="faint">{sure}</small></a> }
        .into_any()
}

/// Tracked.
fn name(by: SurveyBy, group: Option<&str>) -> String {
    let object = match by {
        SurveyBy::Whole => return text(Key::SurveyByWhole).to_owned(),
        SurveyBy::Month => return group.unwrap_or_default().to_owned(),
        SurveyBy::Agent => Object::User,
        SurveyBy::Team => Object::Team,
        SurveyBy::Category => Object::TicketCategory,
    };
    let id = group.and_then(|id| id.parse::<Uuid>().ok());
    match id {
        Some(id) => store::name(object, id).unwrap_or_else(|| text(Key::ValueHidden).to_owned()),
        None => text(Key::ValueNone).to_owned(),
    }
}

/// What a dimension is called in the reader's language. Tracked.
fn label(key: &str) -> String {
    if key == OVERALL {
        return text(Key::SurveyOverall).to_owned();
    }
    let policies = store::survey_policies();
    let known = policies.iter().flat_map(|policy| &policy.dimensions).find(|dimension| dimension.key == key);
    let english = known.and_then(|one| one.label_en.clone()).filter(|_| i18n::locale() == Locale::En);
    english.or_else(|| known.map(|one| one.label.clone())).unwrap_or_else(|| key.to_owned())
}
