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
    ArrowUpDown => "arrow-up-down",
    Bell => "bell",
    BookOpen => "book-open",
    Building2 => "building-2",
    Calendar => "calendar",
    ChartColumn => "chart-column",
    Check => "check",
    ChevronDown => "chevron-down",
    ChevronLeft => "chevron-left",
    ChevronRight => "chevron-right",
    ChevronUp => "chevron-up",
    CircleAlert => "circle-alert",
    CircleCheck => "circle-check",
    CircleDot => "circle-dot",
    CircleQuestionMark => "circle-question-mark",
    Clock => "clock",
    Columns3 => "columns-3",
    Copy => "copy",
    Download => "download",
    Ellipsis => "ellipsis",
    ExternalLink => "external-link",
    Eye => "eye",
    EyeOff => "eye-off",
    FileText => "file-text",
    Flag => "flag",
    GitMerge => "git-merge",
    Globe => "globe",
    GripVertical => "grip-vertical",
    History => "history",
    House => "house",
    Inbox => "inbox",
    Info => "info",
    Keyboard => "keyboard",
    Layers => "layers",
    Link => "link",
    ListFilter => "list-filter",
    Lock => "lock",
    LogOut => "log-out",
    Mail => "mail",
    Maximize2 => "maximize-2",
    Megaphone => "megaphone",
    Menu => "menu",
    MessageSquare => "message-square",
    Minus => "minus",
    Monitor => "monitor",
    Moon => "moon",
    Move => "move",
    Package => "package",
    PanelLeft => "panel-left",
    Pause => "pause",
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
    Snowflake => "snowflake",
    Split => "split",
    SquareKanban => "square-kanban",
    Star => "star",
    Sun => "sun",
    Table2 => "table-2",
    Tag => "tag",
    Target => "target",
    Ticket => "ticket",
    Trash2 => "trash-2",
    TriangleAlert => "triangle-alert",
    Trophy => "trophy",
    Undo2 => "undo-2",
    Upload => "upload",
    User => "user",
    UserPlus => "user-plus",
    Users => "users",
    Wallet => "wallet",
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
