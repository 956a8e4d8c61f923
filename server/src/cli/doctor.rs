//! `kith doctor`: looks over an installation without changing it.

use std::path::Path;
use std::process::ExitCode;

use migrations::{Migrator, MigratorTrait as _};
use shared::i18n::{Key, grouped};
use tokio::process::Command;

use super::{Console, people};
use crate::error::{Error, Result};
use crate::ground::clock::Clock;
use crate::ground::db::Db;
use crate::ground::{chain, jobs, live, outbox, tally};
use crate::settings::Settings;

/// Less is soon nothing.
const MIN_FREE_MIB: u64 = 500;

#[derive(Clone, Copy, PartialEq)]
enum Finding {
    Good,
    Look,
    Bad,
}

struct Report {
    console: Console,
    worst_is_bad: bool,
}

impl Report {
    fn line(&mut self, finding: Finding, what: Key, words: &str) {
        self.worst_is_bad |= finding == Finding::Bad;
        let mark = match finding {
            Finding::Good => "✓",
            Finding::Look => "!",
            Finding::Bad => "✗",
        };
        self.console.say(&format!("{mark} {}: {words}", self.console.text(what)));
    }

    fn fill(&mut self, finding: Finding, what: Key, key: Key, values: &[(&str, &str)]) {
        let words = self.console.fill(key, values);
        self.line(finding, what, &words);
    }
}

/// Success, unless something is broken.
pub async fn run(console: Console, settings: &Settings, with_mail: bool) -> Result<ExitCode> {
    let mut report = Report { console, worst_is_bad: false };
    look_at_settings(&mut report, settings);
    look_at_disk(&mut report, &settings.data).await;
    match look_at_database(&mut report, settings, with_mail).await {
        Ok(()) => {}
        Err(error) => {
            let words = console.words(error);
            report.line(Finding::Bad, Key::CliDoctorDatabase, &words);
        }
    }
    Ok(if report.worst_is_bad { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn look_at_settings(report: &mut Report, settings: &Settings) {
    let what = Key::CliDoctorSettings;
    let listen = settings.listen.to_string();
    report.fill(Finding::Good, what, Key::CliDoctorSettingsFine, &[("listen", &listen), ("url", &settings.public_url)]);
    if !settings.is_secure() && !settings.listen.ip().is_loopback() {
        report.fill(Finding::Look, what, Key::CliDoctorHttps, &[]);
    }
    if settings.weak_passwords {
        report.fill(Finding::Bad, what, Key::CliDoctorWeak, &[]);
    }
}

async fn look_at_disk(report: &mut Report, folder: &Path) {
    let what = Key::CliDoctorDisk;
    match free_mib(folder).await {
        Ok(free) => {
            let (finding, key) = if free < MIN_FREE_MIB {
                (Finding::Bad, Key::CliDoctorDiskLow)
            } else {
                (Finding::Good, Key::CliDoctorDiskFree)
            };
            report.fill(finding, what, key, &[("free", &grouped(free)), ("folder", &folder.display().to_string())]);
        }
        Err(error) => report.line(Finding::Look, what, &error),
    }
}

/// As `df` counts it.
async fn free_mib(folder: &Path) -> std::result::Result<u64, String> {
    let output = Command::new("df").arg("-Pk").arg(folder).output().await.map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
    }
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    let free =
        table.lines().nth(1).and_then(|line| line.split_whitespace().nth(3)).and_then(|kib| kib.parse::<u64>().ok());
    free.map(|kib| kib / 1024).ok_or(table)
}

async fn look_at_database(report: &mut Report, settings: &Settings, with_mail: bool) -> Result<()> {
    let db = Db::open(settings).await?;
    let what = Key::CliDoctorMigrations;
    let pending = Migrator::get_pending_migrations(db.for_migrations()).await?.len();
    if pending > 0 {
        report.fill(Finding::Bad, what, Key::CliDoctorMigrationsMissing, &[("n", &pending.to_string())]);
        return Ok(());
    }
    report.fill(Finding::Good, what, Key::CliDoctorMigrationsWhole, &[]);
    look_at_log(report, &db).await?;
    look_at_numbers(report, &db, settings).await?;
    look_at_users(report, &db).await?;
    look_at_jobs(report, &db).await?;
    look_at_mails(report, &db, settings, with_mail).await?;
    db.close().await;
    Ok(())
}

async fn look_at_log(report: &mut Report, db: &Db) -> Result<()> {
    let what = Key::CliDoctorChangeLog;
    match chain::verify(&db.read).await? {
        None => {
            let n = u64::try_from(live::last_seq(&db.read).await?).unwrap_or_default();
            report.fill(Finding::Good, what, Key::CliDoctorChangeLogWhole, &[("n", &grouped(n))]);
        }
        Some(seq) => report.fill(Finding::Bad, what, Key::CliDoctorChangeLogBroken, &[("seq", &seq.to_string())]),
    }
    Ok(())
}

async fn look_at_numbers(report: &mut Report, db: &Db, settings: &Settings) -> Result<()> {
    let what = Key::CliDoctorNumbers;
    let clock = Clock::new(settings.zone().map_err(Error::internal)?);
    match tally::differing(db, &clock).await? {
        0 => report.fill(Finding::Good, what, Key::CliDoctorNumbersTrue, &[]),
        n => report.fill(Finding::Bad, what, Key::CliDoctorNumbersDiffer, &[("n", &n.to_string())]),
    }
    Ok(())
}

async fn look_at_users(report: &mut Report, db: &Db) -> Result<()> {
    let what = Key::CliDoctorUsers;
    match people::with_password(&db.read).await? {
        0 => report.fill(Finding::Look, what, Key::CliDoctorUsersNone, &[]),
        n => report.fill(Finding::Good, what, Key::CliDoctorUsersFound, &[("n", &grouped(n))]),
    }
    Ok(())
}

async fn look_at_jobs(report: &mut Report, db: &Db) -> Result<()> {
    let (what, dead) = (Key::CliDoctorJobs, jobs::dead(&db.read).await?);
    let Some(last) = dead.first() else {
        report.fill(Finding::Good, what, Key::CliDoctorJobsFine, &[]);
        return Ok(());
    };
    let values = [("n", dead.len().to_string()), ("kind", last.kind.clone()), ("why", last.why.clone())];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    report.fill(Finding::Look, what, Key::CliDoctorJobsDead, &values);
    Ok(())
}

async fn look_at_mails(report: &mut Report, db: &Db, settings: &Settings, with_mail: bool) -> Result<()> {
    let what = Key::CliDoctorMails;
    let now = Clock::new(settings.zone().map_err(Error::internal)?).now();
    let waiting = outbox::waiting(&db.read, now).await?;
    if waiting.is_empty() {
        report.fill(Finding::Good, what, Key::CliDoctorMailsNone, &[]);
        return Ok(());
    }
    report.fill(Finding::Look, what, Key::CliDoctorMailsWaiting, &[("n", &waiting.len().to_string())]);
    for one in waiting.iter().filter(|_| with_mail) {
        let mail = &one.mail;
        report.console.say(&format!("\n  {}\n  {}\n", mail.recipient, mail.subject));
        for line in mail.body.lines() {
            report.console.say(&format!("  {line}"));
        }
    }
    Ok(())
}
