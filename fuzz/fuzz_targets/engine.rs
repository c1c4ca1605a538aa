//! The compiled engine against the plain evaluator, on rules and events made from bytes; and that
//! one more rule changes nothing for the others.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use wardwatch_detect::{Documents, Engine, Placeholders, RuleSet, Scratch, plain};
use wardwatch_model::{Event, Field, RawTime, SourceSet, SourceTable, Value};

const FIELDS: &[&str] = &["A", "B", "C", "D"];
const PARTS: &[&str] = &[
    "a", "B", "\\", ".", " ", "é", "-", "/", "*", "?", "0", "1", "abc", "cmd.exe", "\\cmd.exe",
    "system32", "%", "ſ", "K", "\\\\", "10.0.0.1", "true", "powershell", "-enc", "\"", "\n", "xyzzy",
];
const MODIFIERS: &[&str] = &[
    "", "", "|contains", "|startswith", "|endswith", "|contains|all", "|cased", "|contains|cased",
    "|re", "|re|i", "|windash", "|contains|windash", "|neq", "|gt", "|lte", "|cidr", "|exists",
    "|base64offset|contains", "|wide|base64|contains", "|fieldref", "|hour", "|endswith|cased",
];
const CONDITIONS: &[&str] = &[
    "s0", "s0 and s1", "s0 or s1", "s0 and not s1", "not s0", "1 of s*", "all of them",
    "s0 and (s1 or not s2)", "2 of s*", "not 1 of s*",
];

fn text(u: &mut Unstructured<'_>, most: usize) -> Result<String> {
    let mut text = String::new();
    for _ in 0..u.int_in_range(0..=most)? {
        text.push_str(u.choose(PARTS)?);
    }
    Ok(text)
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

fn value(u: &mut Unstructured<'_>, modifier: &str) -> Result<String> {
    Ok(match modifier {
        "|gt" | "|lte" | "|hour" => u.int_in_range(-2..=24)?.to_string(),
        "|cidr" => (*u.choose(&["10.0.0.0/8", "fe80::/10", "10.0.0.1/32"])?).to_owned(),
        "|exists" => (*u.choose(&["true", "false"])?).to_owned(),
        "|fieldref" => (*u.choose(FIELDS)?).to_owned(),
        "|re" | "|re|i" => quoted(u.choose(&[
            "abc", "a.c", "^cmd", "exe$", "(abc|xyzzy)+", "s.*32", "K", "system32", "[a-c]{2,}",
        ])?),
        _ => match u.int_in_range(0..=9)? {
            0 if modifier.is_empty() => "null".to_owned(),
            1 => u.int_in_range(0..=10)?.to_string(),
            _ => quoted(&text(u, 4)?),
        },
    })
}

fn selection(u: &mut Unstructured<'_>) -> Result<String> {
    if u.ratio(1, 8)? {
        let words: Vec<String> =
            (0..u.int_in_range(1..=3)?).map(|_| text(u, 3).map(|t| quoted(&t))).collect::<Result<_>>()?;
        return Ok(format!("[{}]", words.join(", ")));
    }
    let mut items = Vec::new();
    for field in &FIELDS[..u.int_in_range(1..=3)?] {
        let modifier = *u.choose(MODIFIERS)?;
        let count = if modifier.contains("all") { 2 } else { u.int_in_range(1..=3)? };
        let values: Vec<String> = (0..count).map(|_| value(u, modifier)).collect::<Result<_>>()?;
        items.push(format!("{}: [{}]", quoted(&format!("{field}{modifier}")), values.join(", ")));
    }
    Ok(format!("{{{}}}", items.join(", ")))
}

fn rule(u: &mut Unstructured<'_>, number: usize) -> Result<String> {
    let parts: Vec<String> =
        (0..3).map(|at| selection(u).map(|s| format!("  s{at}: {s}\n"))).collect::<Result<_>>()?;
    let condition = u.choose(CONDITIONS)?;
    Ok(format!(
        "title: r{number}\nlogsource: {{product: x}}\ndetection:\n{}  condition: {condition}\n",
        parts.concat()
    ))
}

fn load(rules: &[String]) -> RuleSet {
    let mut documents = Documents::default();
    for (text, number) in rules.iter().zip(0..) {
        documents.append(Documents::parse(&format!("{number}.yml"), text));
    }
    RuleSet::load(documents, &Placeholders::default())
}

fn titles(set: &RuleSet, numbers: &[wardwatch_detect::RuleNumber]) -> Vec<String> {
    numbers.iter().filter_map(|number| set.head(*number)).map(|head| head.title.clone()).collect()
}

fn run(bytes: &[u8]) -> Result<()> {
    let mut u = Unstructured::new(bytes);
    let count = u.int_in_range(1..=4)?;
    let rules: Vec<String> = (0..count).map(|at| rule(&mut u, at)).collect::<Result<_>>()?;
    let mut table = SourceTable::default();
    let source = wardwatch_model::LogSource::new("x", "", "");
    let sources: SourceSet = table.intern(vec![source]);
    let all = Arc::new(load(&rules));
    let fewer = Arc::new(load(&rules[..rules.len() - 1]));
    let (engine, smaller) = (Engine::new(all.clone(), &table), Engine::new(fewer.clone(), &table));
    let (mut scratch, mut scratch_smaller) = (Scratch::default(), Scratch::default());
    for _ in 0..u.int_in_range(1..=4)? {
        let mut values: Vec<(&str, String, u8)> = Vec::new();
        for _ in 0..u.int_in_range(0..=6)? {
            let long = if u.ratio(1, 4)? { 40 } else { 5 };
            values.push((u.choose(FIELDS)?, text(&mut u, long)?, u.int_in_range(0..=9)?));
        }
        let raw: Vec<String> = values.iter().map(|(_, text, _)| quoted(text)).collect();
        let fields: Vec<Field<'_>> = values
            .iter()
            .zip(&raw)
            .map(|((name, text, kind), raw)| {
                let inside = raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default();
                let value = match kind {
                    0 => Value::Null,
                    1 => Value::Bool(text.len() % 2 == 0),
                    2 => Value::Number(["0", "1", "-0", "4.5", "10"][text.len() % 5]),
                    3..=6 if inside.contains('\\') => Value::Escaped(inside),
                    _ => Value::Text(text),
                };
                Field { name, value }
            })
            .collect();
        let event = Event {
            fields: &fields,
            sources,
            time: RawTime::Missing,
            device: Value::Null,
            record: 0,
        };
        let mut hits = Vec::new();
        engine.evaluate(&event, &mut scratch, &mut hits);
        let plainly = plain::evaluate(&all, &event, table.get(sources));
        assert_eq!(hits, plainly, "{rules:#?}\n{fields:#?}");
        let mut few = Vec::new();
        smaller.evaluate(&event, &mut scratch_smaller, &mut few);
        let last = format!("r{}", rules.len() - 1);
        let without: Vec<String> =
            titles(&all, &hits).into_iter().filter(|title| *title != last).collect();
        assert_eq!(titles(&fewer, &few), without, "one more rule changed another's hits");
    }
    Ok(())
}

fuzz_target!(|bytes: &[u8]| {
    let _ = run(bytes);
});
