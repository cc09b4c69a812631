//! How long statements take when an answer of Okta takes a while, compared with what one round trip,
//! or one of their parts, takes.
//!
//! It builds nothing and starts no server: `bench/run.sh` does, and names the server in the environment.
//! Times are of this machine; the ratios should be close to the best of each.

mod okta;
mod pair;
mod report;

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use postgres::{Client, NoTls};

use crate::okta::Okta;
use crate::pair::Pair;

pub(crate) type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// Pairs of runs when the command line does not say, and milliseconds that an answer takes.
const DEFAULTS: [u32; 2] = [9, 50];

fn main() -> ExitCode {
    match measure() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("okta_bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure() -> Outcome {
    let mut arguments = std::env::args().skip(1);
    let [pairs, latency] = DEFAULTS.map(|default| match arguments.next() {
        Some(text) => text.parse().map_err(|_| format!("{text:?} is no number")),
        None => Ok(default),
    });
    let (pairs, latency) = (pairs?.max(1), latency?);

    let okta = Okta::start()?;
    let mut client = connect("postgres")?;
    client.batch_execute("CREATE DATABASE bench TEMPLATE template0")?;
    let mut client = connect("bench")?;
    client.batch_execute(&okta.tables())?;
    let measurements = Pair::all();
    okta.set_latency(Duration::from_millis(latency.into()))?;
    let measured = measurements.iter().map(|pair| pair.measure(&mut client, pairs));
    let measured: Vec<_> = measured.collect::<Outcome<_>>()?;
    println!("{}", report::table(&measured, pairs, latency));
    Ok(())
}

fn connect(database: &str) -> Outcome<Client> {
    let variable = |name: &str| {
        std::env::var(name).map_err(|_| format!("{name} is not set: run this with bench/run.sh"))
    };
    let mut config = postgres::Config::new();
    config.host(&variable("PGHOST")?).port(variable("PGPORT")?.parse()?);
    Ok(config.user(&variable("PGUSER")?).dbname(database).connect(NoTls)?)
}
