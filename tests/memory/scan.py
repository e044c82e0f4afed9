"""Sends deliveries to servers and counts the copies of their keys in their memory.

Arguments: programs of `examples/axum.rs` and `examples/actix.rs`. Linux only. Exits with 1 if there is a copy besides
the one that a verifier holds and the secret in the environment.
"""

import collections
import hashlib
import hmac
import http.client
import os
import random
import secrets
import signal
import subprocess
import sys
import threading
import time

IDLE = 0.5  # Seconds after which a server has nothing left to do.
CONNECTIONS = 16
DELIVERIES = 10_080  # Genuine ones; after each seven there is a forged one, and so at the end.
PAUSE = 0.2  # Seconds, at most, from one reading of the memory to the next under load.
BODY = (
    b'{"id":"event_01K0A1B2C3","data":{"group_id":"group_01","organization_membership_id":"om_01"},'
    b'"event":"group.member_added","created_at":"2026-01-02T03:04:05.000Z"}'
)
# Of less than a block with its time, so that the HMAC does not move on from the state that the key is.
SHORT_BODY = b"{}"
# Spaces after the body, so that there are bodies of few blocks and of many.
PADDINGS = [0, 0, 31, 64, 500, 20_000]
# Characters of the secrets: one is the key itself, the other is longer than a block and hashed.
SECRET_LENGTHS = [40, 100]
BLOCK = 64
PAGE = 4096


def sha256_constants():
    primes = [n for n in range(2, 312) if all(n % d for d in range(2, n))]
    fraction = lambda x: int(x % 1 * 2**32)
    return [fraction(p ** (1 / 2)) for p in primes[:8]], [fraction(p ** (1 / 3)) for p in primes]


INITIAL, CONSTANTS = sha256_constants()


def compress(state, block):
    rotate = lambda x, n: (x >> n | x << (32 - n)) & 0xFFFFFFFF
    w = words(block, "big")
    for i in range(16, 64):
        s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3
        s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10
        w.append((w[i - 16] + s0 + w[i - 7] + s1) & 0xFFFFFFFF)
    a, b, c, d, e, f, g, h = state
    for constant, word in zip(CONSTANTS, w):
        t1 = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + (e & f ^ ~e & g) + constant + word
        t2 = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + (a & b ^ a & c ^ b & c)
        a, b, c, d, e, f, g, h = (t1 + t2) & 0xFFFFFFFF, a, b, c, (d + t1) & 0xFFFFFFFF, e, f, g
    return [(x + y) & 0xFFFFFFFF for x, y in zip(state, (a, b, c, d, e, f, g, h))]


def finish(state, tail):
    """The digest of the block that led to the state and of the tail, which leaves room for its end in a block."""
    end = (8 * (BLOCK + len(tail))).to_bytes(8, "big")
    block = (tail + b"\x80").ljust(BLOCK - len(end), b"\0") + end
    return to_bytes(compress(state, block), "big")


def words(data, order):
    return [int.from_bytes(data[i : i + 4], order) for i in range(0, len(data), 4)]


def to_bytes(state, order):
    return b"".join(word.to_bytes(4, order) for word in state)


def xor(data, byte):
    return bytes(b ^ byte for b in data)


def swapped(data):
    """Words of 32 bits with their bytes in the other order, as SHA-256 takes them on most machines."""
    return b"".join(data[i : i + 4][::-1] for i in range(0, len(data), 4))


class Keys:
    """What is looked for: to each name the whole and its pieces of 8 bytes."""

    def __init__(self, secret):
        key = secret if len(secret) <= BLOCK else hashlib.sha256(secret).digest()
        block = key.ljust(BLOCK, b"\0")
        inner = compress(INITIAL, xor(block, 0x36))
        outer = compress(INITIAL, xor(block, 0x5C))
        self.check(secret, inner, outer)
        self.sought = {
            "inner state": self.of_state(inner),
            "outer state": self.of_state(outer),
            "key ^ ipad": self.of_text(xor(key, 0x36)),
            "key ^ opad": self.of_text(xor(key, 0x5C)),
            "secret": self.of_text(secret),
        }
        if key != secret:
            self.sought["hashed secret"] = self.of_text(key)

    @staticmethod
    def check(secret, inner, outer):
        """Computes an HMAC with the two states."""
        message = b"a message"
        assert finish(outer, finish(inner, message)) == hmac.digest(secret, message, "sha256")

    @staticmethod
    def of_state(state):
        """Any two of its words side by side: the instructions of SHA-256 have them in an order of their own."""
        pieces = {to_bytes([x, y], sys.byteorder) for x in state for y in state if x != y}
        return to_bytes(state, sys.byteorder), pieces

    @staticmethod
    def of_text(text):
        pieces = {form[i : i + 8] for form in (text, swapped(text)) for i in range(0, len(text) - 7, 4)}
        return text, pieces


def runs(memory, pieces):
    """Where pieces lie, as (start, end); pieces that touch are one."""
    starts = set()
    for beginning in {piece[:4] for piece in pieces}:
        at = memory.find(beginning)
        while at >= 0:
            if memory[at : at + 8] in pieces:
                starts.add(at)
            at = memory.find(beginning, at + 1)
    found = []
    for at in sorted(starts):
        if found and at <= found[-1][1]:
            found[-1] = (found[-1][0], at + 8)
        else:
            found.append((at, at + 8))
    return found


def deliver(address, secret, count, answers):
    host, port = address.rsplit(":", 1)
    connection = http.client.HTTPConnection(host, int(port))

    def post(body, key):
        at = str(time.time_ns() // 1_000_000)
        tag = hmac.new(key, f"{at}.".encode() + body, "sha256").hexdigest()
        headers = {"workos-signature": f"t={at}, v1={tag}", "content-type": "application/json"}
        connection.request("POST", "/webhooks/workos", body, headers)
        response = connection.getresponse()
        response.read()
        return response.status

    for number in range(1, count + 1):
        body = BODY + b" " * PADDINGS[number % len(PADDINGS)]
        answers["genuine", post(body, secret)] += 1
        if number % 7 == 0:
            answers["forged", post(SHORT_BODY, b"another key")] += 1
    connection.close()


class Load(threading.Thread):
    """Many connections at once."""

    def __init__(self, address, secret):
        super().__init__()
        self.answers = [collections.Counter() for _ in range(CONNECTIONS)]
        self.connections = [
            threading.Thread(target=deliver, args=(address, secret, DELIVERIES // CONNECTIONS, answers))
            for answers in self.answers
        ]

    def run(self):
        for connection in self.connections:
            connection.start()
        for connection in self.connections:
            connection.join()

    def check(self):
        total = sum(self.answers, collections.Counter())
        # 503: verified, but the queue of the example is full.
        genuine = total["genuine", 200] + total["genuine", 503]
        assert genuine == DELIVERIES and genuine + total["forged", 401] == total.total(), total


def written(content):
    """The parts of which no page is all zeros: the rest was mostly never written, and is most of it."""
    zeros = bytes(PAGE)
    start = None
    for at in range(0, len(content) + 1, PAGE):
        if content[at : at + PAGE] in (zeros, b""):
            if start is not None:
                yield start, content[start:at]
            start = None
        elif start is None:
            start = at


class Memory:
    """The writable memory of a stopped process. `computes` if a thread of it was stopped in no system call: that
    may be amid an HMAC, which needs copies of its own."""

    def __init__(self, pid):
        self.pid = pid
        stat = self.read("stat").rsplit(")", 1)[1].split()
        self.environment = range(int(stat[47]), int(stat[48]))  # env_start, env_end: proc(5)
        self.stacks = {}
        self.computes = False
        for thread in os.listdir(f"/proc/{pid}/task"):
            call, *_, pointer, _ = self.read(f"task/{thread}/syscall").split()
            self.stacks[int(pointer, 16)] = self.read(f"task/{thread}/comm").strip()
            self.computes |= call == "-1"

    def read(self, name):
        with open(f"/proc/{self.pid}/{name}") as file:
            return file.read()

    def mappings(self):
        with open(f"/proc/{self.pid}/mem", "rb", 0) as file:
            for line in self.read("maps").splitlines():
                addresses, permissions, _, _, _, *name = line.split(maxsplit=5)
                start, end = (int(address, 16) for address in addresses.split("-"))
                if "w" in permissions:
                    file.seek(start)
                    content = file.read(end - start)
                    assert len(content) == end - start, line
                    for at, part in written(content):
                        yield range(start, end), name[0] if name else "anonymous", start + at, part

    def place(self, mapping, name, address):
        if address in self.environment:
            return "environment"
        for pointer, thread in self.stacks.items():
            if pointer in mapping:
                return f"stack of {thread}"
        return name


def stopped(server):
    server.send_signal(signal.SIGSTOP)
    os.waitpid(server.pid, os.WUNTRACED)
    return Memory(server.pid)


def copies(memory, keys):
    found = collections.Counter()
    for mapping, name, address, content in memory.mappings():
        for what, (whole, pieces) in keys.sought.items():
            for start, end in runs(content, pieces):
                part = "" if content[start:end] == whole else "part of "
                found[part + what, memory.place(mapping, name, address + start)] += 1
    return found


def scan(program, secret):
    environment = {"WORKOS_WEBHOOK_SECRET": secret, "ADDR": "127.0.0.1:0"}
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}  # It logs each forged delivery.
    with subprocess.Popen([program], env=environment, text=True, **streams) as server:
        try:
            address = server.stdout.readline().removeprefix("listening on ").strip()
            assert address, "the server has ended"
            threading.Thread(target=server.stdout.read, daemon=True).start()
            keys = Keys(secret.encode())
            load = Load(address, secret.encode())
            time.sleep(IDLE)
            yield copies(stopped(server), keys)  # What making the keys has left is still there.
            load.start()
            while load.is_alive():
                server.send_signal(signal.SIGCONT)
                load.join(random.uniform(0, PAUSE))
                memory = stopped(server)
                if not memory.computes:
                    yield copies(memory, keys)
            load.check()
            server.send_signal(signal.SIGCONT)
            time.sleep(IDLE)
            yield copies(stopped(server), keys)
        finally:
            server.kill()


EXPECTED = {
    ("inner state", "[heap]"): 1,
    ("outer state", "[heap]"): 1,
    ("secret", "environment"): 1,
}


def main():
    clean = True
    row = "{:8} {:>6} {:>8}  {:22} {:28} {:>6}  {}".format
    print(row("server", "secret", "readings", "what", "where", "copies", ""))
    for program in sys.argv[1:]:
        for length in SECRET_LENGTHS:
            readings = list(scan(program, secrets.token_hex(length // 2)))
            for key in sorted(set(EXPECTED).union(*readings)):
                counts = collections.Counter(found[key] for found in readings)
                expected = EXPECTED.get(key, 0)
                wrong = len(readings) - counts[expected]
                clean &= not wrong
                remark = f"expected {expected}, wrong in {wrong} readings" if wrong else ""
                name = os.path.basename(program)
                print(row(name, length, len(readings), *key, max(counts), remark), flush=True)
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(main())
