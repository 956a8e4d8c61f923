//! Kith's server: the rooms, the ground they stand on, and the app it hands out.

use std::sync::Arc;

pub mod accounts;
pub mod assets;
pub mod auth;
pub mod cli;
pub mod contacts;
pub mod demo;
pub mod error;
pub mod exports;
pub mod ground;
pub mod health;
pub mod html;
pub mod http;
pub mod imports;
pub mod knowledge;
pub mod openapi;
pub mod opportunities;
pub mod pipelines;
pub mod products;
pub mod router;
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
    pub jobs: ground::jobs::Jobs,
    pub closing: ground::closing::Closing,
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
        let app = Self::open(settings).await?;
        ground::live::start(&app).await?;
        ground::jobs::start(&app).await?;
        Ok(app)
    }

    /// Opens the database and migrates it: enough for the console.
    pub async fn open(settings: Settings) -> error::Result<Self> {
        let zone = settings.zone().map_err(error::Error::internal)?;
        let db = Db::open(&settings).await?;
        ground::migrate::up(&db, &settings).await?;
        let clock = Clock::new(zone);
        let auth = auth::Auth::load(&db, &settings).await?;
        let live = Live::at(ground::live::last_seq(&db.read).await?);
        let inner = Inner {
            settings,
            db,
            clock,
            actors: Actors::default(),
            live,
            auth,
            jobs: ground::jobs::Jobs::default(),
            closing: ground::closing::Closing::default(),
        };
        let app = Self(Arc::new(inner));
        demo::essentials(&app).await?;
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
        .and(exports::routes())
        .and(knowledge::routes())
        .and(ground::search::routes())
        .and(ground::history::routes())
        .and(ground::live::routes())
}
