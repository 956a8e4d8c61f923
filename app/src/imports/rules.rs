//! What stands where the file is silent, and what a row is known by.

use leptos::prelude::*;
use shared::access::Object;
use shared::i18n::Key;
use shared::imports::*;
use shared::money::CURRENCIES;
use shared::text::Region;

use super::stages::Stages;
use super::wizard::Wizard;
use crate::i18n::{fill, locale, t, text};
use crate::ui::{Checkbox, Choice, Field, Glyph, IconButton, IconKind, RadioGroup, Select, Switch, TextInput, format};
use crate::{store, words};

#[component]
pub fn Rules(wizard: Wizard, object: Object) -> impl IntoView {
    let templates = ["name", "email"]
        .into_iter()
        .filter(|key| target(object, key).is_some())
        .filter(|key| *key != "name" || object == Object::Opportunity);
    let templates: Vec<&'static str> = templates.filter(|key| *key != "email" || object == Object::User).collect();
    view! {
        {(object == Object::Opportunity).then(|| view! { <Stages wizard/> })}
        <section class="section">
            <h2>{t(Key::ImportDefaults)}</h2>
            <p class="muted">{t(Key::ImportDefaultsText)}</p>
            {templates.into_iter().map(|key| template(wizard, object, key)).collect_view()}
            <Defaults wizard object/>
            <Phones wizard/>
        </section>
        <section class="section">
            <h2>{t(Key::ImportMatching)}</h2>
            <Matching wizard object/>
        </section>
    }
}

/// A value put together from others, with what becomes of the first row.
fn template(wizard: Wizard, object: Object, key: &'static str) -> impl IntoView {
    let is_open = Memo::new(move |_| wizard.plan.read().column(key).is_none());
    let value = RwSignal::new(wizard.plan.read_untracked().templates.get(key).cloned().unwrap_or_default());
    // A new suggestion shows; what is typed here is what the plan holds.
    Effect::new(move |_| {
        let planned = wizard.plan.read().templates.get(key).cloned().unwrap_or_default();
        if value.get_untracked() != planned {
            value.set(planned);
        }
    });
    Effect::new(move |_| {
        let typed = value.get();
        if wizard.plan.read_untracked().templates.get(key).map(String::as_str).unwrap_or_default() != typed {
            wizard.set_template(key, &typed);
        }
    });
    let example = Signal::derive(move || {
        let loaded = wizard.loaded.get()?;
        let plan = wizard.plan.get();
        let row = Converter::new(object, &plan, "CNY").record(loaded.records.first()?);
        let made = row.values.get(key)?.as_str()?.to_owned();
        Some(fill(Key::ImportTemplateExample, &[("value", &made)]))
    });
    let title = Signal::derive(move || {
        let called = target(object, key).map(|target| label(object, &target, locale())).unwrap_or_default();
        fill(Key::ImportTemplate, &[("field", &called)])
    });
    view! { <Show when=move || is_open.get()><Field label=title hint=example><TextInput value maxlength=200/></Field></Show> }
}

/// The values that new records get.
#[component]
fn Defaults(wizard: Wizard, object: Object) -> impl IntoView {
    let keys = Memo::new(move |_| {
        let plan = wizard.plan.read();
        let set = |target: &Target| plan.defaults.contains_key(target.key) && plan.column(target.key).is_none();
        targets(object).into_iter().filter(set).map(|target| target.key).collect::<Vec<_>>()
    });
    let free = Signal::derive(move || {
        let plan = wizard.plan.read();
        let open = |target: &Target| {
            let chosen = plan.defaults.contains_key(target.key) || plan.column(target.key).is_some();
            !chosen && is_settable(target) && target.key != "name"
        };
        targets(object)
            .into_iter()
            .filter(open)
            .map(|target| Choice::new(target.key, label(object, &target, locale())))
            .collect::<Vec<_>>()
    });
    let adding = RwSignal::new(String::new());
    let shown = RwSignal::new(Vec::<&'static str>::new());
    let add = move |key: String| {
        adding.set(String::new());
        if let Some(target) = target(object, &key) {
            shown.update(|shown| shown.push(target.key));
        }
    };
    let all = Memo::new(move |_| {
        let mut all = keys.get();
        all.extend(shown.get().into_iter().filter(|key| !keys.read().contains(key)));
        all
    });
    let remove = move |key: &'static str| {
        shown.update(|shown| shown.retain(|other| *other != key));
        wizard.set_default(key, "");
    };
    view! {
        <For each=move || all.get() key=|key| *key children=move |key| target(object, key).map(|target| default(wizard, object, target, remove))/>
        <Field label=Key::ImportAddDefault><Select value=adding options=free empty=Key::ImportChoose on_commit=add/></Field>
    }
}

/// Lists are put together from columns; a default is one value.
fn is_settable(target: &Target) -> bool {
    !matches!(target.holds, Holds::Each(_) | Holds::Id | Holds::Time | Holds::Manager | Holds::Points(_))
}

fn default(
    wizard: Wizard,
    object: Object,
    target: Target,
    remove: impl Fn(&'static str) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let key = target.key;
    let value = RwSignal::new(wizard.plan.read_untracked().defaults.get(key).cloned().unwrap_or_default());
    let set = move |text: String| wizard.set_default(key, &text);
    let called = Signal::derive(move || label(object, &target, locale()));
    // Made within its field, which names it.
    let control = move || match choices(target) {
        Some(options) => view! { <Select value options empty=Key::ImportChoose on_commit=set/> }.into_any(),
        None => view! { <TextInput value on_commit=set/> }.into_any(),
    };
    view! {
        <div class="row import-default">
            <div class="grow"><Field label=called>{control()}</Field></div>
            <IconButton kind=IconKind::Quiet glyph=Glyph::X label=Signal::derive(move || fill(Key::UiRemoveNamed, &[("name", &called.get())])) on_click=move |()| remove(key)/>
        </div>
    }
}

/// What can be chosen for a field, if it is not typed.
fn choices(target: Target) -> Option<Signal<Vec<Choice>>> {
    let named = |records: Vec<(String, String)>| {
        records.into_iter().map(|(id, name)| Choice::new(id, name)).collect::<Vec<_>>()
    };
    match (target.holds, target.holds.names()) {
        (Holds::Word(list), _) => Some(Signal::derive(move || {
            list.iter().map(|choice| Choice::new(choice, word(target.key, choice, locale()))).collect()
        })),
        (Holds::Currency, _) => Some(Signal::derive(|| {
            CURRENCIES.iter().map(|code| Choice::new(code, format!("{code} {}", format::currency_name(code)))).collect()
        })),
        (Holds::Bool, _) => Some(Signal::derive(|| {
            vec![Choice::new("true", text(Key::ValueYes)), Choice::new("false", text(Key::ValueNo))]
        })),
        (_, Some(Object::User)) => Some(Signal::derive(move || {
            named(store::users().iter().map(|user| (user.id.to_string(), user.name.clone())).collect())
        })),
        (_, Some(Object::Team)) => Some(Signal::derive(move || {
            named(store::teams().iter().map(|team| (team.id.to_string(), team.name.clone())).collect())
        })),
        (_, Some(Object::Role)) => Some(Signal::derive(move || {
            named(store::roles().iter().map(|role| (role.id.to_string(), role.name.clone())).collect())
        })),
        (_, Some(Object::Product)) => Some(Signal::derive(move || {
            named(store::products().iter().map(|product| (product.id.to_string(), product.name.clone())).collect())
        })),
        (_, Some(Object::Stage)) => None,
        _ => None,
    }
}

/// Where numbers without a country code are from.
#[component]
fn Phones(wizard: Wizard) -> impl IntoView {
    let has_phones = Memo::new(move |_| wizard.plan.read().column("points.phone").is_some());
    let region =
        RwSignal::new(wizard.plan.read_untracked().region.clone().unwrap_or_else(|| Region::Cn.code().to_owned()));
    let options = Signal::derive(|| {
        Region::ALL
            .into_iter()
            .map(|region| Choice::new(region.code(), format::region_name(region.code())))
            .collect::<Vec<_>>()
    });
    let set = move |code: String| wizard.plan.update(|plan| plan.region = Some(code));
    view! { <Show when=move || has_phones.get()><Field label=Key::ImportPhones><Select value=region options on_commit=set/></Field></Show> }
}

/// What a row is known by, and what becomes of rows that are known or new.
#[component]
fn Matching(wizard: Wizard, object: Object) -> impl IntoView {
    let mode = RwSignal::new(wizard.mode.get_untracked().word().to_owned());
    let modes = Signal::derive(|| {
        ImportMode::ALL
            .iter()
            .map(|mode| Choice::new(mode.word(), words::choice("mode", mode.word())))
            .collect::<Vec<_>>()
    });
    let choose = move |word: String| {
        if let Ok(mode) = word.parse() {
            wizard.mode.set(mode);
        }
    };
    let keys = matches_by(object).iter().map(|key| match_key(wizard, object, key)).collect_view();
    view! {
        <fieldset class="field radios">
            <legend>{t(Key::ImportMatchBy)}</legend>
            <p class="hint">{t(Key::ImportMatchByHint)}</p>
            <div class="row wrap">{keys}</div>
        </fieldset>
        <RadioGroup label=Key::FieldImportMode value=mode options=modes on_change=choose/>
        <Switch checked=wizard.create_missing label=Key::ImportCreateMissing hint=Signal::derive(|| Some(text(Key::ImportCreateMissingHint).to_owned()))/>
    }
}

fn match_key(wizard: Wizard, object: Object, key: &'static str) -> impl IntoView {
    let checked = RwSignal::new(wizard.match_keys.read_untracked().iter().any(|chosen| chosen == key));
    Effect::new(move |_| checked.set(wizard.match_keys.read().iter().any(|chosen| chosen == key)));
    let label = Signal::derive(move || match target(object, key) {
        Some(target) => label(object, &target, locale()),
        None => words::field(object, key),
    });
    let set = move |is_on: bool| {
        wizard.match_keys.update(|keys| {
            keys.retain(|chosen| chosen != key);
            if is_on {
                keys.push(key.to_owned());
            }
            if keys.is_empty() {
                keys.push(key.to_owned());
            }
        });
    };
    view! { <Checkbox checked label on_change=set/> }
}
