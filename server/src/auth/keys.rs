//! The keys that access tokens are signed with. They are kept in the database,
//! so that several servers share them.

use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{OnConflict, Order, Query};
use sha2::{Digest as _, Sha256};
use shared::time::Instant;

use crate::error::{Error, Result};
use crate::ground::db::{Db, name};

/// What the first key of a database is called.
const FIRST: &str = "1";

/// What stands before the 32 bytes of an Ed25519 key in PKCS#8.
const PKCS8: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

pub struct Key {
    pub header: Header,
    /// The header as it stands in each token: anything else is not ours.
    pub encoded_header: String,
    pub signing: EncodingKey,
    pub checking: DecodingKey,
    seed: [u8; 32],
}

/// The newest key signs, all of them are believed.
pub struct Keys(Vec<Key>);

impl Keys {
    /// Reads the keys, making one when there is none yet.
    pub async fn load(db: &Db, now: Instant) -> Result<Self> {
        let mut keys = read(db).await?;
        if keys.is_empty() {
            make(db, now).await?;
            keys = read(db).await?;
        }
        if keys.is_empty() {
            return Err(Error::internal("the signing key was not kept"));
        }
        Ok(Self(keys))
    }

    pub fn newest(&self) -> &Key {
        &self.0[0]
    }

    /// The key that a token with this header was signed with.
    pub fn by_header(&self, encoded: &str) -> Option<&Key> {
        self.0.iter().find(|key| key.encoded_header == encoded)
    }

    /// A secret that only a holder of the key can tell from `parts`.
    pub fn derive(&self, parts: &[&[u8]]) -> [u8; 32] {
        let seed = self.newest().seed;
        let mut inner = Sha256::new().chain_update(seed);
        for part in parts {
            inner = inner.chain_update(Sha256::digest(part));
        }
        Sha256::new().chain_update(seed).chain_update(inner.finalize()).finalize().into()
    }
}

impl Key {
    pub fn new(kid: &str, seed: [u8; 32]) -> Result<Self> {
        let signing = EncodingKey::from_ed_der(&[&PKCS8[..], &seed[..]].concat());
        let public = Jwk::from_encoding_key(&signing, Algorithm::EdDSA).map_err(Error::internal)?;
        let checking = DecodingKey::from_jwk(&public).map_err(Error::internal)?;
        let header = Header { typ: Some("at+jwt".into()), kid: Some(kid.into()), ..Header::new(Algorithm::EdDSA) };
        let sample = jsonwebtoken::encode(&header, &(), &signing).map_err(Error::internal)?;
        let encoded_header = sample.split('.').next().unwrap_or_default().to_owned();
        Ok(Self { header, encoded_header, signing, checking, seed })
    }
}

async fn read(db: &Db) -> Result<Vec<Key>> {
    let select = Query::select()
        .columns(["kid", "seed"].map(name))
        .from(name("signing_keys"))
        .order_by(name("created_at"), Order::Desc)
        .order_by(name("kid"), Order::Desc)
        .take();
    let mut keys = Vec::new();
    for row in db.read.query_all(&select).await? {
        let kid: String = row.try_get_by_index(0)?;
        let seed: Vec<u8> = row.try_get_by_index(1)?;
        let seed = seed.try_into().map_err(|_| Error::internal("a signing key has not 32 bytes"))?;
        keys.push(Key::new(&kid, seed)?);
    }
    Ok(keys)
}

async fn make(db: &Db, now: Instant) -> Result<()> {
    let insert = Query::insert()
        .into_table(name("signing_keys"))
        .columns(["kid", "seed", "created_at"].map(name))
        .values_panic([FIRST.into(), rand::random::<[u8; 32]>().to_vec().into(), now.0.into()])
        // Of two servers that start at once, the first one's key is everybody's.
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .take();
    let write = db.begin().await?;
    write.tx.execute(&insert).await?;
    write.commit().await
}
