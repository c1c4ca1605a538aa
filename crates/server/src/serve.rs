//! The server from start to end: storage opened, loops and doors started, and all of it ended in
//! the order in which nothing is lost.
//!
//! In: options. Out: nothing; it runs until told to stop. Never: an account made twice; a door
//! opened before the loops run.

use std::future::Future;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::watch;
use tokio::task::JoinSet;
use wardwatch_detect::Diagnostic;
use wardwatch_feeds::fetch::Reach;
use wardwatch_hunt::HuntLimits;
use wardwatch_ingest::{
    Counters, Limits, Plain, Post, Watch, lumberjack, syslog_tcp, syslog_udp, watch_folder,
    watch_inventories, watch_reports,
};
use wardwatch_model::{OrgKind, Organisation};
use wardwatch_normalise::Normaliser;
use wardwatch_store::{Lake, Log, LogLimits, State, SystemScope};

use crate::app::{App, Settings};
use crate::clock::Clock;
use crate::gate::Doors;
use crate::hunts::Hunts;
use crate::indicators::Indicators;
use crate::loops::detect::Detect;
use crate::loops::figures::Figures;
use crate::loops::notify::Notify;
use crate::loops::{care, gaps, indicators, plans, remind, rules as follow_rules, tidy};
use crate::notify::mail::{Mailer, Smtp};
use crate::oidc::{self, Oidc};
use crate::rules::{self, Desk, RuleBook};
use crate::tls::authority::Authority;
use crate::tls::{Secured, Tls, TlsOptions, files, listen};
use crate::{front, gate, passwords};

/// Login name of the first person.
pub const FIRST_NAME: &str = "administrator";
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

/// How to serve.
pub struct Options {
    /// Folder of all that is kept.
    pub data: PathBuf,
    /// Address of the API and the HTTP doors.
    pub listen: SocketAddr,
    /// How listeners use TLS.
    pub tls: TlsOptions,
    /// Where rules come from.
    pub rules: rules::Source,
    /// Tells when what rules come from changed, to load them again; none when nobody looks.
    pub watch_rules: Option<follow_rules::Stamp>,
    /// Doors that are no HTTP, with the secret of the sender that each speaks for.
    pub doors: Vec<(OwnDoor, String)>,
    /// Code and name of the centre, for the first start.
    pub centre: (String, String),
    /// Working threads.
    pub threads: usize,
    /// Hosts from which lists of indicators may be pulled although they are no public ones.
    pub private_sources: Vec<String>,
    /// Certificates (PEM) to trust when pulling, beside this machine's.
    pub source_certificates: Vec<u8>,
    /// Nothing more is taken when less than this would be free on the disk.
    pub keep_free_bytes: u64,
    /// How people hear of what happens.
    pub notifications: Notifications,
    /// Another issuer of identities that people log in by.
    pub oidc: Option<oidc::Settings>,
}

/// How people hear of what happens.
#[derive(Debug, Default)]
pub struct Notifications {
    /// Whether webhooks may go to this machine and to private networks.
    pub local_targets: bool,
    /// The server of mail, if there is one.
    pub smtp: Option<Smtp>,
}

/// What whoever started the server should know once it serves.
#[derive(Debug)]
pub struct Started {
    /// Where it listens.
    pub address: SocketAddr,
    /// What clients have to trust; none when the listener speaks no TLS.
    pub trust: Option<Trust>,
    /// The first person's password; only at the first start, and never again.
    pub password: Option<String>,
    /// How many rules are in use.
    pub rules: usize,
    /// What was found wrong in rules.
    pub diagnostics: Vec<Diagnostic>,
}

/// What clients have to trust to reach the server.
#[derive(Debug, Clone)]
pub struct Trust {
    /// The authority's certificate; none when the certificate came from elsewhere.
    pub ca: Option<PathBuf>,
    /// SHA-256 of the authority's certificate.
    pub fingerprint: [u8; 32],
}

/// Serves until `stop` ends. `tell` is called once, when everything is open.
///
/// # Errors
/// When something cannot be opened, or storage fails while running.
pub async fn serve(
    options: Options,
    tell: impl FnOnce(Started),
    stop: impl Future<Output = ()>,
) -> Result<()> {
    let Secrets { authority, tls, over_tls } = Secrets::open(&options)?;
    let mut opened = Opened::open(&options, over_tls).await?;
    let normaliser = Arc::new(Normaliser::new(None));
    let watched = options.watch_rules.map(follow_rules::Watched::new);
    let own = opened.app.state.own_rules(&opened.system).await?;
    let rules = RuleBook::open(options.rules, normaliser.clone(), &own)
        .map_err(|refused| anyhow!(refused.reason))?;
    let rules = Arc::new(rules);
    let (state, system, lake) =
        (opened.app.state.clone(), opened.system.clone(), opened.lake.clone());
    opened.app = opened.app.with_rules(Desk::new(rules.clone(), state, system, lake));
    let figures = Arc::new(Figures::default());
    let counters = Arc::new(Counters::default());
    let (told, for_metrics) = (counters.clone(), figures.clone());
    opened.app.figures.also(Box::new(move |out| {
        for_metrics.write(out);
        out.push_str(&told.prometheus());
    }));
    let detect = Detect {
        app: opened.app.clone(),
        system: opened.system.clone(),
        lake: opened.lake.clone(),
        rules: rules.clone(),
        normaliser,
        figures,
        threads: options.threads,
    };
    let mut memory = detect.resume().await.context("what the last run left cannot be read")?;
    let listener = TcpListener::bind(options.listen)
        .await
        .with_context(|| format!("{} cannot be listened at", options.listen))?;
    let address = listener.local_addr()?;
    let (stop_all, stopped) = watch::channel(false);
    let mut running = JoinSet::new();
    let limits = Limits::default();
    let (app, grace) = (&opened.app, limits.gap_grace);
    let gate = Doors {
        state: app.state.clone(),
        log: app.log.clone(),
        clock: app.clock.clone(),
        ledger: gate::ledger(&app.state, &opened.system, &app.log, grace, app.now()).await?,
        authority: Arc::new(authority),
    };
    for (door, secret) in options.doors {
        open_door(door, &secret, &gate, &tls, &limits, &counters, &stopped, &mut running).await?;
    }
    let mailer = options.notifications.smtp.as_ref().map(Mailer::new).transpose()?;
    let notify = Notify::new(opened.app.clone(), opened.system.clone(), mailer);
    running.spawn(notify.run(stopped.clone()));
    running.spawn(tidy::run(
        opened.app.clone(),
        opened.system.clone(),
        opened.lake.clone(),
        stopped.clone(),
    ));
    running.spawn(indicators::run(
        opened.app.clone(),
        opened.system.clone(),
        opened.lake.clone(),
        stopped.clone(),
    ));
    running.spawn(care::run(opened.app.clone(), opened.system.clone(), stopped.clone()));
    running.spawn(follow_rules::run(
        opened.app.clone(),
        opened.system.clone(),
        watched,
        stopped.clone(),
    ));
    running.spawn(remind::run(opened.app.clone(), opened.system.clone(), stopped.clone()));
    running.spawn(plans::run(opened.app.clone(), opened.system.clone(), stopped.clone()));
    running.spawn(gaps::run(gate.clone(), counters.clone(), stopped.clone()));
    let router = front::router(opened.app.clone(), gate, limits, counters);
    let until = until(stopped.clone());
    let trust = over_tls.then(|| Trust {
        ca: options.tls.given.is_none().then(|| files::ca_path(&tls_dir(&options.data))),
        fingerprint: tls.ca_fingerprint,
    });
    let for_web = over_tls.then_some(tls);
    let mut web = tokio::spawn(listen::serve(listener, for_web, router, until));
    let mut detecting = Box::pin(detect.run(&mut memory, stopped.clone()));
    let live = opened.app.live.clone();
    tell(Started {
        address,
        trust,
        password: opened.password,
        rules: rules.current().engine.rules().len(),
        diagnostics: rules.last().diagnostics,
    });
    let failed = tokio::select! {
        () = stop => None,
        ended = &mut detecting => Some(ended.err().unwrap_or_else(|| anyhow!("the loop ended"))),
        _ = &mut web => Some(anyhow!("the HTTP listener ended")),
    };
    // Doors first, so that nothing comes in any more; then the loop publishes what is left.
    stop_all.send_replace(true);
    live.end();
    if let Some(error) = failed {
        return Err(error);
    }
    let _ = tokio::time::timeout(Duration::from_secs(10), &mut web).await;
    running.shutdown().await;
    detecting.await
}

/// Where certificates and their keys lie.
fn tls_dir(data: &Path) -> PathBuf {
    data.join("tls")
}

/// Certificates, and whether the HTTP listener needs them.
struct Secrets {
    authority: Authority,
    tls: Tls,
    over_tls: bool,
}

impl Secrets {
    fn open(options: &Options) -> Result<Self> {
        let (dir, now) = (tls_dir(&options.data), Clock::Machine.now());
        let listen = options.listen.ip();
        let authority = files::authority(&dir, now)?;
        let mut names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).to_vec();
        if !listen.is_loopback() && !listen.is_unspecified() {
            names.push(listen.to_string());
        }
        let tls = Tls::open(&dir, &authority, &options.tls, &names, now)?;
        // In the clear only where nobody between can listen, and nobody asked for more.
        let asked = options.tls.always || options.tls.given.is_some();
        Ok(Secrets { authority, tls, over_tls: asked || !listen.is_loopback() })
    }
}

/// Storage, and the first account.
struct Opened {
    app: App,
    system: Arc<SystemScope>,
    lake: Lake,
    password: Option<String>,
}

impl Opened {
    async fn open(options: &Options, tls: bool) -> Result<Self> {
        let data = &options.data;
        std::fs::create_dir_all(data)
            .with_context(|| format!("the folder {} cannot be made", data.display()))?;
        let limits = LogLimits { min_free_bytes: options.keep_free_bytes, ..LogLimits::default() };
        let log = Log::open(&data.join("log"), limits).await?;
        if let Some(torn) = log.torn() {
            tracing::warn!(bytes = torn.bytes, kept = %torn.kept.display(),
                "the log ended in a record that was never acknowledged: cut off and kept aside");
        }
        let (state, system) = State::open(&data.join("state.db")).await?;
        let lake = Lake::open(&data.join("lake"))?;
        let clock = Clock::Machine;
        let password = first_start(&state, &system, options, &clock).await?;
        let settings = Settings {
            tls,
            pseudonym_key: key(&data.join("pseudonym.key"))?,
            evidence_key: key(&data.join("evidence.key"))?,
            local_targets: options.notifications.local_targets,
            mail: options.notifications.smtp.is_some(),
            ..Settings::default()
        };
        let system = Arc::new(system);
        state.end_lost_hunts(&system, clock.now()).await?;
        let hunts = Hunts::new(
            state.clone(),
            lake.clone(),
            system.clone(),
            clock.clone(),
            settings.pseudonym_key,
            HuntLimits { threads: options.threads.max(1), ..HuntLimits::default() },
        )?;
        let mut app = App::new(state, log, clock, settings);
        let reach = Reach::allowing(options.private_sources.iter().cloned())
            .trusting(options.source_certificates.clone());
        app.indicators = Arc::new(Indicators::new(reach));
        app.indicators.refresh(&app.state, &system).await?;
        app.hunts = Some(hunts);
        app.oidc = options.oidc.clone().map(Oidc::new).transpose()?.map(Arc::new);
        Ok(Opened { app, system, lake, password })
    }
}

/// Makes the centre and its administrator, when there is nobody yet; gives the password.
async fn first_start(
    state: &State,
    system: &SystemScope,
    options: &Options,
    clock: &Clock,
) -> Result<Option<String>> {
    if state.has_people().await? {
        return Ok(None);
    }
    let password = passwords::make()?;
    let hash = passwords::hash(&password)?;
    let centre = Organisation {
        code: options.centre.0.parse()?,
        parent: None,
        name: options.centre.1.clone(),
        kind: OrgKind::Centre,
        closed: None,
        successor: None,
    };
    state.first_start(system, centre, FIRST_NAME, &hash, clock.now()).await?;
    Ok(Some(password))
}

/// A key of the server's own, such as that of users' pseudonyms: made at the first start, for its eyes only.
fn key(path: &Path) -> Result<[u8; 32]> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    if let Ok(bytes) = std::fs::read(path) {
        return bytes.try_into().map_err(|_| anyhow!("{} is no key of 32 bytes", path.display()));
    }
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| anyhow!("no random numbers: {error}"))?;
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    Ok(bytes)
}

/// Opens a door that is no HTTP.
#[allow(clippy::too_many_arguments, reason = "each is needed by some kind of door")]
async fn open_door(
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

/// Ends when all is to stop.
async fn until(mut stopped: watch::Receiver<bool>) {
    // An error means that whoever could say so is gone, which says the same.
    let _ = stopped.wait_for(|stop| *stop).await;
}
