//! Access tokens that are not ours, not any more, or not whole: all of them are nobody's.

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::{Value, json};
use shared::auth::*;
use tests::{Caller, TestApp};
use uuid::Uuid;

use super::PathText as _;

/// What stands before the 32 bytes of an Ed25519 key in PKCS#8.
const PKCS8: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

/// The server's own key, as a thief of it would hold it: what it signs must
/// still say the right things.
struct Forge {
    key: EncodingKey,
    claims: Value,
    header: Header,
}

impl Forge {
    async fn of(app: &TestApp, caller: &Caller<'_>) -> Self {
        let db = &app.app.db;
        let ask = |sql: &str| Statement::from_string(db.backend(), sql);
        let key = db.read.query_one_raw(ask("SELECT seed FROM signing_keys")).await.unwrap().unwrap();
        let session = db.read.query_one_raw(ask("SELECT id FROM sessions")).await.unwrap().unwrap();
        let now = app.app.clock.now().0 / 1000;
        Self {
            key: key_of(&key.try_get_by_index::<Vec<u8>>(0).unwrap()),
            claims: json!({
                "aud": "staff",
                "sub": caller.id,
                "sid": session.try_get_by_index::<Uuid>(0).unwrap(),
                "iat": now,
                "exp": now + 600,
            }),
            header: Header { typ: Some("at+jwt".into()), kid: Some("1".into()), ..Header::new(Algorithm::EdDSA) },
        }
    }

    fn sign(&self, header: &Header, claims: &Value) -> String {
        jsonwebtoken::encode(header, claims, &self.key).unwrap()
    }

    fn with(&self, key: &str, value: impl Into<Value>) -> String {
        let mut claims = self.claims.clone();
        claims[key] = value.into();
        self.sign(&self.header, &claims)
    }

    fn without(&self, key: &str) -> String {
        let mut claims = self.claims.clone();
        claims.as_object_mut().unwrap().remove(key);
        self.sign(&self.header, &claims)
    }

    fn header(&self, change: impl FnOnce(&mut Header)) -> String {
        let mut header = self.header.clone();
        change(&mut header);
        self.sign(&header, &self.claims)
    }

    /// With this text as its header, and the signature of the true one.
    fn raw_header(&self, header: &str) -> String {
        let token = self.sign(&self.header, &self.claims);
        let (_, rest) = token.split_once('.').unwrap();
        format!("{}.{rest}", base64url(header.as_bytes()))
    }
}

fn key_of(seed: &[u8]) -> EncodingKey {
    EncodingKey::from_ed_der(&[&PKCS8, seed].concat())
}

fn base64url(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let group =
            chunk.iter().fold(0_usize, |group, byte| group << 8 | usize::from(*byte)) << (8 * (3 - chunk.len()));
        text.extend((0..=chunk.len()).map(|place| char::from(DIGITS[group >> (18 - 6 * place) & 63])));
    }
    text
}

async fn status(app: &TestApp, cookie: String) -> u16 {
    let caller = Caller { cookie: Some(cookie), ..app.stranger() };
    caller.get_json(WhoAmI::PATH_TEXT).await.status.as_u16()
}

#[tokio::test]
async fn a_token_must_say_exactly_what_ours_say() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let forge = Forge::of(&app, &ada).await;
    let now = app.app.clock.now().0 / 1000;
    assert_eq!(status(&app, format!("kith={}", forge.sign(&forge.header, &forge.claims))).await, 200);

    let foreign = Forge { key: key_of(&[7; 32]), claims: forge.claims.clone(), header: forge.header.clone() };
    let mut doubled = forge.claims.to_string();
    doubled.insert_str(1, "\"sub\":\"00000000-0000-0000-0000-000000000000\",");
    let vectors = [
        ("another key", foreign.sign(&foreign.header, &foreign.claims)),
        ("expired", forge.with("exp", now - 31)),
        ("from the future", forge.with("iat", now + 90)),
        ("exp as text", forge.with("exp", "9999999999")),
        ("exp as fraction", forge.with("exp", f64::MAX)),
        ("without exp", forge.without("exp")),
        ("for a portal", forge.with("aud", "contact")),
        ("for several", forge.with("aud", json!(["contact", "staff"]))),
        ("for nobody", forge.without("aud")),
        ("without session", forge.without("sid")),
        ("another session", forge.with("sid", Uuid::now_v7().to_string())),
        ("another user", forge.with("sub", Uuid::now_v7().to_string())),
        ("no user", forge.with("sub", Value::Null)),
        ("without user", forge.without("sub")),
        ("without iat", forge.without("iat")),
        ("an issuer", forge.with("iss", "evil")),
        ("a claim we do not know", forge.with("admin", true)),
        ("not before", forge.with("nbf", now + 100)),
        ("no kid", forge.header(|header| header.kid = None)),
        ("a foreign kid", forge.header(|header| header.kid = Some("../../dev/null".into()))),
        ("no type", forge.header(|header| header.typ = None)),
        ("an id token", forge.header(|header| header.typ = Some("JWT".into()))),
        ("a key set elsewhere", forge.header(|header| header.jku = Some("https://evil.example/jwks".into()))),
        ("a certificate elsewhere", forge.header(|header| header.x5u = Some("https://evil.example/x5u".into()))),
        ("a content type", forge.header(|header| header.cty = Some("JWT".into()))),
        ("no algorithm", forge.raw_header(r#"{"typ":"at+jwt","alg":"none","kid":"1"}"#)),
        ("No algorithm", forge.raw_header(r#"{"typ":"at+jwt","alg":"nOnE","kid":"1"}"#)),
        ("an HMAC", forge.raw_header(r#"{"typ":"at+jwt","alg":"HS256","kid":"1"}"#)),
        (
            "a key inside",
            forge
                .raw_header(r#"{"typ":"at+jwt","alg":"EdDSA","kid":"1","jwk":{"kty":"OKP","crv":"Ed25519","x":"AA"}}"#),
        ),
        ("spaces in the header", forge.raw_header(r#"{"typ":"at+jwt", "alg":"EdDSA","kid":"1"}"#)),
    ];
    for (what, token) in vectors {
        assert_eq!(status(&app, format!("kith={token}")).await, 401, "{what}");
    }
}

#[tokio::test]
async fn a_signature_with_the_public_key_as_secret_is_none() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let forge = Forge::of(&app, &ada).await;
    let public = jsonwebtoken::jwk::Jwk::from_encoding_key(&forge.key, Algorithm::EdDSA).unwrap();
    let public = serde_json::to_string(&public.algorithm).unwrap();
    let header = Header { typ: Some("at+jwt".into()), kid: Some("1".into()), ..Header::new(Algorithm::HS256) };

    let token = jsonwebtoken::encode(&header, &forge.claims, &EncodingKey::from_secret(public.as_bytes())).unwrap();

    assert_eq!(status(&app, format!("kith={token}")).await, 401);
}

#[tokio::test]
async fn a_token_with_any_character_changed_is_refused() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let forge = Forge::of(&app, &ada).await;
    let token = forge.sign(&forge.header, &forge.claims);

    for at in 0..token.len() {
        let mut bytes = token.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(bytes).unwrap();
        assert_eq!(status(&app, format!("kith={changed}")).await, 401, "character {at}");
    }
    for (what, changed) in [
        ("cut", token[..token.len() - 1].to_owned()),
        ("longer", format!("{token}A")),
        ("padded", format!("{token}=")),
        ("without signature", token[..token.rfind('.').unwrap()].to_owned()),
        ("with an empty signature", token[..=token.rfind('.').unwrap()].to_owned()),
        ("a fourth part", format!("{token}.AAAA")),
        ("only dots", "..".into()),
        ("no token", "undefined".into()),
    ] {
        assert_eq!(status(&app, format!("kith={changed}")).await, 401, "{what}");
    }
}

#[tokio::test]
async fn a_token_that_could_be_two_is_none() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let forge = Forge::of(&app, &ada).await;
    let good = format!("kith={}", forge.sign(&forge.header, &forge.claims));

    assert_eq!(status(&app, format!("{good}; {good}")).await, 401);
    assert_eq!(status(&app, format!("kith=; {good}")).await, 401);
    assert_eq!(status(&app, format!("{good}; pad={}", "x".repeat(8 * 1024))).await, 401);
    assert_eq!(status(&app, format!("a=b;{good};c=d")).await, 200);
}

#[tokio::test]
async fn every_bad_token_is_told_the_same() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let forge = Forge::of(&app, &ada).await;
    let now = app.app.clock.now().0 / 1000;

    let mut told = Vec::new();
    for token in
        [String::new(), "x".into(), forge.with("exp", now - 100), forge.with("sub", Uuid::now_v7().to_string())]
    {
        let caller = Caller { cookie: Some(format!("kith={token}")), ..app.stranger() };
        told.push(super::told(&caller.get_json(WhoAmI::PATH_TEXT).await));
    }

    assert_eq!((told[0].status, told[0].code.as_str()), (401, "signed_out"));
    assert!(told.iter().all(|one| *one == told[0]));
}
