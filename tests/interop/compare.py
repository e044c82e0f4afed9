"""Has deliveries signed by countersign and by each library, has both verify all of them, and prints a table.

    compare.py COUNTERSIGN NODE_SCRIPT

Each cell is the verdict of countersign and that of the library: `+` accepted, `-` refused. `*` marks a known
disagreement, which is explained below the table, and `!` what is wrong, which makes the run fail.

A tampered delivery is the genuine one with another digit in the body. Late and early ones are signed an hour ago and an
hour ahead. A rotated one has two signatures, the first with a secret that the verifiers do not have.
"""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

HERE = Path(__file__).parent
# A text for those that take it as it is, and base64 of 24 bytes for those that decode it.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PREVIOUS_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
HOUR = 3_600_000
# Each has a `1`, which is changed in the tampered twin.
JSON_BODIES = [
    '{"id":"evt_1","amount":1000}',
    '{"id":"evt_1","name":"Zoë 🦀 漢字 ﷽\u2028"}',
    '{\r\n  "id": "evt_1",\t"text": "\\u00e9\\ud83e\\udd80\\n\\"\\\\\\/ <&>"\n}\n',
]
OTHER_BODIES = ["a=1&b=%C3%A9+x&c=", "1"]


@dataclass(frozen=True)
class Library:
    registry: str
    name: str
    provider: str
    header: str
    # Between two signatures in one header, if the provider can send two.
    separator: str | None
    timestamped: bool = True
    # Decodes what it verified.
    json_only: bool = False


LIBRARIES = [
    Library("npm", "@authsignal/node", "authsignal", "x-signature-v2", ",", json_only=True),
    Library("npm", "@mux/mux-node", "mux", "mux-signature", ","),
    Library("npm", "@octokit/webhooks-methods", "github", "x-hub-signature-256", None, timestamped=False),
    Library("npm", "@paddle/paddle-node-sdk", "paddle", "paddle-signature", ";"),
    Library("npm", "@sanity/webhook", "sanity", "sanity-webhook-signature", ","),
    Library("npm", "@slack/bolt", "slack", "x-slack-signature", None),
    Library("npm", "@workos-inc/node", "workos", "workos-signature", ", "),
    Library("npm", "retell-sdk", "retell", "x-retell-signature", ","),
    Library("npm", "standardwebhooks", "standard_webhooks", "webhook-signature", " "),
    Library("npm", "stripe", "stripe", "stripe-signature", ","),
    Library("npm", "svix", "svix", "svix-signature", " "),
    Library("PyPI", "slack-sdk", "slack", "x-slack-signature", None),
    Library("PyPI", "standardwebhooks", "standard_webhooks", "webhook-signature", " "),
    Library("PyPI", "stripe", "stripe", "stripe-signature", ","),
    Library("PyPI", "workos", "workos", "workos-signature", ", "),
]

# What countersign has to say of each delivery.
GENUINE, TAMPERED, LATE, EARLY, ROTATED = "genuine", "tampered", "late", "early", "rotated"
VERDICTS = {
    GENUINE: "accepted",
    TAMPERED: "signature_mismatch",
    LATE: "expired",
    EARLY: "not_yet_valid",
    ROTATED: "accepted",
}

# Where a library says otherwise, and why.
NO_LIMIT_AHEAD = "asks only whether the time is too long ago"
ONE_SIGNATURE = "reads a header with one signature only"
DISAGREEMENTS = {
    ("npm", "@authsignal/node", EARLY): NO_LIMIT_AHEAD,
    ("npm", "@mux/mux-node", EARLY): NO_LIMIT_AHEAD,
    ("npm", "@paddle/paddle-node-sdk", EARLY): NO_LIMIT_AHEAD,
    ("npm", "@sanity/webhook", EARLY): "does not look at the age",
    ("npm", "@sanity/webhook", LATE): "does not look at the age",
    ("npm", "@sanity/webhook", ROTATED): ONE_SIGNATURE,
    ("npm", "@slack/bolt", EARLY): NO_LIMIT_AHEAD,
    ("npm", "@workos-inc/node", EARLY): NO_LIMIT_AHEAD,
    ("npm", "@workos-inc/node", ROTATED): "looks at the first of two signatures only",
    ("npm", "retell-sdk", ROTATED): ONE_SIGNATURE,
    ("npm", "stripe", EARLY): NO_LIMIT_AHEAD,
    ("PyPI", "stripe", EARLY): NO_LIMIT_AHEAD,
    ("PyPI", "workos", ROTATED): ONE_SIGNATURE,
}


class Peer:
    """A program that answers a line with a line."""

    def __init__(self, *command):
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, encoding="utf-8")

    def ask(self, **request):
        print(json.dumps(request), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"no answer to {request}")
        return json.loads(answer)


def rotated(library, previous, current):
    """Headers with the signatures of both, the previous one first."""
    headers = dict(current)
    values = [dict(it)[library.header].split(library.separator) for it in (previous, current)]
    headers[library.header] = library.separator.join(dict.fromkeys(values[0] + values[1]))
    return list(headers.items())


def deliveries(library, sign_by):
    """Name, headers and body of each delivery, signed as late as possible: the tolerance can be a few seconds."""
    bodies = JSON_BODIES + ([] if library.json_only else OTHER_BODIES)
    for body in bodies:
        now = time.time_ns() // 1_000_000
        headers = sign_by(SECRET, body, now)
        yield GENUINE, headers, body
        yield TAMPERED, headers, body.replace("1", "2", 1)
        if library.separator:
            yield ROTATED, rotated(library, sign_by(PREVIOUS_SECRET, body, now), headers), body
        if library.timestamped:
            yield LATE, sign_by(SECRET, body, now - HOUR), body
            yield EARLY, sign_by(SECRET, body, now + HOUR), body


def sign(peer, whom, secret, body, at):
    return peer.ask(do="sign", secret=secret, body=body, at=at, **whom)["headers"]


def versions():
    npm = json.loads((HERE / "package.json").read_text())["dependencies"]
    lines = (HERE / "requirements.txt").read_text().splitlines()
    return {"npm": npm, "PyPI": dict(line.split("==") for line in lines)}


def main():
    countersign = Peer(sys.argv[1])
    peers = {"npm": Peer("node", sys.argv[2]), "PyPI": Peer(sys.executable, HERE / "python.py")}
    version = versions()
    faults, known = [], {}
    print("| library | signed by | " + " | ".join(VERDICTS) + " |")
    print("|---" * (2 + len(VERDICTS)) + "|")

    for library in LIBRARIES:
        peer = peers[library.registry]
        label = f"{library.registry} `{library.name}@{version[library.registry][library.name]}`"
        signers = {
            "countersign": partial(sign, countersign, {"provider": library.provider}),
            "library": partial(sign, peer, {"library": library.name}),
        }
        for signer, sign_by in signers.items():
            if sign_by(SECRET, "{}", time.time_ns() // 1_000_000) is None:
                print(f"| {label} | {signer}: has no function for it |" + " |" * len(VERDICTS))
                continue
            cells = {name: set() for name in VERDICTS}
            for name, headers, body in deliveries(library, sign_by):
                request = {"do": "verify", "secret": SECRET, "headers": headers, "body": body}
                theirs = peer.ask(library=library.name, **request)["verdict"]
                ours = countersign.ask(provider=library.provider, **request)["verdict"]
                accepted = [verdict == "accepted" for verdict in (ours, theirs)]
                key = (library.registry, library.name, name)
                disagree = accepted[0] != accepted[1]
                mark = " *" if disagree else ""
                if ours != VERDICTS[name] or disagree and key not in DISAGREEMENTS:
                    mark = " !"
                    faults.append(
                        f"{label}, {name}, signed by {signer}: {theirs}; countersign: {ours}: {headers} {body!r}"
                    )
                elif disagree:
                    known[key] = f"{label}, {name}: {DISAGREEMENTS[key]} (countersign: {ours})"
                cells[name].add(" ".join("-+"[it] for it in accepted) + mark)
            row = " | ".join(", ".join(sorted(it)) for it in cells.values())
            print(f"| {label} | {signer} | {row} |", flush=True)

    print("\nKnown disagreements:\n")
    for text in known.values():
        print(f"- {text}")
    faults += [f"not a disagreement: {key}" for key in DISAGREEMENTS if key not in known]
    if faults:
        sys.exit("\nWrong:\n\n" + "\n".join(f"- {fault}" for fault in faults))


if __name__ == "__main__":
    main()
