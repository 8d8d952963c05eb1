# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Noise of all kinds all the time, and for each line of stdin a round of known work: see tests/e2e/together.sh.
"stop" ends it."""
import asyncio
import os
import sys
import threading

N = 300
THREADS = 4
stop = threading.Event()


def leaf(x):
    return x


def recurse(n):
    return recurse(n - 1) if n else leaf(n)


def items(n):
    for i in range(n):
        yield leaf(i)


def copy(r, w):
    os.write(w, b"y" * 100)
    return len(os.read(r, 200))


def fail(n):
    if n:
        fail(n - 1)
    raise ValueError


def work():
    r, w = os.pipe()
    for _ in range(N):
        recurse(5)
        sum(items(7))
        copy(r, w)
        try:
            fail(3)
        except ValueError:
            pass
    os.close(r)
    os.close(w)


async def task(n):
    await asyncio.sleep(0)
    return leaf(n)


async def tasks():
    await asyncio.gather(*(task(i) for i in range(N)))


def one_round():
    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for t in threads:
        t.start()
    asyncio.run(tasks())
    for t in threads:
        t.join()


def noise_items(n):
    for i in range(n):
        yield i


def noise_recurse(n):
    return noise_recurse(n - 1) if n else sorted([n])


async def noise_task():
    await asyncio.sleep(0)


async def noise_tasks():
    await asyncio.gather(*(noise_task() for _ in range(5)))


def of_calls():
    r, w = os.pipe()
    while not stop.is_set():
        noise_recurse(20)
        sum(noise_items(20))
        os.write(w, b"z")
        os.read(r, 1)


def of_tasks():
    while not stop.is_set():
        asyncio.run(noise_tasks())


def of_threads():
    while not stop.is_set():
        t = threading.Thread(target=noise_recurse, args=(3,))
        t.start()
        t.join()


def main():
    noises = [threading.Thread(target=target) for target in (of_calls, of_tasks, of_threads)]
    for t in noises:
        t.start()
    print("ready", flush=True)
    while sys.stdin.readline() == "\n":
        one_round()
        print("done", flush=True)
    stop.set()
    for t in noises:
        t.join()
    print("ended well", flush=True)


main()
