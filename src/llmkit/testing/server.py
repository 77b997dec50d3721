"""A listener on loopback with a thread for itself and one for each connection."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading

from llmkit.testing.connection import Connection, Handler


class Server:
    """Accepts until it is closed; closing ends every connection and thread. `port` is free for the taking: the system chooses it."""

    def __init__(self, handler: Handler, context: ssl.SSLContext | None = None) -> None:
        self._handler = handler
        self._context = context
        self._lock = threading.Lock()
        self._open: dict[socket.socket, threading.Thread] = {}
        self._closing = False
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, name=f"fake-{self.port}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End everything and wait until it has ended."""
        self._closing = True
        # A blocked accept wakes up for a connection on every platform; not on every one for the listener's close.
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=5):
            pass
        self._thread.join()
        self._listener.close()
        with self._lock:
            left = list(self._open.items())
        for sock, _ in left:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for _, thread in left:
            thread.join(timeout=5)

    def _accept(self) -> None:
        while True:
            sock, _ = self._listener.accept()
            if self._closing:
                sock.close()
                return
            self.connections += 1
            if self._context is not None:
                # The handshake is the connection's own business: a client that breaks it must not hold up the others.
                sock = self._context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
            thread = threading.Thread(target=self._serve, args=(sock, self.connections), name=f"fake-{self.port}-connection", daemon=True)
            with self._lock:
                self._open[sock] = thread
            thread.start()

    def _serve(self, sock: socket.socket, number: int) -> None:
        # A client may leave, break TLS or talk nonsense at any point: that is what fakes are for, and ends its connection only.
        try:
            with contextlib.suppress(OSError, ValueError):
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if isinstance(sock, ssl.SSLSocket):
                    sock.do_handshake()
                Connection(sock, number).serve(self._handler)
        finally:  # a script that fails ends its connection too: a client that waits for ever tells nobody why
            with self._lock:
                self._open.pop(sock, None)
            sock.close()
