//! Names of the system calls that audit rules watch, by architecture and number.
//!
//! In: `arch` and `syscall` of a record that auditd has not enriched. Out: the name.
//! Source: the kernel's `asm/unistd_64.h`, `asm/unistd_32.h` and `asm-generic/unistd.h`.

/// Marks a call that an architecture does not have.
const NONE: u16 = u16::MAX;

/// `(name, x86-64, AArch64, i386)`
const CALLS: &[(&str, u16, u16, u16)] = &[
    ("accept", 43, 202, NONE),
    ("accept4", 288, 242, 364),
    ("acct", 163, 89, 51),
    ("add_key", 248, 217, 286),
    ("adjtimex", 159, 171, 124),
    ("bind", 49, 200, 361),
    ("bpf", 321, 280, 357),
    ("chmod", 90, NONE, 15),
    ("chown", 92, NONE, 182),
    ("chroot", 161, 51, 61),
    ("clock_adjtime", 305, 266, 343),
    ("clock_settime", 227, 112, 264),
    ("clone", 56, 220, 120),
    ("clone3", 435, 435, 435),
    ("connect", 42, 203, 362),
    ("creat", 85, NONE, 8),
    ("delete_module", 176, 106, 129),
    ("execve", 59, 221, 11),
    ("execveat", 322, 281, 358),
    ("fchmod", 91, 52, 94),
    ("fchmodat", 268, 53, 306),
    ("fchown", 93, 55, 95),
    ("fchownat", 260, 54, 298),
    ("finit_module", 313, 273, 350),
    ("fork", 57, NONE, 2),
    ("fremovexattr", 199, 16, 237),
    ("fsetxattr", 190, 7, 228),
    ("ftruncate", 77, 46, 93),
    ("init_module", 175, 105, 128),
    ("io_uring_setup", 425, 425, 425),
    ("ioperm", 173, NONE, 101),
    ("iopl", 172, NONE, 110),
    ("kexec_file_load", 320, 294, NONE),
    ("kexec_load", 246, 104, 283),
    ("keyctl", 250, 219, 288),
    ("kill", 62, 129, 37),
    ("lchown", 94, NONE, 16),
    ("link", 86, NONE, 9),
    ("linkat", 265, 37, 303),
    ("listen", 50, 201, 363),
    ("lremovexattr", 198, 15, 236),
    ("lsetxattr", 189, 6, 227),
    ("memfd_create", 319, 279, 356),
    ("mkdir", 83, NONE, 39),
    ("mkdirat", 258, 34, 296),
    ("mknod", 133, NONE, 14),
    ("mknodat", 259, 33, 297),
    ("mount", 165, 40, 21),
    ("open", 2, NONE, 5),
    ("open_by_handle_at", 304, 265, 342),
    ("openat", 257, 56, 295),
    ("perf_event_open", 298, 241, 336),
    ("personality", 135, 92, 136),
    ("pivot_root", 155, 41, 217),
    ("prctl", 157, 167, 172),
    ("process_vm_readv", 310, 270, 347),
    ("process_vm_writev", 311, 271, 348),
    ("ptrace", 101, 117, 26),
    ("reboot", 169, 142, 88),
    ("removexattr", 197, 14, 235),
    ("rename", 82, NONE, 38),
    ("renameat", 264, 38, 302),
    ("renameat2", 316, 276, 353),
    ("request_key", 249, 218, 287),
    ("rmdir", 84, NONE, 40),
    ("seccomp", 317, 277, 354),
    ("sendto", 44, 206, 369),
    ("setdomainname", 171, 162, 121),
    ("setgid", 106, 144, 46),
    ("sethostname", 170, 161, 74),
    ("setns", 308, 268, 346),
    ("setregid", 114, 143, 71),
    ("setresgid", 119, 149, 170),
    ("setresuid", 117, 147, 164),
    ("setreuid", 113, 145, 70),
    ("settimeofday", 164, 170, 79),
    ("setuid", 105, 146, 23),
    ("setxattr", 188, 5, 226),
    ("socket", 41, 198, 359),
    ("swapoff", 168, 225, 115),
    ("swapon", 167, 224, 87),
    ("symlink", 88, NONE, 83),
    ("symlinkat", 266, 36, 304),
    ("sysinfo", 99, 179, 116),
    ("syslog", 103, 116, 103),
    ("tgkill", 234, 131, 270),
    ("tkill", 200, 130, 238),
    ("truncate", 76, 45, 92),
    ("umount2", 166, 39, 52),
    ("uname", 63, 160, 122),
    ("unlink", 87, NONE, 10),
    ("unlinkat", 263, 35, 301),
    ("unshare", 272, 97, 310),
    ("userfaultfd", 323, 282, 374),
    ("utimensat", 280, 88, 320),
    ("utimes", 235, NONE, 271),
    ("vfork", 58, NONE, 190),
];

/// The call's name; `None` when it or the architecture is not in the table.
pub(super) fn name(arch: &str, number: &str) -> Option<&'static str> {
    let number: u16 = number.parse().ok().filter(|number| *number != NONE)?;
    let known = |call: &&(&str, u16, u16, u16)| match arch.trim_start_matches("0x") {
        "c000003e" => call.1 == number,
        "c00000b7" => call.2 == number,
        "40000003" => call.3 == number,
        _ => false,
    };
    CALLS.iter().find(known).map(|call| call.0)
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn a_number_means_another_call_on_another_architecture() {
        assert_eq!(name("c000003e", "59"), Some("execve"));
        assert_eq!(name("c00000b7", "221"), Some("execve"));
        assert_eq!(name("40000003", "11"), Some("execve"));
        assert_eq!(name("c000003e", "11"), None);
        assert_eq!(name("c00000b7", "65535"), None);
        assert_eq!(name("invented", "59"), None);
    }
}
