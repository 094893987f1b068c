"""The worker: takes jobs from the store, reads them in a process of its own, and decides anew.

Pages never read documents: they put uploads into the store and show what the worker has done.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from selfproof import pipeline
from selfproof.store import Store

_PAUSE = 0.3  # seconds between two looks at an empty queue


def run(store: Store, *, until: Callable[[], bool] = lambda: False) -> None:
    """Work through the queue until told otherwise; what a dead worker left half read is taken up first."""
    for application in store.applications():
        catch_up(store, application)
    while not until():
        waiting = store.waiting()
        for upload in waiting:
            pipeline.process(store, upload)
        for application in dict.fromkeys(upload.application for upload in waiting):
            pipeline.reassess(store, application)
        if not waiting:
            time.sleep(_PAUSE)


def catch_up(store: Store, application: str) -> None:
    """Read what this version of the reader has not read of an application, and decide anew if there was anything."""
    left = list(pipeline.pending(store, application))
    for upload in left:
        pipeline.finish(store, upload)
    if left:
        pipeline.reassess(store, application)
