//! The systems that devices of a sector run, and what their monthly updates are called.
//!
//! Names are those of the vendor's catalogue. Numbers of updates and revisions are the published
//! ones of the months that are named here, nought where this table has none. Between two months
//! revisions are interpolated: such a one tells which months a device has, and no release note
//! names it.

use wardwatch_model::Day;

/// A monthly update: year, month, number of the update, revision of the build.
pub type Monthly = (i16, i8, u32, u32);

/// A release of a system.
#[derive(Debug, PartialEq, Eq)]
pub struct Release {
    /// Its name in the vendor's catalogue.
    pub product: &'static str,
    /// Its name in a report of the host.
    pub name: &'static str,
    /// What the vendor calls the release: `1607`, `22H2`; empty when nothing.
    pub release: &'static str,
    /// Version and build.
    pub version: [u32; 3],
    /// Service pack, where the system has such.
    pub service_pack: Option<u8>,
    /// Whether it is a server.
    pub server: bool,
    /// Whether an update holds all before it, so that the build's revision tells.
    pub cumulative: bool,
    /// The day of its release.
    pub released: (i16, i8, i8),
    /// The last day of updates for everybody.
    pub until: (i16, i8, i8),
    /// The update that closes MS17-010; none where the release came with it.
    pub ms17_010: Option<u32>,
    /// Known updates, oldest first.
    pub monthly: &'static [Monthly],
}

impl Release {
    /// The day of its release.
    pub fn released(&self) -> Day {
        Day::new(self.released.0, self.released.1, self.released.2).unwrap_or(Day::MIN)
    }

    /// The last day of updates.
    pub fn until(&self) -> Day {
        Day::new(self.until.0, self.until.1, self.until.2).unwrap_or(Day::MAX)
    }

    /// Whether the SMB version 1 server is there unless somebody takes it away: all before Windows
    /// 10 1709 and Server 2019.
    pub fn has_smb_v1(&self) -> bool {
        self.version < [10, 0, 16_299]
    }
}

macro_rules! releases {
    ($($id:ident: $product:literal, $name:literal, $release:literal, [$($v:literal),*], sp $sp:expr,
       $kind:ident $how:ident, $from:expr, $until:expr, ms $ms:expr, [$($month:expr),* $(,)?];)*) => {
        $(pub static $id: Release = Release {
            product: $product, name: $name, release: $release, version: [$($v),*],
            service_pack: $sp, server: matches!(stringify!($kind).as_bytes(), b"server"),
            cumulative: matches!(stringify!($how).as_bytes(), b"cumulative"),
            released: $from, until: $until, ms17_010: $ms, monthly: &[$($month),*],
        };)*
        /// All of them.
        #[cfg(test)]
        pub static ALL: &[&Release] = &[$(&$id),*];
    };
}

releases! {
XP: "Microsoft Windows XP Service Pack 3", "Microsoft Windows XP Professional", "", [5, 1, 2600], sp Some(3),
    client single, (2008, 4, 21), (2014, 4, 8), ms Some(4_012_598), [];
SERVER_2003: "Microsoft Windows Server 2003 Service Pack 2", "Microsoft(R) Windows(R) Server 2003, Standard Edition", "", [5, 2, 3790], sp Some(2),
    server single, (2007, 3, 13), (2015, 7, 14), ms Some(4_012_598), [];
WINDOWS_7: "Windows 7 for x64-based Systems Service Pack 1", "Microsoft Windows 7 Enterprise", "", [6, 1, 7601], sp Some(1),
    client single, (2011, 2, 22), (2020, 1, 14), ms Some(4_012_212),
    [(2017, 3, 4_012_215, 0), (2017, 4, 4_015_549, 0), (2017, 5, 4_019_264, 0), (2017, 12, 4_054_518, 0), (2018, 1, 4_056_894, 0),
     (2019, 4, 4_493_472, 0), (2019, 5, 4_499_164, 0), (2019, 6, 4_503_292, 0), (2019, 12, 4_530_734, 0), (2020, 1, 4_534_310, 0)];
SERVER_2008: "Windows Server 2008 for x64-based Systems Service Pack 2", "Microsoft Windows Server 2008 Standard", "", [6, 0, 6002], sp Some(2),
    server single, (2009, 5, 26), (2020, 1, 14), ms Some(4_012_598), [(2019, 5, 4_499_149, 0), (2019, 6, 4_503_273, 0), (2019, 12, 4_530_695, 0), (2020, 1, 4_534_303, 0)];
SERVER_2008_R2: "Windows Server 2008 R2 for x64-based Systems Service Pack 1", "Microsoft Windows Server 2008 R2 Standard", "", [6, 1, 7601], sp Some(1),
    server single, (2011, 2, 22), (2020, 1, 14), ms Some(4_012_212),
    [(2017, 3, 4_012_215, 0), (2017, 4, 4_015_549, 0), (2017, 5, 4_019_264, 0), (2017, 12, 4_054_518, 0), (2018, 1, 4_056_894, 0),
     (2019, 4, 4_493_472, 0), (2019, 5, 4_499_164, 0), (2019, 6, 4_503_292, 0), (2019, 12, 4_530_734, 0), (2020, 1, 4_534_310, 0)];
WINDOWS_8_1: "Windows 8.1 for x64-based Systems", "Microsoft Windows 8.1 Enterprise", "", [6, 3, 9600], sp None,
    client single, (2013, 10, 18), (2023, 1, 10), ms Some(4_012_213),
    [(2017, 3, 4_012_216, 0), (2017, 4, 4_015_550, 0), (2017, 5, 4_019_215, 0), (2018, 1, 4_056_895, 0), (2019, 6, 4_503_276, 0), (2020, 1, 4_534_297, 0)];
SERVER_2012: "Windows Server 2012", "Microsoft Windows Server 2012 Standard", "", [6, 2, 9200], sp None,
    server single, (2012, 10, 30), (2023, 10, 10), ms Some(4_012_214),
    [(2017, 3, 4_012_217, 0), (2017, 4, 4_015_551, 0), (2017, 5, 4_019_216, 0), (2018, 1, 4_056_896, 0), (2019, 6, 4_503_285, 0), (2020, 1, 4_534_283, 0), (2023, 8, 5_029_295, 0)];
SERVER_2012_R2: "Windows Server 2012 R2", "Microsoft Windows Server 2012 R2 Standard", "", [6, 3, 9600], sp None,
    server single, (2013, 11, 25), (2023, 10, 10), ms Some(4_012_213),
    [(2017, 3, 4_012_216, 0), (2017, 4, 4_015_550, 0), (2017, 5, 4_019_215, 0), (2018, 1, 4_056_895, 0), (2019, 6, 4_503_276, 0), (2020, 1, 4_534_297, 0), (2023, 8, 5_029_312, 0)];
SERVER_2016: "Windows Server 2016", "Microsoft Windows Server 2016 Standard", "1607", [10, 0, 14_393], sp None,
    server cumulative, (2016, 10, 15), (2027, 1, 12), ms Some(4_013_429),
    [(2017, 3, 4_013_429, 953), (2017, 4, 4_015_217, 1066), (2017, 5, 4_019_472, 1198), (2018, 1, 4_056_890, 2007), (2019, 6, 4_503_267, 3025), (2020, 1, 4_534_271, 3443),
     (2023, 7, 5_028_169, 6085), (2023, 8, 5_029_242, 6167), (2024, 10, 5_044_293, 7428), (2026, 4, 5_082_198, 0), (2026, 5, 5_087_537, 0), (2026, 6, 5_094_122, 0)];
SERVER_2019: "Windows Server 2019", "Microsoft Windows Server 2019 Standard", "1809", [10, 0, 17_763], sp None,
    server cumulative, (2018, 11, 13), (2029, 1, 9), ms None,
    [(2019, 6, 4_503_327, 557), (2020, 1, 4_534_273, 973), (2023, 7, 5_028_168, 4645), (2023, 8, 5_029_247, 4737), (2024, 10, 5_044_277, 6414), (2026, 4, 5_082_123, 0), (2026, 5, 5_087_538, 0), (2026, 6, 5_094_123, 0)];
SERVER_2022: "Windows Server 2022", "Microsoft Windows Server 2022 Standard", "21H2", [10, 0, 20_348], sp None,
    server cumulative, (2021, 8, 18), (2031, 10, 14), ms None,
    [(2023, 7, 5_028_171, 1850), (2023, 8, 5_029_250, 1906), (2024, 10, 5_044_281, 2762), (2026, 4, 5_082_142, 0), (2026, 5, 5_087_545, 0), (2026, 6, 5_094_128, 0)];
W10_1511: "Windows 10 Version 1511 for x64-based Systems", "Microsoft Windows 10 Enterprise", "1511", [10, 0, 10_586], sp None,
    client cumulative, (2015, 11, 10), (2017, 10, 10), ms Some(4_013_198), [(2017, 3, 4_013_198, 839), (2017, 4, 4_015_219, 873), (2017, 5, 4_019_473, 916)];
W10_1607: "Windows 10 Version 1607 for x64-based Systems", "Microsoft Windows 10 Enterprise", "1607", [10, 0, 14_393], sp None,
    client cumulative, (2016, 8, 2), (2019, 4, 9), ms Some(4_013_429),
    [(2017, 3, 4_013_429, 953), (2017, 4, 4_015_217, 1066), (2017, 5, 4_019_472, 1198), (2018, 1, 4_056_890, 2007), (2019, 4, 4_493_470, 2906)];
W10_1703: "Windows 10 Version 1703 for x64-based Systems", "Microsoft Windows 10 Enterprise", "1703", [10, 0, 15_063], sp None,
    client cumulative, (2017, 4, 5), (2019, 10, 8), ms None, [(2017, 4, 4_015_583, 138), (2017, 5, 4_016_871, 296), (2018, 1, 4_056_891, 850), (2019, 6, 4_503_279, 1868)];
W10_1709: "Windows 10 Version 1709 for x64-based Systems", "Microsoft Windows 10 Enterprise", "1709", [10, 0, 16_299], sp None,
    client cumulative, (2017, 10, 17), (2020, 10, 13), ms None, [(2018, 1, 4_056_892, 192), (2019, 6, 4_503_284, 1217), (2020, 1, 4_534_276, 1625)];
W10_1803: "Windows 10 Version 1803 for x64-based Systems", "Microsoft Windows 10 Enterprise", "1803", [10, 0, 17_134], sp None,
    client cumulative, (2018, 4, 30), (2021, 5, 11), ms None, [(2019, 6, 4_503_286, 829), (2020, 1, 4_534_293, 1246)];
W10_1809: "Windows 10 Version 1809 for x64-based Systems", "Microsoft Windows 10 Enterprise", "1809", [10, 0, 17_763], sp None,
    client cumulative, (2018, 11, 13), (2021, 5, 11), ms None, [(2019, 6, 4_503_327, 557), (2020, 1, 4_534_273, 973)];
W10_1809_LTSC: "Windows 10 Version 1809 for x64-based Systems", "Microsoft Windows 10 Enterprise LTSC", "1809", [10, 0, 17_763], sp None,
    client cumulative, (2018, 11, 13), (2029, 1, 9), ms None, [(2019, 6, 4_503_327, 557), (2023, 8, 5_029_247, 4737), (2024, 10, 5_044_277, 6414), (2026, 4, 5_082_123, 0), (2026, 5, 5_087_538, 0), (2026, 6, 5_094_123, 0)];
W10_1903: "Windows 10 Version 1903 for x64-based Systems", "Microsoft Windows 10 Enterprise", "1903", [10, 0, 18_362], sp None,
    client cumulative, (2019, 5, 21), (2020, 12, 8), ms None, [(2019, 6, 4_503_293, 175), (2020, 1, 4_528_760, 592)];
W10_1909: "Windows 10 Version 1909 for x64-based Systems", "Microsoft Windows 10 Enterprise", "1909", [10, 0, 18_363], sp None,
    client cumulative, (2019, 11, 12), (2022, 5, 10), ms None, [(2020, 1, 4_528_760, 592)];
W10_21H2_LTSC: "Windows 10 Version 21H2 for x64-based Systems", "Microsoft Windows 10 Enterprise LTSC", "21H2", [10, 0, 19_044], sp None,
    client cumulative, (2021, 11, 16), (2027, 1, 12), ms None, [(2023, 8, 5_029_244, 3324), (2024, 10, 5_044_273, 5011), (2026, 4, 5_082_200, 0), (2026, 5, 5_087_544, 0), (2026, 6, 5_094_127, 0)];
W10_22H2: "Windows 10 Version 22H2 for x64-based Systems", "Microsoft Windows 10 Enterprise", "22H2", [10, 0, 19_045], sp None,
    client cumulative, (2022, 10, 18), (2028, 10, 10), ms None,
    [(2023, 7, 5_028_166, 3208), (2023, 8, 5_029_244, 3324), (2024, 10, 5_044_273, 5011), (2026, 4, 5_082_200, 0), (2026, 5, 5_087_544, 0), (2026, 6, 5_094_127, 0)];
W11_22H2: "Windows 11 Version 22H2 for x64-based Systems", "Microsoft Windows 11 Enterprise", "22H2", [10, 0, 22_621], sp None,
    client cumulative, (2022, 9, 20), (2025, 10, 14), ms None, [(2023, 7, 5_028_185, 1992), (2023, 8, 5_029_263, 2134), (2024, 10, 5_044_285, 4317)];
W11_23H2: "Windows 11 Version 23H2 for x64-based Systems", "Microsoft Windows 11 Enterprise", "23H2", [10, 0, 22_631], sp None,
    client cumulative, (2023, 10, 31), (2026, 11, 10), ms None, [(2024, 10, 5_044_285, 4317), (2026, 4, 5_082_052, 0), (2026, 6, 5_093_998, 0)];
W11_24H2: "Windows 11 Version 24H2 for x64-based Systems", "Microsoft Windows 11 Enterprise", "24H2", [10, 0, 26_100], sp None,
    client cumulative, (2024, 10, 1), (2027, 10, 12), ms None, [(2024, 10, 5_044_284, 2033), (2026, 4, 5_083_769, 0), (2026, 5, 5_089_549, 0), (2026, 6, 5_094_126, 0)];
W11_25H2: "Windows 11 Version 25H2 for x64-based Systems", "Microsoft Windows 11 Enterprise", "25H2", [10, 0, 26_200], sp None,
    client cumulative, (2025, 9, 30), (2028, 10, 10), ms None, [(2026, 4, 5_083_769, 0), (2026, 5, 5_089_549, 0), (2026, 6, 5_094_126, 0)];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_and_revisions_only_grow() {
        for release in ALL {
            for pair in release.monthly.windows(2) {
                assert!((pair[0].0, pair[0].1) < (pair[1].0, pair[1].1), "{}", release.product);
            }
            let known: Vec<u32> =
                release.monthly.iter().map(|month| month.3).filter(|&ubr| ubr > 0).collect();
            assert!(known.is_sorted(), "{}", release.product);
            assert!(release.released() < release.until());
            assert_eq!(release.server, release.product.contains("Server"));
        }
    }
}
