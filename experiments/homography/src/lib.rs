//! The homography post.
