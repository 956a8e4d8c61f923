//! Dialogs, sheets, the panel, toasts.

use leptos::prelude::*;
use shared::i18n::Key;

use super::super::*;
use super::section;

#[component]
pub fn Floating() -> impl IntoView {
    let (dialog, sheet, panel) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let toasts = use_toasts();
    let name = RwSignal::new(String::new());
    use_key(Scope::Page, "g p", Key::UiKeysPanel, move || {
        panel.set(true);
    });
    let content = view! {
        <div class="row wrap">
            <Button label="Dialog" on_click=move |()| dialog.set(true)/>
            <Button label="Sheet" on_click=move |()| sheet.set(true)/>
            <Button label="Drawer" shortcut="g p" on_click=move |()| panel.set(true)/>
            <Button label="Toast" on_click=move |()| { toasts.undoable("Cancity → 方案报价", move || ()); }/>
            <Button label="Toast.wrong" on_click=move |()| { toasts.wrong("What did not work, and what to do"); }/>
            <Button label="Crash" kind=ButtonKind::Quiet on_click=move |()| panic!("asked for on the kit page")/>
        </div>
        <Dialog open=dialog title="Dialog" footer=move || view! {
            <Button label=Key::UiCancel on_click=move |()| dialog.set(false)/>
            <Button label=Key::UiRetry kind=ButtonKind::Primary on_click=move |()| dialog.set(false)/>
        }>
            <Field label="TextInput"><TextInput value=name autofocus=true/></Field>
        </Dialog>
        <Sheet open=sheet title="Sheet">
            <div class="stack"><Button label="需求确认"/><Button label="方案报价"/></div>
        </Sheet>
        <Drawer open=panel label="上海博澜医药" on_close=move |()| panel.set(false)>
            <DrawerHeader
                title="上海博澜医药 · 冷链监控系统"
                lead=|| view! { <Avatar id="9" name="博澜" decorative=true/> }
                on_close=move |()| panel.set(false)
            >
                <IconButton glyph=Glyph::ArrowUp label="Up" shortcut="k"/>
                <IconButton glyph=Glyph::ArrowDown label="Down" shortcut="j"/>
            </DrawerHeader>
            <section>
                <dl class="facts">
                    <dt>"money"</dt><dd class="strong">{move || format::money(62_000_000, "CNY")}</dd>
                    <dt>"date"</dt><dd><Day on=Signal::derive(format::today)/></dd>
                    <dt>"percent"</dt><dd>{move || format::percent(54)}</dd>
                </dl>
            </section>
            <section>
                <ul class="timeline">
                    <li class="line"><Avatar id="1" name="李静"/><span>"周总 → v2"</span><Ago at=Signal::stored(format::now().plus(-7_200_000))/></li>
                </ul>
            </section>
        </Drawer>
    };
    section("floating", content.into_any())
}
