//! The Events API of WorkOS, without I/O.
