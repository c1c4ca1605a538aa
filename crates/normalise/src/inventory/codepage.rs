//! Which code page bytes were written in, told by what comes out of each.
//!
//! In: bytes that are no UTF-8. Out: the most likely text. A wrong guess spoils names, never the
//! structure of a report: digits, colons and `KB` are the same in all of these.

use encoding_rs::{
    BIG5, EUC_KR, Encoding, GBK, IBM866, SHIFT_JIS, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252,
};

/// Bytes that the guess is made from.
const SAMPLE_BYTES: usize = 16 << 10;

/// Upper half of code page 850, the OEM page of Western Europe (Unicode's `CP850.TXT`).
const PAGE_850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒ\
     áíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
     └┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀\
     ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// Code pages of Windows by language, the more common first.
const PAGES: [&Encoding; 8] =
    [WINDOWS_1252, GBK, SHIFT_JIS, BIG5, EUC_KR, IBM866, WINDOWS_1251, WINDOWS_1250];

/// Words of reports: one of them makes a page all but certain.
const WORDS: [&str; 30] = [
    "版本",
    "系统",
    "名称",
    "系統",
    "名稱",
    "修补程序",
    "企业版",
    "专业版",
    "家庭",
    "ホスト",
    "バージョン",
    "システム",
    "名前",
    "버전",
    "시스템",
    "이름",
    "ерсия",
    "истем",
    "Имя",
    "омпьютер",
    "сборка",
    "Пакет",
    "ystème",
    "hôte",
    "für",
    "fü",
    "äß",
    "ón del",
    "Névé",
    "serwer",
];

/// Text of the most likely page.
pub(super) fn decode(bytes: &[u8]) -> String {
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES)];
    let dos = page_850(sample);
    let mut best = (score(&dos), None);
    for page in PAGES {
        let (text, _) = page.decode_without_bom_handling(sample);
        let score = score(&text);
        if score > best.0 {
            best = (score, Some(page));
        }
    }
    match best.1 {
        None => page_850(bytes),
        Some(page) => page.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

fn page_850(bytes: &[u8]) -> String {
    let upper: Vec<char> = PAGE_850.chars().collect();
    let letter = |&byte: &u8| match byte.checked_sub(128) {
        None => char::from(byte),
        Some(place) => upper.get(usize::from(place)).copied().unwrap_or('\u{fffd}'),
    };
    bytes.iter().map(letter).collect()
}

/// How much a text looks like one that somebody wrote.
fn score(text: &str) -> i64 {
    let words = WORDS.iter().filter(|word| text.contains(*word)).count();
    let mut sum = i64::try_from(words).unwrap_or(0) * 30;
    let mut before = ' ';
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if !letter.is_ascii() {
            let after = letters.peek().copied().unwrap_or(' ');
            sum += worth(before, letter, after);
        }
        before = letter;
    }
    sum
}

fn worth(before: char, letter: char, after: char) -> i64 {
    let beside_latin = before.is_ascii_alphabetic() || after.is_ascii_alphabetic();
    match letter {
        '\u{fffd}' => -10,
        'à'..='ö' | 'ø'..='ÿ' | 'ß' | 'œ' | 'ą'..='ž' if letter.is_lowercase() => {
            if beside_latin {
                2
            } else {
                0
            }
        }
        'À'..='Þ' | 'Ā'..='Ž' if letter != '×' => {
            if before.is_lowercase() {
                -2
            } else {
                i64::from(after.is_lowercase())
            }
        }
        '®' | '\u{a0}' | '«' | '»' => 1,
        'А'..='я' | 'ё' | 'Ё' => match (before.is_lowercase(), letter.is_uppercase()) {
            _ if beside_latin => -2,
            (true, true) => -3,
            _ => 2,
        },
        'ァ'..='ー' | 'ぁ'..='ん' | '가'..='힣' if !beside_latin => 4,
        '一'..='鿿' => {
            if beside_latin {
                -3
            } else {
                3
            }
        }
        '（' | '）' | '：' | '，' | '。' | '、' => 1,
        '\u{ff61}'..='\u{ff9f}' => -2,
        '\u{2500}'..='\u{25ff}' | '\u{80}'..='\u{9f}' | '\u{e000}'..='\u{f8ff}' => -3,
        _ => -1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_language_comes_back() {
        for (page, told) in [
            (GBK, "主机名:           ZZ-HOST\r\nOS 版本:          10.0.17763 暂缺 Build 17763\r\n"),
            (
                SHIFT_JIS,
                "ホスト名:               ZZ-HOST\r\nOS バージョン:           10.0.19045\r\n",
            ),
            (BIG5, "主機名稱:            ZZ-HOST\r\n作業系統版本:        10.0.19045\r\n"),
            (EUC_KR, "호스트 이름:             ZZ-HOST\r\nOS 버전:                 10.0.19045\r\n"),
            (IBM866, "Имя узла:                         ZZ-HOST\r\nВерсия ОС:   6.3.9600\r\n"),
            (WINDOWS_1251, "Имя узла:                   ZZ-HOST\r\nВерсия ОС:   6.3.9600\r\n"),
            (WINDOWS_1252, "Größe des Arbeitsspeichers: 2.047 MB\r\nZone für Übergänge\r\n"),
            (WINDOWS_1250, "Właściciel: Użytkownik\r\nKatalog główny: C:\\\r\n"),
        ] {
            let bytes = match page == IBM866 {
                // encoding_rs writes only pages of the web; this one is close to 1251 in order.
                true => told.chars().map(in_866).collect(),
                false => page.encode(told).0.into_owned(),
            };
            assert_eq!(decode(&bytes), told, "{}", page.name());
        }
    }

    fn in_866(letter: char) -> u8 {
        match letter {
            'А'..='п' => (letter as u32 - 'А' as u32 + 0x80) as u8,
            'р'..='я' => (letter as u32 - 'р' as u32 + 0xE0) as u8,
            plain => plain as u8,
        }
    }

    proptest! {
        #[test]
        fn never_panics(content in any::<Vec<u8>>()) {
            let _ = decode(&content);
        }
    }
}
