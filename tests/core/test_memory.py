"""Giving memory back to the system, seen from outside: in a process of its own."""

import ctypes
import subprocess
import sys

import pytest

PROGRAM = """
from core.memory import give_back_memory
def resident():
    return int(open("/proc/self/statm").read().split()[1])
pieces = [bytes(600) for _ in range(200_000)]
# What stays in between keeps the library from shrinking by itself.
few = pieces[::1000]
del pieces
held = resident()
give_back_memory()
print(held, resident())
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="the C library has no malloc_trim")
def test_freed_memory_goes_back_to_the_system():
    held, left = map(int, subprocess.check_output([sys.executable, "-c", PROGRAM], text=True).split())
    assert left < held / 3
