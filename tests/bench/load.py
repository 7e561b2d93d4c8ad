"""Load a machine: processes that use a core each, and one that uses the disk and the loopback interface."""

import multiprocessing
import os
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_CHUNK = bytes(64 * 1024)
_CHUNKS = 64


@contextmanager
def loaded(burners: int) -> Iterator[None]:
    """Run `burners` processes that compute, and one that writes, syncs and sends; with 0 run none."""
    spawn = multiprocessing.get_context("spawn")
    tasks = [_burn] * burners + [_churn] * (burners > 0)
    processes = [spawn.Process(target=task, args=(os.getpid(),), daemon=True) for task in tasks]
    for process in processes:
        process.start()
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
            process.join()


def _burn(parent: int) -> None:
    number = 1
    while os.getppid() == parent:
        for _ in range(1_000_000):
            number = number * 1103515245 % 2147483647


def _churn(parent: int) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_swallow, args=(listening,), daemon=True).start()
    with tempfile.TemporaryFile() as file:
        while os.getppid() == parent:
            file.seek(0)
            with socket.create_connection(listening.getsockname()) as connection:
                for _ in range(_CHUNKS):
                    file.write(_CHUNK)
                    connection.sendall(_CHUNK)
            file.flush()
            os.fsync(file.fileno())


def _swallow(listening: socket.socket) -> None:
    while True:
        connection, _address = listening.accept()
        with connection:
            while connection.recv(len(_CHUNK)):
                pass
