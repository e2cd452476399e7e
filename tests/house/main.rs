//! What holds of the tree itself.
