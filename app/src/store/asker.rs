//! Questions that nobody keeps: a picker's options, a check while typing.

use std::cell::RefCell;

use leptos::prelude::*;
use shared::api::{ApiError, Endpoint};

use crate::api::{self, Abort};

/// Asks one thing at a time: a newer question aborts the older one, and so
/// does the end of the component that made it.
#[derive(Clone, Copy)]
pub struct Asker(StoredValue<RefCell<Option<Abort>>, LocalStorage>);

impl Default for Asker {
    fn default() -> Self {
        Self::new()
    }
}

impl Asker {
    pub fn new() -> Self {
        Self(StoredValue::new_local(RefCell::new(None)))
    }

    /// Asks; `answer` hears of it unless it was aborted.
    #[expect(clippy::needless_pass_by_value, reason = "a question is made for the asking")]
    pub fn ask<E: Endpoint>(
        self,
        path: E::Path,
        input: E::Input,
        answer: impl FnOnce(Result<E::Output, ApiError>) + 'static,
    ) {
        let request = api::request::<E>(&path, &input);
        let abort = Abort::new();
        let signal = abort.signal();
        self.0.try_with_value(|slot| slot.replace(Some(abort)));
        crate::spawn::local(async move {
            let outcome = api::send(&request, None, signal.as_ref()).await;
            let is_wanted = !self.0.is_disposed() && !signal.is_some_and(|signal| signal.aborted());
            if is_wanted {
                answer(outcome.and_then(|text| api::read(&text)));
            }
        });
    }

    /// Takes the question back.
    pub fn stop(self) {
        self.0.try_with_value(RefCell::take);
    }
}

/// Asks once, for as long as the component that asks lives.
pub fn ask<E: Endpoint>(path: E::Path, input: E::Input, answer: impl FnOnce(Result<E::Output, ApiError>) + 'static) {
    Asker::new().ask::<E>(path, input, answer);
}
