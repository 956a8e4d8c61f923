//! What is taken, under which name, how much of it, and for how long.

use http::StatusCode;
use sea_orm::ConnectionTrait as _;
use shared::change::UndoBatch;
use shared::files::*;
use shared::id::FileId;
use shared::tickets::*;
use shared::time::DAY;
use tests::{Caller, TestApp};
use uuid::Uuid;

use super::{PNG, download, names, note, post, try_upload, upload};
use crate::tickets::{answer, heard, thread, ticket};

/// The files that lie in the data folder.
fn lying(app: &TestApp) -> Vec<Vec<u8>> {
    let Ok(folders) = std::fs::read_dir(app.app.settings.data.join("files")) else { return Vec::new() };
    let files = folders.flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap());
    files.map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
}

async fn again<'a>(app: &'a TestApp, caller: &Caller<'a>, ms: i64) -> Caller<'a> {
    app.app.clock.advance(ms);
    app.sign_in(caller.id, "ada.admin@test.example").await
}

#[tokio::test]
async fn a_file_comes_with_its_message_and_goes_out_as_it_came() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let id = ticket(&ada, "Probe").await.id;
    let photo = upload(&ada, "照片.png", PNG).await;
    let table = upload(&ada, "values.csv", "时间,温度\n1,20\n".as_bytes()).await;
    assert_eq!((photo.kind, photo.is_image, photo.size), (FileKind::Png, true, 18));
    assert_eq!((table.kind, table.is_image), (FileKind::Text, false));

    let reply = Reply { files: vec![table.id, photo.id], ..answer(1, "See these") };
    ada.call::<ReplyToTicket>(id, reply).await.unwrap();
    let log = upload(&ada, "a.log", b"x").await;
    ada.call::<AddNote>(id, note(vec![log.id])).await.unwrap();
    let letter = upload(&ada, "letter.pdf", b"%PDF-1.4").await;
    ada.call::<RecordMessage>(id, Heard { files: vec![letter.id], ..heard("It came by post") }).await.unwrap();

    assert_eq!(names(&ada, id).await, [vec!["照片.png", "values.csv"], vec!["a.log"], vec!["letter.pdf"]]);
    assert_eq!(thread(&ada, id).await.messages[0].files, [photo.clone(), table.clone()]);
    let shown = download(&ada, photo.id).await;
    assert_eq!((shown.status, shown.body.as_slice()), (StatusCode::OK, PNG));
    let header = |answer: &tests::Answer, name: &str| answer.headers[name].to_str().unwrap().to_owned();
    assert_eq!(header(&shown, "content-type"), "image/png");
    assert_eq!(header(&shown, "content-disposition"), "inline; filename*=UTF-8''%E7%85%A7%E7%89%87.png");
    for file in [photo.id, table.id, letter.id] {
        let answer = download(&ada, file).await;
        assert_eq!(header(&answer, "content-security-policy"), "sandbox; default-src 'none'");
        assert_eq!(header(&answer, "x-content-type-options"), "nosniff");
        assert!(header(&answer, "cache-control").starts_with("private"));
        assert_eq!(header(&answer, "content-disposition").starts_with("inline"), file == photo.id);
    }
}

#[tokio::test]
async fn nothing_that_a_browser_would_run_is_shown() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let pages: [(&str, &[u8], &str); 6] = [
        ("a.html", b"<!doctype html><script>alert(1)</script>", "a.html"),
        ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "a.png"),
        ("a.svg", b"\xef\xbb\xbf <?xml version='1.0'?><svg/>", "a.svg"),
        ("a.pdf.html", b"%PDF-1.4 <script>alert(1)</script>", "a.pdf.html.pdf"),
        ("a.xhtml", b"PK\x03\x04<html>", "a.xhtml"),
        ("a.txt", b"\0\0\0\0", "a.txt"),
    ];
    for (name, bytes, kept) in pages {
        let file = upload(&ada, name, bytes).await;
        let answer = download(&ada, file.id).await;
        let disposition = answer.headers["content-disposition"].to_str().unwrap();
        assert!(!file.is_image && disposition.starts_with("attachment;"), "{name}");
        let kind = answer.headers["content-type"].to_str().unwrap();
        assert!(!kind.contains("html") && !kind.contains("xml") && !kind.contains("svg"), "{name}: {kind}");
        assert_eq!((file.name.as_str(), answer.body.as_slice()), (kept, bytes));
    }
    // An image that is a script as well is an image, called like one, in a sandbox.
    let both = upload(&ada, "a.gif.js.html", b"GIF89a/*<script>*/=1;alert(1)").await;
    assert_eq!((both.kind, both.name.as_str()), (FileKind::Gif, "a.gif.js.html.gif"));
    assert_eq!(download(&ada, both.id).await.headers["content-type"], "image/gif");
}

#[tokio::test]
async fn names_are_cleaned_and_programs_refused() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let long = format!("{}.txt", "图".repeat(200));
    for (given, kept) in [
        ("../../../etc/passwd", "passwd".to_owned()),
        ("..\\..\\a\u{7}\r\n.txt", "a.txt".to_owned()),
        ("photo\u{202e}txt.doc", "phototxt.doc".to_owned()),
        ("..", "file".to_owned()),
        (&long, format!("{}.txt", "图".repeat(83))),
    ] {
        assert_eq!(upload(&ada, given, b"x").await.name, kept);
    }
    for program in ["invoice.pdf.exe", "a.SCR", "a.exe. ", "a\u{202e}fdp.exe", "x/../a.js"] {
        let refused = try_upload(&ada, program, b"MZ").await.unwrap_err();
        assert_eq!((refused.status, refused.fields["file"].code.as_str()), (422, "program_file"), "{program}");
    }
    assert_eq!(try_upload(&ada, " ", b"x").await.unwrap_err().fields["name"].code, "required");
    let nul = ada.send(http::Method::POST, "/api/files?name=a%00.png", Some(PNG.to_vec())).await;
    assert_eq!(nul.error().code, "bad_query");
    assert_eq!(try_upload(&ada, "a.txt", b"").await.unwrap_err().fields["file"].code, "empty_file");
}

#[tokio::test]
async fn too_much_is_refused_and_leaves_nothing_behind() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let most = vec![b'x'; usize::try_from(FILE_MAX).unwrap()];
    let more = [most.as_slice(), b"x"].concat();
    assert_eq!(try_upload(&ada, "a.txt", &more).await.unwrap_err().status, 413);
    assert_eq!(lying(&app), Vec::<Vec<u8>>::new());
    assert_eq!(upload(&ada, "a.txt", &most).await.size, FILE_MAX.cast_signed());

    let write = app.app.db.begin().await.unwrap();
    write.tx.execute_unprepared("UPDATE files SET size = 524288000").await.unwrap();
    write.commit().await.unwrap();
    assert_eq!(try_upload(&ada, "a.txt", b"x").await.unwrap_err().status, 429);
    let bob = app.staff("Bob", app.role("admin").await, None).await;
    upload(&bob, "a.txt", b"x").await;
    let ada = again(&app, &ada, DAY).await;
    upload(&ada, "a.txt", b"x").await;
}

#[tokio::test]
async fn not_too_many_come_at_once() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let mut taken = 0;
    while post(&ada, UPLOAD, "a.txt", b"x").await.status == StatusCode::OK {
        taken += 1;
        assert!(taken < 100, "there is no end");
    }
    assert!(taken >= 60, "{taken}");
    assert_eq!(lying(&app).len(), 1, "the same bytes lie there once");
}

#[tokio::test]
async fn a_message_takes_only_what_is_the_writers_and_free() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let bob = app.staff("Bob", app.role("admin").await, None).await;
    let id = ticket(&ada, "Probe").await.id;
    let (hers, his) = (upload(&ada, "a.png", PNG).await.id, upload(&bob, "a.png", PNG).await.id);

    let taken = ada.call::<AddNote>(id, note(vec![hers])).await.unwrap();
    for files in [vec![hers], vec![his], vec![FileId(Uuid::now_v7())]] {
        let refused = ada.call::<AddNote>(id, note(files)).await.unwrap_err();
        assert_eq!((refused.status, refused.fields["files"].code.as_str()), (422, "no_such_record"));
    }
    let many = (0..11).map(|_| FileId(Uuid::now_v7())).collect();
    assert_eq!(ada.call::<AddNote>(id, note(many)).await.unwrap_err().fields["files"].code, "too_many");
    assert_eq!(thread(&ada, id).await.messages.len(), 1, "what is refused says nothing");

    // Of two who send it at once one has it.
    let free = upload(&ada, "b.png", PNG).await.id;
    let (one, two) = (ticket(&ada, "One").await.id, ticket(&ada, "Two").await.id);
    let (first, second) =
        tokio::join!(ada.call::<AddNote>(one, note(vec![free])), ada.call::<AddNote>(two, note(vec![free])),);
    assert_eq!([first.is_ok(), second.is_ok()].iter().filter(|sent| **sent).count(), 1);

    // Taken back with its message, it is free again; it comes back with it, too.
    let undone = ada.call::<UndoBatch>(taken.batch, ()).await.unwrap();
    assert_eq!(download(&bob, hers).await.status, 404);
    assert_eq!(download(&ada, hers).await.status, 200);
    ada.call::<UndoBatch>(undone.batch, ()).await.unwrap();
    assert!(names(&ada, id).await.contains(&vec!["a.png".to_owned()]));
    ada.call::<AddNote>(id, note(vec![hers])).await.unwrap_err();
}

#[tokio::test]
async fn what_was_never_sent_goes_after_a_day() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let id = ticket(&ada, "Probe").await.id;
    let kept = upload(&ada, "kept.txt", b"kept").await.id;
    ada.call::<AddNote>(id, note(vec![kept])).await.unwrap();
    let same = upload(&ada, "same.txt", b"kept").await.id;
    let unsent = upload(&ada, "unsent.txt", b"unsent").await.id;
    let taken_back = upload(&ada, "back.txt", b"back").await.id;
    let note = ada.call::<AddNote>(id, note(vec![taken_back])).await.unwrap();
    server::files::purge(&app.app).await.unwrap();
    assert_eq!(lying(&app).len(), 3, "nothing is a day old");

    let ada = again(&app, &ada, 2 * DAY).await;
    ada.call::<UndoBatch>(note.batch, ()).await.unwrap();
    server::files::purge(&app.app).await.unwrap();
    let statuses = async |ada: &Caller<'_>| {
        let mut statuses = Vec::new();
        for id in [kept, same, unsent, taken_back] {
            statuses.push(download(ada, id).await.status.as_u16());
        }
        statuses
    };
    assert_eq!(statuses(&ada).await, [200, 404, 404, 200], "what was taken back may come again for a day");
    assert_eq!(lying(&app).len(), 2);

    let ada = again(&app, &ada, DAY).await;
    server::files::purge(&app.app).await.unwrap();
    assert_eq!(statuses(&ada).await, [200, 404, 404, 404]);
    assert_eq!(lying(&app), [b"kept".to_vec()]);
    // The same bytes may come again.
    let again = upload(&ada, "again.txt", b"unsent").await.id;
    assert_eq!(download(&ada, again).await.body, b"unsent");
}
