//! `./dev bench`: the tables of speed and size, ours and the peer's side by side in one run.

mod care;
mod console;
mod figures;
mod hunt;
mod lanes;
mod serve;
mod server;
mod whole;

use anyhow::Result;

fn main() -> Result<()> {
    if std::env::args().nth(1).as_deref() == Some("care") {
        return care_tables();
    }
    if std::env::args().nth(1).as_deref() == Some("console") {
        return console::tables(std::env::args().nth(2).as_deref());
    }
    let Some(corpora) = wardwatch_testkit::corpora::folder() else {
        println!("nothing measured: the tables need the public corpora");
        return Ok(());
    };
    let mut args = std::env::args().skip(1);
    match args.next().as_deref() {
        Some("profile") => {
            lanes::profile(&corpora, &args.next().unwrap_or_default());
            return Ok(());
        }
        Some("serve") => {
            return serve::records_in(&corpora, &serve::Asked::parse(args)?);
        }
        Some("hunt") => {
            return hunt::tables(&corpora, args.next().and_then(|word| word.parse().ok()));
        }
        Some("sources") => {
            lanes::by_source(&corpora);
            return Ok(());
        }
        _ => {}
    }
    lanes::rules(&corpora);
    lanes::flat_json(&corpora);
    lanes::evtx(&corpora);
    whole::threads_and_memory(&corpora)?;
    serve::records_in(&corpora, &serve::Asked::default())?;
    hunt::tables(&corpora, None)?;
    care_tables()?;
    console::tables(None)
}

fn care_tables() -> Result<()> {
    let Some(feeds) = care::folder() else {
        println!("the care wing is not measured: its tables need the public feeds");
        return Ok(());
    };
    care::tables(&feeds)
}
