"""Reads a store's originals out of an S3 over HTTP, in a process of its own: what S3 clients leave behind goes with it.

``python -m tests.s3_originals HOME``: puts the originals of the store there into a bucket, away from the folder, reads
everything by reference as a worker of a cluster does, and prints how each upload ended.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import fsspec
from moto.server import ThreadedMotoServer

from selfproof.batch import rereading
from selfproof.batch.cluster import Answer
from selfproof.batch.rereading import Reader, Rereading
from selfproof.store import Store


def main(home: Path) -> None:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    keys = {"AWS_ACCESS_KEY_ID": "sample", "AWS_SECRET_ACCESS_KEY": "sample", "AWS_DEFAULT_REGION": "us-east-1"}
    direct = {"NO_PROXY": host, "no_proxy": host}
    os.environ |= {"AWS_ENDPOINT_URL": f"http://{host}:{port}", **keys, **direct}
    with Store.open(f"sqlite:///{home}/selfproof.db", home) as store:
        _move(home / "originals", "sample-bucket")
        with store.present() as name:
            _read(store, name)
        for upload in store.uploads("A-1"):
            print(upload.name, upload.state, upload.note)  # noqa: T201  what the test reads
    server.stop()


def _move(folder: Path, bucket: str) -> None:
    system = fsspec.filesystem("s3")
    system.call_s3("create_bucket", Bucket=bucket)  # mkdir asks first, and retries the answer that there is none
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        system.pipe(f"{bucket}/originals/{path.relative_to(folder)}", path.read_bytes())
        path.unlink()


def _read(store: Store, name: str) -> None:
    rereading.begin(store)
    desk = Rereading(store, "s3://sample-bucket/originals", lambda _done: None, [name])
    while call := desk.feed(0):
        desk.took(0, Answer(Reader().read(*call[1])))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
