//! Parts of the app that are fetched when they are first shown.
//!
//! In a release build each part is a file of its own, so that what one page
//! needs does not grow with the number of rooms. Other builds are one piece.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use leptos::prelude::*;
use shared::i18n::Key;

use crate::ui::{ErrorState, Skeleton, SkeletonKind};

/// A part of the app did not arrive: no network, or a newer version is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing;

#[cfg(feature = "split")]
impl From<leptos::wasm_split::SplitLoaderError> for Missing {
    fn from(_: leptos::wasm_split::SplitLoaderError) -> Self {
        Self
    }
}

/// Makes the view, once its part is here.
pub type Make = Arc<dyn Fn() -> AnyView + Send + Sync>;

/// A part on its way.
pub type Coming = Pin<Box<dyn Future<Output = Result<Make, Missing>>>>;

/// `part! { name: fn view(argument: Type) => expression }`: a function whose
/// code, with all that only it needs, lies in the part of this name. It answers
/// at once; the view appears when the part is here. Arguments are cloned.
#[macro_export]
macro_rules! part {
    ($part:ident: $vis:vis fn $name:ident($($argument:ident: $type:ty),*) => $view:expr) => {
        $vis fn $name($($argument: $type),*) -> leptos::prelude::AnyView {
            #[cfg(feature = "split")]
            #[leptos::wasm_split::wasm_split($part, wasm_split_path = leptos::wasm_split, fallible)]
            fn $name() -> Result<fn($($type),*) -> leptos::prelude::AnyView, $crate::parts::Missing> {
                Ok(|$($argument: $type),*| leptos::prelude::IntoAny::into_any($view))
            }
            #[cfg(not(feature = "split"))]
            fn $name() -> std::future::Ready<Result<fn($($type),*) -> leptos::prelude::AnyView, $crate::parts::Missing>> {
                std::future::ready(Ok(|$($argument: $type),*| leptos::prelude::IntoAny::into_any($view)))
            }
            $crate::parts::arriving(std::sync::Arc::new(move || {
                $(let $argument = $argument.clone();)*
                Box::pin(async move {
                    let make = $name().await?;
                    let make = move || make($($argument.clone()),*);
                    Ok(std::sync::Arc::new(make) as $crate::parts::Make)
                })
            }))
        }
    };
}

/// Shows what is coming as soon as it is here; parts that are here show at once.
pub fn arriving(fetch: Arc<dyn Fn() -> Coming + Send + Sync>) -> AnyView {
    let here = RwSignal::new(None);
    let ask = move || {
        here.set(None);
        let coming = fetch();
        crate::spawn::local(async move {
            let made = coming.await;
            // Meanwhile the reader may have gone elsewhere.
            here.try_set(Some(made));
        });
    };
    ask();
    let ask = Callback::new(move |()| ask());
    (move || match here.get() {
        // Says itself only after a moment, by its style.
        None => view! { <div class="arriving"><Skeleton kind=SkeletonKind::Rows count=4/></div> }.into_any(),
        Some(Ok(make)) => make(),
        Some(Err(Missing)) => {
            view! { <ErrorState title=Key::NavMissing text=Key::NavMissingText on_retry=ask/> }.into_any()
        }
    })
    .into_any()
}

/// Nothing until it is wanted; from then on it stays, as a dialog must to give the focus back.
pub fn once(
    wanted: impl Fn() -> bool + Send + Sync + 'static,
    view: impl Fn() -> AnyView + Send + Sync + 'static,
) -> AnyView {
    stay(Arc::new(wanted), Arc::new(view))
}

fn stay(wanted: Arc<dyn Fn() -> bool + Send + Sync>, view: Make) -> AnyView {
    let was_wanted = Memo::new(move |before: Option<&bool>| before.copied().unwrap_or_default() || wanted());
    (move || was_wanted.get().then(|| view())).into_any()
}

/// Fetches every part, one after the other, so that no later click waits for one.
/// For a page that has nothing else to do.
#[cfg(feature = "split")]
pub async fn fetch_all() {
    use leptos::wasm_split::wasm_split;
    macro_rules! parts {
        ($($part:ident),+) => {$(
            #[wasm_split($part, wasm_split_path = leptos::wasm_split, fallible)]
            fn $part() -> Result<(), Missing> {
                Ok(())
            }
            // One that does not arrive is asked for again when it is needed.
            let _ = $part().await;
        )+};
    }
    parts!(board, asides, records, admin, imports);
}
