//! What hangs on the pointer: a picture of the card, and how many there are.

use crate::ui::place::px;
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::ui::place::set_px;

pub struct Ghost {
    element: HtmlElement,
    /// From the pointer to the card's corner.
    grip: (f64, f64),
}

impl Ghost {
    /// A picture of `card`, grasped at a point of the screen.
    pub fn of(card: &Element, at: (f64, f64), number: usize) -> Option<Self> {
        let rect = card.get_bounding_client_rect();
        let element: HtmlElement = document().create_element("div").ok()?.dyn_into().ok()?;
        element.set_class_name("drag-ghost");
        let _ = element.set_attribute("aria-hidden", "true");
        let picture: HtmlElement = card.clone_node_with_deep(true).ok()?.dyn_into().ok()?;
        let _ = picture.style().remove_property("transform");
        for name in ["data-card", "role", "aria-describedby", "tabindex"] {
            let _ = picture.remove_attribute(name);
        }
        let _ = element.append_child(&picture);
        if number > 1 {
            let badge = document().create_element("span").ok()?;
            badge.set_class_name("badge hot");
            badge.set_text_content(Some(&number.to_string()));
            let _ = element.append_child(&badge);
            let _ = element.class_list().add_1("several");
        }
        set_px(&element, "width", rect.width());
        set_px(&element, "height", rect.height());
        let _ = document().body()?.append_child(&element);
        let ghost = Self { element, grip: (rect.left() - at.0, rect.top() - at.1) };
        ghost.follow(at);
        Some(ghost)
    }

    pub fn follow(&self, (x, y): (f64, f64)) {
        let (left, top) = (x + self.grip.0, y + self.grip.1);
        let _ = self.element.style().set_property(
            "transform",
            &format!("translate3d({}, {}, 0) rotate(1.2deg)", px(left.round()), px(top.round())),
        );
    }

    /// Where the picture begins on the screen, for a pointer at this height.
    pub fn top(&self, y: f64) -> f64 {
        y + self.grip.1
    }
}

impl Drop for Ghost {
    fn drop(&mut self) {
        self.element.remove();
    }
}
