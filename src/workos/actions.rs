//! WorkOS Actions.
