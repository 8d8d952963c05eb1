# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Pages of orders from a server that is slow: what takes the time, and what waits for it?"""
import asyncio


async def get(path):
    await asyncio.sleep(.01)
    return path


async def order(n):
    head = await get(f"/orders/{n}")
    return head, await get(f"/orders/{n}/items")


async def page(first):
    return await asyncio.gather(*(order(n) for n in range(first, first + 10)))


async def main():
    for first in range(0, 50, 10):
        await page(first)


asyncio.run(main())
