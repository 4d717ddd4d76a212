"""Makes a data folder with an older version of the program, and known.json beside it: all that a test needs to open it.

usage: make.py OneTimeSecret.Web.dll FOLDER     (FOLDER must not exist; README.md tells the whole story)
"""
import base64, datetime, hashlib, hmac, html, html.parser, http.cookiejar, json, os, re, signal, sqlite3, struct, subprocess, sys, time
import urllib.error, urllib.parse, urllib.request

PROGRAM, FOLDER = sys.argv[1], sys.argv[2]
PASSWORD, ORIGIN, PUBLIC = "a long enough password", "http://127.0.0.1:5999", "http://secrets.example.com"
ENVIRONMENT = os.environ | {
    "OTS_Site__PublicUrl": PUBLIC, "OTS_Storage__BusySeconds": "1", "OTS_Storage__ScrubQuietSeconds": "1", "OTS_Jobs__EraseSeconds": "1",
    # Nobody listens there: mails wait in the outbox.
    "OTS_Mail__Transport": "Smtp", "OTS_Mail__Host": "127.0.0.1", "OTS_Mail__Port": "1", "OTS_Mail__Tls": "None",
}


def verb(*words, code=0):
    ran = subprocess.run(["dotnet", PROGRAM, *words, "--data", FOLDER], env=ENVIRONMENT, capture_output=True, text=True)
    assert ran.returncode == code, (words, ran.returncode, ran.stdout, ran.stderr)
    return ran.stdout.strip()


def serve():
    server = subprocess.Popen(["dotnet", PROGRAM, "--data", FOLDER, "--urls", ORIGIN], env=ENVIRONMENT, stdout=subprocess.DEVNULL)
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{ORIGIN}/api/v1/status").read()
            return server
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the server does not answer")


def stop(server):
    server.send_signal(signal.SIGTERM)
    assert server.wait(60) == 0


def erased():
    """Waits until the background jobs have erased what was deleted. Commit 36c41af calls the app's live key a dead box."""
    for _ in range(40):
        looked = subprocess.run(["dotnet", PROGRAM, "verify-erasure", "--data", FOLDER], env=ENVIRONMENT, capture_output=True, text=True)
        if re.match("database: [01] dead boxes, 0 pieces\nwrite-ahead log: 0 dead boxes, 0 pieces\n", looked.stdout):
            return
        time.sleep(1)
    raise TimeoutError(f"deleted data is still in the files: {looked.stdout}")


def api(path, token=None, method=None, **fields):
    request = urllib.request.Request(f"{ORIGIN}/api/v1/{path}", method=method)
    if fields:
        request.data = urllib.parse.urlencode(fields).encode()
    if token:
        request.add_header("Authorization", "Basic " + base64.b64encode(token.encode()).decode())
    try:
        return json.load(urllib.request.urlopen(request))
    except urllib.error.HTTPError as refused:
        return json.load(refused)


class Browser(html.parser.HTMLParser):
    """Opens pages, keeps cookies, and sends forms."""

    def __init__(self):
        super().__init__()
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def open(self, path, fields=None):
        answer = self.opener.open(urllib.parse.urljoin(ORIGIN, path), fields and urllib.parse.urlencode(fields).encode())
        self.path, self.forms, self.text = answer.geturl(), [], answer.read().decode()
        self.feed(self.text)
        return self

    def send(self, handler, **fields):
        form = next(form for form in self.forms if form.get("_handler") == handler)
        return self.open(self.path, form | {name.replace("__", "."): value for name, value in fields.items()})

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form":
            self.forms.append({})
        elif tag == "input" and attributes.get("type") == "hidden":
            self.forms[-1][attributes["name"]] = attributes.get("value", "")

    def sign_in(self, email):
        self.open("/signin?back=/account").send("signin", Input__Email=email, Input__Password=PASSWORD, Input__Stay="true")
        return self


def element(text, name):
    return html.unescape(re.search(rf'id="{name}"[^>]*>(.*?)<', text, re.S)[1])


def code(key):
    mac = hmac.digest(base64.b32decode(key), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1)
    return f"{(struct.unpack('>I', mac[mac[19] & 15:][:4])[0] & 0x7FFFFFFF) % 1000000:06}"


def link(words):
    return words[len(PUBLIC):]


def secret(receipt, value, passphrase=None):
    return {"secretKey": receipt["secret_key"], "metadataKey": receipt["metadata_key"], "value": value, "passphrase": passphrase}


def share(value, passphrase=None, token=None, **more):
    fields = {"secret": value, "ttl": 604800} | ({"passphrase": passphrase} if passphrase else {}) | more
    return secret(api("share", token, **fields), value, passphrase)


assert not os.path.exists(FOLDER)
known = {"password": PASSWORD, "unread": {}}
unread = known["unread"]
server = serve()
for email in ("admin@example.com", "owner@example.com", "newcomer@example.com"):
    verb("account", "add", email)
verb("admin", "grant", "admin@example.com")

for email in ("admin@example.com", "owner@example.com"):
    Browser().open(link(verb("account", "link", email))).send("reset", Password=PASSWORD)
admin = Browser().sign_in("admin@example.com").open("/account/security/app")
key = re.sub(r"\s", "", element(admin.text, "key"))
admin.send("add-app", Input__Code=code(key))
known["appKey"], known["recoveryCodes"] = key, element(admin.text, "codes").split()
owner = Browser().sign_in("owner@example.com")
known["ownersCookies"] = {cookie.name: cookie.value for cookie in owner.jar}
known["token"] = verb("token", "add", "owner@example.com", "script")
token = "owner@example.com:" + known["token"]

unread["anonymous"] = share("anonymous: Grüße, 世界 🔑")
unread["guarded"] = share("guarded", "correct horse")
assert "value" not in api("secret/" + unread["guarded"]["secretKey"], passphrase="wrong")
generated = api("generate", method="POST", ttl=604800)
unread["generated"] = secret(generated, generated["value"])
unread["owned"] = share("owned", "battery staple", token)
unread["mailed"] = share("mailed", token=token, recipient="friend@example.com")
unread["adopted"] = share("adopted")
owner.open("/receipt/" + unread["adopted"]["metadataKey"]).send("adopt")
known["received"] = share("received", "was opened")
assert api("secret/" + known["received"]["secretKey"], passphrase="was opened")["value"] == "received"

verb("keys", "rotate")  # to its end
stop(server)
lock = sqlite3.connect(f"{FOLDER}/onetimesecret.db", isolation_level=None)
lock.execute("BEGIN IMMEDIATE")
verb("keys", "rotate", code=1)  # adds a root, and is cut off before it moves a row
lock.execute("ROLLBACK")
lock.close()
server = serve()
unread["late"] = share("late")
unread["lateGuarded"] = share("late and guarded", "tr0ub4dor")
unread["lateOwned"] = share("late and owned", token=token)
known["burned"] = share("burned", token=token)
assert api(f"private/{known['burned']['metadataKey']}/burn", token, "POST", **{"continue": "true"})["state"]["state"] == "burned"
known["passwordLink"] = link(verb("account", "link", "newcomer@example.com"))
known["invitationLink"] = link(verb("account", "invite", "guest@example.com"))
known["roots"] = verb("keys", "list").split()
erased()
stop(server)

known["auditRows"] = int(re.search(r"up to row (\d+)", verb("verify-audit"))[1])
known["madeAt"] = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
with open(os.path.join(os.path.dirname(os.path.abspath(FOLDER)), "known.json"), "w", encoding="utf-8") as file:
    json.dump(known, file, indent=2, ensure_ascii=False)
    file.write("\n")
