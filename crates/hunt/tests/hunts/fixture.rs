//! A lake in which ZZ1 and ZZ2 have events side by side in the same files. Whatever is ZZ2's holds
//! the word `kestrel`, or a number that nothing of ZZ1 has.

use std::sync::Arc;

use tempfile::TempDir;
use wardwatch_hunt::{Format, HuntError, HuntLimits, HuntResult, Hunter, Pseudonyms, Query};
use wardwatch_model::{
    Column, Columns, EventId, OrgId, OrgKind, Organisation, Permission, PersonId, Role, Timestamp,
};
use wardwatch_store::{
    Commit, Lake, LakeRow, LogPosition, NewPerson, State, SystemScope, TenantScope,
};

pub const PORT_OF_TWO: i32 = 31_337;

pub fn at(seconds: i64) -> Timestamp {
    Timestamp { micros: 1_494_583_200_000_000 + seconds * 1_000_000 }
}

pub fn org(code: &str) -> OrgId {
    code.parse().unwrap()
}

struct Plain;

impl Pseudonyms for Plain {
    fn user(&self, org: &OrgId, user: &str) -> String {
        format!("user-{org}-{}", user.len())
    }

    fn text(&self, _: &OrgId, user: Option<&str>, text: &str) -> String {
        user.map_or_else(|| text.to_owned(), |user| text.replace(user, "somebody"))
    }
}

pub struct Sector {
    pub state: State,
    pub system: SystemScope,
    pub lake: Lake,
    pub hunter: Hunter,
    pub root: PersonId,
    pub one: PersonId,
    _dir: TempDir,
}

pub fn row(code: &str, number: i64) -> LakeRow {
    let two = code == "ZZ2";
    let word = if two { "kestrel" } else { "robin" };
    let mut columns = Columns::default();
    let port = if two { PORT_OF_TWO } else { 443 };
    for (column, value) in [
        (Column::EventId, "1".to_owned()),
        (Column::Image, format!(r"C:\{word}\{word}{}.exe", number % 3)),
        (Column::CommandLine, format!("{word} /run {number} for {word}user")),
        (Column::User, format!("{word}user")),
        (Column::DestinationPort, port.to_string()),
        (Column::Sha256, format!("{:064x}", number * if two { 7919 } else { 1 })),
        (Column::Message, format!("{word} says {number}")),
    ] {
        columns.set(column, &value);
    }
    let mut event = [0; 16];
    event[..4].copy_from_slice(format!("{code:4}").as_bytes());
    event[8..].copy_from_slice(&number.to_be_bytes());
    LakeRow {
        org: org(code),
        class: "windows/process_creation/sysmon".into(),
        time: at(number),
        received: at(number),
        device: format!("{word}-PC{}", number % 5),
        event: EventId(event),
        source: format!("bulk {word}").into(),
        record: number.unsigned_abs() + if two { 1_000_000 } else { 0 },
        columns,
        body: format!(r#"{{"word":"{word}","number":{number}}}"#),
    }
}

/// Rows of each trust.
pub const ROWS: i64 = 40;

impl Sector {
    pub async fn new() -> Self {
        Sector::with(HuntLimits::default()).await
    }

    pub async fn with(limits: HuntLimits) -> Self {
        Sector::holding(&["ZZ2", "ZZ1"], limits).await
    }

    /// A sector of both trusts, of which only these have events.
    pub async fn holding(codes: &[&str], limits: HuntLimits) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (state, system) = State::open(&dir.path().join("state.db")).await.unwrap();
        let organisation = |code: &str, parent: Option<&str>, kind| Organisation {
            code: org(code),
            parent: parent.map(org),
            name: format!("Organisation {code}"),
            kind,
            closed: None,
            successor: None,
        };
        let centre = organisation("ZZC", None, OrgKind::Centre);
        let root = state.first_start(&system, centre, "root", "none", at(0)).await.unwrap();
        let scope = scope(&state, root, Permission::Administer).await;
        let trusts =
            ["ZZ1", "ZZ2"].map(|code| organisation(code, Some("ZZC"), OrgKind::Trust)).to_vec();
        state.import_organisations(&scope, trusts, false, at(0)).await.unwrap();
        let scope = self::scope(&state, root, Permission::Administer).await;
        let ann = |name: &str, org| NewPerson {
            name: name.to_owned(),
            org,
            role: Role::Analyst,
            password_hash: "none".to_owned(),
        };
        let one = state.create_person(&scope, ann("ann", org("ZZ1")), at(0)).await.unwrap();
        let root = state.create_person(&scope, ann("cat", org("ZZC")), at(0)).await.unwrap();
        let lake = Lake::open(&dir.path().join("lake")).unwrap();
        let hunter = Hunter::new(state.clone(), lake.clone(), Arc::new(Plain), limits).unwrap();
        let sector = Sector { state, system, lake, hunter, root, one, _dir: dir };
        for part in 0..2 {
            let rows = (0..ROWS)
                .filter(|number| number % 2 == part)
                .flat_map(|number| codes.iter().map(move |code| row(code, number)));
            sector.publish(rows.collect(), part.unsigned_abs() + 1).await;
        }
        sector
    }

    pub async fn publish(&self, rows: Vec<LakeRow>, offset: u64) {
        let files = self.lake.write(&self.system, rows).await.unwrap();
        let mut commit = Commit::empty(LogPosition { segment: 1, offset });
        commit.files = files;
        self.state.commit(&self.system, commit).await.unwrap();
    }

    pub async fn scope(&self, person: PersonId) -> TenantScope {
        scope(&self.state, person, Permission::ReadEvents).await
    }

    pub async fn hunt(&self, scope: &TenantScope, sql: &str) -> Result<HuntResult, HuntError> {
        let query = Query { sql: sql.to_owned(), from: at(0), until: at(1_000), rows: None };
        let (_, outcome) = self.hunter.start(scope, query).await?;
        outcome.await.unwrap()
    }

    /// A result as CSV, or the error's words.
    pub async fn told(&self, scope: &TenantScope, sql: &str) -> Result<String, String> {
        let result = self.hunt(scope, sql).await.map_err(|error| error.to_string())?;
        let bytes = result.write(Format::Csv).map_err(|error| error.to_string())?;
        Ok(String::from_utf8(bytes).unwrap())
    }
}

async fn scope(state: &State, person: PersonId, permission: Permission) -> TenantScope {
    let principal = state.principal(person, at(10)).await.unwrap().unwrap();
    principal.scope(permission).unwrap()
}
