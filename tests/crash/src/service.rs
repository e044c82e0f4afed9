//! Processes, and what ends them.

use std::{
    env,
    fs::{self, OpenOptions},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{self, Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use crate::{Failure, checks::Checks, random};

/// What a process is given, by its number: no two have the same.
type Environment = Box<dyn Fn(usize) -> Vec<(&'static str, String)> + Send>;

/// A process that is started again when it is killed.
pub(crate) struct Service {
    pub(crate) name: &'static str,
    program: PathBuf,
    arguments: Vec<&'static str>,
    address: Option<SocketAddr>,
    environment: Environment,
    child: Child,
    number: usize,
    paused_until: Option<Instant>,
}

/// All that stand behind one address, as far as the provider knows.
#[derive(Clone, Default)]
pub(crate) struct Services(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    services: Vec<Service>,
    numbers: usize,
    kills: Vec<(usize, Instant)>,
    pauses: usize,
    ended_by_themselves: usize,
}

impl Services {
    pub(crate) fn start(
        &self,
        name: &'static str,
        program: &Path,
        arguments: &[&'static str],
        address: Option<SocketAddr>,
        environment: impl Fn(usize) -> Vec<(&'static str, String)> + Send + 'static,
    ) -> Result<(), Failure> {
        let mut inner = self.0.lock().unwrap();
        inner.numbers += 1;
        let number = inner.numbers;
        inner.services.push(Service {
            name,
            program: program.into(),
            arguments: arguments.into(),
            address,
            child: spawn(name, program, arguments, environment(number))?,
            environment: Box::new(environment),
            number,
            paused_until: None,
        });
        Ok(())
    }

    /// For this time, kills one of them every 200 ms or, of ten times once, stops it for a while, unless that is zero. On a slow
    /// machine it is less often, as all of them have to be up for a while.
    pub(crate) fn harass(&self, over: Duration, pause: Duration) -> thread::JoinHandle<()> {
        let services = self.clone();
        thread::spawn(move || {
            let started = Instant::now();
            while started.elapsed() < over {
                let harassed = Instant::now();
                services.harass_one(pause);
                while !services.are_up() {
                    thread::sleep(Duration::from_millis(5));
                }
                let until_up = harassed.elapsed();
                let rest = Duration::from_millis(200).saturating_sub(until_up);
                thread::sleep(rest.max(until_up * 4));
                services.resume(false);
            }
            services.resume(true);
        })
    }

    fn harass_one(&self, pause: Duration) {
        let mut inner = self.0.lock().unwrap();
        let nobody_is_paused = inner.services.iter().all(|it| it.paused_until.is_none());
        let at = usize::try_from(random(inner.services.len() as u64)).unwrap();
        if !pause.is_zero() && nobody_is_paused && random(10) == 0 {
            let service = &mut inner.services[at];
            signal("-STOP", &[service.child.id()]);
            service.paused_until = Some(Instant::now() + pause);
            inner.pauses += 1;
        } else {
            inner.kill(at);
        }
    }

    /// Whether all of them take connections.
    fn are_up(&self) -> bool {
        let inner = self.0.lock().unwrap();
        let mut addresses = inner.services.iter().filter_map(|it| it.address);
        addresses.all(|address| TcpStream::connect(address).is_ok())
    }

    fn resume(&self, all: bool) {
        for service in &mut self.0.lock().unwrap().services {
            if service
                .paused_until
                .is_some_and(|until| all || until <= Instant::now())
            {
                signal("-CONT", &[service.child.id()]);
                service.paused_until = None;
            }
        }
    }

    pub(crate) fn kill(&self, name: &str) {
        let mut inner = self.0.lock().unwrap();
        let at = inner.services.iter().position(|it| it.name == name);
        inner.kill(at.expect("a service of this name"));
    }

    /// Of the service of this name, or the process of this number.
    pub(crate) fn signal(&self, signal_name: &str, is_it: impl Fn(&str, usize) -> bool) {
        let inner = self.0.lock().unwrap();
        let mut services = inner.services.iter();
        let service = services.find(|it| is_it(it.name, it.number));
        signal(signal_name, &[service.expect("it runs").child.id()]);
    }

    /// By the number of the process.
    pub(crate) fn kills(&self) -> Vec<(usize, Instant)> {
        self.0.lock().unwrap().kills.clone()
    }

    /// Ends them as an operator does, and tells how that went.
    pub(crate) fn end(&self, checks: &mut Checks) {
        let expected = self.0.lock().unwrap().services.len();
        let ended = self.terminate();
        let inner = self.0.lock().unwrap();
        checks.figure("processes killed", inner.kills.len());
        checks.figure("processes stopped for longer than a lease", inner.pauses);
        checks.exactly(
            "processes that ended by themselves",
            inner.ended_by_themselves,
            0,
        );
        checks.exactly("processes that ended when told to", ended, expected);
    }

    /// So that nothing outlives a driver that fails.
    pub(crate) fn kill_all(&self) {
        for service in &mut self.0.lock().unwrap().services {
            let _ended = service.child.kill();
            let _ended = service.child.wait();
        }
    }

    /// How many ended with success and in time.
    fn terminate(&self) -> usize {
        let mut inner = self.0.lock().unwrap();
        let pids: Vec<u32> = inner.services.iter().map(|it| it.child.id()).collect();
        signal("-TERM", &pids);
        let deadline = Instant::now() + Duration::from_secs(10);
        let mut ended = 0;
        for service in &mut inner.services {
            loop {
                match service.child.try_wait().unwrap() {
                    Some(status) => break ended += usize::from(status.success()),
                    None if Instant::now() > deadline => break service.child.kill().unwrap(),
                    None => thread::sleep(Duration::from_millis(10)),
                }
            }
        }
        ended
    }
}

impl Inner {
    fn kill(&mut self, at: usize) {
        let service = &mut self.services[at];
        if service.child.try_wait().unwrap().is_some() {
            self.ended_by_themselves += 1;
        }
        let Service { child, number, .. } = service;
        child.kill().unwrap();
        child.wait().unwrap();
        self.kills.push((*number, Instant::now()));
        self.numbers += 1;
        service.number = self.numbers;
        let environment = (service.environment)(service.number);
        service.child = spawn(
            service.name,
            &service.program,
            &service.arguments,
            environment,
        )
        .unwrap();
        service.paused_until = None;
    }
}

/// What it logs is in a file of its name.
fn spawn(
    name: &str,
    program: &Path,
    arguments: &[&str],
    environment: Vec<(&'static str, String)>,
) -> Result<Child, Failure> {
    let path = logs()?.join(format!("{name}.log"));
    let log = OpenOptions::new().create(true).append(true).open(path)?;
    Ok(Command::new(program)
        .args(arguments)
        .envs(environment)
        .env("RUST_LOG", "warn")
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()?)
}

pub(crate) fn log_of(name: &str) -> Result<String, Failure> {
    Ok(fs::read_to_string(logs()?.join(format!("{name}.log")))?)
}

fn logs() -> Result<PathBuf, Failure> {
    let logs = PathBuf::from(env::var("LOGS")?);
    fs::create_dir_all(&logs)?;
    Ok(logs)
}

pub(crate) fn signal(name: &str, pids: &[u32]) {
    let pids = pids.iter().map(u32::to_string);
    let status = Command::new("kill").arg(name).args(pids).status();
    assert!(status.unwrap().success(), "kill {name}");
}

/// A server that stands still, and goes on when this is dropped.
pub(crate) struct Hanging(Vec<u32>);

impl Hanging {
    /// The server whose pid is the first line of this file, and what it has started.
    pub(crate) fn of(pid_file: &Path) -> Result<Self, Failure> {
        let text = fs::read_to_string(pid_file)?;
        let server: u32 = text.lines().next().unwrap_or_default().trim().parse()?;
        let children = fs::read_to_string(format!("/proc/{server}/task/{server}/children"))?;
        // The server first, which could start more.
        signal("-STOP", &[server]);
        let mut pids = vec![server];
        pids.extend(
            children
                .split_whitespace()
                .map_while(|pid| pid.parse::<u32>().ok()),
        );
        // One that has ended since is no matter.
        let pids_as_text = pids.iter().map(u32::to_string);
        Command::new("kill")
            .arg("-STOP")
            .args(pids_as_text)
            .stderr(Stdio::null())
            .status()?;
        Ok(Self(pids))
    }
}

impl Drop for Hanging {
    fn drop(&mut self) {
        let pids = self.0.iter().map(u32::to_string);
        let _ended = Command::new("kill")
            .arg("-CONT")
            .args(pids)
            .stderr(Stdio::null())
            .status();
    }
}

/// `$POSTGRES` or `$REDIS`.
pub(crate) fn control(server: &str) -> Result<PathBuf, Failure> {
    let path = env::var(server).map_err(|_| "run this by .ci/crash")?;
    Ok(path.into())
}

pub(crate) async fn run(program: &Path, arguments: &'static [&'static str]) -> Result<(), Failure> {
    let mut command = Command::new(program);
    let run = move || command.args(arguments).stdin(Stdio::null()).status();
    match tokio::task::spawn_blocking(run).await?? {
        status if status.success() => Ok(()),
        status => Err(format!("{} {arguments:?}: {status}", program.display()).into()),
    }
}

/// Not among the ports that a connection may have on its side, nor where another driver looks, as one is free for a moment when
/// its process is killed.
pub(crate) fn free_addresses() -> Result<[SocketAddr; 4], Failure> {
    let first = 20_000 + u16::try_from(process::id() % 1000)? * 10;
    let mut ports = (first..30_000).filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    let mut next = || {
        let port = ports.next().ok_or("no free port")?;
        Ok::<_, Failure>(SocketAddr::from(([127, 0, 0, 1], port)))
    };
    Ok([next()?, next()?, next()?, next()?])
}
