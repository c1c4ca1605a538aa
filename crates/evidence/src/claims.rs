//! What an evidence pack shows: each claim with the question whose answer shows it.

/// One claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// The name of its file, without the ending.
    pub name: &'static str,
    /// What its file shows.
    pub shows: &'static str,
    /// The path of the API.
    pub path: &'static str,
    /// What is asked beside the organisation; `{from}` is twelve months ago.
    pub query: &'static [(&'static str, &'static str)],
}

/// All of them, in order.
pub const CLAIMS: [Claim; 13] = [
    Claim {
        name: "standing",
        shows: "how things stand: open incidents, organisations, devices heard from and silent",
        path: "/api/v1/overview",
        query: &[("hours", "720")],
    },
    Claim {
        name: "incidents",
        shows: "incidents of twelve months, who worked on them and how they ended",
        path: "/api/v1/incidents",
        query: &[("from", "{from}"), ("limit", "500")],
    },
    Claim {
        name: "exploited",
        shows: "open holes that are known to be exploited, on how many devices, and by when to close them",
        path: "/api/v1/exposures",
        query: &[("exploited", "true"), ("limit", "500")],
    },
    Claim {
        name: "lifecycle",
        shows: "what is without support or loses it within twelve months, where, and what blocks it",
        path: "/api/v1/lifecycle",
        query: &[("months", "12")],
    },
    Claim {
        name: "decisions",
        shows: "what was decided of devices without support, by whom and until when",
        path: "/api/v1/decisions",
        query: &[("limit", "500")],
    },
    Claim {
        name: "exceptions",
        shows: "holes that stay open by exception, with owner, reason and last day",
        path: "/api/v1/exceptions",
        query: &[],
    },
    Claim {
        name: "plans",
        shows: "protection plans of devices that cannot be updated, and how many steps data proves",
        path: "/api/v1/plans",
        query: &[("limit", "100")],
    },
    Claim {
        name: "alerts",
        shows: "alerts of the centre, who acknowledged them in time and who signed that they are done",
        path: "/api/v1/alerts",
        query: &[("ended", "true")],
    },
    Claim { name: "contacts", shows: "whom to call", path: "/api/v1/contacts", query: &[] },
    Claim {
        name: "services",
        shows: "services of care that depend on devices",
        path: "/api/v1/services",
        query: &[],
    },
    Claim {
        name: "coverage",
        shows: "rules in use by technique of ATT&CK, and what they found in a year",
        path: "/api/v1/rules/coverage",
        query: &[("days", "365")],
    },
    Claim {
        name: "landscape",
        shows: "the feeds that verdicts rest on, and how old each is",
        path: "/api/v1/landscape",
        query: &[],
    },
    Claim {
        name: "audit",
        shows: "that the chain of the audit is whole, and its head",
        path: "/api/v1/audit/verify",
        query: &[],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_names_of_files_and_no_two_are_alike() {
        let mut names: Vec<&str> = CLAIMS.iter().map(|claim| claim.name).collect();
        assert!(names.iter().all(|name| name.bytes().all(|byte| byte.is_ascii_lowercase())));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), CLAIMS.len());
    }
}
