"""The command line as a process would run it, in this one: a command takes a tenth of the time that way."""

import gc
import io
import os
import subprocess
import sys
import warnings
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path

from diplocal.cli import main


def diplocal(
    *arguments: object, cwd: Path | None = None, said: str = "", **environment: str
) -> "subprocess.CompletedProcess[str]":
    """Run a command in a folder, with a text on its standard input, and return what a process would have left."""
    encoding = environment.get("PYTHONIOENCODING", "utf-8")
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="") for _ in range(2))
    argv, stdin, environ, threshold = sys.argv, sys.stdin, dict(os.environ), gc.get_threshold()
    sys.argv, sys.stdin = ["diplocal", *map(str, arguments)], io.TextIOWrapper(io.BytesIO(said.encode()))
    os.environ.update(environment)
    code: object = 0
    try:
        with chdir(cwd or Path.cwd()), redirect_stdout(out), redirect_stderr(err), warnings.catch_warnings():
            warnings.resetwarnings()
            main()
    except SystemExit as ended:
        code = ended.code
    finally:
        sys.argv, sys.stdin = argv, stdin
        os.environ.clear()
        os.environ.update(environ)
        gc.set_threshold(*threshold)
    told = []
    for stream in (out, err):
        stream.flush()
        told.append(stream.detach().getvalue().decode(encoding))
    return subprocess.CompletedProcess(sys.argv, code if isinstance(code, int) else 0, *told)
