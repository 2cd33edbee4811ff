"""Which files are read while something runs: the kernel reports it (inotify), whoever reads them."""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.core.errors import TickitError

_ACCESS = 0x1  # IN_ACCESS of inotify(7): a file in the folder was read, not just opened
_IS_FOLDER = 0x40000000  # IN_ISDIR: a folder was listed
_EVENT = struct.Struct("iIII")


@contextmanager
def files_read(folders: list[Path]) -> Iterator[set[Path]]:
    """Give a set that holds, once the block has ended, the files of these folders that were read in it."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "inotify_init1"):
        raise TickitError("which files are read can only be seen on Linux (inotify).")
    watcher = libc.inotify_init1(os.O_NONBLOCK)
    read: set[Path] = set()
    try:
        watched = {}
        for folder in folders:
            watch = libc.inotify_add_watch(watcher, os.fsencode(folder), _ACCESS)
            if watch < 0:
                raise TickitError(f"cannot watch {folder}: {os.strerror(ctypes.get_errno())}")
            watched[watch] = folder
        yield read
        # Equal events in a row are one, so the queue of 16,384 is enough for the few files of a lake.
        while True:
            try:
                events = os.read(watcher, 1 << 20)
            except BlockingIOError:
                break
            position = 0
            while position < len(events):
                watch, mask, _, length = _EVENT.unpack_from(events, position)
                start = position + _EVENT.size
                name = os.fsdecode(events[start : start + length].rstrip(b"\0"))
                if watch in watched and not mask & _IS_FOLDER:
                    read.add(watched[watch] / name)
                position = start + length
    finally:
        os.close(watcher)
