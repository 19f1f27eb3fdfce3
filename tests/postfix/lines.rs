//! Lines of our own making, and what they become.
