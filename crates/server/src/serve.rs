//! The server from start to end: storage opened, loops and doors started, and all of it ended in
//! the order in which nothing is lost.
//!
//! In: options. Out: nothing; it runs until told to stop. Never: an account made twice; a door
//! opened before the loops run.

mod doors;
mod opened;

use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use wardwatch_detect::Diagnostic;
use wardwatch_ingest::{Counters, Limits};
use wardwatch_normalise::Normaliser;

pub use self::doors::OwnDoor;
use self::opened::{Opened, Secrets, tls_dir};
use crate::gate::{self, Doors};
use crate::loops::detect::Detect;
use crate::loops::figures::Figures;
use crate::loops::notify::Notify;
use crate::loops::{care, gaps, indicators, plans, remind, rules as follow_rules, tidy};
use crate::notify::mail::{Mailer, Smtp};
use crate::rules::{self, Desk, RuleBook};
use crate::tls::{TlsOptions, files, listen};
use crate::{front, oidc};

/// Login name of the first person.
pub const FIRST_NAME: &str = "administrator";

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

/// Serves until `stop` ends. `tell` is called once, when everything is open; when it fails the server ends.
///
/// # Errors
/// When something cannot be opened, `tell` fails, or storage fails while running.
pub async fn serve(
    options: Options,
    tell: impl FnOnce(Started) -> Result<()>,
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
        doors::open(door, &secret, &gate, &tls, &limits, &counters, &stopped, &mut running).await?;
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
    let told = tell(Started {
        address,
        trust,
        password: opened.password,
        rules: rules.current().engine.rules().len(),
        diagnostics: rules.last().diagnostics,
    });
    let failed = match told {
        Err(error) => Some(error),
        Ok(()) => tokio::select! {
            () = stop => None,
            ended = &mut detecting => Some(ended.err().unwrap_or_else(|| anyhow!("the loop ended"))),
            _ = &mut web => Some(anyhow!("the HTTP listener ended")),
        },
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

/// Ends when all is to stop.
async fn until(mut stopped: watch::Receiver<bool>) {
    // An error means that whoever could say so is gone, which says the same.
    let _ = stopped.wait_for(|stop| *stop).await;
}
