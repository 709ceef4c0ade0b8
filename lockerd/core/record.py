"""Frozen values with named fields, as cheap to define as to use.

Theory of operation.  The standard library's dataclasses write and compile source for every class:
half a millisecond each, which for the hundred and fifty kinds of fact and view of this program is
longer than a person should wait for the first picture.  A `Record` keeps its fields in the
instance's dictionary and shares one constructor; type checkers see an ordinary frozen dataclass
(PEP 681).

Rules.  Fields are annotated in the class body, in order, inherited ones first; a default is an
ordinary value (never a mutable one).  `hidden()` keeps a field out of the repr: secrets and names.
Two records are equal when their classes and fields are.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self, dataclass_transform

_MISSING: Any = object()


def _annotations(cls: type) -> dict[str, Any]:
    """A class's own annotations; `inspect`, which has this, costs ten milliseconds to import."""
    own: dict[str, Any] = vars(cls).get("__annotations__", {})
    return own


class _Hidden:
    """What `hidden` leaves in a class body until the class is made."""

    def __init__(self, default: Any) -> None:
        self.default = default


def hidden(*, default: Any = _MISSING, kw_only: bool = False) -> Any:
    """A field that no repr shows."""
    del kw_only  # for type checkers
    return _Hidden(default)


class _Frozen:
    """What both kinds of record are.

    `FIELDS`: names in order.  `HIDDEN`: those that no repr shows.
    """

    FIELDS: ClassVar[tuple[str, ...]] = ()
    HIDDEN: ClassVar[frozenset[str]] = frozenset()
    _KNOWN: ClassVar[frozenset[str]] = frozenset()
    _REQUIRED: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        annotated = _annotations(cls).items()
        own = [name for name, kind in annotated if not str(kind).startswith("ClassVar")]
        hide = set(cls.HIDDEN)
        for name in own:
            given = cls.__dict__.get(name)
            if isinstance(given, _Hidden):
                hide.add(name)
                if given.default is _MISSING:
                    delattr(cls, name)
                else:
                    setattr(cls, name, given.default)
        cls.FIELDS = (*cls.FIELDS, *(name for name in own if name not in cls.FIELDS))
        cls.HIDDEN = frozenset(hide)
        cls._KNOWN = frozenset(cls.FIELDS)
        cls._REQUIRED = tuple(name for name in cls.FIELDS if not hasattr(cls, name))

    def __init__(self, *args: Any, **values: Any) -> None:
        if args:
            if len(args) > len(self.FIELDS):
                raise TypeError(f"{type(self).__name__} has {len(self.FIELDS)} fields")
            for name, value in zip(self.FIELDS, args, strict=False):
                if name in values:
                    raise TypeError(f"{type(self).__name__}: {name} is given twice")
                values[name] = value
        if not values.keys() <= self._KNOWN:
            unknown = ", ".join(sorted(values.keys() - self._KNOWN))
            raise TypeError(f"{type(self).__name__} has no field {unknown}")
        for name in self._REQUIRED:
            if name not in values:
                raise TypeError(f"{type(self).__name__} needs {name}")
        self.__dict__.update(values)

    @classmethod
    def of_fields(cls, values: dict[str, Any]) -> Self:
        """A record of values whose names the caller has proven: all required, none unknown.

        The dict becomes the record's own.
        """
        made = _NEW(cls)
        _PUT(made, values)
        return made

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen; make another one")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen; make another one")

    def _values(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self.FIELDS)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        assert isinstance(other, _Frozen)
        return self._values() == other._values()

    def __hash__(self) -> int:
        return hash((type(self), self._values()))

    def __repr__(self) -> str:
        shown = (f"{n}={getattr(self, n)!r}" for n in self.FIELDS if n not in self.HIDDEN)
        return f"{type(self).__name__}({', '.join(shown)})"

    def but(self, **changes: Any) -> Self:
        """The same value with some fields changed."""
        given = {name: self.__dict__[name] for name in self.FIELDS if name in self.__dict__}
        return type(self)(**{**given, **changes})


_NEW = object.__new__
_PUT = vars(_Frozen)["__dict__"].__set__
"""How an instance gets its dict in spite of `__setattr__`; looked up once, not for every line."""


@dataclass_transform(frozen_default=True, field_specifiers=(hidden,))
class Record(_Frozen):
    """Base of frozen values whose fields may be given in order or by name."""


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(hidden,))
class NamedRecord(_Frozen):
    """Base of frozen values whose fields are given by name; a default may stand before none."""
