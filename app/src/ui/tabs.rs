//! Tabs of one record.

use leptos::prelude::*;

use super::choice::Choice;

/// The row of tabs; what a tab shows stands in a `TabPanel` of the same `name`.
#[component]
pub fn Tabs(
    /// Ties tabs and panels; unique on the page.
    name: &'static str,
    #[prop(into)] label: Signal<String>,
    /// `detail` is a count beside the words.
    #[prop(into)]
    options: Signal<Vec<Choice>>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_choose: Callback<String>,
) -> impl IntoView {
    let step = move |event: web_sys::KeyboardEvent| {
        let options = options.read_untracked();
        let at = options.iter().position(|choice| choice.value == *value.read_untracked()).unwrap_or(0);
        let to = match event.key().as_str() {
            "ArrowRight" => (at + 1) % options.len(),
            "ArrowLeft" => (at + options.len() - 1) % options.len(),
            "Home" => 0,
            "End" => options.len() - 1,
            _ => return,
        };
        event.prevent_default();
        let to = options[to].value.clone();
        on_choose.run(to.clone());
        request_animation_frame(move || {
            if let Some(tab) = document().get_element_by_id(&tab_id(name, &to)) {
                use wasm_bindgen::JsCast as _;
                let _ = tab.unchecked_into::<web_sys::HtmlElement>().focus();
            }
        });
    };
    let tab = move |choice: Choice| {
        let own = choice.value.clone();
        let is_now = Memo::new(move |_| *value.read() == own);
        let own = choice.value.clone();
        view! {
            <button
                type="button"
                role="tab"
                id=tab_id(name, &choice.value)
                aria-controls=panel_id(name, &choice.value)
                aria-selected=move || is_now.get().to_string()
                tabindex=move || if is_now.get() { "0" } else { "-1" }
                on:click=move |_| on_choose.run(own.clone())
            >
                {choice.label}
                {choice.detail.map(|count| view! { <span class="faint">{count}</span> })}
            </button>
        }
    };
    view! {
        <div class="tabs" role="tablist" aria-label=label on:keydown=step>
            {move || options.get().into_iter().map(tab).collect_view()}
        </div>
    }
}

/// What a tab shows; made when its tab is chosen.
#[component]
pub fn TabPanel(
    name: &'static str,
    of: &'static str,
    #[prop(into)] value: Signal<String>,
    children: ChildrenFn,
) -> impl IntoView {
    view! {
        <Show when=move || *value.read() == of>
            <div role="tabpanel" id=panel_id(name, of) aria-labelledby=tab_id(name, of) tabindex="0">{children()}</div>
        </Show>
    }
}

fn tab_id(name: &str, value: &str) -> String {
    format!("{name}-tab-{value}")
}

fn panel_id(name: &str, value: &str) -> String {
    format!("{name}-panel-{value}")
}
