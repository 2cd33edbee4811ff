"""The stand-in for a Redshift warehouse: a process of its own with PostgreSQL, the proxy and the lake.

`warehouse` starts it and stops it. It also stops by itself, cleaning up, when whoever started it is gone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.rehearsal.errors import RehearsalError
from scripts.rehearsal.log import Log
from scripts.rehearsal.proxy import Proxy
from scripts.rehearsal.server import postgres
from scripts.rehearsal.spectrum import Lake, Spectrum

LAKE_URL = "s3://rehearsal/lake"
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Warehouse:
    """A running warehouse: where it listens and where its log is."""

    port: int
    log: Path
    process: subprocess.Popen
    host: str = "127.0.0.1"


@contextmanager
def warehouse(lake: Path, log: Path, port: int = 0) -> Iterator[Warehouse]:
    """Start a warehouse over the folder of a lake; stop it at the end. Raise RehearsalError if it cannot start."""
    command = [sys.executable, "-m", "scripts.rehearsal.warehouse"]
    command += ["--lake", str(lake.resolve()), "--log", str(log.resolve()), "--port", str(port)]
    process = subprocess.Popen(
        command,
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        # In a process group of its own: Ctrl-C reaches us, and we stop it in order.
        process_group=0,
    )
    try:
        answer = json.loads(process.stdout.readline() or '{"error": "the warehouse ended before it was ready"}')
        if "error" in answer:
            raise RehearsalError(answer["error"])
        yield Warehouse(answer["port"], log, process)
    finally:
        process.stdin.close()
        process.stdout.close()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.terminate()
            process.wait()


def main() -> int:
    """Serve until standard input ends, which it does when the starter is gone, or until a signal."""
    parser = argparse.ArgumentParser(prog="python -m scripts.rehearsal.warehouse", description=__doc__)
    parser.add_argument("--lake", type=Path, required=True)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    # While PostgreSQL starts: raised in the main thread, so that `with` blocks stop what they started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with postgres() as server, closing(Spectrum(server, Lake(LAKE_URL, options.lake))) as spectrum:
            asyncio.run(_serve(Proxy(server, spectrum, Log(options.log)), options.port))
    except RehearsalError as error:
        print(json.dumps({"error": str(error)}), flush=True)
        return 1
    return 0


async def _serve(proxy: Proxy, port: int) -> None:
    """Serve until standard input ends or SIGTERM comes."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    # Nothing is ever written there: that it can be read means that it ended.
    loop.add_reader(sys.stdin, ended.set)
    try:
        port = await proxy.start(port)
    except OSError as error:
        raise RehearsalError(f"cannot listen on port {port}: {error.strerror or error}") from error
    print(json.dumps({"port": port}), flush=True)
    await ended.wait()


if __name__ == "__main__":
    sys.exit(main())
