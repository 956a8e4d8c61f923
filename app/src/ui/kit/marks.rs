//! Tags, chips, avatars, and what stands where content is not.

use leptos::prelude::*;

use super::super::*;
use super::section;

#[component]
pub fn Marks() -> impl IntoView {
    view! {
        {section("marks", small().into_any())}
        {section("Icon", view! {
            <div class="row wrap">{Glyph::ALL.iter().map(|glyph| view! { <span data-tip=format!("{glyph:?}")><Icon glyph=*glyph/></span> }).collect_view()}</div>
        }.into_any())}
        {section("format", figures().into_any())}
        {section("State", states().into_any())}
    }
}

fn small() -> impl IntoView {
    let tones = [
        ("Neutral", Tone::Neutral),
        ("Good", Tone::Good),
        ("Warn", Tone::Warn),
        ("Bad", Tone::Bad),
        ("Info", Tone::Info),
    ];
    view! {
        <div class="row wrap">{tones.map(|(name, tone)| view! { <Tag label=name tone/> })}</div>
        <div class="row wrap">
            {Hue::all().map(|hue| view! { <Tag label=format!("Hue {}", hue.number()) tone=Tone::Hue(hue)/> <Dot hue/> }).collect_view()}
        </div>
        <div class="row wrap">
            <Chip label="负责人" value=Some("我的团队".to_owned()) on_click=move |()| () on_remove=move |()| ()/>
            <Chip label="Lane" value=Some("None".to_owned())/>
            <Badge count=12_usize/> <Badge count=7_usize hot=true label="late"/>
            <Kbd combo="mod+shift+z"/> <Kbd combo="g d"/>
        </div>
        <div class="row wrap">
            {["李静", "Maya Torres", "张伟", "acme", "王磊", "欧阳娜", "Ben"].map(|name| view! { <Avatar id=name name/> <Avatar id=name name large=true/> })}
        </div>
        <Breadcrumb trail=vec![("客户".to_owned(), Some("#marks".to_owned())), ("上海博澜医药".to_owned(), None)]/>
    }
}

fn figures() -> impl IntoView {
    let at = |ms: i64| format::now().plus(ms);
    view! {
        <dl class="facts">
            <dt>"money"</dt>
            <dd>{move || ["CNY", "USD", "EUR", "JPY"].map(|code| format::money(328_400_000, code)).join(" · ")}</dd>
            <dt>"money_short"</dt>
            <dd>{move || ["CNY", "USD"].map(|code| format::money_short(328_400_050, code)).join(" · ")}</dd>
            <dt>"money"</dt>
            <dd>{move || [i64::MAX, -1250].map(|minor| format::money(minor, "CNY")).join(" · ")}</dd>
            <dt>"number"</dt><dd>{move || format::number(1_204_000)}</dd>
            <dt>"date"</dt><dd>{move || format::date(format::today())}" · "{move || format::date_long(format::today())}</dd>
            <dt>"date_time"</dt><dd>{move || format::date_time(at(-86_400_000 * 200))}" · "{move || format::exact(at(0))}</dd>
            <dt>"ago"</dt>
            <dd>{move || [-20_000, -300_000, -7_200_000, -90_000_000, -400_000_000, 90_000_000, 9_000_000_000].map(|ms| format::ago(at(ms))).join(" · ")}</dd>
        </dl>
    }
}

fn states() -> impl IntoView {
    view! {
        <div class="form two">
            <Skeleton kind=SkeletonKind::Cards count=2/>
            <Skeleton kind=SkeletonKind::Text count=4/>
        </div>
        <Skeleton kind=SkeletonKind::Rows count=3/>
        <div class="form two">
            <EmptyState glyph=Glyph::Users title="EmptyState" text="What belongs here, and the first step.">
                <Button kind=ButtonKind::Primary label="Primary" icon=Glyph::Plus/>
                <Button label="Plain" icon=Glyph::Upload/>
            </EmptyState>
            <ErrorState title="ErrorState" text="What did not work." request_id=Some("01J9".to_owned()) on_retry=move |()| ()/>
        </div>
        <Progress label="Progress" value=Some(0.6)/>
        <Progress label="Progress" value=None/>
    }
}
