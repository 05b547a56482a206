"""The console lines of the documents, run as a shell would run them."""

import json
import re
import shlex
import tempfile
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import chdir
from pathlib import Path

import jq
from httpx import Response
from starlette.testclient import TestClient

from app.settings import ROOT
from tests.commands import run
from tests.serving import url_of

DOCUMENTS = (ROOT / "README.md", ROOT / "docs" / "cookbook.md", ROOT / "docs" / "dashboards.md")
BASE = "http://127.0.0.1:8000"
_CONSOLE = re.compile(r"^```console\n\$ ((?:.+\\\n)*.+\n)((?:(?!```).*\n)*)```$", re.MULTILINE)


def shown(text: str) -> list[tuple[str, str]]:
    """Every command of TEXT, with the output under it."""
    return [(command.strip(), output) for command, output in _CONSOLE.findall(text)]


def refilled(client: TestClient, text: str) -> str:
    """TEXT with the outputs of today."""
    return _CONSOLE.sub(lambda found: f"```console\n$ {found[1]}{output(client, found[1])}```", text)


def output(client: TestClient, command: str) -> str:
    """What COMMAND writes, asked of the application behind CLIENT."""
    words = shlex.split(command.replace("\\\n", ""))
    if words[0] == "dragoman":
        return _commanded(client, words[1:])
    fetch, _, rest = _around(words, "|")
    body = _fetched(client, fetch[1:])
    return _filtered(body, rest[1:]) if rest else body.replace("\r\n", "\n").rstrip("\n") + "\n"


def _around(words: Sequence[str], mark: str) -> tuple[Sequence[str], Sequence[str], Sequence[str]]:
    """WORDS before, at and after MARK."""
    at = words.index(mark) if mark in words else len(words)
    return words[:at], words[at : at + 1], words[at + 1 :]


def _fetched(client: TestClient, words: Sequence[str]) -> str:
    """The body that `curl WORDS` answers."""
    parser = ArgumentParser(exit_on_error=False)
    parser.add_argument("-s", action="store_true", required=True)
    parser.add_argument("-H", action="append", default=[])
    parser.add_argument("url")
    asked = parser.parse_args(words)
    headers = dict(one.split(": ", 1) for one in asked.H)
    assert asked.url.startswith(BASE), asked.url
    answer: Response = client.get(asked.url.removeprefix(BASE), headers=headers)
    return answer.text


def _filtered(body: str, words: Sequence[str]) -> str:
    """What `jq WORDS` makes of BODY."""
    parser = ArgumentParser(exit_on_error=False)
    parser.add_argument("-r", action="store_true")
    parser.add_argument("-c", action="store_true")
    parser.add_argument("program")
    asked = parser.parse_args(words)
    layout = {"separators": (",", ":")} if asked.c else {"indent": 2}
    found = jq.compile(asked.program).input_text(body).all()
    raw = (one if asked.r and isinstance(one, str) else json.dumps(one, ensure_ascii=False, **layout) for one in found)
    return "".join(f"{line}\n" for line in raw)


def _commanded(client: TestClient, words: Sequence[str]) -> str:
    """What `dragoman WORDS` says, in a folder that goes away."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        result = run(*words, database_url=url_of(client.app_state["engine"]))
    assert result.exit_code == 0, result.output
    return result.stdout


def refill(client: TestClient, document: Path) -> None:
    """Write today's outputs into DOCUMENT."""
    document.write_text(refilled(client, document.read_text(encoding="utf-8")), encoding="utf-8")
