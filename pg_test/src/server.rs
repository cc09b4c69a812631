//! The PostgreSQL server under test: where it is, its databases and connections to them.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use libtest_mimic::Failed;
use postgres::error::DbError;
use postgres::{Client, NoTls};

#[derive(Debug)]
pub(crate) struct Server {
    config: postgres::Config,
    /// The folder of its socket.
    host: String,
    psql: PathBuf,
    home: String,
}

impl Server {
    /// What `dev/cluster.sh env` has put into the environment.
    pub(crate) fn from_env() -> Result<Self, Failed> {
        Self::of(|name| env::var(name).ok())
    }

    /// What `dev/cluster.sh env` prints: `export NAME='value' NAME=value …`.
    pub(crate) fn from_lines(lines: &str) -> Result<Self, Failed> {
        Self::of(|name| {
            let words = lines.split_whitespace();
            let mut values = words.filter_map(|word| word.strip_prefix(name)?.strip_prefix('='));
            values.next().map(|value| value.trim_matches('\'').to_owned())
        })
    }

    fn of(value: impl Fn(&str) -> Option<String>) -> Result<Self, Failed> {
        let variable = |name: &str| {
            value(name).ok_or_else(|| {
                let how = "run this with dev/sql_tests.sh, which starts a server";
                format!("{name} is not set: {how}")
            })
        };
        let mut config = postgres::Config::new();
        let host = variable("PGHOST")?;
        config.host(&host).user(&variable("PGUSER")?);
        config.port(variable("PGPORT")?.parse()?);
        let (psql, home) = (variable("PSQL")?.into(), variable("CLUSTER_HOME")?);
        Ok(Self { config, host, psql, home })
    }

    /// The major version of its PostgreSQL.
    pub(crate) fn major(&self) -> Result<u32, Failed> {
        let sql = "SELECT current_setting('server_version_num')::int4 / 10000";
        let major: i32 = self.connect("postgres")?.query_one(sql, &[])?.get(0);
        Ok(major.try_into()?)
    }

    pub(crate) fn connect(&self, database: &str) -> Result<Client, Failed> {
        Ok(self.config.clone().dbname(database).connect(NoTls)?)
    }

    /// A connection that tells its notices and warnings to `hear`.
    pub(crate) fn connect_hearing(
        &self,
        database: &str,
        hear: impl Fn(DbError) + Send + Sync + 'static,
    ) -> Result<Client, Failed> {
        Ok(self.config.clone().dbname(database).notice_callback(hear).connect(NoTls)?)
    }

    /// From `template0`: unlike `template1` nobody can be connected to it, so that several tests
    /// may do this at once.
    pub(crate) fn create_database(&self, name: &str) -> Result<(), Failed> {
        let name = name.replace('"', "\"\"");
        let sql = format!("CREATE DATABASE \"{name}\" TEMPLATE template0");
        Ok(self.connect("postgres")?.batch_execute(&sql)?)
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    pub(crate) fn psql(&self) -> &Path {
        &self.psql
    }

    /// The folder that all of the cluster is in.
    pub(crate) fn home(&self) -> &str {
        &self.home
    }

    /// PATH with this build's programs first, so that a test can say `\! okta-emulator requests`.
    pub(crate) fn path_with_tools(&self) -> Result<OsString, Failed> {
        let program = env::current_exe()?;
        let tools = program.parent().ok_or("the runner is in no folder")?.to_owned();
        let path = env::var_os("PATH").unwrap_or_default();
        Ok(env::join_paths(std::iter::once(tools).chain(env::split_paths(&path)))?)
    }
}
