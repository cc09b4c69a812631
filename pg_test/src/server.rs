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
    psql: PathBuf,
    home: String,
}

impl Server {
    /// Reads what `dev/cluster.sh env` prints.
    pub(crate) fn from_env() -> Result<Self, Failed> {
        let mut config = postgres::Config::new();
        config.host(&variable("PGHOST")?).user(&variable("PGUSER")?);
        config.port(variable("PGPORT")?.parse()?);
        Ok(Self { config, psql: variable("PSQL")?.into(), home: variable("CLUSTER_HOME")? })
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

fn variable(name: &str) -> Result<String, Failed> {
    env::var(name).map_err(|_| {
        format!("{name} is not set: run this with dev/sql_tests.sh, which starts a server").into()
    })
}
