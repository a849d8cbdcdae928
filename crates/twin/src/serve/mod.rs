//! The plugin as a process: go-plugin's handshake, a socket, and an end.
//!
//! go-plugin starts the program with a cookie and the protocol versions that it takes in the environment, reads one line
//! that says where to connect, and speaks gRPC from then on. TLS is not spoken: Terraform is to be started with
//! `TF_DISABLE_PLUGIN_TLS=1`.

pub mod grpc;

use std::fs::{File, TryLockError};
use std::io::Write;
use std::os::unix::process::parent_id;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use tokio::net::UnixListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Notify;
use tokio::task::LocalSet;

use crate::protocol::VERSION;
use crate::provider::Twin;

/// The variable by which Terraform shows that it is who started the plugin, and its value.
const COOKIE: (&str, &str) = (
    "TF_PLUGIN_MAGIC_COOKIE",
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
);

/// The variable that names a file which whoever started Terraform holds locked: free or gone, the plugin ends, and with it
/// a Terraform that nobody waits for any more.
const LOCK: &str = "TERRACE_TWIN_LOCK";

/// How often the plugin looks whether Terraform is still there.
const PARENT_INTERVAL: Duration = Duration::from_millis(250);

/// Serves a provider until Terraform ends it, is gone itself, or the process is asked to terminate.
///
/// An interrupt is left to Terraform, which gets it too and ends its plugins in order.
///
/// # Errors
/// A line for the user: the program was not started by Terraform, or it cannot listen.
pub fn run(twin: Twin) -> Result<(), String> {
    if std::env::var(COOKIE.0).as_deref() != Ok(COOKIE.1) {
        return Err("this is a plugin: Terraform starts it".to_owned());
    }
    let versions = std::env::var("PLUGIN_PROTOCOL_VERSIONS").unwrap_or_default();
    let speaks_ours = |version: &str| version.trim() == VERSION.to_string();
    if !versions.is_empty() && !versions.split(',').any(speaks_ours) {
        return Err(format!(
            "this plugin speaks protocol {VERSION}, not {versions}: Terraform 1.11 or later is needed"
        ));
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start: {error}"))?;
    runtime.block_on(LocalSet::new().run_until(listen(twin)))
}

/// The socket's file, which goes with the process.
struct Socket(PathBuf);

impl Drop for Socket {
    fn drop(&mut self) {
        // What cannot be removed is left: there is nobody to tell.
        let _ = std::fs::remove_file(&self.0);
    }
}

async fn listen(twin: Twin) -> Result<(), String> {
    let parent = parent_id();
    let lock = std::env::var_os(LOCK).map(PathBuf::from);
    let folder =
        std::env::var_os("PLUGIN_UNIX_SOCKET_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
    let socket = Socket(folder.join(format!("terrace-twin-{}.sock", std::process::id())));
    // A process of this number may have been killed before it could clean up.
    let _ = std::fs::remove_file(&socket.0);
    let shown = socket.0.display();
    let listener = UnixListener::bind(&socket.0)
        .map_err(|error| format!("cannot listen at {shown}: {error}"))?;
    let unavailable = |error| format!("cannot watch signals: {error}");
    let mut terminate = signal(SignalKind::terminate()).map_err(unavailable)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(unavailable)?;
    println!("1|{VERSION}|unix|{shown}|grpc|");
    std::io::stdout()
        .flush()
        .map_err(|error| format!("cannot tell Terraform where to connect: {error}"))?;

    let twin = Rc::new(twin);
    let shutdown = Rc::new(Notify::new());
    let accept = async {
        loop {
            if let Ok((stream, _)) = listener.accept().await {
                let connection = grpc::serve(stream, Rc::clone(&twin), Rc::clone(&shutdown));
                tokio::task::spawn_local(connection);
            }
        }
    };
    let orphaned = async {
        while parent_id() == parent && is_wanted(lock.as_deref()) {
            tokio::time::sleep(PARENT_INTERVAL).await;
        }
    };
    let ignore_interrupts = async { while interrupt.recv().await.is_some() {} };
    first([
        &mut Box::pin(accept),
        &mut Box::pin(orphaned),
        &mut Box::pin(ignore_interrupts),
        &mut Box::pin(async { terminate.recv().await.unwrap_or_default() }),
        &mut Box::pin(shutdown.notified()),
    ])
    .await;
    Ok(())
}

/// Whether somebody still holds the lock, where there is one.
fn is_wanted(lock: Option<&Path>) -> bool {
    let is_held = |lock: File| matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock));
    lock.is_none_or(|lock| File::open(lock).is_ok_and(is_held))
}

/// Waits for whichever ends first.
async fn first<const N: usize>(mut futures: [&mut (dyn Future<Output = ()> + Unpin); N]) {
    std::future::poll_fn(|context| {
        let ended = |future: &mut &mut (dyn Future<Output = ()> + Unpin)| {
            std::pin::Pin::new(&mut **future).poll(context).is_ready()
        };
        match futures.iter_mut().any(ended) {
            true => std::task::Poll::Ready(()),
            false => std::task::Poll::Pending,
        }
    })
    .await;
}
