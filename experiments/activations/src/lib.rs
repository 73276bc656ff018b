//! The activations post.
