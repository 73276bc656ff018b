//! The eigenfaces post.
