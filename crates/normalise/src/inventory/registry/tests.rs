//! Exports of invented hosts, each beside what is read of them.

use super::*;
use proptest::prelude::*;
use wardwatch_model::Build;

const NT: &str = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion";

fn one(text: &str) -> Inventory {
    let found = read(text).expect("it is of the registry").expect("it can be read");
    let [inventory] = <[Inventory; 1]>::try_from(found).expect("one host");
    inventory
}

/// What counts, as one line.
fn told(inventory: &Inventory) -> String {
    let system = &inventory.system;
    let word = |word: &Option<String>| word.clone().unwrap_or("-".to_owned());
    format!(
        "{}|{}|{}|{}|sp{}|{}|{}|server {:?}|core {:?}",
        word(&inventory.host),
        word(&system.name),
        system.version.map(|version| version.to_string()).unwrap_or_default(),
        word(&system.release),
        system.service_pack.map_or("-".to_owned(), |pack| pack.to_string()),
        word(&system.edition),
        system.architecture.map_or("-", |kind| kind.as_str()),
        system.server,
        system.core
    )
}

#[test]
fn windows_11_that_calls_itself_10() {
    let text = format!(
        "Windows Registry Editor Version 5.00\r\n\r\n[{NT}]\r\n\
         \"ProductName\"=\"Windows 10 Pro\"\r\n\"CurrentVersion\"=\"6.3\"\r\n\
         \"CurrentBuild\"=\"22631\"\r\n\"CurrentBuildNumber\"=\"22631\"\r\n\
         \"CurrentMajorVersionNumber\"=dword:0000000a\r\n\
         \"CurrentMinorVersionNumber\"=dword:00000000\r\n\"UBR\"=dword:00000edb\r\n\
         \"DisplayVersion\"=\"23H2\"\r\n\"ReleaseId\"=\"2009\"\r\n\
         \"EditionID\"=\"Professional\"\r\n\"InstallationType\"=\"Client\"\r\n\r\n\
         [HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Control\\ComputerName\\ComputerName]\r\n\
         \"ComputerName\"=\"ZZ-ONE\"\r\n\r\n\
         [HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet002\\Services\\Spooler]\r\n\
         \"Start\"=dword:00000004\r\n\r\n\
         [HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Control\\Session Manager\\Environment]\r\n\
         \"PROCESSOR_ARCHITECTURE\"=\"AMD64\"\r\n"
    );
    let inventory = one(&text);
    assert_eq!(
        told(&inventory),
        "ZZ-ONE|Windows 11 Pro|10.0.22631.3803|23H2|sp0|Professional|x64|server Some(false)|core None"
    );
    assert_eq!((inventory.settings, inventory.doubts), (vec![], vec![]));
}

#[test]
fn answers_of_reg_query() {
    let text = format!(
        "C:\\>reg query \"HKLM\\...\"\r\n\r\n{NT}\r\n    ProductName    REG_SZ    \
         Windows Server 2019 Standard\r\n    CurrentVersion    REG_SZ    6.3\r\n    \
         CurrentBuild    REG_SZ    17763\r\n    UBR    REG_DWORD    0x14d1\r\n    \
         InstallationType    REG_SZ    Server Core\r\n    BuildLabEx    REG_SZ    \
         17763.1.amd64fre.rs5_release.180914-1434\r\n\r\n"
    );
    assert_eq!(
        told(&one(&text)),
        "-|Windows Server 2019 Standard|10.0.17763.5329|-|sp0|ServerStandard|x64|server Some(true)|core Some(true)"
    );
}

#[test]
fn one_answer_for_each_value() {
    let text = format!(
        "{NT}\n    CurrentBuild    REG_SZ    19045\n\n{NT}\n    UBR    REG_DWORD    0xedb\n\n\
         {NT}\n    CurrentVersion    REG_SZ    6.3\n"
    );
    let version = one(&text).system.version;
    assert_eq!(version, Some(Build([10, 0, 19045, 3803])));
}

#[test]
fn windows_xp_with_its_hotfixes() {
    let text = format!(
        "REGEDIT4\r\n\r\n[{NT}]\r\n\"CurrentBuild\"=\"1.511.1 () (Obsolete data - do not use)\"\r\n\
         \"CurrentBuildNumber\"=\"2600\"\r\n\"CurrentVersion\"=\"5.1\"\r\n\
         \"CSDVersion\"=\"Service Pack 3\"\r\n\"ProductName\"=\"Microsoft Windows XP\"\r\n\
         [{NT}\\HotFix\\KB835732]\r\n\"Installed\"=dword:00000001\r\n\
         [{NT}\\HotFix\\KB835732\\File 1]\r\n[{NT}\\HotFix\\Q147222]\r\n\
         [{NT}\\HotFix\\KB900000]\r\n\"Installed\"=dword:00000000\r\n\
         [HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Updates\\Windows XP\\SP4\\KB958644]\r\n\
         \"InstalledDate\"=\"11/23/2008\"\r\n\
         [HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Updates\\Windows XP\\SP4\\KB958644\\Filelist\\0]\r\n\
         [HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\ProductOptions]\r\n\
         \"ProductType\"=\"WinNT\"\r\n"
    );
    let inventory = one(&text);
    assert_eq!(
        told(&inventory),
        "-|Microsoft Windows XP|5.1.2600|-|sp3|-|-|server Some(false)|core None"
    );
    let updates = inventory.updates.iter().map(|update| {
        let day = update.installed.map(|day| day.to_string()).unwrap_or_default();
        format!("{} {day}", update.kb)
    });
    assert_eq!(updates.collect::<Vec<_>>(), ["KB835732 ", "KB147222 ", "KB958644 2008-11-23"]);
}

#[test]
fn packages_by_their_state() {
    let store =
        r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing";
    let key = "~31bf3856ad364e35~amd64~~";
    let text = format!(
        "{store}\\Packages\\Package_for_KB1000001{key}19041.1799.1.2\n    CurrentState    REG_DWORD    0x70\n\
         {store}\\Packages\\Package_for_KB1000002{key}19041.1799.1.2\n    CurrentState    REG_DWORD    0x60\n\
         {store}\\Packages\\Package_for_KB1000003{key}19041.1799.1.2\n    CurrentState    REG_DWORD    0x40\n\
         {store}\\Packages\\Package_for_RollupFix{key}19041.4046.1.9\n    CurrentState    REG_DWORD    0x70\n\
         {store}\\Packages\\Package_for_RollupFix{key}19041.5247.1.12\n    CurrentState    REG_DWORD    0x70\n\
         {store}\\RebootPending\n"
    );
    let inventory = one(&text);
    let updates: Vec<u32> = inventory.updates.iter().map(|update| update.kb.0).collect();
    assert_eq!(updates, [1_000_001]);
    assert_eq!(inventory.system.version, None::<Build>);
    assert_eq!(inventory.restart_pending, Some(true));
    assert_eq!(
        inventory.doubts,
        [
            "packages that wait for a restart, not counted as installed: 1",
            "package RollupFix 19041.5247 is installed, the system names no revision"
        ]
    );
}

#[test]
fn a_restart_is_ruled_out_only_by_all_places() {
    let windows = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion";
    let sessions = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Session Manager";
    let store = format!("[{windows}\\Component Based Servicing]\n");
    let auto = format!("[{windows}\\WindowsUpdate\\Auto Update]\n");
    let manager = |value: &str| format!("[{sessions}]\n\"PendingFileRenameOperations\"={value}\n");
    let empty = manager("hex(7):00,00");
    let full = manager("hex(7):5c,00,3f,00,\\\n  3f,00,00,00");
    let host = "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters]\n\
                \"Hostname\"=\"ZZ-ONE\"\n";
    for (text, pending) in [
        (format!("{host}{store}{auto}{empty}"), Some(false)),
        (format!("{host}{store}{auto}"), None),
        (format!("{host}{store}{auto}{full}"), Some(true)),
        (format!("{host}[{windows}\\WindowsUpdate\\Auto Update\\RebootRequired]\n"), Some(true)),
    ] {
        assert_eq!(one(&text).restart_pending, pending, "{text}");
    }
}

#[test]
fn settings_and_programs() {
    let set = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet";
    let software = r"HKEY_LOCAL_MACHINE\SOFTWARE";
    let profiles = format!(r"{set}\Services\SharedAccess\Parameters\FirewallPolicy");
    let policies = format!(r"{software}\Policies\Microsoft\Windows NT\Terminal Services");
    let text = format!(
        "[{set}\\Services\\LanmanServer\\Parameters]\n\"SMB1\"=dword:00000000\n\
         [{set}\\Services\\mrxsmb10]\n\"Start\"=dword:00000004\n\
         [{set}\\Control\\Terminal Server]\n\"fDenyTSConnections\"=dword:00000001\n\
         [{policies}]\n\"fDenyTSConnections\"=dword:00000000\n\
         [{set}\\Control\\Terminal Server\\WinStations\\RDP-Tcp]\n\"UserAuthentication\"=dword:00000001\n\
         [{set}\\Services\\Spooler]\n\"Start\"=dword:00000002\n\
         [{profiles}\\DomainProfile]\n\"EnableFirewall\"=dword:00000001\n\
         [{profiles}\\PublicProfile]\n\"EnableFirewall\"=dword:00000000\n\
         [{software}\\Microsoft\\Windows\\CurrentVersion\\policies\\Explorer]\n\
         \"NoDriveTypeAutoRun\"=hex:ff,00,00,00\n\
         [HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\policies\\Explorer]\n\
         \"NoDriveTypeAutoRun\"=dword:00000091\n\
         [{software}\\WOW6432Node\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\ZZ]\n\
         \"DisplayName\"=\"ZZ Viewer\"\n\"DisplayVersion\"=\"1.2\"\n\"Publisher\"=\"ZZ Ltd\"\n"
    );
    let inventory = one(&text);
    let settings = inventory
        .settings
        .iter()
        .map(|setting| format!("{:?} {} by {}", setting.name, setting.on, setting.evidence));
    assert_eq!(
        settings.collect::<Vec<_>>(),
        [
            r"SmbV1Server false by LanmanServer\Parameters SMB1 = 0",
            r"SmbV1Client false by Services\mrxsmb10 Start = 4",
            r"RemoteDesktop true by Windows NT\Terminal Services fDenyTSConnections = 0",
            r"NetworkLevelAuthentication true by WinStations\RDP-Tcp UserAuthentication = 1",
            r"PrintSpooler true by Services\Spooler Start = 2",
            r"AutoRun false by policies\Explorer NoDriveTypeAutoRun = 255",
            r"Firewall false by FirewallPolicy\DomainProfile EnableFirewall = 1; FirewallPolicy\PublicProfile EnableFirewall = 0",
        ]
    );
    let [program] = inventory.software.as_slice() else { panic!("one program") };
    assert_eq!((program.name.as_str(), program.version.as_deref()), ("ZZ Viewer", Some("1.2")));
}

#[test]
fn other_text_and_keys_that_say_nothing() {
    assert!(read("Host Name:  ZZ-ONE\nHKEY_x").is_none());
    let nothing = read("[HKEY_LOCAL_MACHINE\\SOFTWARE\\ZZ]\n\"A\"=\"B\"\n");
    assert_eq!(nothing, Some(Err(InventoryError::Nothing("an export of the registry"))));
}

proptest! {
    #[test]
    fn never_panics(text in any::<String>(), state in any::<u32>()) {
        let store = r"[HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing";
        let text = format!("[{NT}]\n{text}\n{store}\\Packages\\Package_for_{text}]\n\"CurrentState\"=dword:{state:08x}");
        let _ = (read(&text), read(&text.replace('[', "")));
    }
}
