# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""asyncio: gather, cancellation, timeouts that do not fire."""
import asyncio


async def leaf():
    await asyncio.sleep(0)


async def mid():
    await leaf()
    await leaf()


async def forever():
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        cleanup()
        raise


def cleanup():
    return 1


async def main():
    await asyncio.gather(mid(), mid())
    task = asyncio.ensure_future(forever())
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        cleanup()


def run():
    asyncio.run(main())


if __name__ == "__main__":
    run()
