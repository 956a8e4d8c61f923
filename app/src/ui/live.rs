//! Signals of which there is one: the language, the theme, the clock, the screen.

use leptos::prelude::*;
use leptos::reactive::graph::Observer;

/// Its value, tracked where something listens. In an event handler nothing does, and that is no mistake.
pub fn read<T: Clone + 'static>(signal: &ArcRwSignal<T>) -> T
where
    ArcRwSignal<T>: Get<Value = T> + GetUntracked<Value = T>,
{
    if Observer::get().is_some() { signal.get() } else { signal.get_untracked() }
}
