//! The regularization post.
