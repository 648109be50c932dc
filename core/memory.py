"""Memory of a process that did something large once."""

import ctypes
import gc


def give_back_memory() -> None:
    """Return what is no longer used to the system.

    The C library of most Linux systems keeps freed pieces for the next time: a web process that wrote a handbook once
    would hold hundreds of megabytes for ever. Where the library has no such call, nothing happens. Takes up to 200 ms.
    """
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
