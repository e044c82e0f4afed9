//! Pages by task.

#[doc = include_str!("guide/operating.md")]
pub mod operating {}

#[doc = include_str!("guide/receiving.md")]
pub mod receiving {}
