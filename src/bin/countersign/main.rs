//! The command `countersign`: looks at webhook deliveries, signs, sends and receives them, by the library's own verifiers.

#![forbid(unsafe_code)]
#![warn(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unreachable,
    clippy::unwrap_used
)]

mod demo;
mod failure;
mod judge;
mod listen;
mod output;
mod provider;
mod providers;
mod recorded;
mod request;
mod send;
mod sign;
mod verify;

use std::{
    fmt, fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{
    Args, Parser, Subcommand,
    error::{ContextKind, ContextValue, ErrorKind},
};
use countersign::Tolerance;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{
    failure::Failure,
    output::Output,
    provider::{Provider, Secrets},
};

/// Verifies webhook deliveries, of WorkOS, Clerk, Courier and 96 other providers, and says why one is refused
///
/// Without a command it verifies some deliveries that it has with it, good and bad.
#[derive(Parser)]
#[command(version, after_help = EXAMPLES)]
struct Cli {
    /// Prints JSON, a line for each row
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

const EXAMPLES: &str = "\
Examples:
  countersign                                         some deliveries, good and bad
  countersign verify request.txt --at 2026-01-02T03:04:06Z
  countersign verify - --provider github --secret-env GITHUB_WEBHOOK_SECRET < request.txt
  countersign listen --provider workos
  countersign send http://127.0.0.1:3000/ --provider workos --event dsync.user.created
  countersign sign --provider stripe --curl https://example.com/hook body.json

Secrets are read from environment variables: the provider's, such as WORKOS_WEBHOOK_SECRET,
or those that --secret-env names.

Exit code: 0 all as expected, 1 something was refused, 2 wrong arguments or unreadable input.";

#[derive(Subcommand)]
enum Command {
    /// Verifies deliveries that were recorded, or a request as a proxy saves it
    Verify(verify::Arguments),
    /// Signs a body as the provider does, and prints the headers
    Sign(sign::Arguments),
    /// Sends a genuine delivery, a late one and a forged one, and looks at what is answered
    Send(send::Arguments),
    /// Receives deliveries, and prints each with its verdict
    Listen(listen::Arguments),
    /// Lists the providers, with how each signs and where its secret is looked for
    Providers,
}

/// By which secrets.
#[derive(Args, Default)]
struct SecretArguments {
    /// Environment variable with the secret; again for previous ones [default: that of the provider,
    /// such as WORKOS_WEBHOOK_SECRET]
    #[arg(long = "secret-env", value_name = "VARIABLE")]
    variables: Vec<String>,
}

impl SecretArguments {
    fn secrets(&self) -> Secrets {
        Secrets::new(&self.variables)
    }
}

/// How deliveries are judged.
#[derive(Args, Default)]
struct JudgeArguments {
    /// Whose deliveries they are [default: what their headers tell]
    #[arg(long, value_name = "NAME")]
    provider: Option<String>,
    #[command(flatten)]
    secrets: SecretArguments,
    /// How far the time of signing may lie from now [default: what the provider advises]
    #[arg(long, value_name = "SECONDS")]
    tolerance: Option<u64>,
}

impl JudgeArguments {
    fn provider(&self) -> Result<Option<Provider>, Failure> {
        self.provider.as_deref().map(provider::find).transpose()
    }

    fn tolerance(&self) -> Option<Tolerance> {
        let seconds = self.tolerance.map(std::time::Duration::from_secs);
        seconds.map(Tolerance::new)
    }
}

fn main() -> ExitCode {
    let cli = Cli::try_parse().unwrap_or_else(|error| without_value(error).exit());
    let mut output = Output::new(cli.json);
    let done = match cli.command {
        None => demo::run(&mut output),
        Some(Command::Verify(arguments)) => verify::run(&arguments, &mut output),
        Some(Command::Sign(arguments)) => sign::run(&arguments, &mut output),
        Some(Command::Send(arguments)) => send::run(&arguments, &mut output),
        Some(Command::Listen(arguments)) => listen::run(&arguments, output),
        Some(Command::Providers) => providers::run(&mut output),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(failure) => {
            tell(&failure);
            ExitCode::from(2)
        }
    }
}

/// An argument that nothing asks for may be a secret, which shall not get into a log.
fn without_value(mut error: clap::Error) -> clap::Error {
    let is_value =
        |it: &ContextValue| matches!(it, ContextValue::String(text) if !text.starts_with('-'));
    if error.kind() == ErrorKind::UnknownArgument
        && error.get(ContextKind::InvalidArg).is_some_and(is_value)
    {
        let tip =
            "secrets are read from environment variables, of which --secret-env takes the name";
        error.insert(ContextKind::InvalidArg, ContextValue::String("..".into()));
        error.insert(
            ContextKind::Suggested,
            ContextValue::StyledStrs(vec![tip.into()]),
        );
    }
    error
}

/// What is no result. Where it cannot be written, it is not.
fn tell(text: &dyn fmt::Display) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// All of a file, or of what comes in where its name is `-`.
fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let read = if is_stdin(path) {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        fs::read(path)
    };
    read.map_err(|error| Failure::usage(error.to_string()).at(path.display()))
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// What is to be signed.
#[derive(Args)]
struct BodyArguments {
    /// File with the body, byte for byte, or - for what comes in
    #[arg(conflicts_with = "event")]
    file: Option<PathBuf>,
    /// A made-up event of this name, of WorkOS, Clerk or Courier
    #[arg(long, value_name = "NAME")]
    event: Option<String>,
}

impl BodyArguments {
    fn read(&self, provider: &Provider) -> Result<Option<Vec<u8>>, Failure> {
        if let Some(path) = &self.file {
            return read(path).map(Some);
        }
        let Some(name) = &self.event else {
            return Ok(None);
        };
        let fixture = provider.events.and_then(|events| (events.fixture)(name));
        let fixture = fixture.ok_or_else(|| {
            let names = provider.events.map_or(&[][..], |events| events.names);
            Failure::usage(format!("no such event of {}", provider.name)).with_hint(match names {
                [] => "its events are not typed: name a file with the body".into(),
                names => format!("there are {}", names.join(", ")),
            })
        })?;
        Ok(Some(fixture.into()))
    }
}

/// `now`, or a time as RFC 3339 writes it.
fn time(text: &str) -> Result<OffsetDateTime, String> {
    match text {
        "now" => Ok(OffsetDateTime::now_utc()),
        text => OffsetDateTime::parse(text, &Rfc3339)
            .map_err(|_| "neither `now` nor a time such as 2026-01-02T03:04:05Z".into()),
    }
}
