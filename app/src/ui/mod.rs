//! The component kit: parts that know nothing of a CRM.
//!
//! The content policy allows no inline style and no inline script. So no `style="…"`
//! attribute and no `style=` in a view, ever: give a class, or for geometry that is only
//! known at run time set a property, `style:height=…` in a view or
//! `element.style().set_property(…)`; both go through the CSSOM, which the policy allows.

pub mod button;
pub mod choice;
pub mod column;
pub mod combobox;
pub mod crash;
pub mod decimal;
pub mod dialog;
pub mod field;
pub mod format;
pub mod help;
pub mod icon;
pub mod input;
pub mod keys;
#[cfg(debug_assertions)]
pub mod kit;
pub mod listbox;
pub mod live;
pub mod media;
pub mod menu;
pub mod place;
pub mod resizer;
pub mod row;
pub mod selection;
pub mod state;
pub mod storage;
pub mod table;
pub mod tabs;
pub mod tag;
pub mod theme;
pub mod toast;
pub mod tooltip;
pub mod window;

pub use button::{Button, ButtonKind, IconButton, IconKind};
pub use choice::{Checkbox, Choice, RadioGroup, SegmentedControl, Select, Switch};
pub use column::{Column, Order, SortBy};
pub use combobox::{Combobox, TagInput};
pub use dialog::{Dialog, Drawer, DrawerHeader, Sheet};
pub use field::Field;
pub use format::{Ago, Day};
pub use help::key_help;
pub use icon::{Glyph, Icon};
pub use input::{DateInput, MoneyInput, NumberInput, SearchInput, TextArea, TextInput};
pub use keys::{Scope, use_key, wait_for_keys};
pub use listbox::Narrowing;
pub use media::is_phone;
pub use menu::{Menu, MenuItem, MenuLink, MenuSection};
pub use row::CellFn;
pub use selection::{BulkBar, Selection};
pub use state::{Breadcrumb, EmptyState, ErrorState, Progress, Skeleton, SkeletonKind};
pub use table::DataTable;
pub use tabs::{TabPanel, Tabs};
pub use tag::{Avatar, Badge, Chip, Dot, Hue, Kbd, Tag, Tone};
pub use toast::{ToastAction, ToastHost, Toasts, use_toasts};
pub use tooltip::TooltipHost;
pub use window::{Scroller, Window};

/// Sets the parts going that there is one of. Called once, by the root component.
pub fn start() -> Toasts {
    crate::i18n::keep_document_in_step();
    theme::keep_document_in_step();
    format::start_clock();
    keys::start();
    Toasts::provide()
}
