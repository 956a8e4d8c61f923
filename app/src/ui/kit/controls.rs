//! Buttons and fields.

use leptos::prelude::*;
use shared::i18n::Key;

use super::super::*;
use super::section;

#[component]
pub fn Controls() -> impl IntoView {
    view! {
        {section("controls", buttons().into_any())}
        {section("Field", fields().into_any())}
        {section("Combobox", lists().into_any())}
        {section("Check", ticks().into_any())}
    }
}

fn buttons() -> impl IntoView {
    let pressed = RwSignal::new(true);
    let kinds = [ButtonKind::Plain, ButtonKind::Primary, ButtonKind::Quiet, ButtonKind::Danger];
    view! {
        <div class="row wrap">
            {kinds.map(|kind| view! { <Button kind label=format!("{kind:?}") icon=Glyph::Plus shortcut="c"/> })}
        </div>
        <div class="row wrap">
            {kinds.map(|kind| view! { <Button kind label=format!("{kind:?}") pending=true/> })}
        </div>
        <div class="row wrap">
            {kinds.map(|kind| view! { <Button kind label=format!("{kind:?}") disabled=true hint="Why it is disabled"/> })}
        </div>
        <div class="row wrap">
            <IconButton glyph=Glyph::Bell label="Quiet" badge=3_usize/>
            <IconButton glyph=Glyph::Bell label="Plain" kind=IconKind::Plain/>
            <IconButton glyph=Glyph::X label="Small" kind=IconKind::Small/>
            <IconButton glyph=Glyph::Star label="Pressed" pressed=pressed on_click=move |()| pressed.update(|on| *on = !*on)/>
            <IconButton glyph=Glyph::Pencil label="Disabled" disabled=true/>
            <Menu label="Menu" show_label=true>
                <MenuItem label=Key::UiUndo glyph=Glyph::Undo2 shortcut="mod+z" on_choose=move |()| ()/>
                <MenuItem label=Key::UiClear glyph=Glyph::X disabled=true hint="Why it is disabled" on_choose=move |()| ()/>
                <MenuSection label="Section"/>
                <MenuLink label="Link" glyph=Glyph::ExternalLink href="#marks"/>
                <MenuSection/>
                <MenuItem label="Danger" glyph=Glyph::Trash2 danger=true on_choose=move |()| ()/>
            </Menu>
        </div>
    }
}

fn fields() -> impl IntoView {
    let text = RwSignal::new("深圳远见科技".to_owned());
    let empty = RwSignal::new(String::new());
    let amount = RwSignal::new(Some(18_000_050));
    let currency = RwSignal::new("CNY".to_owned());
    let days = RwSignal::new(Some(14));
    let date = RwSignal::new(Some(format::today()));
    let stage = RwSignal::new("b".to_owned());
    let stages = vec![
        Choice::new("a", "需求确认"),
        Choice::new("b", "方案报价"),
        Choice::new("c", "Negotiation").disabled(true),
    ];
    view! {
        <div class="form two">
            <Field label="TextInput" required=true hint="A hint under the field">
                <TextInput value=text/>
            </Field>
            <Field label="TextInput" error="What is wrong, and how to mend it">
                <TextInput value=text kind="email"/>
            </Field>
            <Field label="TextInput"><TextInput value=empty placeholder="Placeholder"/></Field>
            <Field label="TextInput"><TextInput value=text disabled=true/></Field>
            <Field label="MoneyInput"><MoneyInput amount currency/></Field>
            <Field label="NumberInput"><NumberInput value=days min=0 max=90 unit="d"/></Field>
            <Field label="DateInput"><DateInput value=date/></Field>
            <Field label="Select"><Select value=stage options=stages.clone() empty="—"/></Field>
            <SearchInput value=empty label="SearchInput"/>
            <div class="whole"><Field label="TextArea"><TextArea value=empty placeholder="Grows"/></Field></div>
        </div>
    }
}

fn lists() -> impl IntoView {
    let people = || {
        vec![
            Choice::new("1", "李静").detail("华东销售部").hue(Hue::new(7)),
            Choice::new("2", "王磊").detail("华南销售部").hue(Hue::new(9)),
            Choice::new("3", "Maya Torres").detail("Americas").hue(Hue::new(12)),
        ]
    };
    let owner = RwSignal::new(people().into_iter().next());
    let team = RwSignal::new(people().into_iter().take(2).collect::<Vec<_>>());
    let none = RwSignal::new(None);
    let made = move |name: String| team.update(|team| team.push(Choice::new(&name, name.clone())));
    view! {
        <div class="form two">
            <Field label="Combobox"><Combobox chosen=owner options=people() clearable=true/></Field>
            <Field label="Combobox"><Combobox chosen=none options=Vec::new() loading=true/></Field>
            <div class="whole">
                <Field label="TagInput"><TagInput chosen=team options=people() on_create=made/></Field>
            </div>
        </div>
    }
}

fn ticks() -> impl IntoView {
    let (on, off) = (RwSignal::new(true), RwSignal::new(false));
    let view_name = RwSignal::new("board".to_owned());
    let views = vec![
        Choice::new("table", "Table").glyph(Glyph::Table2),
        Choice::new("board", "Board").glyph(Glyph::SquareKanban),
        Choice::new("calendar", "Calendar").glyph(Glyph::Calendar),
    ];
    let radios = vec![Choice::new("table", "Table").detail("A line of explanation"), Choice::new("board", "Board")];
    let tabs = vec![
        Choice::new("table", "Table").detail("12"),
        Choice::new("board", "Board"),
        Choice::new("calendar", "Calendar"),
    ];
    view! {
        <div class="row wrap">
            <Checkbox checked=on label="Checked"/>
            <Checkbox checked=off label="Open"/>
            <Checkbox checked=off mixed=true label="Mixed"/>
            <Checkbox checked=off disabled=true label="Disabled"/>
            <Switch checked=on label="Switch"/>
            <Switch checked=off label="Switch" hint="A line of explanation"/>
        </div>
        <div class="row wrap"><SegmentedControl label="View" options=views value=view_name on_choose=move |name| view_name.set(name)/></div>
        <RadioGroup label="RadioGroup" options=radios value=view_name/>
        <Tabs name="kit" label="Tabs" options=tabs value=view_name on_choose=move |name| view_name.set(name)/>
        <TabPanel name="kit" of="table" value=view_name><p class="muted">"Table"</p></TabPanel>
        <TabPanel name="kit" of="board" value=view_name><p class="muted">"Board"</p></TabPanel>
        <TabPanel name="kit" of="calendar" value=view_name><p class="muted">"Calendar"</p></TabPanel>
    }
}
