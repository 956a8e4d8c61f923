//! `/opportunities/:id`.

use leptos::prelude::*;
use shared::access::Object;

use super::body;
use crate::record::StageDialog;
use crate::shell::use_title;
use crate::table::RecordBody;
use crate::ui::Breadcrumb;
use crate::{links, store, words};

#[component]
pub fn RecordPage() -> impl IntoView {
    let id = Memo::new(|_| links::id_param());
    let name = move || id.get().and_then(|id| store::name(Object::Opportunity, id)).unwrap_or_default();
    use_title(name);
    let trail = Signal::derive(move || {
        vec![(words::objects(Object::Opportunity), Some(links::opportunities())), (name(), None)]
    });
    view! {
        <div class="page">
            <header class="bar"><Breadcrumb trail/></header>
            <div class="content record-page">
                {move || id.get().map(|id| view! { <RecordBody object=Object::Opportunity id body=|id| body::page(id).into_any()/> })}
            </div>
            <StageDialog/>
        </div>
    }
}
