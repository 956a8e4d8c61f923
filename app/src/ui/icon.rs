//! Icons: symbols of the sprite in `assets/icons.svg`.

use leptos::prelude::*;

macro_rules! glyphs {
    ($($name:ident => $id:literal),* $(,)?) => {
        /// A symbol of the sprite, under Lucide's name for it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Glyph { $($name),* }

        impl Glyph {
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The symbol, for `<use href=…>`.
            pub fn href(self) -> &'static str {
                match self { $(Self::$name => concat!("#", $id)),* }
            }
        }
    };
}

glyphs! {
    Archive => "archive",
    ArrowDown => "arrow-down",
    ArrowRight => "arrow-right",
    ArrowUp => "arrow-up",
    Bell => "bell",
    Building2 => "building-2",
    Calendar => "calendar",
    ChartColumn => "chart-column",
    Check => "check",
    ChevronDown => "chevron-down",
    ChevronLeft => "chevron-left",
    ChevronRight => "chevron-right",
    CircleAlert => "circle-alert",
    CircleCheck => "circle-check",
    CircleQuestionMark => "circle-question-mark",
    Clock => "clock",
    Columns3 => "columns-3",
    Download => "download",
    Ellipsis => "ellipsis",
    ExternalLink => "external-link",
    Eye => "eye",
    EyeOff => "eye-off",
    FileText => "file-text",
    Flag => "flag",
    Globe => "globe",
    History => "history",
    Inbox => "inbox",
    Info => "info",
    Layers => "layers",
    Link => "link",
    ListFilter => "list-filter",
    Lock => "lock",
    LogOut => "log-out",
    Mail => "mail",
    Maximize2 => "maximize-2",
    MessageSquare => "message-square",
    Monitor => "monitor",
    Moon => "moon",
    Package => "package",
    PanelLeft => "panel-left",
    Paperclip => "paperclip",
    Pencil => "pencil",
    Phone => "phone",
    Plus => "plus",
    Redo2 => "redo-2",
    RefreshCw => "refresh-cw",
    Save => "save",
    Search => "search",
    Settings => "settings",
    Share2 => "share-2",
    Shield => "shield",
    SquareKanban => "square-kanban",
    Star => "star",
    Sun => "sun",
    Table2 => "table-2",
    Tag => "tag",
    Ticket => "ticket",
    Trash2 => "trash-2",
    TriangleAlert => "triangle-alert",
    Undo2 => "undo-2",
    Upload => "upload",
    User => "user",
    UserPlus => "user-plus",
    Users => "users",
    WifiOff => "wifi-off",
    X => "x",
    Zap => "zap",
}

/// A 16 px picture beside words, or inside a control that has a name of its own.
#[component]
pub fn Icon(#[prop(into)] glyph: Signal<Glyph>) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true">
            <use href=move || glyph.get().href()></use>
        </svg>
    }
}
