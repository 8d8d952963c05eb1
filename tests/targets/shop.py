# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The README's example: a shop that spends its time where its code does not show it."""
import time


def price(item):
    return sum(map(ord, item)) / 100


def total(cart):
    return sum(price(item) for item in cart)


def charge(amount):
    time.sleep(0.005)  # the bank answers
    return round(amount)


def checkout(cart):
    return charge(total(cart))


def main():
    for _ in range(50):
        checkout(["apple", "pear", "plum"] * 100)


main()
