"""Runs one suite against a server: ``drive.py SUITE PORT WORK``. The last line printed is the score as JSON."""

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

HOST = "127.0.0.1"
GUNICORN = "gunicorn==27.0.1"


class Score:
    def __init__(self):
        self.passed = 0
        self.total = 0
        self.notes = []

    def add(self, good, note=""):
        self.total += 1
        self.passed += bool(good)
        if not good and note:
            self.notes.append(note)
            print("failed:", note)


def program(name, advice):
    """The path of a program, of this environment first."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        print(json.dumps({"missing": f"{name} is not on PATH: {advice}"}))
        sys.exit(0)
    return found


def run(*command, seconds=600):
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds
    )
    text = done.stdout.decode("utf-8", "replace")
    print(text)
    return done.returncode, text


def autobahn(port, work, full):
    cases = () if full else ("-x", "9.*", "-x", "12.*", "-x", "13.*")
    out = work / "autobahn"
    command = (program("kosoku", "pip install kosoku"), "-m", "fuzzingclient", *cases, "-o", out, f"{HOST}:{port}")
    run(*command, seconds=1800)
    score = Score()
    for results in json.loads((out / "index.json").read_text()).values():
        for case, result in results.items():
            good = result["behavior"] in ("OK", "NON-STRICT", "INFORMATIONAL") and result["behaviorClose"] in (
                "OK",
                "INFORMATIONAL",
            )
            score.add(good, case)
    return score


def autobahn_h2(port, work, full):
    """The same cases over HTTP/2: its client speaks HTTP/1.1 only, so a bridge carries what it says, byte for byte."""
    command = [sys.executable, Path(__file__).with_name("bridge.py"), str(port)]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as bridge:
        try:
            return autobahn(int(bridge.stdout.readline()), work, full)
        finally:
            bridge.kill()


def h2spec(port, work, full):
    advice = "go install github.com/summerwind/h2spec/cmd/h2spec@latest"
    _, text = run(program("h2spec", advice), "-h", HOST, "-p", str(port), "-o", "5", "--strict")
    tests, passed, skipped, _failed = map(
        int, re.search(r"(\d+) tests, (\d+) passed, (\d+) skipped, (\d+) failed", text).groups()
    )
    score = Score()
    score.total, score.passed = tests - skipped, passed
    score.notes = re.findall(r"\u00d7 (.*)", text)
    return score


def vectors(port, work, full):
    """The requests that gunicorn's own tests parse, valid ones and those to be refused, whole and byte by byte."""
    folder = work / "gunicorn"
    source = ("download", "-q", "--no-deps", "--no-binary", ":all:", "-d", folder, GUNICORN)
    run(sys.executable, "-m", "pip", *source)
    shutil.unpack_archive(next(folder.glob("gunicorn-*.tar.gz")), folder, filter="data")
    requests = next(folder.glob("gunicorn-*/tests/requests"))
    score = Score()
    for kind in ("valid", "invalid"):
        for file in sorted((requests / kind).glob("*.http")):
            about = file.with_suffix(".py")
            text = about.read_text() if about.exists() else ""
            # Settings of gunicorn's own say that some of them mean something else.
            if not text or "cfg.set" in text or "proxy_protocol" in text:
                continue
            for split in (False, True):
                answers, closed = ask(port, with_host(unescaped(file.read_bytes())), split)
                good = judged(kind, text, answers, closed)
                score.add(good, f"{kind}/{file.stem}{' by bytes' if split else ''}: {answers or 'silence'}")
    return score


def unescaped(data):
    data = data.replace(b"\n", b"")
    for escape, meant in ((b"\\r\\n", b"\r\n"), (b"\\n", b"\n"), (b"\\0", b"\0"), (b"\\t", b"\t")):
        data = data.replace(escape, meant)
    return re.sub(rb"\\x([0-9a-fA-F]{2})", lambda found: bytes([int(found[1], 16)]), data)


def with_host(data):
    """Puts in the Host that HTTP/1.1 asks for and a parser does not."""
    head, end, rest = data.partition(b"\r\n\r\n")
    first, line, fields = head.partition(b"\r\n")
    if first.endswith(b" HTTP/1.1") and b"\nhost:" not in b"\n" + fields.lower():
        return first + line + b"Host: x\r\n" + fields + end + rest if line else first + b"\r\nHost: x" + end + rest
    return data


def ask(port, data, split):
    """The statuses that come back, and whether the connection was closed after them."""
    got, closed = b"", False
    with socket.create_connection((HOST, port), 5) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            for at in range(0, len(data), 1 if split else len(data)):
                client.sendall(data[at : at + 1] if split else data)
            client.settimeout(2)
            while piece := client.recv(65536):
                got += piece
                client.settimeout(0.5)
            closed = True
        except TimeoutError:
            pass
        except OSError:
            closed = True
    statuses = [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3}) ", got)]
    return [status for status in statuses if status >= 200], closed


def judged(kind, about, answers, closed):
    if kind == "valid":
        return bool(answers) and answers[0] < 500 and answers[0] != 400
    return (bool(answers) or closed) and not any(status < 400 for status in answers)


def schemathesis(port, work, full):
    # FastAPI makes its models for the first document, which may take longer than Schemathesis waits for one.
    client = http.client.HTTPConnection(HOST, port, timeout=120)
    client.request("GET", "/openapi.json")
    client.getresponse().read()
    client.close()
    code, text = run(
        program("schemathesis", "pip install schemathesis"),
        "run",
        "--max-examples=50",
        "--seed=1",
        "--phases=examples,coverage,fuzzing",
        "--checks=not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
        f"http://{HOST}:{port}/openapi.json",
    )
    score = Score()
    score.add(code == 0, " ".join(text.split()[-40:]))
    return score


def wsgilint(port, work, full):
    plain = {"Content-Type": "text/plain"}
    cases = [
        ("GET", "fine", None, 200, b"fine"),
        ("HEAD", "fine", None, 200, b""),
        ("OPTIONS", "fine", None, 200, b"fine"),
        ("GET", "pieces?q=%C3%A9&x", None, 200, b"one two three"),
        ("GET", "write", None, 200, b"written, then returned"),
        ("GET", "nothing", None, 204, b""),
        ("GET", "changed", None, 503, b"of another mind"),
        ("GET", "a%20b/%C3%A9/fine", None, 200, b"fine"),
        ("POST", "echo", b"x" * 200_000, 200, b"x" * 200_000),
        ("POST", "echo", b"", 200, b""),
        ("PATCH", "echo", b"p", 200, b"p"),
        ("POST", "lines", b"one\ntwo\nthree", 200, b"threetwo\none\n"),
    ]
    score = Score()
    for linter in ("wsgiref", "webtest", "werkzeug"):
        for method, path, body, status, wanted in cases:
            if linter == "werkzeug" and path == "write":
                continue  # It forbids to write and to return both, which PEP 3333 allows.
            client = http.client.HTTPConnection(HOST, port, timeout=60)
            client.request(method, f"/{linter}/{path}", body, {} if body is None else plain)
            answer = client.getresponse()
            got = answer.read()
            client.close()
            score.add((answer.status, got) == (status, wanted), f"{linter} {method} {path}: {answer.status}")
    return score


def litmus(port, work, full):
    os.chdir(work)
    _, text = run(program("litmus", "apt-get install litmus"), "-k", f"http://{HOST}:{port}/")
    score = Score()
    for tests, passed in re.findall(r"of (\d+) tests run: (\d+) passed", text):
        score.total += int(tests)
        score.passed += int(passed)
    score.notes = re.findall(r"^\s*\d+\. (\S+).*FAIL", text, re.MULTILINE)
    return score


def slowhttptest(port, work, full):
    """While clients of each slow kind hold connections, a normal request must be answered within three seconds."""
    tool = program("slowhttptest", "apt-get install slowhttptest")
    kinds = (
        ("-H", "-i", "5", "-x", "24"),
        ("-B", "-i", "5", "-s", "8192", "-x", "10"),
        ("-R", "-a", "10", "-b", "300"),
        ("-X", "-w", "10", "-y", "20", "-n", "5", "-z", "32", "-k", "3"),
    )
    score = Score()
    for kind in kinds:
        path = "/stream" if kind[0] == "-X" else "/"
        command = [tool, "-c", "200", "-r", "100", "-l", "15", "-p", "3", *kind, "-u", f"http://{HOST}:{port}{path}"]
        slow = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
        end = time.monotonic() + 60
        while slow.poll() is None and time.monotonic() < end:
            score.add(answers_in_time(port), f"a request beside {kind[0]}")
            time.sleep(0.5)
        slow.kill()
        slow.wait()
    return score


def answers_in_time(port):
    try:
        client = http.client.HTTPConnection(HOST, port, timeout=3)
        client.request("GET", "/")
        answer = client.getresponse()
        answer.read()
        client.close()
        return answer.status == 200
    except OSError:
        return False


def httplint(port, work, full):
    tool = program("httplint", "pip install httplint")
    score = Score()
    # A long one would be over some time after the moment that its Date tells.
    for path in ("/", "/stream?20", "/a%20b?q=1"):
        with socket.create_connection((HOST, port), 10) as client:
            client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
            with client.makefile("rb") as answer:
                raw = answer.read()
        done = subprocess.run([tool, "-n"], input=raw, capture_output=True, timeout=60)
        text = done.stdout.decode("utf-8", "replace")
        bad = [line.strip() for line in text.splitlines() if "[BAD]" in line]
        score.add(done.returncode == 0 and not bad, f"{path}: {bad or text[-200:]}")
    return score


SUITES = {
    "autobahn": autobahn,
    "autobahn-h2": autobahn_h2,
    "h2spec": h2spec,
    "vectors": vectors,
    "wsgi-lint": wsgilint,
    "schemathesis": schemathesis,
    "litmus": litmus,
    "slowhttptest": slowhttptest,
    "httplint": httplint,
}


def main():
    suite, port, work, *rest = sys.argv[1:]
    folder = Path(work)
    folder.mkdir(parents=True, exist_ok=True)
    score = SUITES[suite](int(port), folder, "full" in rest)
    print(json.dumps({"passed": score.passed, "total": score.total, "notes": score.notes[:20]}))


if __name__ == "__main__":
    main()
