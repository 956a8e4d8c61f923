//! Who reads the message reads its file, and nobody else: not by its address either.

use serde_json::json;
use shared::access::Scope;
use shared::change::{Archive, Patch, UndoBatch};
use shared::files::*;
use shared::id::{FileId, TicketId};
use shared::portal::*;
use shared::tickets::*;
use shared::time::SECOND;
use tests::{Caller, TestApp};
use uuid::Uuid;

use super::{PNG, assert_absent, download, download_own, note, post, upload, upload_own};
use crate::portal::{contact, customer, mails, question, told, words};
use crate::tickets::access::agent;
use crate::tickets::{answer, heard, thread, with};

async fn noted(caller: &Caller<'_>, id: TicketId, name: &str) -> (FileId, Message) {
    let file = upload(caller, name, PNG).await.id;
    (file, caller.call::<AddNote>(id, note(vec![file])).await.unwrap().record)
}

#[tokio::test]
async fn of_staff_who_reaches_the_ticket_reads_the_file() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (north, south) = (app.team("North", None).await, app.team("South", None).await);
    let ann = agent(&app, "Ann", Scope::Team, Some(north)).await;
    let bob = agent(&app, "Bob", Scope::Team, Some(south)).await;
    let first = with(&admin, json!({ "name": "Probe", "team_id": north })).await.id;
    let loose = upload(&ann, "loose.png", PNG).await.id;
    let (file, said) = noted(&ann, first, "a.png").await;
    let never = download(&bob, FileId(Uuid::now_v7())).await;

    for who in [&ann, &admin] {
        assert_eq!(download(who, file).await.status, 200);
    }
    assert_eq!(download(&ann, loose).await.status, 200);
    assert_absent(&download(&admin, loose).await, &never);
    assert_absent(&download(&bob, file).await, &never);
    assert_eq!(download(&app.stranger(), file).await.status, 401);
    assert_absent(&bob.get_json("/api/files/no-id").await, &never);

    // Whoever reads the thread that it goes on in reads it there.
    let new = Split { id: TicketId(Uuid::now_v7()), name: "Invoice".into(), messages: vec![said.id] };
    let new = admin.call::<SplitTicket>(first, new).await.unwrap().record.id;
    admin.call::<UpdateTicket>(new, Patch::set("team_id", json!(south))).await.unwrap();
    assert_eq!(thread(&bob, new).await.messages[0].files[0].id, file);
    assert_eq!(download(&bob, file).await.status, 200);

    let (second, _) = noted(&ann, first, "b.png").await;
    assert_eq!(download(&bob, second).await.status, 404);
    let merge = Merge { into_id: new, is_confirmed: true };
    admin.call::<MergeTicket>(first, merge).await.unwrap();
    assert!(thread(&bob, new).await.messages.iter().any(|said| said.files.iter().any(|one| one.id == second)));
    for who in [&ann, &bob] {
        assert_eq!(download(who, second).await.status, 200);
    }
}

#[tokio::test]
async fn a_customer_reads_what_is_told_to_them_from_then_on() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    contact(&ada, "Zhou", "zhou@acme.example", &[]).await;
    let li_id = contact(&ada, "Li", "li@acme.example", &[]).await;
    let (zhou, li) = (customer(&app, "zhou@acme.example").await, customer(&app, "li@acme.example").await);
    let asked = upload_own(&zhou, "photo.png", PNG).await;
    let stranger = app.stranger();
    assert_eq!(post(&stranger, PORTAL_UPLOAD, "a.png", PNG).await.status, 401);
    let never = download_own(&zhou, FileId(Uuid::now_v7())).await;
    assert_eq!(download_own(&zhou, asked.id).await.status, 200);
    assert_absent(&download_own(&li, asked.id).await, &never);
    let theft = Ask { files: vec![asked.id], ..question("Mine", "I have a photo") };
    assert_eq!(li.call::<AskTicket>((), theft).await.unwrap_err().fields["files"].code, "no_such_record");

    let ask = Ask { files: vec![asked.id], ..question("Probe", "See the photo") };
    let id = zhou.call::<AskTicket>((), ask).await.unwrap().id;
    assert_eq!(told(&zhou, id).await.messages[0].files, std::slice::from_ref(&asked));
    assert_eq!(download(&ada, asked.id).await.body, PNG);
    let (secret, _) = noted(&ada, id, "secret.png").await;
    let manual = upload(&ada, "manual.pdf", b"%PDF-1.4").await.id;
    let seen = thread(&ada, id).await.ticket.version;
    let reply = Reply { files: vec![manual], ..answer(seen, "See the manual") };
    ada.call::<ReplyToTicket>(id, reply).await.unwrap();
    assert_absent(&download_own(&zhou, secret).await, &never);
    // What may still be taken back has not been told.
    assert_absent(&download_own(&zhou, manual).await, &never);
    app.app.clock.advance(11 * SECOND);
    assert_eq!(download_own(&zhou, manual).await.body, b"%PDF-1.4");
    assert_eq!(download_own(&ada, manual).await.status, 401);

    let part = json!([{ "contact_id": li_id }]);
    ada.call::<UpdateTicket>(id, Patch::set("participants", part)).await.unwrap();
    app.app.clock.advance(SECOND);
    let later = upload_own(&zhou, "later.png", PNG).await.id;
    zhou.call::<SayOnTicket>(id, Say { files: vec![later], ..words("And now") }).await.unwrap();
    assert_eq!(download_own(&li, later).await.status, 200);
    for before in [asked.id, manual, secret] {
        assert_absent(&download_own(&li, before).await, &never);
    }
    ada.call::<ArchiveTickets>((), Archive { ids: vec![id.0], archived: true }).await.unwrap();
    assert_absent(&download_own(&zhou, later).await, &never);
}

#[tokio::test]
async fn the_key_of_a_ticket_opens_its_files_alone() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    contact(&ada, "Zhou", "zhou@acme.example", &[]).await;
    let zhou = customer(&app, "zhou@acme.example").await;
    let mut files = Vec::new();
    for name in ["one", "two"] {
        let file = upload_own(&zhou, "a.png", PNG).await.id;
        zhou.call::<AskTicket>((), Ask { files: vec![file], ..question(name, "See") }).await.unwrap();
        files.push(file);
    }
    let mail = mails(&app, "zhou@acme.example").await.into_iter().find(|mail| mail.subject.ends_with("one")).unwrap();
    let mut guest = app.stranger();
    guest.ticket_key = Some(mail.body.split('#').next_back().unwrap().trim().to_owned());

    assert_eq!(download_own(&guest, files[0]).await.status, 200);
    assert_eq!(download_own(&guest, files[1]).await.status, 404);
    assert_eq!(upload_own(&guest, "b.png", PNG).await.kind, FileKind::Png);
}

#[tokio::test]
async fn who_may_no_longer_read_the_ticket_reads_no_file_of_it() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let team = app.team("North", None).await;
    let ann = agent(&app, "Ann", Scope::Own, Some(team)).await;
    let id = with(&admin, json!({ "name": "Probe", "owner_id": ann.id })).await.id;
    let (file, _) = noted(&ann, id, "a.png").await;
    let said = upload(&admin, "b.png", PNG).await.id;
    let heard = Heard { files: vec![said], ..heard("See") };
    let recorded = admin.call::<RecordMessage>(id, heard).await.unwrap();
    assert_eq!(download(&ann, said).await.status, 200);
    admin.call::<UndoBatch>(recorded.batch, ()).await.unwrap();
    assert_eq!(download(&ann, said).await.status, 404);

    admin.call::<UpdateTicket>(id, Patch::set("owner_id", json!(admin.id))).await.unwrap();

    // Its own uploader, too: it is the ticket's now.
    assert_eq!(download(&ann, file).await.status, 404);
    assert_eq!(download(&admin, file).await.status, 200);
}
