//! The eigenfaces post.

pub mod distances;
pub mod pca;
pub mod twin;
