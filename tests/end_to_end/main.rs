//! The program as its users meet it: the commands, the committed output, a package of one's own.

mod bodies;
mod choices;
mod commands;
mod guide;
mod hand_written;
mod outside;
#[cfg(unix)]
mod rehearse;
mod sandboxes;
mod shared;
mod state;
mod workplace;
