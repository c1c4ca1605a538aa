//! Modifiers that change a text before it is compared: encodings and dashes, in the order given.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rsigma_parser::Modifier;

use super::string::{Literal, Part};
use crate::diagnostic::Problem;
use crate::glob::DASHES;

/// Up to this many dashes are written out as plain texts; beyond, the pattern keeps them open.
const MAX_WRITTEN_DASHES: usize = 2;

/// Applies the encoding modifiers to a text; each may yield several texts.
pub fn transform(literal: Literal, modifiers: &[Modifier]) -> Result<Vec<Literal>, Problem> {
    let mut texts = vec![Encoded::Text(literal)];
    for modifier in modifiers {
        texts = match modifier {
            Modifier::Wide => encode(texts, |text| utf16(text, u16::to_le_bytes, false))?,
            Modifier::Utf16be => encode(texts, |text| utf16(text, u16::to_be_bytes, false))?,
            Modifier::Utf16 => encode(texts, |text| utf16(text, u16::to_le_bytes, true))?,
            Modifier::Base64 => base64(texts)?,
            Modifier::Base64Offset => base64_offset(texts)?,
            Modifier::WindAsh => windash(texts)?,
            _ => texts,
        };
    }
    Ok(texts.into_iter().map(Encoded::into_literal).collect())
}

/// A text, or the bytes that an encoding made of it.
enum Encoded {
    Text(Literal),
    Bytes(Vec<u8>),
}

impl Encoded {
    fn into_literal(self) -> Literal {
        match self {
            Encoded::Text(literal) => literal,
            Encoded::Bytes(bytes) => {
                Literal::plain(bytes.into_iter().map(char::from).collect::<String>())
            }
        }
    }

    fn bytes(&self, modifier: &str) -> Result<Vec<u8>, Problem> {
        match self {
            Encoded::Bytes(bytes) => Ok(bytes.clone()),
            Encoded::Text(literal) => plain(literal, modifier).map(String::into_bytes),
        }
    }
}

fn plain(literal: &Literal, modifier: &str) -> Result<String, Problem> {
    literal.as_plain().ok_or_else(|| {
        Problem::new(
            "W140",
            format!("wildcards do not go with `{modifier}`: encoded text cannot hold them"),
            "escape them with a backslash, or use |contains",
        )
    })
}

fn encode(texts: Vec<Encoded>, encode: impl Fn(&str) -> Vec<u8>) -> Result<Vec<Encoded>, Problem> {
    texts
        .iter()
        .map(|text| match text {
            Encoded::Text(literal) => Ok(Encoded::Bytes(encode(&plain(literal, "utf16")?))),
            Encoded::Bytes(_) => Err(Problem::new(
                "W141",
                "a text can be encoded as UTF-16 only once",
                "put `wide` or `utf16be` first and name it once",
            )),
        })
        .collect()
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2], mark: bool) -> Vec<u8> {
    let mark = mark.then_some(0xfeff);
    mark.into_iter().chain(text.encode_utf16()).flat_map(bytes).collect()
}

fn base64(texts: Vec<Encoded>) -> Result<Vec<Encoded>, Problem> {
    texts
        .iter()
        .map(|text| Ok(Encoded::Text(Literal::plain(STANDARD.encode(text.bytes("base64")?)))))
        .collect()
}

/// The three forms that a text has within base64, by its offset modulo three: characters that
/// depend on what stands before or after are cut off.
fn base64_offset(texts: Vec<Encoded>) -> Result<Vec<Encoded>, Problem> {
    let mut forms = Vec::new();
    for text in &texts {
        let bytes = text.bytes("base64offset")?;
        for offset in 0..3 {
            let mut padded = vec![b' '; offset];
            padded.extend_from_slice(&bytes);
            let start = [0, 2, 3][offset];
            let cut = match padded.len() % 3 {
                0 => 0,
                1 => 3,
                _ => 2,
            };
            let encoded = STANDARD.encode(&padded);
            if let Some(form) = encoded.get(start..encoded.len() - cut)
                && !form.is_empty()
            {
                forms.push(Encoded::Text(Literal::plain(form)));
            }
        }
    }
    if forms.is_empty() {
        return Err(Problem::new("W142", "the text is too short for base64offset", "lengthen it"));
    }
    Ok(forms)
}

/// Every way to write the dashes of a text. A dash counts when it is `-`, or when it is another
/// of the five and begins an option (no word character before it, one behind it).
fn windash(texts: Vec<Encoded>) -> Result<Vec<Encoded>, Problem> {
    let mut out = Vec::new();
    for text in texts {
        let Encoded::Text(literal) = text else {
            return Err(Problem::new("W143", "windash must stand before encodings", "reorder"));
        };
        let open = Literal { parts: literal.parts.iter().flat_map(open_dashes).collect() };
        let dashes = open.parts.iter().filter(|part| **part == Part::Dash).count();
        if dashes <= MAX_WRITTEN_DASHES {
            out.extend(written(&open).into_iter().map(Encoded::Text));
        } else {
            out.push(Encoded::Text(open));
        }
    }
    Ok(out)
}

fn open_dashes(part: &Part) -> Vec<Part> {
    let Part::Text(text) = part else {
        return vec![part.clone()];
    };
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let mut parts = Vec::new();
    let mut run = String::new();
    let mut before = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let begins_option = !before.is_some_and(word) && chars.peek().copied().is_some_and(word);
        if c == '-' || (DASHES.contains(&c) && begins_option) {
            if !run.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut run)));
            }
            parts.push(Part::Dash);
        } else {
            run.push(c);
        }
        before = Some(c);
    }
    if !run.is_empty() {
        parts.push(Part::Text(run));
    }
    parts
}

fn written(open: &Literal) -> Vec<Literal> {
    let mut done = vec![Vec::new()];
    for part in &open.parts {
        done = match part {
            Part::Dash => done
                .iter()
                .flat_map(|parts| DASHES.map(|dash| with(parts, Part::Text(dash.to_string()))))
                .collect(),
            other => done.iter().map(|parts| with(parts, other.clone())).collect(),
        };
    }
    done.into_iter().map(|parts| Literal { parts }).collect()
}

/// `parts` with one more, joined to the last when both are text.
fn with(parts: &[Part], part: Part) -> Vec<Part> {
    let mut parts = parts.to_vec();
    match (parts.last_mut(), part) {
        (Some(Part::Text(before)), Part::Text(text)) => before.push_str(&text),
        (_, part) => parts.push(part),
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, modifiers: &[Modifier]) -> Vec<String> {
        transform(Literal::plain(text), modifiers)
            .unwrap()
            .iter()
            .map(|literal| literal.as_plain().unwrap())
            .collect()
    }

    #[test]
    fn encodings_follow_their_order() {
        assert_eq!(texts("foo", &[Modifier::Base64]), ["Zm9v"]);
        assert_eq!(texts("ping", &[Modifier::Wide, Modifier::Base64]), ["cABpAG4AZwA="]);
        assert_eq!(texts("foo", &[Modifier::Base64Offset]), ["Zm9v", "Zvb", "mb2"]);
        assert_eq!(texts("a", &[Modifier::Wide]), ["a\0"]);
        assert!(
            transform(
                Literal { parts: vec![Part::Star, Part::Text("a".into())] },
                &[Modifier::Base64]
            )
            .is_err()
        );
    }

    #[test]
    fn base64_offset_finds_the_text_wherever_it_stands() {
        for before in ["", "x", "xy", "xyz"] {
            for after in ["", "q", "qr", "qrs"] {
                let whole = STANDARD.encode(format!("{before}http://evil{after}"));
                let forms = texts("http://evil", &[Modifier::Base64Offset]);
                assert!(forms.iter().any(|form| whole.contains(form)), "{before} {after}");
            }
        }
    }

    #[test]
    fn windash_writes_every_dash() {
        assert_eq!(
            texts(" -a", &[Modifier::WindAsh]),
            [" -a", " /a", " \u{2013}a", " \u{2014}a", " \u{2015}a"]
        );
        assert_eq!(texts("a/b", &[Modifier::WindAsh]), ["a/b"]);
        let many = transform(Literal::plain("-a -b -c"), &[Modifier::WindAsh]).unwrap();
        assert_eq!(many.len(), 1);
        assert_eq!(many[0].parts.iter().filter(|part| **part == Part::Dash).count(), 3);
    }
}
