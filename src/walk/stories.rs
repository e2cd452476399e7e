//! Named deployments: what the walk asks for, in which order, and how it ends.
