//! What is kept on this device. A browser that refuses storage forgets it.

use leptos::prelude::window;

pub fn read(key: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(key).ok()?
}

/// Empty text removes it.
pub fn write(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = if value.is_empty() { storage.remove_item(key) } else { storage.set_item(key, value) };
    }
}
