"""Worker processes for what takes long, kept for the life of the process; or the executor of a Dask
cluster."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import Executor, ProcessPoolExecutor
from functools import cache
from typing import Any

WORKERS = 4


@cache
def pool(scheduler: str | None = None) -> Executor:
    """Fresh processes, never copies of ours: a forked copy of a threaded server may hang.

    The fork server loads the skins once, and every worker starts with them loaded.
    """
    if scheduler:
        from distributed import Client

        client: Any = Client
        executor: Executor = client(scheduler).get_executor()
        return executor
    context = multiprocessing.get_context(
        "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    )
    if context.get_start_method() == "forkserver":
        multiprocessing.set_forkserver_preload(["huizong.steps.dress"])
    return ProcessPoolExecutor(max_workers=min(WORKERS, os.cpu_count() or 1), mp_context=context)
