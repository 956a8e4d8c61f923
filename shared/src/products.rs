//! What is sold.

use crate::access::Access::Staff;
use crate::access::Action::*;
use crate::access::Object;
use crate::api::Page;
use crate::change::{Archive, BulkDone, Done, New, Patch};
use crate::id::ProductId;
use crate::query::ListQuery;

crate::endpoints! {
    ListProducts:    GET   "/api/products"         (ListQuery)           -> Page<Product>, Staff(Object::Product, Read);
    GetProduct:      GET   "/api/products/{id}"    [ProductId]           -> Product,       Staff(Object::Product, Read);
    CreateProduct:   POST  "/api/products"         (New<Product>)        -> Done<Product>, Staff(Object::Product, Create);
    UpdateProduct:   PATCH "/api/products/{id}"    [ProductId] (Patch)   -> Done<Product>, Staff(Object::Product, Write);
    ArchiveProducts: POST  "/api/products/archive" (Archive)             -> BulkDone,      Staff(Object::Product, Archive);
}

record! {
    /// A product or service with its list price.
    Product (ProductId) as Product in "products", Common {
        name: String = text(200).required().searched();
        code: Option<String> = text(60).searched();
        category: Option<String> = text(100);
        unit: Option<String> = text(20);
        price: Option<i64> = money();
        currency: String = currency().required();
        is_active: bool = flag();
    }
}
