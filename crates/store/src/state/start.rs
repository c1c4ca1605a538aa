//! The first start: the centre and its administrator.
//!
//! In: the centre, a name, a hashed password. Out: the person. Never: a second time.

use serde_json::json;
use wardwatch_model::{Organisation, PersonId, Role, Timestamp};

use crate::error::StoreError;
use crate::scope::SystemScope;
use crate::state::audit::{self, Fact};
use crate::state::people::{self, Grant};
use crate::state::{State, organisations};

impl State {
    /// Whether anybody has an account.
    pub async fn has_people(&self) -> Result<bool, StoreError> {
        let found: i64 = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM people)")
            .fetch_one(self.readers())
            .await?;
        Ok(found != 0)
    }

    /// Makes the centre and a person who is administrator and analyst of it.
    pub async fn first_start(
        &self,
        _: &SystemScope,
        centre: Organisation,
        name: &str,
        password_hash: &str,
        now: Timestamp,
    ) -> Result<PersonId, StoreError> {
        let mut tx = self.write().await?;
        let people: i64 =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM people)").fetch_one(&mut *tx).await?;
        if people != 0 {
            return Err(StoreError::AlreadyStarted);
        }
        organisations::put(&mut tx, &centre).await?;
        let person = people::insert(&mut tx, name, &centre.code, password_hash, now).await?;
        for role in [Role::Administrator, Role::Analyst] {
            let grant = Grant { person, org: centre.code.clone(), role, from: now, until: None };
            people::insert_grant(&mut tx, &grant).await?;
        }
        let fact = Fact {
            time: now,
            actor: "wardwatch",
            org: Some(&centre.code),
            action: "start.first",
            target: name,
            detail: json!({ "centre": centre.code }),
        };
        audit::append(&mut tx, fact).await?;
        tx.commit().await?;
        self.forget_tree();
        Ok(person)
    }
}
