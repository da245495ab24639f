//! `cordboard sim`: the simulated PBX alone, for scripts and other programs.
//!
//! Owns the verb's arguments, its one line of output and its end. Knows nothing of how the simulator works inside.

use crate::sim::{Options, start};
use anyhow::{Context as _, anyhow};
use clap::Args;
use std::fmt;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Run a simulated PBX on this machine until Ctrl-C or SIGTERM
#[derive(Clone, Args)]
pub struct SimArgs {
    /// Port on 127.0.0.1; 0 takes any that is free
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// How many users the PBX has
    #[arg(long, value_name = "N", default_value_t = 312)]
    pub users: usize,
    /// Random seed: the same seed and size give the same company
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    pub rng: u64,
    /// JSON file of entity set names to rows, which replace the rows of these sets
    #[arg(long, value_name = "FILE")]
    pub seed: Option<PathBuf>,
    /// Client id that may sign in
    #[arg(long, value_name = "ID", default_value = "900")]
    pub client_id: String,
    /// Its secret
    #[arg(long, value_name = "S", default_value = "cordboard-demo")]
    pub client_secret: String,
    /// Milliseconds that every answer takes
    #[arg(long, value_name = "MS", default_value_t = 0)]
    pub latency: u64,
}

impl fmt::Debug for SimArgs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimArgs")
            .field("port", &self.port)
            .field("users", &self.users)
            .field("rng", &self.rng)
            .field("seed", &self.seed)
            .field("client_id", &self.client_id)
            .field("latency", &self.latency)
            .finish_non_exhaustive()
    }
}

/// Serves until told to end.
///
/// # Errors
/// When the port cannot be had or the seed file is no good, in a sentence.
pub async fn run(args: SimArgs) -> anyhow::Result<ExitCode> {
    let seed = match &args.seed {
        None => None,
        Some(file) => {
            let text = std::fs::read_to_string(file)
                .with_context(|| format!("The seed file {} cannot be read", file.display()))?;
            let value: serde_json::Value = serde_json::from_str(&text)
                .map_err(|e| anyhow!("The seed file {} is not JSON: {e}.", file.display()))?;
            match value {
                serde_json::Value::Object(map) => Some(map),
                _ => {
                    return Err(anyhow!(
                        "The seed file {} has to be an object of entity sets, such as {{\"Users\": []}}.",
                        file.display()
                    ));
                }
            }
        }
    };
    let options = Options {
        port: args.port,
        users: args.users,
        rng: args.rng,
        seed,
        client_id: args.client_id.clone(),
        client_secret: args.client_secret.clone(),
        latency: Duration::from_millis(args.latency),
        ..Options::default()
    };
    // Before the line is printed: whoever reads it may end us at once.
    let end = ended()?;
    let simulator = start(options).await.map_err(|e| match e.kind() {
        io::ErrorKind::AddrInUse => anyhow!(
            "Port {} on 127.0.0.1 is taken by another program. Choose another with --port, or 0 for any.",
            args.port
        ),
        io::ErrorKind::PermissionDenied => anyhow!(
            "Port {} on 127.0.0.1 may not be used by this account. Choose one above 1023 with --port.",
            args.port
        ),
        io::ErrorKind::InvalidInput => match &args.seed {
            Some(file) => anyhow!("{}: {e}", file.display()),
            None => anyhow!("{e}"),
        },
        _ => anyhow!("The simulator cannot listen on 127.0.0.1:{}: {e}.", args.port),
    })?;
    let ready = serde_json::json!({
        "url": simulator.url(),
        "client_id": args.client_id,
        "client_secret": args.client_secret,
        "pid": std::process::id(),
    });
    {
        let mut out = io::stdout().lock();
        writeln!(out, "{ready}")
            .and_then(|()| out.flush())
            .context("The line with the address cannot be written to standard output")?;
    }
    end.await;
    simulator.stop().await;
    Ok(ExitCode::SUCCESS)
}

/// Comes true when somebody wants the program to end.
#[cfg(unix)]
fn ended() -> anyhow::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM cannot be waited for")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("Ctrl-C cannot be waited for")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Comes true when somebody wants the program to end.
#[cfg(not(unix))]
fn ended() -> anyhow::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without Ctrl-C there is only the end of the process.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser as _;

    #[derive(Debug, clap::Parser)]
    struct Line {
        #[command(flatten)]
        sim: SimArgs,
    }

    #[test]
    fn the_command_line_is_as_promised() {
        let line = Line::parse_from(["sim"]).sim;
        assert_eq!((line.port, line.users, line.seed, line.latency), (0, 312, None, 0));
        let all = "sim --port 8080 --users 5 --rng 9 --seed x.json --client-id id --client-secret s --latency 20";
        let line = Line::parse_from(all.split(' ')).sim;
        assert_eq!(
            (line.port, line.users, line.rng, line.client_id.as_str(), line.client_secret.as_str()),
            (8080, 5, 9, "id", "s")
        );
    }

    #[tokio::test]
    async fn what_is_wrong_is_said_in_a_sentence() {
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port();
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let args = || Line::parse_from(["sim"]).sim;
        for (args, words) in [
            (SimArgs { port, ..args() }, "is taken by another program"),
            (SimArgs { seed: Some(folder.path().join("none")), ..args() }, "cannot be read"),
            (SimArgs { seed: Some(file("a", "{")), ..args() }, "is not JSON"),
            (SimArgs { seed: Some(file("b", "[]")), ..args() }, "has to be an object"),
            (SimArgs { seed: Some(file("c", "{\"Nope\": []}")), ..args() }, "no entity set"),
        ] {
            let error = format!("{:#}", run(args).await.unwrap_err());
            assert!(error.contains(words), "{error}");
        }
    }
}
