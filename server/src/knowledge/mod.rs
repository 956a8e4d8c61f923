//! The knowledge base: categories, articles with their versions, the search
//! over what is published, and what readers miss.

mod address;
mod categories;
mod decide;
mod find;
mod gaps;
mod health;
mod links;
mod read;
mod rules;
mod synonyms;

use shared::change::AsOf;
use shared::knowledge::*;

pub use decide::{Due, publish_due};
pub use find::search;
pub use read::read;
pub use synonyms::starters;

use crate::ground::{markdown, records};
use crate::http::{Call, Ctx, Listed, Reply, Routes};

pub fn routes() -> Routes {
    let categories =
        Routes::default().on_list(list_categories).on(create_category).on(update_category).on(archive_categories);
    let articles = Routes::default()
        .on_list(list)
        .on(get)
        .on(create)
        .on(update)
        .on(decide::archive)
        .on(health::list)
        .on(health::view);
    let versions = Routes::default()
        .on_list(list_versions)
        .on(get_version)
        .on(create_version)
        .on(update_version)
        .on(decide::submit)
        .on(decide::decide)
        .on(decide::restore)
        .on(read::diff);
    let readers = Routes::default()
        .on(read)
        .on(search)
        .on(preview)
        .on_list(list_feedback)
        .on(give_feedback)
        .on(gaps::list)
        .on(gaps::decide)
        .on(gaps::draft);
    categories.and(articles).and(versions).and(readers).and(synonyms::routes())
}

async fn list_categories(ctx: Ctx, Call { input, .. }: Call<ListArticleCategories>) -> Listed {
    records::list::<ArticleCategory>(&ctx, &input).await
}

async fn create_category(ctx: Ctx, Call { input, .. }: Call<CreateArticleCategory>) -> Reply<CreateArticleCategory> {
    records::create(&ctx, input).await
}

async fn update_category(
    ctx: Ctx,
    Call { path: id, input }: Call<UpdateArticleCategory>,
) -> Reply<UpdateArticleCategory> {
    records::update(&ctx, id, input).await
}

async fn archive_categories(
    ctx: Ctx,
    Call { input, .. }: Call<ArchiveArticleCategories>,
) -> Reply<ArchiveArticleCategories> {
    records::archive::<ArticleCategory>(&ctx, input).await
}

async fn list(ctx: Ctx, Call { input, .. }: Call<ListArticles>) -> Listed {
    records::list::<Article>(&ctx, &input).await
}

async fn get(ctx: Ctx, Call { path: id, .. }: Call<GetArticle>) -> Reply<GetArticle> {
    records::get(&ctx, id, None).await
}

async fn create(ctx: Ctx, Call { input, .. }: Call<CreateArticle>) -> Reply<CreateArticle> {
    records::create(&ctx, input).await
}

async fn update(ctx: Ctx, Call { path: id, input }: Call<UpdateArticle>) -> Reply<UpdateArticle> {
    records::update(&ctx, id, input).await
}

async fn list_versions(ctx: Ctx, Call { input, .. }: Call<ListArticleVersions>) -> Listed {
    records::list::<ArticleVersion>(&ctx, &input).await
}

async fn get_version(ctx: Ctx, Call { path: id, .. }: Call<GetArticleVersion>) -> Reply<GetArticleVersion> {
    records::get(&ctx, id, None::<&AsOf>).await
}

async fn create_version(ctx: Ctx, Call { input, .. }: Call<CreateArticleVersion>) -> Reply<CreateArticleVersion> {
    records::create(&ctx, input).await
}

async fn update_version(ctx: Ctx, Call { path: id, input }: Call<UpdateArticleVersion>) -> Reply<UpdateArticleVersion> {
    records::update(&ctx, id, input).await
}

async fn preview(ctx: Ctx, Call { input, .. }: Call<PreviewArticle>) -> Reply<PreviewArticle> {
    if input.body.chars().count() > BODY_MAX {
        return Err(crate::error::Error::TooLarge);
    }
    let broken = links::broken(&ctx.app.db.read, &links::inner(&input.body)).await?;
    Ok(Rendered { html: markdown::html(&input.body), broken })
}

async fn list_feedback(ctx: Ctx, Call { input, .. }: Call<ListArticleFeedback>) -> Listed {
    records::list::<ArticleFeedback>(&ctx, &input).await
}

async fn give_feedback(ctx: Ctx, Call { input, .. }: Call<GiveArticleFeedback>) -> Reply<GiveArticleFeedback> {
    records::create(&ctx, input).await
}
