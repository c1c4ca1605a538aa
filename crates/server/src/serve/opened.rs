//! What a server opens before anything runs: certificates, storage, the first account.
//!
//! In: options. Out: secrets, storage, perhaps a first password. Never: an account made twice; a key that others can
//! read.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use wardwatch_feeds::fetch::Reach;
use wardwatch_hunt::HuntLimits;
use wardwatch_model::{OrgKind, Organisation};
use wardwatch_store::{Lake, Log, LogLimits, State, SystemScope};

use super::{FIRST_NAME, Options};
use crate::app::{App, Settings};
use crate::clock::Clock;
use crate::hunts::Hunts;
use crate::indicators::Indicators;
use crate::oidc::Oidc;
use crate::passwords;
use crate::tls::authority::Authority;
use crate::tls::{Tls, files};

/// Where certificates and their keys lie.
pub(super) fn tls_dir(data: &Path) -> PathBuf {
    data.join("tls")
}

/// Certificates, and whether the HTTP listener needs them.
pub(super) struct Secrets {
    pub authority: Authority,
    pub tls: Tls,
    pub over_tls: bool,
}

impl Secrets {
    pub fn open(options: &Options) -> Result<Self> {
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
pub(super) struct Opened {
    pub app: App,
    pub system: Arc<SystemScope>,
    pub lake: Lake,
    pub password: Option<String>,
}

impl Opened {
    pub async fn open(options: &Options, tls: bool) -> Result<Self> {
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
