# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Debian's Chromium by its own driver, in what https://www.w3.org/TR/webdriver2/ says."""
import contextlib
import json
import subprocess
import time
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "Left": "\ue012", "Up": "\ue013", "Right": "\ue014", "Down": "\ue015",
        "End": "\ue010", "Home": "\ue011", "Tab": "\ue004", "Backspace": "\ue003", "Shift": "\ue008"}
OPTIONS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1400,900", "--no-first-run",
           "--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND", "--force-device-scale-factor=1"]


class Browser:
    def __init__(self, at):
        self.at = at
        caps = {"browserName": "chrome", "goog:chromeOptions": {"args": OPTIONS}, "goog:loggingPrefs": {"browser": "ALL"}}
        self.at += "/session/" + self.ask("POST", "/session", {"capabilities": {"alwaysMatch": caps}})["sessionId"]
        self.ask("POST", "/timeouts", {"script": 120000, "pageLoad": 120000})

    def ask(self, how, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.at + path, data, {"Content-Type": "application/json"}, method=how)
        with urllib.request.urlopen(request, timeout=180) as answer:
            return json.load(answer)["value"]

    def open(self, url):
        self.ask("POST", "/url", {"url": url})

    def run(self, script, *args):
        return self.ask("POST", "/execute/sync", {"script": script, "args": list(args)})

    def until(self, script):
        """What the script returns, once that is something."""
        deadline = time.monotonic() + 120
        while not (got := self.run(script)):
            if time.monotonic() > deadline:
                raise RuntimeError(f"not within 120 s: {script}")
            time.sleep(0.005)
        return got

    def find(self, css):
        return self.ask("POST", "/element", {"using": "css selector", "value": css})[ELEMENT]

    def click(self, css):
        self.ask("POST", f"/element/{self.find(css)}/click", {})

    def keys(self, *keys):
        actions = [{"type": kind, "value": KEYS.get(key, key)} for key in keys for kind in ("keyDown", "keyUp")]
        self.ask("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def click_at(self, css, x, y):
        """From the middle of the element."""
        moves = [{"type": "pointerMove", "origin": {ELEMENT: self.find(css)}, "x": x, "y": y},
                 {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        self.ask("POST", "/actions", {"actions": [{"type": "pointer", "id": "mouse", "actions": moves}]})

    def log(self):
        return [line["message"] for line in self.ask("POST", "/se/log", {"type": "browser"})]

    def close(self):
        self.ask("DELETE", "")


@contextlib.contextmanager
def browser(folder):
    """A browser that keeps all its files in the folder."""
    driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                              env={"PATH": "/usr/bin:/bin", "HOME": folder, "TMPDIR": folder})
    try:
        port = next(line.split()[-1].rstrip(".") for line in driver.stdout if "successfully on port" in line)
        b = Browser("http://127.0.0.1:" + port)
        try:
            yield b
        finally:
            b.close()
    finally:
        driver.terminate()
        driver.wait()
