//! Kith's server: the rooms, the ground they stand on, and the app it hands out.

use std::sync::Arc;

pub mod accounts;
pub mod assets;
pub mod auth;
pub mod calendars;
pub mod cli;
pub mod contacts;
pub mod demo;
pub mod error;
pub mod exports;
pub mod files;
pub mod ground;
pub mod health;
pub mod html;
pub mod http;
pub mod imports;
pub mod knowledge;
pub mod openapi;
pub mod opportunities;
pub mod pipelines;
pub mod portal;
pub mod products;
pub mod reports;
pub mod router;
pub mod settings;
pub mod sla;
pub mod surveys;
pub mod tickets;
pub mod users;
pub mod views;

use ground::access::Actors;
use ground::change::Write;
use ground::clock::Clock;
use ground::db::Db;
use ground::live::Live;
use ground::presence::Presence;
use ground::records::{self, Turn};
use ground::tally::Counted;
use settings::Settings;
use shared::access::Object;
use shared::fields::Row;

/// Everything a request needs; cheap to clone.
#[derive(Clone)]
pub struct App {
    pub db: Db,
    inner: Arc<Inner>,
}

pub struct Inner {
    pub settings: Settings,
    pub clock: Clock,
    pub actors: Actors,
    pub live: Live,
    pub presence: Presence,
    pub auth: auth::Auth,
    pub jobs: ground::jobs::Jobs,
    pub closing: ground::closing::Closing,
}

impl std::ops::Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.inner
    }
}

impl App {
    /// Opens the database, migrates it and starts what runs beside the requests.
    pub async fn start(settings: Settings) -> error::Result<Self> {
        let app = if settings.demo { Self::open_demo(settings).await?.0 } else { Self::open(settings).await? };
        ground::jobs::prepare(&app).await?;
        ground::background::start(&app).await?;
        Ok(app)
    }

    /// After a change of who may do what: the next request asks the database.
    pub fn forget_guards(&self) {
        self.actors.forget();
        self.auth.forget();
    }

    /// Opens the database and migrates it: enough for the console.
    pub async fn open(settings: Settings) -> error::Result<Self> {
        let app = Self::connect(settings).await?;
        demo::essentials(&app).await?;
        app.live.begin_at(ground::live::last_seq(&app.db.read).await?);
        Ok(app)
    }

    /// As `open`, with the demo company in a database that is empty; whether it was.
    pub async fn open_demo(settings: Settings) -> error::Result<(Self, bool)> {
        Self::open_demo_of(settings, 0).await
    }

    /// As `open_demo`, by a clock that stands `ago` milliseconds back: what is
    /// written next may come after it.
    pub async fn open_demo_of(settings: Settings, ago: i64) -> error::Result<(Self, bool)> {
        let app = Self::connect(settings).await?;
        app.clock.advance(-ago);
        let is_new = demo::company(&app).await?;
        app.live.begin_at(ground::live::last_seq(&app.db.read).await?);
        Ok((app, is_new))
    }

    async fn connect(settings: Settings) -> error::Result<Self> {
        let zone = settings.zone().map_err(error::Error::internal)?;
        let db = Db::open(&settings).await?;
        ground::migrate::up(&db, &settings).await?;
        let clock = Clock::new(zone);
        let auth = auth::Auth::load(&db, &settings).await?;
        let inner = Inner {
            settings,
            clock,
            actors: Actors::default(),
            live: Live::default(),
            presence: Presence::default(),
            auth,
            jobs: ground::jobs::Jobs::default(),
            closing: ground::closing::Closing::default(),
        };
        Ok(Self { db, inner: Arc::new(inner) })
    }
}

/// The kinds of records whose numbers are kept.
pub const COUNTED: [&Counted; 3] = [&accounts::COUNTED, &contacts::COUNTED, &opportunities::COUNTED];

/// What a kind's room insists on, where no form was filled in.
pub async fn check_holds(write: &Write<'_>, object: Object, turns: &[Turn<Row>]) -> error::Result<()> {
    match object {
        Object::Account => records::check_holds::<shared::accounts::Account>(write, turns).await,
        Object::Contact => records::check_holds::<shared::contacts::Contact>(write, turns).await,
        Object::Product => records::check_holds::<shared::products::Product>(write, turns).await,
        Object::Pipeline => records::check_holds::<shared::pipelines::Pipeline>(write, turns).await,
        Object::Stage => records::check_holds::<shared::pipelines::Stage>(write, turns).await,
        Object::Opportunity => records::check_holds::<shared::opportunities::Opportunity>(write, turns).await,
        Object::Calendar => records::check_holds::<shared::calendars::Calendar>(write, turns).await,
        Object::SlaPolicy => records::check_holds::<shared::sla::SlaPolicy>(write, turns).await,
        Object::View => records::check_holds::<shared::views::View>(write, turns).await,
        Object::Import => records::check_holds::<shared::imports::Import>(write, turns).await,
        Object::User => records::check_holds::<shared::users::User>(write, turns).await,
        Object::Team => records::check_holds::<shared::users::Team>(write, turns).await,
        Object::Role => records::check_holds::<shared::users::Role>(write, turns).await,
        Object::Share => records::check_holds::<shared::users::Share>(write, turns).await,
        Object::ArticleCategory => records::check_holds::<shared::knowledge::ArticleCategory>(write, turns).await,
        Object::Article => records::check_holds::<shared::knowledge::Article>(write, turns).await,
        Object::ArticleVersion => records::check_holds::<shared::knowledge::ArticleVersion>(write, turns).await,
        Object::ArticleFeedback => records::check_holds::<shared::knowledge::ArticleFeedback>(write, turns).await,
        Object::Gap => records::check_holds::<shared::knowledge::Gap>(write, turns).await,
        Object::Synonym => records::check_holds::<shared::knowledge::Synonym>(write, turns).await,
        Object::TicketStatus => records::check_holds::<shared::tickets::TicketStatus>(write, turns).await,
        Object::TicketCategory => records::check_holds::<shared::tickets::TicketCategory>(write, turns).await,
        Object::Queue => records::check_holds::<shared::tickets::Queue>(write, turns).await,
        Object::Skill => records::check_holds::<shared::tickets::Skill>(write, turns).await,
        Object::Ticket => records::check_holds::<shared::tickets::Ticket>(write, turns).await,
        Object::Macro => records::check_holds::<shared::tickets::Macro>(write, turns).await,
        Object::PortalUser => records::check_holds::<shared::portal::PortalUser>(write, turns).await,
        Object::Message => records::check_holds::<shared::tickets::Message>(write, turns).await,
        Object::TimeEntry => records::check_holds::<shared::tickets::TimeEntry>(write, turns).await,
        Object::SurveyPolicy => records::check_holds::<shared::surveys::SurveyPolicy>(write, turns).await,
        Object::SurveyAnswer => records::check_holds::<shared::surveys::SurveyAnswer>(write, turns).await,
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
        .and(calendars::routes())
        .and(sla::routes())
        .and(imports::routes())
        .and(exports::routes())
        .and(knowledge::routes())
        .and(tickets::routes())
        .and(portal::routes())
        .and(files::routes())
        .and(reports::routes())
        .and(surveys::routes())
        .and(ground::search::routes())
        .and(ground::history::routes())
        .and(ground::ids::routes())
        .and(ground::live::routes())
}
