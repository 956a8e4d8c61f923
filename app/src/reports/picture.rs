//! A chart as a picture: what stands in the drawing, drawn once more.

use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Blob, CanvasRenderingContext2d, CssStyleDeclaration, Element, HtmlCanvasElement, SvgElement};

use crate::table::save_blob;

/// Pixels of the picture for each of the drawing.
const SCALE: f64 = 2.0;
const MARGIN: f64 = 16.0;
/// Room for the title above the drawing.
const TITLE: f64 = 32.0;

/// Gives the browser the drawing as a PNG to save.
pub fn save(svg: &SvgElement, name: &str) {
    // A browser that cannot draw gives no file; the table is there.
    let _ = draw(svg, name.to_owned());
}

fn draw(svg: &SvgElement, name: String) -> Result<(), JsValue> {
    let sizes = svg.get_attribute("viewBox").unwrap_or_default();
    let mut sizes = sizes.split(' ').skip(2).filter_map(|size| size.parse::<f64>().ok());
    let (Some(width), Some(height)) = (sizes.next(), sizes.next()) else { return Ok(()) };
    let canvas: HtmlCanvasElement = document().create_element("canvas")?.unchecked_into();
    canvas.set_width(pixels(width));
    canvas.set_height(pixels(height + TITLE));
    let Some(context) = canvas.get_context("2d")? else { return Ok(()) };
    let context: CanvasRenderingContext2d = context.unchecked_into();
    context.scale(SCALE, SCALE)?;
    context.set_fill_style_str(&ground());
    context.fill_rect(0.0, 0.0, width + 2.0 * MARGIN, height + TITLE + 2.0 * MARGIN);
    context.translate(MARGIN, MARGIN)?;
    draw_title(&context, svg)?;
    context.translate(0.0, TITLE)?;
    let all = svg.query_selector_all("line, polyline, rect, text")?;
    for at in 0..all.length() {
        if let Some(element) = all.get(at).and_then(|node| node.dyn_into::<Element>().ok()) {
            draw_one(&context, &element)?;
        }
    }
    let done = Closure::once_into_js(move |blob: Option<Blob>| {
        if let Some(blob) = blob {
            let _ = save_blob(&name, &blob);
        }
    });
    canvas.to_blob(done.unchecked_ref())
}

/// What the picture shows, as the drawing is named.
fn draw_title(context: &CanvasRenderingContext2d, svg: &SvgElement) -> Result<(), JsValue> {
    let Some(style) = window().get_computed_style(svg)? else { return Ok(()) };
    context.set_fill_style_str(&of(&style, "color"));
    context.set_font(&["font-weight", "font-size", "font-family"].map(|key| of(&style, key)).join(" "));
    context.fill_text(&svg.get_attribute("aria-label").unwrap_or_default(), 0.0, MARGIN)
}

fn draw_one(context: &CanvasRenderingContext2d, element: &Element) -> Result<(), JsValue> {
    let Some(style) = window().get_computed_style(element)? else { return Ok(()) };
    let number = |key: &str| element.get_attribute(key).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
    let stroke = |context: &CanvasRenderingContext2d| {
        context.set_stroke_style_str(&of(&style, "stroke"));
        context.set_line_width(of(&style, "stroke-width").trim_end_matches("px").parse().unwrap_or(1.0));
        context.stroke();
    };
    match element.tag_name().as_str() {
        "rect" => {
            context.set_fill_style_str(&of(&style, "fill"));
            context.fill_rect(number("x"), number("y"), number("width"), number("height"));
        }
        "line" => {
            context.begin_path();
            context.move_to(number("x1"), number("y1"));
            context.line_to(number("x2"), number("y2"));
            stroke(context);
        }
        "polyline" => {
            context.begin_path();
            for (x, y) in points(&element.get_attribute("points").unwrap_or_default()) {
                context.line_to(x, y);
            }
            stroke(context);
        }
        _ => {
            context.set_fill_style_str(&of(&style, "fill"));
            let font = ["font-weight", "font-size", "font-family"].map(|key| of(&style, key));
            context.set_font(&font.join(" "));
            context.set_text_align(match element.get_attribute("text-anchor").as_deref() {
                Some("end") => "right",
                Some("middle") => "center",
                _ => "left",
            });
            context.fill_text(&element.text_content().unwrap_or_default(), number("x"), number("y"))?;
        }
    }
    Ok(())
}

fn points(text: &str) -> impl Iterator<Item = (f64, f64)> + '_ {
    text.split(' ').filter_map(|point| {
        let (x, y) = point.split_once(',')?;
        Some((x.parse().ok()?, y.parse().ok()?))
    })
}

fn of(style: &CssStyleDeclaration, key: &str) -> String {
    style.get_property_value(key).unwrap_or_default()
}

/// The page's own ground, so that a dark picture is one.
fn ground() -> String {
    let body = document().body();
    let style = body.and_then(|body| window().get_computed_style(&body).ok().flatten());
    style.map(|style| of(&style, "background-color")).unwrap_or_default()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few thousand pixels")]
fn pixels(size: f64) -> u32 {
    ((size + 2.0 * MARGIN) * SCALE) as u32
}
