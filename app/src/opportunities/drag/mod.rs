//! Dragging by mouse, pen and finger, with Pointer Events.

pub mod columns;
pub mod geometry;
mod ghost;
pub mod session;
