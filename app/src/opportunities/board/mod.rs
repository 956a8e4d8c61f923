//! The board.

mod carry;
mod foresee;
mod stack;
