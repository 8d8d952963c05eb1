# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Workers that wait for work, and wait while they work. pool.py [attached]: with it, "READY" once the workers
wait, and begins at a line. Says how long each worker was at work, by its own clock."""
import concurrent.futures
import multiprocessing
import queue
import sys
import threading
import time

HOLD = 0.1  # seconds, of every wait
ROUNDS = 4
worked = {}


def work(lock):
    """As much of it is at a lock as asleep."""
    begin = time.monotonic()
    lock.acquire(timeout=HOLD)
    time.sleep(HOLD)
    name = threading.current_thread().name
    worked[name] = worked.get(name, 0) + time.monotonic() - begin


def consume(tasks, done, lock):
    while tasks.get():
        work(lock)
        done.put(True)


def consumer(name, make, lock):
    tasks, done = make(), queue.Queue()
    t = threading.Thread(target=consume, args=(tasks, done, lock), name=name)
    t.start()
    return t, tasks, done


def main(attached):
    lock = threading.Lock()
    lock.acquire()
    pool = concurrent.futures.ThreadPoolExecutor(1, thread_name_prefix="pool")
    pool.submit(int).result()
    consumers = [consumer("by_queue", queue.Queue, lock), consumer("by_pipe", multiprocessing.Queue, lock)]
    if attached:
        print("READY", flush=True)
        sys.stdin.readline()
    for _ in range(ROUNDS):
        time.sleep(HOLD)
        pool.submit(work, lock).result()
        for _, tasks, done in consumers:
            tasks.put(1)
            done.get()
    for t, tasks, done in consumers:
        tasks.put(0)
        t.join()
    pool.shutdown()
    print(worked, flush=True)


main(sys.argv[1:])
