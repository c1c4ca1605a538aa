//! One line of a selection: a field with modifiers, and its values.

use rsigma_parser::{DetectionItem, Modifier, SigmaString, SigmaValue};

use super::string::{Literal, literal_operators};
use super::subject;
use super::transform::transform;
use crate::diagnostic::Problem;
use crate::placeholder::{Placeholders, UNKNOWN_PLACEHOLDER};
use crate::predicate::{Compare, Number, Operator, Pattern, Place, Predicate, Subject, TimePart};
use crate::rule::Expr;

/// Largest program that a regular expression may compile to, in bytes.
const REGEX_SIZE_LIMIT: usize = 4 << 20;

/// Lowers one line of a selection. Several values are alternatives, unless `|all`.
pub fn lower_item(item: &DetectionItem, known: &Placeholders) -> Result<Expr<Predicate>, Problem> {
    let modifiers = &item.field.modifiers;
    let subject = subject(item.field.name.as_deref());
    let anchor = item.field.name.clone().unwrap_or_default();
    let has = |modifier| modifiers.contains(&modifier);
    if item.values.is_empty() {
        return Err(
            Problem::new("W130", format!("'{anchor}' has no values"), "give it one").at(anchor)
        );
    }
    let values = item
        .values
        .iter()
        .map(|value| lower_value(&subject, value, modifiers, known))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|problem| problem.at(anchor))?;
    let joined = if has(Modifier::All) { Expr::And(values) } else { Expr::Or(values) };
    let joined = simplify(joined);
    Ok(if has(Modifier::Neq) { Expr::Not(Box::new(joined)) } else { joined })
}

/// Field-less keywords: any of the values anywhere in any text of the event.
pub fn lower_keywords(values: &[SigmaValue]) -> Result<Expr<Predicate>, Problem> {
    let known = Placeholders::default();
    let any = values
        .iter()
        .map(|value| lower_value(&Subject::Keyword, value, &[], &known))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(simplify(Expr::Or(any)))
}

fn simplify(expression: Expr<Predicate>) -> Expr<Predicate> {
    match expression {
        Expr::And(mut list) | Expr::Or(mut list) if list.len() == 1 => list.remove(0),
        other => other,
    }
}

fn lower_value(
    subject: &Subject,
    value: &SigmaValue,
    modifiers: &[Modifier],
    known: &Placeholders,
) -> Result<Expr<Predicate>, Problem> {
    let holds = |operator| Expr::Holds(Predicate { subject: subject.clone(), operator });
    let has = |modifier| modifiers.contains(&modifier);
    if has(Modifier::Exists) {
        return Ok(holds(Operator::Exists(truth(value)?)));
    }
    if let Some(part) = time_part(modifiers) {
        let number = whole_number(value)?;
        return Ok(holds(Operator::TimePart(part, number)));
    }
    if let Some(compare) = comparison(modifiers) {
        return Ok(holds(Operator::Number(compare, Number(number(value)?))));
    }
    if has(Modifier::Cidr) {
        return Ok(holds(cidr(&plain_text(value)?)?));
    }
    if has(Modifier::Re) {
        return Ok(holds(regex(&plain_text(value)?, modifiers)?));
    }
    if has(Modifier::FieldRef) {
        let Subject::Field(other) = super::subject(Some(&plain_text(value)?)) else {
            return Err(Problem::new("W131", "fieldref needs a field name", ""));
        };
        let operator = Operator::FieldRef {
            other,
            place: place(subject, modifiers),
            cased: has(Modifier::Cased),
        };
        return Ok(holds(operator));
    }
    let texts = match value {
        SigmaValue::Null => return Ok(holds(Operator::Null)),
        SigmaValue::Bool(truth) if modifiers.is_empty() && *subject != Subject::Keyword => {
            return Ok(holds(Operator::Bool(*truth)));
        }
        SigmaValue::Integer(_) | SigmaValue::Float(_)
            if place(subject, modifiers) == Place::Whole && !has(Modifier::Expand) =>
        {
            return Ok(holds(Operator::Number(Compare::Equal, Number(number(value)?))));
        }
        SigmaValue::String(text) if has(Modifier::Expand) => match known.expand(&text.original) {
            Ok(texts) => texts.iter().map(|text| SigmaString::new(text)).collect(),
            Err(problem) if problem.code == UNKNOWN_PLACEHOLDER => {
                return Ok(holds(Operator::Unresolved(problem.anchor.into())));
            }
            Err(problem) => return Err(problem),
        },
        SigmaValue::String(text) => vec![text.clone()],
        other => vec![SigmaString::from_raw(&other.to_string())],
    };
    let place = place(subject, modifiers);
    let cased = has(Modifier::Cased);
    let mut alternatives = Vec::new();
    for text in &texts {
        for literal in transform(Literal::from_sigma(text), modifiers)? {
            alternatives.extend(literal_operators(literal, place, cased).into_iter().map(holds));
        }
    }
    Ok(simplify(Expr::Or(alternatives)))
}

/// Where the literal must stand: keywords are found anywhere.
fn place(subject: &Subject, modifiers: &[Modifier]) -> Place {
    let offset = modifiers.contains(&Modifier::Base64Offset);
    if modifiers.contains(&Modifier::Contains) || offset {
        Place::Anywhere
    } else if modifiers.contains(&Modifier::StartsWith) {
        Place::Start
    } else if modifiers.contains(&Modifier::EndsWith) {
        Place::End
    } else if *subject == Subject::Keyword {
        Place::Anywhere
    } else {
        Place::Whole
    }
}

fn comparison(modifiers: &[Modifier]) -> Option<Compare> {
    modifiers.iter().find_map(|modifier| match modifier {
        Modifier::Lt => Some(Compare::Less),
        Modifier::Lte => Some(Compare::LessOrEqual),
        Modifier::Gt => Some(Compare::Greater),
        Modifier::Gte => Some(Compare::GreaterOrEqual),
        _ => None,
    })
}

fn time_part(modifiers: &[Modifier]) -> Option<TimePart> {
    modifiers.iter().find_map(|modifier| match modifier {
        Modifier::Minute => Some(TimePart::Minute),
        Modifier::Hour => Some(TimePart::Hour),
        Modifier::Day => Some(TimePart::Day),
        Modifier::Week => Some(TimePart::Week),
        Modifier::Month => Some(TimePart::Month),
        Modifier::Year => Some(TimePart::Year),
        _ => None,
    })
}

fn plain_text(value: &SigmaValue) -> Result<String, Problem> {
    match value {
        SigmaValue::String(text) => Ok(text.as_plain().unwrap_or_else(|| text.original.clone())),
        SigmaValue::Null => {
            Err(Problem::new("W132", "null does not go with this modifier", "write a text"))
        }
        other => Ok(other.to_string()),
    }
}

fn number(value: &SigmaValue) -> Result<f64, Problem> {
    let text = plain_text(value)?;
    text.trim().parse::<f64>().ok().filter(|number| !number.is_nan()).ok_or_else(|| {
        Problem::new("W133", format!("'{text}' is not a number"), "write digits").at(text.clone())
    })
}

fn whole_number(value: &SigmaValue) -> Result<i64, Problem> {
    let text = plain_text(value)?;
    text.trim().parse::<i64>().map_err(|_| {
        Problem::new("W133", format!("'{text}' is not a whole number"), "write digits").at(text)
    })
}

fn truth(value: &SigmaValue) -> Result<bool, Problem> {
    match plain_text(value)?.to_ascii_lowercase().as_str() {
        "true" | "yes" => Ok(true),
        "false" | "no" => Ok(false),
        other => Err(Problem::new(
            "W134",
            format!("`exists` takes true or false, not '{other}'"),
            "write `field|exists: true`",
        )),
    }
}

fn cidr(text: &str) -> Result<Operator, Problem> {
    let parsed = text.trim().parse::<ipnet::IpNet>().or_else(|error| {
        text.trim().parse::<std::net::IpAddr>().map(ipnet::IpNet::from).map_err(|_| error)
    });
    parsed.map(|network| Operator::Cidr(network.trunc())).map_err(|error| {
        Problem::new(
            "W135",
            format!("'{text}' is not a network: {error}"),
            "write it like 10.0.0.0/8 or fe80::/10",
        )
        .at(text)
    })
}

fn regex(text: &str, modifiers: &[Modifier]) -> Result<Operator, Problem> {
    let has = |modifier| modifiers.contains(&modifier);
    let flags: String =
        [(Modifier::IgnoreCase, 'i'), (Modifier::Multiline, 'm'), (Modifier::DotAll, 's')]
            .into_iter()
            .filter(|(modifier, _)| has(*modifier))
            .map(|(_, letter)| letter)
            .collect();
    let full = if flags.is_empty() { text.to_owned() } else { format!("(?{flags}){text}") };
    regex::RegexBuilder::new(&full)
        .size_limit(REGEX_SIZE_LIMIT)
        .build()
        .map(|regex| Operator::Regex(Pattern(regex)))
        .map_err(|error| {
            let reason = error.to_string();
            let reason = reason.lines().last().unwrap_or_default().trim().to_owned();
            Problem::new(
                "W136",
                format!("the regular expression cannot be used: {reason}"),
                "look-around and back-references are not supported, and repeats are limited; \
                 rewrite it or use |contains and wildcards",
            )
            .at(text.get(..text.len().min(24)).unwrap_or_default())
        })
}
