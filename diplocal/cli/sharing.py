"""How commands share options: each group of options is written once, as the parameters of a function."""

import inspect
from collections.abc import Callable
from functools import update_wrapper
from typing import Any

Options = Callable[..., None]
"""A function that stands for the options which its parameters are; nobody calls it."""


def sharing(command: Callable[..., Any], run: Callable[..., None], *groups: Options) -> Callable[..., None]:
    """Return ``run`` under the name of a command, with its options and those of the groups.

    The first parameter of a command is what ``run`` makes of the shared options. Arguments stand first, then the
    command's own options; an option of its own stands in the place of a shared one of the same name.
    """
    _, *own = inspect.signature(command).parameters.values()
    names = {one.name for one in own}
    shared = [one for group in groups for one in inspect.signature(group).parameters.values() if one.name not in names]
    parameters = sorted((*own, *shared), key=lambda one: one.kind)
    update_wrapper(run, command)
    vars(run)["__signature__"] = inspect.Signature(parameters)  # what typer reads a command's options from
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    return run


def taken(given: dict[str, Any], group: Options) -> dict[str, Any]:
    """Return what was given of the options of a group."""
    return {name: given.get(name) for name in inspect.signature(group).parameters}


def own_of(command: Callable[..., Any], given: dict[str, Any]) -> dict[str, Any]:
    """Return what was given of a command's own options."""
    _, *own = inspect.signature(command).parameters
    return {name: given[name] for name in own}
