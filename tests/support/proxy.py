"""A proxy before PostgreSQL: it counts what the client asks, and can stall or call at a chosen moment."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

SOCKET = ".s.PGSQL.5432"


class Proxy:
    """Hands on bytes in both directions, and looks at those of the client; `folder` is the host to connect to.

    `stalled` tells that it has stopped handing on, for good. `asked` is how often the client has sent something.
    """

    def __init__(self, folder: Path, server: Path) -> None:
        self.folder = folder
        self.asked = 0
        self.stalled = threading.Event()
        self.called = threading.Event()
        self._server = server
        self._words: list[bytes] | None = None
        self._hands_on_last = False
        self._call_at = 0
        self._call: Callable[[], object] = lambda: None
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(folder / SOCKET))
        self._listening.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def stall_at(self, *words: bytes, hands_on_last: bool = False) -> None:
        """Stall once the client has sent these words in their order; without words, at once.

        With `hands_on_last` the server gets the last of them, and only its answer is held back.
        """
        self._words, self._hands_on_last = [*words], hands_on_last

    def call_at(self, asked: int, call: Callable[[], object]) -> None:
        """Call this before the client's next question but so many is handed on."""
        with self._lock:
            self._call_at, self._call = self.asked + asked + 1, call

    def close(self) -> None:
        """End all connections."""
        for end in [self._listening, *self._sockets]:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                server = socket.socket(socket.AF_UNIX)
                self._sockets += [client, server]
                try:
                    server.connect(str(self._server / SOCKET))
                except OSError:
                    client.close()  # The server has been stopped.
                    continue
                for pair in ((client, server, True), (server, client, False)):
                    threading.Thread(target=self._hand_on, args=pair, daemon=True).start()

    def _hand_on(self, source: socket.socket, target: socket.socket, is_client: bool) -> None:
        with suppress(OSError):  # One that ends with something unread resets the connection.
            while data := source.recv(1 << 20):
                if is_client:
                    self._look(data)
                if self.stalled.is_set():
                    if is_client and self._hands_on_last:
                        target.sendall(data)
                    return
                target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def _look(self, data: bytes) -> None:
        with self._lock:
            self.asked += 1
            is_moment = self.asked == self._call_at
            if self._words and self._words[0] in data:
                data = data.partition(self._words.pop(0))[2]
                if self._words and self._words[0] in data:
                    self._words.pop(0)
            if self._words == []:
                self.stalled.set()
        if is_moment:
            self._call()
            self.called.set()
