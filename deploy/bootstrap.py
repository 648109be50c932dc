"""Prepares a fresh machine: checks Python, makes .venv and installs the pinned dependencies.

Run by the Makefile with whatever ``python3`` is there, so the syntax stays old. ``python3 deploy/bootstrap.py [dev]``.
"""

import hashlib
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")


def fail(message):
    """End with one clear line."""
    sys.exit("错误：" + message)


def check_machine():
    """Refuse an old Python and a folder that cannot be written."""
    if sys.version_info < (3, 11):
        fail(
            "需要 Python 3.11 或更新的版本，这里是 %d.%d。可以用 PYTHON=/路径/python3.11 make run 指定。"
            % sys.version_info[:2]
        )
    if not os.access(ROOT, os.W_OK):
        fail("不能写入文件夹 %s，请换一个有权限的位置。" % ROOT)


def pip_settings():
    """Return the user's own package index settings, as uv's environment variables."""
    listing = subprocess.run(
        [PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    ).stdout
    names = {
        "index-url": "UV_DEFAULT_INDEX",
        "extra-index-url": "UV_INDEX",
        "find-links": "UV_FIND_LINKS",
        "cert": "SSL_CERT_FILE",
    }
    found = {}
    for line in listing.splitlines():
        key, _, value = line.partition("=")
        name = names.get(key.split(".")[-1].strip())
        if name:
            found[name] = value.strip().strip("'\"").replace("\\n", " ").strip()
    for name in ("UV_INDEX", "UV_DEFAULT_INDEX"):
        if os.environ.get("PIP_" + {"UV_INDEX": "EXTRA_INDEX_URL", "UV_DEFAULT_INDEX": "INDEX_URL"}[name]):
            found[name] = os.environ["PIP_" + {"UV_INDEX": "EXTRA_INDEX_URL", "UV_DEFAULT_INDEX": "INDEX_URL"}[name]]
    found["UV_INDEX_STRATEGY"] = "unsafe-best-match"  # as pip does
    return found


def install(files):
    """Install the pinned files with uv, or with pip where uv cannot be had; skip when nothing changed."""
    digest = hashlib.sha256()
    for name in files:
        with open(name, "rb") as file:
            digest.update(file.read())
    stamp = os.path.join(VENV, ".installed-" + ("dev" if len(files) > 1 else "base"))
    if os.path.exists(stamp):
        with open(stamp) as file:
            if file.read() == digest.hexdigest():
                return
    print("正在安装依赖（第一次需要一两分钟）……", flush=True)
    hashed = ["--require-hashes", *(part for name in files for part in ("-r", name))]
    quiet = subprocess.DEVNULL
    has_uv = subprocess.call([PYTHON, "-m", "pip", "install", "-q", "uv"], stdout=quiet, stderr=quiet) == 0
    done = has_uv and (
        # Compiled once here, or each process that starts compiles it anew wherever Python may not write.
        subprocess.call(
            [PYTHON, "-m", "uv", "pip", "install", "-q", "--compile-bytecode", "--python", PYTHON, *hashed],
            env=dict(os.environ, **pip_settings()),
        )
        == 0
    )
    if not done and subprocess.call([PYTHON, "-m", "pip", "install", "-q", *hashed]) != 0:
        fail("依赖没有装上。请检查网络和 pip 的镜像设置，再试一次。")
    with open(stamp, "w") as file:
        file.write(digest.hexdigest())


def main():
    """Make the environment ready for ``make run``, or with ``dev`` for the tests too."""
    check_machine()
    if not os.path.exists(PYTHON) and subprocess.call([sys.executable, "-m", "venv", VENV]) != 0:
        fail("建不了虚拟环境。Debian 上先装 python3-venv。")
    files = [os.path.join(ROOT, "requirements", "base.txt")]
    if "dev" in sys.argv[1:]:
        files.append(os.path.join(ROOT, "requirements", "dev.txt"))
    install(files)


if __name__ == "__main__":
    main()
