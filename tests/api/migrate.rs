//! Steps of the database: there and back, and a copy before each start that takes some.

use migrations::{Migrator, MigratorTrait as _};
use sea_orm::ConnectionTrait as _;
use server::App;
use server::ground::migrate;
use server::settings::Settings;
use tests::TestApp;

#[tokio::test]
async fn every_step_can_be_taken_back_and_taken_again() {
    let app = TestApp::start().await;
    let db = app.app.db.for_migrations();

    Migrator::down(db, None).await.unwrap();
    let is_empty = !migrate::is_current(&app.app.db).await.unwrap();
    Migrator::up(db, None).await.unwrap();

    assert!(is_empty && migrate::is_current(&app.app.db).await.unwrap());
    let seq = db.query_one_raw(sea_orm::Statement::from_string(app.app.db.backend(), "SELECT seq FROM log_head"));
    assert_eq!(seq.await.unwrap().unwrap().try_get_by_index::<i64>(0).unwrap(), 0);
}

#[tokio::test]
async fn an_sqlite_file_is_copied_before_it_is_changed_and_five_copies_are_kept() {
    let folder = std::env::temp_dir().join(format!("kith-copies-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let settings = Settings { data: folder.clone(), demo: false, weak_passwords: true, ..Settings::default() };
    let copies = || std::fs::read_dir(folder.join("copies")).map_or(0, |found| found.flatten().count());

    let app = App::open(settings.clone()).await.unwrap();
    let after_the_first = copies();
    for _ in 0..7 {
        Migrator::down(app.db.for_migrations(), Some(1)).await.unwrap();
        migrate::up(&app.db, &settings).await.unwrap();
    }
    let kept = copies();
    app.db.close().await;
    std::fs::remove_dir_all(&folder).unwrap();

    assert_eq!((after_the_first, kept), (0, 5));
}
