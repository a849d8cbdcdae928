//! The program as its users meet it: the commands, the committed output, a package of one's own.

mod commands;
mod hand_written;
mod isolation;
mod outside;
#[cfg(unix)]
mod rehearse;
mod sandboxes;
mod shared;
mod state;
mod workplace;
