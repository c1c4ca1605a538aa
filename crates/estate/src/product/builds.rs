//! Which release of Windows a build number is: a table, updatable as data.
//!
//! In: major, minor and build number. Out: the client and the server with that number. Source:
//! Microsoft's release-information pages for Windows 10, Windows 11 and Windows Server, and the
//! `latest` numbers of the support dates of endoflife.date. Never: a release for a number between.

use super::family::Family;

/// A number and the systems that bear it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownBuild {
    /// Major and minor version and build number.
    pub branch: [u32; 3],
    /// The service pack that the number stands for; `None` where the number does not tell.
    pub service_pack: Option<u8>,
    /// The client's family and release.
    pub client: Option<(Family, &'static str)>,
    /// The server's family and release.
    pub server: Option<(Family, &'static str)>,
}

const fn both(branch: [u32; 3], pack: Option<u8>, client: Family, server: Family) -> KnownBuild {
    KnownBuild {
        branch,
        service_pack: pack,
        client: Some((client, "")),
        server: Some((server, "")),
    }
}

const fn ten(build: u32, client: (Family, &'static str)) -> KnownBuild {
    KnownBuild { branch: [10, 0, build], service_pack: Some(0), client: Some(client), server: None }
}

const fn ten_both(build: u32, client: (Family, &'static str), server: Family) -> KnownBuild {
    KnownBuild { server: Some((server, client.1)), ..ten(build, client) }
}

const fn ten_server(build: u32, server: (Family, &'static str)) -> KnownBuild {
    KnownBuild { client: None, server: Some(server), ..ten(build, server) }
}

use Family::{
    Eight, EightOne, Eleven, Server2003, Server2008, Server2008R2, Server2012, Server2012R2,
    Server2016, Server2019, Server2022, Server2025, ServerAnnual, Seven, Ten, Vista, Windows2000,
    Xp,
};

/// The table.
pub const BUILDS: [KnownBuild; 33] = [
    both([5, 0, 2195], None, Windows2000, Windows2000),
    KnownBuild { server: None, ..both([5, 1, 2600], None, Xp, Xp) },
    both([5, 2, 3790], None, Xp, Server2003),
    KnownBuild { server: None, ..both([6, 0, 6000], Some(0), Vista, Vista) },
    both([6, 0, 6001], Some(1), Vista, Server2008),
    both([6, 0, 6002], Some(2), Vista, Server2008),
    both([6, 0, 6003], Some(2), Vista, Server2008),
    both([6, 1, 7600], Some(0), Seven, Server2008R2),
    both([6, 1, 7601], Some(1), Seven, Server2008R2),
    both([6, 2, 9200], Some(0), Eight, Server2012),
    both([6, 3, 9600], Some(0), EightOne, Server2012R2),
    ten(10240, (Ten, "1507")),
    ten(10586, (Ten, "1511")),
    ten_both(14393, (Ten, "1607"), Server2016),
    ten(15063, (Ten, "1703")),
    ten_both(16299, (Ten, "1709"), ServerAnnual),
    ten_both(17134, (Ten, "1803"), ServerAnnual),
    ten_both(17763, (Ten, "1809"), Server2019),
    ten_both(18362, (Ten, "1903"), ServerAnnual),
    ten_both(18363, (Ten, "1909"), ServerAnnual),
    ten_both(19041, (Ten, "2004"), ServerAnnual),
    ten_both(19042, (Ten, "20H2"), ServerAnnual),
    ten(19043, (Ten, "21H1")),
    ten(19044, (Ten, "21H2")),
    ten(19045, (Ten, "22H2")),
    ten_server(20348, (Server2022, "21H2")),
    ten(22000, (Eleven, "21H2")),
    ten(22621, (Eleven, "22H2")),
    ten(22631, (Eleven, "23H2")),
    ten_server(25398, (ServerAnnual, "23H2")),
    ten_both(26100, (Eleven, "24H2"), Server2025),
    ten(26200, (Eleven, "25H2")),
    ten(28000, (Eleven, "26H1")),
];

/// The entry of a number.
pub fn known(branch: [u32; 3]) -> Option<&'static KnownBuild> {
    BUILDS.iter().find(|known| known.branch == branch)
}

/// Releases of a family, oldest first; none when the family has but one.
pub fn releases(family: Family) -> Vec<&'static str> {
    let of = |known: &KnownBuild| {
        [known.client, known.server].into_iter().flatten().find(|found| found.0 == family)
    };
    let found = BUILDS.iter().filter_map(of).map(|(_, release)| release);
    found.filter(|release| !release.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_rise_and_tell_releases() {
        assert!(BUILDS.is_sorted_by(|a, b| a.branch < b.branch));
        let told = |build| known([10, 0, build]).map(|known| (known.client, known.server));
        assert_eq!(told(17763), Some((Some((Ten, "1809")), Some((Server2019, "1809")))));
        assert_eq!(told(20348), Some((None, Some((Server2022, "21H2")))));
        assert_eq!(told(17764), None);
        assert_eq!(releases(Eleven), ["21H2", "22H2", "23H2", "24H2", "25H2", "26H1"]);
        assert_eq!(releases(Seven), Vec::<&str>::new());
    }
}
