//! The tree, tested.
