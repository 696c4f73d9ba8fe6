"""Parameters that are read without what typer loads to read any type at all: most commands take texts alone.

typer builds validators with pydantic for each parameter of a command, whether it was given or not. That takes longer
than most answers. Here is read what was left out, what is a text, and what has a parser of its own. Whatever else comes
is left to typer.
"""

from collections.abc import Callable
from inspect import signature
from typing import Annotated, Any, get_args, get_origin


def read_plainly(command: Any) -> None:
    """Let a command read its plain parameters, and whether help is wanted, by itself."""
    said = signature(command.callback).parameters if command.callback else {}
    made, plain = command.get_params, set[str]()

    def parameters(ctx: Any) -> list[Any]:
        """Return the parameters, each made to read plainly when it is first asked for."""
        every: list[Any] = made(ctx)
        for one in every:
            if one.name not in plain:
                plain.add(one.name)
                one.process_value = _reading(one, *_kind_of(said[one.name].annotation if one.name in said else bool))
        return every

    command.get_params = parameters


def _reading(parameter: Any, types: tuple[Any, ...], parser: Callable[[str], Any] | None) -> Callable[..., Any]:
    by_typer = parameter.process_value
    is_list = parameter.multiple or parameter.nargs == -1

    def read(ctx: Any, value: Any) -> Any:
        if value is None and parameter.required:
            return by_typer(ctx, value)
        if isinstance(value, str) and parser is not None:
            value = parser(value)
        elif value is None:
            value = () if is_list else None
        elif isinstance(value, tuple | list) and (list[str] in types or tuple[str, str] in types):
            value = list(value) if is_list else value
        elif type(value) not in types:
            return by_typer(ctx, value)
        return value if parameter.callback is None else parameter.callback(ctx, parameter, value)

    return read


def _kind_of(hint: Any) -> tuple[tuple[Any, ...], Callable[[str], Any] | None]:
    """Return the types that a parameter may have, and its parser if it has one."""
    parser = None
    if get_origin(hint) is Annotated:
        hint, *told = get_args(hint)
        parser = next((one.parser for one in told if getattr(one, "parser", None)), None)
    return get_args(hint) or (hint,), parser
