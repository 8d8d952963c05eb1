# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""asyncio: a server and eight clients in one process, n lines to and fro for each over loopback."""
import asyncio

CLIENTS = 8


async def serve(reader, writer):
    while line := await reader.readline():
        writer.write(line)
        await writer.drain()
    writer.close()


async def client(port, n):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for i in range(n):
        line = b"line %d\n" % i
        writer.write(line)
        await writer.drain()
        if await reader.readline() != line:
            raise RuntimeError("a line came back changed")
    writer.close()
    await writer.wait_closed()


async def main(n):
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    await asyncio.gather(*(client(port, n) for _ in range(CLIENTS)))
    server.close()
    await server.wait_closed()


def run(n):
    asyncio.run(main(n))
