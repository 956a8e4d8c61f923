//! Dragging by pointer.

mod geometry;
