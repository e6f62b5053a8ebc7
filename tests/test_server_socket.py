"""The server's own socket: answers go out at once."""

import asyncio
import socket

from channels.serve import _bound


async def test_an_accepted_connection_sends_small_answers_without_waiting_for_acknowledgements() -> None:
    accepted: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def met(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ours: socket.socket = writer.get_extra_info("socket")
        accepted.set_result(ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    with _bound("127.0.0.1", 0) as door:
        server = await asyncio.start_server(met, sock=door)
        _, writer = await asyncio.open_connection(*door.getsockname())

        assert await accepted == 1

        writer.close()
        server.close()
