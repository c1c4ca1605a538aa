//! When what happens, in one place, so that all logs tell the same story.
//!
//! The attacker looks for open doors from the internet, gets into a web server, and a worm that
//! spreads over SMB reaches the wards: old devices crash, PC-017 is encrypted.

use super::moment::Moment;

/// The attacker tries ports of the trust from the internet, DICOM among them.
pub const PORTS_TRIED: Moment = Moment::at(13, 2, 10);
/// The attacker starts to guess passwords on the web server.
pub const PASSWORDS_GUESSED: Moment = Moment::at(13, 20, 0);
/// A guess is right.
pub const WEB_SERVER_ENTERED: Moment = Moment::at(13, 38, 12);
/// Commands run as root on the web server.
pub const WEB_SERVER_OWNED: Moment = Moment::at(13, 41, 5);
/// The print spooler of the first old device crashes under the worm's exploit.
pub const FIRST_CRASH: Moment = Moment::at(14, 1, 40);
/// The worm's service is installed on PC-017.
pub const WORM_ARRIVES: Moment = Moment::at(14, 5, 7);
/// PC-017 starts to try its neighbours' SMB ports.
pub const WORM_SPREADS: Moment = Moment::at(14, 6, 0);
/// PC-017 starts to try accounts on the domain controller.
pub const ACCOUNTS_TRIED: Moment = Moment::at(14, 7, 30);
/// PC-017 starts to encrypt.
pub const FILES_ENCRYPTED: Moment = Moment::at(14, 9, 0);
/// The security log of PC-017 is cleared.
pub const LOG_CLEARED: Moment = Moment::at(14, 20, 0);
