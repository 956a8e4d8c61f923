//! What people write is shown, and nothing of it ever runs.

use serde_json::json;
use shared::knowledge::{Preview, PreviewArticle};
use tests::TestApp;

/// Ways to smuggle something into a page: tags, handlers, addresses, styles,
/// parsers that disagree, Markdown's own links and pictures.
const PAYLOADS: &[&str] = &[
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//x.example/a.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script\n>alert(1)</script\n>",
    "<script/x>alert(1)</script>",
    "<<script>script>alert(1)<</script>/script>",
    "<img src=x onerror=alert(1)>",
    "<img src=/a onerror='alert(1)'>",
    "<IMG SRC=javascript:alert(1)>",
    "<img src=\"jav\tascript:alert(1)\">",
    "<img src=\"jav&#x09;ascript:alert(1)\">",
    "<img src=&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)>",
    "<img src=data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+>",
    "<img srcset='https://x.example/a.png 1x' src=/a>",
    "<img lowsrc=javascript:alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
    "<svg><animate attributeName=href values=javascript:alert(1) /></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=alert(1)>#x'/></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<math href=javascript:alert(1)>x</math>",
    "<math><annotation-xml encoding=text/html><script>alert(1)</script></annotation-xml></math>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<applet code=a></applet>",
    "<base href=javascript:alert(1)//>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href=javascript:alert(1)>",
    "<form action=javascript:alert(1)><input type=submit></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<isindex action=javascript:alert(1) type=image>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)></select>",
    "<textarea autofocus onfocus=alert(1)></textarea>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)></audio>",
    "<body onload=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<div onmouseover=alert(1)>x</div>",
    "<p ONCLICK=alert(1)>x</p>",
    "<b/onclick=alert(1)>x</b>",
    "<a onclick=alert(1) href=/x>x</a>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href=' javascript:alert(1)'>x</a>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "<a href='\u{1}javascript:alert(1)'>x</a>",
    "<a href=JaVaScRiPt:alert(1)>x</a>",
    "<a href=vbscript:msgbox(1)>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=='>x</a>",
    "<a href=//x.example/phish>x</a>",
    "<a href=x target=_blank ping=https://x.example/>x</a>",
    "[x](javascript:alert(1))",
    "[x](JAVASCRIPT:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](java&#x0A;script:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:msgbox(1))",
    "[x]( javascript:alert(1) \"t\")",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml,<svg/onload=alert(1)>)",
    "![x](https://x.example/pixel.gif)",
    "![x](//x.example/pixel.gif)",
    "![x](/a.png \"x\\\" onerror=\\\"alert(1)\")",
    "![x\" onerror=\"alert(1)](/a.png)",
    "[x](/a \"y\\\" onclick=\\\"alert(1)\")",
    "<div style='background:url(javascript:alert(1))'>x</div>",
    "<div style='width:expression(alert(1))'>x</div>",
    "<style>@import 'javascript:alert(1)';</style>",
    "<style>*{background:url(https://x.example/a)}</style>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<title><img src=x onerror=alert(1)></title>",
    "<textarea></textarea><img src=x onerror=alert(1)>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml version='1.0'?><script>alert(1)</script>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<plaintext><img src=x onerror=alert(1)>",
    "`<script>alert(1)</script>`",
    "```\n<script>alert(1)</script>\n```",
    "```html onload=alert(1)\n<img src=x onerror=alert(1)>\n```",
    "| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |",
    "# <svg/onload=alert(1)>",
    "> <iframe src=javascript:alert(1)>",
    "\u{202e}<script>alert(1)</script>",
    "＜script＞alert(1)＜/script＞<script>alert(1)</script>",
    "<scri\0pt>alert(1)</scri\0pt>",
    "<img src=x:x onerror\u{c}=alert(1)>",
    "<a href=\"&#x6A;avascript&#x3A;alert(1)\">x</a>",
    "<x onpointerrawupdate=alert(1)>x</x>",
];

/// The tags of a text and their attributes, as a browser would read them from
/// what the sanitiser writes: it quotes every value.
fn tags(html: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut tags = Vec::new();
    for part in html.split('<').skip(1) {
        let inside = part.split('>').next().unwrap_or_default();
        let (name, mut rest) = inside.split_once(' ').unwrap_or((inside, ""));
        let mut attributes = Vec::new();
        while let Some((key, after)) = rest.split_once("=\"") {
            let (value, after) = after.split_once('"').expect("a value is closed");
            attributes.push((key.trim().to_lowercase(), value.to_lowercase()));
            rest = after;
        }
        tags.push((name.trim_start_matches('/').to_lowercase(), attributes));
    }
    tags
}

/// The scheme of an address as a browser reads it: blanks and control
/// characters before and within it do not count.
fn scheme(address: &str) -> Option<String> {
    let address = address.replace("&amp;", "&").replace(|c: char| c.is_whitespace() || c.is_control(), "");
    let (scheme, _) = address.split_once(':')?;
    let fits = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    (scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(fits)).then(|| scheme.to_owned())
}

const SHOWN: &[&str] = &[
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "span",
    "strong",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];

#[tokio::test]
async fn nothing_that_is_written_runs() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    assert!(PAYLOADS.len() >= 60);

    for payload in PAYLOADS {
        let html = admin.call::<PreviewArticle>((), Preview { body: (*payload).into() }).await.unwrap().html;
        for (tag, attributes) in tags(&html) {
            assert!(SHOWN.contains(&tag.as_str()), "{payload} leaves <{tag}>: {html}");
            for (key, value) in attributes {
                let known = ["href", "src", "alt", "title", "rel", "align", "start", "width", "height"];
                assert!(known.contains(&key.as_str()), "{payload} leaves {key}: {html}");
                if key == "href" || key == "src" {
                    let allowed = scheme(&value)
                        .is_none_or(|scheme| ["https", "http", "mailto", "tel"].contains(&scheme.as_str()));
                    assert!(allowed, "{payload} leads to {value}: {html}");
                    assert!(!value.starts_with("//"), "{payload} leads to {value}: {html}");
                    assert!(key != "src" || value.starts_with('/'), "{payload} fetches {value}: {html}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_preview_shows_what_readers_will_see_and_what_is_broken() {
    let app = TestApp::start().await;
    let admin = app.admin().await;

    let body = "# 步骤\n\n1. 打开[设置](/knowledge/settings)\n2. `重启`";
    let shown = admin.call::<PreviewArticle>((), Preview { body: body.into() }).await.unwrap();

    let link = "<a href=\"/knowledge/settings\" rel=\"noopener noreferrer\">设置</a>";
    assert_eq!(shown.html, format!("<h1>步骤</h1>\n<ol>\n<li>打开{link}</li>\n<li><code>重启</code></li>\n</ol>\n"));
    assert_eq!(shown.broken, ["settings"]);
    let huge = admin.post_json("/api/knowledge/preview", &json!({ "body": "x".repeat(100_001) })).await;
    assert_eq!(huge.status, 413);
}
