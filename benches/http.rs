//! What verification and a typed event cost a web server, beside the same server whose handler takes the bytes of
//! the body.
//!
//! `cargo bench --bench http --features axum,actix-web,tower` needs `wrk`, a package of Debian, and takes four minutes. The
//! routes of a server take turns, a second each. Printed are the requests a second at `/bytes`, and what the others
//! reach of them in the same round: the medians of the rounds. `/mac` is `/bytes` with one HMAC over the body and nothing else,
//! by the same crates: what verification cannot do without. `/layer` is the tower layer, around a handler in axum.
//!
//! It fails if a route is below its limit: `/event` and `/layer` where each delivery comes by a connection of its own, `/signed`
//! where the connections are kept.

use std::{
    env,
    error::Error,
    fs,
    hint::black_box,
    net::SocketAddr,
    path::Path,
    process::{Command, ExitCode},
    sync::LazyLock,
    time::SystemTime,
};

use actix_web::{App, HttpResponse, HttpServer, web};
use axum::{Extension, Router, body::Bytes, routing::post};
use countersign::{
    Secret,
    axum::{Signed, Webhook},
    tower::VerifyLayer,
    workos,
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tokio::{net::TcpListener, runtime::Runtime};

const ROUNDS: usize = 9;
const ROUTES: [&str; 5] = ["/bytes", "/mac", "/signed", "/layer", "/event"];
type Figures = [f64; ROUTES.len()];
/// Name, connections at a time, whether they are kept, and the least that each route has to reach.
const LOADS: [(&str, u32, bool, Figures); 3] = [
    (
        "one each, 32 at a time",
        32,
        false,
        [0.0, 0.0, 0.0, 0.95, 0.93],
    ),
    ("1 kept", 1, true, [0.0, 0.0, 0.90, 0.0, 0.0]),
    ("32 kept", 32, true, [0.0, 0.0, 0.90, 0.0, 0.0]),
];
const BODY: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/benches/support/dsync.user.created.json"
);
const SECRET: &str = "mR4kTq8VnB2xWc7ZpL5yJd3Hs";

fn main() -> Result<ExitCode, Box<dyn Error>> {
    // `cargo test --benches` is to see that it starts.
    if !env::args().any(|argument| argument == "--bench") {
        return Ok(ExitCode::SUCCESS);
    }
    let runtime = Runtime::new()?;
    let servers = [
        ("axum", runtime.block_on(serve_with_axum())?, &ROUTES[..]),
        (
            "actix-web",
            runtime.block_on(serve_with_actix())?,
            &["/bytes", "/mac", "/signed", "/event"],
        ),
    ];
    let body = fs::read(BODY)?;
    let signer = workos::Signer::new(secret());
    let mut verdict = ExitCode::SUCCESS;
    print!("{:36}", format!("{} bytes, connections", body.len()));
    println!("{}", ROUTES.map(|route| format!("{route:>8}")).concat());
    for (server, address, routes) in servers {
        if requests_a_second(address, "/event", 1, true, "t=1, v1=00").is_ok() {
            return Err("a forged delivery was answered 200".into());
        }
        for (load, connections, kept, limits) in LOADS {
            let mut rounds = Vec::new();
            for _ in 0..ROUNDS {
                let mut round = [0.0; ROUTES.len()];
                let header = signer.sign(&body, SystemTime::now().into());
                for (figure, route) in round.iter_mut().zip(ROUTES) {
                    if routes.contains(&route) {
                        *figure = requests_a_second(address, route, connections, kept, &header)?;
                    }
                }
                rounds.push(round);
            }
            print!(
                "{server:10} {load:24} {:8.0}",
                median(&rounds, |[bytes, ..]| bytes)
            );
            for (index, limit) in limits.into_iter().enumerate().skip(1) {
                let figure = median(&rounds, |round| round[index] / round[0]);
                if !routes.contains(&ROUTES[index]) {
                    print!("{:>8}", "-");
                    continue;
                }
                let missed = figure < limit;
                print!("{figure:7.2}{}", if missed { "!" } else { " " });
                if missed {
                    verdict = ExitCode::FAILURE;
                }
            }
            println!();
        }
    }
    Ok(verdict)
}

async fn serve_with_axum() -> Result<SocketAddr, Box<dyn Error>> {
    let router = Router::new()
        .route("/bytes", post(async |body: Bytes| drop(black_box(body))))
        .route(
            "/mac",
            post(async |body: Bytes| {
                black_box(mac(&body));
            }),
        )
        .route(
            "/layer",
            post(async |delivery: Extension<Signed<workos::WorkOs>>| drop(black_box(delivery)))
                .layer(VerifyLayer::new(workos::Verifier::new(secret()))),
        )
        .route(
            "/signed",
            post(async |delivery: Signed<workos::WorkOs>| drop(black_box(delivery))),
        )
        .route(
            "/event",
            post(async |event: Webhook<workos::Event>| drop(black_box(event))),
        )
        .with_state(workos::Verifier::new(secret()));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async { axum::serve(listener, router).await });
    Ok(address)
}

async fn serve_with_actix() -> Result<SocketAddr, Box<dyn Error>> {
    let server = HttpServer::new(|| {
        App::new()
            .app_data(workos::Verifier::new(secret()))
            .route("/bytes", web::post().to(answer::<Bytes>))
            .route(
                "/mac",
                web::post().to(async |body: Bytes| {
                    black_box(mac(&body));
                    HttpResponse::Ok().finish()
                }),
            )
            .route("/signed", web::post().to(answer::<Signed<workos::WorkOs>>))
            .route("/event", web::post().to(answer::<Webhook<workos::Event>>))
    });
    let server = server.disable_signals().bind("127.0.0.1:0")?;
    let address = *server.addrs().first().ok_or("no address")?;
    tokio::spawn(server.run());
    Ok(address)
}

async fn answer<T>(taken: T) -> HttpResponse {
    drop(black_box(taken));
    HttpResponse::Ok().finish()
}

/// One HMAC over the body, with a key that is made once, as a verifier does.
fn mac(body: &[u8]) -> [u8; 32] {
    static KEYED: LazyLock<Hmac<Sha256>> =
        LazyLock::new(|| Hmac::new_from_slice(SECRET.as_bytes()).expect("a key"));
    let mut mac = KEYED.clone();
    mac.update(body);
    mac.finalize().into_bytes().into()
}

/// That `wrk` counts in a second. Fails if one of them is not answered 2xx.
fn requests_a_second(
    address: SocketAddr,
    route: &str,
    connections: u32,
    kept: bool,
    header: &str,
) -> Result<f64, Box<dyn Error>> {
    let script = Path::new(env!("CARGO_TARGET_TMPDIR")).join("deliver.lua");
    let connection = if kept { "keep-alive" } else { "close" };
    fs::write(
        &script,
        format!(
            "wrk.method = 'POST'
             wrk.headers['{}'] = '{header}'
             wrk.headers['Connection'] = '{connection}'
             wrk.body = io.open('{BODY}', 'rb'):read('*a')",
            workos::SIGNATURE_HEADER
        ),
    )?;
    let output = Command::new("wrk")
        .args(["--threads=1", "--duration=1s"])
        .arg(format!("--connections={connections}"))
        .arg(format!("--script={}", script.display()))
        .arg(format!("http://{address}{route}"))
        .output()
        .map_err(|error| format!("wrk: {error}"))?;
    let text = String::from_utf8(output.stdout)?;
    if text.contains("Non-2xx") || text.contains("Socket errors") {
        return Err(text.into());
    }
    let figure = text
        .lines()
        .find_map(|line| line.strip_prefix("Requests/sec:"))
        .ok_or("no figure of wrk")?;
    Ok(figure.trim().parse()?)
}

fn median<T: Copy>(rounds: &[T], figure: impl Fn(T) -> f64) -> f64 {
    let mut figures: Vec<_> = rounds.iter().copied().map(figure).collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn secret() -> Secret {
    Secret::new(SECRET).expect("a secret")
}
