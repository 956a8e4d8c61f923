//! Who is signed in, for the whole page.

use leptos::prelude::*;
use shared::portal::{GetPortal, Home, Me};

use crate::api::Loaded;

#[derive(Clone, Copy)]
pub struct Session(Loaded<Home>);

impl Session {
    /// Asks who is here. Called once.
    pub fn begin() -> Self {
        let session = Self(Loaded::new());
        session.0.fetch::<GetPortal>((), ());
        provide_context(session);
        session
    }

    pub fn home(self) -> Loaded<Home> {
        self.0
    }

    pub fn set(self, home: Home) {
        self.0.value.set(Some(home));
    }

    /// Known to be nobody, or somebody; tracked.
    pub fn is_here(self) -> bool {
        self.0.value.with(Option::is_some)
    }

    pub fn me(self) -> Option<Me> {
        self.0.value.with(|home| home.as_ref()?.me.clone())
    }

    /// As readers of mails know the house.
    pub fn house(self) -> String {
        self.0.value.with(|home| home.as_ref().map(|home| home.house.clone()).unwrap_or_default())
    }
}

pub fn session() -> Session {
    expect_context()
}
