//! Kith's server: the rooms, the ground they stand on, and the app it hands out.

use std::sync::Arc;

use axum::Router;

pub mod accounts;
pub mod assets;
pub mod auth;
pub mod contacts;
pub mod demo;
pub mod error;
pub mod ground;
pub mod health;
pub mod http;
pub mod imports;
pub mod openapi;
pub mod opportunities;
pub mod pipelines;
pub mod products;
pub mod settings;
pub mod users;
pub mod views;

use ground::access::Actors;
use ground::clock::Clock;
use ground::db::Db;
use ground::live::Live;
use settings::Settings;

/// Everything a request needs; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

pub struct Inner {
    pub settings: Settings,
    pub db: Db,
    pub clock: Clock,
    pub actors: Actors,
    pub live: Live,
    pub auth: auth::Auth,
}

impl std::ops::Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl App {
    /// Opens the database, migrates it and starts what runs beside the requests.
    pub async fn start(settings: Settings) -> error::Result<Self> {
        let zone = settings.zone().map_err(error::Error::internal)?;
        let db = Db::open(&settings).await?;
        ground::migrate::up(&db, &settings).await?;
        let clock = Clock::new(zone);
        let auth = auth::Auth::load(&db, &settings).await?;
        let live = Live::at(ground::live::last_seq(&db.read).await?);
        let inner = Inner { settings, db, clock, actors: Actors::default(), live, auth };
        let app = Self(Arc::new(inner));
        ground::live::start(&app).await?;
        ground::jobs::start(&app);
        Ok(app)
    }
}

/// The rooms' calls.
pub fn rooms() -> http::Routes {
    http::Routes::default()
        .and(auth::routes())
        .and(users::routes())
        .and(accounts::routes())
        .and(contacts::routes())
        .and(products::routes())
        .and(pipelines::routes())
        .and(opportunities::routes())
        .and(views::routes())
        .and(imports::routes())
        .and(ground::search::routes())
        .and(ground::history::routes())
        .and(ground::live::routes())
}
