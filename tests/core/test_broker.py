import errno
from pathlib import Path

import pytest
from kombu import Connection
from kombu.exceptions import ChannelError


@pytest.fixture
def queue(tmp_path):
    options = {"data_folder_in": str(tmp_path), "data_folder_out": str(tmp_path), "control_folder": str(tmp_path / "c")}
    (tmp_path / "c").mkdir()
    with Connection(transport="core.broker:Transport", transport_options=options) as connection:
        # A name of its own: the library remembers in the process which queues it has bound.
        yield connection.SimpleQueue(tmp_path.name)


def test_what_is_put_comes_out(queue):
    queue.put({"a": "中文"})
    message = queue.get(timeout=2)
    assert message.payload == {"a": "中文"}


def test_a_full_disk_leaves_nothing_that_a_reader_would_take(queue, tmp_path, monkeypatch):
    whole = Path.write_bytes

    def half(self, data):
        whole(self, data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(ChannelError):
        queue.put({"a": 1})
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []
