"""Starting: one clear line when the machine is not fit, and children that come back."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from edu_site.supervisor import STOP_SECONDS

ROOT = Path(__file__).resolve().parent.parent.parent


def _supervise(tmp_path, **environment):
    environment.setdefault("VAR_DIR", str(tmp_path))
    return subprocess.run(
        [sys.executable, "manage.py", "supervise"],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
        env={"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "edu_site.settings.dev",
             "STATIC_ROOT": str(tmp_path / "static"), **environment},
    )  # fmt: skip


def test_a_taken_port_is_one_clear_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = _supervise(tmp_path, PORT=port)
    assert result.returncode == 1
    assert result.stderr.strip() == f"CommandError: 端口 {port} 已被占用或不允许使用。换一个：PORT=8080 make run"


@pytest.mark.parametrize("port", ["eighty", "99999999", ""])
def test_a_port_that_is_none_is_one_clear_line(tmp_path, port):
    result = _supervise(tmp_path, PORT=port)
    assert result.returncode == 1
    assert result.stderr.strip() == f"CommandError: PORT={port} 不是端口号。"


def test_a_folder_that_cannot_be_written_is_one_clear_line(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    media = tmp_path / "file" / "media"
    result = _supervise(tmp_path, PORT="0", MEDIA_ROOT=str(media))
    assert result.returncode == 1
    assert result.stderr.strip() == f"CommandError: 不能写入文件夹 {media}。请换一个有权限的位置，或用 VAR_DIR 指定。"


def test_an_old_python_is_one_clear_line():
    script = (
        "import sys, runpy; sys.version_info = (3, 9, 1); sys.argv = ['bootstrap.py'];"
        "runpy.run_path('deploy/bootstrap.py', run_name='__main__')"
    )
    result = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stderr.strip() == (
        "错误：需要 Python 3.11 或更新的版本，这里是 3.9。可以用 PYTHON=/路径/python3.11 make run 指定。"
    )


SUPERVISED = """
import sys
from edu_site.supervisor import Child, Supervisor
child = "import os, time; print(os.getpid(), file=open(%r, 'a'), flush=True); time.sleep(600)"
Supervisor([Child("a", [sys.executable, "-c", child % sys.argv[1]]),
            Child("b", [sys.executable, "-c", child % sys.argv[2]])], dict()).run()
"""


def _pids(path):
    return [int(line) for line in path.read_text().splitlines()] if path.exists() else []


def _wait(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_supervisor_restarts_what_is_killed_and_stops_all_when_told(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    supervisor = subprocess.Popen(
        [sys.executable, "-c", SUPERVISED, str(first), str(second)],
        cwd=ROOT, env={**os.environ, "DJANGO_SETTINGS_MODULE": "edu_site.settings.test"}, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    _wait(lambda: len(_pids(first)) == 1 and len(_pids(second)) == 1)
    os.kill(_pids(first)[0], signal.SIGKILL)
    _wait(lambda: len(_pids(first)) == 2)
    assert len(_pids(second)) == 1
    supervisor.send_signal(signal.SIGINT)
    assert supervisor.wait(timeout=20) == 0
    _wait(lambda: not any(_is_alive(pid) for pid in _pids(first) + _pids(second)))


COMMAND_WITH_A_POOL = """
import signal, subprocess, sys, time
told = "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: print('told', file=open(sys.argv[1], 'w')))"
pool = subprocess.Popen([sys.executable, "-c", told + "; time.sleep(600)", sys.argv[1]])

def stop(*_signal):
    time.sleep(0.5)
    pool.kill()
    sys.exit(0)

signal.signal(signal.SIGTERM, stop)
print(pool.pid, file=open(sys.argv[2], "w"), flush=True)
time.sleep(600)
"""


def test_a_command_ends_its_own_pool_and_is_not_waited_for_in_vain(tmp_path):
    script, told, pool = tmp_path / "command.py", tmp_path / "told", tmp_path / "pool"
    script.write_text(COMMAND_WITH_A_POOL)
    run = (
        "import sys; from edu_site.supervisor import Child, Supervisor;"
        "Supervisor([Child('a', [sys.executable, *sys.argv[1:]])], {}).run()"
    )
    supervisor = subprocess.Popen([sys.executable, "-c", run, script, told, pool], cwd=ROOT)
    _wait(lambda: len(_pids(pool)) == 1)
    time.sleep(0.5)
    supervisor.send_signal(signal.SIGTERM)
    # Less than the time after which what is left is killed.
    assert supervisor.wait(timeout=STOP_SECONDS / 2) == 0
    assert not told.exists()
    _wait(lambda: not any(_is_alive(pid) for pid in _pids(pool)))
