//! The function as a process, which a Runtime API of the test's own invokes, on loopback.

use std::{
    io::{BufRead, BufReader, Lines},
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use countersign::{Secret, workos};
use serde_json::{Value, json};
use time::OffsetDateTime;
use tiny_http::{Header, Request, Response, Server};

const SECRET: &str = "a secret";
const EVENT: &str =
    r#"{"id":"event_1","event":"robot.created","data":"Zoë","created_at":"2026-01-02T03:04:05Z"}"#;
/// More than anything here takes, even on a machine that is busy.
const AT_MOST: Duration = Duration::from_secs(60);

const HANDLED: (u16, &str, &str) = (200, "", "webhook handled");
const UNDECODED: (u16, &str, &str) = (500, "internal server error", "not_json");

const fn refused(kind: &str) -> (u16, &str, &str) {
    (401, "unauthorized", kind)
}

#[test]
fn deliveries() {
    let genuine = || sign(EVENT, 0, SECRET);
    let cases = [
        ("genuine", vec![genuine()], EVENT, HANDLED),
        (
            "forged",
            vec![sign(EVENT, 0, "another")],
            EVENT,
            refused("signature_mismatch"),
        ),
        (
            "changed",
            vec![genuine()],
            "{}",
            refused("signature_mismatch"),
        ),
        (
            "late",
            vec![sign(EVENT, 240, SECRET)],
            EVENT,
            refused("expired"),
        ),
        (
            "early",
            vec![sign(EVENT, -240, SECRET)],
            EVENT,
            refused("not_yet_valid"),
        ),
        ("unsigned", vec![], EVENT, refused("missing_header")),
        (
            "undecodable",
            vec![sign("hello", 0, SECRET)],
            "hello",
            UNDECODED,
        ),
    ];
    let mut function = Function::start();
    for (name, signatures, body, expected) in cases {
        for (gateway, event) in [
            ("HTTP API", http_api(&signatures, body, false)),
            ("HTTP API, base64", http_api(&signatures, body, true)),
            ("REST API", rest_api(&signatures, body, false)),
            ("REST API, base64", rest_api(&signatures, body, true)),
        ] {
            function.assert_answer(&event, expected, &format!("{name}, {gateway}"));
        }
    }
}

/// An HTTP API joins the values of a header. Of those that a REST API hands on, `lambda_http` leaves the last, which must
/// then be genuine.
#[test]
fn two_signatures() {
    let genuine = sign(EVENT, 0, SECRET);
    let forged = sign(EVENT, 0, "another");
    let mut function = Function::start();
    for (signatures, by_rest_api) in [
        ([&genuine, &genuine], HANDLED),
        ([&forged, &genuine], HANDLED),
        ([&genuine, &forged], refused("signature_mismatch")),
    ] {
        let signatures = signatures.map(String::clone);
        let joined = http_api(&signatures, EVENT, false);
        function.assert_answer(&joined, refused("duplicate_timestamp"), "HTTP API");
        let last = rest_api(&signatures, EVENT, false);
        function.assert_answer(&last, by_rest_api, "REST API");
    }
}

#[test]
fn no_secret() {
    let server = Server::http("127.0.0.1:0").expect("a free port");
    let output = command(&server)
        .env_remove("WORKOS_WEBHOOK_SECRET")
        .output()
        .expect("the function runs");
    let error = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(1));
    assert!(error.contains("WORKOS_WEBHOOK_SECRET"), "{error}");
}

/// The header of a delivery that was signed so many seconds ago.
fn sign(body: &str, age: i64, secret: &str) -> String {
    let at = OffsetDateTime::now_utc() - time::Duration::seconds(age);
    workos::Signer::new(Secret::new(secret).expect("a secret")).sign(body.as_bytes(), at)
}

/// What an API Gateway hands on of a request, in the format 2.0; a function URL too.
fn http_api(signatures: &[String], body: &str, base64: bool) -> Value {
    let mut headers = json!({ "content-type": "application/json", "host": "api.example.com" });
    if !signatures.is_empty() {
        headers["workos-signature"] = signatures.join(",").into();
    }
    json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/webhooks/workos",
        "rawQueryString": "",
        "headers": headers,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api",
            "domainName": "api.example.com",
            "domainPrefix": "api",
            "http": {
                "method": "POST",
                "path": "/webhooks/workos",
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "WorkOS",
            },
            "requestId": "1",
            "routeKey": "$default",
            "stage": "$default",
            "time": "02/Jan/2026:03:04:05 +0000",
            "timeEpoch": 1_767_323_045_000_u64,
        },
        "body": encoded(body, base64),
        "isBase64Encoded": base64,
    })
}

/// The same in the format 1.0.
fn rest_api(signatures: &[String], body: &str, base64: bool) -> Value {
    let mut headers = json!({ "Host": "api.example.com" });
    let mut all = json!({ "Host": ["api.example.com"] });
    if let Some(last) = signatures.last() {
        headers["WorkOS-Signature"] = last.as_str().into();
        all["WorkOS-Signature"] = signatures.into();
    }
    json!({
        "resource": "/webhooks/workos",
        "path": "/webhooks/workos",
        "httpMethod": "POST",
        "headers": headers,
        "multiValueHeaders": all,
        "queryStringParameters": null,
        "multiValueQueryStringParameters": {},
        "pathParameters": null,
        "stageVariables": null,
        "requestContext": {
            "accountId": "123456789012",
            "resourceId": "resource",
            "stage": "prod",
            "requestId": "1",
            "identity": { "sourceIp": "192.0.2.1" },
            "resourcePath": "/webhooks/workos",
            "httpMethod": "POST",
            "apiId": "api",
        },
        "body": encoded(body, base64),
        "isBase64Encoded": base64,
    })
}

fn encoded(body: &str, base64: bool) -> String {
    if base64 {
        BASE64_STANDARD.encode(body)
    } else {
        body.into()
    }
}

struct Function {
    server: Server,
    process: Child,
    log: Lines<BufReader<ChildStdout>>,
}

impl Function {
    fn start() -> Self {
        let server = Server::http("127.0.0.1:0").expect("a free port");
        let mut process = command(&server)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the function starts");
        let log = BufReader::new(process.stdout.take().expect("a pipe")).lines();
        Self {
            server,
            process,
            log,
        }
    }

    /// Invokes the function, which answers a status and a text, and logs a line with that message or kind.
    fn assert_answer(&mut self, event: &Value, expected: (u16, &str, &str), case: &str) {
        let next = self.request("/2018-06-01/runtime/invocation/next", case);
        let mut invocation = Response::from_string(event.to_string());
        for (name, value) in [
            ("Lambda-Runtime-Aws-Request-Id", "1"),
            ("Lambda-Runtime-Deadline-Ms", "4102444800000"),
            ("Lambda-Runtime-Invoked-Function-Arn", "arn"),
        ] {
            invocation.add_header(Header::from_bytes(name, value).expect("a header"));
        }
        next.respond(invocation).expect("the function reads");

        let mut answered = self.request("/2018-06-01/runtime/invocation/1/response", case);
        let answer: Value = serde_json::from_reader(answered.as_reader()).expect("JSON");
        answered
            .respond(Response::empty(202))
            .expect("the function reads");
        let line = self.log.next().expect("a line").expect("UTF-8");
        let fields = &serde_json::from_str::<Value>(&line).expect("JSON")["fields"];
        let logged = fields.get("kind").unwrap_or(&fields["message"]);
        let body = answer
            .get("body")
            .and_then(Value::as_str)
            .unwrap_or_default();
        assert_eq!(
            (answer["statusCode"].as_u64(), body, logged.as_str()),
            (Some(expected.0.into()), expected.1, Some(expected.2)),
            "{case}: {line}"
        );
    }

    /// What the function asks of the Runtime API next.
    fn request(&self, path: &str, case: &str) -> Request {
        let request = self.server.recv_timeout(AT_MOST).expect("a connection");
        let request = request.unwrap_or_else(|| panic!("{case}: nothing came in"));
        assert_eq!(request.url(), path, "{case}");
        request
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        self.process.kill().expect("the function runs");
        self.process.wait().expect("the function ends");
    }
}

fn command(server: &Server) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign-lambda"));
    command.env("AWS_LAMBDA_RUNTIME_API", server.server_addr().to_string());
    command.envs([
        ("AWS_LAMBDA_FUNCTION_NAME", "webhooks"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
        ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
        ("AWS_LAMBDA_LOG_LEVEL", "INFO"),
        ("WORKOS_WEBHOOK_SECRET", SECRET),
    ]);
    command
}
