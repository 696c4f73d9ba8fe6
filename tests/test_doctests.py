"""Every example in a docstring runs."""

import subprocess
import sys

SCRIPT = """
import doctest, importlib, pkgutil, sys
import diplocal
names = [module.name for module in pkgutil.walk_packages(diplocal.__path__, "diplocal.")]
outcomes = [doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS) for name in names]
print(sum(outcome.attempted for outcome in outcomes))
sys.exit(sum(outcome.failed for outcome in outcomes))
"""


def test_the_examples_in_docstrings_run() -> None:
    """In a process of its own, where no other test has registered events under the same names."""
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout) > 100
