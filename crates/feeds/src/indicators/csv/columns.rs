//! Which column holds what.

use csv::StringRecord;
use wardwatch_model::IndicatorKind;

use super::super::value;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Values, of one kind or of several.
    Value(Option<IndicatorKind>),
    /// What kind of value the row holds.
    Kind,
    /// The identity at the source.
    Id,
    /// Who says so.
    Source,
    /// From when on.
    From,
    /// Until when.
    Until,
    /// How sure.
    Confidence,
    /// Tags.
    Labels,
    /// What is said about it.
    Note,
}

/// What each column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns(Vec<Option<Column>>);

/// What a column's name says.
fn by_name(name: &str) -> Option<Column> {
    use IndicatorKind::{Address, Domain, Md5, Sha1, Sha256, Url};
    let plain: String = name
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .take(40)
        .collect();
    let column = match plain.as_str() {
        "indicator" | "indicatorvalue" | "ioc" | "iocvalue" | "value" | "observable" => {
            Column::Value(None)
        }
        "sha256" | "sha256hash" => Column::Value(Some(Sha256)),
        "sha1" | "sha1hash" => Column::Value(Some(Sha1)),
        "md5" | "md5hash" => Column::Value(Some(Md5)),
        "ip" | "ipaddress" | "ipv4" | "ipv6" | "dstip" | "srcip" | "destinationip" | "sourceip"
        | "address" | "cidr" | "network" | "range" => Column::Value(Some(Address)),
        "domain" | "domainname" | "hostname" | "host" | "fqdn" => Column::Value(Some(Domain)),
        "url" | "uri" | "link" => Column::Value(Some(Url)),
        "hash" | "filehash" => Column::Value(None),
        "type" | "kind" | "indicatortype" | "ioctype" => Column::Kind,
        "id" | "uuid" | "iocid" => Column::Id,
        "source" | "reporter" | "feed" | "provider" => Column::Source,
        "validfrom" | "firstseen" | "firstseenutc" | "dateadded" => Column::From,
        "validuntil" | "expires" | "expiry" | "expiration" => Column::Until,
        "confidence" | "confidencelevel" => Column::Confidence,
        "tags" | "labels" => Column::Labels,
        "note" | "comment" | "description" | "malware" | "threat" | "signature"
        | "malwareprintable" => Column::Note,
        _ => return None,
    };
    Some(column)
}

/// What a word in a column of kinds says.
pub fn kind_word(word: &str) -> Option<IndicatorKind> {
    let word = word.to_ascii_lowercase();
    let holds = |part: &str| word.contains(part);
    if holds("sha256") || holds("sha-256") {
        Some(IndicatorKind::Sha256)
    } else if holds("sha1") || holds("sha-1") {
        Some(IndicatorKind::Sha1)
    } else if holds("md5") {
        Some(IndicatorKind::Md5)
    } else if holds("url") {
        Some(IndicatorKind::Url)
    } else if holds("domain") || holds("hostname") {
        Some(IndicatorKind::Domain)
    } else if word.starts_with("ip") || holds("cidr") || word == "address" {
        Some(IndicatorKind::Address)
    } else {
        None
    }
}

impl Columns {
    /// By their names; none unless one of them is a name of values and none is a value itself.
    pub fn by_names<'n>(names: impl Iterator<Item = &'n str>) -> Option<Columns> {
        let mut columns = Vec::new();
        for name in names {
            if value::guess(name).is_some() {
                return None;
            }
            columns.push(by_name(name));
        }
        let has_values = columns.iter().any(|column| matches!(column, Some(Column::Value(_))));
        has_values.then_some(Columns(columns))
    }

    /// By what stands in them: those in which most cells are values. Names of domains count only
    /// where no column holds anything surer, since file names look like them.
    pub fn by_content(sample: &[StringRecord]) -> Columns {
        let widest = sample.iter().map(StringRecord::len).max().unwrap_or(0);
        let mostly = |at: usize, fits: &dyn Fn(IndicatorKind) -> bool| {
            let cells = sample.iter().filter_map(|row| row.get(at)).filter(|cell| !cell.is_empty());
            let (mut all, mut good) = (0, 0);
            for cell in cells {
                all += 1;
                good += usize::from(value::guess(cell).is_some_and(fits));
            }
            good > 0 && good * 2 >= all
        };
        let columns = |fits: &dyn Fn(IndicatorKind) -> bool| -> Vec<Option<Column>> {
            (0..widest).map(|at| mostly(at, fits).then_some(Column::Value(None))).collect()
        };
        let sure = columns(&|kind| kind != IndicatorKind::Domain);
        let any = |found: &[Option<Column>]| found.iter().any(Option::is_some);
        if any(&sure) {
            return Columns(sure);
        }
        let domains = columns(&|_| true);
        if any(&domains) {
            return Columns(domains);
        }
        // Nothing is known: the first column is said to be wrong, row by row.
        Columns(vec![Some(Column::Value(None))])
    }

    /// The columns of values.
    pub fn values(&self) -> impl Iterator<Item = (usize, Column)> {
        let columns = self.0.iter().enumerate();
        columns.filter_map(|(at, column)| match column {
            Some(column @ Column::Value(_)) => Some((at, *column)),
            _ => None,
        })
    }

    /// What a row says in the first column of this sort.
    pub fn find<'r>(&self, record: &'r StringRecord, wanted: Column) -> Option<&'r str> {
        let at = self.0.iter().position(|column| *column == Some(wanted))?;
        record.get(at).filter(|text| !text.is_empty())
    }
}
