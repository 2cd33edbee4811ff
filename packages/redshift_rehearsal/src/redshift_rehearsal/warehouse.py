"""The process of a stand-in: PostgreSQL, the proxy and the files. `redshift_rehearsal.start` starts it.

Its first line of standard input is the settings; when standard input ends, it stops and cleans up, so it also does when
whoever started it is gone.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from contextlib import ExitStack, closing
from pathlib import Path

from redshift_rehearsal.errors import RehearsalError
from redshift_rehearsal.log import Latency, Log
from redshift_rehearsal.proxy import Proxy
from redshift_rehearsal.server import postgres
from redshift_rehearsal.settings import Settings
from redshift_rehearsal.spectrum import Folders, Spectrum
from redshift_rehearsal.tls import Certificate, certificate


def main() -> int:
    """Serve until standard input ends, which it does when the starter is gone, or until a signal."""
    # While PostgreSQL starts: raised in the main thread, so that `with` blocks stop what they started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    log = Path(sys.argv[1])
    try:
        settings = Settings.from_json(sys.stdin.readline())
        with ExitStack() as stack:
            own = stack.enter_context(certificate()) if settings.tls else None
            server = stack.enter_context(postgres(settings))
            spectrum = stack.enter_context(closing(Spectrum(server, Folders(settings.folders))))
            latency = Latency(settings.latency, settings.commit_latency)
            statements = stack.enter_context(closing(_open(log, latency)))
            proxy = Proxy(server, spectrum, statements, own, latency, case_sensitive=settings.case_sensitive)
            asyncio.run(_serve(proxy, settings.port, own))
    except RehearsalError as error:
        print(json.dumps({"error": str(error)}), flush=True)
        return 1
    return 0


def _open(log: Path, latency: Latency) -> Log:
    try:
        return Log(log, latency)
    except OSError as error:
        raise RehearsalError(f"the log cannot be written to {log}: {error.strerror}.") from error


async def _serve(proxy: Proxy, port: int, own: Certificate | None) -> None:
    """Serve until standard input ends or SIGTERM comes."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    # Nothing more is written there: that it can be read means that it ended.
    loop.add_reader(sys.stdin, ended.set)
    try:
        port = await proxy.start(port)
    except OSError as error:
        raise RehearsalError(
            f"cannot listen on port {port}: {error.strerror or error}. Give another, or 0 for a free port."
        ) from error
    print(json.dumps({"port": port, "certificate": str(own.file) if own else None}), flush=True)
    await ended.wait()
    # What comes while the sessions are cancelled would outlive the loop.
    await proxy.stop_listening()


if __name__ == "__main__":
    sys.exit(main())
