"""The app itself is killed while people upload and a worker reads: what has shown a receipt is there, read once."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import sqlalchemy as sa

from selfproof.access import Role, enter
from selfproof.store import State, Store, files
from selfproof.store.schema import upload_events
from tests import people_samples as samples
from tests import serving
from ui.gate import COOKIE
from ui.routes import TOKEN_HEADER

KILLS = int(os.environ.get("SELFPROOF_KILLS", "3"))  # a longer run: SELFPROOF_KILLS=100 pytest tests/test_kill_app.py
INVOICE = (serving.ROOT / "fixtures" / "vat_invoice" / "einvoice.xml").read_bytes()
_PATIENCE = 300.0  # seconds


@dataclass
class Owner:
    """Sends one file after the other, and keeps what the app has answered."""

    port: int
    application: str
    cookie: str
    csrf: str
    receipts: list[tuple[str, str]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def send(self) -> None:
        """Until told otherwise; where nobody answers, the same file again, as the page does."""
        number = 0
        while not self.over.is_set():
            data = INVOICE + b"<!-- %d -->" % number
            try:
                answer = self._post(data)
            except (OSError, HTTPException):
                time.sleep(0.05)
                continue
            if answer:
                self.receipts.append((answer, files.document_id(data)))
                number += 1

    def _post(self, data: bytes) -> str:
        """The upload's id from its receipt; empty when it was refused."""
        body = (
            b'--cut\r\nContent-Disposition: form-data; name="files"; filename="e.xml"\r\n\r\n'
            + data
            + b"\r\n--cut--\r\n"
        )
        headers = {
            "cookie": f"{COOKIE}={self.cookie}",
            TOKEN_HEADER: self.csrf,
            "content-type": "multipart/form-data; boundary=cut",
        }
        connection = HTTPConnection("127.0.0.1", self.port, timeout=240)
        try:
            connection.request("POST", f"/upload/{self.application}", body, headers)
            response = connection.getresponse()
            said = response.read()
        finally:
            connection.close()
        return str(json.loads(said)["receipts"][0]["upload"]) if response.status == 200 else ""


@contextmanager
def _worker(home: Path) -> Iterator[None]:
    environment = os.environ | {"SELFPROOF_HOME": str(home), "PYTHONPATH": str(serving.ROOT)}
    environment.pop("SELFPROOF_DATABASE", None)
    command = [sys.executable, "-m", "selfproof.cli", "worker", "--processes", "1"]
    with subprocess.Popen(command, env=environment, cwd=home) as process:
        try:
            yield
        finally:
            process.terminate()
            assert process.wait(300) == 0, "it ends in order"


def _until(met: object) -> None:
    assert callable(met)
    end = time.monotonic() + _PATIENCE
    while not met():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def _kill_again_and_again(server: serving.Server, owner: Owner) -> None:
    """Each time after some new receipts, at a moment of chance in the next upload."""
    chance = random.Random(20261122)  # noqa: S311  chance that can be repeated
    for _ in range(KILLS):
        server.wait()
        enough = len(owner.receipts) + chance.randint(1, 4)
        _until(lambda enough=enough: len(owner.receipts) >= enough)
        time.sleep(chance.uniform(0, 0.05))
        server.kill()
    server.wait()
    seen = len(owner.receipts)
    _until(lambda: len(owner.receipts) > seen)


def test_what_the_app_gave_a_receipt_for_outlives_its_kills_and_is_read_once(tmp_path: Path) -> None:
    with Store.open(home=tmp_path) as store, serving.started(tmp_path) as server:
        token = samples.token(store, "anna", Role.OWNER)
        application = samples.desk(store, "anna", Role.OWNER).create(samples.about()).id
        owner = Owner(server.port, application, token, enter(store, token).token)
        sender = threading.Thread(target=owner.send)
        with _worker(tmp_path):
            sender.start()
            try:
                _kill_again_and_again(server, owner)
            finally:
                owner.over.set()
                sender.join()
            _until(lambda: not store.open_jobs(application))
        times = _readings(store)
        print(f"\n{KILLS} kills of the app, {len(owner.receipts)} receipts, {times.total()} readings")  # noqa: T201  for -rP
        kept = {upload.id: upload.document for upload in store.uploads(application)}
        assert [receipt for receipt in owner.receipts if kept.get(receipt[0]) != receipt[1]] == []
        assert all(files.document_id(store.original(application, upload)) == kept[upload] for upload in kept)
        assert times == dict.fromkeys(kept, 1)
        assert store.decisions(application)


def _readings(store: Store) -> Counter[str]:
    """How often each upload has been read to the end."""
    query = sa.select(upload_events.c.upload).where(upload_events.c.state == State.READ)
    with store.engine.begin() as connection:
        return Counter(connection.scalars(query))
