//! What agents sent and the certificates that they show: kept, counted, and of their organisation.

use wardwatch_model::{Permission, Timestamp, TokenId};
use wardwatch_store::{Commit, LogPosition, NewCertificate, Received, StoreError};

use crate::fixture::{Sector, at, org};

fn received(sender: TokenId, boot: u64, from: u64, until: u64, seconds: i64) -> Received {
    Received {
        sender,
        device: "ZZ1-PC-1".to_owned(),
        boot,
        base: 1,
        from,
        until,
        missing: false,
        time: at(seconds),
    }
}

async fn commit(sector: &Sector, offset: u64, received: Vec<Received>) {
    let position = LogPosition { segment: 1, offset };
    let commit = Commit { received, ..Commit::empty(position) };
    sector.state.commit(&sector.system, commit).await.unwrap();
}

#[tokio::test]
async fn tracks_come_back_with_their_sender_and_gaps_are_counted_for_it() {
    let sector = Sector::new().await;
    let state = &sector.state;
    let root = sector.scope(sector.administrator, Permission::Administer).await;
    let (one, secret) = state.create_sender(&root, "agents", &org("ZZ1"), at(1)).await.unwrap();
    let (two, _) = state.create_sender(&root, "agents", &org("ZZ2"), at(1)).await.unwrap();
    commit(&sector, 100, vec![received(one, 1, 1, 50, 10), received(one, 1, 101, 150, 11)]).await;
    commit(&sector, 200, vec![received(two, 1, 1, 7, 12)]).await;
    let gap = Received { missing: true, ..received(one, 1, 51, 100, 20) };
    commit(&sector, 300, vec![gap]).await;
    let kept = state.tracks(&sector.system).await.unwrap();
    let told: Vec<String> = kept
        .iter()
        .map(|one| {
            let accepted: Vec<_> = one.track.accepted().iter().collect();
            let (org, gaps) = (one.sender.org(), one.track.gaps());
            format!("{org} {} {} {accepted:?} gaps {gaps}", one.device, one.boot)
        })
        .collect();
    assert_eq!(
        told,
        ["ZZ2 ZZ1-PC-1 1 [(1, 7)] gaps 0", "ZZ1 ZZ1-PC-1 1 [(1, 50), (101, 150)] gaps 1",]
    );
    assert_eq!(Some(&kept[1].sender), state.sender(&secret, at(30)).await.unwrap().as_ref());
    let senders = state.senders(&root).await.unwrap();
    let gaps: Vec<u64> = senders.iter().map(|sender| sender.gaps).collect();
    assert_eq!(gaps, [1, 0]);
    // What comes late closes it; a revoked sender's tracks do not come back.
    commit(&sector, 400, vec![received(one, 1, 51, 100, 30)]).await;
    assert_eq!(state.senders(&root).await.unwrap()[0].gaps, 0);
    state.revoke_token(&root, one, at(40)).await.unwrap();
    assert_eq!(state.tracks(&sector.system).await.unwrap().len(), 1);
}

#[tokio::test]
async fn only_the_last_starts_of_a_device_are_kept_and_their_gaps_stay_counted() {
    let sector = Sector::new().await;
    let state = &sector.state;
    let root = sector.scope(sector.administrator, Permission::Administer).await;
    let (one, _) = state.create_sender(&root, "agents", &org("ZZ1"), at(1)).await.unwrap();
    for boot in 1..=7 {
        let gap = Received { missing: true, ..received(one, boot, 2, 2, 10 + boot as i64) };
        let all = vec![
            received(one, boot, 1, 1, 10 + boot as i64),
            received(one, boot, 3, 3, 10 + boot as i64),
            gap,
        ];
        commit(&sector, boot * 100, all).await;
    }
    let boots: Vec<u64> =
        state.tracks(&sector.system).await.unwrap().iter().map(|one| one.boot).collect();
    assert_eq!(boots, [4, 5, 6, 7]);
    assert_eq!(state.senders(&root).await.unwrap()[0].gaps, 7);
}

fn signed(fingerprint: u8, until: Timestamp) -> NewCertificate {
    NewCertificate {
        fingerprint: [fingerprint; 32],
        serial: vec![7, fingerprint],
        until,
        pem: "a certificate".to_owned(),
    }
}

#[tokio::test]
async fn a_certificate_stands_for_its_token_until_either_ends() {
    let sector = Sector::new().await;
    let state = &sector.state;
    let root = sector.scope(sector.administrator, Permission::Administer).await;
    let mut made = Vec::new();
    for (code, number) in [("ZZ1", 1), ("ZZ2", 2)] {
        let code = state.create_code(&root, &org(code), "agent", at(100), at(2)).await.unwrap();
        // A failed signature leaves the code as it was.
        let failed =
            state.redeem_code_for_certificate(&code, at(3), |_, _| Err("no key".to_owned())).await;
        assert!(matches!(failed, Err(StoreError::NotSigned(_))), "{failed:?}");
        let redeemed = state
            .redeem_code_for_certificate(&code, at(3), |_, _| Ok(signed(number, at(1_000))))
            .await;
        made.push(redeemed.unwrap().unwrap());
        let again =
            state.redeem_code_for_certificate(&code, at(3), |_, _| Ok(signed(9, at(1_000)))).await;
        assert_eq!(again.unwrap(), None);
    }
    for (number, code) in [(1, "ZZ1"), (2, "ZZ2")] {
        let found = state.certified_sender(&[number; 32], at(4)).await.unwrap().unwrap();
        assert_eq!(found.org(), &org(code));
        let redeemed = &made[usize::from(number) - 1];
        assert_eq!(Some(found), state.sender(&redeemed.secret, at(4)).await.unwrap());
    }
    assert_eq!(state.certified_sender(&[3; 32], at(4)).await.unwrap(), None);
    assert_eq!(state.certified_sender(&[1; 32], at(1_000)).await.unwrap(), None);
    state.revoke_token(&root, made[0].token, at(5)).await.unwrap();
    assert_eq!(state.certified_sender(&[1; 32], at(6)).await.unwrap(), None);
    assert!(state.certified_sender(&[2; 32], at(6)).await.unwrap().is_some());
}
