//! Imports.

use crate::http::Routes;

pub fn routes() -> Routes {
    Routes::default()
}
