"""What a process of the web does without: 110 MB are its bound, and docs/performance.md has what
each of these gives.

Nothing here changes what a page says. What is left out is read where somebody does ask for it.
"""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import FrozenInstanceError, fields, is_dataclass
from functools import cache
from importlib import import_module
from importlib.util import LazyLoader, find_spec, module_from_spec
from inspect import unwrap
from reprlib import recursive_repr
from types import FunctionType, ModuleType
from typing import Any

from django.core.signals import setting_changed

GENERATED = "<string>"  # the file that dataclasses say their methods are of


def read_when_used(name: str) -> None:
    """What was read of the package is given back, and read anew at the first look into it
    (importlib.util.LazyLoader), by whichever module holds it."""
    former = sys.modules[name]
    for each in [each for each in sys.modules if f"{each}.".startswith(f"{name}.")]:
        del sys.modules[each]
    holding = [each for each in sys.modules.values() if vars(each).get(name) is former]
    spec: Any = find_spec(name)
    spec.loader = LazyLoader(spec.loader)
    later = sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(later)
    for module in holding:
        setattr(module, name, later)


@contextmanager
def without_tests() -> Iterator[None]:
    """Within it `django.test.signals` is the one signal that django-ninja asks it for.

    Django keeps that in `django.core.signals`; to import it where it was takes in all of
    `django.test`, and unittest with it.
    """
    if "django.test" in sys.modules:
        yield
        return
    signals = ModuleType("django.test.signals")
    signals.__dict__["setting_changed"] = setting_changed
    sys.modules |= {"django.test": ModuleType("django.test"), signals.__name__: signals}
    try:
        yield
    finally:
        del sys.modules["django.test"], sys.modules[signals.__name__]


def share_methods_of_records() -> None:
    """A frozen dataclass has five methods written for it alone that do what every other's do.

    One that weighs a field in its hash otherwise than in its equality keeps its own.
    """
    for cls in [each for each in gc.get_objects() if type(each) is type and is_dataclass(each)]:
        if any(each.hash not in (None, each.compare) for each in fields(cls)):
            continue
        for name, shared in SHARED.items():
            own: Any = vars(cls).get(name)
            own = unwrap(own)
            if type(own) is FunctionType and own.__code__.co_filename == GENERATED:
                setattr(cls, name, shared)


def pack_fields() -> None:
    """Each field of a model has room for 85 attributes, and some 40 of them."""
    field = import_module("django.db.models").Field  # not sooner: it reads what is to be left out
    for each in [each for each in gc.get_objects() if issubclass(type(each), field)]:
        each.__dict__ = {**vars(each)}


def forget_what_was_declared() -> None:
    """Types of arguments, which whoever reads them (Pydantic, django-ninja) has read by now, and
    the SQL of triggers, which stands in the database."""
    for each in [each for each in gc.get_objects() if type(each) is FunctionType]:
        del each.__annotations__
    for clear in import_module("typing")._cleanups:
        clear()
    for model in import_module("django.apps").apps.get_models():
        model._meta.original_attrs.pop("triggers", None)
        model._meta.triggers = []


def share_expressions() -> None:
    """Of the expressions of all templates half say what another says: {{ plan.name }}."""
    parser = import_module("django.template.base").Parser
    kept: dict[Any, Any] = {}
    compile_filter = parser.compile_filter

    def shared(self: Any, token: str) -> Any:
        made = compile_filter(self, token)
        return kept.setdefault((token, *(function for function, _ in made.filters)), made)

    parser.compile_filter = shared


@cache
def _names(cls: Any) -> tuple[str, ...]:
    return tuple(each.name for each in fields(cls) if each.compare)


def _values(record: Any) -> tuple[Any, ...]:
    return tuple([getattr(record, name) for name in _names(record.__class__)])


def _eq(self: Any, other: object) -> Any:
    return _values(self) == _values(other) if type(other) is type(self) else NotImplemented


def _hash(self: Any) -> int:
    return hash(_values(self))


@recursive_repr()
def _repr(self: Any) -> str:
    said = (f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)
    return f"{type(self).__qualname__}({', '.join(said)})"


def _set(self: Any, name: str, value: object) -> None:
    if _is_frozen(self, name):
        raise FrozenInstanceError(f"cannot assign to field {name!r}")
    object.__setattr__(self, name, value)


def _delete(self: Any, name: str) -> None:
    if _is_frozen(self, name):
        raise FrozenInstanceError(f"cannot delete field {name!r}")
    object.__delattr__(self, name)


def _is_frozen(record: Any, name: str) -> bool:
    return "__dataclass_fields__" in vars(type(record)) or name in record.__dataclass_fields__


SHARED = {
    "__eq__": _eq,
    "__hash__": _hash,
    "__repr__": _repr,
    "__setattr__": _set,
    "__delattr__": _delete,
}
