//! Doors that are no HTTP.
//!
//! In: where they stand, the secret of the sender that each speaks for. Out: tasks that take in until all is to
//! stop. Never: a door whose token is nobody's.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::watch;
use tokio::task::JoinSet;
use wardwatch_ingest::{
    Counters, Limits, Plain, Post, Watch, lumberjack, syslog_tcp, syslog_udp, watch_folder,
    watch_inventories, watch_reports,
};

use super::until;
use crate::gate::Doors;
use crate::tls::{Secured, Tls};

/// Time between two looks into a watched folder.
const WATCH_INTERVAL: Duration = Duration::from_secs(2);

/// A door that is no HTTP, and whose token speaks for all that comes in there.
#[derive(Debug, Clone)]
pub enum OwnDoor {
    /// Syslog over UDP and TCP at this address.
    Syslog(SocketAddr),
    /// Syslog over TLS at this address.
    SyslogTls(SocketAddr),
    /// Lumberjack at this address.
    Lumberjack(SocketAddr),
    /// Lumberjack over TLS at this address.
    LumberjackTls(SocketAddr),
    /// Files dropped into this folder.
    Folder(PathBuf),
    /// Crash reports in this share of Windows Error Reporting.
    Reports(PathBuf),
    /// Reports of what hosts run, dropped into this folder.
    Inventories(PathBuf),
}

/// Opens a door that is no HTTP.
#[allow(clippy::too_many_arguments, reason = "each is needed by some kind of door")]
pub(super) async fn open(
    door: OwnDoor,
    secret: &str,
    gate: &Doors,
    tls: &Tls,
    limits: &Limits,
    counters: &Arc<Counters>,
    stopped: &watch::Receiver<bool>,
    running: &mut JoinSet<()>,
) -> Result<()> {
    let sender = gate.state.sender(secret, gate.clock.now()).await?;
    let sender = sender.with_context(|| format!("the token for {door:?} is nobody's"))?;
    let post = Post::new(gate.clone(), sender, limits.clone(), counters.clone());
    match door {
        OwnDoor::Syslog(address) => {
            let failed = || format!("syslog cannot be listened for at {address}");
            let socket = UdpSocket::bind(address).await.with_context(failed)?;
            let listener = TcpListener::bind(address).await.with_context(failed)?;
            running.spawn(syslog_udp(socket, post.clone(), until(stopped.clone())));
            running.spawn(syslog_tcp(listener, Plain, post, until(stopped.clone())));
        }
        OwnDoor::Lumberjack(address) => {
            let listener = TcpListener::bind(address)
                .await
                .with_context(|| format!("lumberjack cannot be listened for at {address}"))?;
            running.spawn(lumberjack(listener, Plain, post, until(stopped.clone())));
        }
        OwnDoor::SyslogTls(address) => {
            let listener = TcpListener::bind(address)
                .await
                .with_context(|| format!("syslog cannot be listened for at {address}"))?;
            let secure = Secured(tls.clone());
            running.spawn(syslog_tcp(listener, secure, post, until(stopped.clone())));
        }
        OwnDoor::LumberjackTls(address) => {
            let listener = TcpListener::bind(address)
                .await
                .with_context(|| format!("lumberjack cannot be listened for at {address}"))?;
            let secure = Secured(tls.clone());
            running.spawn(lumberjack(listener, secure, post, until(stopped.clone())));
        }
        OwnDoor::Folder(dir) => {
            let watch = Watch { dir, interval: WATCH_INTERVAL };
            running.spawn(watch_folder(watch, post, until(stopped.clone())));
        }
        OwnDoor::Reports(dir) => {
            let watch = Watch { dir, interval: WATCH_INTERVAL };
            running.spawn(watch_reports(watch, post, until(stopped.clone())));
        }
        OwnDoor::Inventories(dir) => {
            let watch = Watch { dir, interval: WATCH_INTERVAL };
            running.spawn(watch_inventories(watch, post, until(stopped.clone())));
        }
    }
    Ok(())
}
