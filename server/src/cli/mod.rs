//! The program: what one may ask of `kith` on the console.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use shared::i18n::{Key, Locale, fill};

use crate::App;
use crate::demo;
use crate::error::{Error, Result};
use crate::ground::db::Db;
use crate::ground::{migrate, tally};
use crate::settings::{NAMES, Settings};

mod doctor;
mod people;
mod serve;

const EXAMPLES: &str = "  kith serve
  KITH_LISTEN=0.0.0.0:8080 KITH_PUBLIC_URL=https://crm.example.com KITH_TRUSTED_PROXIES=1 kith serve
  KITH_DATABASE_URL=postgres://kith@db.example.com/kith kith serve
  kith --config /etc/kith.toml doctor
  kith user add lin@example.com --name 林晓 --role admin";

/// A console that speaks its user's language.
#[derive(Clone, Copy)]
pub struct Console {
    pub locale: Locale,
}

impl Console {
    fn of_environment() -> Self {
        let wish = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
        Self { locale: wish.and_then(|tag| Locale::from_tag(&tag)).unwrap_or_default() }
    }

    pub fn text(self, key: Key) -> &'static str {
        key.text(self.locale)
    }

    pub fn fill(self, key: Key, values: &[(&str, &str)]) -> String {
        fill(self.locale, key, values)
    }

    pub fn say(self, line: &str) {
        // Nobody reads it when the console is gone.
        let _ = writeln!(std::io::stdout(), "{line}");
    }

    /// What an error means for whoever sits at the console.
    fn words(self, error: Error) -> String {
        if let Error::Internal(what) = error {
            return what;
        }
        let told = error.told(self.locale, None);
        let fields = told.fields.iter().map(|(field, error)| format!("\n  {field}: {}", error.message));
        fields.fold(told.message, |words, field| words + &field)
    }
}

/// Does what the arguments ask for.
pub fn run() -> ExitCode {
    let console = Console::of_environment();
    let arguments = command(console).get_matches();
    let file = arguments.get_one::<String>("config").map(Path::new);
    let outcome = match Settings::load(file) {
        Ok(settings) => start(console, settings, &arguments),
        Err(error) => Err(Error::internal(error)),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            let words = console.words(error);
            let _ = writeln!(std::io::stderr(), "{}", console.fill(Key::CliFailed, &[("error", &words)]));
            ExitCode::FAILURE
        }
    }
}

fn start(console: Console, settings: Settings, arguments: &ArgMatches) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Error::internal)?;
    runtime.block_on(async {
        match arguments.subcommand() {
            Some(("serve", _)) => serve::run(console, settings).await.map(|()| ExitCode::SUCCESS),
            Some(("migrate", _)) => migrate_only(console, &settings).await.map(|()| ExitCode::SUCCESS),
            Some(("recount", _)) => recount(console, settings).await.map(|()| ExitCode::SUCCESS),
            Some(("demo", given)) => {
                let many = |name: &str| given.get_one::<usize>(name).copied().unwrap_or(0);
                let wanted = Wanted {
                    accounts: many("accounts"),
                    deals: many("deals"),
                    articles: many("articles"),
                    agents: many("agents"),
                    tickets: many("tickets"),
                    messages: many("messages"),
                };
                fill_demo(console, settings, wanted).await.map(|()| ExitCode::SUCCESS)
            }
            Some(("doctor", given)) => doctor::run(console, &settings, given.get_flag("mail")).await,
            Some(("user", given)) => people::run(console, settings, given).await.map(|()| ExitCode::SUCCESS),
            // Clap asks for one of them.
            _ => Ok(ExitCode::FAILURE),
        }
    })
}

async fn migrate_only(console: Console, settings: &Settings) -> Result<()> {
    let db = Db::open(settings).await?;
    migrate::up(&db, settings).await?;
    db.close().await;
    console.say(console.text(Key::CliMigrated));
    Ok(())
}

async fn recount(console: Console, settings: Settings) -> Result<()> {
    let app = App::open(settings).await?;
    tally::recount(&app.db, &app.clock).await?;
    app.db.close().await;
    console.say(console.text(Key::CliRecounted));
    Ok(())
}

/// What is made up beside the demo company.
struct Wanted {
    accounts: usize,
    deals: usize,
    articles: usize,
    agents: usize,
    tickets: usize,
    /// On all tickets together.
    messages: usize,
}

/// The demo company, and as much beside it as asked.
async fn fill_demo(console: Console, settings: Settings, wanted: Wanted) -> Result<()> {
    // A company whose desk has a past is older than that.
    let ago = if wanted.tickets > 0 { demo::desk::SPAN } else { 0 };
    let (app, is_new) = App::open_demo_of(settings, ago).await?;
    console.say(console.text(if is_new { Key::CliDemoWritten } else { Key::CliDemoThere }));
    if is_new {
        say_demo_sign_ins(console);
    }
    demo::crowd::write(&app, wanted.accounts, wanted.deals).await?;
    if wanted.articles > 0 {
        demo::library::write(&app, wanted.articles).await?;
    }
    if wanted.agents > 0 {
        demo::crew::write(&app, wanted.agents).await?;
    }
    if wanted.tickets > 0 {
        demo::desk::write(&app, wanted.tickets, wanted.messages).await?;
    }
    app.db.close().await;
    Ok(())
}

fn say_demo_sign_ins(console: Console) {
    console.say(&console.fill(Key::CliDemoSignIns, &[("password", demo::PASSWORD)]));
    for (email, name, role, _) in demo::SIGN_INS {
        console.say(&format!("  {email:<20} {role:<12} {name}"));
    }
}

fn command(console: Console) -> Command {
    let told = |name: &'static str, key| Command::new(name).about(console.text(key));
    let email = || Arg::new("email").required(true).help(console.text(Key::CliArgEmail));
    let from_stdin = || flag("password-stdin", console.text(Key::CliArgPasswordStdin));
    let option = |name: &'static str, key| Arg::new(name).long(name).required(true).help(console.text(key));
    let add = told("add", Key::CliCommandUserAdd)
        .arg(email())
        .arg(option("name", Key::CliArgName))
        .arg(option("role", Key::CliArgRole))
        .arg(from_stdin());
    let password = told("password", Key::CliCommandUserPassword).arg(email()).arg(from_stdin());
    let many = |name: &'static str, key| {
        Arg::new(name).long(name).value_name("N").value_parser(value_parser!(usize)).help(console.text(key))
    };
    let config = Arg::new("config")
        .long("config")
        .value_name("FILE")
        .value_parser(value_parser!(String))
        .global(true)
        .help(console.text(Key::CliArgConfig));
    Command::new("kith")
        .bin_name("kith")
        .version(env!("CARGO_PKG_VERSION"))
        .about(console.text(Key::CliAbout))
        .after_help(after_help(console))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .arg(config)
        .subcommand(told("serve", Key::CliCommandServe))
        .subcommand(told("migrate", Key::CliCommandMigrate))
        .subcommand(told("recount", Key::CliCommandRecount))
        .subcommand(
            told("demo", Key::CliCommandDemo)
                .arg(many("accounts", Key::CliArgAccounts))
                .arg(many("deals", Key::CliArgDeals))
                .arg(many("articles", Key::CliArgArticles))
                .arg(many("agents", Key::CliArgAgents))
                .arg(many("tickets", Key::CliArgTickets))
                .arg(many("messages", Key::CliArgMessages)),
        )
        .subcommand(told("doctor", Key::CliCommandDoctor).arg(flag("mail", console.text(Key::CliArgMail))))
        .subcommand(told("user", Key::CliCommandUser).subcommand_required(true).subcommand(add).subcommand(password))
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

/// The settings by name, and lines to copy.
fn after_help(console: Console) -> String {
    let settings = NAMES.iter().map(|name| {
        let text = Key::from_name(&format!("cli.setting.{name}")).map_or("", |key| console.text(key));
        format!("  KITH_{:<16} {text}\n", name.to_uppercase())
    });
    let settings = settings.collect::<Vec<_>>().concat();
    let (title, examples) = (console.text(Key::CliSettings), console.text(Key::CliExamples));
    format!("{title}:\n{settings}\n{examples}:\n{EXAMPLES}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commands_fit_together() {
        for locale in Locale::ALL {
            command(Console { locale }).debug_assert();
        }
    }

    #[test]
    fn the_help_explains_each_setting() {
        for locale in Locale::ALL {
            for name in NAMES {
                let key = Key::from_name(&format!("cli.setting.{name}")).expect(name);
                assert!(after_help(Console { locale }).contains(key.text(locale)), "{name}");
            }
        }
    }
}
