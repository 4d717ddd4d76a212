"""A mail server for the tests: prints its port, then every mail that it takes, each as a line of JSON; ends with its input.

Stages are connect, ehlo (HELO too), mail, rcpt, data (after the client was told to go on) and answer (after the whole mail was taken).
Replies may repeat what came: {rcpt}, {local} (of the recipient) and {text} (of the mail's body).
"""
import argparse
import asyncio
import base64
import json
import os
import ssl
import sys
import threading

from aiosmtpd.smtp import SMTP, AuthResult, syntax

options = argparse.ArgumentParser()
options.add_argument("--tls", choices=["none", "starttls", "implicit"], default="none")
options.add_argument("--certificate", help="PEM file of certificate and key")
options.add_argument("--user")
options.add_argument("--password")
options.add_argument("--ascii", action="store_true", help="do not offer SMTPUTF8")
options.add_argument("--fail", nargs=2, metavar=("STAGE", "REPLY"), default=("", ""))
options.add_argument("--only", metavar="TEXT", default="", help="fail only with recipients that contain it")
options.add_argument("--hang", metavar="STAGE")
options.add_argument("--drop", metavar="STAGE")
options = options.parse_args()


def say(**what):
    print(json.dumps(what), flush=True)


async def reach(stage, server, envelope):
    """What is to go wrong at a stage: a reply, or none for all is well."""
    if options.hang == stage:
        await asyncio.Event().wait()
    if options.drop == stage:
        server.transport.abort()
        await asyncio.Event().wait()
    rcpt = (envelope.rcpt_tos or [""])[-1]
    if options.fail[0] == stage and options.only in rcpt:
        text = (envelope.content or b"").decode("utf-8", "replace")
        reply = options.fail[1].replace("{rcpt}", rcpt).replace("{local}", rcpt.split("@")[0])
        return reply.replace("{text}", " ".join(text.split("\r\n\r\n", 1)[-1].split()))
    return None


class Handler:
    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        reply = await reach("ehlo", server, envelope)
        return [reply] if reply else responses

    async def handle_HELO(self, server, session, envelope, hostname):
        session.host_name = hostname
        return await reach("ehlo", server, envelope) or "250 mail.test"

    async def handle_MAIL(self, server, session, envelope, address, mail_options):
        envelope.mail_from = address
        envelope.mail_options.extend(mail_options)
        return await reach("mail", server, envelope) or "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        envelope.rcpt_tos.append(address)
        return await reach("rcpt", server, envelope) or "250 OK"

    async def handle_DATA(self, server, session, envelope):
        reply = await reach("data", server, envelope)
        if reply is None:
            say(sender=envelope.mail_from, recipients=envelope.rcpt_tos, options=envelope.mail_options,
                ehlo=session.host_name, tls=session.ssl is not None or options.tls == "implicit", user=getattr(session, "login", None),
                content=base64.b64encode(envelope.content).decode())
            reply = await reach("answer", server, envelope)
        return reply or "250 OK"


class Server(SMTP):
    @syntax("DATA")
    async def smtp_DATA(self, arg):
        if "data" in (options.hang, options.drop):
            await self.push("354 go on")
            await reach("data", self, self.envelope)
        await super().smtp_DATA(arg)


def sign_in(server, session, envelope, mechanism, credentials):
    user, password = credentials.login.decode(), credentials.password.decode()
    if user == options.user and password == options.password:
        session.login = user
        return AuthResult(success=True)
    return AuthResult(success=False, handled=False)


def make(context):
    return Server(
        Handler(), hostname="mail.test", enable_SMTPUTF8=not options.ascii,
        tls_context=context if options.tls == "starttls" else None,
        authenticator=sign_in if options.user else None, auth_required=bool(options.user),
        auth_exclude_mechanism=[] if options.user else ["LOGIN", "PLAIN"],
        auth_require_tls=options.tls == "starttls")


async def ignore(reader, writer):
    await asyncio.Event().wait()


async def main():
    context = None
    if options.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.certificate)
    if options.hang == "connect":
        server = await asyncio.start_server(ignore, "127.0.0.1", 0)
    else:
        server = await asyncio.get_running_loop().create_server(
            lambda: make(context), "127.0.0.1", 0, ssl=context if options.tls == "implicit" else None)
    say(port=server.sockets[0].getsockname()[1])
    async with server:
        await server.serve_forever()


def end_with_the_tests():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_the_tests, daemon=True).start()
asyncio.run(main())
