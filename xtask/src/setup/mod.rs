//! Prepares what is missing on a machine that has Rust and Node, and nothing that is there.

mod debian;
mod node;
mod rust;

pub use debian::{is_root, postgres_programs};

use crate::shell::{Outcome, timed};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    WasmTarget,
    Trunk,
    WasmBindgen,
    WasmSplit,
    WasmOpt,
    Esbuild,
    CargoDeny,
    Chromium,
    ChineseFonts,
    PostgreSql,
    Playwright,
}

impl Tool {
    /// In the order of preparation: first what takes seconds and may lack something, then what compiles for minutes.
    pub const ALL: &[Self] = &[
        Self::WasmTarget,
        Self::WasmOpt,
        Self::Esbuild,
        Self::Playwright,
        Self::Chromium,
        Self::ChineseFonts,
        Self::PostgreSql,
        Self::CargoDeny,
        Self::WasmSplit,
        Self::WasmBindgen,
        Self::Trunk,
    ];
    /// What building the app takes.
    pub const FOR_APP: &[Self] =
        &[Self::WasmTarget, Self::WasmOpt, Self::Esbuild, Self::WasmSplit, Self::WasmBindgen, Self::Trunk];

    pub fn name(self) -> &'static str {
        match self {
            Self::WasmTarget => "Rust's wasm32-unknown-unknown",
            Self::Trunk => "trunk",
            Self::WasmBindgen => "wasm-bindgen",
            Self::WasmSplit => "wasm-split-cli",
            Self::WasmOpt => "wasm-opt",
            Self::Esbuild => "esbuild",
            Self::CargoDeny => "cargo-deny",
            Self::Chromium => "Chromium and its driver",
            Self::ChineseFonts => "Chinese fonts",
            Self::PostgreSql => "PostgreSQL",
            Self::Playwright => "Playwright",
        }
    }

    /// Installs the tool unless it is there in the version we use.
    pub fn prepare(self) -> Outcome {
        if self.is_ready()? {
            return Ok(());
        }
        timed(&format!("preparing {}", self.name()), || self.install())?;
        if self.is_ready()? {
            return Ok(());
        }
        Err(format!("{} was installed but does not answer as it should", self.name()).into())
    }

    fn is_ready(self) -> Outcome<bool> {
        Ok(match self {
            Self::WasmTarget => rust::has_wasm_target()?,
            Self::Trunk => rust::TRUNK.is_ready(),
            Self::WasmBindgen => rust::wasm_bindgen()?.is_ready(),
            Self::WasmSplit => rust::WASM_SPLIT.is_ready(),
            Self::CargoDeny => rust::CARGO_DENY.is_ready(),
            Self::WasmOpt => node::has_wasm_opt(),
            Self::Esbuild => node::has_esbuild(),
            Self::Playwright => node::has_playwright()?,
            Self::Chromium => debian::has_chromium(),
            Self::ChineseFonts => debian::has_chinese_fonts(),
            Self::PostgreSql => postgres_programs().is_some(),
        })
    }

    fn install(self) -> Outcome {
        match self {
            Self::WasmTarget => rust::add_wasm_target(),
            Self::Trunk => rust::TRUNK.install(),
            Self::WasmBindgen => rust::wasm_bindgen()?.install(),
            Self::WasmSplit => rust::WASM_SPLIT.install(),
            Self::CargoDeny => rust::CARGO_DENY.install(),
            Self::WasmOpt => node::install_wasm_opt(),
            Self::Esbuild => node::install_esbuild(),
            Self::Playwright => node::install_playwright(),
            Self::Chromium => debian::install(&["chromium", "chromium-driver"]),
            Self::ChineseFonts => debian::install(&["fonts-noto-cjk"]),
            Self::PostgreSql => debian::install(&["postgresql"]),
        }
    }
}

pub fn prepare(tools: &[Tool]) -> Outcome {
    tools.iter().try_for_each(|tool| tool.prepare())
}
