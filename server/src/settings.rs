//! Settings: a TOML file, then the environment (`KITH_*`), the latter winning.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;

/// How this server runs. Each field is `KITH_<NAME>` in the environment.
#[expect(clippy::struct_excessive_bools, reason = "each switches one thing")]
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// Folder of the database file and its copies, and of the files that come with messages.
    pub data: PathBuf,
    /// `postgres://…`; absent: SQLite in `data`.
    pub database_url: Option<String>,
    /// As browsers see it; https turns on Secure cookies and HSTS.
    pub public_url: String,
    /// IANA zone of the organisation; business dates are counted in it.
    pub time_zone: String,
    /// The name that customers read on the portal.
    pub house: String,
    /// Currency of new amounts.
    pub currency: String,
    /// `text` or `json`.
    pub log_format: String,
    /// As of `tracing`'s filter, for example `info,server=debug`.
    pub log: String,
    /// Demo data on the first start of an empty database.
    pub demo: bool,
    /// Proxies in front whose X-Forwarded-For is believed.
    pub trusted_proxies: usize,
    /// `/metrics` for everybody who reaches the server, not only for its own machine.
    pub public_metrics: bool,
    /// Whoever wrote an article's text does not approve it.
    pub four_eyes: bool,
    /// Cheap password hashes, for tests only.
    pub weak_passwords: bool,
}

/// What the environment may set.
pub const NAMES: &[&str] = &[
    "listen",
    "data",
    "database_url",
    "public_url",
    "time_zone",
    "house",
    "currency",
    "log_format",
    "log",
    "demo",
    "trusted_proxies",
    "public_metrics",
    "four_eyes",
    "weak_passwords",
];

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            data: "data".into(),
            database_url: None,
            public_url: "http://127.0.0.1:8080".into(),
            time_zone: "Asia/Shanghai".into(),
            house: "知客 Kith".into(),
            currency: "CNY".into(),
            log_format: "text".into(),
            log: "info,sqlx=warn,sea_orm_migration=warn".into(),
            demo: true,
            trusted_proxies: 0,
            public_metrics: false,
            four_eyes: true,
            weak_passwords: false,
        }
    }
}

impl Settings {
    /// Reads `file` (if given), then the environment.
    pub fn load(file: Option<&std::path::Path>) -> Result<Self, config::ConfigError> {
        let mut builder = config::Config::builder();
        if let Some(file) = file {
            builder = builder.add_source(config::File::from(file).format(config::FileFormat::Toml));
        }
        for name in NAMES {
            if let Ok(value) = std::env::var(format!("KITH_{}", name.to_uppercase()))
                && !value.is_empty()
            {
                builder = builder.set_override(*name, value)?;
            }
        }
        let settings: Self = builder.build()?.try_deserialize()?;
        settings.check().map_err(config::ConfigError::Message)?;
        Ok(settings)
    }

    fn check(&self) -> Result<(), String> {
        self.zone()?;
        if !matches!(self.log_format.as_str(), "text" | "json") {
            return Err(format!("log_format: {} is neither text nor json", self.log_format));
        }
        let address: Option<http::Uri> = self.public_url.parse().ok();
        let is_address =
            |address: http::Uri| matches!(address.scheme_str(), Some("http" | "https")) && address.host().is_some();
        if !address.is_some_and(is_address) {
            return Err(format!("public_url: {} is no http:// or https:// address", self.public_url));
        }
        if !shared::money::CURRENCIES.contains(&self.currency.as_str()) {
            return Err(format!("currency: {} is none of {:?}", self.currency, shared::money::CURRENCIES));
        }
        Ok(())
    }

    pub fn zone(&self) -> Result<chrono_tz::Tz, String> {
        self.time_zone.parse().map_err(|_| format!("time_zone: {} is no IANA zone", self.time_zone))
    }

    /// Scheme, host and port of the public URL, as browsers name an origin.
    pub fn origin(&self) -> &str {
        let host = self.public_url.find("://").map_or(0, |at| at + 3);
        let path = self.public_url[host..].find('/').map_or(self.public_url.len(), |at| host + at);
        &self.public_url[..path]
    }

    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(change: impl FnOnce(&mut Settings)) -> String {
        let mut settings = Settings::default();
        change(&mut settings);
        settings.check().expect_err("a refusal")
    }

    #[test]
    fn what_is_not_known_is_refused_by_name() {
        assert!(refused(|settings| settings.log_format = "xml".into()).starts_with("log_format: xml"));
        assert!(
            refused(|settings| settings.public_url = "kith.example".into()).starts_with("public_url: kith.example")
        );
        assert!(refused(|settings| settings.time_zone = "Mars/Olympus".into()).starts_with("time_zone: Mars"));
        assert!(refused(|settings| settings.currency = "XXX".into()).starts_with("currency: XXX"));
    }

    #[test]
    fn a_file_with_a_name_that_is_none_is_refused() {
        let file = std::env::temp_dir().join(format!("kith-settings-{}.toml", std::process::id()));
        std::fs::write(&file, "colour = \"red\"\n").unwrap();

        let error = Settings::load(Some(&file)).unwrap_err();

        std::fs::remove_file(&file).unwrap();
        assert!(error.to_string().contains("colour"), "{error}");
    }
}
