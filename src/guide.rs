//! Pages by task.

#[doc = include_str!("guide/operating.md")]
pub mod operating {}
