//! Makes the handling of a delivery happen once.
