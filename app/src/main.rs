//! Kith in the browser.

fn main() {
    app::start();
}
