"""JupyterLab on a student's workspace, driven in Chromium.

One server and one browser serve all tests; each test gets a fresh notebook and a fresh kernel, and
leaves a picture of what it saw last in build/browser/.
Playwright is started here, and not by the fixtures of pytest-playwright, because those keep an
event loop running to the end of the session, in which later tests could not run kernels.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect, sync_playwright

from tito.catalog import Module, find
from tito.notebooks import KERNEL
from tito.student import lab as students_lab

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "build" / "browser"
PATIENCE = 120  # seconds for any one thing on a busy machine
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",  # Chromium refuses to run as root otherwise, and visits only our own server
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SERVER = (
    "--no-browser",
    "--expose-app-in-browser",
    "--allow-root",
    "--ServerApp.ip=127.0.0.1",
    "--ServerApp.port=0",
    # Should pytest be killed, the server ends by itself.
    "--ServerApp.shutdown_no_activity_timeout=300",
    "--MappingKernelManager.cull_idle_timeout=300",
)


@pytest.fixture(scope="package")
def chromium() -> Iterator[BrowserContext]:
    """The machine's Chromium, or the program that CHROMIUM names; the tests share its cache."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        pytest.skip(
            "NO BROWSER TEST WAS RUN: there is no Chromium on the path; install the package "
            "`chromium`, or name the program in the environment variable CHROMIUM"
        )
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=FLAGS)
        # JupyterLab draws a while after it knows: wait for what shall be on the screen.
        expect.set_options(timeout=PATIENCE * 1000)
        yield launched.new_context(viewport={"width": 1280, "height": 1000})
        launched.close()


@pytest.fixture(scope="package")
def module() -> Module:
    return find("01")


@pytest.fixture
def window(chromium, request) -> Iterator[Page]:
    """A fresh window. Ask for it after the server, which must outlive it."""
    opened = chromium.new_page()
    opened.set_default_timeout(PATIENCE * 1000)
    try:
        yield opened
    finally:
        picture(opened, request.node.name)
        opened.evaluate("window.jupyterapp?.serviceManager.sessions.shutdownAll()")
        opened.close()


@dataclass(frozen=True)
class Server:
    """A running JupyterLab and the folder it serves."""

    root: Path
    url: str
    token: str

    def page(self, path: str) -> str:
        return f"{self.url}{path}?token={self.token}"


@pytest.fixture(scope="package")
def lab(chromium, tmp_path_factory) -> Callable[..., AbstractContextManager[Server]]:
    """A function that runs JupyterLab in a folder. Without a browser nothing is started."""
    return lambda root, **how: jupyter_lab(root, tmp_path_factory.mktemp("jupyter"), **how)


@contextmanager
def jupyter_lab(
    root: Path,
    own: Path,
    options: Sequence[str] = (),
    python: str = sys.executable,
    environment: Mapping[str, str] = os.environ,
) -> Iterator[Server]:
    """JupyterLab started in `root`, with settings and data of its own in the empty folder `own`."""
    settings = own / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    if environment is os.environ:
        # An instructor's JupyterLab asks at first whether it may fetch news; a student's must not.
        (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')
    folders = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "run",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
    }
    with (own / "log.txt").open("w") as log:
        process = subprocess.Popen(
            [python, "-P", "-m", "jupyterlab", *SERVER, *options],
            cwd=root,
            env={**environment} | {name: str(own / folder) for name, folder in folders.items()},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        info = started(process, own)
        yield Server(root, info["url"], info["token"])
    finally:
        process.terminate()  # it ends its kernels first
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def started(process: subprocess.Popen, own: Path) -> dict:
    """What the server writes about itself once it listens."""
    end = time.monotonic() + PATIENCE
    info = own / "run" / f"jpserver-{process.pid}.json"
    while time.monotonic() < end and process.poll() is None:
        if info.is_file() and (text := info.read_text()).endswith("}"):
            return json.loads(text)
        time.sleep(0.1)
    pytest.fail(f"JupyterLab did not start:\n{(own / 'log.txt').read_text()[-3000:]}")


@pytest.fixture(scope="package")
def server(lab, module, tmp_path_factory) -> Iterator[Server]:
    """JupyterLab in a new workspace, with the settings of `tito lab`."""
    root = tmp_path_factory.mktemp("workspace")
    start(module, root)
    with lab(root, environment=students_lab.environment()) as running:
        yield running


def start(module: Module, folder: Path) -> None:
    """`tito start` as a student types it."""
    command = [sys.executable, "-P", "-m", "tito.cli", "start", f"{module.number:02d}"]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def picture(page: Page, name: str) -> None:
    """Keep what is on the screen for people to look at."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.wait_for_timeout(300)  # let what fades in or out finish
    page.screenshot(path=PICTURES / f"{name}.png")


@dataclass(frozen=True)
class Notebook:
    """A student's notebook, open in JupyterLab: `window.jupyterapp` is the application."""

    page: Page
    path: Path

    def run(self, script: str, *args):
        """Call a JavaScript function (app, panel, ...args) and wait for what it gives."""
        return self.page.evaluate(
            "args => {"
            "  const app = window.jupyterapp;"
            f" return ({script})(app, app.shell.currentWidget, ...args);"
            "}",
            args,
        )

    def cell(self, index: int) -> Locator:
        """A cell, scrolled to."""
        found = self.page.locator(".jp-Notebook .jp-Cell").nth(index)
        found.scroll_into_view_if_needed()
        return found

    def picture(self, name: str) -> None:
        picture(self.page, name)

    def theme(self, name: str) -> None:
        self.run("(app, _, theme) => app.commands.execute('apputils:change-theme', {theme})", name)
        light = str(name.endswith("Light")).lower()
        self.page.locator(f"body[data-jp-theme-light={light}]").wait_for(state="attached")


@pytest.fixture
def notebook(server, window, module) -> Notebook:
    """The notebook as `tito start` makes it, opened in its kernel."""
    path = server.root / module.folder / f"{module.stem}.ipynb"
    path.unlink()
    start(module, server.root)
    return opened(server, window, path)


def opened(server: Server, window: Page, path: Path) -> Notebook:
    """A notebook of the server's folder in JupyterLab, once its kernel is idle."""
    window.goto(server.page(f"lab/tree/{path.relative_to(server.root).as_posix()}"))
    window.get_by_text(f"{KERNEL['display_name']} | Idle").wait_for()
    return Notebook(window, path)


def validate(notebook: Notebook) -> Locator:
    """Press Validate: the dialog with its answer."""
    notebook.page.get_by_role("button", name="Validate", exact=True).click()
    message = notebook.page.locator("#validation-message")
    message.wait_for()
    return message


# Run code in the notebook's kernel: what an expression is after it, or the reply that says why not.
EVALUATE = """async (app, panel, code, expression) => {
    const {kernel} = panel.sessionContext.session;
    const request = kernel.requestExecute({code, user_expressions: {value: expression}});
    const {content} = await request.done;
    return content.user_expressions?.value.data?.["text/plain"] ?? content;
}"""
