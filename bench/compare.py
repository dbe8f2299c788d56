#!/usr/bin/env python3
"""Asks SMTP servers the same questions and prints their answers as a table: docs/compared-with-postfix.md.

compare.py NAME=CLEAR_PORT,TLS_PORT,USER,PASSWORD ... [only=WORD] [slow]
(all at 127.0.0.1; only: the questions with this word; slow: the time-outs, which take six minutes)
"""
import base64, socket, ssl, sys, threading, time

CONTEXT = ssl.create_default_context()
CONTEXT.check_hostname, CONTEXT.verify_mode = False, ssl.CERT_NONE
PROBES = []


def probe(question):
    return lambda function: PROBES.append((question, function)) or function


class Session:
    """One connection; a reply is a list of lines, and an empty one is a closed connection."""

    def __init__(self, port, tls=False, source="127.0.0.1", wait=20):
        self.socket = socket.create_connection(("127.0.0.1", port), wait, (source, 0))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        if tls:
            self.socket = CONTEXT.wrap_socket(self.socket)

    def line(self):
        while b"\n" not in self.buffer:
            try:
                read = self.socket.recv(65536)
            except TimeoutError:
                return "silence"
            except OSError:
                read = b""
            if not read:
                return ""
            self.buffer += read
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line.decode("latin-1").rstrip("\r")

    def reply(self):
        lines = [self.line()]
        while lines[-1][3:4] == "-":
            lines.append(self.line())
        return lines if lines[-1] else []

    def send(self, octets):
        try:
            self.socket.sendall(octets if isinstance(octets, bytes) else octets.encode("latin-1"))
        except OSError:
            pass
        return self

    def ask(self, line):
        return self.send(line + "\r\n").reply()

    def start_tls(self):
        self.ask("STARTTLS")
        self.socket = CONTEXT.wrap_socket(self.socket)
        return self


def said(reply):
    return f"`{reply[-1]}`" if reply else "closed"


def code(reply):
    return reply[-1].split(" ", 1)[0] if reply else "closed"


def clear(server, **more):
    session = Session(server.clear, **more)
    session.reply()
    session.ask("EHLO client.example")
    return session


def secret(server, user=None, password=None):
    return base64.b64encode(f"\0{user or server.user}\0{password or server.password}".encode()).decode()


def submitter(server, **more):
    session = Session(server.tls, tls=True, **more)
    session.reply()
    session.ask("EHLO client.example")
    session.ask("AUTH PLAIN " + secret(server))
    return session


def in_data(server):
    session = submitter(server)
    for line in ("MAIL FROM:<a@example.com>", "RCPT TO:<b@example.org>", "DATA"):
        session.ask(line)
    return session


def content(server, octets):
    return in_data(server).send(octets).reply()


def keywords(reply):
    return ", ".join(line[4:] for line in reply[1:])


@probe("greeting")
def greeting(server):
    return said(Session(server.clear).reply())


@probe("EHLO in clear")
def ehlo_clear(server):
    session = Session(server.clear)
    session.reply()
    return keywords(session.ask("EHLO client.example"))


@probe("EHLO after STARTTLS")
def ehlo_tls(server):
    return keywords(clear(server).start_tls().ask("EHLO client.example"))


@probe("EHLO after AUTH")
def ehlo_auth(server):
    return keywords(submitter(server).ask("EHLO client.example"))


def longest(accepted, low, high):
    if accepted(high):
        return f"over {high:,}"
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if accepted(middle) else (low, middle)
    return f"{low:,} octets"


@probe("longest command line, its CRLF included")
def command_line(server):
    def accepted(length):
        return code(clear(server).ask("NOOP " + "x" * (length - 7)))[:1] == "2"

    return longest(accepted, 100, 1 << 20) + ", then " + said(clear(server).ask("NOOP " + "x" * 20_000))


@probe("longest AUTH response")
def auth_line(server):
    def accepted(length):
        session = Session(server.tls, tls=True)
        session.reply()
        session.ask("EHLO client.example")
        session.ask("AUTH PLAIN")
        return code(session.ask("A" * (length - 2))) in ("535", "501", "454")

    return longest(accepted, 100, 1 << 17)


@probe("a content line of 9 MB")
def content_line(server):
    return said(content(server, b"From: a@example.com\r\nSubject: x\r\n\r\n" + b"x" * 9_000_000 + b"\r\n.\r\n"))


@probe("a header section of 300 KB")
def header(server):
    return said(content(server, (b"X-Field: " + b"x" * 900 + b"\r\n") * 330 + b"\r\n.\r\n"))


@probe("one header field of 200 KB")
def field(server):
    return said(content(server, b"X-Field: " + b"x" * 200_000 + b"\r\n\r\n.\r\n"))


@probe("recipients of a transaction")
def recipients(server):
    session = submitter(server)
    session.ask("MAIL FROM:<a@example.com>")
    for number in range(3_000):
        reply = session.ask(f"RCPT TO:<b{number}@example.org>")
        if code(reply) != "250":
            return f"{number:,}, then {said(reply)}"
    return "3,000 and more"


@probe("Received fields before it is a loop")
def hops(server):
    for count in range(40, 120):
        reply = content(server, b"Received: from a by b; Tue, 24 Nov 2026 00:00:00 +0000\r\n" * count + b"\r\n.\r\n")
        if code(reply) != "250":
            return f"{count - 1}, then {said(reply)}"
    return "120 and more"


def until_closed(session, line, limit=400):
    begin, number, last = time.monotonic(), 0, []
    while number < limit:
        reply = session.ask(line)
        if not reply:
            break
        number, last = number + 1, reply
        if code(reply) == "421":
            break
    return f"{number} answered in {time.monotonic() - begin:.1f} s, the last {said(last)}"


@probe("unknown commands")
def errors(server):
    return until_closed(clear(server), "XYZZY")


@probe("NOOP and nothing else")
def junk(server):
    return until_closed(clear(server), "NOOP")


@probe("MAIL that cannot be read")
def refused(server):
    return until_closed(clear(server), "MAIL FROM:<>x")


@probe("connections from one address")
def from_one_address(server):
    return connections(server, lambda number: "127.0.0.77")


@probe("connections from many addresses")
def from_many_addresses(server):
    return connections(server, lambda number: f"127.0.7.{1 + number // 40}", 3_000)


def connections(server, source, limit=300):
    held = []
    try:
        for number in range(limit):
            session = Session(server.clear, source=source(number), wait=4)
            held.append(session)
            reply = session.reply()
            if code(reply) != "220":
                return f"{number}, then {said(reply) if code(reply) != 'silence' else 'no greeting for 4 s'}"
        return f"{limit:,} and more"
    finally:
        for session in held:
            session.socket.close()
        time.sleep(1)


def smuggled(ending):
    def ask(server):
        session = in_data(server).send(
            b"From: a@example.com\r\nSubject: outer\r\n\r\nouter" + ending + b"MAIL FROM:<admin@example.com>\r\nRCPT TO:<victim@example.org>\r\n"
            b"DATA\r\nSubject: inner\r\n\r\ninner\r\n.\r\nVRFY end\r\n")
        codes = []
        session.socket.settimeout(3)
        while reply := session.reply():
            if reply[0] == "silence":
                break
            codes.append(code(reply))
        messages = 2 if "354" in codes else codes.count("250")
        return f"{messages} message{'' if messages == 1 else 's'} ({' '.join(codes)})"

    return ask


for name, ending in {"LF . LF": b"\n.\n", "LF . CR LF": b"\n.\r\n", "CR LF . LF": b"\r\n.\n", "CR . CR": b"\r.\r",
                     "CR LF . CR CR LF": b"\r\n.\r\r\n", "CR LF NUL . CR LF": b"\r\n\0.\r\n"}.items():
    probe(f"smuggling by {name}")(smuggled(ending))


@probe("a command that ends in LF alone")
def bare_command(server):
    return said(clear(server).send("NOOP\n").reply())


@probe("NUL in a command")
def nul_command(server):
    return said(clear(server).ask("NOOP a\0b"))


@probe("NUL in content")
def nul_content(server):
    return said(content(server, b"From: a@example.com\r\nSubject: x\r\n\r\na\0b\r\n.\r\n"))


@probe("8-bit octets in an address without SMTPUTF8")
def eight_bit(server):
    return said(submitter(server).ask("MAIL FROM:<\xc3\xa4@example.com>"))


@probe("EHLO before the greeting")
def early(server):
    session = Session(server.clear).send("EHLO client.example\r\n")
    return f"{code(session.reply())}, then {code(session.reply())}"


@probe("a command in clear behind STARTTLS")
def injected(server):
    session = clear(server).send("STARTTLS\r\nNOOP injected\r\n")
    reply = session.reply()
    if code(reply) != "220":
        return said(reply)
    try:
        session.socket = CONTEXT.wrap_socket(session.socket)
    except OSError:
        return "closed before TLS"
    session.buffer, lines = b"", []
    session.socket.settimeout(2)
    line = session.line()
    return "not executed" if line in ("silence", "") else f"executed: {line}"


@probe("HTTP first")
def http(server):
    session = Session(server.clear)
    session.reply()
    session.send("POST / HTTP/1.1\r\nHost: localhost\r\n\r\nEHLO client.example\r\n")
    return said(session.reply())


@probe("TLS handshake on the port in clear")
def hello(server):
    session = Session(server.clear)
    session.reply()
    return said(session.send(b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\r\n").reply())


@probe("AUTH in clear")
def auth_clear(server):
    return said(clear(server).ask("AUTH PLAIN " + secret(server)))


@probe("MAIL without AUTH")
def no_auth(server):
    session = clear(server).start_tls()
    session.ask("EHLO client.example")
    mail = session.ask("MAIL FROM:<a@example.com>")
    return said(mail if code(mail) != "250" else session.ask("RCPT TO:<b@example.org>"))


@probe("VRFY, EXPN, ETRN, HELP")
def verbs(server):
    session = clear(server)
    return " · ".join(said(session.ask(line)) for line in ("VRFY root", "EXPN list", "ETRN example.com", "HELP"))


@probe("a wrong secret: first to sixth answer of one address, seconds")
def wrong_secret(server):
    waits = []
    for _ in range(6):
        session = Session(server.tls, tls=True, source="127.0.0.88")
        session.reply()
        session.ask("EHLO client.example")
        begin = time.monotonic()
        session.ask("AUTH PLAIN " + secret(server, password="not-this"))
        waits.append(time.monotonic() - begin)
        session.socket.close()
    return " ".join(f"{wait:.2f}" for wait in waits)


@probe("RCPT of a known and of an unknown local user, without AUTH")
def local_user(server):
    session = clear(server)
    session.ask("MAIL FROM:<a@example.com>")
    return " · ".join(said(session.ask(f"RCPT TO:<{user}@localhost>")) for user in ("root", "nobody-by-this-name"))


@probe("source route, percent hack")
def routes(server):
    session = submitter(server)
    session.ask("MAIL FROM:<a@example.com>")
    return " · ".join(said(session.ask(f"RCPT TO:<{path}>")) for path in ("@one.example:b@example.org", "b%example.org@example.com"))


@probe("a forward-path without a domain")
def no_domain(server):
    session = submitter(server)
    session.ask("MAIL FROM:<a@example.com>")
    return said(session.ask("RCPT TO:<somebody>"))


def seconds_until_closed(session):
    session.socket.settimeout(400)
    begin = time.monotonic()
    reply = session.reply()
    return f"{time.monotonic() - begin:.0f} s, {said(reply)}"


def slow(servers):
    rows = {"silent after the greeting": lambda server: seconds_until_closed(greeted(server)),
            "silent in content": lambda server: seconds_until_closed(in_data(server)),
            "an octet of content each second, for six minutes": drip}

    def greeted(server):
        session = Session(server.clear)
        session.reply()
        return session

    answers = {}

    def run(name, row, server):
        answers[name, server.name] = row(server)

    threads = [threading.Thread(target=run, args=(name, row, server)) for name, row in rows.items() for server in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name in rows:
        print_row(name, [answers[name, server.name] for server in servers])


def drip(server):
    session = in_data(server)
    session.socket.settimeout(1)
    begin = time.monotonic()
    while time.monotonic() - begin < 360:
        session.send(b"x")
        line = session.line()
        if line != "silence":
            return f"{time.monotonic() - begin:.0f} s, " + (f"`{line}`" if line else "closed")
    return "no end"


def print_row(question, answers):
    print(f"| {question} | " + " | ".join(answer.replace("|", "\\|") for answer in answers) + " |", flush=True)


class Server:
    def __init__(self, argument):
        self.name, ports = argument.split("=", 1)
        clear_port, tls_port, self.user, self.password = ports.split(",")
        self.clear, self.tls = int(clear_port), int(tls_port)


def main():
    servers = [Server(argument) for argument in sys.argv[1:] if "," in argument]
    only = "".join(argument[5:] for argument in sys.argv[1:] if argument.startswith("only="))
    print_row("", [server.name for server in servers])
    print("| --- |" + " --- |" * len(servers))
    if "slow" in sys.argv:
        slow(servers)
        return
    for question, ask in PROBES:
        if only not in question:
            continue
        answers = []
        for server in servers:
            try:
                answers.append(ask(server))
            except OSError as failure:
                answers.append(f"{type(failure).__name__}: {failure}")
        print_row(question, answers)


main()
