# SPDX-License-Identifier: Apache-2.0
"""Mail to a real SMTP server of this test: STARTTLS, TLS from the start, credentials, and what must not happen.

The certificate comes from the openssl program; without it the test is skipped.
"""
import base64
import json
import os
import shutil
import socketserver
import ssl
import subprocess
import tempfile
import threading
import unittest

import alerting_test
from alerting_test import call, wait_until


class SmtpServer:
    """Takes mail; `starttls`, `implicit_tls` and `login` say what it wants."""

    def __init__(self, context, starttls=True, implicit_tls=False, login=None, mechanisms="PLAIN LOGIN"):
        self.mails, self.commands = [], []
        smtp = self

        class Handler(socketserver.BaseRequestHandler):
            def say(self, text):
                self.stream.sendall(text.encode() + b"\r\n")

            def line(self):
                while b"\r\n" not in self.buffer:
                    data = self.stream.recv(65536)
                    if not data:
                        raise EOFError
                    self.buffer += data
                line, self.buffer = self.buffer.split(b"\r\n", 1)
                return line.decode()

            def handle(self):
                self.stream, self.buffer, self.secure, self.user = self.request, b"", implicit_tls, None
                try:
                    if implicit_tls:
                        self.stream = context.wrap_socket(self.stream, server_side=True)
                    self.serve()
                except (EOFError, OSError):
                    pass
                finally:
                    self.stream.close()

            def serve(self):
                self.say("220 sink ESMTP")
                while True:
                    line = self.line()
                    smtp.commands.append((self.secure, line))
                    word = line.split(" ")[0].upper()
                    if word == "EHLO":
                        features = ["sink"] + (["STARTTLS"] if starttls and not self.secure else [])
                        features += [f"AUTH {mechanisms}"] if login else []
                        for i, feature in enumerate(features):
                            self.say("250" + ("-" if i + 1 < len(features) else " ") + feature)
                    elif word == "STARTTLS":
                        self.say("220 go on")
                        self.stream, self.buffer, self.secure = context.wrap_socket(self.stream, server_side=True), b"", True
                    elif word == "AUTH":
                        self.auth(line)
                    elif word == "DATA":
                        self.say("354 go on")
                        text = []
                        while (data := self.line()) != ".":
                            text.append(data)
                        smtp.mails.append({"text": "\n".join(text), "secure": self.secure, "user": self.user})
                        self.say("250 taken")
                    elif word == "QUIT":
                        self.say("221 bye")
                        return
                    elif word == "MAIL" and login and self.user is None:
                        self.say("530 authentication required")
                    else:
                        self.say("250 ok")

            def auth(self, line):
                parts = line.split(" ")
                if parts[1] == "PLAIN":
                    if len(parts) < 3:
                        self.say("334 ")
                    text = parts[2] if len(parts) > 2 else self.line()
                    _, user, password = base64.b64decode(text).decode().split("\0")
                else:
                    if len(parts) > 2:
                        user = base64.b64decode(parts[2]).decode()
                    else:
                        self.say("334 VXNlcm5hbWU6")
                        user = base64.b64decode(self.line()).decode()
                    self.say("334 UGFzc3dvcmQ6")
                    password = base64.b64decode(self.line()).decode()
                if (user, password) == login:
                    self.user = user
                    self.say("235 welcome")
                else:
                    self.say("535 no")

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class MailTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if shutil.which("openssl") is None:
            raise unittest.SkipTest("openssl is not installed")
        cls.folder = tempfile.mkdtemp(prefix="signalbox-mail-")
        cls.ca = os.path.join(cls.folder, "cert.pem")
        key = os.path.join(cls.folder, "key.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cls.ca, "-days", "2",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
                       check=True, capture_output=True)
        cls.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        cls.context.load_cert_chain(cls.ca, key)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder, ignore_errors=True)

    def send(self, smtp, options, head=""):
        """One alert by mail; the entries of the history, once there is one."""
        self.addCleanup(smtp.close)
        box = alerting_test.signalbox(
            head + "route: {receiver: mail, group_wait: 10ms, group_interval: 1s}\nreceivers:\n- name: mail\n  email_configs:\n"
            f"  - {{to: 'ops@example.com, boss@example.com', from: 'box@example.com', smarthost: 'localhost:{smtp.port}', "
            f"{options}}}\n")
        self.addCleanup(box.close)
        call("POST", box.alerts_url + "/api/v2/alerts", [{"labels": {"alertname": "Full"}, "endsAt": "2099-01-01T00:00:00Z"}])
        history = lambda: json.loads(call("GET", box.ui + "/api/signalbox/v1/notifications")[1])["notifications"]
        self.assertTrue(wait_until(history, 20), smtp.commands)
        return history()

    def tls(self):
        return f"tls_config: {{ca_file: '{self.ca}'}}"

    def test_starttls_and_plain_credentials(self):
        smtp = SmtpServer(self.context, login=("box", "s3cret"))
        told = self.send(smtp, f"auth_username: box, auth_password: s3cret, {self.tls()}")
        self.assertEqual(told[0]["outcome"], "sent", told)
        self.assertEqual((smtp.mails[0]["secure"], smtp.mails[0]["user"]), (True, "box"))
        self.assertIn("Subject: [FIRING:1]", smtp.mails[0]["text"])
        # Before TLS nothing is said but that it is wanted.
        self.assertEqual([line.split(" ")[0] for secure, line in smtp.commands if not secure], ["EHLO", "STARTTLS"])
        self.assertEqual(sum(1 for _, line in smtp.commands if line.startswith("RCPT")), 2)

    def test_login_credentials_from_a_file(self):
        path = os.path.join(self.folder, "password")
        with open(path, "w") as file:
            file.write("fr0m file\n")
        smtp = SmtpServer(self.context, login=("box", "fr0m file"), mechanisms="LOGIN")
        told = self.send(smtp, f"auth_username: box, auth_password_file: '{path}', {self.tls()}")
        self.assertEqual((told[0]["outcome"], smtp.mails[0]["user"]), ("sent", "box"), told)

    def test_tls_from_the_start(self):
        smtp = SmtpServer(self.context, implicit_tls=True)
        told = self.send(smtp, f"force_implicit_tls: true, {self.tls()}")
        self.assertEqual((told[0]["outcome"], smtp.mails[0]["secure"]), ("sent", True), told)

    def test_tls_options_of_global_hold_for_receivers_without_their_own(self):
        smtp = SmtpServer(self.context)
        told = self.send(smtp, "hello: box.example", head=f"global: {{smtp_tls_config: {{ca_file: '{self.ca}'}}}}\n")
        self.assertEqual((told[0]["outcome"], smtp.mails[0]["secure"]), ("sent", True), told)

    def test_server_name_is_what_the_certificate_must_have(self):
        smtp = SmtpServer(self.context)
        told = self.send(smtp, f"tls_config: {{ca_file: '{self.ca}', server_name: 127.0.0.1}}")
        self.assertEqual(told[0]["outcome"], "sent", told)
        smtp = SmtpServer(self.context)
        told = self.send(smtp, f"tls_config: {{ca_file: '{self.ca}', server_name: other.example}}")
        self.assertEqual((told[0]["outcome"], smtp.mails), ("failed", []), told)

    def test_too_old_versions_of_tls_are_not_spoken(self):
        smtp = SmtpServer(self.context)
        told = self.send(smtp, f"tls_config: {{ca_file: '{self.ca}', max_version: TLS11}}")
        self.assertEqual((told[0]["outcome"], smtp.mails), ("failed", []), told)

    def test_no_mail_without_tls_unless_that_is_said(self):
        smtp = SmtpServer(self.context, starttls=False, login=("box", "s3cret"))
        told = self.send(smtp, "auth_username: box, auth_password: s3cret")
        self.assertEqual(told[0]["outcome"], "failed", told)
        self.assertEqual([line for _, line in smtp.commands if line.startswith(("AUTH", "MAIL"))], [])

    def test_unknown_certificate_is_refused(self):
        smtp = SmtpServer(self.context)
        told = self.send(smtp, "auth_username: ''")
        self.assertEqual((told[0]["outcome"], smtp.mails), ("failed", []), told)

    def test_wrong_password_is_told_in_the_history(self):
        smtp = SmtpServer(self.context, login=("box", "right"))
        told = self.send(smtp, f"auth_username: box, auth_password: wr0ng, {self.tls()}")
        self.assertEqual((told[0]["outcome"], told[0]["attempts"], smtp.mails), ("failed", 1, []), told)
        self.assertNotIn("wr0ng", json.dumps(told))


if __name__ == "__main__":
    unittest.main(verbosity=2)
