//! The bytes: in the data folder, each under its hash, so that what is sent
//! twice lies there once.

use std::path::{Path, PathBuf};

use tokio::fs::{self, File};
use tokio::io::AsyncWriteExt as _;
use uuid::Uuid;

use crate::App;
use crate::error::{Error, Result};

pub fn folder(app: &App) -> PathBuf {
    app.settings.data.join("files")
}

/// Where bytes lie until all of them are here.
pub fn coming(app: &App) -> PathBuf {
    folder(app).join("coming")
}

/// Where the bytes of a hash lie: the first two digits are a folder.
pub fn path(app: &App, sha256: &str) -> PathBuf {
    let (first, rest) = sha256.split_at_checked(2).unwrap_or(("", sha256));
    folder(app).join(first).join(rest)
}

/// Bytes on their way. Dropped without `keep`, they never came.
pub struct Coming {
    file: File,
    path: PathBuf,
    is_kept: bool,
}

impl Coming {
    pub async fn begin(app: &App) -> Result<Self> {
        let folder = coming(app);
        fs::create_dir_all(&folder).await.map_err(Error::internal)?;
        let path = folder.join(Uuid::now_v7().simple().to_string());
        let file = File::create_new(&path).await.map_err(Error::internal)?;
        Ok(Self { file, path, is_kept: false })
    }

    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).await.map_err(Error::internal)
    }

    /// Everything is on the disk, also after a power cut.
    pub async fn finish(&mut self) -> Result<()> {
        self.file.flush().await.map_err(Error::internal)?;
        self.file.sync_all().await.map_err(Error::internal)
    }

    /// Puts it where its hash says. What lies there already is the same.
    pub async fn keep(mut self, to: &Path) -> Result<()> {
        let folder = to.parent().unwrap_or(to);
        fs::create_dir_all(folder).await.map_err(Error::internal)?;
        fs::rename(&self.path, to).await.map_err(Error::internal)?;
        self.is_kept = true;
        // Not every system opens a folder; those that do write down the name as well.
        if let Ok(folder) = File::open(folder).await {
            let _ = folder.sync_all().await;
        }
        Ok(())
    }
}

impl Drop for Coming {
    fn drop(&mut self) {
        if !self.is_kept {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
