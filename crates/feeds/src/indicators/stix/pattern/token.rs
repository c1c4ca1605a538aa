//! A pattern's text cut into tokens.

use super::PatternError;

/// One token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// `[` or `(`.
    Open(char),
    /// `]` or `)`.
    Close(char),
    /// `,`.
    Comma,
    /// A comparison in signs.
    Operator(&'static str),
    /// A keyword, or `true` and `false`.
    Word(String),
    /// An object and its property, such as `file:hashes.'SHA-256'`; quotes are taken off.
    Path(String),
    /// What stood between quotes, whatever letter came before them.
    Text(String),
    /// A number as written.
    Number(String),
    /// The end.
    End,
}

/// Comparisons in signs; longer ones first.
const OPERATORS: [&str; 8] = ["==", "!=", "<>", "<=", ">=", "=", "<", ">"];

/// All tokens of a pattern.
pub struct Tokens {
    all: Vec<(usize, Token)>,
    place: usize,
    end: usize,
}

impl Tokens {
    /// Cuts a pattern into tokens.
    pub fn new(text: &str) -> Result<Self, PatternError> {
        let mut cutter = Cutter { text, at: 0 };
        let mut all = Vec::new();
        while let Some(token) = cutter.token()? {
            all.push(token);
        }
        Ok(Tokens { all, place: 0, end: text.len() })
    }

    /// The next token, which stays.
    pub fn peek(&self) -> &Token {
        self.all.get(self.place).map_or(&Token::End, |(_, token)| token)
    }

    /// The next token, which goes.
    pub fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.place += 1;
        token
    }

    /// Where the next token stands.
    pub fn at(&self) -> usize {
        self.all.get(self.place).map_or(self.end, |(at, _)| *at)
    }

    /// An error about the token that just went.
    pub fn before(&self, expected: &'static str) -> PatternError {
        let place = self.place.saturating_sub(1);
        let at = self.all.get(place).map_or(self.end, |(at, _)| *at);
        PatternError::Expected { at, expected }
    }

    /// Takes a keyword if it is next; small letters count too.
    pub fn takes(&mut self, word: &str) -> bool {
        let is_next = matches!(self.peek(), Token::Word(found) if found.eq_ignore_ascii_case(word));
        self.place += usize::from(is_next);
        is_next
    }
}

struct Cutter<'t> {
    text: &'t str,
    at: usize,
}

fn in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

impl Cutter<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn expected(&self, expected: &'static str) -> PatternError {
        PatternError::Expected { at: self.at, expected }
    }

    fn token(&mut self) -> Result<Option<(usize, Token)>, PatternError> {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
        let at = self.at;
        let Some(byte) = self.peek() else { return Ok(None) };
        let token = match byte {
            b'[' | b'(' => self.single(Token::Open(char::from(byte))),
            b']' | b')' => self.single(Token::Close(char::from(byte))),
            b',' => self.single(Token::Comma),
            b'\'' => Token::Text(self.quoted()?),
            b'0'..=b'9' | b'-' | b'+' => self.number(),
            _ if byte.is_ascii_alphabetic() || byte == b'_' => self.word()?,
            _ => {
                let rest = &self.text.as_bytes()[self.at..];
                let found = OPERATORS.iter().find(|sign| rest.starts_with(sign.as_bytes()));
                let sign = found.ok_or_else(|| self.expected("a bracket, a path or a value"))?;
                self.at += sign.len();
                Token::Operator(sign)
            }
        };
        Ok(Some((at, token)))
    }

    fn single(&mut self, token: Token) -> Token {
        self.at += 1;
        token
    }

    fn number(&mut self) -> Token {
        let from = self.at;
        self.at += 1;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e')) {
            self.at += 1;
        }
        Token::Number(self.text[from..self.at].to_owned())
    }

    /// What stands between two of the quote that is next; a backslash keeps what follows it.
    fn quoted(&mut self) -> Result<String, PatternError> {
        let Some(quote) = self.peek() else { return Err(self.expected("a quote")) };
        let mut text = String::new();
        let mut letters = self.text[self.at + 1..].char_indices();
        while let Some((offset, letter)) = letters.next() {
            if letter == char::from(quote) {
                self.at += offset + 2;
                return Ok(text);
            }
            match letter {
                '\\' => text.extend(letters.next().map(|(_, kept)| kept)),
                _ => text.push(letter),
            }
        }
        self.at = self.text.len();
        Err(self.expected("the quote at the end of a text"))
    }

    fn name(&mut self) -> &str {
        let from = self.at;
        while self.peek().is_some_and(in_name) {
            self.at += 1;
        }
        &self.text[from..self.at]
    }

    /// A keyword, a path, or a text with a letter before its quotes.
    fn word(&mut self) -> Result<Token, PatternError> {
        let word = self.name().to_owned();
        match self.peek() {
            Some(b'\'') if matches!(word.as_str(), "t" | "b" | "h") => {
                Ok(Token::Text(self.quoted()?))
            }
            Some(b':') => {
                self.at += 1;
                let mut path = format!("{word}:");
                self.step(&mut path)?;
                loop {
                    match self.peek() {
                        Some(b'.') => {
                            self.at += 1;
                            path.push('.');
                            self.step(&mut path)?;
                        }
                        Some(b'[') => self.index(&mut path)?,
                        _ => return Ok(Token::Path(path)),
                    }
                }
            }
            _ => Ok(Token::Word(word)),
        }
    }

    /// One step of a path.
    fn step(&mut self, path: &mut String) -> Result<(), PatternError> {
        if matches!(self.peek(), Some(b'\'' | b'"')) {
            path.push_str(&self.quoted()?);
            return Ok(());
        }
        let name = self.name().to_owned();
        if name.is_empty() {
            return Err(self.expected("the name of a property"));
        }
        path.push_str(&name);
        Ok(())
    }

    /// `[0]` or `[*]` within a path.
    fn index(&mut self, path: &mut String) -> Result<(), PatternError> {
        let from = self.at;
        self.at += 1;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit() || byte == b'*') {
            self.at += 1;
        }
        if self.peek() != Some(b']') || self.at == from + 1 {
            return Err(self.expected("a number or * and ]"));
        }
        self.at += 1;
        path.push_str(&self.text[from..self.at]);
        Ok(())
    }
}
