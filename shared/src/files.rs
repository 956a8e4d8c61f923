//! Files that come with messages: what they are by their bytes, and what they may be called.

use http::Method;
use serde::{Deserialize, Serialize};

use crate::access::Access::{Customer, Staff};
use crate::access::Action::*;
use crate::access::Object;
use crate::api::Route;
use crate::id::FileId;

/// Bytes in, JSON out, or the other way round.
pub const FILES: &[Route] = &[
    Route {
        name: "UploadFile",
        doc: " Takes the bytes of a file called `?name=…`. It is its uploader's until a message takes it.",
        method: Method::POST,
        path: UPLOAD,
        access: Staff(Object::Message, Write),
        input: "",
        output: "FileTold",
    },
    Route {
        name: "DownloadFile",
        doc: " The bytes of a file, for whoever reads its message.",
        method: Method::GET,
        path: FILE,
        access: Staff(Object::Message, Read),
        input: "",
        output: "application/octet-stream",
    },
    Route {
        name: "UploadOwnFile",
        doc: " As `UploadFile`, by a customer.",
        method: Method::POST,
        path: PORTAL_UPLOAD,
        access: Customer,
        input: "",
        output: "FileTold",
    },
    Route {
        name: "DownloadOwnFile",
        doc: " As `DownloadFile`, by a customer.",
        method: Method::GET,
        path: PORTAL_FILE,
        access: Customer,
        input: "",
        output: "application/octet-stream",
    },
];

pub const UPLOAD: &str = "/api/files";
pub const FILE: &str = "/api/files/{id}";
pub const PORTAL_UPLOAD: &str = "/api/portal/files";
pub const PORTAL_FILE: &str = "/api/portal/files/{id}";

/// Bytes of one file.
pub const FILE_MAX: u64 = 25 << 20;
/// Files of one message.
pub const FILES_MAX: usize = 10;
/// Bytes of a name, as most file systems count.
pub const NAME_BYTES: usize = 255;
/// So many bytes from the start of a file say what it is.
pub const SNIFFED: usize = 512;

choices! {
    /// What a file is by its bytes, whatever it is called.
    pub enum FileKind {
        /// Nothing that is known here; HTML, SVG and XML among it.
        Other = "other",
        Png = "png",
        Jpeg = "jpeg",
        Gif = "gif",
        Webp = "webp",
        Pdf = "pdf",
        Zip = "zip",
        /// Documents, tables and slides of an office suite.
        Office = "office",
        Text = "text",
    }
}

impl FileKind {
    /// By the first bytes of a file and, between kinds that begin alike, by its name.
    pub fn of(head: &[u8], name: &str) -> Self {
        let is_riff = head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP");
        let is_zip = [b"PK\x03\x04", b"PK\x05\x06"].iter().any(|magic| head.starts_with(*magic));
        let is_office = OFFICE.contains(&extension(name).as_str());
        match head {
            _ if head.starts_with(b"\x89PNG\r\n\x1a\n") => Self::Png,
            _ if head.starts_with(b"\xff\xd8\xff") => Self::Jpeg,
            _ if head.starts_with(b"GIF87a") || head.starts_with(b"GIF89a") => Self::Gif,
            _ if is_riff => Self::Webp,
            _ if head.starts_with(b"%PDF-") => Self::Pdf,
            _ if is_zip && !is_office => Self::Zip,
            _ if is_zip || (is_office && head.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) => Self::Office,
            _ if is_plain(head) => Self::Text,
            _ => Self::Other,
        }
    }

    /// Shown in its place; everything else is only handed out to be saved.
    pub const fn is_image(self) -> bool {
        matches!(self, Self::Png | Self::Jpeg | Self::Gif | Self::Webp)
    }

    /// What browsers are told that it is.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Pdf => "application/pdf",
            Self::Zip => "application/zip",
            Self::Text => "text/plain; charset=utf-8",
            Self::Other | Self::Office => "application/octet-stream",
        }
    }

    /// The endings that such a file has, the usual one first; none where any will do.
    const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Png => &["png"],
            Self::Jpeg => &["jpg", "jpeg", "jfif"],
            Self::Gif => &["gif"],
            Self::Webp => &["webp"],
            Self::Pdf => &["pdf"],
            Self::Other | Self::Zip | Self::Office | Self::Text => &[],
        }
    }
}

const OFFICE: [&str; 9] = ["docx", "xlsx", "pptx", "doc", "xls", "ppt", "docm", "xlsm", "pptm"];

/// Endings by which a double click runs something.
const PROGRAMS: [&str; 24] = [
    "bat", "cmd", "com", "cpl", "dll", "exe", "hta", "iso", "jar", "js", "jse", "lnk", "msc", "msi", "pif", "ps1",
    "reg", "scr", "url", "vbe", "vbs", "vhd", "wsf", "wsh",
];

/// Nobody sends programs to people who only read: they come in an archive, or not at all.
pub fn is_program(name: &str) -> bool {
    PROGRAMS.contains(&extension(name).as_str())
}

/// Text in UTF-8 that no browser would take for a page.
fn is_plain(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // The last character may be cut.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    let is_markup = text.trim_start_matches('\u{feff}').trim_start().starts_with('<');
    let is_binary = text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}'));
    !text.is_empty() && !is_markup && !is_binary
}

/// What stands behind the last dot, in small letters; empty if nothing does.
fn extension(name: &str) -> String {
    name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default()
}

/// The name under which a file is kept: of its last part alone, without what
/// deceives or harms, at most `NAME_BYTES` long. An image or a PDF ends as one.
pub fn kept_name(given: &str, kind: FileKind) -> String {
    let name = clean(given);
    let endings = kind.endings();
    match endings.first() {
        Some(usual) if !endings.contains(&extension(&name).as_str()) => {
            let mut name = cut(&name, NAME_BYTES - usual.len() - 1);
            name.push('.');
            name + usual
        }
        _ => name,
    }
}

/// The last part of a path, without what no name should hold.
pub fn clean(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|c| !c.is_control() && !is_unseen(*c)).map(safe).collect();
    // Windows drops dots and blanks at the end, and with them shows another ending.
    let trimmed = kept.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let name = if trimmed.is_empty() { "file" } else { trimmed };
    if name.len() <= NAME_BYTES {
        return name.to_owned();
    }
    // The ending says what it is, and stays.
    match name.rsplit_once('.').filter(|(_, ending)| ending.len() <= 16) {
        Some((stem, ending)) => cut(stem, NAME_BYTES - ending.len() - 1) + "." + ending,
        None => cut(name, NAME_BYTES),
    }
}

/// Characters that file systems do not take.
const fn safe(c: char) -> char {
    match c {
        '<' | '>' | ':' | '"' | '|' | '?' | '*' => '_',
        c => c,
    }
}

/// Marks of no width, and those that turn the direction of what follows.
const fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{61c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
    )
}

/// At most so many bytes, without half a character.
fn cut(text: &str, bytes: usize) -> String {
    text[..text.floor_char_boundary(bytes)].to_owned()
}

/// What an upload is called by whoever sends it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileNamed {
    pub name: String,
}

/// A file as its readers know it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FileTold {
    pub id: FileId,
    pub name: String,
    /// Bytes.
    pub size: i64,
    pub kind: FileKind,
    /// It may be shown in its place.
    pub is_image: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_bytes_say() {
        let of = |head: &[u8], name: &str| FileKind::of(head, name);
        assert_eq!(of(b"\x89PNG\r\n\x1a\n....", "a.txt"), FileKind::Png);
        assert_eq!(of(b"\xff\xd8\xff\xe0", "a"), FileKind::Jpeg);
        assert_eq!(of(b"GIF89a/*<script>", "a.html"), FileKind::Gif);
        assert_eq!(of(b"RIFF\0\0\0\0WEBPVP8 ", "a.webp"), FileKind::Webp);
        assert_eq!(of(b"RIFF\0\0\0\0WAVE", "a.webp"), FileKind::Other);
        assert_eq!(of(b"%PDF-1.7", "a.pdf"), FileKind::Pdf);
        assert_eq!((of(b"PK\x03\x04", "a.zip"), of(b"PK\x03\x04", "a.docx")), (FileKind::Zip, FileKind::Office));
        assert_eq!(of(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls"), FileKind::Office);
        assert_eq!((of("温度\t21\n".as_bytes(), "a.csv"), of(b"ab\0", "a.txt")), (FileKind::Text, FileKind::Other));
        assert_eq!(of(&"温".as_bytes()[..2], "a.txt"), FileKind::Other, "not one whole character");
        assert_eq!(of(&"温度".as_bytes()[..5], "a.txt"), FileKind::Text, "the last one is cut");
    }

    #[test]
    fn what_a_browser_would_run_is_nothing_known() {
        for page in ["<!doctype html>", "\u{feff} \n<svg xmlns=", "<?xml version=\"1.0\"?>", "<script>"] {
            assert_eq!(FileKind::of(page.as_bytes(), "a.png"), FileKind::Other, "{page}");
        }
        assert!(FileKind::ALL.iter().filter(|kind| kind.is_image()).count() == 4);
        assert!(
            !FileKind::ALL.iter().any(|kind| kind.media_type().contains("html") || kind.media_type().contains("xml"))
        );
    }

    #[test]
    fn a_name_is_one_name_and_shows_its_ending() {
        let cases = [
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\x\\照片.png", "照片.png"),
            ("..", "file"),
            ("", "file"),
            (" . ", "file"),
            (".htaccess", "htaccess"),
            ("a\u{0}b\nc.txt", "abc.txt"),
            ("photo\u{202e}gpj.exe", "photogpj.exe"),
            ("setup.exe. .", "setup.exe"),
            ("a\u{200b}b\u{feff}.txt", "ab.txt"),
            ("a:b|c?.txt", "a_b_c_.txt"),
        ];
        for (given, kept) in cases {
            assert_eq!(clean(given), kept);
        }
        assert!(is_program("invoice.pdf.EXE") && is_program(&clean("a.scr .")) && !is_program("exe.pdf"));
    }

    #[test]
    fn an_image_ends_as_one() {
        assert_eq!(kept_name("a.png.html", FileKind::Png), "a.png.html.png");
        assert_eq!(kept_name("A.JPEG", FileKind::Jpeg), "A.JPEG");
        assert_eq!(kept_name("a", FileKind::Pdf), "a.pdf");
        assert_eq!(kept_name("a.html", FileKind::Other), "a.html");
    }

    #[test]
    fn a_long_name_keeps_its_ending_and_whole_characters() {
        let long = "图".repeat(200);
        for (given, kind) in
            [(format!("{long}.txt"), FileKind::Text), (long.clone(), FileKind::Png), (long, FileKind::Zip)]
        {
            let kept = kept_name(&given, kind);
            assert!(kept.len() <= NAME_BYTES && kept.len() > NAME_BYTES - 8, "{} {kept}", kept.len());
            assert!(kept.starts_with('图') && (extension(&given).is_empty() || extension(&kept) == "txt"));
        }
    }
}
