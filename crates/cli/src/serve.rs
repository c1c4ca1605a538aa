//! `ward serve`: the sector's server.
//!
//! In: options. Out: the address and, at the first start only, the administrator's password, on
//! standard error. Ends at an interrupt, when everything that was acknowledged is safe.

use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use wardwatch_server::loops::rules::Stamp;
use wardwatch_server::rules::Given;
use wardwatch_server::serve::{FIRST_NAME, Options, OwnDoor, Started, Trust, serve};
use wardwatch_server::tls::TlsOptions;

use crate::demo::{self, DemoArgs};
use crate::exit::Exit;
use crate::load::{documents, stamp};
use crate::notify::NotifyArgs;
use crate::oidc::OidcArgs;

/// How to serve.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Folder of all that is kept; made when it is not there.
    #[arg(long, value_name = "DIR", default_value = "wardwatch-data")]
    data: PathBuf,
    /// Address of the API and the HTTP doors. Always TLS, except on this machine's own addresses.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8765")]
    listen: SocketAddr,
    /// When to use TLS.
    #[arg(long, value_enum, default_value = "auto")]
    tls: UseTls,
    /// A name or address by which clients reach the server. May be given again.
    #[arg(long, value_name = "NAME")]
    tls_name: Vec<String>,
    /// A certificate with its chain (PEM), instead of one that the server makes.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The private key of that certificate (PEM).
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Sigma rules to use instead of the built-in ones: a file or folder. May be given again.
    #[arg(long, value_name = "DIR")]
    rules: Vec<PathBuf>,
    /// Values for `|expand` placeholders, as YAML: `name: [value, …]`.
    #[arg(long, value_name = "FILE")]
    placeholders: Option<PathBuf>,
    /// Load the rules again when their files change. SIGHUP loads them again too.
    #[arg(long)]
    watch_rules: bool,
    /// Code of the centre, for the first start.
    #[arg(long, value_name = "CODE", default_value = "ZZ0")]
    centre: String,
    /// Name of the centre, for the first start.
    #[arg(long, value_name = "NAME", default_value = "The centre")]
    centre_name: String,
    /// At the first start, write the administrator's password to this file instead of showing it.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Syslog over UDP and TCP: all that comes in is that of the sender with this token.
    #[arg(long, value_name = "ADDR=TOKEN", value_parser = address_door)]
    syslog: Vec<(SocketAddr, String)>,
    /// Syslog over TLS (RFC 5425): all that comes in is that of the sender with this token, or of the
    /// sender whose certificate the client shows.
    #[arg(long, value_name = "ADDR=TOKEN", value_parser = address_door)]
    syslog_tls: Vec<(SocketAddr, String)>,
    /// Lumberjack over TLS: as with syslog.
    #[arg(long, value_name = "ADDR=TOKEN", value_parser = address_door)]
    lumberjack_tls: Vec<(SocketAddr, String)>,
    /// Lumberjack (Beats): all that comes in is that of the sender with this token.
    #[arg(long, value_name = "ADDR=TOKEN", value_parser = address_door)]
    lumberjack: Vec<(SocketAddr, String)>,
    /// A folder whose files are taken: all in it is that of the sender with this token.
    #[arg(long, value_name = "DIR=TOKEN", value_parser = folder_door)]
    drop_folder: Vec<(PathBuf, String)>,
    /// A share for reports of Windows Error Reporting.
    #[arg(long, value_name = "DIR=TOKEN", value_parser = folder_door)]
    wer_share: Vec<(PathBuf, String)>,
    /// A folder whose files are reports of what hosts run, as `ward assess` reads them.
    #[arg(long, value_name = "DIR=TOKEN", value_parser = folder_door)]
    inventory_folder: Vec<(PathBuf, String)>,
    /// A host, with or without its port, from which lists of indicators may be pulled although its
    /// address is not public; by http too. Say it again for another.
    #[arg(long, value_name = "HOST")]
    private_source: Vec<String>,
    /// Certificates (PEM) to trust when lists are pulled, beside this machine's.
    #[arg(long, value_name = "FILE")]
    source_certificates: Option<PathBuf>,
    /// How people hear of what happens.
    #[command(flatten)]
    notify: NotifyArgs,
    /// Another issuer of identities that people log in by.
    #[command(flatten)]
    oidc: OidcArgs,
    /// A sector that does not exist, to look at.
    #[command(flatten)]
    demo: DemoArgs,
    /// Working threads; as many as there are cores unless given.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Take nothing more when less than so many MiB would be free on the disk.
    #[arg(long, value_name = "MIB", default_value = "1024", value_parser = clap::value_parser!(u32))]
    keep_free: u32,
}

/// When the HTTP listener uses TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum UseTls {
    /// Everywhere but on this machine's own addresses.
    Auto,
    /// Everywhere.
    On,
}

fn address_door(text: &str) -> Result<(SocketAddr, String), String> {
    let (address, token) = parts(text)?;
    let address = address.parse().map_err(|_| format!("'{address}' is no address with a port"))?;
    Ok((address, token))
}

fn folder_door(text: &str) -> Result<(PathBuf, String), String> {
    let (folder, token) = parts(text)?;
    Ok((PathBuf::from(folder), token))
}

/// What stands before and behind the last `=`.
fn parts(text: &str) -> Result<(&str, String), String> {
    match text.rsplit_once('=') {
        Some((place, token)) if !place.is_empty() && !token.is_empty() => {
            Ok((place, token.to_owned()))
        }
        _ => Err("a place and a sender's token are expected, with '=' between them".to_owned()),
    }
}

/// Serves until interrupted.
///
/// # Errors
/// When something cannot be opened, or storage fails.
pub fn run(args: ServeArgs) -> Result<Exit> {
    if args.demo.demo {
        may_demonstrate(&args)?;
    }
    has_room_for_password(&args)?;
    let subscriber = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(tracing::Level::WARN)
        .with_target(false)
        .finish();
    tracing::subscriber::set_global_default(subscriber).context("logging cannot be set up")?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let (paths, placeholders) = (args.rules, args.placeholders);
    let watch_rules: Option<Stamp> = args.watch_rules.then(|| -> Stamp {
        let watched: Vec<PathBuf> = paths.iter().chain(&placeholders).cloned().collect();
        Box::new(move || stamp(&watched))
    });
    let mut doors: Vec<(OwnDoor, String)> = Vec::new();
    doors.extend(args.syslog.into_iter().map(|(at, token)| (OwnDoor::Syslog(at), token)));
    doors.extend(args.lumberjack.into_iter().map(|(at, token)| (OwnDoor::Lumberjack(at), token)));
    let over_tls = args.syslog_tls.into_iter().map(|(at, token)| (OwnDoor::SyslogTls(at), token));
    doors.extend(over_tls);
    let over_tls = args.lumberjack_tls.into_iter();
    doors.extend(over_tls.map(|(at, token)| (OwnDoor::LumberjackTls(at), token)));
    doors.extend(args.drop_folder.into_iter().map(|(dir, token)| (OwnDoor::Folder(dir), token)));
    doors.extend(args.wer_share.into_iter().map(|(dir, token)| (OwnDoor::Reports(dir), token)));
    let inventories = args.inventory_folder.into_iter();
    doors.extend(inventories.map(|(dir, token)| (OwnDoor::Inventories(dir), token)));
    let source_certificates = match &args.source_certificates {
        Some(path) => std::fs::read(path)
            .with_context(|| format!("certificates {} cannot be read", path.display()))?,
        None => Vec::new(),
    };
    let options = Options {
        data: args.data,
        listen: args.listen,
        tls: TlsOptions {
            always: args.tls == UseTls::On,
            names: args.tls_name,
            given: args.tls_cert.zip(args.tls_key),
        },
        rules: Box::new(move || {
            let (documents, known) =
                documents(&paths, placeholders.as_deref()).map_err(|error| format!("{error:#}"))?;
            Ok(Given { documents, placeholders: known })
        }),
        watch_rules,
        doors,
        centre: match args.demo.demo {
            true => (demo::CENTRE.to_owned(), args.centre_name),
            false => (args.centre, args.centre_name),
        },
        threads: args.threads.map_or(cores, usize::from),
        private_sources: args.private_source,
        source_certificates,
        keep_free_bytes: u64::from(args.keep_free) << 20,
        notifications: args.notify.notifications()?,
        oidc: args.oidc.settings(args.listen)?,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("no threads to serve with")?;
    runtime.block_on(serve(
        options,
        |started| {
            tell(&started, args.password_file.as_deref())
                .and_then(|()| demonstrate(args.demo, started))
        },
        interrupted(),
    ))?;
    Ok(Exit::Done)
}

/// Whether the first password has somewhere to go, before an account is made that nobody could log in to.
fn has_room_for_password(args: &ServeArgs) -> Result<()> {
    match &args.password_file {
        Some(file) if !args.data.join("state.db").exists() => {
            open_new(file)?;
            Ok(std::fs::remove_file(file)?)
        }
        _ => Ok(()),
    }
}

/// A file for a password, which was not there before.
fn open_new(path: &Path) -> Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600).open(path).with_context(|| {
        let file = path.display();
        format!("the first password cannot be written to {file}: name a file that is not there yet (--password-file)")
    })
}

/// Whether a demonstration may be shown so: to this machine alone, on a folder without anything real.
fn may_demonstrate(args: &ServeArgs) -> Result<()> {
    if !args.listen.ip().is_loopback() {
        bail!(
            "a demonstration is only for this machine's own addresses: use --listen 127.0.0.1:8765"
        );
    }
    if args.tls == UseTls::On || args.tls_cert.is_some() {
        bail!("a demonstration goes without TLS: leave out --tls and --tls-cert");
    }
    if args.data.join("state.db").exists() {
        let folder = args.data.display();
        bail!(
            "a demonstration needs a fresh folder, and {folder} is in use: give another with --data"
        );
    }
    Ok(())
}

/// Lets a made sector live on the server, if that is wanted and its folder was fresh.
fn demonstrate(args: DemoArgs, started: Started) -> Result<()> {
    match started.password {
        _ if !args.demo => Ok(()),
        None => bail!("a demonstration needs a fresh folder: give another with --data"),
        Some(password) => demo::start(args, format!("http://{}", started.address), password),
    }
}

/// Ends at an interrupt or when the system asks to end.
async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut ending) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = ending.recv() => {}
    }
}

/// Says where the server is, last: whoever waits for that line finds the password file there.
fn tell(started: &Started, password_file: Option<&Path>) -> Result<()> {
    let scheme = if started.trust.is_some() { "https" } else { "http" };
    let address = format!("{scheme}://{}", started.address);
    let ca = match &started.trust {
        Some(Trust { ca: Some(ca), .. }) => format!(" --ca {}", ca.display()),
        _ => String::new(),
    };
    match (&started.password, password_file) {
        (None, _) => {}
        (Some(password), None) => {
            eprintln!(
                "ward: first start. Log in once with this password, which is not shown again:"
            );
            eprintln!("ward:   ward login --server {address} --name {FIRST_NAME}{ca}");
            eprintln!("ward:   {password}");
        }
        (Some(password), Some(path)) => {
            let mut file = open_new(path)?;
            writeln!(file, "{password}")?;
            eprintln!("ward: first start: the password of {FIRST_NAME} is in {}", path.display());
        }
    }
    // What cannot be loaded is said; the server runs with the rest.
    let _ = crate::rules::tell(&started.diagnostics, &mut std::io::stderr());
    if let Some(Trust { ca: Some(ca), fingerprint }) = &started.trust {
        let pairs: Vec<String> = fingerprint.iter().map(|byte| format!("{byte:02X}")).collect();
        eprintln!("ward: clients trust the authority in {} (--ca), SHA-256", ca.display());
        eprintln!("ward:   {}", pairs.join(":"));
    }
    eprintln!("ward: serving at {address} with {} rules", started.rules);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doors_name_a_place_and_a_token() {
        let (address, token) = address_door("127.0.0.1:5514=wt_x").unwrap();
        assert_eq!((address.port(), token.as_str()), (5514, "wt_x"));
        for wrong in ["127.0.0.1:5514", "=wt_x", "here=wt_x", "127.0.0.1:5514="] {
            assert!(address_door(wrong).is_err(), "{wrong}");
        }
    }
}
