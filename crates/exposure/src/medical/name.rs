//! Whether an advisory speaks of a device, by vendor and product name.
//!
//! In: names as an inventory and as an advisory write them. Out: that they are the same, that one holds
//! the other, or nothing. Pure. Never: two products taken for one because their names begin alike;
//! another vendor's product.

/// Words that end a vendor's name without telling whose it is.
const LEGAL: [&str; 27] = [
    "ab",
    "ag",
    "aps",
    "as",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "gmbh",
    "inc",
    "incorporated",
    "kg",
    "kgaa",
    "limited",
    "llc",
    "lp",
    "ltd",
    "nv",
    "oy",
    "oyj",
    "plc",
    "pty",
    "sa",
    "sas",
    "se",
    "spa",
];
/// Words that end a product's name without telling which it is.
const GENERIC: [&str; 7] =
    ["device", "devices", "family", "product", "products", "software", "system"];
/// Words of a name; what is longer is a sentence.
const MAX_WORDS: usize = 40;

/// How an advisory's product name stands to a device's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// They are the same.
    Same,
    /// The device's name holds the advisory's, with more words.
    Holds,
    /// The advisory's name holds the device's, with more words.
    Held,
}

/// A device's names, ready to be held against many.
#[derive(Debug)]
pub struct Names {
    /// All that its vendor may be called.
    vendors: Vec<Vec<String>>,
    /// Its product's name, with and without an abbreviation in brackets.
    products: Vec<Vec<String>>,
}

impl Names {
    /// From a vendor's and a product's name.
    pub fn new(vendor: &str, product: &str) -> Self {
        let (bare, inner) = brackets(vendor);
        let vendors = [bare].into_iter().chain(inner).map(|text| vendor_words(&text));
        let vendors: Vec<_> = vendors.filter(|words| !words.is_empty()).collect();
        let products = spellings(product).map(|text| product_words(&text, &vendors));
        let products = products.filter(|words| !words.is_empty()).collect();
        Names { vendors, products }
    }

    /// Whether there is something to go by.
    pub fn tells(&self) -> bool {
        !self.vendors.is_empty() && !self.products.is_empty()
    }

    /// Whether a vendor of an advisory is the device's.
    pub fn is_by(&self, vendor: &str) -> bool {
        vendors(vendor).iter().any(|vendor| self.vendors.contains(vendor))
    }

    /// How a product of that vendor stands to the device.
    pub fn like(&self, vendor: &str, product: &str) -> Option<Likeness> {
        let vendors = vendors(vendor);
        let texts = spellings(product).chain(abbreviations(product));
        let found = texts.filter_map(|text| {
            let words = product_words(&text, &vendors);
            self.products.iter().filter_map(|own| likeness(own, &words)).min()
        });
        found.min()
    }
}

fn likeness(own: &[String], other: &[String]) -> Option<Likeness> {
    match () {
        () if own.is_empty() || other.is_empty() => None,
        () if own == other => Some(Likeness::Same),
        () if holds(own, other) => Some(Likeness::Holds),
        () if holds(other, own) => Some(Likeness::Held),
        () => None,
    }
}

fn holds(long: &[String], short: &[String]) -> bool {
    long.windows(short.len()).any(|words| words == short)
}

/// All that a vendor's name may stand for: `Lamps, Inc. (LI) and Pumps` are three.
fn vendors(text: &str) -> Vec<Vec<String>> {
    let (bare, inner) = brackets(text);
    let parts = bare.split(" and ").flat_map(|part| part.split(',')).map(str::to_owned);
    let all = [bare.clone()].into_iter().chain(inner).chain(parts);
    all.map(|text| vendor_words(&text)).filter(|words| !words.is_empty()).collect()
}

fn vendor_words(text: &str) -> Vec<String> {
    let mut words = words(&text.replace('&', " and "));
    while words.last().is_some_and(|last| LEGAL.contains(&last.as_str()) || last == "and") {
        words.pop();
    }
    // `Dräger`, `Draeger` and `Drager` are one.
    words.iter().map(|word| word.replace("ae", "a").replace("oe", "o").replace("ue", "u")).collect()
}

/// A product's name as it stands, and without its brackets when they only hold abbreviations: other
/// words in brackets may be a condition.
fn spellings(text: &str) -> impl Iterator<Item = String> {
    let (bare, inner) = brackets(text);
    let bare = inner.iter().all(|word| is_abbreviation(word)).then_some(bare);
    [text.to_owned()].into_iter().chain(bare)
}

/// Abbreviations of a product's name, which stand for it.
fn abbreviations(text: &str) -> impl Iterator<Item = String> {
    brackets(text).1.into_iter().filter(|word| is_abbreviation(word))
}

fn is_abbreviation(word: &str) -> bool {
    word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-')
}

/// A text without its brackets, and what stands in them.
fn brackets(text: &str) -> (String, Vec<String>) {
    let (mut bare, mut inner) = (String::new(), Vec::new());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('(') {
        bare.push_str(before);
        let Some((within, behind)) = after.split_once(')') else { break };
        inner.push(within.trim().to_owned());
        rest = behind;
    }
    bare.push_str(rest);
    (bare, inner)
}

/// A product's words, without the vendor's name before them and general words behind them.
fn product_words(text: &str, vendors: &[Vec<String>]) -> Vec<String> {
    let mut words = words(text);
    let before = vendors.iter().filter(|vendor| {
        let begin = words.get(..vendor.len()).unwrap_or_default();
        !vendor.is_empty()
            && words.len() > vendor.len()
            && vendor_words(&begin.join(" ")) == **vendor
    });
    if let Some(length) = before.map(|vendor| vendor.len()).max() {
        words.drain(..length);
    }
    while words.len() > 1 && words.last().is_some_and(|last| GENERIC.contains(&last.as_str())) {
        words.pop();
    }
    words
}

/// Words of letters and digits in small letters; `+` is one, since it names another product.
fn words(text: &str) -> Vec<String> {
    let text: String = text.chars().flat_map(plain).collect();
    let mark = |c: char| !c.is_alphanumeric() && c != '+';
    text.replace(['\'', '’'], "")
        .split(mark)
        .filter(|word| !word.is_empty())
        .take(MAX_WORDS)
        .map(str::to_owned)
        .collect()
}

/// A letter without its marks, in small letters.
fn plain(letter: char) -> impl Iterator<Item = char> {
    let bare = |c: char| match c {
        'ä' | 'á' | 'à' | 'â' | 'å' | 'ã' => 'a',
        'ö' | 'ó' | 'ò' | 'ô' | 'ø' | 'õ' => 'o',
        'ü' | 'ú' | 'ù' | 'û' => 'u',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ç' => 'c',
        'ñ' => 'n',
        other => other,
    };
    letter.to_lowercase().map(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vendors_by_all_their_names() {
        for (device, advisory) in [
            ("Becton Dickinson", "Becton, Dickinson and Company (BD)"),
            ("Becton, Dickinson and Company (BD)", "Becton, Dickinson and Company (BD)"),
            ("BD", "Becton, Dickinson and Company (BD)"),
            ("draeger", "Dräger"),
            ("DRAGER AG & Co. KGaA", "Dräger"),
            ("Medtronic", "Medtronic "),
            ("Hamilton Medical", "Hamilton Medical AG"),
            ("Baxter International, Inc.", "Hillrom and ELI, Baxter International Inc."),
            ("Johnson and Johnson", "Johnson & Johnson"),
        ] {
            assert!(Names::new(device, "x").is_by(advisory), "{device} is {advisory}");
        }
        for (device, advisory) in [
            ("GE", "GE Healthcare"),
            ("B. Braun", "B. Braun Medical"),
            ("Phillips", "Philips"),
            ("Company", "Becton, Dickinson and Company (BD)"),
            ("", "Philips"),
            ("Inc.", "Philips"),
        ] {
            assert!(!Names::new(device, "x").is_by(advisory), "{device} is not {advisory}");
        }
    }

    #[test]
    fn products_by_whole_words() {
        for (device, advisory, expected) in [
            ("Spectrum IQ", "Baxter Spectrum IQ", Some(Likeness::Same)),
            ("BAXTER Spectrum-IQ system", "Spectrum IQ", Some(Likeness::Same)),
            ("Spectrum IQ", "Spectrum", Some(Likeness::Holds)),
            ("Spectrum", "Spectrum IQ LVP", Some(Likeness::Held)),
            ("Energy Platform", "Energy Platform (VLFT10GEN)", Some(Likeness::Same)),
            ("VLFT10GEN", "Energy Platform (VLFT10GEN)", Some(Likeness::Same)),
            ("Energy Platform (VLFT10GEN)", "Energy Platform", Some(Likeness::Same)),
            ("Echo", "Echo (Turnkey)", Some(Likeness::Held)),
            ("Vault (Turnkey)", "Echo (Turnkey)", None),
            ("Turnkey", "Echo (Turnkey)", Some(Likeness::Held)),
            ("Discovery XR656", "Discovery XR656+", None),
            ("Spectrum2", "Spectrum", None),
            ("Lamp", "Pump", None),
            ("Baxter", "Baxter Spectrum", None),
            ("N'Vision", "NVision", Some(Likeness::Same)),
            ("LOGIQ", "LOGIQ, not including LOGIQ 100 Pro", Some(Likeness::Held)),
        ] {
            let found = Names::new("Baxter", device).like("Baxter", advisory);
            assert_eq!(found, expected, "{device} and {advisory}");
        }
        assert!(!Names::new("Baxter", "--").tells());
    }

    proptest::proptest! {
        #[test]
        fn never_panics(vendor: String, product: String, other in "[ä()&, a-c]{0,12}") {
            let names = Names::new(&vendor, &product);
            let _ = (names.is_by(&other), names.like(&other, &other), names.like(&vendor, &product));
            let names = Names::new(&other, &other);
            let _ = (names.is_by(&vendor), names.like(&vendor, &product));
        }
    }
}
